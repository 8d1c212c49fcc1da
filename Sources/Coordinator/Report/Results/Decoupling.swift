import Core

/// What decoupling and diversity came to in one variant: means over its finished folds and seeds.
struct Decoupling: Equatable, Sendable {
  /// Accuracy of the identity probe on f^e, on f^d, and by chance.
  var probe, probeOfIdentity, chance: Spread?
  /// How alike the attention maps of a clip's frames are.
  var attentionProduct, attentionOverlap: Spread?
  /// After the last epoch, on training clips held out of the estimator, nats.
  var information: Spread?
  /// In the order of the epochs.
  var epochs: [Epoch]

  /// Mutual information after one epoch, mean over folds and seeds.
  struct Epoch: Equatable, Sendable {
    var stage: Stage
    var epoch: Int
    var climbed, heldOut: Double
  }

  init(_ results: [UnitResult]) {
    func spread(_ figure: (UnitResult) -> Double?) -> Spread? { Spread(results.compactMap(figure)) }
    probe = spread(\.identityProbe)
    probeOfIdentity = spread(\.identityProbeOfIdentity)
    chance = spread(\.identityChance)
    attentionProduct = spread { $0.attention?.product }
    attentionOverlap = spread { $0.attention?.overlap }
    information = spread { $0.information.last?.heldOut }
    let longest = results.map(\.information).max { $0.count < $1.count } ?? []
    epochs = longest.indices.map { place in
      let all = results.compactMap { $0.information.indices.contains(place) ? $0.information[place] : nil }
      return Epoch(
        stage: longest[place].stage, epoch: longest[place].epoch,
        climbed: all.reduce(0) { $0 + $1.climbed } / Double(all.count),
        heldOut: all.reduce(0) { $0 + $1.heldOut } / Double(all.count))
    }
  }
}

/// How one part of the method changes one figure: two variants that differ by that part alone, on the same folds and
/// seeds.
struct PairedDifference: Equatable, Sendable {
  enum Figure: String, CaseIterable, Sendable {
    case identityProbe, attentionProduct, attentionOverlap, information

    func of(_ result: UnitResult) -> Double? {
      switch self {
      case .identityProbe: result.identityProbe
      case .attentionProduct: result.attention?.product
      case .attentionOverlap: result.attention?.overlap
      case .information: result.information.last?.heldOut
      }
    }
  }

  var figure: Figure
  var from, to: Variant
  /// Of the differences `to` - `from`, one a fold and seed that both finished.
  var difference: Spread

  /// The pairs that isolate the mutual information term (for the probe) and the divergence loss (for attention).
  private static let pairs: [(Figure, Variant, Variant)] = [
    (.identityProbe, .ce, .mi),
    (.identityProbe, .dao, .daoMi),
    (.identityProbe, .daoDiv, .full),
    (.attentionProduct, .dao, .daoDiv),
    (.attentionProduct, .daoMi, .full),
    (.attentionOverlap, .dao, .daoDiv),
    (.attentionOverlap, .daoMi, .full),
    (.information, .daoMi, .full),
  ]

  static func all(_ variants: [VariantReport]) -> [PairedDifference] {
    pairs.compactMap { figure, from, to in
      guard let one = variants.first(where: { $0.variant == from }),
        let other = variants.first(where: { $0.variant == to })
      else { return nil }
      let differences = zip(one.units, other.units).compactMap { unit, otherUnit -> Double? in
        guard let before = unit.result.flatMap(figure.of), let after = otherUnit.result.flatMap(figure.of) else {
          return nil
        }
        return after - before
      }
      return Spread(differences).map { PairedDifference(figure: figure, from: from, to: to, difference: $0) }
    }
  }
}
