/// A 2-D ResNet-18 with torchvision's names, trained on photographs, as initial weights of MENet and IDNet.
///
/// Each 2-D kernel is repeated over the frames of a 3-D kernel and divided by their number, so that on a clip without
/// motion the convolution gives the same result as on the photograph. Normalisations are copied with their running
/// statistics. Attention, the last normalisation and the classifier have no counterpart and keep their initial values.
public struct PretrainedWeights: Sendable {
  private let file: SafeTensors
  private let shapes: [String: [Int]]

  /// Opens a file and checks every tensor of it.
  ///
  /// - Parameter width: channels after the networks' stem.
  /// - Throws: a `Fault` when the file cannot be read or has another width, `Faults` listing every tensor that is
  ///   missing, unknown, of the wrong shape or not finite.
  public init(opening path: String, width: Int) throws {
    let file = try SafeTensors(opening: path)
    let tensors = PretrainedWeights.tensors(width: width)
    self.file = file
    shapes = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.shape) })

    let stem = try file.entry("conv1.weight").shape
    guard stem.dropFirst() == [3, 7, 7] else {
      throw Fault(at: "\(path): conv1.weight", "has shape \(stem); a 2-D ResNet-18 has [\(width), 3, 7, 7]")
    }
    guard stem[0] == width else {
      throw Fault(at: "\(path): conv1.weight", "has \(stem[0]) channels, but network.width is \(width)")
    }
    var faults: [Fault] = []
    for (name, shape) in tensors {
      do {
        // Files from before PyTorch 0.4.1 have no counters; they are not needed.
        if shape.isEmpty, !file.contains(name) { continue }
        try check(name, shape)
      } catch let fault as Fault {
        faults.append(fault)
      }
    }
    for name in file.names where shapes[name] == nil && !name.hasPrefix("fc.") {
      faults.append(Fault(at: "\(path): \(name)", "is not a tensor of a 2-D ResNet-18"))
    }
    guard faults.isEmpty else { throw Faults(faults) }
  }

  /// Overwrites those tensors of a network that the file has.
  ///
  /// - Parameter network: MENet or IDNet of the width that the file was opened for.
  /// - Throws: a `Fault` when the file can no longer be read.
  public func load(into network: RecognitionNetwork) throws {
    for parameter in network.parameters where shapes[parameter.name] != nil {
      let elements = try file.floats(parameter.name)
      // Kernels are [output, input, t, h, w]; all other tensors have the file's number of elements.
      let frameTaps = parameter.value.shape.count == 5 ? parameter.value.shape[2] : 1
      let taps = parameter.value.shape.count == 5 ? parameter.value.shape[3] * parameter.value.shape[4] : 1
      for index in 0..<parameter.value.count {
        let (kernel, tap) = (index / (frameTaps * taps), index % taps)
        parameter.value[index] = elements[kernel * taps + tap] / Float(frameTaps)
      }
    }
    for statistic in network.statistics where shapes[statistic.name] != nil && file.contains(statistic.name) {
      try statistic.load(file)
    }
  }

  private func check(_ name: String, _ shape: [Int]) throws {
    try file.require(name, shape)
    let statistic = Statistic(name: name, value: Tensor(shape.isEmpty ? [1] : shape))
    try statistic.load(file)
  }

  /// Names and shapes of a 2-D ResNet-18 without its classifier; the shape of a counter is empty.
  static func tensors(width: Int) -> [(name: String, shape: [Int])] {
    func normalization(_ name: String, _ channels: Int) -> [(String, [Int])] {
      ["weight", "bias", "running_mean", "running_var"].map { ("\(name).\($0)", [channels]) }
        + [("\(name).num_batches_tracked", [])]
    }
    var all = [("conv1.weight", [width, 3, 7, 7])] + normalization("bn1", width)
    var inputs = width
    for layer in 1...4 {
      let outputs = width << (layer - 1)
      for block in 0...1 {
        let name = "layer\(layer).\(block)"
        all += [("\(name).conv1.weight", [outputs, inputs, 3, 3])] + normalization("\(name).bn1", outputs)
        all += [("\(name).conv2.weight", [outputs, outputs, 3, 3])] + normalization("\(name).bn2", outputs)
        if inputs != outputs {
          all += [("\(name).downsample.0.weight", [outputs, inputs, 1, 1])]
          all += normalization("\(name).downsample.1", outputs)
        }
        inputs = outputs
      }
    }
    return all.map { (name: $0.0, shape: $0.1) }
  }
}
