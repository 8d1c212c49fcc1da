/// The parts of a composite dataset, from which its one store is made.
///
/// Each part keeps its own people: the names of its clips and subjects begin with its name.
public struct CompositeStore {
  /// What a part's clips are read or generated from.
  private enum Content {
    case store(ClipStore)
    case synthetic(SyntheticDataset)

    var clips: [Clip] {
      switch self {
      case .store(let store): store.clips
      case .synthetic(let dataset): dataset.clips
      }
    }
  }

  private let parts: [(name: String, content: Content, identity: String)]

  /// Opens the stores of the parts, or describes the clips that will be made.
  ///
  /// - Throws: a `Fault` or `Faults` when a store cannot be opened, or is a composite one itself; or the parts do not
  ///   fit together.
  public init(_ parts: [SweepConfiguration.Part]) throws {
    self.parts = try parts.map { part in
      switch part.source {
      case .synthetic(let settings):
        let dataset = try SyntheticDataset(name: part.name, settings: settings)
        return (part.name, .synthetic(dataset), "synthetic \(settings.digest)")
      case .store(let path):
        let store = try ClipStore(opening: path)
        if let inner = store.clips.first(where: { $0.part != nil }) {
          throw Fault(
            at: path, "is composite itself (clip `\(printable(inner.name))`); name the stores that it was made from")
        }
        return (part.name, .store(store), "store \(try store.contentDigest())")
      case .parts: preconditionFailure("a sweep file has no parts in parts")
      }
    }
    try check()
  }

  /// The clips as those of the composite dataset; the order of the parts stays.
  public var clips: [Clip] { parts.flatMap { part in part.content.clips.map { $0.inPart(part.name) } } }

  /// What the store is made of: names of the parts, with digests of their clips. Written into it.
  public var origin: String { "composite: " + parts.map { "\($0.name) \($0.identity)" }.joined(separator: "; ") }

  /// Writes the store.
  ///
  /// - Throws: a `Fault` when a part cannot be read or the store cannot be written.
  public func write(to path: String) throws {
    let writer = try ClipStoreWriter(at: path, fit: fit ?? .squash)
    for part in parts {
      switch part.content {
      case .synthetic(let dataset): try dataset.append(to: writer) { $0.inPart(part.name) }
      case .store(let store):
        for (index, clip) in store.clips.enumerated() {
          try store.pixels(of: index).withUnsafeBytes { try writer.append(clip.inPart(part.name), pixels: $0) }
        }
      }
    }
    try writer.commit(origin: origin)
  }

  /// How frames became squares in the parts that were imported; nil where all are synthetic.
  private var fit: FrameFit? {
    parts.lazy.compactMap { part in
      if case .store(let store) = part.content { store.fit } else { nil }
    }.first
  }

  private func check() throws {
    guard let first = parts.first, let reference = first.content.clips.first else { return }
    for part in parts {
      guard let clip = part.content.clips.first else { continue }
      if (clip.height, clip.width) != (reference.height, reference.width) {
        throw Fault(
          at: part.name,
          "has frames of \(clip.width) × \(clip.height) pixels, \(first.name) of \(reference.width) × "
            + "\(reference.height); the parts of a composite dataset have one size: import them again at one --size")
      }
      if case .store(let store) = part.content, let fit, store.fit != fit {
        throw Fault(
          at: store.path,
          "has frames that were \(store.fit.described), other parts have frames that were \(fit.described); import "
            + "them again with one --fit")
      }
    }
  }
}
