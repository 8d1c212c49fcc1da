import Foundation

/// Identifies a host: ranks with the same key see each other's processes and share a folder in memory.
public enum HostKey {
  /// - Parameter folder: an existing folder in this host's memory.
  public static func own(sharing folder: String) -> String {
    var status = stat()
    let folderNumber = stat(folder, &status) == 0 ? "\(status.st_dev):\(status.st_ino)" : ""
    return "\(ProcessInfo.processInfo.hostName) \(ProcessIdentity.own().machine) \(folderNumber)"
  }
}
