import Foundation

/// What the place that progress and faults are printed to can do.
struct Terminal: Equatable {
  /// Whether lines can be drawn over.
  var isInteractive: Bool
  var hasColour: Bool
  /// Columns.
  var width: Int
  /// Lines.
  var height: Int

  /// - Parameters:
  ///   - isTerminal: whether what is printed ends on a terminal.
  ///   - columns: its width, or nil where it is not known.
  ///   - rows: its height, likewise.
  ///   - environment: read for `NO_COLOR`, `TERM`, `COLUMNS` and `LINES`.
  init(isTerminal: Bool, columns: Int?, rows: Int? = nil, environment: [String: String]) {
    isInteractive = isTerminal && environment["TERM"] != "dumb"
    hasColour = isInteractive && (environment["NO_COLOR"] ?? "").isEmpty
    let width = columns ?? environment["COLUMNS"].flatMap { Int($0) } ?? 80
    self.width = (20...1000).contains(width) ? width : 80
    let height = rows ?? environment["LINES"].flatMap { Int($0) } ?? 24
    self.height = (2...1000).contains(height) ? height : 24
  }

  /// The place behind standard error, where progress and faults go.
  ///
  /// mpirun reads what its ranks print and prints it itself, so a rank looks at what its mpirun prints to: the rank's
  /// own descriptors say nothing of that, one of them being a terminal that mpirun made up.
  static func standardError(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> Terminal {
    guard isLaunched(environment) else { return ask(STDERR_FILENO, environment) }
    guard !marksLines(environment), let descriptor = errorsOfMpirun() else {
      return Terminal(isTerminal: false, columns: nil, environment: environment)
    }
    defer { close(descriptor) }
    return ask(descriptor, environment)
  }

  /// As if there were a terminal, because the user says so.
  func asToldInteractive(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> Terminal {
    guard !isInteractive else { return self }
    var terminal = self
    terminal.isInteractive = true
    terminal.hasColour = (environment["NO_COLOR"] ?? "").isEmpty
    return terminal
  }

  static func isLaunched(_ environment: [String: String]) -> Bool {
    environment["OMPI_COMM_WORLD_SIZE"] != nil || environment["PMIX_RANK"] != nil
  }

  /// Whether mpirun was told to put something before every line, which breaks what is drawn.
  static func marksLines(_ environment: [String: String]) -> Bool {
    ["tag_output", "timestamp_output", "xml_output"].contains {
      ["1", "true", "yes"].contains(environment["OMPI_MCA_orte_\($0)"]?.lowercased() ?? "")
    }
  }

  /// Whether a process of this name is a launcher on the user's own machine.
  static func isLauncher(_ name: String) -> Bool {
    ["mpirun", "mpiexec", "orterun", "prterun"].contains { name.hasPrefix($0) }
  }

  /// Standard error of the mpirun that started this rank; nil where it is on another host or is none.
  private static func errorsOfMpirun() -> Int32? {
    let parent = "/proc/\(getppid())"
    let name = try? String(contentsOfFile: "\(parent)/comm", encoding: .utf8)
    guard isLauncher(name ?? "") else { return nil }
    let descriptor = open("\(parent)/fd/2", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
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
