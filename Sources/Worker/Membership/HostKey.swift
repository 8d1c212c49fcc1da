import Foundation

/// What tells hosts apart: ranks with the same key see each other's processes and share a folder in memory.
public enum HostKey {
  /// - Parameter folder: exists, in this host's memory.
  public static func own(sharing folder: String) -> String {
    var status = stat()
    let place = stat(folder, &status) == 0 ? "\(status.st_dev):\(status.st_ino)" : ""
    return "\(ProcessInfo.processInfo.hostName) \(ProcessIdentity.own().machine) \(place)"
  }
}
