import Core
import Foundation

/// The tables of `report/tables/`: one file each, for a paper.
enum PaperTables {
  /// A file of the folder.
  struct File: Equatable, Sendable {
    var name: String
    var text: String
  }

  static func all(_ report: ComparisonReport) -> [File] {
    [
      File(name: "classes.csv", text: classes(report)),
      File(
        name: "table-5.tex",
        text: Table.paperAblation(report).map { tex(report, $0) }
          ?? "% No variant of the dual-branch network was measured: no ablation.\n"),
      File(name: "table-6.tex", text: tex(report, .paperComparison(report))),
    ] + classTables(report) + partTables(report)
  }

  /// For composite datasets, the figures of each part: all of them as CSV, and a table for each dataset in the form of
  /// the challenge's.
  private static func partTables(_ report: ComparisonReport) -> [File] {
    let composite = report.datasets.filter { !$0.parts.isEmpty && !$0.measured.isEmpty }
    guard !composite.isEmpty else { return [] }
    let tables = composite.map { Table.challenge($0, of: report) }
    let names = ReportFigure.unique(composite.map { "parts-\($0.name)" })
    return [File(name: "parts.csv", text: parts(composite, report))]
      + zip(tables, names).map { File(name: "\($1).tex", text: tex(report, $0)) }
  }

  /// A table for each dataset and variant.
  private static func classTables(_ report: ComparisonReport) -> [File] {
    let tables = measured(report).map { dataset, variant -> Table in
      var table = Table.classes(dataset, variant)
      table.name = ["classes", dataset.name, variant.variant.rawValue, variant.arm].compactMap { $0 }
        .joined(separator: "-")
      return table
    }
    return zip(tables, ReportFigure.unique(tables.map(\.name))).map { File(name: "\($1).tex", text: tex(report, $0)) }
  }

  /// Writes all tables and removes those of an earlier report that are no more.
  ///
  /// - Throws: a `Fault` when a file cannot be written.
  static func write(_ report: ComparisonReport, to folder: String) throws {
    try Directory.make(folder)
    let files = all(report)
    for file in files { try AtomicFile.write(file.text, to: "\(folder)/\(file.name)") }
    let names = Set(files.map(\.name))
    Directory.removeFiles(of: folder) { isKnown($0) && !names.contains($0) }
  }

  /// Whether a report writes a file of this name in the folder.
  static func isKnown(_ name: String) -> Bool {
    ["classes.csv", "parts.csv", "table-5.tex", "table-6.tex"].contains(name)
      || (name.hasPrefix("classes-") || name.hasPrefix("parts-")) && name.hasSuffix(".tex")
  }

  /// Precision, recall and F1 of every class of every variant, shares from 0 to 1; a share without clips is empty.
  private static func classes(_ report: ComparisonReport) -> String {
    let header =
      ["dataset", "variant"] + (report.arms.isEmpty ? [] : ["arm"])
      + ["class", "clips", "predicted", "precision", "recall", "f1"]
    let lines = measured(report).flatMap { dataset, variant in
      dataset.classes.indices.map { index -> [String] in
        let matrix = variant.matrix
        let (clips, predicted) = (matrix.support(index), matrix.predictions(index))
        return [ReportCSV.name(dataset.name), variant.variant.rawValue]
          + (report.arms.isEmpty ? [] : [ReportCSV.name(variant.arm ?? "")])
          + [
            ReportCSV.name(dataset.classes[index]), "\(clips)", "\(predicted)",
            predicted == 0 ? "" : "\(matrix.precision(index))", clips == 0 ? "" : "\(matrix.recall(index))",
            clips + predicted == 0 ? "" : "\(matrix.f1(index))",
          ]
      }
    }
    return ReportCSV.table([header] + lines)
  }

  /// The main figures of every variant on every part, shares from 0 to 1; an interval without enough subjects is empty.
  private static func parts(_ datasets: [DatasetReport], _ report: ComparisonReport) -> String {
    let header =
      ["dataset", "folds", "variant"] + (report.arms.isEmpty ? [] : ["arm"]) + ["part", "clips"]
      + Figure.main.flatMap { [$0.key, "\($0.key)_low", "\($0.key)_high"] }
    let lines = datasets.flatMap { dataset in
      dataset.measured.flatMap { variant in
        dataset.parts.compactMap { part -> [String]? in
          guard let own = part[variant.recogniser], let metrics = own.metrics else { return nil }
          return [ReportCSV.name(dataset.name), dataset.splitting.by.rawValue, variant.variant.rawValue]
            + (report.arms.isEmpty ? [] : [ReportCSV.name(variant.arm ?? "")])
            + [ReportCSV.name(part.name), "\(part.clips)"]
            + Figure.main.flatMap { figure -> [String] in
              let interval = own.intervals?[figure]
              return [metrics[figure], interval?.lowerBound, interval?.upperBound].map { $0.map { "\($0)" } ?? "" }
            }
        }
      }
    }
    return ReportCSV.table([header] + lines)
  }

  private static func measured(_ report: ComparisonReport) -> [(DatasetReport, VariantReport)] {
    report.datasets.flatMap { dataset in dataset.variants.filter { $0.metrics != nil }.map { (dataset, $0) } }
  }

  private static func tex(_ report: ComparisonReport, _ table: Table) -> String {
    let missing = [report.unfinishedText, report.failedText].compactMap { $0 }.map { "% \(TeXMarkup.plain($0))\n" }
    return "% \\usepackage{booktabs} in the preamble.\n\(missing.joined())\(TeXMarkup.table(table))\n"
  }
}
