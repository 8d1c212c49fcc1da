import Core

/// What a reader needs to know of a sweep to run it again, apart from where and when it ran.
struct SweepTerm: Equatable, Sendable {
  static let title: Prose = "How to make this again"

  var name: Prose
  var text: Prose

  static func all(_ report: ComparisonReport) -> [SweepTerm] {
    let (network, training) = (report.configuration.network, report.configuration.training)
    let splits = report.datasets.compactMap { dataset in
      dataset.splitDigest.map { SweepTerm(name: "Split of \(dataset.name)", text: "SHA-256 \(code: $0)") }
    }
    let terms: [SweepTerm?] = [
      SweepTerm(name: "Configuration", text: "SHA-256 \(code: report.configurationDigest)"),
      SweepTerm(name: "Folds", text: "\(report.protocolText)"),
      SweepTerm(name: "Selection", text: "\(report.selectionText)"),
      SweepTerm(
        name: report.seeds.count == 1 ? "Seed" : "Seeds",
        text: "\(report.seeds.map { "\($0)" }.joined(separator: ", "))"),
      list("Variants", report.variants), list("Methods", report.methods),
    ]
    let arms = report.arms.map { SweepTerm(name: "Arm \($0)", text: "\(report.configuration.settingsText(of: $0))") }
    let own: [SweepTerm] = [
      SweepTerm(
        name: "Networks",
        text: """
          width \(network.width), \(network.frames) frames, MENet \(network.motionSize) × \(network.motionSize), \
          IDNet \(network.identitySize) × \(network.identitySize) pixels, stem \(emphasis: network.stem.rawValue), \
          estimator \(emphasis: network.estimator.rawValue), \(input(report.configuration))\
          \(start(report.configuration))
          """),
      SweepTerm(
        name: "Training",
        text: """
          batch \(training.batch) in \(training.lanes) lanes, learning rate \(training.learningRate), \
          \(training.identityEpochs) + \(training.motionEpochs) + \(training.identityEpochs) + \
          \(training.motionEpochs) epochs in stages 1 to 4, weights: divergence \(training.divergenceWeight), mutual \
          information \(training.mutualInformationWeight) (MENet) and \
          \(training.identityMutualInformationWeight) (IDNet)\(recipe(training))
          """),
    ]
    let before = [pretraining(report.configuration)].compactMap { $0 }
    let published = SweepTerm(
      name: "Published figures", text: "\(PublishedFigures.source); ablation: Table 5 there.")
    return terms.compactMap { $0 } + own + before + arms + splits + [published]
  }

  private static func list(_ name: Prose, _ variants: [Variant]) -> SweepTerm? {
    variants.isEmpty ? nil : SweepTerm(name: name, text: "\(variants.map(\.rawValue).joined(separator: ", "))")
  }
}
