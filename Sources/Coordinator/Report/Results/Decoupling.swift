import Core

/// What tells how far motion and identity are decoupled, or how diverse attention is, in one finished unit.
///
/// A new one is one line in `all`: it then has a column in the table of decoupling and a member in report.json.
struct DecouplingFigure: Equatable, Sendable {
  /// Its name in report.json.
  let key: String
  /// The headings of its column: that of neighbouring columns, and its own.
  let group, heading: String
  let value: @Sendable (UnitResult) -> Double?

  private init(
    _ key: String, _ group: String, _ heading: String, _ value: @escaping @Sendable (UnitResult) -> Double?
  ) {
    (self.key, self.group, self.heading, self.value) = (key, group, heading, value)
  }

  static let all = [
    DecouplingFigure("identityProbe", "Probe", "motion") { $0.identityProbe },
    DecouplingFigure("identityProbeOfIdentity", "Probe", "identity") { $0.identityProbeOfIdentity },
    DecouplingFigure("identityChance", "Probe", "chance") { $0.identityChance },
    DecouplingFigure("attentionProduct", "Attention", "product") { $0.attention?.product },
    DecouplingFigure("attentionOverlap", "Attention", "overlap") { $0.attention?.overlap },
    DecouplingFigure("heldOutInformation", "Information", "held out") { $0.information.last?.heldOut },
  ]

  static let identityProbe = all[0]
  static let attentionProduct = all[3]
  static let attentionOverlap = all[4]
  static let information = all[5]

  static func == (one: DecouplingFigure, other: DecouplingFigure) -> Bool { one.key == other.key }

  /// Shares are shown in per cent, other figures as numbers.
  var isShare: Bool { group == "Probe" }
}

/// The figures of decoupling of one variant: means over its finished folds and seeds.
struct Decoupling: Equatable, Sendable {
  private var spreads: [String: Spread] = [:]
  /// In the order of the epochs.
  var epochs: [Epoch]

  /// Mutual information after one epoch, mean over folds and seeds.
  struct Epoch: Equatable, Sendable {
    var stage: Stage
    var epoch: Int
    var climbed, heldOut: Double
  }

  init(_ results: [UnitResult]) {
    for figure in DecouplingFigure.all { spreads[figure.key] = Spread(results.compactMap(figure.value)) }
    let longest = results.map(\.information).max { $0.count < $1.count } ?? []
    epochs = longest.indices.map { index in
      let all = results.compactMap { $0.information.indices.contains(index) ? $0.information[index] : nil }
      return Epoch(
        stage: longest[index].stage, epoch: longest[index].epoch,
        climbed: all.reduce(0) { $0 + $1.climbed } / Double(all.count),
        heldOut: all.reduce(0) { $0 + $1.heldOut } / Double(all.count))
    }
  }

  subscript(figure: DecouplingFigure) -> Spread? { spreads[figure.key] }
}
