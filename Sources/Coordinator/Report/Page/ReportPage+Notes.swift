import Core
import Foundation

/// What is needed to make the figures again.
extension ReportPage {
  static func notes(_ report: ComparisonReport, _ traces: RunTraces) -> String {
    let hosts = Set(traces.timeline.spans.flatMap(\.hosts)).sorted()
    let terms =
      [SweepTerm(name: "Program", text: program(report, traces))] + SweepTerm.all(report)
      + (hosts.isEmpty ? [] : [SweepTerm(name: "Hosts", text: "\(hosts.joined(separator: ", "))")])
    let list = terms.map { "<dt>\(prose($0.name))</dt><dd>\(prose($0.text))</dd>" }.joined(separator: "\n")
    let sweepFile = lines(String(decoding: canonicalJSON(report.configuration), as: UTF8.self))
    return section(
      "notes", SweepTerm.title, "One command, in the directory that the sweep was started in:",
      [
        """
        <div class="card"><pre class="command"><code>\(html(command(traces)))</code></pre>
        <dl>\(list)</dl>
        \(folded(
          "The complete configuration, a sweep file (\(code: "sweep.json") beside this page)",
          "<pre><code>\(sweepFile)</code></pre>"))</div>
        """
      ])
  }

  private static func program(_ report: ComparisonReport, _ traces: RunTraces) -> Prose {
    let begun = traces.begunWith.flatMap { $0 == report.programVersion ? nil : "; the run was begun with \($0)" }
    return "MicroFold \(report.programVersion), \(BuildFacts.text)\(begun ?? "")"
  }

  private static func command(_ traces: RunTraces) -> String {
    let directory = traces.directory.isEmpty ? "." : traces.directory
    let again = traces.directory.isEmpty ? "again" : "\(traces.directory)-again"
    let sweep = ReportText.shell("\(directory)/report/sweep.json")
    return "microfold sweep --config \(sweep) --output \(ReportText.shell(again))"
  }

  /// Text with its ends of lines, escaped.
  private static func lines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { html(String($0)) }.joined(separator: "\n")
  }
}
