import Core
import Foundation

/// Standard output and standard error of this rank.
struct Console {
  /// Whether this rank speaks for the job.
  var speaks: Bool
  /// Where everything that is said is kept, with the time.
  var log: LogFile?
  /// Whether only problems and the last line are said.
  var isQuiet = false

  func line(_ text: String) {
    guard speaks else { return }
    write(text + "\n", to: .standardOutput)
    keep(text)
  }

  /// Text that is what was asked for, with its own ends of lines.
  func text(_ text: String) {
    if speaks { write(text, to: .standardOutput) }
  }

  /// A line of progress or of advice.
  func note(_ text: String) {
    guard speaks else { return }
    Screen.standardError.print(text)
    keep(text)
  }

  /// A line that is good to know, and no problem.
  func remark(_ text: String) {
    if isQuiet { keep(text) } else { note(text) }
  }

  /// A line for the log alone.
  func keep(_ text: String) {
    if speaks { log?.append(text) }
  }

  /// Text as it is, without an end of line: a progress line is redrawn.
  func draw(_ text: String) {
    if speaks { write(text, to: .standardError) }
  }

  /// What any rank may say, not the first alone.
  var ofAnyRank: Console {
    var console = self
    console.speaks = true
    return console
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
