import Foundation

/// A file of JSON values, one a line, that only grows: the ledger and the metrics.
///
/// A line counts once its newline is on disk. What a crash left behind the last newline is ignored by `read` and cut
/// off by the next `append`. One writer at a time.
public enum JSONLines {
  /// Appends one value as a line, keys sorted, and syncs it; the file is made when it is not there.
  ///
  /// - Throws: a `Fault` naming the path when it cannot be written.
  public static func append(_ value: some Encodable, to path: String) throws {
    let line = try line(value, path)
    let isNew = access(path, F_OK) != 0
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Fault.system(at: path, "cannot be written") }
    defer { close(descriptor) }
    let end = try endOfLastLine(descriptor, path)
    guard ftruncate(descriptor, off_t(end)) == 0, lseek(descriptor, off_t(end), SEEK_SET) == end else {
      throw Fault.system(at: path, "cannot be written")
    }
    try line.withUnsafeBytes { try writeAll($0, to: descriptor, path) }
    guard fsync(descriptor) == 0 else { throw Fault.system(at: path, "cannot be written") }
    if isNew { try AtomicFile.syncDirectory(of: path) }
  }

  /// Writes a file of these values and no others, atomically, as if they had been appended.
  ///
  /// - Throws: a `Fault` naming the path when it cannot be written.
  public static func write(_ values: [some Encodable], to path: String) throws {
    try AtomicFile.write(values.reduce(into: Data()) { $0 += try line($1, path) }, to: path)
  }

  /// All values of a file, in order; none when there is no file. A torn last line is ignored.
  ///
  /// - Throws: a `Fault` naming the path and the line when a whole line is not such a value; a `Fault` of the value's
  ///   own decoding says what is wrong with it.
  public static func read<Value: Decodable>(_ type: Value.Type, from path: String) throws -> [Value] {
    guard access(path, F_OK) == 0 else { return [] }
    let bytes = try MappedFile(path).withBytes { Data($0) }
    guard let end = bytes.lastIndex(of: 0x0A) else { return [] }
    let decoder = JSONDecoder()
    var values: [Value] = []
    for (index, line) in bytes[..<end].split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
    where !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) {
      do {
        values.append(try decoder.decode(type, from: Data(line)))
      } catch let fault as Fault {
        throw Fault(at: "\(path), line \(index + 1)", fault.problem)
      } catch {
        throw Fault(at: "\(path), line \(index + 1)", "is not a valid record; the file was changed or damaged")
      }
    }
    return values
  }

  private static func line(_ value: some Encodable, _ path: String) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return try encoder.encode(value) + [0x0A]
    } catch {
      throw Fault(at: path, "a value has no JSON form: \(error)")
    }
  }

  /// The number of bytes up to and with the last newline.
  private static func endOfLastLine(_ descriptor: Int32, _ path: String) throws -> Int {
    var end = Int(lseek(descriptor, 0, SEEK_END))
    guard end >= 0 else { throw Fault.system(at: path, "is not a regular file") }
    var block = [UInt8](repeating: 0, count: 4096)
    while end > 0 {
      let count = min(end, block.count)
      guard uninterrupted({ pread(descriptor, &block, count, off_t(end - count)) }) == count else {
        throw Fault.system(at: path, "cannot be read")
      }
      if let newline = block[..<count].lastIndex(of: 0x0A) { return end - count + newline + 1 }
      end -= count
    }
    return 0
  }
}
