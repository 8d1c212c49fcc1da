import Foundation

/// A dataset on disk: one safetensors file with one tensor per clip and, in its metadata, one JSON text per clip.
///
/// Pixels are read from disk only when a clip is used, and then only the requested frames.
public final class ClipStore: Sendable {
  public let path: String
  /// All clips, sorted by name; they have the same height and width.
  public let clips: [Clip]
  /// What each pixel is.
  public let content: Content
  /// How the import made squares of frames that were not; squashed where the store does not say.
  public let fit: FrameFit
  private let pixels: Pixels

  /// What the pixels of a store are.
  public enum Content: Sendable {
    /// Colours: uint8 `[frames, height, width, 3]`, red, green, blue.
    case frames
    /// Optical flow from the onset frame: int16 `[frames, height, width, 2]`, right and down, see `FlowQuantization`.
    case flow

    /// Components of a pixel.
    var components: Int { self == .frames ? 3 : 2 }
    var type: SafeTensors.ElementType { self == .frames ? .uint8 : .int16 }
    public var bytesPerPixel: Int { components * type.size }
    var described: String { self == .frames ? "U8 [frames, height, width, 3]" : "I16 [frames, height, width, 2]" }
  }

  private enum Pixels {
    /// A file, with the offset of each clip's pixels.
    case file(OpenFile, starts: [Int])
    /// One array per clip.
    case memory([[UInt8]])
  }

  /// Opens a store and checks every clip's description against its tensor.
  ///
  /// - Parameter content: what its pixels are.
  /// - Throws: a `Fault` when the file is not a clip store, `Faults` listing the clips with errors.
  public init(opening path: String, of content: Content = .frames) throws {
    self.path = path
    self.content = content
    let file = try OpenFile(path)
    let header = try SafeTensorsHeader(of: file)
    guard !header.entries.isEmpty else { throw Fault(at: path, "has no clips") }
    if content == .frames, header.metadata[StoreContent.originKey] != nil,
      header.entries.allSatisfy({ $0.type == Content.flow.type })
    {
      throw Fault(at: path, "has optical flow, which was computed from a clip store; name that store")
    }
    fit = try ClipStore.fit(header.metadata[StoreContent.fitKey], in: path)
    var found: [(clip: Clip, start: Int)] = []
    var faults: [Fault] = []
    for entry in header.entries {
      do {
        let location = ClipStore.location(entry.name, in: path)
        let clip = try ClipDescription.clip(entry, header.metadata[entry.name], content, at: location)
        try clip.check(sameSizeAs: found.first?.clip, at: location)
        found.append((clip, header.dataStart + entry.range.lowerBound))
      } catch let fault as Fault {
        faults.append(fault)
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    found.sort { $0.clip.name < $1.clip.name }
    clips = found.map(\.clip)
    pixels = .file(file, starts: found.map(\.start))
  }

  private static func fit(_ text: String?, in path: String) throws -> FrameFit {
    guard let text else { return .squash }
    guard let fit = FrameFit(rawValue: text) else {
      throw Fault(
        at: "\(path): metadata `\(StoreContent.fitKey)`",
        "is \(JSONNode.quoted(String(text.prefix(60)))); it is \(FrameFit.words)")
    }
    return fit
  }

  /// A store in memory.
  ///
  /// - Parameters:
  ///   - clips: of one size, in the order of their names.
  ///   - pixels: those of each clip, as a file has them.
  ///   - path: the path that faults name.
  public init(_ clips: [Clip], of content: Content = .frames, pixels: [[UInt8]], at path: String) {
    self.path = path
    self.clips = clips
    self.content = content
    fit = .squash
    self.pixels = .memory(pixels)
  }

  /// The key, in the file's metadata, of the text that says what the store was computed from.
  public static let originKey = StoreContent.originKey

  /// What the store was computed from, as its writer said; nil for recorded frames.
  ///
  /// - Throws: a `Fault` when the file cannot be read.
  public func origin() throws -> String? {
    try file.flatMap { try SafeTensorsHeader(of: $0).metadata[StoreContent.originKey] }
  }

  /// Bytes of one stored frame.
  var frameBytes: Int { clips[0].height * clips[0].width * content.bytesPerPixel }

  /// The file; nil for a store in memory.
  var file: OpenFile? {
    if case .file(let file, _) = pixels { file } else { nil }
  }

  /// The location that faults of a clip name.
  static func location(_ clip: String, in path: String) -> String { "\(path), clip `\(clip)`" }

  /// Reads some frames of a clip, in the form of the store's content; may be called on any thread.
  ///
  /// - Parameters:
  ///   - index: index into `clips`.
  ///   - buffer: has the length of these frames.
  /// - Throws: a `Fault` naming the store and the clip when they cannot be read, or the file has changed since it was
  ///   opened.
  public func read(_ frames: Range<Int>, of index: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    try read(from: frames.lowerBound * frameBytes, of: index, into: buffer)
  }

  /// Calls `body` with the bytes of one frame of a clip, which are valid during the call; may be called on any thread.
  ///
  /// - Throws: a `Fault` as `read` does.
  func withFrame<Result>(
    _ frame: Int, of index: Int, _ body: (UnsafePointer<UInt8>) throws -> Result
  ) throws -> Result {
    try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: frameBytes) { pixels in
      try read(frame..<frame + 1, of: index, into: UnsafeMutableRawBufferPointer(pixels))
      guard let start = pixels.baseAddress else { preconditionFailure("a frame has pixels") }
      return try body(UnsafePointer(start))
    }
  }

  /// All pixels of a clip, in the form of the store's content.
  ///
  /// - Throws: a `Fault` as `read` does.
  public func pixels(of index: Int) throws -> [UInt8] {
    let count = clips[index].frames * frameBytes
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      try read(
        0..<clips[index].frames, of: index, into: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count)
      )
      filled = count
    }
  }

  /// Reads bytes of a clip's pixels, from byte `start` on.
  func read(from start: Int, of index: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    let clip = clips[index]
    precondition(start >= 0 && start + buffer.count <= clip.frames * frameBytes, "reads beyond the clip")
    switch pixels {
    case .file(let file, let starts):
      try file.read(into: buffer, at: starts[index] + start, location: ClipStore.location(clip.name, in: path))
    case .memory(let bytes): buffer.copyBytes(from: bytes[index][start..<start + buffer.count])
    }
  }
}

/// Writes a clip store clip by clip, with only one clip in memory.
public final class ClipStoreWriter {
  private let stream: SafeTensorsStream
  private let pixelContent: ClipStore.Content
  private let fit: FrameFit
  private var metadata: [String: String] = [:]
  private var content = StoreContent()
  private var first: Clip?

  /// Names of temporary files of killed writers of this store, which were removed from its folder.
  public var removed: [String] { stream.removed }

  /// Begins a store; creates its folder if that is missing.
  ///
  /// - Parameters:
  ///   - content: what its pixels are.
  ///   - fit: how frames were made squares.
  /// - Throws: a `Fault` naming the path when nothing can be written there.
  public init(at path: String, of content: ClipStore.Content = .frames, fit: FrameFit = .squash) throws {
    (pixelContent, self.fit) = (content, fit)
    try Directory.make(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    stream = try SafeTensorsStream(at: path)
  }

  /// Appends a clip.
  ///
  /// - Parameter pixels: all its pixels, in the form of the store's content.
  /// - Throws: a `Fault` naming the clip when its description or size is wrong, or its name is already in use.
  public func append(_ clip: Clip, pixels: UnsafeRawBufferPointer) throws {
    let location = ClipStore.location(clip.name, in: stream.path)
    try clip.check(sameSizeAs: first, at: location)
    guard !StoreContent.keys.contains(clip.name) else {
      throw Fault(at: location, "has a reserved name; rename the clip")
    }
    guard metadata[clip.name] == nil else { throw Fault(at: location, "exists already; clip names must be unique") }
    // Divided by one dimension after the other, so that no product overflows.
    let (all, left) = pixels.count.quotientAndRemainder(dividingBy: pixelContent.bytesPerPixel)
    let fits =
      left == 0 && all % clip.width == 0 && all / clip.width % clip.height == 0
      && all / clip.width / clip.height == clip.frames
    guard fits else {
      throw Fault(
        at: location,
        "has \(pixels.count) bytes; they do not make \(clip.frames) frames of \(clip.height) × \(clip.width) pixels")
    }
    let text = try ClipDescription.text(of: clip, at: location)
    try stream.append(
      clip.name, pixelContent.type, shape: [clip.frames, clip.height, clip.width, pixelContent.components],
      bytes: pixels)
    metadata[clip.name] = text
    content.add(clip, description: text, pixels: pixels)
    first = first ?? clip
  }

  /// Completes the store and moves it to its path.
  ///
  /// - Parameter origin: what a derived store was computed from, as `origin` returns it; nil for recorded frames.
  /// - Throws: a `Fault` when there is no clip or the store cannot be written.
  public func commit(origin: String? = nil) throws {
    guard first != nil else { throw Fault(at: stream.path, "would have no clips; nothing was written") }
    metadata[StoreContent.key] = content.digest
    metadata[StoreContent.originKey] = origin
    // Nothing stands for squashed, so that the bytes of such stores are those of earlier versions.
    if fit != .squash { metadata[StoreContent.fitKey] = fit.rawValue }
    try stream.commit(metadata: metadata)
  }
}
