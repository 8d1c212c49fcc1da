import Core

/// The batch of one step, from a file that the user made; every tensor is checked before it is used.
struct BatchFile {
  /// Clips in the file: `[batch, 3, frames, size, size]`.
  struct Clips {
    let name: String
    let batch, frames, size: Int
  }

  private let file: SafeTensors

  init(opening path: String) throws { file = try SafeTensors(opening: path) }

  /// The shape of a clip tensor.
  ///
  /// - Throws: a `Fault` when it is missing, of another shape or type, or holds a value that is not finite.
  func clips(_ name: String) throws -> Clips {
    let entry = try file.entry(name)
    let shape = entry.shape
    guard entry.type == .float32, shape.count == 5, shape[1] == 3, shape.allSatisfy({ $0 > 0 }), shape[3] == shape[4]
    else {
      throw fault(name, "is \(entry.type.rawValue) \(shape); clips are F32 [batch, 3, frames, size, size]")
    }
    let isFinite = try file.withBytes(name) { bytes in
      (0..<entry.count).allSatisfy { value(bytes, $0).isFinite }
    }
    guard isFinite else { throw fault(name, "holds a value that is not finite") }
    return Clips(name: name, batch: shape[0], frames: shape[2], size: shape[3])
  }

  /// The labels of the batch.
  ///
  /// - Parameter classes: of the network that learns them.
  /// - Throws: a `Fault` when they are missing, of another shape or type, or no classes of the network.
  func labels(_ name: String, batch: Int, classes: Int) throws -> [Int] {
    let labels = try integers(name, batch: batch)
    if let sample = labels.indices.first(where: { !(0..<classes).contains(labels[$0]) }) {
      throw fault(name, "holds \(labels[sample]) at sample \(sample); the network's classes are 0 to \(classes - 1)")
    }
    return labels
  }

  /// π, a permutation of the batch without fixed points; empty for a batch of one clip.
  ///
  /// - Throws: a `Fault` when it is missing, of another shape or type, or not such a permutation.
  func shuffle(batch: Int) throws -> [Int] {
    guard batch > 1 else { return [] }
    let shuffle = try integers("shuffle", batch: batch)
    guard shuffle.sorted() == Array(0..<batch) else {
      throw fault("shuffle", "is not a permutation of 0 to \(batch - 1)")
    }
    if let sample = shuffle.indices.first(where: { shuffle[$0] == $0 }) {
      throw fault("shuffle", "leaves sample \(sample) at its position; every clip must be paired with another one")
    }
    return shuffle
  }

  /// Some samples of a clip tensor in the networks' layout, `[samples, frames, size, size, 3]`.
  func tensor(_ clips: Clips, samples: Range<Int>) throws -> Tensor {
    let result = Tensor([samples.count, clips.frames, clips.size, clips.size, 3])
    let volume = clips.frames * clips.size * clips.size
    try file.withBytes(clips.name) { bytes in
      for (row, sample) in samples.enumerated() {
        let pixels = result.pointer + row * volume * 3
        for colour in 0..<3 {
          let start = (sample * 3 + colour) * volume
          for position in 0..<volume { pixels[position * 3 + colour] = value(bytes, start + position) }
        }
      }
    }
    return result
  }

  /// Throws a `Fault` when two clip tensors differ in clips or frames.
  func requireSame(_ one: Clips, _ other: Clips) throws {
    guard (one.batch, one.frames) == (other.batch, other.frames) else {
      throw fault(
        other.name,
        "has \(other.batch) clips of \(other.frames) frames, \(one.name) \(one.batch) of \(one.frames); "
          + "both networks need the same")
    }
  }

  private func integers(_ name: String, batch: Int) throws -> [Int] {
    let entry = try file.entry(name)
    guard entry.type == .int64, entry.shape == [batch] else {
      throw fault(name, "is \(entry.type.rawValue) \(entry.shape); a batch of \(batch) needs I64 [\(batch)]")
    }
    return try file.integers(name)
  }

  private func value(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Float {
    Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)))
  }

  private func fault(_ name: String, _ problem: String) -> Fault { Fault(at: "\(file.path): \(name)", problem) }
}
