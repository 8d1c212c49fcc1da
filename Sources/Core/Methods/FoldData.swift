/// The clips of one fold: the training clips, the test clips, and their labels.
public struct FoldData {
  /// A clip of the store with its labels.
  public struct Member: Equatable, Sendable {
    /// Index of the clip in the store.
    public let index: Int
    public let name, subject: String
    /// The emotion's class, from 0.
    public let emotion: Int
  }

  public let training, test: [Member]
  /// Clips held out of training to choose the epoch; empty unless the selection needs them.
  public let validation: [Member]
  /// The classes of IDNet: the subjects of the training clips, sorted.
  public let identities: [String]
  public let classes: [String]

  /// - Throws: a `Fault` when a clip of the folds is not in the store, or no clip is left to train on.
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
    test = try fold == WorkUnit.noFold ? [] : members(split.folds[fold])
    classes = split.classes
    identities = Set(training.map(\.subject)).sorted()
    guard !training.isEmpty else {
      throw Fault(at: "\(split.name) fold \(fold)", "has no clip to train on; use fewer folds or more clips")
    }
  }

  /// Clips of which only the class is asked for, by a method that is already fitted.
  ///
  /// - Parameter indices: of the store's clips.
  init(testing indices: [Int], of store: ClipStore, classes: [String]) {
    (training, validation, identities, self.classes) = ([], [], [], classes)
    // Nobody looks at their class.
    test = indices.map { Member(index: $0, name: store.clips[$0].name, subject: store.clips[$0].subject, emotion: 0) }
  }

  /// The identity of a training clip.
  public func identity(of member: Member) -> Int { identities.firstIndex(of: member.subject) ?? 0 }
}
