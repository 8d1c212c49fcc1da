import Core

extension ReportPage {
  /// Which files of the report are for a paper.
  static func files(_ report: ComparisonReport, _ printing: FigureFolder.Printing) -> String {
    let (figures, tables) = (ReportFiles.figures, ReportFiles.tables)
    let rows: [(file: String, text: Prose)] = [
      (
        "\(figures)/",
        """
        Confusion matrices, comparison, curves, attention and decoupling of every dataset and variant, as SVG\
        \(printing.complaint == nil ? " and PDF" : "").
        """
      ),
      ("\(tables)/table-5.tex", "The ablation in the layout of the paper's Table 5, for LaTeX with booktabs."),
      ("\(tables)/table-6.tex", "All methods on all datasets in the layout of the paper's Table 6."),
      (
        "\(tables)/classes.csv",
        "Precision, recall and F1 of each class; \(code: "classes-DATASET-VARIANT.tex") beside it has them as tables."
      ),
      ("report.tex", "All tables with their notes, in one file."),
      (
        "methods.tex",
        "Protocol, splits, seeds, statistics and versions in words, to start a section from; \(code: "methods.md") too."
      ),
    ]
    let hasParts = report.datasets.contains { !$0.parts.isEmpty && !$0.measured.isEmpty }
    let list = (rows + (hasParts ? [parts] : [])).map { row in
      "<dt><a href=\"\(row.file)\"><code>\(html(row.file))</code></a></dt><dd>\(prose(row.text))</dd>"
    }
    let missing = printing.complaint.map { "<p class=\"quiet note\">\(html(sentence($0)))</p>" } ?? ""
    return section(
      "paper", "For a paper", "Files beside this page, to be taken into a paper as they are:",
      ["<div class=\"card\"><dl>\(list.joined(separator: "\n"))</dl>\(missing)</div>"])
  }

  private static let parts: (file: String, text: Prose) = (
    "\(ReportFiles.tables)/parts.csv",
    """
    The figures of each part of a composite dataset; \(code: "parts-DATASET.tex") beside it has UF1 and UAR in the \
    form of \(ChallengeFigures.name).
    """
  )

  private static func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() + "." }
}
