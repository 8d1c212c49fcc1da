import Core
import Foundation

/// A rank's heartbeat: the content of its small file on its own host, rewritten every half second.
struct PulseRecord: Codable, Equatable, Sendable {
  /// Goes up with each writing.
  var beat = 0
  var host: String
  var process: ProcessIdentity
  /// The session in which its main thread works.
  var session = 0
  /// Whether it has done its work and ends normally.
  var hasLeft = false
  var activity = Activity()
}

/// The heartbeat files of one host's ranks, in a folder in its memory: `rank-K`. No file server is used.
struct PulseFiles: Sendable {
  let directory: String
  /// Every record has this many bytes, so that a shorter one overwrites a longer one completely.
  private static let length = 1024

  func path(_ rank: Int) -> String { "\(directory)/rank-\(rank)" }

  /// A rank's last record; nil where it has written none yet, or is writing one.
  func read(_ rank: Int) -> PulseRecord? {
    guard let data = FileManager.default.contents(atPath: path(rank)) else { return nil }
    return try? JSONDecoder().decode(PulseRecord.self, from: data)
  }

  /// - Parameter file: this rank's open file.
  func write(_ record: PulseRecord, to file: Int32) {
    guard var data = try? JSONEncoder().encode(record), data.count <= PulseFiles.length else { return }
    data.append(Data(repeating: UInt8(ascii: " "), count: PulseFiles.length - data.count))
    // A record that cannot be written counts as missing.
    _ = data.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
  }

  /// Removes a rank's file, and after the last one the folder.
  func remove(_ rank: Int) {
    unlink(path(rank))
    if ranks.isEmpty { removeFolder() }
  }

  /// Ranks that have a file.
  private var ranks: [Int] { names.compactMap { $0.hasPrefix("rank-") ? Int($0.dropFirst(5)) : nil } }

  private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [] }

  private func removeFolder() {
    for name in names where ["rank-", "session-", ".session-"].contains(where: name.hasPrefix) {
      unlink("\(directory)/\(name)")
    }
    rmdir(directory)
  }

  /// Removes folders of jobs that were killed: none of their processes exists on this machine.
  func removeAbandonedFolders() {
    let base = (directory as NSString).deletingLastPathComponent
    let prefix = PulseSettings.hostDirectoryPrefix
    for name in (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? [] where name.hasPrefix(prefix) {
      let other = PulseFiles(directory: "\(base)/\(name)")
      guard other.directory != directory else { continue }
      let records = other.ranks.map(other.read)
      let own = ProcessIdentity.own()
      // A folder without records may belong to a job that is just starting.
      if !records.isEmpty, records.allSatisfy({ $0?.process.isGone(seenFrom: own) ?? false }) { other.removeFolder() }
    }
  }
}

/// What one rank of a host reports about all ranks there, in the job's folder, which all hosts see.
struct HostRecord: Codable, Equatable, Sendable {
  /// Goes up with each writing.
  var beat = 0
  var ranks: [Int: PulseRecord]
}

/// The hosts' records of one job: `host-K`, where K is the lowest rank that was started there.
public struct HostFiles: Sendable {
  let directory: String

  public init(directory: String) { self.directory = directory }

  func path(_ host: Int) -> String { "\(directory)/host-\(host)" }

  /// A host's last record; nil where it has written none yet, or is writing one.
  func read(_ host: Int) -> HostRecord? {
    // The file is opened each time, so that a network file system asks its server.
    guard let data = FileManager.default.contents(atPath: path(host)) else { return nil }
    return try? JSONDecoder().decode(HostRecord.self, from: data)
  }

  func write(_ record: HostRecord, _ host: Int) {
    guard var data = try? JSONEncoder().encode(record) else { return }
    let file = open(path(host), O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard file >= 0 else { return }
    defer { close(file) }
    // Space for longer records, so that a shorter one overwrites a longer one completely.
    let room = 512 + 1024 * record.ranks.count
    data.append(Data(repeating: UInt8(ascii: " "), count: max(0, room - data.count)))
    _ = data.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
    fdatasync(file)
  }

  /// The last records of all ranks of a job.
  func all() -> [Int: PulseRecord] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    let hosts = names.compactMap { $0.hasPrefix("host-") ? Int($0.dropFirst(5)) : nil }
    return hosts.compactMap(read).reduce(into: [:]) { $0.merge($1.ranks) { $1 } }
  }
}
