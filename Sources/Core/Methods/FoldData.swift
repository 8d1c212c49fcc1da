/// The clips of one fold: which are trained on, which are held out, and their labels.
public struct FoldData {
  /// A clip of the store with its labels.
  public struct Member: Equatable, Sendable {
    /// Index into the store.
    public let index: Int
    public let name, subject: String
    /// Class, from 0.
    public let emotion: Int
  }

  public let training, test: [Member]
  /// Held out of training to choose the epoch by; empty unless the selection asks for it.
  public let validation: [Member]
  /// The subjects that IDNet tells apart, sorted: those of the training clips alone.
  public let identities: [String]
  public let classes: [String]

  /// - Throws: a `Fault` when a clip of the folds is not in the store, or nothing is left to train on.
  public init(
    _ split: FoldFile.Dataset, fold: Int, store: ClipStore, selection: SweepConfiguration.Selection,
    validationSeed: UInt64
  ) throws {
    let indices = Dictionary(uniqueKeysWithValues: store.clips.enumerated().map { ($0.element.name, $0.offset) })
    func members(_ clips: [FoldClip]) throws -> [Member] {
      try clips.map { clip in
        guard let index = indices[clip.name] else {
          throw Fault(at: store.path, "has no clip \(clip.name), which folds.json names; start again with --fresh")
        }
        return Member(index: index, name: clip.name, subject: clip.subject, emotion: clip.label)
      }
    }
    let all = split.training(fold)
    let held = selection == .validation ? try Folds.validation(of: all, seed: validationSeed) : []
    let heldNames = Set(held.map(\.name))
    training = try members(all.filter { !heldNames.contains($0.name) })
    validation = try members(held)
    test = try members(split.folds[fold])
    classes = split.classes
    identities = Set(training.map(\.subject)).sorted()
    guard !training.isEmpty else {
      throw Fault(at: "\(split.name) fold \(fold)", "has no clip to train on; use fewer folds or more clips")
    }
  }

  /// The identity of a training clip.
  public func identity(of member: Member) -> Int { identities.firstIndex(of: member.subject) ?? 0 }
}
