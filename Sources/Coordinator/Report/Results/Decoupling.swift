import Core

/// What tells how far motion and identity are decoupled, or how diverse attention is, in one finished unit.
///
/// A new one is in `probes` or `others`: it then has a column in a table and a member in report.json.
struct DecouplingFigure: Equatable, Sendable {
  /// Its name in report.json.
  let key: String
  /// The headings of its column: that of neighbouring columns, and its own.
  let group, heading: String
  let unit: Unit
  let value: @Sendable (UnitResult) -> Double?
  /// Not measured by version 0.1; see `Figure.isNew`.
  let isNew: Bool

  enum Unit {
    /// A share, 0 … 1; or a difference of shares; both are shown in per cent.
    case share, points
    case number
  }

  private init(
    _ key: String, _ group: String, _ heading: String, _ unit: Unit = .share, isNew: Bool = false,
    _ value: @escaping @Sendable (UnitResult) -> Double?
  ) {
    (self.key, self.group, self.heading, self.unit) = (key, group, heading, unit)
    (self.isNew, self.value) = (isNew, value)
  }

  /// Subjects named from the features, as shares.
  static let probes = [
    identityProbe, identityFloor, identityAboveFloor, identityProbeOfIdentity, identityProbeNonlinear,
    identityFloorNonlinear, identityAboveFloorNonlinear, identityProbeNonlinearOfIdentity, identityChance,
  ]
  /// How diverse attention is, and what motion and identity features have in common.
  static let others = [attentionProduct, attentionOverlap, information]
  static let all = probes + others

  static let identityProbe = DecouplingFigure("identityProbe", linear, "motion") { $0.identityProbe }
  static let identityFloor = DecouplingFigure("identityFloor", linear, "floor", isNew: true) { $0.identityFloor }
  static let identityAboveFloor = DecouplingFigure(
    "identityAboveFloor", linear, "above floor", .points, isNew: true
  ) { difference($0.identityProbe, $0.identityFloor) }
  static let identityProbeOfIdentity = DecouplingFigure("identityProbeOfIdentity", linear, "identity") {
    $0.identityProbeOfIdentity
  }
  static let identityProbeNonlinear = DecouplingFigure("identityProbeNonlinear", nonlinear, "motion", isNew: true) {
    $0.identityProbeNonlinear
  }
  static let identityFloorNonlinear = DecouplingFigure("identityFloorNonlinear", nonlinear, "floor", isNew: true) {
    $0.identityFloorNonlinear
  }
  static let identityAboveFloorNonlinear = DecouplingFigure(
    "identityAboveFloorNonlinear", nonlinear, "above floor", .points, isNew: true
  ) { difference($0.identityProbeNonlinear, $0.identityFloorNonlinear) }
  static let identityProbeNonlinearOfIdentity = DecouplingFigure(
    "identityProbeNonlinearOfIdentity", nonlinear, "identity", isNew: true
  ) { $0.identityProbeNonlinearOfIdentity }
  static let identityChance = DecouplingFigure("identityChance", "Both", "chance") { $0.identityChance }
  static let attentionProduct = DecouplingFigure("attentionProduct", "Attention", "product", .number) {
    $0.attention?.product
  }
  static let attentionOverlap = DecouplingFigure("attentionOverlap", "Attention", "overlap", .number) {
    $0.attention?.overlap
  }
  static let information = DecouplingFigure("heldOutInformation", "Information", "held out", .number) {
    $0.information.last?.heldOut
  }

  private static let (linear, nonlinear) = ("Linear probe", "Non-linear probe")

  private static func difference(_ one: Double?, _ other: Double?) -> Double? {
    one.flatMap { one in other.map { one - $0 } }
  }

  static func == (one: DecouplingFigure, other: DecouplingFigure) -> Bool { one.key == other.key }
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

  /// How many points above the floor the probes on motion features may be, as shares, to count as near it. The
  /// non-linear probe varies more between fits.
  static let (nearFloor, nearFloorNonlinear) = (0.06, 0.12)

  /// Whether motion features are near the floor by both probes; nil where it was not measured.
  var isNearFloor: Bool? {
    guard let linear = self[.identityAboveFloor]?.mean, let nonlinear = self[.identityAboveFloorNonlinear]?.mean else {
      return nil
    }
    return linear <= Decoupling.nearFloor && nonlinear <= Decoupling.nearFloorNonlinear
  }
}
