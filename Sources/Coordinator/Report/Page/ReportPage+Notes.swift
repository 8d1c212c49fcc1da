import Core
import Foundation

/// What is needed to make the figures again.
extension ReportPage {
  static func notes(_ report: ComparisonReport, _ traces: RunTraces) -> String {
    let configuration = report.configuration
    let (network, training) = (configuration.network, configuration.training)
    var terms = [
      ("Program", program(report, traces)),
      ("Configuration", "SHA-256 <code>\(html(report.configurationDigest))</code>"),
      ("Folds", html(report.protocolText)), ("Selection", html(report.selectionText)),
      (report.seeds.count == 1 ? "Seed" : "Seeds", report.seeds.map { "\($0)" }.joined(separator: ", ")),
      ("Variants", report.variants.map(\.rawValue).joined(separator: ", ")),
      (
        "Networks",
        """
        width \(network.width), \(network.frames) frames, MENet \(network.motionSize) × \(network.motionSize), \
        IDNet \(network.identitySize) × \(network.identitySize) pixels, stem <i>\(network.stem.rawValue)</i>, \
        estimator \
        <i>\(network.estimator.rawValue)</i>, \(network.pretrained.map { "from \(html($0))" } ?? "from random weights")
        """
      ),
      (
        "Training",
        """
        batch \(training.batch) in \(training.lanes) lanes, learning rate \(training.learningRate), \
        \(training.identityEpochs) + \(training.motionEpochs) + \(training.identityEpochs) + \(training.motionEpochs) \
        epochs in stages 1 to 4, weights: divergence \(training.divergenceWeight), mutual information \
        \(training.mutualInformationWeight) (MENet) and \(training.identityMutualInformationWeight) (IDNet)
        """
      ),
    ]
    terms += report.datasets.compactMap { dataset in
      dataset.splitDigest.map { ("Split of \(html(dataset.name))", "SHA-256 <code>\(html($0))</code>") }
    }
    let hosts = Set(traces.timeline.spans.flatMap(\.hosts)).sorted()
    if !hosts.isEmpty { terms.append(("Hosts", hosts.map(html).joined(separator: ", "))) }
    terms.append(("Published figures", "\(html(PublishedFigures.source)); ablation: Table 5 there."))
    return section(
      "notes", "How to make this again", "One command, in the directory that the sweep was started in:",
      """
      <div class="card"><pre class="command"><code>\(html(command(traces)))</code></pre>
      <dl>\(terms.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>" }.joined(separator: "\n"))</dl>
      <details><summary>The whole configuration, a sweep file (<code>sweep.json</code> beside this page)</summary>
      <pre><code>\(lines(String(decoding: canonicalJSON(configuration), as: UTF8.self)))</code></pre></details></div>
      """)
  }

  private static func program(_ report: ComparisonReport, _ traces: RunTraces) -> String {
    var text = "MicroFold \(html(report.programVersion)), \(html(BuildFacts.text))"
    if let begun = traces.begunWith, begun != report.programVersion {
      text += "; the run was begun with \(html(begun))"
    }
    return text
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

/// What this program was built with.
enum BuildFacts {
  static var text: String { "built with Swift \(compiler) for \(architecture)" }

  private static var compiler: String {
    #if compiler(>=6.4)
      "6.4 or newer"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }

  private static var architecture: String {
    #if arch(x86_64)
      "x86-64 (\(CPUCheck.vectors))"
    #elseif arch(arm64)
      "arm64"
    #else
      "another CPU"
    #endif
  }
}
