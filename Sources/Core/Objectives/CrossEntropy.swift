/// Cross-entropy, mean over the batch, and its gradient.
///
/// - Parameters:
///   - logits: `[batch, classes]`.
///   - labels: the true class of each sample.
public func crossEntropy(_ logits: Tensor, labels: [Int]) -> (loss: Double, gradient: Tensor) {
  let (batch, classes) = (logits.shape[0], logits.shape[1])
  let gradient = Tensor([batch, classes])
  var loss = 0.0
  for row in 0..<batch {
    let values = (0..<classes).map { Double(logits.row(row)[$0]) }
    let total = logSumExp(values)
    loss += total - values[labels[row]]
    for column in 0..<classes {
      let probability = exponential(values[column] - total)
      gradient.row(row)[column] = Float((probability - (column == labels[row] ? 1 : 0)) / Double(batch))
    }
  }
  return (loss / Double(batch), gradient)
}

/// The probability of each class, `[batch][classes]`.
public func probabilities(_ logits: Tensor) -> [[Float]] {
  let classes = logits.shape[1]
  return (0..<logits.shape[0]).map { row in
    var result = [Float](repeating: 0, count: classes)
    result.withUnsafeMutableBufferPointer { softmax(logits.row(row), $0.baseAddress!, count: classes) }
    return result
  }
}
