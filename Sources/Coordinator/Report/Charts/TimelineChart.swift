import Core

/// One line per rank over time, with a bar for each unit that it helped to train.
enum TimelineChart {
  private static let width = 940.0
  private static let left = 74.0
  private static let right = 930.0
  private static let mostLines = 64

  /// nil where the ledger says nothing.
  static func svg(_ timeline: Timeline) -> String? {
    let spans = timeline.spans
    guard let start = spans.first?.start, let end = spans.map(\.end).max(), end > start else { return nil }
    let ranks = Array(timeline.ranks.prefix(mostLines))
    let height = ranks.count > 16 ? 12.0 : 20.0
    let lines = Dictionary(uniqueKeysWithValues: ranks.enumerated().map { ($1, $0) })
    func x(_ time: Double) -> Double { left + (right - left) * (time - start) / (end - start) }

    var shapes = ranks.enumerated().map { line, rank in
      Drawing.text("rank \(rank)", left - 10, (Double(line) + 0.5) * height + 4, "end small")
    }
    let bottom = Double(ranks.count) * height
    for tick in 0...4 {
      let at = left + (right - left) * Double(tick) / 4
      shapes.append(Drawing.line(at, 0, at, bottom, "axis"))
      let time = ReportText.duration((end - start) * Double(tick) / 4)
      shapes.append(Drawing.text(time, at, bottom + 15, "muted small \(tick == 0 ? "" : tick == 4 ? "end" : "middle")"))
    }
    for span in spans {
      let hint = said(span)
      for rank in span.ranks {
        guard let line = lines[rank] else { continue }
        shapes.append(
          Drawing.bar(
            x(span.start), Double(line) * height + 2, max(1, x(span.end) - x(span.start) - 1), height - 4,
            style(span), radius: 2, hint: hint))
        if let name = name(span, fitting: x(span.end) - x(span.start), height: height) {
          shapes.append(
            Drawing.text(
              name, (x(span.start) + x(span.end)) / 2, (Double(line) + 0.5) * height + 3.5, "middle small \(ink(span))",
              extra: " style=\"pointer-events:none\""))
        }
      }
    }
    return Drawing.chart(
      width: width, height: bottom + 22, label: "Who trained what: \(spans.map(said).joined(separator: "; ")).",
      style: "wide", shapes)
  }

  /// What fits into a bar: dataset and fold, or the fold alone; `synth-sdu, pretraining`, or `pretraining` alone.
  private static func name(_ span: Timeline.Span, fitting length: Double, height: Double) -> String? {
    guard height >= 16 else { return nil }
    let isFold = !span.unit.variant.isPretraining
    let fold = isFold ? span.unit.foldText : ""
    let short = isFold ? "\(span.unit.dataset) \(fold)" : span.unit.dataset
    let names = ["\(short), \(span.unit.recogniser.name)", isFold ? short : span.unit.variant.rawValue, fold]
    return names.first { Double($0.count) * 6.2 + 6 < length }
  }

  private static func ink(_ span: Timeline.Span) -> String {
    span.ending == .finished ? "inside" : ""
  }

  private static func style(_ span: Timeline.Span) -> String {
    switch span.ending {
    case .finished: "ours"
    case .failed: "leaky"
    default: "published"
    }
  }

  private static func said(_ span: Timeline.Span) -> String {
    let numbers = span.ranks.map(String.init).joined(separator: ", ")
    let ranks = "\(span.ranks.count == 1 ? "rank" : "ranks") \(numbers)"
    let ending =
      switch span.ending {
      case .finished: "finished"
      case .paused: "paused"
      case .failed: "failed"
      default: "lost"
      }
    let hosts = span.hosts.isEmpty ? "" : " on \(span.hosts.joined(separator: ", "))"
    return "\(span.unit) by \(ranks)\(hosts), \(ReportText.duration(span.end - span.start)), \(ending)"
  }
}
