import Core

/// report.tex: the comparison and the ablation as tables for a paper, to be read in by `\input`; they need `booktabs`.
enum ReportTeX {
  static func text(_ report: ComparisonReport) -> String {
    let head = """
      % \(plain(report.name)). MicroFold \(plain(report.programVersion)), configuration \
      \(plain(report.configurationDigest)).
      % \\usepackage{booktabs} in the preamble, then \\input{report.tex}.
      """
    return ([head, unfinished(report), comparison(report), methods(report), ablation(report)]).filter { !$0.isEmpty }
      .joined(separator: "\n\n") + "\n"
  }

  private static func unfinished(_ report: ComparisonReport) -> String {
    [report.unfinishedText, report.failedText].compactMap { $0 }.map { "% \(plain($0))" }.joined(separator: "\n")
  }

  /// Published methods above, what was measured below; a column a dataset.
  private static func comparison(_ report: ComparisonReport) -> String {
    let matches = report.datasets.map(\.published)
    var rows: [String] = []
    let methods = PublishedFigures.Column.allCases.first.map { PublishedFigures.figures($0).map(\.method) } ?? []
    if matches.contains(where: { $0 != nil }) {
      rows.append(heading("Published, accuracy", columns: report.datasets.count))
      rows += methods.enumerated().map { place, method in
        row(
          plain(method),
          matches.map { match in
            match.map { ReportText.decimals(PublishedFigures.figures($0.column)[place].accuracy, 1) } ?? "--"
          })
      }
      rows.append("\\midrule")
    }
    rows.append(heading("Measured here", columns: report.datasets.count))
    let variants = report.datasets.map(\.principal)
    let figures: [(String, (VariantReport) -> String?)] = [
      ("Accuracy", { $0.metrics.map { ReportText.percent($0.accuracy) } }),
      ("\\quad 95\\,\\% interval", { $0.intervals.map { ReportText.percent($0.accuracy) } }),
      ("UF1", { $0.metrics.map { ReportText.percent($0.unweightedF1) } }),
      ("\\quad 95\\,\\% interval", { $0.intervals.map { ReportText.percent($0.unweightedF1) } }),
      ("UAR", { $0.metrics.map { ReportText.percent($0.unweightedAverageRecall) } }),
      ("\\quad 95\\,\\% interval", { $0.intervals.map { ReportText.percent($0.unweightedAverageRecall) } }),
      ("Leaky accuracy", { $0.metrics.map { ReportText.percent($0.leakyAccuracy) } }),
      ("Majority class", { $0.metrics.map { ReportText.percent($0.majorityAccuracy) } }),
    ]
    rows += figures.map { name, figure in row(name, variants.map { plain($0.flatMap(figure) ?? "–") }) }
    let marks = matches.map { $0?.caution == nil ? "" : "\\textsuperscript{\\dag}" }
    let foreign = marks.first { !$0.isEmpty }.map { " \($0)\\,Published on other data than measured here." } ?? ""
    let header = row("Method", zip(report.datasets, marks).map { plain($0.name) + $1 })
    return table(
      caption: """
        Cross-validation of \(plain(report.name)), per cent: \(plain(report.protocolText)), \
        \(plain(report.selectionText)). \(principals(report))UF1 and UAR are of the confusion matrix pooled \
        over folds; \
        intervals draw subjects with replacement; \
        \\emph{leaky} chooses each fold's epoch on its own test clips. Published figures: \
        \(plain(PublishedFigures.source)).\(foreign)
        """,
      label: "tab:comparison", columns: "l" + String(repeating: "r", count: report.datasets.count), [header], rows)
  }

  /// Which variant the measured rows are of, where there are several.
  private static func principals(_ report: ComparisonReport) -> String {
    guard report.compared > 1 else { return "" }
    let names = report.datasets.compactMap { dataset in
      dataset.principal.map { "\(plain(dataset.name)) \\emph{\($0.variant.rawValue)}" }
    }
    return "Measured: \(names.joined(separator: ", ")). "
  }

  /// All methods on all datasets: measured accuracy, and what was published.
  private static func methods(_ report: ComparisonReport) -> String {
    guard !report.methods.isEmpty else { return "% One method: no comparison of methods." }
    let tables = report.datasets.map(MethodTable.init)
    let titles = tables.first?.rows.map(\.title) ?? []
    let header =
      "" + report.datasets.map { " & \\multicolumn{2}{c}{\(plain($0.name))}" }.joined() + " \\\\"
    let second = "Method" + String(repeating: " & here & publ.", count: report.datasets.count) + " \\\\"
    let rows = titles.indices.map { place in
      row(
        plain(titles[place]),
        tables.flatMap { table -> [String] in
          let own = table.rows[place]
          let mark = own.isBetter.map { $0 ? "\\textsuperscript{$+$}" : "\\textsuperscript{$-$}" } ?? ""
          return [
            plain(ReportText.percent(own.metrics?.accuracy)) + mark,
            own.published.map { ReportText.decimals($0, 1) } ?? "--",
          ]
        })
    }
    return table(
      caption: """
        Methods on the same clips and folds of \(plain(report.name)), accuracy per cent. $+$ and $-$: better and worse \
        than \(plain(PublishedFigures.method)) here, $p < 0.05$ (McNemar's exact test, Holm-corrected). Published: \
        \(plain(PublishedFigures.source)), under another protocol.
        """,
      label: "tab:methods", columns: "l" + String(repeating: "rr", count: report.datasets.count), [header, second], rows
    )
  }

  private static func ablation(_ report: ComparisonReport) -> String {
    guard report.variants.count > 1 else { return "% One variant: no ablation." }
    let marks = "DAO & div & MI"
    let hasPublished = report.datasets.contains { $0.published?.column == .sdu }
    let first =
      " & \(marks)"
      + report.datasets.map { " & \\multicolumn{2}{c}{\(plain($0.name))}" }.joined()
      + (hasPublished ? " & SDU" : "") + " \\\\"
    let second =
      "Variant & & &" + String(repeating: " & Acc. & UF1", count: report.datasets.count)
      + (hasPublished ? " & published" : "") + " \\\\"
    let rows = report.variants.map { variant in
      let parts = [variant.attention, variant.divergence, variant.mutualInformation].map { $0 ? "$\\bullet$" : "--" }
      let figures = report.datasets.flatMap { dataset -> [String] in
        let metrics = dataset.variants.first { $0.variant == variant }?.metrics
        let p = dataset.comparisons.first { $0.variant == variant }?.correctedP
        let star = p.map { $0 < 0.05 } ?? false ? "\\textsuperscript{*}" : ""
        return [plain(ReportText.percent(metrics?.accuracy)) + star, plain(ReportText.percent(metrics?.unweightedF1))]
      }
      let published =
        hasPublished ? [PublishedFigures.ablation(variant).map { ReportText.decimals($0, 1) } ?? "--"] : []
      return row(variant.rawValue, parts + figures + published)
    }
    let source = hasPublished ? "; published: \(plain(PublishedFigures.ablationSource)), on the real SDU" : ""
    let columns = "lccc" + String(repeating: "rr", count: report.datasets.count) + (hasPublished ? "r" : "")
    return table(
      caption: """
        Ablation of \(plain(report.name)), per cent. DAO: diverse attention; div: its divergence loss; MI: \
        IDNet and the mutual information term. *\\,differs from \\emph{full} with $p < 0.05$ (McNemar's exact test \
        on the same clips, Holm-corrected)\(source).
        """,
      label: "tab:ablation", columns: columns, [first, second], rows)
  }

  private static func heading(_ title: String, columns: Int) -> String {
    "\\multicolumn{\(columns + 1)}{l}{\\emph{\(title)}} \\\\"
  }

  private static func row(_ name: String, _ cells: [String]) -> String {
    ([name] + cells).joined(separator: " & ") + " \\\\"
  }

  private static func table(
    caption: String, label: String, columns: String, _ header: [String], _ rows: [String]
  ) -> String {
    """
    \\begin{table}
    \\centering
    \\small
    \\setlength{\\tabcolsep}{4pt}
    \\caption{\(caption)}\\smallskip
    \\label{\(label)}
    \\begin{tabular}{\(columns)}
    \\toprule
    \((header + ["\\midrule"] + rows).joined(separator: "\n"))
    \\bottomrule
    \\end{tabular}
    \\end{table}
    """
  }

  /// Text that TeX prints and does not obey.
  ///
  /// Beside ASCII, letters that LaTeX knows without packages stay (Latin-1 and Latin Extended-A); others become `?`.
  static func plain(_ text: String) -> String {
    var escaped = ""
    for character in text.unicodeScalars {
      switch character {
      case "\\": escaped += "\\textbackslash{}"
      case "{", "}", "_", "%", "$", "#", "&": escaped += "\\\(character)"
      case "~": escaped += "\\textasciitilde{}"
      case "^": escaped += "\\textasciicircum{}"
      case "<": escaped += "\\textless{}"
      case ">": escaped += "\\textgreater{}"
      case "|": escaped += "\\textbar{}"
      case "\"": escaped += "''"
      case "–": escaped += "--"
      case "−": escaped += "$-$"
      case "±": escaped += "$\\pm$"
      case " "..."~", "\u{C0}"..."\u{D6}", "\u{D8}"..."\u{F6}", "\u{F8}"..."\u{17E}":
        escaped.unicodeScalars.append(character)
      case _ where character.properties.isWhitespace || character.properties.generalCategory == .control: escaped += " "
      default: escaped += "?"
      }
    }
    return escaped
  }
}
