import Core

/// Whether a program gave the same answer when it was given the same file twice.
enum Repeatability: Equatable, Sendable {
  case holds
  /// The largest difference of a probability.
  case broken(Float)
  /// It was never given the same file twice.
  case unknown

  /// - Parameter differences: of the units for which it was run twice.
  init(_ differences: [Float]) {
    guard let largest = differences.max() else {
      self = .unknown
      return
    }
    self = largest == 0 ? .holds : .broken(largest)
  }

  /// What readers of its figures must know; nil for nothing.
  var note: String? {
    switch self {
    case .holds: nil
    case .broken(let difference):
      "not repeatable: given the same file twice, it gave probabilities that differ by "
        + (difference < 0.001 ? "less than 0.001" : "up to \(ReportText.decimals(Double(difference), 3))")
    case .unknown: "not known whether it is repeatable: it was never given the same file twice"
    }
  }
}

extension SweepConfiguration {
  /// What a method is called in reports.
  func title(of variant: Variant) -> String { variant.ablation?.rawValue ?? method(of: variant).about.title }
}
