import Core

extension ReportPage {
  static func hasDecoupling(_ report: ComparisonReport) -> Bool {
    report.datasets.contains { $0.variants.contains { $0.metrics?.identityProbe != nil } }
  }

  static func decoupling(_ report: ComparisonReport) -> String {
    guard hasDecoupling(report) else { return "" }
    return section(
      "decoupling", "Decoupling",
      """
      Does motion forget who it is? <b>Probe</b>: accuracy in per cent of a linear classifier that names the \
      subject, from \
      <span class="term"><span class="key full"></span>motion features f<sup>e</sup></span> and \
      <span class="term"><span class="key"></span>identity features f<sup>d</sup></span>; dashed: chance; the further \
      left f<sup>e</sup>, the better. <b>Mutual information</b> of both, in nats, after each epoch: \
      <span class="term"><span class="key full"></span>by an estimator on training clips it was not fitted \
      on</span>, <span class="term"><span class="key"></span>by MINE on the clips it climbs on</span>.
      """,
      "<div class=\"grid\">\(figures(report).joined(separator: "\n"))</div>" + tables(report).joined(separator: "\n"))
  }

  private static func figures(_ report: ComparisonReport) -> [String] {
    // With one variant, a row a dataset in one chart; else a row a variant in a chart a dataset.
    let together =
      report.variants.count > 1
      ? nil
      : ProbeChart.svg(report.datasets.flatMap { set in set.variants.map { (set.name, $0) } }, title: "all datasets")
    let first = together.map {
      "<figure class=\"card\"><h3>Probe<span class=\"tag\">all datasets</span></h3>\($0)</figure>"
    }
    return [first].compactMap { $0 }
      + report.datasets.flatMap { dataset -> [String] in
        let name = html(dataset.name)
        let own = together == nil ? ProbeChart.svg(dataset) : nil
        let probe = own.map { ("\(name)<span class=\"tag\">probe</span>", $0) }
        let informed = dataset.variants.last { !$0.decoupling.epochs.isEmpty }
        let information = informed.flatMap { variant in
          InformationChart.svg(variant.decoupling.epochs, title: "\(dataset.name), \(variant.variant.rawValue)").map {
            ("\(name)<span class=\"tag\">mutual information, \(variant.variant.rawValue)</span>", $0)
          }
        }
        return [probe, information].compactMap { $0 }.map { title, chart in
          "<figure class=\"card\"><h3>\(title)</h3>\(chart)</figure>"
        }
      }
  }

  /// What the parts of the method change, for sweeps with variants that differ by one part.
  private static func tables(_ report: ComparisonReport) -> [String] {
    report.datasets.compactMap { dataset -> String? in
      guard !dataset.differences.isEmpty else { return nil }
      let lines = dataset.differences.map { difference in
        (
          style: "",
          cells: [
            "\(difference.figure.title)<small>\(difference.part)</small>",
            "\(difference.from.rawValue) → \(difference.to.rawValue)", ReportText.mean(of: difference.difference),
            ReportText.interval(of: difference.difference), "\(difference.difference.count)",
          ]
        )
      }
      return """
        <div class="card">\(table(
          "What one part of the method changes on \(html(dataset.name)): paired over folds and seeds",
          ["Figure", "Variants", "Difference", "95 % interval", "Pairs"], lines))
        <p class="quiet note">Folds of a seed share training clips, so that the interval is somewhat too narrow.</p></div>
        """
    }
  }
}

extension PairedDifference {
  /// The part of the method that both variants differ by.
  var part: String { figure == .identityProbe ? "mutual information term" : "divergence loss" }
}

extension PairedDifference.Figure {
  var title: String {
    switch self {
    case .identityProbe: "identity probe on motion features"
    case .attentionProduct: "attention maps, product (Eq. 2)"
    case .attentionOverlap: "attention maps, mass in common"
    case .information: "held-out mutual information, nats"
    }
  }
}
