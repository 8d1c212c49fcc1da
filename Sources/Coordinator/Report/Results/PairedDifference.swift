import Core

/// How one part of the dual-branch network, or an arm, changes one figure: two recognisers that differ by that alone,
/// on the same folds and seeds.
struct PairedDifference: Equatable, Sendable {
  var figure: DecouplingFigure
  var from, to: Recogniser
  /// Of the differences `to` - `from`, one for each fold and seed that both finished.
  var difference: Spread

  /// The part of the network that both variants differ by.
  var part: String { DecouplingFigure.probes.contains(figure) ? "mutual information term" : "divergence loss" }

  /// The pairs that isolate the mutual information term (for the probes) and the divergence loss (for attention).
  private static let pairs: [(DecouplingFigure, Variant, Variant)] = [
    (.identityProbe, .ce, .mi),
    (.identityProbe, .dao, .daoMi),
    (.identityProbe, .daoDiv, .full),
    (.identityProbeNonlinear, .ce, .mi),
    (.identityProbeNonlinear, .dao, .daoMi),
    (.identityProbeNonlinear, .daoDiv, .full),
    (.attentionProduct, .dao, .daoDiv),
    (.attentionProduct, .daoMi, .full),
    (.attentionOverlap, .dao, .daoDiv),
    (.attentionOverlap, .daoMi, .full),
    (.information, .daoMi, .full),
  ]

  /// What an arm may change.
  private static let armFigures = [DecouplingFigure.identityProbe, .identityProbeNonlinear]

  /// Variants that differ by one part, in each arm.
  static func all(_ variants: [VariantReport]) -> [PairedDifference] {
    let arms = variants.reduce(into: [String?]()) { arms, own in if !arms.contains(own.arm) { arms.append(own.arm) } }
    return arms.flatMap { arm in
      differences(pairs.map { ($0, Recogniser($1, arm: arm), Recogniser($2, arm: arm)) }, variants)
    }
  }

  /// Each arm of a variant, from the reference arm of the same variant.
  static func fromArm(_ reference: String, _ variants: [VariantReport]) -> [PairedDifference] {
    let others = variants.map(\.recogniser).filter { $0.arm != reference }
    return differences(
      others.flatMap { other in armFigures.map { ($0, Recogniser(other.variant, arm: reference), other) } }, variants)
  }

  /// A recogniser of one run, from the same one of another run.
  ///
  /// - Parameters:
  ///   - one, other: their units have the same folds and seeds in the same order.
  static func between(_ one: VariantReport, _ other: VariantReport) -> [PairedDifference] {
    armFigures.compactMap { PairedDifference($0, from: one, to: other) }
  }

  private static func differences(
    _ pairs: [(DecouplingFigure, Recogniser, Recogniser)], _ variants: [VariantReport]
  ) -> [PairedDifference] {
    pairs.compactMap { figure, from, to in
      guard let one = variants.first(where: { $0.recogniser == from }),
        let other = variants.first(where: { $0.recogniser == to })
      else { return nil }
      return PairedDifference(figure, from: one, to: other)
    }
  }

  /// nil where no unit of both has the figure.
  private init?(_ figure: DecouplingFigure, from one: VariantReport, to other: VariantReport) {
    let differences = zip(one.units, other.units).compactMap { unit, otherUnit -> Double? in
      guard let before = unit.result.flatMap(figure.value), let after = otherUnit.result.flatMap(figure.value) else {
        return nil
      }
      return after - before
    }
    guard let spread = Spread(differences) else { return nil }
    (self.figure, from, to, difference) = (figure, one.recogniser, other.recogniser, spread)
  }
}
