/// A small network that names the subject: it also finds identity that no linear classifier can see.
///
/// A fully connected layer to 64 units with ReLU, and one to the subjects. It is fitted by cross-entropy plus a squared
/// penalty, in 200 steps of Adam on all clips at once, from the same initial weights each time. It takes part in no
/// training of features.
struct ProbeNetwork {
  static let units = 64
  static let steps = 200
  static let learningRate = 1e-2
  /// The factor of every weight and bias in its gradient.
  static let penalty: Float = 1e-3

  private var hidden: RectifiedLinear
  private var output: Linear

  /// Fits the network.
  ///
  /// - Parameters:
  ///   - fitted: `[clips][features]`, standardised; at least one clip and one feature.
  ///   - labels: the subject of each clip, 0 ..< classes.
  init(fitted: [[Double]], labels: [Int], classes: Int) {
    let initializer = Initializer(seed: 0, module: "probe")
    hidden = RectifiedLinear("hidden", inputs: fitted[0].count, outputs: ProbeNetwork.units, initializer)
    output = Linear("output", inputs: ProbeNetwork.units, outputs: classes, initializer)
    let parameters = hidden.parameters + output.parameters
    var optimizer = Adam(parameters, learningRate: ProbeNetwork.learningRate)
    let (x, mode) = (ProbeNetwork.tensor(fitted), Mode.training(Lanes(batch: fitted.count)))
    for _ in 0..<ProbeNetwork.steps {
      let logits = output.forward(hidden.forward(x, mode, CounterRandom()), mode)
      _ = hidden.backward(output.backward(crossEntropy(logits, labels: labels).gradient))
      for parameter in parameters {
        addScaled(
          parameter.gradient.pointer, ProbeNetwork.penalty, parameter.value.pointer, count: parameter.value.count)
      }
      optimizer.step()
    }
  }

  /// The most probable subject of each row; of equal ones, the first.
  mutating func predict(_ rows: [[Double]]) -> [Int] {
    let x = ProbeNetwork.tensor(rows)
    return output.forward(hidden.forward(x, .evaluation, CounterRandom()), .evaluation).rows.map(mostProbable)
  }

  private static func tensor(_ rows: [[Double]]) -> Tensor {
    Tensor([rows.count, rows[0].count], rows.joined().map { Float($0) })
  }
}
