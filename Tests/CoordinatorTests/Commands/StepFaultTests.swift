import Foundation
import Testing

@testable import Core
@testable import Worker

/// The messages of a step about wrong input, which name the file and the tensor; and input that it does not need.
@Suite struct StepFaultTests {
  /// The fault of a step on the fixtures' files after `change`, without their directory.
  private func fault(
    stage: Stage = .motion, variant: Ablation? = nil, stem: SweepConfiguration.Stem? = nil,
    _ change: (StepFiles) throws -> Void
  ) throws -> String {
    let files = try StepFiles()
    try change(files)
    do {
      _ = try SingleStep(
        SingleStep.Request(
          stage: stage, variant: variant, stem: stem, weights: files.weights, batch: files.batch))
      return "no fault"
    } catch let fault as Fault {
      return fault.description.replacing(files.scratch.path + "/", with: "")
    }
  }

  @Test(arguments: ["menet_clips", "idnet_clips", "emotion", "shuffle"])
  func aMissingTensorOfTheBatchIsNamed(_ name: String) throws {
    let said = try fault { try $0.edit($0.batch, removing: [name]) }
    #expect(said == "batch.safetensors: has no tensor `\(name)`")
  }

  @Test(arguments: ["menet", "idnet", "mine"]) func aMissingNetworkIsNamed(_ name: String) throws {
    let said = try fault { try FileManager.default.removeItem(atPath: $0.network(name)) }
    #expect(said.hasPrefix("weights/\(name).safetensors: cannot be read"))
  }

  @Test func clipsOfAnotherShapeOrTypeAreRefused() throws {
    for content in [
      SafeTensors.Content("menet_clips", shape: [5, 3, 4, 2, 3], floats: [Float](repeating: 0, count: 360)),
      SafeTensors.Content("menet_clips", shape: [5, 4, 2, 2, 3], floats: [Float](repeating: 0, count: 240)),
      SafeTensors.Content("menet_clips", shape: [0, 3, 4, 2, 2], floats: []),
      SafeTensors.Content("menet_clips", shape: [5, 3, 4, 2, 2], integers: [Int](repeating: 0, count: 240)),
    ] {
      let said = try fault { try $0.edit($0.batch, [content]) }
      #expect(said.hasPrefix("batch.safetensors: menet_clips: is ") && said.contains("[batch, 3, frames, size, size]"))
    }
  }

  @Test func clipsOfTheTwoNetworksMustAgree() throws {
    let fewer = SafeTensors.Content(
      "idnet_clips", shape: [4, 3, 4, 18, 18], floats: [Float](repeating: 0, count: 15552))
    let said = try fault { try $0.edit($0.batch, [fewer]) }
    #expect(said.hasPrefix("batch.safetensors: idnet_clips: has 4 clips of 4 frames, menet_clips 5 of 4"))
  }

  @Test(arguments: [-1, 5, Int.max]) func aLabelOutOfRangeIsNamed(_ label: Int) throws {
    let labels = SafeTensors.Content("emotion", shape: [5], integers: [0, 1, label, 2, 3])
    let said = try fault { try $0.edit($0.batch, [labels]) }
    #expect(said == "batch.safetensors: emotion: holds \(label) at sample 2; the network's classes are 0 to 4")
  }

  @Test func labelsOfAnotherShapeOrTypeAreRefused() throws {
    for content in [
      SafeTensors.Content("identity", shape: [4], integers: [0, 1, 2, 3]),
      SafeTensors.Content("identity", shape: [5], floats: [0, 1, 2, 3, 4]),
    ] {
      let said = try fault(stage: .identity) { try $0.edit($0.batch, [content]) }
      #expect(said.hasPrefix("batch.safetensors: identity: is ") && said.hasSuffix("a batch of 5 needs I64 [5]"))
    }
  }

  @Test(arguments: [
    ([1, 2, 3, 4, 4], "is not a permutation of 0 to 4"), ([1, 2, 3, 4, 5], "is not a permutation of 0 to 4"),
    ([1, 0, 2, 4, 3], "leaves sample 2 at its position"),
  ])
  func aShuffleWithFixedPointsIsRefused(_ shuffle: [Int], _ problem: String) throws {
    let content = SafeTensors.Content("shuffle", shape: [5], integers: shuffle)
    #expect(try fault { try $0.edit($0.batch, [content]) }.hasPrefix("batch.safetensors: shuffle: \(problem)"))
  }

  @Test(arguments: [
    ("menet", "layer3.1.conv2.weight"), ("menet", "bn1.running_var"), ("idnet", "attention.norm.bias"),
    ("mine", "fc1.weight"),
  ])
  func aValueThatIsNotFiniteIsNamed(_ network: String, _ tensor: String) throws {
    let said = try fault { try $0.spoil($0.network(network), tensor, with: -.infinity) }
    #expect(said == "weights/\(network).safetensors: \(tensor): holds a value that is not finite")
  }

  @Test func aNegativeVarianceAndAHugeCountAreRefused() throws {
    let variance = try fault { try $0.spoil($0.network("idnet"), "bn.running_var", with: -1) }
    #expect(variance.hasPrefix("weights/idnet.safetensors: bn.running_var: holds -1.0"))
    let count = SafeTensors.Content("bn.num_batches_tracked", shape: [], integers: [.max])
    let said = try fault { try $0.edit($0.network("menet"), [count]) }
    #expect(said.hasPrefix("weights/menet.safetensors: bn.num_batches_tracked: must be one integer"))
  }

  @Test func networksOfDifferentWidthsAreRefused() throws {
    var other = SweepConfiguration.Network()
    (other.width, other.frames, other.identitySize) = (2, 4, 18)
    let idnet = RecognitionNetwork.idnet(other, classes: 7, seed: 1)
    let mine = MutualInformationEstimator(features: idnet.shape.features, seed: 1)
    let narrow = try fault { try SafeTensors.write(idnet.state, to: $0.network("idnet")) }
    #expect(narrow.hasPrefix("weights/idnet.safetensors: conv1.weight: has width 2, menet.safetensors has 3"))
    let features = try fault { try SafeTensors.write(mine.state, to: $0.network("mine")) }
    #expect(features.hasPrefix("weights/mine.safetensors: fc1.weight: has shape [64, 32]"))
    let ending = try fault { files in
      let own = try SafeTensors(opening: files.network("mine"))
      let mine = MutualInformationEstimator(features: try own.entry("fc1.weight").shape[1] / 2, seed: 1)
      try SafeTensors.write(mine.state, metadata: ["estimator": "cubic"], to: files.network("mine"))
    }
    #expect(ending.hasPrefix("weights/mine.safetensors: metadata `estimator`: is \"cubic\""))
  }

  @Test func aFileOfAnotherNetworkIsRefused() throws {
    let said = try fault { files in
      try FileManager.default.removeItem(atPath: files.network("menet"))
      try FileManager.default.copyItem(atPath: files.network("idnet"), toPath: files.network("menet"))
    }
    #expect(said.hasPrefix("weights/menet.safetensors: is IDNet's file, which knows people and no emotions"))
  }

  @Test func anAttentionModuleForOtherClipsIsRefused() throws {
    let frames = try fault { files in
      let clips = SafeTensors.Content(
        "menet_clips", shape: [5, 3, 3, 36, 36], floats: [Float](repeating: 0, count: 58320))
      let small = SafeTensors.Content("idnet_clips", shape: [5, 3, 3, 2, 2], floats: [Float](repeating: 0, count: 180))
      try files.edit(files.batch, [clips, small])
    }
    #expect(frames.contains("menet.safetensors: attention.norm.3: the attention module is made for 4 frames"))
    let stem = try fault(stem: .code) { _ in }
    #expect(stem.contains("menet.safetensors: attention.mix.1.weight: is made for 9 positions"))
    #expect(try fault(variant: .mi) { _ in }.hasSuffix("has attention.* tensors; variant mi has no attention"))
  }

  @Test func theFirstStageNeedsNeitherMENetNorMINE() throws {
    let (whole, bare) = (try StepFiles(), try StepFiles())
    for name in ["menet", "mine"] { try FileManager.default.removeItem(atPath: bare.network(name)) }
    try bare.edit(bare.batch, removing: ["menet_clips", "emotion", "shuffle"])
    for files in [whole, bare] {
      var step = try SingleStep(
        SingleStep.Request(stage: .identity, variant: nil, stem: nil, weights: files.weights, batch: files.batch))
      #expect((step.assumption == nil) == (files.weights == whole.weights))
      try step.run(SoleRank())
      try step.write(to: files.output)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: bare.output).count == 4)
    for name in ["idnet", "gradients", "outputs"] {
      #expect(
        FileManager.default.contentsEqual(
          atPath: "\(whole.output)/\(name).safetensors", andPath: "\(bare.output)/\(name).safetensors"), "\(name)")
    }
  }

  @Test func theStemFollowsFromThePositionsOfTheAttention() throws {
    // With 16 pixels both stems have a single position.
    for (stem, size) in [(SweepConfiguration.Stem.paper, 36), (.code, 36), (.code, 64), (.code, 16)] {
      var network = SweepConfiguration.Network()
      (network.width, network.frames, network.motionSize, network.stem) = (1, 2, size, stem)
      let scratch = try Scratch()
      let menet = RecognitionNetwork.menet(network, attention: true, classes: 2, seed: 1)
      try SafeTensors.write(menet.state, to: scratch("menet.safetensors"))
      let file = try NetworkFile(.menet, opening: scratch("menet.safetensors"))
      #expect(file.stem(size: size) == (size == 16 ? nil : stem))
      #expect(try file.network(frames: 2, size: size, stem: stem).shape == menet.shape)
    }
  }
}
