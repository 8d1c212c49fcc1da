/// The exponential moving average of a network's weights and running statistics over the steps of its optimizer.
///
/// After step t the average is a_t = a_(t-1) + f · (w_t - a_(t-1)) with f = (1 - decay) / (1 - decay^t). This is the
/// moving average with its bias corrected, as Adam corrects its moments: a_1 = w_1, and the weights before the first
/// step are not in it. It is a mean with positive weights, so that an averaged variance stays 0 or more.
struct WeightAverage {
  private let decay: Double
  /// The network with the averaged weights; before the first step, with the initial ones.
  var network: RecognitionNetwork

  init(of trained: RecognitionNetwork, decay: Double) {
    self.decay = decay
    network = RecognitionNetwork(trained.shape, Initializer(seed: 0, module: "average"))
    for (own, other) in zip(network.tensors, trained.tensors) {
      own.tensor.pointer.update(from: other.tensor.pointer, count: own.tensor.count)
    }
  }

  /// Takes a step into the average.
  ///
  /// - Parameters:
  ///   - trained: the network after the step.
  ///   - steps: t, the steps of its optimizer including this one, from 1.
  func add(_ trained: RecognitionNetwork, steps: Int) {
    let share = Float((1 - decay) / (1 - decay.raised(to: steps)))
    for (own, parameter) in zip(network.parameters, trained.parameters) {
      WeightAverage.move(own.value, to: parameter.value, by: share)
    }
    for (own, statistic) in zip(network.statistics, trained.statistics) {
      // A count of batches is no average.
      WeightAverage.move(own.value, to: statistic.value, by: statistic.isCounter ? 1 : share)
    }
  }

  /// average = (1 - share) · average + share · value, which is value where share is 1.
  private static func move(_ average: Tensor, to value: Tensor, by share: Float) {
    let (to, from) = (average.pointer, value.pointer)
    let (kept, shares) = (SIMD16(repeating: 1 - share), SIMD16(repeating: share))
    Parallel.forEachRange(average.count, grain: 1 << 15) { range in
      var i = range.lowerBound
      while i + 16 <= range.upperBound {
        (SIMD16.load(to + i) * kept).addingProduct(shares, .load(from + i)).store(to + i)
        i += 16
      }
      while i < range.upperBound {
        to[i] = (to[i] * (1 - share)).addingProduct(share, from[i])
        i += 1
      }
    }
  }
}
