import Testing

@testable import Core

/// What the networks of other methods cost, against the networks themselves and by hand: inputs · outputs · taps ·
/// positions, one line per layer.
@Suite struct MethodWorkTests {
  /// All learned values but those of the classifier, of biases and of normalisations.
  private func learned(_ network: some Module) -> Double {
    let weights = network.parameters.filter { $0.value.shape.count > 1 && !$0.name.hasPrefix("classifier.") }
    return Double(weights.reduce(0) { $0 + $1.value.count })
  }

  private let initializer = Initializer(seed: 1, module: "test")

  @Test func elrcn() {
    for shape in [EnrichedRecurrentNetwork.Shape(), .init(steps: 4, side: 16, channels: 3, width: 2, blocks: [1, 2])] {
      let network = EnrichedRecurrentNetwork(shape, classes: 3, initializer)
      #expect(shape.work.parameters == learned(network))
    }
    let work = EnrichedRecurrentNetwork.Shape().work
    let stem = 4 * 8 * 9 * (9 * 32 * 32)
    let convolutions = 8 * 16 * 9 * (9 * 16 * 16) + (16 * 32 + 32 * 32) * 9 * (9 * 8 * 8)
    let code = 32 * 4 * 4 * 64 * 9
    let memory = 64 * 256 * 9 + 64 * 256 * 8
    #expect(work.stem == Double(stem))
    #expect(work.forward == Double(stem + convolutions + code + memory + 64 * 32))
    #expect(work.largestKernels == 32 * 32)
  }

  @Test func recurrentConvolutions() {
    let shape = RecurrentConvolutionalNetwork.Shape()
    #expect(shape.work.parameters == learned(RecurrentConvolutionalNetwork(shape, classes: 3, initializer)))
    let stem = 3 * 16 * 25 * 56 * 56
    // The 3 × 3 convolution is used twice, with the same weights.
    let layer = 16 * 16 * (1 + 2 * 9)
    #expect(shape.work.stem == Double(stem))
    #expect(shape.work.forward == Double(stem + layer * (28 * 28 + 14 * 14)))
    #expect(shape.work.maps == Double(16 * (56 * 56 + 3 * (28 * 28 + 14 * 14))))
  }

  @Test func blockDivision() {
    let shape = BlockDivisionNetwork.Shape()
    #expect(shape.work.parameters == learned(BlockDivisionNetwork(shape, classes: 3, initializer)))
    let stem = 1 * 8 * 9 * (64 * 16 * 16)
    #expect(shape.work.stem == Double(stem))
    #expect(shape.work.forward == Double(stem + 512 * 32 * 8 * 8 + 32 * 8 * 8 * 128 + 128 * 64))
  }

  @Test func graphConvolutions() {
    let shape = GraphTemporalNetwork.Shape()
    #expect(shape.work.parameters == learned(GraphTemporalNetwork(shape, classes: 3, initializer)))
    let positions = 28 * 49
    // Five blocks, two of which begin with one channel and a shortcut.
    let stem = 2 * (1 * 8 * 7 + 1 * 8) * positions
    let others = (3 * 2 + 2) * (8 * 8 * 7) * positions
    #expect(shape.work.stem == Double(stem))
    #expect(shape.work.forward == Double(stem + others + 8 * positions * 64))
  }

  @Test func actionUnits() {
    let shape = ActionUnitNetwork.Shape()
    #expect(shape.work.parameters == learned(ActionUnitNetwork(shape, classes: 3, initializer)))
    let stem = 1 * 8 * 27 * (9 * 32 * 32)
    let convolutions = 8 * 16 * 27 * (9 * 16 * 16) + 16 * 32 * 27 * (9 * 8 * 8)
    let graph = 2 * (16 * 16 * 16 + 2 * 16 * 16 + 16 * 16 * 16)
    #expect(shape.work.stem == Double(stem))
    #expect(shape.work.forward == Double(stem + convolutions + 32 * 4 * 4 * 256 + graph + 256 * 16))
  }

  /// Only the features of clips that are interpolated depend on how many frames are stored; all depend on their size.
  @Test func featuresTakeLongerForMoreFramesAndPixels() {
    func clip(_ size: Int, _ frames: Int) -> Clip {
      Clip(
        name: "a", subject: "b", emotion: "c", source: "d", fps: 30, onset: 1, apex: 2, offset: frames,
        frames: frames + 2, height: size, width: size)
    }
    for method in Catalogue.methods {
      let configuration = SweepConfiguration()
      guard let variant = method.variants.first else { continue }
      let cost = method.cost(of: variant, configuration)
      guard let features = cost.measured?.features else { continue }
      func seconds(_ size: Int, _ frames: Int, clips: Int = 10) -> Double {
        cost.featureSeconds(
          MethodCost.ClipCounts(training: clips - 2, test: 2, size: ClipSize([clip(size, frames)])))
      }
      #expect(seconds(128, 20) > seconds(64, 20), "\(method.about.name)")
      #expect((seconds(64, 40) > seconds(64, 20)) == features.cost.interpolates, "\(method.about.name)")
      #expect(abs(seconds(64, 20, clips: 30) / seconds(64, 20) - 3) < 1e-9, "\(method.about.name)")
    }
    #expect(ClipSize([clip(64, 20), clip(128, 40)]).frames == 30)
    #expect(ClipSize([]).pixels == 65536)
  }

  @Test func everyMethodIsKnownBeforehand() {
    let clips = MethodCost.ClipCounts(training: 80, test: 20)
    for variant in Catalogue.variants {
      let cost = Catalogue.method(of: variant).cost(of: variant, SweepConfiguration())
      #expect(cost.isKnown, "\(variant.rawValue)")
      #expect(cost.total(clips) + cost.seconds(clips) > 0 || variant.rawValue == "majority", "\(variant.rawValue)")
    }
    #expect(!ProgramMethod("mine", command: ["x"]).cost(of: Variant("mine"), SweepConfiguration()).isKnown)
  }
}
