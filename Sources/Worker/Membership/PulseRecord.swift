import Core
import Foundation

/// A rank's sign of life: the content of its small file on its own host, rewritten every half second.
struct PulseRecord: Codable, Equatable, Sendable {
  /// Goes up with each writing.
  var beat = 0
  var host: String
  var process: ProcessIdentity
  /// The session that its main thread works in.
  var session = 0
  /// It is done and ends as it should.
  var hasLeft = false
  var activity = Activity()
}

/// The signs of life of the ranks of one host, in a folder in its memory: `rank-K`. No file server is asked.
struct PulseFiles: Sendable {
  let directory: String
  /// Every record takes this much, so that a shorter one leaves nothing of a longer one behind it.
  private static let length = 1024

  func path(_ rank: Int) -> String { "\(directory)/rank-\(rank)" }

  /// What a rank wrote last; nil where it wrote nothing yet, or is at it.
  func read(_ rank: Int) -> PulseRecord? {
    guard let data = FileManager.default.contents(atPath: path(rank)) else { return nil }
    return try? JSONDecoder().decode(PulseRecord.self, from: data)
  }

  /// - Parameter file: this rank's, open.
  func write(_ record: PulseRecord, to file: Int32) {
    guard var data = try? JSONEncoder().encode(record), data.count <= PulseFiles.length else { return }
    data.append(Data(repeating: UInt8(ascii: " "), count: PulseFiles.length - data.count))
    // One that is not written is missed like one that is late.
    _ = data.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
  }

  /// Removes a rank's file, and the folder with the last one.
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

  /// Removes the folders that jobs left which were killed: all of their ranks are gone from this machine.
  func removeAbandonedNeighbours() {
    let base = (directory as NSString).deletingLastPathComponent
    let prefix = PulseSettings.hostDirectoryPrefix
    for name in (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? [] where name.hasPrefix(prefix) {
      let other = PulseFiles(directory: "\(base)/\(name)")
      guard other.directory != directory else { continue }
      let records = other.ranks.map(other.read)
      let own = ProcessIdentity.own()
      // One without a record may be of a job that is just starting.
      if !records.isEmpty, records.allSatisfy({ $0?.process.isGone(seenFrom: own) ?? false }) { other.removeFolder() }
    }
  }
}

/// What one rank of a host says of all that run there, in the job's folder that all hosts see.
struct HostRecord: Codable, Equatable, Sendable {
  /// Goes up with each writing.
  var beat = 0
  var ranks: [Int: PulseRecord]
}

/// The hosts' records of one job: `host-K`, K being the lowest rank that was started there.
public struct HostFiles: Sendable {
  let directory: String

  public init(directory: String) { self.directory = directory }

  func path(_ host: Int) -> String { "\(directory)/host-\(host)" }

  /// What a host wrote last; nil where it wrote nothing yet, or is at it.
  func read(_ host: Int) -> HostRecord? {
    // Opened anew each time: a network file system then asks the server.
    guard let data = FileManager.default.contents(atPath: path(host)) else { return nil }
    return try? JSONDecoder().decode(HostRecord.self, from: data)
  }

  func write(_ record: HostRecord, _ host: Int) {
    guard var data = try? JSONEncoder().encode(record) else { return }
    let file = open(path(host), O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard file >= 0 else { return }
    defer { close(file) }
    // Room for what ranks may have to say later, so that a shorter record leaves nothing of a longer one behind it.
    let room = 512 + 1024 * record.ranks.count
    data.append(Data(repeating: UInt8(ascii: " "), count: max(0, room - data.count)))
    _ = data.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
    fdatasync(file)
  }

  /// What all ranks of a job say.
  func all() -> [Int: PulseRecord] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    let hosts = names.compactMap { $0.hasPrefix("host-") ? Int($0.dropFirst(5)) : nil }
    return hosts.compactMap(read).reduce(into: [:]) { $0.merge($1.ranks) { $1 } }
  }
}
