/// A residual block: conv-bn-ReLU-conv-bn, plus its input (through a strided convolution and bn if the shape changes),
/// then ReLU.
struct BasicBlock {
  private var conv1, conv2: ConvolutionLayer
  private var bn1, bn2: BatchNormalization
  private var shortcut: (conv: ConvolutionLayer, bn: BatchNormalization)?

  init(_ name: String, inputs: Int, outputs: Int, frameTaps: Int, stride: Int, _ initializer: Initializer) {
    func conv(_ part: String, _ inputs: Int, frameTaps: Int, taps: Int, stride: Int) -> ConvolutionLayer {
      ConvolutionLayer(
        "\(name).\(part)",
        ConvolutionGeometry(
          inputChannels: inputs, outputChannels: outputs, frameTaps: frameTaps, taps: taps, stride: stride), initializer
      )
    }
    conv1 = conv("conv1", inputs, frameTaps: frameTaps, taps: 3, stride: stride)
    bn1 = BatchNormalization("\(name).bn1", channels: outputs, rectified: true, initializer)
    conv2 = conv("conv2", outputs, frameTaps: frameTaps, taps: 3, stride: 1)
    bn2 = BatchNormalization("\(name).bn2", channels: outputs, rectified: true, initializer)
    if stride != 1 || inputs != outputs {
      shortcut = (
        conv("downsample.0", inputs, frameTaps: 1, taps: 1, stride: stride),
        BatchNormalization("\(name).downsample.1", channels: outputs, rectified: false, initializer)
      )
    }
  }

  var parameters: [Parameter] {
    [conv1.weight] + bn1.state.parameters + [conv2.weight] + bn2.state.parameters
      + (shortcut.map { [$0.conv.weight] + $0.bn.state.parameters } ?? [])
  }
  var statistics: [Statistic] {
    bn1.state.statistics + bn2.state.statistics + (shortcut?.bn.state.statistics ?? [])
  }

  mutating func forward(_ x: FeatureMaps, _ mode: Mode) throws -> FeatureMaps {
    let inner = try bn1.forward(conv1.forward(.maps(x), mode), mode)
    let outer = conv2.forward(.maps(inner), mode, keepsInput: false)
    var residual = x
    if shortcut != nil { residual = try shortcut!.bn.forward(shortcut!.conv.forward(.maps(x), mode), mode) }
    return try bn2.forward(outer, residual: residual, mode)
  }

  mutating func backward(_ dy: FeatureMaps, _ lanes: Lanes) throws -> FeatureMaps {
    let outer = try bn2.backward(dy, keepsResidual: true, lanes)
    guard let between = bn1.recomputedResult() else { return dy }
    let inner = try bn1.backward(conv2.backward(outer, input: between, lanes), lanes)
    let dx = try conv1.backward(inner, lanes)
    // bn2 has replaced dy by the gradient of the residual.
    let residual = shortcut == nil ? dy : try shortcut!.conv.backward(shortcut!.bn.backward(dy, lanes), lanes)
    addElements(dx.pointer, residual.pointer, count: dx.count)
    return dx
  }
}
