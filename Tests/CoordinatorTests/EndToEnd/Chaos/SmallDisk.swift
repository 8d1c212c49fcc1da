import Foundation

/// A run directory on a full disk: a small file system in memory that only one command sees.
enum SmallDisk {
  /// Why it is not possible on this machine; empty where it is.
  static let problem: String = {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    process.standardError = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      return "there is no unshare"
    }
    process.waitUntilExit()
    return process.terminationStatus == 0 ? "" : "it cannot mount a disk of its own"
  }()

  /// Runs a command whose run directory is on a disk with this many KiB of free space, and copies its files back
  /// afterwards.
  static func words(_ run: String, kibibytes: Int, _ command: [String]) -> [String] {
    [
      "unshare", "--mount", "bash", "-c",
      """
      run=$1 size=$2; shift 2
      mkdir -p "$run" && cp -a "$run" "$run.kept" && size=$((size + $(du -sk "$run" | cut -f 1)))
      mount -t tmpfs -o size=${size}k tmpfs "$run" && cp -a "$run.kept/." "$run/" || exit 99
      "$@" & job=$!
      trap 'kill -USR1 $job' USR1
      until wait $job; status=$?; ! kill -0 $job 2>/dev/null; do :; done
      rm -rf "$run.kept" && cp -a "$run" "$run.kept" && umount "$run" && rm -rf "$run" && mv "$run.kept" "$run"
      exit $status
      """, "disk", run, "\(kibibytes)",
    ] + command
  }
}
