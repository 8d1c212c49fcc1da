/// Trains MENet, and IDNet if asked, on other clips before the folds of a dataset, which start from these networks.
///
/// It is a unit like others, but its clips are those of `pretraining.dataset`: the people of one part are held out to
/// measure how well it recognises. MENet is the plain one: diverse attention, which adds nothing at its initial values,
/// is trained on the folds. So all variants start from the same network.
struct PretrainingMethod: Method {
  static let name = "pretraining"

  var about: MethodDescription {
    MethodDescription(
      name: PretrainingMethod.name, title: "Pretraining", paper: nil,
      settings: [MethodDescription.Setting("settings", "the sweep file's `pretraining`")],
      changes: ["Not in the paper, which starts from random weights."])
  }

  func derived(_ configuration: SweepConfiguration) -> [DerivedContent] { DualBranchMethod().derived(configuration) }

  func cost(of variant: Variant, _ configuration: SweepConfiguration) -> MethodCost {
    guard let pretraining = configuration.pretraining else { return MethodCost() }
    return DualBranchMethod.cost(
      pretraining.identity ? .mi : .ce, pretraining.stages, configuration.forPretraining(pretraining))
  }

  /// - Throws: a `Fault` when this rank's host cannot read the pretrained weights that it starts from.
  func begin(_ fold: MethodFold) throws -> any FittedMethod {
    guard let pretraining = fold.configuration.pretraining else {
      throw Fault(at: "\(fold.unit)", "has no settings of pretraining")
    }
    let own = MethodFold(fold.unit, fold.configuration.forPretraining(pretraining), fold.data, fold.clips)
    return try DualBranchFit(own, pretraining.identity ? .mi : .ce, stages: pretraining.stages)
  }
}

extension Variant {
  /// The unit that trains MENet before the folds.
  public static let pretraining = Variant(PretrainingMethod.name)

  /// Whether its units train before the folds: MENet, or the network of another method.
  public var isPretraining: Bool { Variant.pretrainings.contains(self) }

  private static let pretrainings = Set(Catalogue.pretrainings.flatMap(\.variants))
}

extension WorkUnit {
  /// The unit that must end before this one can start; nil where there is none.
  ///
  /// - Parameter configuration: of the unit's arm.
  public func prerequisite(_ configuration: SweepConfiguration) -> WorkUnit? {
    guard configuration.pretraining != nil,
      let first = configuration.method(of: variant).pretraining?.variants.first
    else { return nil }
    return WorkUnit(dataset: dataset, fold: 0, variant: first, arm: arm, seed: seed)
  }
}

extension SweepConfiguration.Pretraining {
  var stages: [Stage] { identity ? [.identity, .motion] : [.motion] }
}

extension SweepConfiguration {
  /// The settings that pretraining is run with: those of the folds, with its own epochs and overrides, and without
  /// decoupling.
  public func forPretraining(_ pretraining: Pretraining) -> SweepConfiguration {
    var own = self
    own.training = pretraining.overridden(training)
    own.training.motionEpochs = pretraining.epochs
    own.training.identityEpochs = pretraining.identity ? pretraining.epochs : 0
    own.training.selection = .last
    // With a weight of 0, the distance correlation has no state and no effect.
    own.training.decoupling = .distanceCorrelation
    (own.training.mutualInformationWeight, own.training.identityMutualInformationWeight) = (0, 0)
    return own
  }
}
