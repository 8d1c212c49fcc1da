import Foundation

/// The splits of a sweep (`folds.json`): written once; every later start uses what is in the file.
public struct FoldFile: Codable, Equatable, Sendable {
  /// The datasets, in the order of the sweep file.
  public var datasets: [Dataset]

  public init(datasets: [Dataset]) { self.datasets = datasets }

  /// The split of one dataset, and digests of its inputs.
  public struct Dataset: Codable, Equatable, Sendable {
    public var name: String
    public var rule: SplitRule
    /// The number of folds in the sweep file; with `loso` there are as many as subjects, with `dataset` as parts.
    public var count: Int
    public var seed: UInt64
    public var classes: [String]
    /// Digest of the clips, their labels and their subjects.
    public var inputDigest: String
    /// Digest of the store's frames and descriptions when the run began; nil in a plan, and if MicroFold 0.1 began the
    /// run.
    public var contentDigest: String?
    /// The test clips of each fold, sorted by name.
    public var folds: [[FoldClip]]
    public var warnings: [String]
    /// Clips whose emotion is in no class, by emotion; nil where there are none.
    public var leftOut: [String: Int]?
    /// What is on both sides of the split; nil in a plan, and if an earlier version of MicroFold began the run.
    public var leakage: Leakage?

    /// The clips that fold `index` trains on, sorted by name.
    public func training(_ index: Int) -> [FoldClip] {
      folds.enumerated().filter { $0.offset != index }.flatMap(\.element).sorted { $0.name < $1.name }
    }
  }

  /// A dataset in its present state, to be split or compared with a split on disk.
  public struct Input: Equatable, Sendable {
    public var name: String
    public var classes: [String]
    /// The clips, sorted by name.
    public var clips: [FoldClip]
    /// Digest of the store's frames and descriptions; nil if nothing will be trained on them.
    public var contentDigest: String?
    /// How the clips are split; nil for the sweep's way.
    public var folds: SweepConfiguration.Folds?
    /// Clips whose emotion is in no class, by emotion.
    public var leftOut: [String: Int]

    /// A dataset's clips; those whose emotion is in no class are left out.
    public init(
      name: String, clips: [Clip], classes: ClassMap, contentDigest: String? = nil,
      folds: SweepConfiguration.Folds? = nil
    ) {
      (self.name, self.contentDigest, self.folds) = (name, contentDigest, folds)
      self.classes = classes.names
      self.clips = Folds.members(of: clips, classes: classes)
      let others = clips.map(\.emotion).filter { classes.index(of: $0) == nil }
      leftOut = Dictionary(others.map { (ClassMap.normalized($0), 1) }) { $0 + $1 }
    }

    /// The bytes whose digest is taken: every text is preceded by its length, so that no two inputs have the same
    /// bytes.
    var canonicalBytes: Data {
      var text = "\(classes.count) classes\n"
      for name in classes { text += "\(name.utf8.count):\(name)\n" }
      for clip in clips {
        text += "\(clip.name.utf8.count):\(clip.name) \(clip.subject.utf8.count):\(clip.subject) \(clip.label)"
        // Clips and subjects of a composite dataset begin with their part, which nothing else has.
        text += (clip.part.map { " \($0.utf8.count):\($0)" } ?? "") + "\n"
      }
      return Data(text.utf8)
    }
  }

  /// Splits every dataset.
  ///
  /// - Parameters:
  ///   - digest: computes a digest of bytes as text; SHA-256 in the program.
  /// - Throws: `Faults`, those of all datasets together.
  public static func make(
    for inputs: [Input], folds: SweepConfiguration.Folds, seed: UInt64, digest: (Data) -> String
  ) throws -> FoldFile {
    var datasets: [Dataset] = []
    var faults: [Fault] = []
    for input in inputs {
      do {
        let folds = input.folds ?? folds
        let split = try Folds.split(
          input.clips, classes: input.classes, count: folds.count, by: folds.by, seed: seed, location: input.name)
        datasets.append(
          Dataset(
            name: input.name, rule: folds.by, count: folds.count, seed: seed, classes: input.classes,
            inputDigest: digest(input.canonicalBytes), contentDigest: input.contentDigest, folds: split.folds,
            warnings: split.warnings, leftOut: input.leftOut.isEmpty ? nil : input.leftOut))
      } catch let found as Faults {
        faults += found.faults
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    return FoldFile(datasets: datasets)
  }

  /// The file on disk, checked against the present datasets, with splits of those that are new in a run that grew; or a
  /// new one. What is new is written.
  ///
  /// - Parameters:
  ///   - stored: the bytes of `folds.json`; nil if there is no file yet.
  ///   - examine: looks for what is on both sides of a new split, and refuses it by throwing.
  ///   - write: writes the file atomically; not called if there is nothing new.
  /// - Returns: the splits, in the order of the datasets.
  /// - Throws: `Fault` for a file that cannot be read, `Faults` for one that no longer matches or a split that cannot
  ///   be made, and what `write` throws.
  public static func loadOrCreate(
    for inputs: [Input], folds: SweepConfiguration.Folds, seed: UInt64, stored: Data?, digest: (Data) -> String,
    examine: (Dataset) throws -> Leakage? = { _ in nil }, write: (Data) throws -> Void
  ) throws -> FoldFile {
    let known = try stored.map { try decode($0) } ?? FoldFile(datasets: [])
    let names = Set(known.datasets.map(\.name))
    try known.verify(inputs.filter { names.contains($0.name) }, folds: folds, seed: seed, digest: digest)
    let new = inputs.filter { !names.contains($0.name) }
    let made = try make(for: new, folds: folds, seed: seed, digest: digest).datasets.map { dataset in
      var dataset = dataset
      dataset.leakage = try examine(dataset)
      return dataset
    }
    let all = known.datasets + made
    let file = FoldFile(datasets: inputs.compactMap { input in all.first { $0.name == input.name } })
    if !new.isEmpty { try write(file.encode()) }
    return file
  }

  /// The file's bytes: JSON with sorted keys.
  public func encode() throws -> Data { try JSONEncoder.file(self) }

  /// Reads the file's bytes; `verify` checks whether the content is valid.
  ///
  /// - Throws: `Fault` if they are not a fold file.
  public static func decode(_ data: Data, location: String = "folds.json") throws -> FoldFile {
    do {
      return try JSONDecoder().decode(FoldFile.self, from: data)
    } catch {
      throw Fault(at: location, "cannot be read as the folds of a sweep; start again with --fresh")
    }
  }
}
