import Core
import Worker

/// The file of a trained MENet, or of what another method learned.
enum TrainedModel {
  case network(NetworkFile)
  case method(MethodModel)

  /// - Throws: a `Fault` when the file is neither.
  init(opening path: String) throws {
    self =
      try SafeTensors(opening: path).metadata["method"] == nil
      ? .network(NetworkFile(.menet, opening: path)) : .method(MethodModel(opening: path))
  }

  /// - Throws: a `Fault` when an option does not go with the file.
  func check(_ options: PredictOptions) throws {
    switch self {
    case .network(let network):
      if options.attention != nil, !network.hasAttention {
        throw Fault(
          at: path, "has no diverse attention to draw; networks of the variants dao, dao-div, dao-mi and full have")
      }
      if options.landmarks != nil { throw Fault(at: "--landmarks", "cannot be used: MENet (\(path)) looks at none") }
    case .method(let method):
      let ofMENet = [
        ("--attention", options.attention != nil), ("--size", options.size != nil),
        ("--frames", options.frames != nil), ("--stem", options.stem != nil),
      ]
      if let name = ofMENet.first(where: \.1)?.0 {
        throw Fault(at: name, "is for MENet; \(path) is of the method \(method.name)")
      }
      let isTrainedWith = method.description.hasLandmarks
      if isTrainedWith, options.landmarks == nil {
        throw Fault(at: path, "was trained with landmarks; give --store and --landmarks, a folder or the word store")
      }
      if !isTrainedWith, method.landmarks != .needed, options.landmarks != nil {
        throw Fault(at: "--landmarks", "cannot be used: \(path) was trained without landmarks")
      }
    }
  }

  var description: ModelDescription {
    switch self {
    case .network(let network): network.description
    case .method(let method): method.description
    }
  }

  var file: SafeTensors {
    switch self {
    case .network(let network): network.file
    case .method(let method): method.file
    }
  }

  var path: String { file.path }

  /// Height and width at which the frames of a CLIP are decoded: those of the frames in training, as far as flow and
  /// features depend on them, or else MENet's.
  ///
  /// - Throws: a `Fault` when neither the file nor the user says it.
  func sizeOfClip(_ options: PredictOptions) throws -> Int {
    if let size = description.recordedHeight { return size }
    switch self {
    case .network(let network): return try StorePrediction.size(network, options.size)
    case .method(let method):
      throw Fault(
        at: method.file.path,
        "does not say the size of the frames that it was trained on, as files of version 0.1; import the clip at that "
          + "size, and give --store")
    }
  }

  /// Predicts some clips.
  ///
  /// - Returns: the classes' names, and one row per clip.
  func predict(
    _ clips: [Int], of store: ClipStore, _ options: PredictOptions
  ) throws -> (classes: [String], rows: [StorePrediction.Row]) {
    switch self {
    case .network(let network):
      var prediction = try StorePrediction(
        network, store, size: options.size, frames: options.frames, stem: options.stem)
      return (prediction.classes, try prediction.rows(of: clips))
    case .method(let method):
      let landmarks = try options.landmarks?.landmarks(of: store) ?? [:]
      let probabilities = try method.probabilities(of: clips, in: store, landmarks: landmarks)
      let rows = zip(clips, probabilities).map { index, row in
        let clip = store.clips[index]
        return StorePrediction.Row(clip: clip, probabilities: row, frames: Array(clip.onset...clip.offset))
      }
      return (method.classes, rows)
    }
  }
}
