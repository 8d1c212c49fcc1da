import Testing

@testable import Core

/// A 2-D ResNet-18 as torchvision names it, of a small width, as the start of MENet and IDNet.
@Suite struct PretrainedWeightsTests {
  /// The channels of torchvision's four layers, at a width of 64 there.
  private static let width = 2

  /// torchvision's tensors: 20 convolutions, each with a batch norm of five tensors, and the classifier.
  private static func resNet(width: Int = width) -> [SafeTensors.Content] {
    var contents: [SafeTensors.Content] = []
    func add(_ name: String, _ shape: [Int]) {
      let count = shape.reduce(1, *)
      let random = CounterRandom(7, CounterRandom.coordinate(name))
      contents.append(
        SafeTensors.Content(name, shape: shape, floats: (0..<count).map { Float(random.uniform(at: UInt64($0))) }))
    }
    func addNorm(_ name: String, _ channels: Int) {
      for part in ["weight", "bias", "running_mean", "running_var"] { add("\(name).\(part)", [channels]) }
      contents.append(SafeTensors.Content("\(name).num_batches_tracked", shape: [], integers: [250]))
    }
    add("conv1.weight", [width, 3, 7, 7])
    addNorm("bn1", width)
    for (layer, inputs, outputs) in [
      (1, width, width), (2, width, 2 * width), (3, 2 * width, 4 * width), (4, 4 * width, 8 * width),
    ] {
      add("layer\(layer).0.conv1.weight", [outputs, inputs, 3, 3])
      addNorm("layer\(layer).0.bn1", outputs)
      add("layer\(layer).0.conv2.weight", [outputs, outputs, 3, 3])
      addNorm("layer\(layer).0.bn2", outputs)
      if layer > 1 {
        add("layer\(layer).0.downsample.0.weight", [outputs, inputs, 1, 1])
        addNorm("layer\(layer).0.downsample.1", outputs)
      }
      add("layer\(layer).1.conv1.weight", [outputs, outputs, 3, 3])
      addNorm("layer\(layer).1.bn1", outputs)
      add("layer\(layer).1.conv2.weight", [outputs, outputs, 3, 3])
      addNorm("layer\(layer).1.bn2", outputs)
    }
    add("fc.weight", [1000, 8 * width])
    add("fc.bias", [1000])
    return contents
  }

  private static func networks() -> [RecognitionNetwork] {
    var network = SweepConfiguration.Network()
    (network.width, network.frames, network.motionSize, network.identitySize) = (width, 3, 32, 32)
    return [
      .menet(network, attention: true, classes: 4, seed: 1), .idnet(network, classes: 4, seed: 1),
    ]
  }

  private let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func opened(_ contents: [SafeTensors.Content], width: Int = width) throws -> PretrainedWeights {
    try SafeTensors.write(contents, to: scratch("resnet18.safetensors"))
    return try PretrainedWeights(opening: scratch("resnet18.safetensors"), width: width)
  }

  /// What is said of a file, a line a fault, without its directory.
  private func faults(_ contents: [SafeTensors.Content], width: Int = width) throws -> [String] {
    do {
      _ = try opened(contents, width: width)
      return []
    } catch let fault as Fault {
      return [fault.description.replacing(scratch.path + "/", with: "")]
    } catch let faults as Faults {
      return faults.faults.map { $0.description.replacing(scratch.path + "/", with: "") }
    }
  }

  @Test func aKernelsSumOverTimeIsTheTwoDimensionalKernel() throws {
    let weights = try opened(PretrainedWeightsTests.resNet())
    let file = try SafeTensors(opening: scratch("resnet18.safetensors"))
    for network in PretrainedWeightsTests.networks() {
      try weights.load(into: network)
      let kernels = network.parameters.filter { $0.value.shape.count == 5 }
      #expect(kernels.count == 20)
      for kernel in kernels {
        let (flat, shape) = (try file.floats(kernel.name), kernel.value.shape)
        let (frames, taps) = (shape[2], shape[3] * shape[4])
        for index in flat.indices {
          let start = index / taps * frames * taps + index % taps
          let slices = (0..<frames).map { kernel.value[start + $0 * taps] }
          #expect(Set(slices).count == 1, "\(kernel.name)")
          #expect(abs(slices.reduce(0, +) - flat[index]) < 1e-6, "\(kernel.name)")
        }
      }
    }
  }

  @Test func normalisationsAreTakenAsTheyAreAndTheRestStays() throws {
    let weights = try opened(PretrainedWeightsTests.resNet())
    let file = try SafeTensors(opening: scratch("resnet18.safetensors"))
    for (network, fresh) in zip(PretrainedWeightsTests.networks(), PretrainedWeightsTests.networks()) {
      try weights.load(into: network)
      var taken = 0
      for (parameter, before) in zip(network.parameters, fresh.parameters) where parameter.value.shape.count != 5 {
        taken += file.contains(parameter.name) ? 1 : 0
        let expected = file.contains(parameter.name) ? try file.floats(parameter.name) : before.value.elements
        #expect(parameter.value.elements == expected, "\(parameter.name)")
      }
      for (statistic, before) in zip(network.statistics, fresh.statistics) {
        taken += file.contains(statistic.name) ? 1 : 0
        let expected =
          !file.contains(statistic.name)
          ? before.value.elements : statistic.isCounter ? [250] : try file.floats(statistic.name)
        #expect(statistic.value.elements == expected, "\(statistic.name)")
      }
      #expect(taken == 20 * 5)
    }
  }

  @Test func oldFilesHaveNoCounters() throws {
    let old = PretrainedWeightsTests.resNet().filter { !$0.name.hasSuffix("num_batches_tracked") }
    let network = PretrainedWeightsTests.networks()[0]
    try opened(old).load(into: network)
    #expect(network.statistics.filter(\.isCounter).allSatisfy { $0.value[0] == 0 })
  }

  @Test func everyWrongTensorIsListed() throws {
    var contents = PretrainedWeightsTests.resNet().filter { $0.name != "layer3.1.bn2.bias" }
    func replace(_ name: String, _ content: SafeTensors.Content) {
      contents.removeAll { $0.name == name }
      contents.append(content)
    }
    replace("bn1.weight", SafeTensors.Content("bn1.weight", shape: [2], floats: [1, .nan]))
    replace("bn1.running_var", SafeTensors.Content("bn1.running_var", shape: [2], floats: [1, -1]))
    replace("layer2.0.bn1.bias", SafeTensors.Content("layer2.0.bn1.bias", shape: [4], integers: [1, 1, 1, 1]))
    let tooLarge = SafeTensors.Content(
      "layer1.0.conv1.weight", shape: [2, 2, 5, 5], floats: [Float](repeating: 0, count: 100))
    replace("layer1.0.conv1.weight", tooLarge)
    contents.append(SafeTensors.Content("layer1.2.conv1.weight", shape: [1], floats: [0]))
    let file = "resnet18.safetensors"
    #expect(
      try faults(contents) == [
        "\(file): bn1.weight: holds a value that is not finite",
        "\(file): bn1.running_var: holds -1.0; a variance is 0 or more",
        "\(file): layer1.0.conv1.weight: has shape [2, 2, 5, 5]; [2, 2, 3, 3] is needed",
        "\(file), tensor `layer2.0.bn1.bias`: holds I64; floating-point numbers are needed",
        "\(file): has no tensor `layer3.1.bn2.bias`",
        "\(file): layer1.2.conv1.weight: is not a tensor of a 2-D ResNet-18",
      ])
  }

  @Test func anotherWidthIsOneFault() throws {
    #expect(
      try faults(PretrainedWeightsTests.resNet(), width: 8)
        == ["resnet18.safetensors: conv1.weight: has 2 channels, but network.width is 8"])
    #expect(try faults([]) == ["resnet18.safetensors: has no tensor `conv1.weight`"])
  }
}
