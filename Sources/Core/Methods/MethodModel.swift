import Foundation

/// What a method learned on the training clips of a fold, from its `model.safetensors`: it predicts other clips.
///
/// MENet's variants have files of their own, see `NetworkFile`; a program of the sweep file predicts itself.
public struct MethodModel {
  public let file: SafeTensors
  public let description: ModelDescription
  /// The classes' names, in the order of the probabilities.
  public let classes: [String]
  private let method: any Method

  /// What the method is.
  public var about: MethodDescription { method.about }
  /// The method's name.
  public var name: String { method.about.name }
  /// What the method does with landmarks.
  public var landmarks: MethodDescription.Landmarks { method.about.landmarks }

  /// Number of clips in memory at once, where frames are registered.
  private static let portion = 16

  /// Opens a model.
  ///
  /// - Throws: a `Fault` naming the file when it is of no method, of one that is not known, or damaged.
  public init(opening path: String) throws {
    file = try SafeTensors(opening: path)
    guard let name = file.metadata["method"] else {
      throw Fault(at: path, "does not say which method it is of; this needs a menet.safetensors or a model.safetensors")
    }
    guard let method = Catalogue.method(named: name), name != DualBranchMethod.name else {
      throw Fault(
        at: path,
        "is of the method \(JSONNode.quoted(String(name.prefix(40)))), which MicroFold does not have; programs of a "
          + "sweep file predict themselves")
    }
    self.method = method
    description = try ModelDescription(of: file)
    guard let classes = description.classes, !classes.isEmpty else {
      throw Fault(at: path, "does not say its classes (metadata `classes`)")
    }
    self.classes = classes
  }

  /// Predicts clips.
  ///
  /// - Parameters:
  ///   - indices: of the store's clips.
  ///   - store: clips as recorded.
  ///   - landmarks: by the clip's name.
  /// - Returns: one row per clip, one probability per class.
  /// - Throws: a `Fault` when the file does not fit the method, or a clip cannot be read.
  public func probabilities(
    of indices: [Int], in store: ClipStore, landmarks: [String: FaceLandmarks] = [:]
  ) throws -> [[Float]] {
    var configuration = try method.settings(of: file, description)
    configuration.registration = description.registration
    let contents = method.derived(configuration)
    guard let content = contents.first else {
      return try probabilities(of: indices, MethodClips(store: store, landmarks: landmarks), configuration)
    }
    return try stride(from: 0, to: indices.count, by: MethodModel.portion).flatMap { start in
      let portion = Array(indices[start..<min(indices.count, start + MethodModel.portion)])
      let derived = try store.derived(content, of: portion)
      let clips = MethodClips(store: derived, landmarks: landmarks)
      return try probabilities(of: Array(portion.indices), clips, configuration)
    }
  }

  private func probabilities(
    of indices: [Int], _ clips: MethodClips, _ configuration: SweepConfiguration
  ) throws -> [[Float]] {
    let unit = WorkUnit(dataset: clips.store.path, fold: 0, variant: Variant(name), seed: 0)
    let data = FoldData(testing: indices, of: clips.store, classes: classes)
    var fitted = try method.begin(MethodFold(unit, configuration, data, clips))
    try fitted.load(file)
    let rows = try fitted.evaluate().probabilities
    for (row, index) in zip(rows, indices) where !row.allSatisfy(\.isFinite) {
      throw Fault(
        at: "\(clips.store.path), clip `\(clips.store.clips[index].name)`",
        "has no probabilities; the numbers of \(file.path) are too large")
    }
    return rows
  }
}
