import Foundation
import Synchronization

// Signal handlers are C functions, which can use only globals.
private let asked = Atomic<Bool>(false)
private let interrupted = Atomic<Bool>(false)
/// The end of a pipe into which a handler writes what it got, for a thread that may do more than a handler; -1 without.
private let notices = Atomic<Int32>(-1)

/// Whether a signal asked this process to stop.
///
/// A handler may interrupt any thread at any instruction, so it only sets a lock-free flag and writes to a pipe.
enum StopSignal {
  /// What a signal means for the sweep.
  enum Event: UInt8 {
    /// It is to stop at the end of a step.
    case stop
    /// A second SIGINT ends this process.
    case end
    /// SIGTERM ends this process: mpirun sends it a second after Ctrl-C, and SIGKILL another second later.
    case terminated
  }

  /// Whether a signal has arrived since `listen`.
  static var isRaised: Bool { asked.load(ordering: .relaxed) }

  /// Installs the handlers: SIGUSR1 requests a stop; so do SIGTERM and SIGINT when no launcher started this process
  /// (mpirun handles these two itself). A second SIGINT ends the process at once.
  static func listen(underLauncher: Bool) {
    // The first use of a global may initialise it, which takes a lock: that must not happen in a handler.
    _ = (isRaised, interrupted.load(ordering: .relaxed), notices.load(ordering: .relaxed))
    handle(SIGUSR1) { _ in StopSignal.requestStop() }
    guard !underLauncher else { return }
    handle(SIGTERM) { _ in StopSignal.requestStop() }
    handle(SIGINT) { _ in
      if interrupted.exchange(true, ordering: .relaxed) {
        if !StopSignal.notify(.end) { _exit(ExitStatus.interrupted.rawValue) }
      } else {
        StopSignal.requestStop()
      }
    }
  }

  /// In a handler: asks for a stop at the end of a step.
  private static func requestStop() {
    asked.store(true, ordering: .relaxed)
    _ = notify(.stop)
  }

  /// Calls `say` on a thread of its own for every signal from now on. Under a launcher that includes SIGTERM, which
  /// ends the process afterwards as if nobody had listened.
  static func watch(underLauncher: Bool, _ say: @escaping @Sendable (Event) -> Void) {
    var ends: [Int32] = [-1, -1]
    guard notices.load(ordering: .relaxed) < 0, pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let source = ends[0]
    notices.store(ends[1], ordering: .relaxed)
    let thread = Thread {
      while let event = next(source) {
        say(event)
        if event == .end { _exit(ExitStatus.interrupted.rawValue) }
        if event == .terminated {
          signal(SIGTERM, SIG_DFL)
          kill(getpid(), SIGTERM)
        }
      }
    }
    thread.name = "signals"
    thread.start()
    if underLauncher { handle(SIGTERM) { _ in _ = StopSignal.notify(.terminated) } }
  }

  /// Waits for the next event.
  private static func next(_ source: Int32) -> Event? {
    var byte: UInt8 = 0
    while true {
      let count = read(source, &byte, 1)
      if count == 1 { return Event(rawValue: byte) }
      guard count < 0, errno == EINTR else { return nil }
    }
  }

  /// In a handler: tells the thread. A thread that cannot speak within five seconds must not keep the process alive;
  /// mpirun itself waits for one or two.
  ///
  /// - Returns: false where there is no such thread.
  private static func notify(_ event: Event) -> Bool {
    let pipe = notices.load(ordering: .relaxed)
    guard pipe >= 0 else { return false }
    let before = errno
    if event != .stop { alarm(5) }
    var byte = event.rawValue
    _ = write(pipe, &byte, 1)
    errno = before
    return true
  }

  private static func handle(_ signal: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    action.sa_flags = SA_RESTART
    sigaction(signal, &action, nil)
    // The parent process may have blocked the signal, and a process inherits that.
    var unblocked = sigset_t()
    sigemptyset(&unblocked)
    sigaddset(&unblocked, signal)
    pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
  }
}
