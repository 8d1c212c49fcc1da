import Core
import Foundation

/// How fast a rank is with its cores, and how much a group of ranks loses, as a law fitted to measured steps.
///
/// A multiplication with addition of MENet takes (A / cores + B + C · log2(ranks)) / ranks seconds: A is the part that
/// threads share, B the part that they do not, and C what ranks lose to exchanges with every doubling. IDNet's take a
/// multiple of it.
struct StepScaling: Equatable {
  /// A, B and C, seconds.
  private let shared, single, exchanged: Double
  /// How many measurements there were, and the largest deviation of the law from one of them, as a share.
  let measurements: Int
  let error: Double
  /// How fast IDNet's steps are, compared with MENet's; nil where none was measured.
  let identitySpeed: Double?
  /// How many times as long as on the machine of `BesideSteps` a core takes for other things than steps, and how many
  /// times as long as on that of `MeasuredCost` for other methods; 1 where nothing was measured.
  let slowness, slownessOfMethods: Double

  /// Without measurements: all cores share everything, and ranks lose nothing.
  init(flopsPerCore: Double) {
    (shared, single, exchanged, measurements, error) = (2 / flopsPerCore, 0, 0, 0, 0)
    (identitySpeed, slowness, slownessOfMethods) = (nil, 1, 1)
  }

  /// A step that `microfold bench step --json` has measured.
  struct Measurement: Decodable, Equatable {
    var network: RecognitionNetwork.Branch
    var width, batch, motionSize, identitySize, frames, ranks, threads: Int
    /// GFLOP/s of all ranks together.
    var gflops: Double
    /// How many times as long as on the machine of `BesideSteps` this one takes for other things than steps.
    var slowness: Double?
  }

  /// Fits the law by least squares of the relative deviations, with no part below 0.
  ///
  /// - Parameter all: at least one of MENet. A part that no measurement shows is 0.
  init(_ all: [Measurement]) {
    let measured = all.filter { $0.network == .menet }
    // Each term as a share of the measured time, so that a perfect law adds up to 1.
    func terms(_ one: Measurement) -> [Double] {
      let (cores, ranks) = (Double(one.threads), Double(one.ranks))
      return [1 / cores, 1, log2(ranks)].map { $0 / ranks * one.gflops * 1e9 / 2 }
    }
    let rows = measured.map(terms)
    var parts = [0]
    if Set(measured.map(\.threads)).count > 1 { parts.append(1) }
    if Set(measured.map(\.ranks)).count > 1 { parts.append(2) }
    var law = [0.0, 0, 0]
    while true {
      let found = StepScaling.leastSquares(rows.map { row in parts.map { row[$0] } })
      // The part that would be most negative is left out, and the rest is fitted again.
      guard let least = found.indices.min(by: { found[$0] < found[$1] }), found[least] < 0, parts.count > 1 else {
        for (part, value) in zip(parts, found) { law[part] = max(0, value) }
        break
      }
      parts.remove(at: least)
    }
    (shared, single, exchanged) = (law[0], law[1], law[2])
    measurements = all.count
    func share(_ row: [Double]) -> Double { zip(row, law).reduce(0) { $0 + $1.0 * $1.1 } }
    let identity = all.filter { $0.network == .idnet }.map { share(terms($0)) }
    let speed = StepScaling.mean(identity)
    identitySpeed = speed
    error = (rows.map(share) + identity.map { $0 / (speed ?? 1) }).map { abs($0 - 1) }.max() ?? 0
    let found = StepScaling.mean(all.compactMap(\.slowness))
    (slowness, slownessOfMethods) = (found ?? 1, (found ?? MachineTrial.ofMethods) / MachineTrial.ofMethods)
  }

  /// The geometric mean; nil of no numbers.
  private static func mean(_ numbers: [Double]) -> Double? {
    numbers.isEmpty ? nil : exp(numbers.reduce(0) { $0 + log($1) } / Double(numbers.count))
  }

  /// The coefficients with which the sums of the rows' terms are nearest to 1.
  private static func leastSquares(_ rows: [[Double]]) -> [Double] {
    let count = rows.first?.count ?? 0
    // The normal equations, solved by Gauss elimination; there are at most three.
    var matrix = (0..<count).map { i in
      (0..<count).map { j in rows.reduce(0) { $0 + $1[i] * $1[j] } } + [rows.reduce(0) { $0 + $1[i] }]
    }
    for pivot in 0..<count {
      let best = (pivot..<count).max { abs(matrix[$0][pivot]) < abs(matrix[$1][pivot]) } ?? pivot
      matrix.swapAt(pivot, best)
      guard abs(matrix[pivot][pivot]) > 1e-12 else { continue }
      for row in 0..<count where row != pivot {
        let factor = matrix[row][pivot] / matrix[pivot][pivot]
        for column in pivot...count { matrix[row][column] -= factor * matrix[pivot][column] }
      }
    }
    return (0..<count).map { abs(matrix[$0][$0]) > 1e-12 ? matrix[$0][count] / matrix[$0][$0] : 0 }
  }

  /// Multiplications with additions per second of a rank with so many cores.
  func speed(cores: Int) -> Double { 1 / (shared / Double(cores) + single) }

  /// How much of its ranks' speed a group has, 0 to 1.
  func efficiency(ranks: Int, cores: Int) -> Double {
    let alone = shared / Double(cores) + single
    return alone / (alone + exchanged * log2(Double(max(1, ranks))))
  }
}

extension StepScaling.Measurement {
  /// Reads what one or several calls of `microfold bench step --json` printed, one after the other.
  ///
  /// - Throws: a `Fault` at the path when it is something else, or other steps than a sweep's.
  static func read(_ path: String, for configuration: SweepConfiguration) throws -> [Self] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Fault(at: path, "cannot be read\(Fault.lookedIn(for: path))")
    }
    let measured: [Self] = try objects(in: String(decoding: data, as: UTF8.self)).map { text in
      _ = try JSONNode.parse(Array(text.utf8), location: path)
      guard let one = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)), one.isPossible else {
        throw Fault(at: path, "is not what microfold bench step --json prints")
      }
      return one
    }
    guard !measured.isEmpty else { throw Fault(at: path, "is empty; it takes what microfold bench step --json prints") }
    let (network, batch) = (configuration.network, configuration.training.batch)
    for one in measured {
      let isMotion = one.network == .menet
      let (size, wantedSize) =
        isMotion ? (one.motionSize, network.motionSize) : (one.identitySize, network.identitySize)
      let (found, wanted) = (
        [one.width, one.batch, size, one.frames], [network.width, batch, wantedSize, network.frames]
      )
      guard found == wanted else {
        throw Fault(
          at: path,
          "has a step of width \(one.width), batch \(one.batch), \(one.frames) frames of \(size)²; the sweep "
            + "has \(network.width), \(batch), \(network.frames), \(wantedSize): microfold bench step --network "
            + "\(one.network.rawValue) --width \(network.width) --batch \(batch) --frames \(network.frames) "
            + "--\(isMotion ? "motion" : "identity")-size \(wantedSize) --json")
      }
    }
    guard measured.contains(where: { $0.network == .menet }) else {
      throw Fault(at: path, "has steps of IDNet only; measure MENet's too")
    }
    return measured
  }

  private var isPossible: Bool {
    let slowness = slowness ?? 1
    return ranks > 0 && threads > 0 && [gflops, slowness].allSatisfy { $0 > 0 && $0.isFinite }
  }

  /// The objects of a text, which has one after the other, each ending with a `}` that begins a line. Before each stand
  /// as many empty lines as it has lines before it, so that a fault has the text's line numbers.
  private static func objects(in text: String) -> [String] {
    var line = 0
    var objects: [String] = []
    let parts = text.components(separatedBy: "\n}")
    for (index, part) in parts.enumerated() {
      let object = index < parts.count - 1 ? part + "\n}" : part
      if object.contains(where: { !$0.isWhitespace }) { objects.append(String(repeating: "\n", count: line) + object) }
      line += object.count { $0.isNewline }
    }
    return objects
  }
}
