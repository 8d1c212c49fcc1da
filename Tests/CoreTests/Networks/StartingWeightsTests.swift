import Testing

@testable import Core

/// A network that MicroFold has trained, as the start of another one.
@Suite struct StartingWeightsTests {
  private let scratch: Scratch
  private var configuration = SweepConfiguration()
  private let classes = ["anger", "fear"]

  init() throws {
    scratch = try Scratch()
    (configuration.network.width, configuration.network.frames) = (2, 3)
    (configuration.network.motionSize, configuration.network.identitySize) = (32, 32)
  }

  private func menet(attention: Bool, classes: Int = 2, seed: UInt64) -> RecognitionNetwork {
    .menet(configuration.network, attention: attention, classes: classes, seed: seed)
  }

  /// Writes a network whose running statistics are not those of a new one.
  private func write(
    _ network: RecognitionNetwork, _ description: ModelDescription? = nil, name: String = "menet.safetensors"
  ) throws -> String {
    for (index, statistic) in network.statistics.enumerated() {
      for position in 0..<statistic.value.count { statistic.value[position] = Float(index + position + 1) }
    }
    let metadata = (description ?? ModelDescription(classes: classes, configuration.network)).metadata
    try SafeTensors.write(network.state, metadata: metadata, to: scratch(name))
    return scratch(name)
  }

  private func tensors(_ network: RecognitionNetwork) -> [String: [Float]] {
    Dictionary(
      uniqueKeysWithValues: network.parameters.map { ($0.name, $0.value.elements) }
        + network.statistics.map { ($0.name, $0.value.elements) })
  }

  /// The names of the tensors that a network takes from another one; those that it does not take must keep its own.
  private func taken(_ start: StartingWeights, _ network: RecognitionNetwork, from other: RecognitionNetwork) throws
    -> Set<String>
  {
    let (before, given) = (tensors(network), tensors(other))
    try start.load(into: network)
    let names = tensors(network).compactMap { name, values -> String? in
      if values == given[name], values != before[name] { return name }
      #expect(values == before[name], "\(name) is neither its own nor the other's")
      return nil
    }
    return Set(names)
  }

  /// Every tensor but those that are 0 or 1 in any new network.
  private func distinct(_ one: RecognitionNetwork, _ other: RecognitionNetwork) -> Set<String> {
    let (a, b) = (tensors(one), tensors(other))
    return Set(a.keys.filter { b[$0] != nil && a[$0] != b[$0] })
  }

  @Test func aNetworkOfTheSameClassesIsTakenWhole() throws {
    let source = menet(attention: true, seed: 1)
    let path = try write(source)
    let start = try StartingWeights(opening: path, for: configuration, classes: classes)
    let network = menet(attention: true, seed: 2)
    let expected = distinct(network, source)
    #expect(try taken(start, network, from: source) == expected)
    #expect(expected.contains("classifier.weight") && expected.contains("attention.mix.1.weight"))
    #expect(tensors(network) == tensors(source))
    try start.check(for: configuration.network)
  }

  @Test(arguments: [["fear", "anger"], ["joy", "fear", "anger"]])
  func theClassifierOfOtherClassesIsLeftOut(_ own: [String]) throws {
    let source = menet(attention: false, seed: 1)
    let start = try StartingWeights(opening: write(source), for: configuration, classes: own)
    let network = menet(attention: false, classes: own.count, seed: 2)
    let expected = distinct(network, source).filter { !$0.hasPrefix("classifier.") }
    #expect(try taken(start, network, from: source) == expected)
    #expect(expected.count > 60)
  }

  @Test func attentionThatTheFileLacksKeepsItsInitialValues() throws {
    let source = menet(attention: false, seed: 1)
    let start = try StartingWeights(opening: write(source), for: configuration, classes: classes)
    let network = menet(attention: true, seed: 2)
    let names = try taken(start, network, from: source)
    #expect(names.contains("layer4.1.conv2.weight") && names.contains("classifier.weight"))
    #expect(!names.contains { $0.hasPrefix("attention.") })
  }

  @Test func anIDNetIsTakenWithoutItsClassifier() throws {
    let source = RecognitionNetwork.idnet(configuration.network, classes: 7, seed: 1)
    let path = try write(source, ModelDescription(classes: nil, configuration.network), name: "idnet.safetensors")
    let start = try StartingWeights(opening: path, for: configuration, .idnet)
    let network = RecognitionNetwork.idnet(configuration.network, classes: 4, seed: 2)
    let expected = distinct(network, source).filter { !$0.hasPrefix("classifier.") }
    #expect(try taken(start, network, from: source) == expected)
    #expect(expected.count > 60)
  }

  private func problem(_ path: String) -> String {
    do {
      try StartingWeights(opening: path, for: configuration, classes: classes).check(for: configuration.network)
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test func aNetworkOfOtherSettingsIsOneLineThatNamesThem() throws {
    var (other, description) = (configuration.network, ModelDescription(classes: classes, configuration.network))
    other.width = 4
    let wide = try write(.menet(other, attention: false, classes: 2, seed: 1), name: "wide.safetensors")
    #expect(problem(wide) == "\(wide): has 4 channels, but network.width is 2")

    description.input = .flow
    let flow = try write(menet(attention: false, seed: 1), description, name: "flow.safetensors")
    #expect(
      problem(flow) == "\(flow): was trained on flow, but network.input is frames; they must be the same")

    (description.input, description.registration) = (.frames, .similarity)
    let registered = try write(menet(attention: false, seed: 1), description, name: "registered.safetensors")
    #expect(problem(registered).hasSuffix("similarity, but registration is none; they must be the same"))

    (description.registration, description.stem) = (.none, .code)
    let stem = try write(menet(attention: false, seed: 1), description, name: "stem.safetensors")
    #expect(problem(stem) == "\(stem): has the stem code, but network.stem is paper; they must be the same")

    other = configuration.network
    other.frames = 4
    let frames = try write(.menet(other, attention: true, classes: 2, seed: 1), name: "frames.safetensors")
    #expect(problem(frames).contains("is made for 4 frames; the clips have 3"))
  }

  @Test func aNetworkWithoutATensorIsFoundByTheCheck() throws {
    let state = menet(attention: false, seed: 1).state.filter { $0.name != "layer2.0.conv1.weight" }
    try SafeTensors.write(state, to: scratch("menet.safetensors"))
    #expect(problem(scratch("menet.safetensors")).contains("layer2.0.conv1.weight"))
  }

  /// A file without metadata is of a network that sees frames as recorded.
  @Test func withoutNamesOfClassesTheClassifierIsLeftOut() throws {
    let source = menet(attention: false, seed: 1)
    try SafeTensors.write(source.state, to: scratch("menet.safetensors"))
    let start = try StartingWeights(opening: scratch("menet.safetensors"), for: configuration, classes: classes)
    guard case .network(_, let hasClassifier) = start else { throw Fault(at: "the file", "is taken for photographs") }
    #expect(!hasClassifier)
  }
}
