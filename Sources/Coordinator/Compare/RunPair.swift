import Core

/// A method of one run against a method of the reference run, on what both have of one dataset.
struct RunPair: Equatable, Sendable {
  /// The run's place among those compared.
  var run: Int
  /// Both with the folds and seeds that have finished in both runs, and no others, in the same order.
  var own, reference: VariantReport
  /// Whether they are the same method, else the run's is one that the reference run lacks.
  var isSameMethod: Bool
  /// Units that have finished in one of the runs only.
  var onlyOwn, onlyReference: Int
  /// McNemar's exact test, corrected by Holm for all tests on the dataset; nil where both have no clip.
  var test: VariantComparison?
  /// 95 % interval of the difference of accuracies; nil with too few subjects.
  var interval: ClosedRange<Double>?
  /// What it changes in the decoupling of the same method.
  var decoupling: [PairedDifference]

  /// - Parameters:
  ///   - own: the run's method, with all its units.
  ///   - reference: the reference run's, with all its units.
  ///   - classes: of the dataset.
  init(run: Int, _ own: VariantReport, against reference: VariantReport, isSameMethod: Bool, classes: Int) {
    (self.run, self.isSameMethod) = (run, isSameMethod)
    let theirs = Dictionary(reference.units.map { (RunPair.key($0), $0) }) { first, _ in first }
    let shared = own.units.compactMap { unit -> (UnitReport, UnitReport)? in
      guard unit.result != nil, let other = theirs[RunPair.key(unit)], other.result != nil else { return nil }
      return (unit, other)
    }
    self.own = VariantReport(own.recogniser, units: shared.map(\.0), classes: classes)
    self.reference = VariantReport(reference.recogniser, units: shared.map(\.1), classes: classes)
    (onlyOwn, onlyReference) = (own.finished - shared.count, reference.finished - shared.count)
    interval = SubjectDraws.difference(of: self.own, from: self.reference)
    decoupling = isSameMethod ? PairedDifference.between(self.reference, self.own) : []
  }

  /// A unit, whoever trains it.
  private static func key(_ unit: UnitReport) -> WorkUnit {
    WorkUnit(dataset: unit.unit.dataset, fold: unit.unit.fold, variant: .full, seed: unit.unit.seed)
  }

  /// How many folds and seeds both have.
  var units: Int { own.units.count }
  /// How many different clips both have predicted.
  var clips: Int { Set(own.units.compactMap(\.result).flatMap(\.predictions).map(\.clip)).count }
  /// Of accuracies, the run's less the reference's; nil where nothing is shared.
  var difference: Double? {
    own.metrics.flatMap { mine in reference.metrics.map { mine.accuracy - $0.accuracy } }
  }

  /// How many of the shared units have the same weights and predictions, bit by bit.
  var sameBits: Int {
    zip(own.units, reference.units).count { one, other in
      one.result?.weightsDigest == other.result?.weightsDigest && one.result?.predictions == other.result?.predictions
    }
  }

  /// What a method of a run is compared with: the same method of the reference run, with the arm of the same name,
  /// else with its reference arm; where the reference run lacks the method, its reference.
  static func counterpart(
    of own: Recogniser, in reference: ComparisonReport
  ) -> (recogniser: Recogniser, isSameMethod: Bool) {
    let configuration = reference.configuration
    let all = configuration.recognisers
    func with(_ variant: Variant) -> Recogniser? {
      [own.arm, configuration.referenceArm].map { Recogniser(variant, arm: $0) }.first(where: all.contains)
    }
    if let same = with(own.variant) { return (same, true) }
    let reference = configuration.referenceVariant
    return (with(reference) ?? Recogniser(reference, arm: configuration.referenceArm), false)
  }
}
