import Foundation

/// A safetensors file that is open for reading; its data are memory-mapped and read only when they are used.
///
/// The layout is that of the official Python package: the header's length in 8 bytes (little endian), a JSON header
/// that may end in spaces, then the tensors' bytes without gaps.
public final class SafeTensors: Sendable {
  /// The type of a tensor's elements, by its name in the header.
  public enum ElementType: String, CaseIterable, Sendable {
    case bool = "BOOL"
    case uint8 = "U8"
    case int8 = "I8"
    case uint16 = "U16"
    case int16 = "I16"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case uint32 = "U32"
    case int32 = "I32"
    case float32 = "F32"
    case uint64 = "U64"
    case int64 = "I64"
    case float64 = "F64"

    /// Bytes of one element.
    public var size: Int {
      switch self {
      case .bool, .uint8, .int8: 1
      case .uint16, .int16, .float16, .bfloat16: 2
      case .uint32, .int32, .float32: 4
      case .uint64, .int64, .float64: 8
      }
    }
  }

  /// One tensor of the file.
  public struct Entry: Equatable, Sendable {
    public let name: String
    public let type: ElementType
    public let shape: [Int]
    /// The range of its bytes, counted from the end of the header.
    let range: Range<Int>

    /// Number of elements.
    public var count: Int { range.count / type.size }
  }

  public let path: String
  /// The tensors, in the order of their data.
  public let entries: [Entry]
  /// The header's `__metadata__`.
  public let metadata: [String: String]

  private let file: MappedFile
  private let dataStart: Int
  private let indices: [String: Int]

  /// Opens a file and checks its whole header against its size.
  ///
  /// - Throws: a `Fault` naming the file, and the tensor if one is wrong.
  public init(opening path: String) throws {
    file = try MappedFile(path)
    let header = try SafeTensorsHeader(parsing: file.bytes, path: path)
    self.path = path
    entries = header.entries
    metadata = header.metadata
    dataStart = header.dataStart
    indices = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.name, $0) })
  }

  /// The tensors' names, in the order of their data.
  public var names: [String] { entries.map(\.name) }

  /// Whether there is a tensor of this name.
  public func contains(_ name: String) -> Bool { indices[name] != nil }

  /// The tensor of this name.
  ///
  /// - Throws: a `Fault` when there is none.
  public func entry(_ name: String) throws -> Entry {
    guard let index = indices[name] else { throw Fault(at: path, "has no tensor `\(name)`") }
    return entries[index]
  }

  /// Calls `body` with the bytes of a tensor, row-major and not aligned, which are valid during the call.
  ///
  /// - Throws: a `Fault` when there is no such tensor.
  public func withBytes<Result>(_ name: String, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    try withExtendedLifetime(file) { try body(bytes(name)) }
  }

  /// Calls `body` with the bytes of the whole file.
  func withFile<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try file.withBytes(body)
  }

  /// The bytes of a tensor; valid as long as this object lives.
  func bytes(_ name: String) throws -> UnsafeRawBufferPointer {
    let range = try entry(name).range
    return UnsafeRawBufferPointer(rebasing: file.bytes[dataStart + range.lowerBound..<dataStart + range.upperBound])
  }

  /// The elements of a floating-point tensor, row-major; wider ones are rounded to single precision.
  ///
  /// - Throws: a `Fault` when there is no such tensor or its elements have another type.
  public func floats(_ name: String) throws -> [Float] {
    let entry = try entry(name)
    let bytes = try bytes(name)
    switch entry.type {
    case .float32: return elements(bytes, as: UInt32.self) { Float(bitPattern: UInt32(littleEndian: $0)) }
    case .float64: return elements(bytes, as: UInt64.self) { Float(Double(bitPattern: UInt64(littleEndian: $0))) }
    case .float16: return elements(bytes, as: UInt16.self) { singlePrecision(half: UInt16(littleEndian: $0)) }
    case .bfloat16:
      return elements(bytes, as: UInt16.self) { Float(bitPattern: UInt32(UInt16(littleEndian: $0)) << 16) }
    default:
      throw Fault(at: "\(path), tensor `\(name)`", "holds \(entry.type.rawValue); floating-point numbers are needed")
    }
  }

  /// The elements of an I64, I32, U8 or other integer tensor, row-major.
  ///
  /// - Throws: a `Fault` when there is no such tensor, its elements have another type, or one is above 2^63 - 1.
  public func integers(_ name: String) throws -> [Int] {
    let entry = try entry(name)
    let bytes = try bytes(name)
    switch entry.type {
    case .int64: return elements(bytes, as: Int64.self) { Int(Int64(littleEndian: $0)) }
    case .int32: return elements(bytes, as: Int32.self) { Int(Int32(littleEndian: $0)) }
    case .int16: return elements(bytes, as: Int16.self) { Int(Int16(littleEndian: $0)) }
    case .int8: return elements(bytes, as: Int8.self) { Int($0) }
    case .uint32: return elements(bytes, as: UInt32.self) { Int(UInt32(littleEndian: $0)) }
    case .uint16: return elements(bytes, as: UInt16.self) { Int(UInt16(littleEndian: $0)) }
    case .uint8, .bool: return elements(bytes, as: UInt8.self) { Int($0) }
    case .uint64:
      let values = elements(bytes, as: UInt64.self) { Int(exactly: UInt64(littleEndian: $0)) }
      guard !values.contains(nil) else { throw Fault(at: "\(path), tensor `\(name)`", "has a number above 2^63 - 1") }
      return values.map { $0! }
    default:
      throw Fault(at: "\(path), tensor `\(name)`", "holds \(entry.type.rawValue); whole numbers are needed")
    }
  }

  private func elements<Stored: BitwiseCopyable, Value>(
    _ bytes: UnsafeRawBufferPointer, as type: Stored.Type, _ value: (Stored) -> Value
  ) -> [Value] {
    let size = MemoryLayout<Stored>.size
    return (0..<bytes.count / size).map { value(bytes.loadUnaligned(fromByteOffset: $0 * size, as: type)) }
  }
}

/// Converts a number from IEEE half precision, exactly.
func singlePrecision(half bits: UInt16) -> Float {
  let fraction = Float(bits & 0x3FF)
  let magnitude: Float =
    switch bits >> 10 & 0x1F {
    case 0: fraction * 0x1p-24
    case 31: fraction == 0 ? .infinity : .nan
    case let exponent: (1024 + fraction) * Float(sign: .plus, exponent: Int(exponent) - 25, significand: 1)
    }
  return bits >> 15 == 0 ? magnitude : -magnitude
}
