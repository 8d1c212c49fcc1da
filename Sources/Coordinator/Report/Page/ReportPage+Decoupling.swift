import Core

extension ReportPage {
  static func decoupling(_ report: ComparisonReport) -> String {
    section(
      .decoupling(report),
      charts: """
        <p class="quiet note">\(key)</p>
        <div class="grid">\(figures(report).joined(separator: "\n"))</div>
        """)
  }

  /// The colours of the charts.
  private static let key = """
    Probe: <span class="term"><span class="key full"></span>motion features f<sup>e</sup></span>, \
    <span class="term"><span class="key"></span>identity features f<sup>d</sup></span>, with 95 % intervals; \
    <span class="term"><span class="key bar"></span>floor: the true emotion alone</span>; dashed: chance. The nearer \
    f<sup>e</sup> is to the floor, the better. Mutual information of both, in nats, after each epoch: \
    <span class="term"><span class="key full"></span>by an estimator on training clips it was not fitted on</span>, \
    <span class="term"><span class="key"></span>by MINE on the clips it is trained on</span>.
    """

  private static func figures(_ report: ComparisonReport) -> [String] {
    // With one variant, a row for each dataset in one chart; else a row for each variant in a chart for each dataset.
    let together =
      report.recognisers.count { $0.variant.ablation != nil } > 1
      ? nil
      : ProbeChart.svg(report.datasets.flatMap { set in set.variants.map { (set.name, $0) } }, title: "all datasets")
    let first = together.map { figure("Probe", tag: "all datasets", $0) }
    return [first].compactMap { $0 }
      + report.datasets.flatMap { dataset -> [String] in
        let probe = together == nil ? ProbeChart.svg(dataset) : nil
        let informed = report.configuration.armNames.compactMap { arm in
          dataset.variants.last { $0.arm == arm && !$0.decoupling.epochs.isEmpty }
        }
        let information = informed.compactMap { variant in
          InformationChart.svg(variant.decoupling.epochs, title: "\(dataset.name), \(variant.name)").map {
            figure("\(dataset.name)", tag: "mutual information, \(variant.name)", $0)
          }
        }
        return [probe.map { figure("\(dataset.name)", tag: "probe", $0) }].compactMap { $0 } + information
      }
  }
}
