/// MINE (Table 3): T(d, e), a fully connected layer from both features to 64 units, then to 1, with leaky ReLU after
/// each; or, as in Belghazi et al., without the last ReLU.
public struct MutualInformationEstimator {
  private static let negativeSlope: Float = 0.01
  public let ending: SweepConfiguration.Estimator
  private let features: Int
  private var fc1, fc2: Linear
  private var memory: (hidden: Tensor, output: Tensor)?

  /// - Parameter features: length of f^e and of f^d.
  public init(features: Int, ending: SweepConfiguration.Estimator = .paper, seed: UInt64) {
    let initializer = Initializer(seed: seed, module: "mine")
    (self.features, self.ending) = (features, ending)
    fc1 = Linear("fc1", inputs: 2 * features, outputs: 64, initializer)
    fc2 = Linear("fc2", inputs: 64, outputs: 1, initializer)
  }

  public var parameters: [Parameter] { fc1.parameters + fc2.parameters }

  /// T of the joint pairs (d_i, e_i) and then of the pairs (d_π(i), e_i), `[2 · batch]`.
  ///
  /// - Parameters:
  ///   - motion, identity: f^e and f^d, `[batch, features]`.
  ///   - shuffle: π.
  public mutating func forward(motion: Tensor, identity: Tensor, shuffle: [Int]) -> Tensor {
    let batch = motion.shape[0]
    let pairs = Tensor([2 * batch, 2 * features])
    for row in 0..<2 * batch {
      let sample = row % batch
      pairs.row(row).update(from: motion.row(sample), count: features)
      (pairs.row(row) + features).update(from: identity.row(row < batch ? sample : shuffle[sample]), count: features)
    }
    let mode = Mode.training(Lanes(batch: 2 * batch))
    let hidden = leaky(fc1.forward(pairs, mode))
    var output = fc2.forward(hidden, mode)
    if ending == .paper { output = leaky(output) }
    memory = (hidden, output)
    return Tensor(output, shape: [2 * batch])
  }

  /// Returns the gradients of both features from that of T, and sets the parameters' gradients unless MINE is frozen.
  ///
  /// - Parameter dy: `[2 · batch]`, in the order of `forward`.
  public mutating func backward(
    _ dy: Tensor, shuffle: [Int], frozen: Bool
  ) -> (motion: Tensor, identity: Tensor) {
    let batch = shuffle.count
    let motion = Tensor([batch, features], filledWith: 0)
    let identity = Tensor([batch, features], filledWith: 0)
    guard let (hidden, output) = memory else { return (motion, identity) }
    memory = nil
    var gradients = Tensor(dy, shape: [2 * batch, 1])
    if ending == .paper { gradients = leakyGradient(gradients, output) }
    let pairs = fc1.backward(leakyGradient(fc2.backward(gradients, frozen: frozen), hidden), frozen: frozen)
    for row in 0..<2 * batch {
      let sample = row % batch
      addScaled(motion.row(sample), 1, pairs.row(row), count: features)
      let other = row < batch ? sample : shuffle[sample]
      addScaled(identity.row(other), 1, pairs.row(row) + features, count: features)
    }
    return (motion, identity)
  }

  private func leaky(_ x: Tensor) -> Tensor {
    for index in 0..<x.count where x[index] < 0 { x[index] *= MutualInformationEstimator.negativeSlope }
    return x
  }

  /// Leaky ReLU keeps the sign, so the output is enough to know the input's sign.
  private func leakyGradient(_ dy: Tensor, _ y: Tensor) -> Tensor {
    let dx = dy.copy()
    for index in 0..<dx.count where !(y[index] > 0) { dx[index] *= MutualInformationEstimator.negativeSlope }
    return dx
  }
}

extension MutualInformationEstimator {
  /// Metadata of mine.safetensors: the form of the estimator, which its tensors do not show.
  public var metadata: [String: String] { ["estimator": ending.rawValue] }

  /// The form of the output by a file's metadata; the paper's if they do not say.
  ///
  /// - Throws: a `Fault` naming the file when the value is wrong.
  public static func ending(of file: SafeTensors) throws -> SweepConfiguration.Estimator {
    guard let text = file.metadata["estimator"] else { return .paper }
    guard let ending = SweepConfiguration.Estimator(rawValue: text) else {
      throw Fault(
        at: "\(file.path): metadata `estimator`",
        "is \(JSONNode.quoted(String(text.prefix(60)))); it is paper or linear")
    }
    return ending
  }
}
