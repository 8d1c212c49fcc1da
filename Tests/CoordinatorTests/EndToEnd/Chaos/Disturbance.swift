@testable import Core

/// A random disturbance of a sweep.
enum Disturbance: String, CaseIterable {
  case rankKilled = "a rank is killed"
  case rankLost = "a rank is killed and the others continue"
  case stopped = "it is asked to stop"
  case mpirunKilled = "mpirun is killed"
  case processKilled = "its only process is killed"
  case checkpointDamaged = "it is asked to stop, and a checkpoint is damaged"
  case ledgerDamaged = "it is asked to stop, and a line of the ledger is damaged"
  case secondStart = "it is started a second time"
  case storeReplaced = "a store is replaced by another"
  case storeCut = "a store is cut off"
  case stoppedAtTheEnd = "a rank is stopped when all units are done"
  case diskFull = "the disk is full"
  case cableCut = "a host's cable is cut"

  /// Whether it is possible on this machine.
  var isPossible: Bool {
    switch self {
    case .cableCut: HostCluster.problem.isEmpty
    case .diskFull: SmallDisk.problem.isEmpty
    default: true
    }
  }
}

/// How a sweep is started.
struct ChaosStart: CustomStringConvertible {
  /// Nil for one process without mpirun.
  var ranks: Int?
  var ranksPerFold = 1
  var threads = 1
  var survivesLosses = false

  /// - Parameter disturbance: the disturbance that follows.
  init(for disturbance: Disturbance, _ draws: inout Draws) {
    (ranks, threads) = (draws.pick([2, 4]), draws.pick([1, 2]))
    switch disturbance {
    case .rankKilled, .mpirunKilled, .stoppedAtTheEnd: break
    case .rankLost: (ranks, survivesLosses) = (4, true)
    case .cableCut: ranks = 4
    case .processKilled: ranks = nil
    case .stopped, .checkpointDamaged, .ledgerDamaged, .secondStart, .storeReplaced, .storeCut, .diskFull:
      if draws.pick([0, 1, 2]) == 0 { ranks = nil }
    }
    ranksPerFold = draws.pick([1, 2, 4].filter { $0 <= ranks ?? 1 })
  }

  init() {}

  var description: String {
    guard let ranks else { return "one process, \(threads) threads" }
    return "\(ranks) ranks, \(ranksPerFold) per fold, \(threads) threads\(survivesLosses ? ", --enable-recovery" : "")"
  }
}

/// Random choices, one after the other.
struct Draws {
  private let random: CounterRandom
  private var next: UInt64 = 0

  init(seed: UInt64) { random = CounterRandom(seed, CounterRandom.coordinate("chaos")) }

  mutating func below(_ bound: Int) -> Int {
    defer { next += 1 }
    return random.integer(below: bound, at: next)
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
