import Foundation

/// The splits of a sweep (`folds.json`): written once, and the truth from then on.
public struct FoldFile: Codable, Equatable, Sendable {
  /// In the order of the sweep.
  public var datasets: [Dataset]

  /// The split of one dataset and what it was made of.
  public struct Dataset: Codable, Equatable, Sendable {
    public var name: String
    public var rule: SplitRule
    /// Folds asked for; `loso` makes as many as there are subjects.
    public var count: Int
    public var seed: UInt64
    public var classes: [String]
    /// Digest of the clips, their labels and their subjects.
    public var inputDigest: String
    /// Of the store's frames and descriptions when the run began; nil where MicroFold 0.1 began it, and in a plan.
    public var contentDigest: String?
    /// The test clips of each fold, sorted by name.
    public var folds: [[FoldClip]]
    public var warnings: [String]

    /// The clips that fold `index` trains on, sorted by name.
    public func training(_ index: Int) -> [FoldClip] {
      folds.enumerated().filter { $0.offset != index }.flatMap(\.element).sorted { $0.name < $1.name }
    }
  }

  /// A dataset as it is now, to be split or compared with a split on disk.
  public struct Input: Equatable, Sendable {
    public var name: String
    public var classes: [String]
    /// Sorted by name.
    public var clips: [FoldClip]
    /// Of the store's frames and descriptions; nil where nothing is to be trained on them.
    public var contentDigest: String?

    /// A dataset's clips; those whose emotion is in no class are left out.
    public init(name: String, clips: [Clip], classes: ClassMap, contentDigest: String? = nil) {
      (self.name, self.contentDigest) = (name, contentDigest)
      self.classes = classes.names
      self.clips = Folds.members(of: clips, classes: classes)
    }

    /// What the digest is taken of: every text with its length before it, so that no two inputs have the same bytes.
    var canonicalBytes: Data {
      var text = "\(classes.count) classes\n"
      for name in classes { text += "\(name.utf8.count):\(name)\n" }
      for clip in clips {
        text += "\(clip.name.utf8.count):\(clip.name) \(clip.subject.utf8.count):\(clip.subject) \(clip.label)\n"
      }
      return Data(text.utf8)
    }
  }

  /// Splits every dataset.
  ///
  /// - Parameters:
  ///   - digest: a collision-free digest of bytes as text, SHA-256 in the program.
  /// - Throws: `Faults`, those of all datasets together.
  public static func make(
    for inputs: [Input], folds: SweepConfiguration.Folds, seed: UInt64, digest: (Data) -> String
  ) throws -> FoldFile {
    var datasets: [Dataset] = []
    var faults: [Fault] = []
    for input in inputs {
      do {
        let split = try Folds.split(
          input.clips, classes: input.classes, count: folds.count, by: folds.by, seed: seed, place: input.name)
        datasets.append(
          Dataset(
            name: input.name, rule: folds.by, count: folds.count, seed: seed, classes: input.classes,
            inputDigest: digest(input.canonicalBytes), contentDigest: input.contentDigest, folds: split.folds,
            warnings: split.warnings))
      } catch let found as Faults {
        faults += found.faults
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    return FoldFile(datasets: datasets)
  }

  /// The file on disk, checked against the datasets as they are now; or a new one, written once.
  ///
  /// - Parameters:
  ///   - stored: the bytes of `folds.json`, or nil where there is none yet.
  ///   - write: writes the new file atomically; not called when `stored` is there.
  /// - Throws: `Fault` for a file that cannot be read, `Faults` for one that no longer matches or a split that cannot
  ///   be made, and what `write` throws.
  public static func loadOrCreate(
    for inputs: [Input], folds: SweepConfiguration.Folds, seed: UInt64, stored: Data?, digest: (Data) -> String,
    write: (Data) throws -> Void
  ) throws -> FoldFile {
    if let stored {
      let file = try decode(stored)
      try file.verify(inputs, folds: folds, seed: seed, digest: digest)
      return file
    }
    let file = try make(for: inputs, folds: folds, seed: seed, digest: digest)
    try write(file.encode())
    return file
  }

  /// The file's bytes: JSON, keys sorted.
  public func encode() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// Reads the file's bytes; `verify` says whether they make sense.
  ///
  /// - Throws: `Fault` where they are no fold file.
  public static func decode(_ data: Data, place: String = "folds.json") throws -> FoldFile {
    do {
      return try JSONDecoder().decode(FoldFile.self, from: data)
    } catch {
      throw Fault(at: place, "cannot be read as the folds of a sweep; start again with --fresh")
    }
  }
}
