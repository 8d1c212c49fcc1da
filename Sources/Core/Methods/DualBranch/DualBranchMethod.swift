/// The method of Xie et al. 2022: MENet learns motion, IDNet learns identity, and MINE decouples their features, in
/// four stages.
struct DualBranchMethod: Method {
  static let name = "menet"

  var about: MethodDescription {
    MethodDescription(
      name: DualBranchMethod.name, title: "MENet + IDNet + MINE",
      paper: "Xie et al. 2022. Decoupling facial motion features and identity features for micro-expression "
        + "recognition. PeerJ Computer Science 8:e1140",
      settings: [
        MethodDescription.Setting("variants", "as the sweep file's `variants` lists them; `ce` is a plain 3-D ResNet"),
        MethodDescription.Setting("network", "the sweep file's `network`"),
        MethodDescription.Setting("training", "the sweep file's `training`"),
      ],
      changes: ["See docs/method.md: what the paper does not specify, and what is done here."])
  }

  var variants: [Variant] { Ablation.allCases.map(Variant.init) }
  func variants(in configuration: SweepConfiguration) -> [Variant] { configuration.variants.map(Variant.init) }

  func selection(_ training: SweepConfiguration.Training) -> SweepConfiguration.Selection { training.selection }

  func derived(_ configuration: SweepConfiguration) -> [DerivedContent] {
    DerivedContent(configuration.network.input, configuration.registration).map { [$0] } ?? []
  }

  var pretraining: (any Method)? { PretrainingMethod() }

  func checkStart(_ configuration: SweepConfiguration) throws {
    guard let path = configuration.network.pretrained else { return }
    try StartingWeights(opening: path, for: configuration).check(for: configuration.network)
  }

  func cost(of variant: Variant, _ configuration: SweepConfiguration) -> MethodCost {
    guard let ablation = variant.ablation else { return MethodCost() }
    return DualBranchMethod.cost(ablation, ablation.stages, configuration)
  }

  /// The cost of some stages.
  static func cost(_ ablation: Ablation, _ stages: [Stage], _ configuration: SweepConfiguration) -> MethodCost {
    let motion = NetworkCost.motion(configuration.network, attention: ablation.attention)
    let identity = NetworkCost.identity(configuration.network)
    let features = Double(2 * 8 * configuration.network.width)
    let parts = stages.map { stage in
      let (trained, frozen) = stage.trainsMotion ? (motion, identity) : (identity, motion)
      let beside = ablation.mutualInformation && stage != .identity ? frozen.forward : 0
      var part = MethodCost.Part(
        network: stage.trainsMotion ? .menet : .idnet, epochs: stage.epochs(configuration.training),
        perClip: trained.training + beside)
      part.perClipOfIdentity = stage.trainsMotion ? beside : trained.training
      if stage.trainsMotion, part.epochs > 0 {
        // The last epoch of a stage is tested in any case.
        let every = configuration.training.testEvery
        let tested = part.epochs / every + (part.epochs % every == 0 ? 0 : 1)
        part.perTestClip = motion.forward * Double(tested) / Double(part.epochs)
      }
      return part
    }
    let mine = configuration.training.decoupling == .mutualInformation ? 64 * features : 0
    let decoupling = ablation.mutualInformation ? identity.parameters + mine : 0
    var cost = MethodCost(parts: parts, modelBytes: 4 * (motion.parameters + decoupling))
    cost.ending.perTestClip = motion.forward
    cost.ending.perClip = motion.forward + (ablation.mutualInformation ? identity.forward : 0)
    return cost
  }

  /// - Throws: a `Fault` when this rank's host cannot read the pretrained weights.
  func begin(_ fold: MethodFold) throws -> any FittedMethod {
    guard let ablation = fold.unit.variant.ablation else {
      throw Fault(at: "\(fold.unit)", "is not a variant of \(DualBranchMethod.name)")
    }
    return try DualBranchFit(fold, ablation)
  }
}
