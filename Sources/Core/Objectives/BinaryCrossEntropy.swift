/// Binary cross-entropy of several yes-or-no targets per row, mean over the rows and targets, and its gradient.
///
///     loss = -1/n Σ (t log σ(x) + (1 - t) log(1 - σ(x)))      n = rows · columns
///
/// - Parameters:
///   - logits: x, `[rows, width]`; columns after the first `columns` do not count.
///   - targets: t, 0 or 1, `[rows][columns]`; nil is not known and adds nothing to the sum.
///   - columns: number of targets of a row, 1 or more.
func binaryCrossEntropy(
  _ logits: Tensor, targets: [[Float?]], columns: Int
) -> (loss: Double, gradient: Tensor) {
  let gradient = Tensor(logits.shape, filledWith: 0)
  let count = Double(targets.count * columns)
  var loss = 0.0
  for (row, known) in targets.enumerated() {
    for (column, target) in known.enumerated() {
      guard let target else { continue }
      let x = Double(logits.row(row)[column])
      // log(1 + e^x) - t x.
      loss += logSumExp([0, x]) - Double(target) * x
      gradient.row(row)[column] = Float((1 / (1 + exponential(-x)) - Double(target)) / count)
    }
  }
  return (loss / count, gradient)
}
