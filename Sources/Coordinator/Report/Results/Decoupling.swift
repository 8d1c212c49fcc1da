import Core

/// What tells how far motion and identity are decoupled, or how diverse attention is, in one finished unit.
///
/// A new one is one line in `all`: it then has a column in the table of decoupling and a member in report.json.
struct DecouplingFigure: Sendable {
  /// Its name in report.json.
  let key: String
  /// The headings of its column: of the group of columns, and its own.
  let group, heading: String
  /// Its name at the head of a row.
  let title: String
  /// Whether it is a share, shown in per cent, or a number.
  let isShare: Bool
  let value: @Sendable (UnitResult) -> Double?

  private init(
    _ key: String, _ group: String, _ heading: String, _ title: String, isShare: Bool = false,
    _ value: @escaping @Sendable (UnitResult) -> Double?
  ) {
    (self.key, self.group, self.heading, self.title) = (key, group, heading, title)
    (self.isShare, self.value) = (isShare, value)
  }

  static let identityProbe = DecouplingFigure(
    "identityProbe", "Probe, per cent", "motion", "identity probe on motion features", isShare: true
  ) {
    $0.identityProbe
  }
  static let attentionProduct = DecouplingFigure(
    "attentionProduct", "Attention", "product", "attention maps, product (Eq. 2)"
  ) { $0.attention?.product }
  static let attentionOverlap = DecouplingFigure(
    "attentionOverlap", "Attention", "overlap", "attention maps, mass in common"
  ) { $0.attention?.overlap }
  static let information = DecouplingFigure(
    "heldOutInformation", "Information", "nats", "held-out mutual information, nats"
  ) { $0.information.last?.heldOut }

  static let all: [DecouplingFigure] = [
    identityProbe,
    DecouplingFigure(
      "identityProbeOfIdentity", "Probe, per cent", "identity", "identity probe on identity features", isShare: true
    ) {
      $0.identityProbeOfIdentity
    },
    DecouplingFigure("identityChance", "Probe, per cent", "chance", "identity probe by chance", isShare: true) {
      $0.identityChance
    },
    attentionProduct, attentionOverlap, information,
  ]
}

/// What decoupling and diversity came to in one variant: means over its finished folds and seeds.
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
