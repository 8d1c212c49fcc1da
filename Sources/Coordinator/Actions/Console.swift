import Core
import Foundation

/// Standard output and standard error of this rank.
struct Console {
  /// Whether this rank speaks for the job.
  var speaks: Bool

  func line(_ text: String) {
    if speaks { write(text + "\n", to: .standardOutput) }
  }

  /// Text that is what was asked for, with its own ends of lines.
  func text(_ text: String) {
    if speaks { write(text, to: .standardOutput) }
  }

  /// A line of progress or of advice.
  func note(_ text: String) {
    if speaks { write(text + "\n", to: .standardError) }
  }

  /// Text as it is, without an end of line: a progress line is redrawn.
  func draw(_ text: String) {
    if speaks { write(text, to: .standardError) }
  }

  /// One line a fault, behind the program's name.
  func faults(_ error: any Error) {
    switch error {
    case let faults as Faults: for fault in faults.faults { note("\(Program.name): \(fault)") }
    default: note("\(Program.name): \(error)")
    }
  }

  private func write(_ text: String, to handle: FileHandle) { try? handle.write(contentsOf: Data(text.utf8)) }
}
