import Core

/// What a trained MENet says of clips of a store.
public struct StorePrediction {
  /// One clip's emotion.
  public struct Row: Equatable, Sendable {
    public let clip: Clip
    /// The most probable class, the first of equals.
    public let predicted: Int
    /// A number a class.
    public let probabilities: [Float]
    /// Indices of the stored frames that were looked at.
    public let frames: [Int]
    /// Where MENet looks; nil without diverse attention.
    public let attention: AttentionMaps?
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
    let size = try StorePrediction.size(model, size)
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

  /// Height and width of the frames that a network is to see, pixels.
  ///
  /// - Parameter size: nil for what it was trained with.
  /// - Throws: a `Fault` when nobody says it.
  public static func size(_ model: NetworkFile, _ size: Int?) throws -> Int {
    guard let size = size ?? model.description.motionSize else {
      throw Fault(at: model.file.path, "does not say what size of frames it was trained with; give --size")
    }
    return size
  }

  /// The rows of some clips; frames are sampled as in the evaluation of a sweep.
  ///
  /// - Parameter clips: indices into the store's clips.
  /// - Throws: a `Fault` when a clip cannot be read or the weights give no probabilities.
  public mutating func rows(of clips: [Int]) throws -> [Row] {
    var rows: [Row] = []
    for start in stride(from: 0, to: clips.count, by: StorePrediction.batch) {
      let choices = clips[start..<min(clips.count, start + StorePrediction.batch)].map(loader.evaluated)
      let output = try menet.forward(try loader.load(choices, .motion).motion, .evaluation)
      for (position, (choice, row)) in zip(choices, probabilities(output.logits)).enumerated() {
        let known = store.clips[choice.clip]
        guard row.allSatisfy(\.isFinite) else {
          throw Fault(at: "clip \(known.name)", "has no probabilities; the network's weights are too large")
        }
        rows.append(
          Row(
            clip: known, predicted: mostProbable(row), probabilities: row, frames: choice.frames,
            attention: output.maps.map { attention($0, position, frames: choice.frames) }))
      }
    }
    return rows
  }

  /// - Parameter maps: `[batch, frames, positions]`.
  private func attention(_ maps: Tensor, _ row: Int, frames: [Int]) -> AttentionMaps {
    let (count, positions) = (maps.shape[1], maps.shape[2])
    let values = Array(UnsafeBufferPointer(start: maps.row(row), count: count * positions))
    return AttentionMaps(frames: frames, side: Int(Double(positions).squareRoot().rounded()), values: values)
  }
}
