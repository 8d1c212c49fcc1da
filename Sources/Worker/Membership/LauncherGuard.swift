import Core
import Foundation
import Synchronization

/// A shell beside the ranks that ends a launcher which does not end after them.
///
/// The mpirun of Open MPI 4.1 may wait for a lock that its own thread holds when ranks have ended without MPI_Finalize
/// (in PMIx of Debian 12, 4 of 150 times on a busy machine). It would hang for ever, and with it the script or
/// the Slurm job that waits for it. The shell waits for the end of a pipe that only this process can write to; however
/// this process ends, the system closes the pipe.
enum LauncherGuard {
  /// Seconds without a living rank of this host after which the launcher counts as hanging. On one host nothing else is
  /// left to do; ranks of other hosts may take as long as `MPICommunicator.end` allows.
  static func patience(_ environment: [String: String]) -> Int {
    let all = environment["OMPI_COMM_WORLD_SIZE"]
    return all != nil && all == environment["OMPI_COMM_WORLD_LOCAL_SIZE"] ? 20 : 90
  }

  /// Starts the guard of this host's launcher; only the first rank of each host does. Call it before MPI starts: some
  /// network cards do not bear a process that is started after it.
  static func start(_ environment: [String: String]) {
    guard environment["OMPI_COMM_WORLD_LOCAL_RANK"] == "0", let launcher = Launch.launcherOfHost(environment),
      pipe.withLock({ $0 == nil })
    else { return }
    let (shell, ends) = (Process(), Pipe())
    _ = fcntl(ends.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = ["-c", script, "microfold", "\(launcher)", "\(patience(environment))"]
    shell.standardInput = ends
    // The launcher waits for the end of its ranks' streams, which the shell must not keep open.
    (shell.standardOutput, shell.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    // Without it a launcher that hangs is not ended; nothing else depends on it.
    guard (try? shell.run()) != nil else { return }
    try? ends.fileHandleForReading.close()
    pipe.withLock { $0 = ends }
  }

  /// Its end for writing stays open until this process ends.
  private static let pipe = Mutex<Pipe?>(nil)

  /// proc(5): after the name in brackets a process's `stat` has its state, its parent, and as the 20th its start.
  private static let script = """
    trap '' HUP INT TERM USR1 USR2
    launcher=$1 patience=$2 started='' quiet=0
    facts() { read -r line <"$1" && set -- ${line##*) } && state=$1 parent=$2 start=${20}; }
    facts "/proc/$launcher/stat" && started=$start
    read -r line
    while [ "$quiet" -lt "$patience" ]; do
      sleep 1
      facts "/proc/$launcher/stat" && [ "$start" = "$started" ] && [ "$state" != Z ] || exit 0
      quiet=$((quiet + 1))
      for process in /proc/[0-9]*/stat; do
        if facts "$process" && [ "$parent" = "$launcher" ] && [ "$state" != Z ]; then quiet=0; fi
      done
    done
    echo "microfold: mpirun (process $launcher) still runs $patience s after its ranks on this host ended, so it is\
     killed; the run keeps its state: microfold status shows it" >>"/proc/$launcher/fd/2"
    kill -s KILL "$launcher"
    """
}
