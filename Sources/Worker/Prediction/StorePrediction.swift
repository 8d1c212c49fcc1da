import Core

/// What a trained MENet says of the clips of a store.
public struct StorePrediction {
  /// One clip's emotion.
  public struct Row: Equatable, Sendable {
    public let clip: Clip
    /// The most probable class, the first of equals.
    public let predicted: Int
    /// A number a class.
    public let probabilities: [Float]
  }

  /// The classes' names; their numbers where the network's file does not name them.
  public let classes: [String]
  private let store: ClipStore
  private let loader: ClipLoader
  private var menet: RecognitionNetwork

  /// Clips that are computed at a time.
  private static let batch = 8

  /// Opens a trained MENet for clips of a store.
  ///
  /// - Parameters:
  ///   - size: height and width that frames are scaled to, pixels; nil for what the network was trained with.
  ///   - frames: frames of a clip to look at; nil likewise.
  ///   - stem: nil likewise, and the paper's where no file tells.
  /// - Throws: a `Fault` when a file is wrong, or nobody says the size or the frames.
  public init(
    _ model: NetworkFile, _ store: ClipStore, size: Int?, frames: Int?, stem: SweepConfiguration.Stem?
  ) throws {
    guard let size = size ?? model.description.motionSize else {
      throw Fault(at: model.file.path, "does not say what size of frames it was trained with; give --size")
    }
    guard let frames = frames ?? model.attentionFrames ?? model.description.frames else {
      throw Fault(at: model.file.path, "does not say how many frames of a clip it was trained with; give --frames")
    }
    var network = SweepConfiguration.Network()
    (network.frames, network.motionSize, network.identitySize) = (frames, size, size)
    network.stem = stem ?? model.stem(size: size) ?? .paper
    menet = try model.network(frames: frames, size: size, stem: network.stem)
    classes = model.description.classes ?? (0..<model.classes).map(String.init)
    self.store = store
    loader = ClipLoader(store, network)
  }

  /// The rows of all clips, by name; frames are sampled as in the evaluation of a sweep.
  public mutating func rows() throws -> [Row] {
    var rows: [Row] = []
    for start in stride(from: 0, to: store.clips.count, by: StorePrediction.batch) {
      let part = Array(start..<min(store.clips.count, start + StorePrediction.batch))
      let clips = loader.load(part.map(loader.evaluated), .motion).motion
      for (clip, row) in zip(part, probabilities(try menet.forward(clips, .evaluation).logits)) {
        guard row.allSatisfy(\.isFinite) else {
          throw Fault(at: "clip \(store.clips[clip].name)", "has no probabilities; the network's weights are too large")
        }
        let best = row.indices.max { row[$0] < row[$1] } ?? 0
        rows.append(Row(clip: store.clips[clip], predicted: best, probabilities: row))
      }
    }
    return rows
  }
}
