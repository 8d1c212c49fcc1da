import Core
import Foundation

/// A trained model with what another program needs to use it.
struct ExportedModel {
  let model: TrainedModel
  /// The sizes of MENet; nil for other methods.
  let menet: Network?
  /// The unit that trained it, where its results are beside the file.
  let unit: WorkUnit?
  /// SHA-256 of the file, hexadecimal.
  let digest: String

  /// What MENet's definition needs besides the weights.
  struct Network: Equatable {
    var width: Int
    /// Frames of a clip, T.
    var frames: Int
    /// Height and width of a frame, pixels.
    var size: Int
    var stem: SweepConfiguration.Stem
    /// Positions per frame at the attention module, P; nil without it.
    var attentionPositions: Int?
  }

  /// - Throws: a `Fault` when the file is no model, or does not say what else is needed.
  init(opening path: String) throws {
    if Directory.exists(path) { throw ModelFolder.fault(at: path) }
    model = try TrainedModel(opening: path)
    digest = try SHA256.hex(ofFile: path)
    switch model {
    case .network(let file): menet = try Network(of: file)
    case .method: menet = nil
    }
    unit = ExportedModel.unit(beside: path, digest: digest)
  }

  var description: ModelDescription { model.description }

  /// What the method is; for MENet that of its paper.
  var about: MethodDescription {
    switch model {
    case .network: Catalogue.method(of: .full).about
    case .method(let method): method.about
    }
  }

  /// The unit of the `result.json` beside a model, if that is the model of this digest.
  private static func unit(beside path: String, digest: String) -> WorkUnit? {
    let file = URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent("result.json")
    guard let data = try? Data(contentsOf: file),
      let result = try? JSONDecoder().decode(UnitResult.self, from: data), result.weightsDigest == digest
    else { return nil }
    return result.unit
  }
}

extension ExportedModel.Network {
  /// - Throws: a `Fault` when the file does not say its frames, size, stem or classes, or its tensors do not fit them.
  init(of file: NetworkFile) throws {
    let about = file.description
    let (frames, stem) = (file.attentionFrames ?? about.frames, about.motionSize.flatMap(file.stem(size:)))
    guard let size = about.motionSize, let frames, let stem, about.classes != nil else {
      let facts = [
        ("frames", frames == nil), ("motionSize", about.motionSize == nil), ("stem", stem == nil),
        ("classes", about.classes == nil),
      ]
      throw Fault(
        at: file.file.path,
        "does not say its \(facts.filter(\.1).map(\.0).joined(separator: ", ")) (metadata); export the file that the "
          + "sweep wrote")
    }
    let shape = try file.network(frames: frames, size: size, stem: stem).shape
    (width, self.frames, self.size, self.stem) = (file.width, frames, size, stem)
    attentionPositions = file.hasAttention ? shape.positions : nil
  }
}
