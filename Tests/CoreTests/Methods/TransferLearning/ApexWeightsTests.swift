import Foundation
import Testing

@testable import Core

/// The files that Transfer Learning's network can start from, and those that it refuses.
@Suite struct ApexWeightsTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func load(
    _ path: String, into network: ApexNetwork = ApexNetworkTests.network(), classes: [String] = ["a", "b", "c"],
    _ registration: SweepConfiguration.Registration = .none
  ) throws {
    try ApexWeights(opening: path, registration).load(into: network, classes: classes)
  }

  /// All that is wrong with a file.
  private func faults(_ path: String, width: Int = 4) -> [String] {
    do {
      try load(path, into: ApexNetworkTests.network(width: width))
      return []
    } catch let faults as Faults {
      return faults.faults.map(\.description)
    } catch {
      return ["\(error)"]
    }
  }

  /// A copy of the ResNet-10 of the fixtures.
  ///
  /// - Parameter change: of its tensors.
  private func copy(
    metadata: [String: String] = [:], _ change: (inout [SafeTensors.Content]) -> Void = { _ in }
  ) throws -> String {
    let file = try Fixture("transfer-learning/resnet10").file
    var contents = try file.names.map { name in
      let shape = try file.entry(name).shape
      return shape.isEmpty
        ? SafeTensors.Content(name, shape: [], integers: try file.integers(name))
        : SafeTensors.Content(name, shape: shape, floats: try file.floats(name))
    }
    change(&contents)
    let path = scratch("file.safetensors")
    try SafeTensors.write(contents, metadata: metadata, to: path)
    return path
  }

  /// The 4-D kernels are those of one frame, and the classifier of photographs is not used.
  @Test(arguments: ["resnet10", "resnet18"]) func torchvisionsNetworksAreTaken(_ name: String) throws {
    let (network, untouched) = (ApexNetworkTests.network(), ApexNetworkTests.network())
    try load(Fixture.path("transfer-learning/\(name).safetensors"), into: network)
    let file = try Fixture("transfer-learning/\(name)").file
    for (tensor, initial) in zip(network.tensors, untouched.tensors) {
      if tensor.name.hasPrefix("fc.") || tensor.name.hasSuffix("num_batches_tracked") {
        #expect(tensor.tensor.elements == initial.tensor.elements, "\(tensor.name)")
      } else {
        #expect(try tensor.tensor.elements == file.floats(tensor.name), "\(tensor.name)")
      }
    }
  }

  /// The model file of a unit: kernels of one frame, counts as floats, and the classes.
  @Test(arguments: [["a", "b", "c"], ["a", "c", "b"]]) func theMethodsOwnFileIsTaken(_ classes: [String]) throws {
    let (trained, network) = (ApexNetworkTests.network(), ApexNetworkTests.network())
    try Fixture("transfer-learning/network").fill(trained.parameters, trained.statistics)
    var description = ModelDescription(classes: ["a", "b", "c"], SweepConfiguration.Network())
    description.method = TransferLearning.name
    let path = scratch("model.safetensors")
    try SafeTensors.write(
      trained.tensors.map { SafeTensors.Content($0.name, shape: $0.tensor.shape, floats: $0.tensor.elements) },
      metadata: description.metadata, to: path)
    let initial = network.parameters.last?.value.elements
    try load(path, into: network, classes: classes)
    #expect(network.parameters[0].value.elements == trained.parameters[0].value.elements)
    let classifier = network.parameters.last?.value.elements
    #expect(classifier == (classes == ["a", "b", "c"] ? trained.parameters.last?.value.elements : initial))
  }

  @Test func whatDoesNotFitIsNamed() throws {
    let path = scratch("file.safetensors")
    _ = try copy()
    #expect(faults(path) == [])
    #expect(
      faults(path, width: 8) == [
        "\(path): conv1.weight: has shape [4, 3, 7, 7]; transfer-learning with network.width 8 needs a 2-D ResNet with "
          + "[8, 3, 7, 7]"
      ])
    _ = try copy { $0.removeAll { $0.name == "layer2.0.bn1.bias" } }
    #expect(faults(path).count == 1 && faults(path)[0].contains("layer2.0.bn1.bias"), "\(faults(path))")
    _ = try copy { $0.append(SafeTensors.Content("layer5.0.conv1.weight", shape: [1], floats: [0])) }
    #expect(
      faults(path) == ["\(path): layer5.0.conv1.weight: is not a tensor of a 2-D ResNet-10 or ResNet-18"])
    _ = try copy { contents in
      for index in contents.indices where contents[index].name == "layer1.0.conv2.weight" {
        contents[index] = SafeTensors.Content(
          contents[index].name, shape: [4, 4, 1, 1], floats: .init(repeating: 0, count: 16))
      }
      for index in contents.indices where contents[index].name == "bn1.running_var" {
        contents[index] = SafeTensors.Content(contents[index].name, shape: [4], floats: [1, 1, -1, 1])
      }
    }
    #expect(
      faults(path) == [
        "\(path): layer1.0.conv2.weight: has shape [4, 4, 1, 1]; this network needs [4, 4, 3, 3]",
        "\(path): bn1.running_var: holds -1.0; a variance is 0 or more",
      ])
    var settings = SweepConfiguration.Network()
    settings.width = 4
    let menet = RecognitionNetwork.menet(settings, attention: false, classes: 2, seed: 1)
    try SafeTensors.write(menet.state, to: path)
    #expect(faults(path).count == 1 && faults(path)[0].contains("has shape [4, 3, 7, 7, 7]"), "\(faults(path))")
  }

  @Test func framesMustBeRegisteredInTheSameWay() throws {
    let metadata = ["method": TransferLearning.name, "registration": "similarity"]
    let path = try copy(metadata: metadata)
    #expect(throws: Fault.self) { try load(path) }
    try load(path, .similarity)
  }

  /// The sweep is refused before it trains.
  @Test func theSweepChecksTheFileAtItsStart() throws {
    var configuration = SweepConfiguration()
    configuration.network.width = 4
    try TransferLearning().checkStart(configuration)
    configuration.network.pretrained = Fixture.path("transfer-learning/resnet10.safetensors")
    try TransferLearning().checkStart(configuration)
    configuration.network.width = 8
    #expect(throws: Fault.self) { try TransferLearning().checkStart(configuration) }
  }
}
