import Foundation
import Worker

/// What the terminal or file that progress and errors are printed to can do.
struct Terminal: Equatable {
  /// Whether lines can be drawn over.
  var isInteractive: Bool
  var hasColour: Bool
  /// Columns.
  var width: Int
  /// Lines.
  var height: Int

  /// - Parameters:
  ///   - isTerminal: whether the output goes to a terminal.
  ///   - columns: its width, or nil where it is not known.
  ///   - rows: its height, or nil where it is not known.
  ///   - environment: read for `NO_COLOR`, `TERM`, `COLUMNS` and `LINES`.
  init(isTerminal: Bool, columns: Int?, rows: Int? = nil, environment: [String: String]) {
    isInteractive = isTerminal && environment["TERM"] != "dumb"
    hasColour = isInteractive && (environment["NO_COLOR"] ?? "").isEmpty
    let width = columns ?? environment["COLUMNS"].flatMap { Int($0) } ?? 80
    self.width = (20...1000).contains(width) ? width : 80
    let height = rows ?? environment["LINES"].flatMap { Int($0) } ?? 24
    self.height = (2...1000).contains(height) ? height : 24
  }

  /// The terminal or file behind standard error, where progress and errors are printed.
  ///
  /// mpirun reads the output of its ranks and prints it itself, so a rank must check where its mpirun prints to. The
  /// rank's own descriptors do not show that: mpirun gives it a pseudo-terminal.
  static func standardError(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> Terminal {
    guard isLaunched(environment) else { return ask(STDERR_FILENO, environment) }
    guard !addsPrefixes(environment), let descriptor = standardErrorOfMpirun() else {
      return Terminal(isTerminal: false, columns: nil, environment: environment)
    }
    defer { close(descriptor) }
    return ask(descriptor, environment)
  }

  /// The same, but interactive, because the user asked for a board.
  func asInteractive(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> Terminal {
    guard !isInteractive else { return self }
    var terminal = self
    terminal.isInteractive = true
    terminal.hasColour = (environment["NO_COLOR"] ?? "").isEmpty
    return terminal
  }

  static func isLaunched(_ environment: [String: String]) -> Bool {
    environment["OMPI_COMM_WORLD_SIZE"] != nil || environment["PMIX_RANK"] != nil
  }

  /// Whether mpirun puts a prefix before every line, which would break the board.
  static func addsPrefixes(_ environment: [String: String]) -> Bool {
    ["tag_output", "timestamp_output", "xml_output"].contains {
      ["1", "true", "yes"].contains(environment["OMPI_MCA_orte_\($0)"]?.lowercased() ?? "")
    }
  }

  /// Opens standard error of the mpirun that started this rank; nil where mpirun runs on another host, or where another
  /// program started the rank.
  private static func standardErrorOfMpirun() -> Int32? {
    guard let launcher = Launch.launcher(ProcessInfo.processInfo.environment) else { return nil }
    let descriptor = open("/proc/\(launcher)/fd/2", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    return descriptor < 0 ? nil : descriptor
  }

  private static func ask(_ descriptor: Int32, _ environment: [String: String]) -> Terminal {
    var size = winsize()
    let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0
    return Terminal(
      isTerminal: isatty(descriptor) != 0, columns: isKnown && size.ws_col > 0 ? Int(size.ws_col) : nil,
      rows: isKnown && size.ws_row > 0 ? Int(size.ws_row) : nil, environment: environment)
  }
}
