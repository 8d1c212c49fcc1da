import Core
import Worker

/// How training went: the curves, where the network looks, how long it took.
extension ReportPage {
  static func curves(_ report: ComparisonReport, _ traces: RunTraces) -> String {
    let figures = report.datasets.flatMap { dataset in
      let principals = report.configuration.armNames.compactMap { dataset.network(of: $0)?.recogniser }
      return dataset.variants.compactMap { variant -> (isPrincipal: Bool, figure: String)? in
        let units = variant.units.compactMap { traces.epochs[$0.unit] }
        let title = "\(dataset.name), \(variant.name)"
        guard let chart = CurvesChart.svg(units, title: title) else { return nil }
        let isPrincipal = principals.contains(variant.recogniser)
        return (isPrincipal, figure("\(dataset.name)", tag: variant.name, chart))
      }
    }
    guard !figures.isEmpty else { return "" }
    let others = figures.filter { !$0.isPrincipal }.map(\.figure).joined(separator: "\n")
    return section(
      "training", "Training",
      """
      After each epoch, the mean over the units and, shaded, the range from the lowest to the highest. Above: \
      cross-entropy of the network that the stage trains, on training clips. Below: accuracy on the test folds, \
      which is not used to choose anything\
      \(report.choosesEpoch ? "; green: on the training subjects held out" : "").
      """,
      figures.filter(\.isPrincipal).map(\.figure)
        + (others.isEmpty ? [] : [folded("Curves of the other variants", others, style: "card")]))
  }

  static func attention(_ report: ComparisonReport, _ traces: RunTraces) -> String {
    let networks = report.datasets.flatMap { dataset in
      report.configuration.armNames.map { arm in
        let network = dataset.network(of: arm)
        let other = dataset.variants.last { $0.arm == arm && $0.attentionMaps != nil }
        return (dataset, network?.attentionMaps == nil ? other : network)
      }
    }
    let figures = networks.compactMap { dataset, variant -> String? in
      guard let variant, let maps = variant.attentionMaps else { return nil }
      let face = traces.faces[dataset.name]
      let title = "\(dataset.name), \(variant.name)"
      guard let chart = AttentionFigure.svg(maps, face: face, title: title) else { return nil }
      let strongest = ReportText.decimals(AttentionFigure.strongest(maps), 1)
      let background =
        face == nil
        ? "No face behind: the clips are not here, or are of fewer than \(MeanFace.fewestSubjects) people."
        : "Behind: the mean of the onset frames of all clips."
      return figure(
        "\(dataset.name)", tag: variant.name, chart,
        caption: "Full orange: \(strongest) times the average attention. \(background)")
    }
    guard !figures.isEmpty else { return "" }
    return section(
      "attention", "Attention",
      """
      Where MENet's diverse attention looks in each frame, from onset to offset: the mean over all test clips. \
      Uncoloured means average attention or less. Right below a frame: the attention at its strongest position, as a \
      multiple of the average.
      """, figures)
  }

  /// How long it took, on how many ranks: only here, never in report.json.
  static func timing(_ report: ComparisonReport, _ timeline: Timeline) -> String {
    let chart = TimelineChart.svg(timeline.withoutPauses(longerThan: 60)).map {
      figure(
        "Who trained what", $0,
        caption: """
          One line per rank, one bar per unit. Blue: finished; grey: paused, lost or still in training; outlined: \
          failed. Times between two runs of the sweep are shortened to a minute.
          """)
    }
    guard let table = Table.times(report) else {
      return chart.map { section("timing", "Timing", "No unit has finished yet.", [$0]) } ?? ""
    }
    let total = ReportText.duration(report.units.compactMap { $0.result?.seconds }.reduce(0, +))
    return section(
      "timing", "Timing",
      """
      \(total) of training in total, summed over units; with more than one group of ranks, units were trained at the \
      same time.
      """, [chart ?? "", card(table)])
  }
}
