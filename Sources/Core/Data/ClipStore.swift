import Foundation

/// A dataset on disk: one safetensors file with a uint8 tensor `[frames, height, width, 3]` a clip and, in its
/// metadata, one JSON text a clip.
///
/// It is opened by memory map: pixels are read from disk only when a clip is used. The map stays until the program
/// ends, so that pointers to pixels never dangle.
public final class ClipStore: Sendable {
  public let path: String
  /// All clips, sorted by name; all of one height and width.
  public let clips: [Clip]
  private let pixels: Pixels

  private enum Pixels {
    case file(SafeTensors)
    case memory(Buffer)
  }

  /// Opens a store and checks every clip's description against its tensor.
  ///
  /// - Throws: a `Fault` when the file is no clip store, `Faults` listing the clips that are wrong.
  public init(opening path: String) throws {
    self.path = path
    let tensors = try SafeTensors(opening: path)
    guard !tensors.entries.isEmpty else { throw Fault(at: path, "has no clips") }
    var clips: [Clip] = []
    var faults: [Fault] = []
    for entry in tensors.entries {
      do {
        let place = "\(path), clip `\(entry.name)`"
        let clip = try ClipDescription.clip(entry, tensors.metadata[entry.name], at: place)
        try clip.check(sameSizeAs: clips.first, at: place)
        clips.append(clip)
      } catch let fault as Fault {
        faults.append(fault)
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    pixels = .file(tensors)
    _ = Unmanaged.passRetained(tensors)
    self.clips = clips.sorted { $0.name < $1.name }
  }

  /// A store of one clip, in memory, which stays until the program ends.
  ///
  /// - Parameters:
  ///   - pixels: `[frames, height, width, 3]`, uint8, as many as the clip says.
  ///   - path: what faults name.
  init(_ clip: Clip, pixels: [UInt8], at path: String) {
    self.path = path
    clips = [clip]
    let buffer = Buffer(pixels)
    _ = Unmanaged.passRetained(buffer)
    self.pixels = .memory(buffer)
  }

  /// The pixels of a clip, `[frames, height, width, 3]`, red, green, blue.
  ///
  /// - Parameter index: index into `clips`.
  public func pixels(of index: Int) -> UnsafeRawBufferPointer {
    switch pixels {
    // The name comes from the file itself, so the lookup cannot fail.
    case .file(let tensors): (try? tensors.bytes(clips[index].name)) ?? UnsafeRawBufferPointer(start: nil, count: 0)
    case .memory(let buffer): buffer.bytes
    }
  }

  /// Bytes that nobody writes to any more.
  private final class Buffer: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer

    init(_ pixels: [UInt8]) {
      let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: pixels.count, alignment: 16)
      copy.copyBytes(from: pixels)
      bytes = UnsafeRawBufferPointer(copy)
    }

    deinit { bytes.deallocate() }
  }
}

/// Writes a clip store, clip by clip; memory for one clip is enough.
public final class ClipStoreWriter {
  private let stream: SafeTensorsStream
  private var metadata: [String: String] = [:]
  private var first: Clip?

  /// What writers of this store that were killed had left, and is now gone: names in its folder.
  public var removed: [String] { stream.removed }

  /// Makes the folder too, where it is missing.
  ///
  /// - Throws: a `Fault` naming the path when nothing can be written there.
  public init(at path: String) throws {
    try Directory.make(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    stream = try SafeTensorsStream(at: path)
  }

  /// Appends a clip.
  ///
  /// - Parameter pixels: `[frames, height, width, 3]`, uint8.
  /// - Throws: a `Fault` naming the clip when its description or its size is wrong, or its name is there already.
  public func append(_ clip: Clip, pixels: UnsafeRawBufferPointer) throws {
    let place = "\(stream.path), clip `\(clip.name)`"
    try clip.check(sameSizeAs: first, at: place)
    guard metadata[clip.name] == nil else { throw Fault(at: place, "is there already; clip names must differ") }
    // One dimension after the other, so that no product overflows.
    let fits =
      pixels.count % 3 == 0 && pixels.count / 3 % clip.width == 0
      && pixels.count / 3 / clip.width % clip.height == 0
      && pixels.count / 3 / clip.width / clip.height == clip.frames
    guard fits else {
      throw Fault(
        at: place,
        "has \(pixels.count) bytes; they do not make \(clip.frames) frames of \(clip.height) × \(clip.width) pixels")
    }
    try stream.append(clip.name, shape: [clip.frames, clip.height, clip.width, 3], bytes: pixels)
    metadata[clip.name] = try ClipDescription.text(of: clip, at: place)
    first = first ?? clip
  }

  /// Puts the store in its place.
  ///
  /// - Throws: a `Fault` when there is no clip or the disk refuses.
  public func commit() throws {
    guard first != nil else { throw Fault(at: stream.path, "would have no clips; nothing was written") }
    try stream.commit(metadata: metadata)
  }
}

/// The JSON text of a clip in the header's metadata.
private struct ClipDescription: Codable {
  var subject: String
  var emotion: String
  var source: String
  var fps: Double
  var onset: Int
  var apex: Int
  var offset: Int
  var actionUnits: String?

  static func clip(_ entry: SafeTensors.Entry, _ text: String?, at place: String) throws -> Clip {
    guard entry.type == .uint8, entry.shape.count == 4, entry.shape[3] == 3 else {
      throw Fault(at: place, "is \(entry.type.rawValue) \(entry.shape); a clip is U8 [frames, height, width, 3]")
    }
    guard let text else { throw Fault(at: place, "has no description in the header's metadata") }
    let known: ClipDescription
    do {
      known = try JSONDecoder().decode(ClipDescription.self, from: Data(text.utf8))
    } catch DecodingError.keyNotFound(let key, _) {
      throw Fault(at: place, "its description has no `\(key.stringValue)`")
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
      let key = context.codingPath.first?.stringValue ?? "description"
      throw Fault(at: place, "its `\(key)` has the wrong kind of value")
    } catch {
      throw Fault(at: place, "its description is not valid JSON")
    }
    return Clip(
      name: entry.name, subject: known.subject, emotion: known.emotion, source: known.source, fps: known.fps,
      onset: known.onset, apex: known.apex, offset: known.offset, actionUnits: known.actionUnits,
      frames: entry.shape[0], height: entry.shape[1], width: entry.shape[2])
  }

  static func text(of clip: Clip, at place: String) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let known = ClipDescription(
      subject: clip.subject, emotion: clip.emotion, source: clip.source, fps: clip.fps, onset: clip.onset,
      apex: clip.apex, offset: clip.offset, actionUnits: clip.actionUnits)
    do {
      return String(decoding: try encoder.encode(known), as: UTF8.self)
    } catch {
      throw Fault(at: place, "its description has no JSON form: \(error)")
    }
  }
}

extension Clip {
  /// Checks what is known of a clip.
  ///
  /// - Throws: a `Fault` saying what is wrong.
  func check(sameSizeAs first: Clip?, at place: String) throws {
    guard !name.isEmpty else { throw Fault(at: place, "has no name") }
    guard !subject.isEmpty else { throw Fault(at: place, "has no subject") }
    guard !emotion.isEmpty else { throw Fault(at: place, "has no emotion") }
    guard frames > 0, height > 0, width > 0 else {
      throw Fault(at: place, "has \(frames) frames of \(height) × \(width) pixels; none may be 0")
    }
    guard fps.isFinite, fps > 0 else { throw Fault(at: place, "has \(fps) frames per second") }
    guard onset >= 0, onset <= apex, apex <= offset, offset < frames else {
      throw Fault(
        at: place,
        "has onset \(onset), apex \(apex), offset \(offset); they must ascend within its \(frames) frames, from 0")
    }
    if let first, (first.height, first.width) != (height, width) {
      throw Fault(
        at: place,
        "has frames of \(height) × \(width) pixels, `\(first.name)` of \(first.height) × \(first.width); "
          + "a store has one size")
    }
  }
}
