import Core

extension ReportPage {
  static func ablation(_ report: ComparisonReport) -> String {
    guard report.variants.count > 1 else { return "" }
    return section(
      "ablation", "Ablation", "What each part of the network adds.",
      ([card(.ablation(report)), note(Explanations.test(of: "variants"))]
        + report.datasets.map { card(.ablation(on: $0)) }).joined(separator: "\n"))
  }
}
