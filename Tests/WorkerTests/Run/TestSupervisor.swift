import Synchronization

@testable import Core
@testable import Worker

/// A run's supervisor in tests: counts boundaries, asks for a pause at one of them, and keeps what it is told.
final class TestSupervisor: RunSupervisor {
  /// Lines that all ranks note.
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
  ///   - pause: what is asked for, and at which boundary, from 1.
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
