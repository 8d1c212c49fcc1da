import Foundation

extension SafeTensors {
  /// A tensor to write.
  public struct Content: Sendable {
    let name: String
    let shape: [Int]
    let values: Values

    enum Values: Sendable {
      case float32([Float])
      case int64([Int])
      case uint8([UInt8])
      case memory(Memory)
    }

    /// Floats that may be used on other threads, because nobody writes to them any more; valid as long as their owner.
    struct Memory: @unchecked Sendable {
      let floats: UnsafeBufferPointer<Float>
      let owner: AnyObject
    }

    /// An F32 tensor, row-major.
    public init(_ name: String, shape: [Int], floats: [Float]) {
      (self.name, self.shape, values) = (name, shape, .float32(floats))
    }

    /// An I64 tensor, row-major.
    public init(_ name: String, shape: [Int], integers: [Int]) {
      (self.name, self.shape, values) = (name, shape, .int64(integers))
    }

    /// A U8 tensor, row-major.
    public init(_ name: String, shape: [Int], bytes: [UInt8]) {
      (self.name, self.shape, values) = (name, shape, .uint8(bytes))
    }

    /// An F32 tensor in memory that nobody writes to any more, row-major.
    init(_ name: String, shape: [Int], memory: Memory) {
      (self.name, self.shape, values) = (name, shape, .memory(memory))
    }

    var type: ElementType {
      switch values {
      case .float32, .memory: .float32
      case .int64: .int64
      case .uint8: .uint8
      }
    }

    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
      switch values {
      case .float32(let floats): try floats.withUnsafeBytes(body)
      case .int64(let integers): try integers.withUnsafeBytes(body)
      case .uint8(let bytes): try bytes.withUnsafeBytes(body)
      case .memory(let memory):
        try withExtendedLifetime(memory.owner) { try body(UnsafeRawBufferPointer(memory.floats)) }
      }
    }
  }

  /// Writes a file atomically; the same tensors give the same bytes.
  ///
  /// Tensors with wider elements come first, so that each tensor is aligned to its elements (PyTorch requires it);
  /// otherwise the order is kept. The header's keys are sorted.
  /// - Throws: a `Fault` when a name is empty, reserved or used twice, a shape does not match its values, or the file
  ///   cannot be written.
  public static func write(_ tensors: [Content], metadata: [String: String] = [:], to path: String) throws {
    let (ordered, entries) = layout(tensors)
    let file = try AtomicFile(at: path)
    try header(entries, metadata, path).withUnsafeBytes(file.append)
    for tensor in ordered { try tensor.withUnsafeBytes(file.append) }
    try file.commit()
  }

  /// The tensors in the order of their data, with the range of each.
  static func layout(_ tensors: [Content]) -> ([Content], [Entry]) {
    let widestFirst = [8, 4, 1].flatMap { size in tensors.filter { $0.type.size == size } }
    var entries: [Entry] = []
    var start = 0
    for tensor in widestFirst {
      let size = tensor.withUnsafeBytes(\.count)
      entries.append(Entry(name: tensor.name, type: tensor.type, shape: tensor.shape, range: start..<start + size))
      start += size
    }
    return (widestFirst, entries)
  }

  /// The header's length and text, padded with spaces to 8 bytes.
  static func header(_ entries: [Entry], _ metadata: [String: String], _ path: String) throws -> [UInt8] {
    var names: Set<String> = []
    for entry in entries {
      guard !entry.name.isEmpty, entry.name != "__metadata__", names.insert(entry.name).inserted else {
        throw Fault(at: path, "cannot hold a tensor named `\(entry.name)`: empty, reserved or there already")
      }
      let size = entry.shape.reduce(entry.type.size) { $0.multipliedReportingOverflow(by: $1).partialValue }
      guard entry.shape.allSatisfy({ $0 >= 0 }), size == entry.range.count else {
        throw Fault(
          at: "\(path), tensor `\(entry.name)`",
          "has \(entry.range.count) bytes, its shape \(entry.shape) needs \(size)")
      }
    }
    var members: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }.map { "\(JSONNode.quoted($0.key)):\(JSONNode.quoted($0.value))" }
      members.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    for entry in entries.sorted(by: { $0.name < $1.name }) {
      let shape = entry.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(JSONNode.quoted(entry.name)):{\"dtype\":\"\(entry.type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(entry.range.lowerBound),\(entry.range.upperBound)]}")
    }
    var text = "{\(members.joined(separator: ","))}"
    text += String(repeating: " ", count: (8 - text.utf8.count % 8) % 8)
    guard text.utf8.count <= SafeTensorsHeader.limit else {
      throw Fault(at: path, "would have a header of \(text.utf8.count) bytes; the limit is \(SafeTensorsHeader.limit)")
    }
    return withUnsafeBytes(of: UInt64(text.utf8.count).littleEndian) { Array($0) } + Array(text.utf8)
  }
}

/// Writes a safetensors file tensor by tensor, with only one of them in memory.
///
/// The header precedes the data but is known only at the end, so the data are kept in a second temporary file.
public final class SafeTensorsStream {
  public let path: String
  private let data: AtomicFile
  private var entries: [SafeTensors.Entry] = []
  private var end = 0

  /// Names of temporary files of killed writers of this file, which were removed from its directory.
  let removed: [String]

  /// - Throws: a `Fault` naming the path when nothing can be written there.
  public init(at path: String) throws {
    self.path = path
    removed = AtomicFile.removeAbandoned(for: path)
    data = try AtomicFile(at: path, isLocked: true)
  }

  /// Appends a tensor.
  ///
  /// - Parameter bytes: its elements, little endian.
  /// - Throws: a `Fault` when it cannot be written.
  public func append(
    _ name: String, _ type: SafeTensors.ElementType, shape: [Int], bytes: UnsafeRawBufferPointer
  ) throws {
    try data.append(bytes)
    entries.append(SafeTensors.Entry(name: name, type: type, shape: shape, range: end..<end + bytes.count))
    end += bytes.count
  }

  /// Writes the header and the data, and moves the file to its path.
  ///
  /// - Throws: a `Fault` as `SafeTensors.write` does; the path's content is then unchanged.
  public func commit(metadata: [String: String]) throws {
    let file = try AtomicFile(at: path, isLocked: true)
    try SafeTensors.header(entries, metadata, path).withUnsafeBytes(file.append)
    try MappedFile(data.temporaryPath).withBytes { waiting in
      guard waiting.count == end else { throw Fault(at: path, "its temporary file was changed meanwhile") }
      try file.append(waiting)
    }
    try file.commit()
    data.discard()
  }
}
