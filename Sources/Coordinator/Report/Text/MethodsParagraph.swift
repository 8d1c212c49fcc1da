import Core

/// The start of a paper's section on its experiments, made from the sweep's settings and results: what was compared on
/// what, how it was split and trained, how it was tested, and with which program.
enum MethodsParagraph {
  /// Of a digest: all of it does not fit into a line of a paper.
  private static let digits = 12

  static func tex(_ report: ComparisonReport) -> String {
    "% A start for the section on the experiments: MicroFold wrote it, check it and cite what it names.\n"
      + paragraphs(report).map(TeXMarkup.prose).joined(separator: "\n\n") + "\n"
  }

  static func markdown(_ report: ComparisonReport) -> String {
    paragraphs(report).map(MarkdownMarkup.prose).joined(separator: "\n\n") + "\n"
  }

  static func paragraphs(_ report: ComparisonReport) -> [Prose] {
    [
      missing(report), data(report), networks(report), arms(report), others(report), statistics(report),
      decoupling(report), program(report),
    ].compactMap { $0 }
  }

  /// What a reader must know first.
  private static func missing(_ report: ComparisonReport) -> Prose? {
    let said = [report.unfinishedText, report.failedText].compactMap { $0 }
    guard !said.isEmpty else { return nil }
    let lacks = report.lacksFigures ? " All figures leave those folds out." : ""
    return "\(strong: said.joined(separator: " "))\(lacks)"
  }

  private static func data(_ report: ComparisonReport) -> Prose {
    let datasets = report.datasets.map { dataset -> String in
      let people = dataset.subjects.map { " of \(ReportText.count($0, "subject"))" } ?? ""
      let kind = dataset.isSynthetic ? "synthetic " : ""
      return "\(dataset.name) (\(composite(dataset))\(dataset.clips) \(kind)clips\(people), "
        + "\(dataset.classes.count) classes: \(dataset.classes.joined(separator: ", ")))"
    }
    return """
      We evaluated \(compared(report)) on \(list(datasets)). \(split(report)) All of them were trained and tested on \
      the same clips and the same folds.
      """
  }

  /// What a composite dataset is made of, to stand before its clips; empty for others.
  private static func composite(_ dataset: DatasetReport) -> String {
    guard !dataset.parts.isEmpty else { return "" }
    let parts = dataset.parts.map { part in
      "\(part.name) with \(ReportText.count(part.clips, "clip")) of \(ReportText.count(part.subjects, "subject"))"
    }
    return "a composite of \(list(parts)); "
  }

  /// What the field calls the protocol of composite datasets; nil for others.
  private static func challengeName(_ datasets: [DatasetReport], _ rule: SplitRule) -> String? {
    guard datasets.contains(where: { !$0.parts.isEmpty }) else { return nil }
    switch rule {
    case .loso:
      return "On a composite of databases this is the composite database evaluation (CDE) of the Facial "
        + "Micro-Expressions Grand Challenge; UF1 and UAR are given of all clips and of each database."
    case .dataset: return "This is known as holdout-database evaluation (HDE)."
    case .subject, .sample: return nil
    }
  }

  private static func compared(_ report: ComparisonReport) -> String {
    let others = report.variants.filter { $0 != .full }.map(\.rawValue)
    let own =
      report.variants.contains(.full) ? ["the dual-branch network (\(PublishedFigures.method))"] : [String]()
    let variants = others.isEmpty ? [] : ["its variant\(others.count == 1 ? "" : "s") \(list(others))"]
    let methods = report.methods.map { variant -> String in
      let title = report.configuration.title(of: variant)
      return variant.rawValue == "majority" ? "the most frequent class" : title
    }
    return list([(own + variants).joined(separator: " with ")].filter { !$0.isEmpty } + methods)
  }

  /// The papers of the other methods; nil where none has one.
  private static func others(_ report: ComparisonReport) -> Prose? {
    let papers = report.methods.map { report.configuration.method(of: $0).about }.compactMap { about in
      about.paper.map { "\(about.title): \($0)" }
    }
    guard !papers.isEmpty else { return nil }
    return """
      The other methods are MicroFold's own implementations, with the settings and deviations that \
      \(code: "microfold methods") lists: \(papers.joined(separator: "; ")).
      """
  }

  private static func split(_ report: ComparisonReport) -> String {
    let ways = report.splittings
    return ways.map { way in
      let datasets = ways.count == 1 ? nil : list(way.datasets.map(\.name))
      let name = challengeName(way.datasets, way.folds.by).map { " " + $0 } ?? ""
      return split(datasets, way.folds, seed: report.seeds[0]) + name
    }.joined(separator: " ")
  }

  /// - Parameter datasets: those that were split in this way, `a and b`; nil for all.
  private static func split(_ datasets: String?, _ folds: SweepConfiguration.Folds, seed: UInt64) -> String {
    let from = datasets.map { " of \($0)" } ?? ""
    let divided = datasets.map { "The clips of \($0) were split" } ?? "Each dataset was split"
    switch folds.by {
    case .loso:
      return "One subject at a time was left out\(from): the model was trained on the clips of all other subjects and "
        + "tested on those of this one."
    case .dataset:
      return "One database at a time was left out\(from): the model was trained on the clips of all other databases "
        + "and tested on those of this one."
    case .subject:
      return "\(divided) into \(folds.count) subject-independent folds: no subject had clips in both the training and "
        + "the test part. Folds were made with seed \(seed)."
    case .sample:
      return "\(divided) into \(folds.count) folds by clips, so that subjects had clips in both the training and the "
        + "test part; the figures are not subject-independent. Folds were made with seed \(seed)."
    }
  }

  /// How the dual-branch network was trained; nil where it was not.
  private static func networks(_ report: ComparisonReport) -> Prose? {
    guard !report.variants.isEmpty else { return nil }
    let (network, training) = (report.configuration.network, report.configuration.training)
    let (one, other) = (training.identityEpochs, training.motionEpochs)
    let pretraining = SweepTerm.pretraining(report.configuration).map { " Pretraining: " + $0.text + "." } ?? ""
    return """
      The dual-branch network follows \(PublishedFigures.source). Its networks saw \(network.frames) frames of a clip, \
      of \(network.motionSize) × \(network.motionSize) pixels (MENet) and \(network.identitySize) × \
      \(network.identitySize) pixels (IDNet), had \(network.width) channels in the first layer and started \
      \(SweepTerm.start(report.configuration))\(input(report.configuration)). They were trained with Adam in batches \
      of \(training.batch) clips at a learning rate of \(training.learningRate), for \(one), \(other), \(one) and \
      \(other) epochs in the four stages; the divergence loss had the weight \(training.divergenceWeight), the \
      decoupling term \(training.mutualInformationWeight) (MENet) and \
      \(training.identityMutualInformationWeight) (IDNet)\(SweepTerm.recipe(training)).
      """ + pretraining
  }

  private static func input(_ configuration: SweepConfiguration) -> Prose {
    let network = configuration.network
    let input: Prose = network.input == .frames ? "" : "; MENet's input was \(emphasis: network.input.rawValue)"
    return configuration.registration == .none
      ? input : input + "; frames were registered (\(emphasis: configuration.registration.rawValue))"
  }

  private static func arms(_ report: ComparisonReport) -> Prose? {
    guard !report.arms.isEmpty else { return nil }
    let arms = report.arms.map { "\(emphasis: $0) (\(report.configuration.settingsText(of: $0)))" as Prose }
    return "Everything was trained with these settings: " + arms.joined(separator: "; ") + "."
  }

  private static func statistics(_ report: ComparisonReport) -> Prose {
    let seeds: Prose =
      report.seeds.count == 1
      ? "Each fold was trained once, from seed \(report.seeds[0])."
      : """
      Each fold was trained from \(report.seeds.count) seeds \
      (\(report.seeds.map { "\($0)" }.joined(separator: ", "))); figures were pooled per seed and then averaged.
      """
    let figures = Figure.main.map { figure in figure.title.lowercasedWord + (figure.meaning.map { " (\($0))" } ?? "") }
    let sentence: Prose = """
      \(chosen(report)) \(seeds) We report \(list(figures)), from the confusion matrix pooled over folds, with 95 % \
      intervals from \(MetricIntervals.resamples) bootstrap draws of subjects with replacement.
      """
    return sentence + tests(report)
  }

  private static func chosen(_ report: ComparisonReport) -> String {
    let text =
      report.selections.count > 1
      ? "The last epoch was scored, or in some arms the epoch was chosen on training subjects held out"
      : report.choosesEpoch
        ? "The epoch was chosen on training subjects held out" : "The last epoch was scored"
    return text + "; no epoch was chosen on test clips."
  }

  private static func tests(_ report: ComparisonReport) -> Prose {
    let comparisons = report.datasets.flatMap { $0.comparisons + $0.methodComparisons + $0.armComparisons }
    guard !comparisons.isEmpty else { return "" }
    let references = comparisons.map(\.reference.name).distinct
    return """
       Differences from \(list(references)) were tested by McNemar's exact test, two-sided, on the same clips; p \
      values were corrected by Holm's procedure over the comparisons of a dataset.
      """
  }

  private static func decoupling(_ report: ComparisonReport) -> Prose? {
    guard report.foldUnits.contains(where: { $0.result?.identityProbe != nil }) else { return nil }
    return """
      How much of a subject's identity the motion features hold was measured by a linear probe (ridge regression) and \
      a non-linear one (one hidden layer), fitted to every other training clip of each subject and scored on the rest, \
      beside the same probe on the true emotion alone and the most frequent subject.
      """
  }

  private static func program(_ report: ComparisonReport) -> Prose {
    let splits = report.datasets.compactMap { dataset in
      dataset.splitDigest.map { "\(code: "\($0.prefix(digits))") (\(dataset.name))" as Prose }
    }
    let digests: Prose = splits.isEmpty ? "" : "; those of the splits " + splits.joined(separator: ", ")
    return """
      All computations were done with MicroFold \(report.programVersion), \(BuildFacts.text). The SHA-256 digest of \
      the configuration begins with \(code: "\(report.configurationDigest.prefix(digits))")\(digests).
      """
  }

  /// `a, b and c`.
  private static func list(_ parts: [String]) -> String {
    guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
    return parts.dropLast().joined(separator: ", ") + " and " + last
  }
}

extension String {
  /// With a small first letter, unless it is an abbreviation.
  fileprivate var lowercasedWord: String { self == uppercased() ? self : lowercased() }
}
