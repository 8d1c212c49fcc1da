import Foundation
import Synchronization

// Signal handlers are C functions, which can use only globals.
private let asked = Atomic<Bool>(false)
private let interrupted = Atomic<Bool>(false)

/// Whether a signal asked this process to stop.
///
/// A handler may interrupt any thread at any instruction, so it only sets a lock-free flag.
enum StopSignal {
  /// Whether a signal has arrived since `listen`.
  static var isRaised: Bool { asked.load(ordering: .relaxed) }

  /// Installs the handlers: SIGUSR1 requests a stop; so do SIGTERM and SIGINT when no launcher started this process
  /// (mpirun handles these two itself). A second SIGINT ends the process at once.
  static func listen(underLauncher: Bool) {
    // The first use of a global may initialise it, which takes a lock: that must not happen in a handler.
    _ = (isRaised, interrupted.load(ordering: .relaxed))
    handle(SIGUSR1) { _ in asked.store(true, ordering: .relaxed) }
    guard !underLauncher else { return }
    handle(SIGTERM) { _ in asked.store(true, ordering: .relaxed) }
    handle(SIGINT) { _ in
      if interrupted.exchange(true, ordering: .relaxed) { _exit(130) }
      asked.store(true, ordering: .relaxed)
    }
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
