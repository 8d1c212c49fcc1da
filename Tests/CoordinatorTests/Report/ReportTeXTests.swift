import Core
import Foundation
import Testing

@testable import Coordinator

struct ReportTeXTests {
  private func text(variants: [Ablation], datasets: Int = 4, name: String = "fixture") -> String {
    var configuration = ReportFixture.configuration(variants: variants, datasets: datasets)
    configuration.name = name
    return ReportTeX.text(ReportFixture.report(configuration, ReportFixture.outcomes(configuration)))
  }

  /// The lines of each tabular, without rules.
  private func rows(_ text: String) -> [[String]] {
    text.components(separatedBy: "\\begin{tabular}").dropFirst().map { part in
      part.components(separatedBy: "\\end{tabular}")[0].split(separator: "\n").dropFirst().map(String.init)
        .filter { !$0.hasSuffix("rule") }
    }
  }

  @Test func everyRowHasAsManyCellsAsItsTableHasColumns() {
    let tables = rows(text(variants: Ablation.allCases))
    #expect(tables.count == 3)
    for (lines, columns) in zip(tables, [5, 13, 11]) {
      for line in lines {
        #expect(line.hasSuffix("\\\\"))
        // A heading over n columns stands for n cells.
        let spanned = line.components(separatedBy: "\\multicolumn{").dropFirst()
          .map { (Int($0.prefix { $0.isNumber }) ?? 0) - 1 }.reduce(0, +)
        let cells = line.replacing("\\&", with: "").components(separatedBy: "&").count + spanned
        #expect(cells == columns, "\(line)")
      }
    }
  }

  @Test func publishedAndMeasuredAreToldApart() {
    let configuration = ReportFixture.configuration(variants: [.full])
    let whole = ComparisonReport.Split(
      clipsPerFold: [50, 49, 49, 49, 49], subjects: 26, digest: "d", clipsPerClass: [32, 63, 27, 25, 99])
    let text = ReportTeX.text(
      ReportFixture.report(configuration, ReportFixture.outcomes(configuration), splits: ["casme2": whole]))
    #expect(text.contains("\\emph{Published, accuracy}") && text.contains("\\emph{Measured here}"))
    #expect(text.contains("MENet + IDNet + MINE & 53.9 & 70.3 & 71.4 & 70.7 \\\\"))
    #expect(text.contains("synth-sdu\\textsuperscript{\\dag{}}") && !text.contains("casme2\\textsuperscript"))
    #expect(text.contains("% One variant: no ablation.") && text.components(separatedBy: "\\label{tab:").count == 3)
  }

  @Test func namesCannotBecomeCommands() {
    #expect(
      TeXMarkup.plain("_{}\\%$#~^&")
        == "\\_\\{\\}\\textbackslash{}\\%\\$\\#\\textasciitilde{}\\textasciicircum{}\\&")
    #expect(TeXMarkup.plain("<a|b>\"") == "\\textless{}a\\textbar{}b\\textgreater{}''")
    #expect(TeXMarkup.plain("two\nlines\r\u{0}") == "two lines  ")
    #expect(TeXMarkup.plain("Müller 1–2 −3 ±4 表情") == "Müller 1--2 $-$3 $\\pm$4 ??")
    let text = text(variants: [.ce, .full], name: "x}\n\\end{table}\\input{/etc/passwd}%")
    #expect(!text.contains("\\input{/etc") && text.components(separatedBy: "\\end{table}").count == 4)
    #expect(!text.split(separator: "\n").contains { $0.hasPrefix("\\textbackslash") })
  }

  /// Compiled where there is a TeX; elsewhere the structure above has to do.
  @Test(.enabled(if: LaTeX.isInstalled))
  func latexTakesTheTables() throws {
    let scratch = try Scratch()
    let evil = "<script>alert(1)</script>a|b\"&_{}\\%$#~^\n=[*]"
    var configuration = ReportFixture.configuration(variants: Ablation.allCases)
    configuration.name = evil
    let fixture = ReportFixture.outcomes(configuration)
    var report = ReportFixture.report(configuration, fixture)
    for index in report.datasets.indices { report.datasets[index].name += evil }
    try scratch.file("report.tex", text: ReportTeX.text(report))
    try LaTeX.expectCompiles("\\input{report.tex}", in: scratch)
  }
}
