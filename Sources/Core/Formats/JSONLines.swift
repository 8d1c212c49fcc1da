import Foundation

/// A file of JSON values, one per line, to which lines are only appended: the ledger and the metrics.
///
/// A line is valid once its newline is on disk. Every append is a single write at the end of the file, so that not even
/// a second writer can destroy earlier lines. `read` ignores what a crash left after the last newline; the next
/// `append` marks it as torn.
public enum JSONLines {
  /// The end of a line whose writer was interrupted.
  private static let tornMark = Array(" #torn".utf8)

  /// Appends one value as a line with sorted keys, and syncs it; creates the file if it is missing.
  ///
  /// - Throws: a `Fault` naming the path when it cannot be written.
  public static func append(_ value: some Encodable, to path: String) throws { try append(all: [value], to: path) }

  /// Appends values, one line each, in a single write.
  ///
  /// - Parameters:
  ///   - isSealed: whether each line gets its own checksum, which reading checks.
  ///   - syncs: whether the lines are on disk when the call returns.
  /// - Throws: a `Fault` naming the path when they cannot be written.
  public static func append(
    all values: [some Encodable], to path: String, isSealed: Bool = false, syncs: Bool = true
  ) throws {
    let lines = try values.reduce(into: Data()) { $0 += try isSealed ? sealed(line($1, path)) : line($1, path) }
    let isNew = access(path, F_OK) != 0
    let descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Fault.system(at: path, "cannot be written") }
    defer { close(descriptor) }
    let torn = try endsWithNewline(descriptor, path) ? [] : tornMark + [newline]
    try (torn + lines).withUnsafeBytes { try writeAll($0, to: descriptor, path) }
    if syncs { guard fsync(descriptor) == 0 else { throw Fault.system(at: path, "cannot be written") } }
    if isNew { try AtomicFile.syncDirectory(of: path) }
  }

  /// Writes a file of these values alone, atomically, as if they had been appended.
  ///
  /// - Throws: a `Fault` naming the path when it cannot be written.
  public static func write(_ values: [some Encodable], to path: String) throws {
    try AtomicFile.write(values.reduce(into: Data()) { $0 += try line($1, path) }, to: path)
  }

  /// All values of a file, in order; none if there is no file. A torn line is ignored.
  ///
  /// - Throws: a `Fault` naming the path and the line when a complete line is not such a value; if the value's own
  ///   decoding throws a `Fault`, its text is included.
  public static func read<Value: Decodable>(_ type: Value.Type, from path: String) throws -> [Value] {
    try read(type, from: path) { throw $0 }
  }

  /// All values of a file, in order, without lines that are damaged or do not match their checksum.
  ///
  /// - Parameter skipping: called with the problem of each line that is skipped.
  /// - Throws: a `Fault` when the file cannot be read, or the value's own decoding refuses a good line.
  public static func read<Value: Decodable>(
    _ type: Value.Type, from path: String, skipping: (Fault) throws -> Void
  ) throws -> [Value] {
    guard access(path, F_OK) == 0 else { return [] }
    guard let bytes = FileManager.default.contents(atPath: path) else { throw Fault(at: path, "cannot be read") }
    guard let end = bytes.lastIndex(of: newline) else { return [] }
    let decoder = JSONDecoder()
    var values: [Value] = []
    for (index, line) in bytes[..<end].split(separator: newline, omittingEmptySubsequences: false).enumerated()
    where !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) && !line.ends(with: tornMark) {
      let location = "\(path), line \(index + 1)"
      do {
        guard fitsSeal(line) else { throw Damage() }
        values.append(try decoder.decode(type, from: Data(line)))
      } catch let fault as Fault {
        throw Fault(at: location, fault.problem)
      } catch {
        try skipping(Fault(at: location, "is not a valid record; the file was changed or damaged"))
      }
    }
    return values
  }

  private struct Damage: Error {}

  private static let newline: UInt8 = 0x0A

  private static func line(_ value: some Encodable, _ path: String) throws -> Data {
    do {
      return try JSONEncoder.stable().encode(value) + [newline]
    } catch {
      throw Fault(at: path, "a value has no JSON form: \(error)")
    }
  }

  private static func endsWithNewline(_ descriptor: Int32, _ path: String) throws -> Bool {
    let end = lseek(descriptor, 0, SEEK_END)
    guard end >= 0 else { throw Fault.system(at: path, "is not a regular file") }
    guard end > 0 else { return true }
    var last: UInt8 = 0
    guard uninterrupted({ pread(descriptor, &last, 1, end - 1) }) == 1 else {
      throw Fault.system(at: path, "cannot be read")
    }
    return last == newline
  }
}

// MARK: - Checksums of lines

/// A sealed line is an object whose last member is the XXH64 checksum of the line without that member.
extension JSONLines {
  private static let sealStart = Array(",\"sum\":\"".utf8)
  private static let sealEnd = Array("\"}".utf8)
  private static let digits = 16

  /// - Parameter line: a non-empty object, with its newline.
  private static func sealed(_ line: Data) -> Data {
    let object = line.dropLast(2)
    return object + sealStart + Array(sum(of: object).utf8) + sealEnd + [newline]
  }

  /// Whether a line has no checksum, or the right one.
  private static func fitsSeal(_ line: Data) -> Bool {
    let length = sealStart.count + digits + sealEnd.count
    let seal = line.suffix(length)
    guard line.count > length, seal.starts(with: sealStart), seal.ends(with: sealEnd) else { return true }
    return seal.dropFirst(sealStart.count).prefix(digits).elementsEqual(sum(of: line.dropLast(length)).utf8)
  }

  private static func sum(of bytes: Data) -> String {
    var sum = XXH64()
    bytes.withUnsafeBytes { sum.update($0) }
    let text = String(sum.value, radix: 16)
    return String(repeating: "0", count: digits - text.count) + text
  }
}

extension Data {
  fileprivate func ends(with bytes: [UInt8]) -> Bool { suffix(bytes.count).elementsEqual(bytes) }
}
