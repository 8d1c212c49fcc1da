/// The checked header of a safetensors file: all its ranges are inside the file.
struct SafeTensorsHeader {
  /// The official limit of the header's length, bytes.
  static let limit = 100_000_000

  /// The tensors, in the order of their data.
  let entries: [SafeTensors.Entry]
  let metadata: [String: String]
  /// The offset of the data in the file.
  let dataStart: Int

  /// - Parameter file: the whole file.
  /// - Throws: a `Fault` naming the file, and the tensor if one is wrong.
  init(parsing file: UnsafeRawBufferPointer, path: String) throws {
    let length = try SafeTensorsHeader.length(file.prefix(8), of: file.count, path)
    try self.init(text: Array(file[8..<8 + length]), of: file.count, path)
  }

  /// Reads only the header.
  ///
  /// - Throws: a `Fault` naming the file, and the tensor if one is wrong.
  init(of file: OpenFile) throws {
    let length = try SafeTensorsHeader.length(of: file)
    try self.init(text: try file.bytes(8..<8 + length, location: file.path), of: file.count, file.path)
  }

  /// The length in bytes of the header's text, which begins at byte 8.
  ///
  /// - Throws: a `Fault` naming the file if it is too small for that.
  static func length(of file: OpenFile) throws -> Int {
    let first = try file.bytes(0..<min(8, file.count), location: file.path)
    return try first.withUnsafeBytes { try length($0[...], of: file.count, file.path) }
  }

  private static func length(_ first: Slice<UnsafeRawBufferPointer>, of size: Int, _ path: String) throws -> Int {
    guard first.count == 8 else { throw Fault(at: path, "has \(size) bytes; a safetensors file has at least 8") }
    let length = first.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(size - 8) else {
      throw Fault(at: path, "is truncated or not a safetensors file: its header would have \(length) bytes")
    }
    guard length <= UInt64(limit) else {
      throw Fault(at: path, "has a header of \(length) bytes; the limit is \(limit)")
    }
    return Int(length)
  }

  /// - Parameter size: bytes of the whole file.
  private init(text: [UInt8], of size: Int, _ path: String) throws {
    dataStart = 8 + text.count
    let root = try JSONNode.parse(text, location: "\(path), header as JSON")
    guard let members = root.members else { throw Fault(at: path, "its header is not a JSON object") }

    var metadata: [String: String] = [:]
    var entries: [SafeTensors.Entry] = []
    for (name, value) in members.map({ ($0.key, $0.value) }) {
      if name == "__metadata__" {
        guard let texts = value.members else { throw Fault(at: path, "its `__metadata__` is not a JSON object") }
        for member in texts {
          guard let text = member.value.text else { throw Fault(at: path, "metadata `\(member.key)` is not a text") }
          metadata[member.key] = text
        }
      } else {
        entries.append(try SafeTensorsHeader.entry(name, value, at: "\(path), tensor `\(name)`"))
      }
    }
    self.metadata = metadata
    // An empty tensor has the same start as the next one and comes before it.
    self.entries = entries.sorted {
      ($0.range.lowerBound, $0.range.upperBound, $0.name) < ($1.range.lowerBound, $1.range.upperBound, $1.name)
    }
    do {
      try checkData(of: size - dataStart, path)
    } catch {
      // Of two tensors with one name only one was read, and the other's data are then a gap.
      throw SafeTensorsHeader.repeatedName(in: text, at: path) ?? error
    }
  }

  /// The tensor of one member of the header; checks that its size matches its shape.
  private static func entry(_ name: String, _ value: JSONNode, at location: String) throws -> SafeTensors.Entry {
    guard value.members != nil else { throw Fault(at: location, "is not described by a JSON object") }
    guard let typeName = value["dtype"]?.text else { throw Fault(at: location, "has no `dtype`") }
    guard let type = SafeTensors.ElementType(rawValue: typeName) else {
      throw Fault(at: location, "has the unknown element type `\(typeName)`")
    }
    guard let dimensions = value["shape"]?.elements else { throw Fault(at: location, "has no `shape`") }
    let shape = try dimensions.map { dimension in
      guard let extent = dimension.integer, extent >= 0 else {
        throw Fault(at: location, "has a shape that is not made of whole numbers from 0")
      }
      return extent
    }
    var size = type.size
    for extent in shape {
      let product = size.multipliedReportingOverflow(by: extent)
      guard !product.overflow else { throw Fault(at: location, "has a shape too large for any memory: \(shape)") }
      size = product.partialValue
    }
    guard let offsets = value["data_offsets"]?.elements, offsets.count == 2,
      let start = offsets[0].integer, let end = offsets[1].integer, start >= 0, end >= start
    else { throw Fault(at: location, "has no valid `data_offsets`; two ascending whole numbers are needed") }
    guard end - start == size else {
      throw Fault(at: location, "has \(end - start) bytes of data, its shape \(shape) of \(typeName) needs \(size)")
    }
    return SafeTensors.Entry(name: name, type: type, shape: shape, range: start..<end)
  }

  /// Checks that the tensors' data have no gaps and overlaps and fill the file.
  private func checkData(of available: Int, _ path: String) throws(Fault) {
    var end = 0
    for entry in entries {
      let location = "\(path), tensor `\(entry.name)`"
      guard entry.range.upperBound <= available else {
        throw Fault(
          at: location,
          "its data end at byte \(entry.range.upperBound) of \(available): the file is truncated or its header wrong")
      }
      guard entry.range.lowerBound >= end else { throw Fault(at: location, "its data overlap those of another tensor") }
      guard entry.range.lowerBound == end else {
        throw Fault(at: location, "there is a gap of \(entry.range.lowerBound - end) bytes before its data")
      }
      end = entry.range.upperBound
    }
    guard end == available else { throw Fault(at: path, "has \(available - end) bytes that belong to no tensor") }
  }
}
