/// Sealed files: safetensors files whose last tensor is the checksum of all bytes before it.
extension SafeTensors {
  /// The name of the checksum's tensor: the last eight bytes of the file, little endian.
  public static let sealName = "checksum"

  /// Writes a sealed file atomically; the same tensors give the same bytes.
  ///
  /// - Throws: a `Fault` as `write` does.
  public static func writeSealed(_ tensors: [Content], metadata: [String: String], to path: String) throws {
    // `write` puts tensors with wider elements first, so single bytes that are last in the list are last in the file.
    let seal = Content(sealName, shape: [8], bytes: [UInt8](repeating: 0, count: 8))
    let (ordered, entries) = layout(tensors + [seal])
    let file = try AtomicFile(at: path)
    var sum = XXH64()
    func append(_ bytes: UnsafeRawBufferPointer) throws {
      sum.update(bytes)
      try file.append(bytes)
    }
    try header(entries, metadata, path).withUnsafeBytes(append)
    for tensor in ordered.dropLast() { try tensor.withUnsafeBytes(append) }
    try withUnsafeBytes(of: sum.value.littleEndian, file.append)
    try file.commit()
  }

  /// Checks the checksum of the whole file.
  ///
  /// - Throws: a `Fault` when it is missing or wrong.
  public func requireSeal() throws {
    try withFile { bytes in
      guard let last = entries.last, last.name == SafeTensors.sealName, last.type == .uint8, last.shape == [8] else {
        throw Fault(at: path, "has no checksum at its end")
      }
      var sum = XXH64()
      sum.update(UnsafeRawBufferPointer(rebasing: bytes.dropLast(8)))
      let sealed = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self))
      guard sum.value == sealed else {
        throw Fault(at: path, "does not match its checksum: it is truncated or was changed")
      }
    }
  }
}
