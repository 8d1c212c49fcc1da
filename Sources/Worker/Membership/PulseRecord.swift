import Foundation

/// A rank's sign of life: the content of its small file, rewritten every half second.
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

/// The signs of life of one job, in its directory: `rank-K`.
struct PulseFiles: Sendable {
  let directory: String
  /// Every record takes this much, so that a shorter one leaves nothing of a longer one behind it.
  private static let length = 1024

  func path(_ rank: Int) -> String { "\(directory)/rank-\(rank)" }

  /// What a rank wrote last; nil where it wrote nothing yet, or is at it.
  func read(_ rank: Int) -> PulseRecord? {
    // Opened anew each time: a network file system then asks the server.
    guard let data = FileManager.default.contents(atPath: path(rank)) else { return nil }
    return try? JSONDecoder().decode(PulseRecord.self, from: data)
  }

  /// - Parameter file: this rank's, open.
  func write(_ record: PulseRecord, to file: Int32) {
    guard var data = try? JSONEncoder().encode(record), data.count <= PulseFiles.length else { return }
    data.append(Data(repeating: UInt8(ascii: " "), count: PulseFiles.length - data.count))
    // One that is not written is missed like one that is late.
    _ = data.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
    fdatasync(file)
  }
}
