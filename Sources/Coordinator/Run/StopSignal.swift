import Foundation
import Synchronization

// Handlers are C functions, which see nothing but globals.
private let asked = Atomic<Bool>(false)
private let interrupted = Atomic<Bool>(false)

/// Whether this process was asked to stop at the next good moment.
///
/// A handler may run between any two instructions of any thread, so it does nothing but set a lock-free flag.
enum StopSignal {
  /// Whether a signal has arrived since `listen`.
  static var isRaised: Bool { asked.load(ordering: .relaxed) }

  /// SIGUSR1 asks for a stop from now on; so do SIGTERM and SIGINT where no mpirun stands above this process, which
  /// has its own way with them. A second SIGINT ends the process at once.
  static func listen(underLauncher: Bool) {
    // The first use of a global may make it, and that takes a lock: not in a handler.
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
    // Who started this process may have blocked it, and that is inherited.
    var unblocked = sigset_t()
    sigemptyset(&unblocked)
    sigaddset(&unblocked, signal)
    pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
  }
}
