import Testing

@testable import Core

/// Probes beside their floors, on features whose content is known.
struct IdentityProbesTests {
  /// Clips of subjects who each show one emotion most often, as `confounding` does.
  private struct Clips {
    var subjects: [String] = []
    var emotions: [Int] = []
    var names: [String] = []

    /// Of eight clips, six show the subject's own emotion and two the next one; the order mixes them.
    init(subjects count: Int, emotions classes: Int, each: Int = 8) {
      for subject in 0..<count {
        for clip in 0..<each {
          subjects.append("s\(100 + subject)")
          emotions.append((subject + (clip % 4 == 3 ? 1 : 0)) % classes)
          names.append("s\(100 + subject)-\(10 + clip)")
        }
      }
    }

    func probes(_ motion: [[Float]], identity: [[Float]]? = nil, by classifier: IdentityProbe.Classifier)
      -> IdentityProbes?
    {
      IdentityProbes(
        motion: motion, identity: identity, emotions: emotions, subjects: subjects, clips: names, by: classifier)
    }
  }

  private static let classifiers = [IdentityProbe.Classifier.ridge, .network]

  private func noise(_ count: Int, _ deviation: Double, seed: UInt64) -> [Float] {
    let random = CounterRandom(seed)
    return (0..<count).map { Float(deviation * random.normal(at: UInt64($0))) }
  }

  /// The best that anyone can do with the emotion alone: for each emotion, the subject who shows it most among the
  /// fitted clips. Here each emotion has one such subject.
  @Test(arguments: classifiers)
  func theFloorNamesTheSubjectWhoShowsTheEmotionMost(_ classifier: IdentityProbe.Classifier) throws {
    let clips = Clips(subjects: 4, emotions: 4, each: 16)
    var counts: [Int: [String: Int]] = [:]
    for index in clips.names.indices where index % 2 == 0 {
      counts[clips.emotions[index], default: [:]][clips.subjects[index], default: 0] += 1
    }
    let named = counts.mapValues { $0.max { $0.value < $1.value }?.key }
    let scored = clips.names.indices.filter { $0 % 2 == 1 }
    let correct = scored.count { named[clips.emotions[$0]] == clips.subjects[$0] }
    let probes = try #require(clips.probes(clips.emotions.map { [Float($0)] }, by: classifier))
    #expect(probes.floor == Double(correct) / Double(scored.count))
    #expect(probes.chance == 0.25 && probes.identity == nil)
    // Fitted are clips 1, 3, 5, …, which all show the subject's own emotion; of the others every second one does.
    #expect(probes.floor == 0.5)
  }

  @Test(arguments: classifiers)
  func featuresOfTheEmotionAloneReachTheFloorAndNoMore(_ classifier: IdentityProbe.Classifier) throws {
    let clips = Clips(subjects: 12, emotions: 5, each: 12)
    let jitter = noise(clips.names.count * 5, 1e-3, seed: 1)
    let features = clips.emotions.enumerated().map { clip, emotion in
      (0..<5).map { (emotion == $0 ? 1 : 0) + jitter[clip * 5 + $0] }
    }
    let probes = try #require(clips.probes(features, identity: features, by: classifier))
    // 72 clips are scored; jitter only decides between subjects who show an emotion equally often.
    #expect(abs(probes.motion - probes.floor) < 0.1)
    #expect(probes.identity == probes.motion)
    #expect(probes.floor > probes.chance + 0.05, "the emotion tells something about the person")
  }

  /// Two subjects at opposite corners of a square, two at the others: no line tells the pairs apart. A linear probe
  /// finds half of them, by luck; the network finds all.
  @Test func identityThatIsHiddenFromALinearProbeIsFoundByTheNetwork() throws {
    var subjects: [String] = []
    var features: [[Float]] = []
    let jitter = noise(2 * 120, 0.15, seed: 2)
    for clip in 0..<120 {
      let (x, y) = (clip / 2 % 2, clip / 4 % 2)
      subjects.append(x == y ? "a" : "b")
      features.append([Float(2 * x - 1) + jitter[2 * clip], Float(2 * y - 1) + jitter[2 * clip + 1]])
    }
    let emotions = [Int](repeating: 0, count: 120)
    func probes(_ classifier: IdentityProbe.Classifier) -> IdentityProbes? {
      IdentityProbes(
        motion: features, identity: nil, emotions: emotions, subjects: subjects, clips: (1000..<1120).map { "\($0)" },
        by: classifier)
    }
    let linear = try #require(probes(.ridge))
    let network = try #require(probes(.network))
    // 60 clips are scored; luck is 0.5 with a deviation of 0.065.
    #expect(abs(linear.motion - linear.floor) < 0.2)
    #expect(network.motion > 0.95 && network.floor == 0.5)
  }

  @Test(arguments: classifiers)
  func constantFeaturesAndFewClipsAreNoFailure(_ classifier: IdentityProbe.Classifier) throws {
    let clips = Clips(subjects: 3, emotions: 2)
    let constant = try #require(clips.probes(clips.names.map { _ in [7, 7] }, by: classifier))
    #expect(constant.motion == constant.chance)
    #expect(clips.probes(clips.names.map { _ in [.infinity, 7] }, by: classifier) == nil)
    #expect(clips.probes([], by: classifier) == nil)
    let single = Clips(subjects: 3, emotions: 2, each: 1)
    #expect(single.probes(single.names.map { _ in [1] }, by: classifier) == nil)
    // Features of f^d that cannot be probed leave the others.
    let half = try #require(
      clips.probes(clips.names.map { _ in [7] }, identity: clips.names.map { _ in [.nan] }, by: classifier))
    #expect(half.identity == nil)
  }

  @Test func theNetworkIsTheSameOnOneAndThreeThreads() {
    let width = 40
    let values = noise(60 * width, 1, seed: 3)
    let rows = (0..<60).map { row in (0..<width).map { Double(values[row * width + $0]) } }
    let labels = (0..<60).map { $0 % 7 }
    let (one, three) = onOneAndThreeThreads {
      var network = ProbeNetwork(fitted: rows, labels: labels, classes: 7)
      return network.predict(rows)
    }
    #expect(one == nil || one == three)
    #expect(three == labels, "60 clips in 40 dimensions are learned by heart")
  }

  /// As many clips as a composite of all datasets has, with the paper's features; minutes without optimisation.
  @Test(.enabled(if: !_isDebugAssertConfiguration()))
  func thousandsOfClipsAndHundredsOfSubjectsTakeSeconds() {
    let (clips, width, subjects) = (1000, 512, 100)
    let values = noise(clips * width, 1, seed: 4)
    let rows = (0..<clips).map { clip in (0..<width).map { Double(values[clip * width + $0]) } }
    let labels = (0..<clips).map { $0 % subjects }
    let seconds = ContinuousClock().measure {
      _ = ProbeNetwork(fitted: rows, labels: labels, classes: subjects)
    }
    #expect(seconds < .seconds(60))  // far above what it takes, for busy machines
  }
}
