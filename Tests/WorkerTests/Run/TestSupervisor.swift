import Synchronization

@testable import Core
@testable import Worker

/// The supervisor of runs in tests: it counts boundaries, requests a pause at one of them, and keeps all reports.
final class TestSupervisor: RunSupervisor {
  /// The notes of all ranks.
  final class Notes: Sendable {
    private let kept = Mutex<[String]>([])
    var lines: [String] { kept.withLock { $0 } }
    func add(_ line: String) { kept.withLock { $0.append(line) } }
  }

  private(set) var boundaries = 0
  private(set) var told: [UnitProgress] = []
  private let pause: (boundary: Int, Pause)?
  private let notes: Notes
  private let atBoundary: (Int) -> Void

  /// - Parameters:
  ///   - pause: the pause that is requested, and the boundary where, from 1.
  ///   - atBoundary: called with the number of each.
  init(
    pause: (boundary: Int, Pause)? = nil, notes: Notes = Notes(), atBoundary: @escaping (Int) -> Void = { _ in }
  ) {
    (self.pause, self.notes, self.atBoundary) = (pause, notes, atBoundary)
  }

  func willStep(_ unit: WorkUnit, stage: Stage?, steps: Int) {}

  func serve() {
    boundaries += 1
    atBoundary(boundaries)
  }

  func requestedPause() -> Pause {
    if let pause, pause.boundary == boundaries { pause.1 } else { .none }
  }

  func tell(_ progress: UnitProgress) { told.append(progress) }
  func note(_ line: String) { notes.add(line) }
}
