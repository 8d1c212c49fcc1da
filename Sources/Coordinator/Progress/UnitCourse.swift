import Core

/// The work of a unit along its epochs, multiplications with additions; empty where it is unknown. Of a method whose
/// seconds were measured it is as many as are assumed of one core in that time.
struct UnitCourse {
  /// Steps that have a speed of their own.
  enum Steps: Hashable {
    case motion
    case identity
    /// Those of other methods whose seconds were measured.
    case inSeconds
  }

  /// Epochs of each part, and the work of one.
  private let parts: [(trainsMotion: Bool, epochs: Double, work: Double)]
  /// The work after the last epoch, and that before the first step ends, for features of clips.
  private let ending, beginning: Double
  /// Whether its seconds were measured.
  let isInSeconds: Bool

  /// - Parameter hasFeatures: whether the unit computes the features of its clips, and does not find them on disk.
  init(_ cost: MethodCost, clips: MethodCost.ClipCounts, hasFeatures: Bool = false) {
    let speed = MethodCost.assumedSpeed
    isInSeconds = cost.measured != nil
    let own = cost.parts.map { ($0.network != .idnet, Double(max(0, $0.epochs)), $0.epoch(clips)) }
    let counted = own.reduce(0) { $0 + $1.1 * $1.2 }
    let beside = isInSeconds ? cost.seconds(clips) * speed - counted : 0
    // Without a network, everything is one step.
    parts = own.isEmpty && isInSeconds ? [(true, 1, beside)] : own
    ending = own.isEmpty ? 0 : cost.ending(clips) + beside
    beginning = hasFeatures ? cost.featureSeconds(clips) * speed : 0
  }

  var isKnown: Bool { !parts.isEmpty }

  var total: Double { work(until: 1) }

  /// The work of the longest epoch.
  var longestEpoch: Double { parts.map(\.work).max() ?? 0 }

  /// The work up to a point of the unit, given as the share of its epochs.
  func work(until share: Double) -> Double {
    var epochs = share * parts.reduce(0) { $0 + $1.epochs }
    var work = share > 0 ? beginning : 0
    for part in parts {
      work += min(epochs, part.epochs) * part.work
      epochs = max(0, epochs - part.epochs)
    }
    return work
  }

  /// The work after a point, with that after the last epoch, which is done by MENet.
  func left(from share: Double) -> (motion: Double, identity: Double, inSeconds: Double) {
    var done = share * parts.reduce(0) { $0 + $1.epochs }
    var left = (motion: ending, identity: 0.0)
    if share == 0 { left.motion += beginning }
    for part in parts {
      let work = max(0, part.epochs - done) * part.work
      if part.trainsMotion { left.motion += work } else { left.identity += work }
      done = max(0, done - part.epochs)
    }
    return isInSeconds ? (0, 0, left.motion) : (left.motion, left.identity, 0)
  }
}
