import Core
import Foundation

/// One training step on networks and a batch from files, to compare with other frameworks (`microfold step`).
public struct SingleStep {
  /// The options of the step.
  public struct Request: Sendable {
    public var stage: Stage
    /// Nil for the variant of the files: `full`, or `mi` where MENet has no attention.
    public var variant: Ablation?
    /// Nil for the stem that the files give.
    public var stem: SweepConfiguration.Stem?
    /// The directory of menet.safetensors, idnet.safetensors and, for the mutual information, mine.safetensors.
    public var weights: String
    public var batch: String
    /// What decouples the features; the distance correlation needs no mine.safetensors and no `shuffle`.
    public var decoupling: SweepConfiguration.DecouplingMeasure
    public var given: SweepConfiguration.Condition

    public init(
      stage: Stage, variant: Ablation?, stem: SweepConfiguration.Stem?, weights: String, batch: String,
      decoupling: SweepConfiguration.DecouplingMeasure = .mutualInformation,
      given: SweepConfiguration.Condition = .none
    ) {
      (self.stage, self.variant, self.stem, self.weights, self.batch) = (stage, variant, stem, weights, batch)
      (self.decoupling, self.given) = (decoupling, given)
    }

    /// The settings of the step.
    var training: SweepConfiguration.Training {
      var training = SweepConfiguration.Training()
      (training.decoupling, training.decoupleGiven) = (decoupling, given)
      return training
    }

    func path(_ network: String) -> String { "\(weights)/\(network).safetensors" }
  }

  /// What was assumed because the files do not give it; nil where nothing was.
  public let assumption: String?

  private let request: Request
  private let batchFile: BatchFile
  private let motionClips, identityClips: BatchFile.Clips?
  private let emotions, identities, shuffle: [Int]
  private var branch: DualBranch
  private var losses = StepLosses()
  private var outputs: StepOutputs?

  /// Reads and checks the networks and the batch. Files and tensors that the stage does not need may be missing.
  ///
  /// - Throws: a `Fault` naming the file and the tensor that is missing or wrong.
  public init(_ request: Request) throws {
    self.request = request
    let batchFile = try BatchFile(opening: request.batch)
    let variant = request.variant ?? .full
    let (runsMotion, runsBoth) = (request.stage != .identity, request.stage != .identity && variant.mutualInformation)

    // The first stage needs no MENet, but the stem can be read from its file.
    let motionFile = runsMotion ? try SingleStep.menet(request) : try? SingleStep.menet(request)
    let motionClips = runsMotion ? try batchFile.clips("menet_clips") : try? batchFile.clips("menet_clips")
    let runsIdentity = !runsMotion || runsBoth
    let identityFile = runsIdentity ? try NetworkFile(.idnet, opening: request.path("idnet")) : nil
    let identityClips = runsIdentity ? try batchFile.clips("idnet_clips") : nil
    if runsBoth, let motionFile, let identityFile, let motionClips, let identityClips {
      try batchFile.requireSame(motionClips, identityClips)
      try SingleStep.requireSameWidth(motionFile, identityFile)
    }

    let knownStem =
      request.stem ?? motionClips.flatMap { motionFile?.stem(size: $0.size) } ?? identityFile?.description.stem
    let stem = knownStem ?? .paper
    assumption = knownStem == nil ? "no file gives the stem; `\(stem.rawValue)` is assumed (--stem sets another)" : nil

    var menet = RecognitionNetwork.standIn
    if runsMotion, let motionFile, let motionClips {
      menet = try motionFile.network(frames: motionClips.frames, size: motionClips.size, stem: stem)
    }
    var idnet: RecognitionNetwork?
    if let identityFile, let identityClips {
      idnet = try identityFile.network(frames: identityClips.frames, size: identityClips.size, stem: stem)
    }
    let training = request.training
    let decoupling = try idnet.map { idnet in
      let penalty = try Penalty(training) {
        // A stage that trains IDNet alone does not use MINE.
        runsBoth
          ? try SingleStep.mine(request.path("mine"), features: menet.shape.features)
          : MutualInformationEstimator(features: idnet.shape.features, ending: .paper, seed: 0)
      }
      return Decoupling(idnet: idnet, penalty: penalty, training)
    }
    branch = DualBranch(menet: menet, decoupling: decoupling, training, variant)

    let batch = (runsMotion ? motionClips : identityClips)?.batch ?? 0
    let trainsMotion = request.stage.trainsMotion
    let comparesEmotions = runsBoth && request.given == .emotion
    emotions =
      trainsMotion || comparesEmotions
      ? try batchFile.labels("emotion", batch: batch, classes: menet.shape.classes) : []
    identities =
      trainsMotion
      ? [] : try batchFile.labels("identity", batch: batch, classes: idnet?.shape.classes ?? 0)
    shuffle = runsBoth && request.decoupling == .mutualInformation ? try batchFile.shuffle(batch: batch) : []
    self.batchFile = batchFile
    (self.motionClips, self.identityClips) = (runsMotion ? motionClips : nil, identityClips)
  }

  /// Takes the step, together with the other ranks of the group.
  ///
  /// - Throws: errors of the exchange, and a `Fault` on all ranks when the loss is not finite.
  public mutating func run(_ exchange: any LaneExchange) throws {
    let batch = max(emotions.count, identities.count)
    let lanes = Lanes(batch: batch, count: SweepConfiguration.Training().lanes, exchange: exchange)
    func own(_ clips: BatchFile.Clips?) throws -> Tensor {
      try clips.map { try batchFile.tensor($0, samples: lanes.samples) } ?? Tensor([0])
    }
    let (losses, outputs) = try branch.step(
      request.stage,
      TrainingBatch(
        lanes: lanes, motionClips: own(motionClips), identityClips: own(identityClips), emotions: emotions,
        identities: identities, shuffle: shuffle))
    (self.losses, self.outputs) = (losses, outputs)
  }

  /// Writes the results of the step and the networks after it; losses.json is written last.
  ///
  /// - Parameter directory: it is made if it does not exist.
  /// - Throws: a `Fault` naming what cannot be written.
  public func write(to directory: String) throws {
    try Directory.make(directory)
    try writeNetworks(to: directory)
    try SafeTensors.write(gradients, to: directory + "/gradients.safetensors")
    try SafeTensors.write(outputTensors, to: directory + "/outputs.safetensors")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try AtomicFile.write(encoder.encode(losses) + Data("\n".utf8), to: directory + "/losses.json")
  }
}

// MARK: - What is written

extension SingleStep {
  /// Writes the trained networks; files of the others are copied, where there are any.
  private func writeNetworks(to directory: String) throws {
    let trained: [(name: String, module: (any Module)?)] = [
      ("menet", request.stage.trainsMotion ? branch.menet.network : nil),
      ("idnet", request.stage.trainsMotion ? nil : branch.decoupling?.idnet.network),
      ("mine", ascended),
    ]
    for (name, module) in trained {
      let (source, target) = (request.path(name), "\(directory)/\(name).safetensors")
      if let module {
        try SafeTensors.write(module.state, metadata: SafeTensors(opening: source).metadata, to: target)
      } else if FileManager.default.fileExists(atPath: source) {
        try MappedFile(source).withBytes { try AtomicFile.write($0, to: target) }
      }
    }
  }

  /// MINE where it was trained; it needs at least two clips.
  private var ascended: MutualInformationEstimator? {
    shuffle.isEmpty ? nil : branch.decoupling?.penalty.estimator?.mine
  }

  /// The gradients that each Adam used.
  private var gradients: [SafeTensors.Content] {
    let trained = request.stage.trainsMotion ? branch.menet : branch.decoupling?.idnet
    return (trained?.network.gradients() ?? []) + (ascended?.gradients(prefix: "mine.") ?? [])
  }

  private var outputTensors: [SafeTensors.Content] {
    let tensors: [(String, Tensor?)] = [
      ("logits", outputs?.logits), ("motion_feature", outputs?.motionFeature),
      ("identity_feature", outputs?.identityFeature), ("attention_maps", outputs?.attentionMaps),
    ]
    return tensors.compactMap { name, tensor in
      tensor.map { SafeTensors.Content(name, shape: $0.shape, floats: $0.elements) }
    }
  }
}

// MARK: - What is read

extension SingleStep {
  /// Opens MENet's file, which must have attention if the variant has it.
  private static func menet(_ request: Request) throws -> NetworkFile {
    let file = try NetworkFile(.menet, opening: request.path("menet"))
    if let variant = request.variant, variant.attention != file.hasAttention {
      throw Fault(
        at: file.file.path,
        file.hasAttention
          ? "has attention.* tensors; variant \(variant.rawValue) has no attention"
          : "has no attention.* tensors; variant \(variant.rawValue) needs them")
    }
    return file
  }

  private static func mine(_ path: String, features: Int) throws -> MutualInformationEstimator {
    let file = try SafeTensors(opening: path)
    let shape = try file.entry("fc1.weight").shape
    guard shape == [64, 2 * features] else {
      throw Fault(
        at: "\(path): fc1.weight", "has shape \(shape); MENet's and IDNet's features need [64, \(2 * features)]")
    }
    let mine = MutualInformationEstimator(
      features: features, ending: try MutualInformationEstimator.ending(of: file), seed: 0)
    try mine.load(file)
    return mine
  }

  private static func requireSameWidth(_ menet: NetworkFile, _ identity: NetworkFile) throws {
    guard menet.width == identity.width else {
      throw Fault(
        at: "\(identity.file.path): conv1.weight",
        "has width \(identity.width), menet.safetensors has \(menet.width); both must be from the same run")
    }
  }
}

extension RecognitionNetwork {
  /// The smallest MENet, for a stage that does not use it.
  static var standIn: RecognitionNetwork {
    var network = SweepConfiguration.Network()
    (network.width, network.frames, network.motionSize) = (1, 1, 16)
    return .menet(network, attention: false, classes: 1, seed: 0)
  }
}
