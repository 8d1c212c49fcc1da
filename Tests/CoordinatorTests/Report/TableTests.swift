import Testing

@testable import Coordinator

/// One small table, written by hand in each format.
@Suite struct TableTests {
  private static let evil = "a|b<i>&_%"

  private static var columns: [Column<Double?>] {
    let here: Prose = "here\(superscript: "†")"
    let name = Column<Double?>("Name", .left) { share in
      share == nil ? Cell.name("*none").under("not < run") : Cell.name(evil)
    }
    let accuracy = Column<Double?>("Acc.", group: here) { share in
      Cell.share(share).marked(share == nil ? nil : "▲").under("4–6")
    }
    let p = Column<Double?>("p", group: here) { share in .pValue(share.map { $0 / 1000 }) }
    return [name, accuracy, p, Column("On", .center) { share in .part(share != nil) }]
  }

  private let table = Table(
    "small-1", "Two \(strong: "rows") of \(evil)", of: [0.5, nil], columns,
    notes: ["▲ better, p < 0.05.", "† other data"]
  ) { share in share == nil ? .absent : .ours }

  @Test func markdownIsPaddedAndEscaped() {
    let expected = """
      Two **rows** of a\\|b&lt;i&gt;&amp;\\_%:

      | Name                  |  here†, Acc. | here†, p | On   |
      | --------------------- | -----------: | -------: | :--: |
      | a\\|b&lt;i&gt;&amp;\\_% | 50.0 ▲ (4–6) |  < 0.001 | ●    |
      | \\*none (not < run)    |      – (4–6) |        – | –    |

      ▲ better, p < 0.05. † other data
      """
    #expect(MarkdownMarkup.table(table) == expected)
  }

  @Test func texHasGroupsAndMarksAndNothingUnderTheValues() {
    let expected = """
      \\begin{table}
      \\centering
      \\small
      \\setlength{\\tabcolsep}{4pt}
      \\caption{Two \\emph{rows} of a\\textbar{}b\\textless{}i\\textgreater{}\\&\\_\\%. $+$ better, \
      p \\textless{} 0.05. \\dag{} other data}\\smallskip
      \\label{tab:small-1}
      \\begin{tabular}{lrrc}
      \\toprule
       & \\multicolumn{2}{c}{here\\textsuperscript{\\dag{}}} &  \\\\
      Name & Acc. & p & On \\\\
      \\midrule
      a\\textbar{}b\\textless{}i\\textgreater{}\\&\\_\\% & 50.0\\textsuperscript{$+$} \
      & \\textless{} 0.001 & $\\bullet$ \\\\
      {}*none & -- & -- & -- \\\\
      \\bottomrule
      \\end{tabular}
      \\end{table}
      """
    #expect(TeXMarkup.table(table) == expected)
  }

  @Test func htmlHasHeadersGroupsAndKinds() {
    let text = HTMLMarkup.table(table)
    let evil = "a|b&lt;i&gt;&amp;_%"
    for part in [
      "aria-label=\"Two rows of \(evil)\"", "<caption>Two <b>rows</b> of \(evil)</caption>",
      "<td></td><th scope=\"colgroup\" class=\"group\" colspan=\"2\">here<sup>†</sup></th><td></td>",
      "<th scope=\"col\" class=\"left\">Name</th><th scope=\"col\">Acc.</th>",
      "<tr class=\"ours\"><th scope=\"row\">\(evil)</th><td>50.0 ▲<small class=\"under\">4–6</small></td>"
        + "<td>&lt; 0.001</td><td class=\"center\">●</td></tr>",
      "<tr class=\"absent\"><th scope=\"row\">*none<small>not &lt; run</small></th>",
      "<p class=\"quiet note\">▲ better, p &lt; 0.05. † other data</p>",
    ] { #expect(text.contains(part), "\(part)\n\(text)") }
  }

  @Test func titlesSpanTheTable() {
    var small = table
    small.rows.append(Table.Row(cells: [.name("Measured")], kind: .title))
    #expect(TeXMarkup.table(small).contains("\\midrule\n\\multicolumn{4}{l}{\\emph{Measured}} \\\\\n\\bottomrule"))
    #expect(MarkdownMarkup.table(small).contains("| **Measured**          |              |          |      |"))
    #expect(HTMLMarkup.table(small).contains("<th scope=\"rowgroup\" colspan=\"4\">Measured</th>"))
  }

  /// What is set apart is set apart in each format, and escaped in each.
  @Test func proseIsEscapedOncePerFormat() {
    let prose: Prose = "\(emphasis: "a_b") \(code: "c`d") \(link: "e&f", section: "notes") \(3) \("g" as Prose)"
    #expect(
      HTMLMarkup.prose(prose) == "<i>a_b</i> <code>c`d</code> <a href=\"#notes\">e&amp;f</a> 3 g")
    #expect(MarkdownMarkup.prose(prose) == "*a\\_b* `cd` e&amp;f 3 g")
    #expect(TeXMarkup.prose(prose) == "\\emph{a\\_b} \\texttt{c`d} e\\&f 3 g")
  }

  /// A figure of the catalogue is in every format of every report.
  @Test func everyMainFigureIsInEveryFormat() {
    let configuration = ReportFixture.configuration(variants: [.ce, .full], datasets: 1)
    let report = ReportFixture.report(configuration, ReportFixture.outcomes(configuration))
    for figure in Figure.main {
      let share = ReportText.percent(report.datasets[0].principal(of: nil)?.metrics?[figure])
      #expect(ReportPage.text(report).contains("<th scope=\"col\">\(figure.title)</th>"))
      #expect(ReportMarkdown.text(report).contains("\(figure.title) |"))
      #expect(ReportTeX.text(report).contains("\(figure.title) & \(share)"))
      #expect(ReportJSON.text(report).contains("\"\(figure.key)\":"))
      #expect(ReportCSV.results(report).contains(",\(figure.key),"))
    }
  }
}
