import Foundation

/// A program that runs beside this process and dies with it.
///
/// It belongs to a process group whose leader, a shell, waits for the end of a pipe that only this process can write
/// to. However this process ends, by SIGKILL too, the system closes the pipe, and the shell kills its whole group: the
/// program and what the program has started, unless that left the group. The shell is there before the program is.
final class ProgramProcess {
  /// How a program ended.
  enum Ending: Equatable {
    case exited(Int32)
    case signalled(Int32)
  }

  private let program: pid_t
  private let guardian: pid_t
  private let pipeEnd: Int32
  private var ending: Ending?
  private var isClosed = false

  /// Stands in for this process after its death. Signals that ask to stop are for the program.
  private static let script = "trap '' TERM INT HUP; read -r line; kill -s KILL 0"
  /// Microseconds between two looks at a program that was asked to stop.
  private static let interval: UInt32 = 20_000

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - command: the program, looked up in PATH or a path, and its arguments.
  ///   - environment: all of its variables.
  ///   - log: the file to which its output and error streams are appended.
  /// - Throws: a `Fault` when it cannot be started.
  init(_ command: [String], environment: [String: String], log: String) throws {
    let input = open("/dev/null", O_RDONLY | O_CLOEXEC)
    let output = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    defer { for descriptor in [input, output] where descriptor >= 0 { closeDescriptor(descriptor) } }
    guard output >= 0 else { throw Fault.system(at: log, "cannot be written") }
    var ends: [Int32] = [-1, -1]
    guard input >= 0, pipe(&ends) == 0 else { throw Fault.system(at: command[0], "cannot be started") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var (shell, own) = (pid_t(), pid_t())
    let shellCode = ProgramProcess.spawn(
      &shell, ["/bin/sh", "-c", ProgramProcess.script], environment, streams: (ends[0], output), group: 0)
    closeDescriptor(ends[0])
    guard shellCode == 0 else {
      closeDescriptor(ends[1])
      throw Fault.system(at: "/bin/sh", "cannot be started", code: shellCode)
    }
    let code = ProgramProcess.spawn(&own, command, environment, streams: (input, output), group: shell)
    (program, guardian, pipeEnd) = (own, shell, ends[1])
    guard code == 0 else {
      ending = .exited(127)
      close()
      throw ProgramProcess.fault(command[0], code)
    }
  }

  deinit { close() }

  /// How the program ended; nil while it runs.
  func poll() -> Ending? {
    guard ending == nil else { return ending }
    var status: Int32 = 0
    guard uninterrupted({ Int(waitpid(program, &status, WNOHANG)) }) != 0 else { return nil }
    let signal = status & 0x7F
    ending = signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
    return ending
  }

  /// Asks the program to stop, gives it some time to write a checkpoint, and ends it.
  ///
  /// - Parameter seconds: the time that it gets.
  func stop(within seconds: Double) {
    guard poll() == nil, !isClosed else { return close() }
    kill(program, SIGTERM)
    let begun = ContinuousClock.now
    while poll() == nil, (ContinuousClock.now - begun).inSeconds < seconds { usleep(ProgramProcess.interval) }
    close()
  }

  /// Ends the program and all that is left of its group.
  func close() {
    guard !isClosed else { return }
    isClosed = true
    // The number of the group is not given to others before its leader is waited for.
    kill(-guardian, SIGKILL)
    var status: Int32 = 0
    if ending == nil, uninterrupted({ Int(waitpid(program, &status, 0)) }) > 0 { ending = .signalled(SIGKILL) }
    _ = uninterrupted { Int(waitpid(guardian, &status, 0)) }
    closeDescriptor(pipeEnd)
  }

  // MARK: - Starting

  private static func spawn(
    _ pid: inout pid_t, _ command: [String], _ environment: [String: String], streams: (input: Int32, output: Int32),
    group: pid_t
  ) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, streams.input, 0)
    posix_spawn_file_actions_adddup2(&actions, streams.output, 1)
    posix_spawn_file_actions_adddup2(&actions, streams.output, 2)
    // Those of MPI and of locks, which may not be closed by themselves.
    for descriptor in openDescriptors { posix_spawn_file_actions_addclose(&actions, descriptor) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    posix_spawnattr_setflags(&attributes, Int16(flags))
    posix_spawnattr_setpgroup(&attributes, group)
    var (all, none) = (sigset_t(), sigset_t())
    sigfillset(&all)
    sigemptyset(&none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setsigmask(&attributes, &none)
    var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] =
      environment.sorted { $0.key < $1.key }
      .map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in words + variables { free(text) } }
    return posix_spawnp(&pid, command[0], &actions, &attributes, &words, &variables)
  }

  private static var openDescriptors: [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    return names.compactMap(Int32.init).filter { $0 > 2 }.sorted()
  }

  private static func fault(_ program: String, _ code: Int32) -> Fault {
    switch code {
    case ENOENT, ENOTDIR:
      let reason =
        program.contains("/")
        ? "there is no such program\(Fault.lookedIn(for: program))" : "no folder of PATH has such a program"
      return Fault(at: program, "cannot be started: \(reason), or it names an interpreter that is missing")
    case EACCES:
      return Fault(at: program, "cannot be started: it is not executable; `chmod +x`, or name its interpreter")
    default: return Fault.system(at: program, "cannot be started", code: code)
    }
  }
}

/// `close` of the system, which a method of that name hides.
func closeDescriptor(_ descriptor: Int32) { close(descriptor) }
