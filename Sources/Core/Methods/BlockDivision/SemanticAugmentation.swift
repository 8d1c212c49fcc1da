/// Implicit semantic data augmentation (Wang et al. 2019): an upper bound of the cross-entropy when features are moved
/// at random in the directions in which their class varies.
///
/// With features f, classifier W, b, labels y, and Σ_y the covariance of class y's features so far:
///
///     loss = mean of cross-entropy(W f + b + λ/2 (w_k - w_y)ᵀ Σ_y (w_k - w_y) at class k, y)
///
/// Covariances are estimated online from all batches so far, including this one; no gradient flows through them. Every
/// rank computes the same from all rows.
struct SemanticAugmentation {
  private let classes, width: Int
  /// For each class, `[classes, width, width]`, `[classes, width]` and `[classes]`.
  private let covariance, mean, amount: Statistic

  init(_ name: String, classes: Int, width: Int) {
    (self.classes, self.width) = (classes, width)
    covariance = Statistic(name: "\(name).covariance", value: Tensor([classes, width, width], filledWith: 0))
    mean = Statistic(name: "\(name).mean", value: Tensor([classes, width], filledWith: 0))
    amount = Statistic(name: "\(name).amount", value: Tensor([classes], filledWith: 0))
  }

  var statistics: [Statistic] { [covariance, mean, amount] }

  /// Adds the features of a batch, `[rows, width]`, to the estimates.
  func update(_ features: Tensor, labels: [Int]) {
    Parallel.forEach(classes) { label in
      let rows = labels.indices.filter { labels[$0] == label }
      guard !rows.isEmpty else { return }
      let count = Double(rows.count)
      let before = Double(amount.value[label])
      let weight = count / (count + before)
      let own = (0..<width).map { column in
        rows.reduce(0.0) { $0 + Double(features.row($1)[column]) } / count
      }
      let centred = rows.map { row in (0..<width).map { Double(features.row(row)[$0]) - own[$0] } }
      let moved = (0..<width).map { Double(mean.value.row(label)[$0]) - own[$0] }
      let estimate = covariance.value.row(label)
      for i in 0..<width {
        for j in 0..<width {
          let batch = centred.reduce(0.0) { $0 + $1[i] * $1[j] } / count
          let old = Double(estimate[i * width + j])
          estimate[i * width + j] = Float(
            old * (1 - weight) + batch * weight + weight * (1 - weight) * moved[i] * moved[j])
        }
      }
      let means = mean.value.row(label)
      for column in 0..<width { means[column] = Float(Double(means[column]) * (1 - weight) + own[column] * weight) }
      amount.value[label] += Float(rows.count)
    }
  }

  /// The loss, its gradient with respect to the logits, and the part of the gradient of the classifier's weights that
  /// does not come from the logits, `[classes, width]`.
  ///
  /// - Parameters:
  ///   - logits: W f + b, `[rows, classes]`.
  ///   - weight: W, `[classes, width]`.
  ///   - strength: λ, 0 or more.
  func loss(
    _ logits: Tensor, labels: [Int], weight: Tensor, strength: Double
  ) -> (loss: Double, logits: Tensor, weight: Tensor) {
    // For each class y and k, Σ_y (w_k - w_y).
    let moved = Tensor([classes, classes, width], filledWith: 0)
    let spread = Tensor([classes, classes], filledWith: 0)
    Parallel.forEach(classes * classes) { pair in
      let (label, other) = pair.quotientAndRemainder(dividingBy: classes)
      let difference = (0..<width).map { Double(weight.row(other)[$0]) - Double(weight.row(label)[$0]) }
      var square = 0.0
      for i in 0..<width {
        let line = covariance.value.row(label) + i * width
        let product = (0..<width).reduce(0.0) { $0 + Double(line[$1]) * difference[$1] }
        moved[pair * width + i] = Float(product)
        square += difference[i] * product
      }
      spread[pair] = Float(square)
    }
    let augmented = Tensor(logits.shape)
    for (row, label) in labels.enumerated() {
      for other in 0..<classes {
        augmented.row(row)[other] = Float(
          Double(logits.row(row)[other]) + strength / 2 * Double(spread[label * classes + other]))
      }
    }
    let (loss, gradient) = crossEntropy(augmented, labels: labels)
    // d spread / d w_k = 2 Σ_y (w_k - w_y), and the negative of that for w_y.
    var ofWeight = [Double](repeating: 0, count: classes * width)
    for (row, label) in labels.enumerated() {
      for other in 0..<classes where other != label {
        let factor = strength * Double(gradient.row(row)[other])
        for i in 0..<width {
          let part = factor * Double(moved[(label * classes + other) * width + i])
          ofWeight[other * width + i] += part
          ofWeight[label * width + i] -= part
        }
      }
    }
    return (loss, gradient, Tensor([classes, width], ofWeight.map { Float($0) }))
  }
}
