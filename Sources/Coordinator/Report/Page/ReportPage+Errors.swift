import Core

/// Why a fold may be bad.
extension ReportPage {
  static func errors(_ report: ComparisonReport, _ traces: RunTraces) -> String {
    guard let section = Section.errors(report, traces.epochs)?.within(report) else { return "" }
    let known = report.principals.enumerated().compactMap { index, principal in
      principal.variant.flatMap { $0.metrics == nil ? nil : (index, principal.dataset, $0) }
    }
    let prefix = (["clip"] + [report.group?.identifier].compactMap { $0 }).joined(separator: "-")
    let cards = zip(known, section.tables).map { own, table in
      let (index, dataset, variant) = own
      return """
        <div class="card"><h3>\(html(dataset.name))<span class="tag">\(html(variant.name))</span></h3>
        \(HTMLMarkup.table(table))
        \(clips(report, dataset, variant, traces.errors, identifier: "\(prefix)-\(index)"))</div>
        """
    }
    let parts = [warnings(report, traces)] + cards
    return self.section(section.identifier, section.title, section.lead, parts.filter { !$0.isEmpty })
  }

  private static func warnings(_ report: ComparisonReport, _ traces: RunTraces) -> String {
    let warnings = report.warnings(traces.epochs)
    guard !warnings.isEmpty else { return "" }
    let lines = warnings.flatMap { unit, found in
      found.map { "<li>\(prose("\(strong: unit.description): \($0.text)"))</li>" }
    }
    let list = "<ul class=\"warnings\">\(lines.joined(separator: "\n"))</ul>"
    return lines.count > 8
      ? "<div class=\"card\">\(folded("All \(lines.count) warnings", list))</div>"
      : "<div class=\"card\"><h3>Warnings</h3>\(list)</div>"
  }

  /// The clips that were named wrongly, with pictures where the store is there.
  private static func clips(
    _ report: ComparisonReport, _ dataset: DatasetReport, _ variant: VariantReport, _ pictures: ErrorPictures,
    identifier: String
  ) -> String {
    let all = ClipError.all(variant, on: dataset).count
    guard all > 0 else { return "<p class=\"quiet note\">No clip was named wrongly.</p>" }
    let shown = report.shownErrors(of: variant, on: dataset)
    let count: Prose =
      shown.count == all
      ? "\(ReportText.count(all, "clip")) named wrongly"
      : "\(ReportText.count(all, "clip")) named wrongly; the \(shown.count) most confident errors"
    let reason = pictures.missing[dataset.name].map { " No pictures: \($0)." } ?? ""
    let hasPictures = shown.contains { pictures[$0] != nil }
    let figures = shown.enumerated().map { number, error in
      clip(error, dataset, pictures[error], identifier: "\(identifier)-\(number)")
    }
    return """
      <details open><summary>\(prose(count))</summary>
      <p class="quiet note">\(html(Self.note(variant, hasPictures: hasPictures) + reason))</p>
      <div class="clips">\(figures.joined(separator: "\n"))</div></details>
      """
  }

  private static func note(_ variant: VariantReport, hasPictures: Bool) -> String {
    let seeds = Set(variant.units.map(\.unit.seed)).count
    let which = seeds > 1 ? "Of a clip's seeds, the one that was most sure of a wrong class. " : ""
    return which
      + (hasPictures
        ? "The pictures show people: read the dataset's licence before you pass this page on. Orange: where the "
          + "network looked more than on average, in the frame nearest to the apex." : "")
  }

  private static func clip(
    _ error: ClipError, _ dataset: DatasetReport, _ picture: ErrorPictures.Picture?, identifier: String
  ) -> String {
    let (truth, named) = (dataset.classes[error.truth], dataset.classes[error.predicted])
    let label = "Clip \(error.clip) of subject \(error.subject), true \(truth), named \(named)"
    let drawing = picture.map { ClipDrawing.svg($0, identifier: identifier, label: label) } ?? ""
    let seeds = error.seeds > 1 ? ", wrong with \(error.wrongSeeds) of \(error.seeds) seeds" : ""
    let said: Prose = """
      \(strong: truth) \(percent(error.trueProbability)) was named \(strong: named) \(percent(error.probability))
      """
    let right = error.right.isEmpty ? "" : "<small>right: \(html(error.right))</small>"
    return """
      <figure>\(drawing)
      <figcaption>\(prose(said))<small>fold \(error.unit.fold), subject \(html(error.subject)), \(html(error.clip))\
      \(seeds)</small>\(right)</figcaption></figure>
      """
  }

  private static func percent(_ share: Float) -> String { ReportText.decimals(Double(share) * 100, 0) + "\u{A0}%" }
}
