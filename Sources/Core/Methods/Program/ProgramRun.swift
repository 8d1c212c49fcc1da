import Foundation

/// One run of a program for one unit, on the group's first rank.
final class ProgramRun {
  private let method: ProgramMethod
  private let data: FoldData
  private let files: ProgramFiles
  private let process: ProgramProcess
  private let begun = ContinuousClock.now

  /// Writes the program's files and starts it.
  ///
  /// - Parameter isRepeat: whether the program answers the same file again, without what it kept from the first time.
  /// - Throws: a `Fault` when a file cannot be written or the program cannot be started.
  init(_ method: ProgramMethod, _ fold: MethodFold, isRepeat: Bool) throws {
    (self.method, data, files) = (method, fold.data, ProgramFiles(unit: fold.folder))
    try files.prepare(isRepeat: isRepeat)
    let store = URL(fileURLWithPath: fold.store.path).path
    let request = ProgramRequest(fold, files, store: store, threads: Parallel.threads)
    try AtomicFile.write(JSONEncoder.file(request), to: files.request)
    try ProgramRun.mark(files.log, isRepeat ? "the same file once more" : "\(fold.unit)")
    process = try ProgramProcess(
      method.command + [files.request],
      environment: ProgramRun.environment(ProcessInfo.processInfo.environment, threads: Parallel.threads),
      log: files.log)
  }

  private var isLate: Bool { (ContinuousClock.now - begun).inSeconds > Double(method.seconds) }

  /// Whether the program has ended, or has to be ended because its time is over.
  var isOver: Bool { process.poll() != nil || isLate }

  /// Ends the program if it still runs.
  func stop(within seconds: Double) { process.stop(within: seconds) }

  /// The probabilities that the program wrote, one row per test clip.
  ///
  /// - Throws: a `Fault` saying why there are none, with the last lines of the program's output.
  func answer() throws -> [[Float]] {
    let location = printable(method.command.joined(separator: " "))
    switch process.poll() {
    case .exited(0): break
    case .exited(let status): throw fault(at: location, "ended with status \(status)")
    case .signalled(let signal):
      let memory = signal == SIGKILL ? ", perhaps for want of memory" : ""
      throw fault(at: location, "was ended by signal \(signal) (\(String(cString: strsignal(signal)))\(memory))")
    case nil:
      throw fault(
        at: location,
        "did not end within \(method.seconds) s; make it faster, or raise `seconds` of this method in the sweep file")
    }
    do {
      return try ProgramTable.read(files.table, clips: data.test.map(\.name), classes: data.classes)
    } catch let wrong as Fault {
      throw fault(at: wrong.location, wrong.problem)
    }
  }

  private func fault(at location: String, _ problem: String) -> Fault {
    let last = files.lastLines().map { "; its last lines: \($0)" } ?? "; it printed nothing"
    return Fault(at: location, "\(problem)\(last); all of it is in \(files.log)")
  }

  private static func mark(_ log: String, _ text: String) throws {
    let file = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw Fault.system(at: log, "cannot be written") }
    defer { close(file) }
    try Array("\(ProgramFiles.mark)\(text)\n".utf8).withUnsafeBytes { try writeAll($0, to: file, log) }
  }

  // MARK: - Environment

  /// What libraries read to know how many threads to use.
  static let threadVariables = [
    "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS", "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS",
  ]
  /// Of the MPI job, which the program is not a rank of.
  static let launcherVariables = ["OMPI_", "PMIX_", "PMI_", "PRTE_", "ORTE_"]

  /// The program's variables: those of this process without the MPI job's, and with the number of threads.
  static func environment(_ own: [String: String], threads: Int) -> [String: String] {
    var variables = own.filter { name, _ in !launcherVariables.contains { name.hasPrefix($0) } }
    for name in threadVariables { variables[name] = "\(threads)" }
    // So that nothing of the output is lost where the program is killed.
    variables["PYTHONUNBUFFERED"] = "1"
    return variables
  }
}
