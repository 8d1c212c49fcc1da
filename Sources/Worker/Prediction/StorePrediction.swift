import Core

/// Predicts the emotions of a store's clips with a trained MENet.
public struct StorePrediction {
  /// The prediction for one clip.
  public struct Row: Equatable, Sendable {
    public let clip: Clip
    /// The most probable class; the first of several equal ones.
    public let predicted: Int
    /// One probability per class.
    public let probabilities: [Float]
    /// Indices of the stored frames that were used.
    public let frames: [Int]
    /// The attention maps; nil without diverse attention.
    public let attention: AttentionMaps?

    /// - Parameter probabilities: at least one.
    public init(clip: Clip, probabilities: [Float], frames: [Int], attention: AttentionMaps? = nil) {
      (self.clip, self.probabilities, self.frames, self.attention) = (clip, probabilities, frames, attention)
      predicted = mostProbable(probabilities)
    }
  }

  /// Names of the classes; their numbers where the network's file has no names.
  public let classes: [String]
  private let store: ClipStore
  private let network: SweepConfiguration.Network
  /// What MENet sees instead of recorded frames; it is computed from the frames that are used.
  private let derived: DerivedContent?
  private var menet: RecognitionNetwork

  /// Number of clips in one batch.
  private static let batch = 8

  /// Opens a trained MENet for the clips of a store.
  ///
  /// - Parameters:
  ///   - size: height and width that frames are scaled to, pixels; nil for the size that the network was trained with.
  ///   - frames: frames per clip; nil for the number that the network was trained with.
  ///   - stem: nil for the stem that the network was trained with, or the paper's where the file does not name one.
  /// - Throws: a `Fault` when a file is wrong, or neither the file nor the caller gives the size or the frames.
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
    network.input = model.description.input
    (self.store, self.network, derived) = (store, network, model.description.derived)
    let still = network.input == .frames ? nil : store.clips.first { $0.onset == $0.offset }
    if let still {
      throw Fault(
        at: "\(store.path), clip `\(still.name)`",
        "has one frame from onset to offset, so no \(network.input.rawValue), which \(model.file.path) was trained "
          + "with")
    }
  }

  /// Height and width of the frames that a network takes, pixels.
  ///
  /// - Parameter size: nil for the size that it was trained with.
  /// - Throws: a `Fault` when neither the file nor the caller gives it.
  public static func size(_ model: NetworkFile, _ size: Int?) throws -> Int {
    guard let size = size ?? model.description.motionSize else {
      throw Fault(at: model.file.path, "does not say what size of frames it was trained with; give --size")
    }
    return size
  }

  /// Predicts some clips; frames are sampled as in the evaluation of a sweep.
  ///
  /// - Parameter clips: indices into the store's clips.
  /// - Throws: a `Fault` when a clip cannot be read, or the network's output is not finite.
  public mutating func rows(of clips: [Int]) throws -> [Row] {
    var rows: [Row] = []
    for start in stride(from: 0, to: clips.count, by: StorePrediction.batch) {
      let choices = clips[start..<min(clips.count, start + StorePrediction.batch)].map {
        ClipChoice(evaluating: $0, of: store, frames: network.frames)
      }
      let output = try menet.forward(try load(choices), .evaluation)
      for (position, (choice, row)) in zip(choices, probabilities(output.logits)).enumerated() {
        let known = store.clips[choice.clip]
        guard row.allSatisfy(\.isFinite) else {
          throw Fault(at: "clip \(known.name)", "has no probabilities; the network's weights are too large")
        }
        rows.append(
          Row(
            clip: known, probabilities: row, frames: choice.frames,
            attention: output.maps.map { attention($0, position, frames: choice.frames) }))
      }
    }
    return rows
  }

  /// What MENet sees of some clips.
  private func load(_ choices: [ClipChoice]) throws -> Tensor {
    if network.input == .frames, derived == nil { return try ClipLoader(store, network).load(choices, .motion).motion }
    let frames = choices.map { (clip: $0.clip, frames: $0.frames) }
    let excerpt = try store.excerpt(nil, of: frames)
    let motion = try derived.map { try store.excerpt($0, of: frames) }
    let excerpts = choices.indices.map { ClipChoice(clip: $0, frames: Array(1..<network.frames + 1)) }
    return try ClipLoader(excerpt, motion: motion, network).load(excerpts, .motion).motion
  }

  /// - Parameter maps: `[batch, frames, positions]`.
  private func attention(_ maps: Tensor, _ row: Int, frames: [Int]) -> AttentionMaps {
    let (count, positions) = (maps.shape[1], maps.shape[2])
    let values = Array(UnsafeBufferPointer(start: maps.row(row), count: count * positions))
    return AttentionMaps(frames: frames, side: Int(Double(positions).squareRoot().rounded()), values: values)
  }
}
