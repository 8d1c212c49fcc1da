import Core
import Foundation

/// Standard output and standard error of this rank.
struct Console {
  /// Whether this rank prints for the job.
  var speaks: Bool
  /// Where all lines are kept, with the time.
  var log: LogFile?
  /// Whether only problems and the last line are printed.
  var isQuiet = false

  func line(_ text: String) {
    guard speaks else { return }
    write(text + "\n", to: .standardOutput)
    keep(text)
  }

  /// Text that was asked for, with its own line ends.
  func text(_ text: String) {
    if speaks { write(text, to: .standardOutput) }
  }

  /// A line of progress or of advice.
  func note(_ text: String) {
    guard speaks else { return }
    Screen.standardError.print(text)
    keep(text)
  }

  /// A line that is no problem.
  func remark(_ text: String) {
    if isQuiet { keep(text) } else { note(text) }
  }

  /// A line for the log alone.
  func keep(_ text: String) {
    if speaks { log?.append(text) }
  }

  /// Text as it is, without a line end: a progress line is redrawn.
  func draw(_ text: String) {
    if speaks { write(text, to: .standardError) }
  }

  /// For what any rank may print, not only the first.
  var ofAnyRank: Console {
    var console = self
    console.speaks = true
    return console
  }

  /// One line per fault, after the program's name.
  func faults(_ error: any Error) {
    switch error {
    case let faults as Faults: for fault in faults.faults { note("\(Program.name): \(fault)") }
    default: note("\(Program.name): \(error)")
    }
  }

  private func write(_ text: String, to handle: FileHandle) { try? handle.write(contentsOf: Data(text.utf8)) }
}

extension Console {
  /// Prints a value as JSON with sorted keys.
  func json(_ figures: some Encodable) throws {
    line(String(decoding: try JSONEncoder.stable(isPretty: true).encode(figures), as: UTF8.self))
  }
}
