import Foundation

/// What the place that progress and faults are printed to can do.
struct Terminal: Equatable {
  /// Whether a line can be drawn over.
  var isInteractive: Bool
  var hasColour: Bool
  /// Columns.
  var width: Int

  /// - Parameters:
  ///   - isTerminal: whether the stream is a terminal.
  ///   - columns: its width, or nil where it is not known.
  ///   - environment: read for `NO_COLOR`, `TERM`, `COLUMNS`, and for the launcher.
  init(isTerminal: Bool, columns: Int?, environment: [String: String]) {
    // mpirun may give a rank a terminal of its own whatever mpirun itself prints to, a log file for instance.
    let isLaunched = environment["OMPI_COMM_WORLD_SIZE"] != nil || environment["PMIX_RANK"] != nil
    isInteractive = isTerminal && !isLaunched && environment["TERM"] != "dumb"
    hasColour = isInteractive && (environment["NO_COLOR"] ?? "").isEmpty
    let told = columns ?? environment["COLUMNS"].flatMap { Int($0) } ?? 80
    width = (20...1000).contains(told) ? told : 80
  }

  /// The terminal behind standard error, where progress and faults go.
  static func standardError() -> Terminal {
    var size = winsize()
    let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return Terminal(
      isTerminal: isatty(STDERR_FILENO) != 0, columns: isKnown ? Int(size.ws_col) : nil,
      environment: ProcessInfo.processInfo.environment)
  }

  /// `text` in red where there is colour.
  func red(_ text: String) -> String { hasColour ? "\u{1B}[31m\(text)\u{1B}[0m" : text }

  /// `text` in bold where there is colour.
  func bold(_ text: String) -> String { hasColour ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
}
