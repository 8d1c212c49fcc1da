import Testing

@testable import Core

struct IdentityProbeTests {
  @Test func ridgeAgreesWithTheHandSolvedOne() throws {
    // Centred x = ∓1, y = ∓1: w = 2 / (2 + λ) = 1/2 at λ = 2, bias = 2 - 1/2.
    let tall = try #require(RidgeRegression(inputs: [[0], [2]], targets: [[1], [3]], ridge: 2))
    #expect(abs(tall.weights[0][0] - 0.5) < 1e-15)
    #expect(abs(tall.predict([2])[0] - 2.5) < 1e-15)
    // Three equal inputs: XᵀX = 2 J, so w (6 + λ) = 2 for each: w = 1/4, bias = 2 - 3/4. This is the dual form.
    let wide = try #require(RidgeRegression(inputs: [[0, 0, 0], [2, 2, 2]], targets: [[1], [3]], ridge: 2))
    #expect(wide.weights.allSatisfy { abs($0[0] - 0.25) < 1e-15 })
    #expect(abs(wide.predict([2, 2, 2])[0] - 2.75) < 1e-14)
  }

  @Test func dualAndPrimalFormsAreTheSameClassifier() throws {
    let random = CounterRandom(7)
    let inputs = (0..<6).map { row in (0..<4).map { random.normal(at: UInt64(row * 4 + $0)) } }
    let targets = (0..<6).map { [$0 % 2 == 0 ? 1.0 : 0, $0 % 3 == 0 ? 1.0 : 0] }
    let padding = [Double](repeating: 0, count: 10)
    let primal = try #require(RidgeRegression(inputs: inputs, targets: targets, ridge: 0.3))
    let dual = try #require(RidgeRegression(inputs: inputs.map { $0 + padding }, targets: targets, ridge: 0.3))
    for row in inputs {
      for (a, b) in zip(primal.predict(row), dual.predict(row + padding)) { #expect(abs(a - b) < 1e-12) }
    }
  }

  /// 8 clips per subject; the feature is the subject's own direction, plus noise.
  private func clips(subjects: Int, width: Int, signal: Float, seed: UInt64) -> ([[Float]], [String], [String]) {
    let random = CounterRandom(seed)
    var features: [[Float]] = []
    var names: [String] = []
    var clipNames: [String] = []
    for clip in 0..<(subjects * 8) {
      let subject = clip % subjects
      features.append(
        (0..<width).map { Float(random.normal(at: UInt64(clip * width + $0))) + ($0 == subject ? signal : 0) })
      names.append("s\(subject)")
      clipNames.append("clip\(clip + 100)")
    }
    return (features, names, clipNames)
  }

  @Test func separableSubjectsAreAllFound() throws {
    let (features, subjects, names) = clips(subjects: 6, width: 10, signal: 50, seed: 1)
    let probe = try #require(IdentityProbe.measure(features: features, subjects: subjects, clips: names))
    #expect(probe.accuracy == 1)
    #expect(probe.chance == 1.0 / 6)
  }

  @Test func randomFeaturesAreNearChance() throws {
    let (features, subjects, names) = clips(subjects: 10, width: 64, signal: 0, seed: 2)
    let probe = try #require(IdentityProbe.measure(features: features, subjects: subjects, clips: names))
    // 40 scored clips, chance 0.1: five standard deviations above are 0.34.
    #expect(probe.accuracy < 0.34)
    #expect(probe.chance == 0.1)
  }

  @Test func theOrderOfTheClipsDoesNotMatter() throws {
    let (features, subjects, names) = clips(subjects: 5, width: 40, signal: 1.5, seed: 3)
    let order = CounterRandom(4).permutation(names.count)
    let probe = IdentityProbe.measure(features: features, subjects: subjects, clips: names)
    let permuted = IdentityProbe.measure(
      features: order.map { features[$0] }, subjects: order.map { subjects[$0] }, clips: order.map { names[$0] })
    #expect(probe != nil && probe == permuted)
  }

  @Test func everyOtherClipOfASubjectIsScored() throws {
    // a: clips 1, 2, 3 (2 is scored); b: 4, 5 (5 is scored); c: 6 alone is only fitted. Scored: one a, one b.
    let probe = try #require(
      IdentityProbe.measure(
        features: [[0], [0.1], [0], [1], [1.1], [9]], subjects: ["a", "a", "a", "b", "b", "c"],
        clips: ["1", "2", "3", "4", "5", "6"]))
    #expect(probe.chance == 0.5)
  }

  @Test func whatCannotBeFittedHasNoProbe() {
    let two = ["1", "2"]
    #expect(IdentityProbe.measure(features: [[0], [1]], subjects: ["a", "a"], clips: two) == nil)
    #expect(IdentityProbe.measure(features: [[0], [1]], subjects: ["a", "b"], clips: two) == nil)
    #expect(IdentityProbe.measure(features: [], subjects: [], clips: []) == nil)
    let four = ["1", "2", "3", "4"]
    let subjects = ["a", "a", "b", "b"]
    #expect(IdentityProbe.measure(features: [[0], [.nan], [1], [1]], subjects: subjects, clips: four) == nil)
    #expect(IdentityProbe.measure(features: [[0], [1, 2], [1], [1]], subjects: subjects, clips: four) == nil)
    // A feature that never varies says nothing, but is no failure.
    #expect(IdentityProbe.measure(features: [[3], [3], [3], [3]], subjects: subjects, clips: four)?.accuracy == 0.5)
  }

  @Test func theSizesOfThePaperAreSolvedInSeconds() throws {
    let (features, subjects, names) = clips(subjects: 73, width: 512, signal: 20, seed: 5)
    let clock = ContinuousClock()
    var probe: IdentityProbe?
    let seconds = clock.measure { probe = IdentityProbe.measure(features: features, subjects: subjects, clips: names) }
    #expect(try #require(probe).accuracy > 10 / 73.0)
    #expect(seconds < .seconds(10))  // far above what it takes, for busy machines
  }
}
