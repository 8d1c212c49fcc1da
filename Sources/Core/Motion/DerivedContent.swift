/// What can be computed from the frames of a clip before training, once per clip.
///
/// It has the clip's frames from onset to offset only.
public enum DerivedContent: String, CaseIterable, Codable, Sendable {
  /// Frames that are aligned to the onset frame by a similarity.
  case registeredFrames = "registered-frames"
  /// Optical flow from the onset frame.
  case flow
  /// The same less the similarity's part.
  case registeredFlow = "registered-flow"

  /// What has to be derived so that a method can see this input; nil where it sees frames as recorded.
  public init?(_ input: SweepConfiguration.Input, _ registration: SweepConfiguration.Registration) {
    switch (input, registration) {
    case (.frames, .none), (.difference, .none): return nil
    case (.frames, .similarity), (.difference, .similarity): self = .registeredFrames
    case (.flow, .none): self = .flow
    case (.flow, .similarity): self = .registeredFlow
    }
  }

  /// What the pixels of its store are.
  public var pixels: ClipStore.Content { self == .registeredFrames ? .frames : .flow }

  /// Raised when the same clip gives other bytes than before.
  private static let version = 1

  /// Identifies the content of a derived store: its kind, the settings, and the clips that it was computed from.
  ///
  /// - Parameter source: `contentDigest` of those clips' store.
  public func origin(source: String) -> String {
    "\(rawValue) \(DerivedContent.version) of \(source)"
  }

  /// The name of a derived store; stores of other clips or settings have other names.
  ///
  /// - Parameters:
  ///   - store: the name of the clips' store, without its extension.
  ///   - source: `contentDigest` of it.
  public func fileName(of store: String, source: String) -> String {
    "\(store).\(rawValue)-\(SHA256.hex(of: origin(source: source)).prefix(DerivedContent.digits)).safetensors"
  }

  /// Hexadecimal digits of the digest in a file's name.
  private static let digits = 12

  /// Whether a file's name is that of a derived store.
  public static func isFileName(_ name: String) -> Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 2, parts.last == "safetensors" else { return false }
    let middle = parts[parts.count - 2]
    return allCases.contains { content in
      guard middle.hasPrefix("\(content.rawValue)-") else { return false }
      let digest = middle.dropFirst(content.rawValue.count + 1)
      return digest.count == digits && digest.allSatisfy { $0.isASCII && $0.isHexDigit }
    }
  }
}

extension ClipStore {
  /// Opens a derived store.
  ///
  /// - Parameters:
  ///   - source: the store that it was computed from, and its `contentDigest`.
  /// - Throws: a `Fault` when it is damaged, or was computed from other clips or with other settings.
  public convenience init(
    opening path: String, of content: DerivedContent, from source: (store: ClipStore, digest: String)
  ) throws {
    let again = "delete this file; the sweep makes it again"
    do {
      try self.init(opening: path, of: content.pixels)
    } catch let faults as Faults {
      throw Fault(at: path, "is damaged (\(faults.faults[0])); \(again)")
    } catch let fault as Fault {
      throw Fault(at: path, "is damaged (\(fault.problem)); \(again)")
    }
    guard try origin() == content.origin(source: source.digest) else {
      throw Fault(at: path, "was not computed from \(source.store.path) as it is now; \(again)")
    }
    guard clips == source.store.clips.map(\.motionOnly) else {
      throw Fault(at: path, "has other clips than \(source.store.path); \(again)")
    }
  }
}

extension Clip {
  /// The clip from its onset to its offset.
  public var motionOnly: Clip {
    var clip = self
    (clip.onset, clip.apex, clip.offset) = (0, apex - onset, offset - onset)
    clip.frames = offset - onset + 1
    return clip
  }
}
