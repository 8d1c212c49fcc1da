/// The methods that a sweep may name.
public enum Methods {
  /// The dual-branch network, whose variants the sweep file lists.
  public static let dualBranch = "menet"

  /// Every word of the sweep file's `methods`.
  public static let names = [dualBranch] + Variant.allCases.filter { !$0.isDualBranch }.map(\.rawValue)

  /// What each of them is, in that order.
  public static let described = [menet] + Variant.allCases.compactMap { $0.method?.about }

  private static let menet = MethodDescription(
    name: dualBranch, title: "MENet + IDNet + MINE",
    paper: "Xie et al. 2022. Decoupling facial motion features and identity features for micro-expression "
      + "recognition. PeerJ Computer Science 8:e1140",
    settings: [
      MethodDescription.Setting("variants", "as the sweep file's `variants` lists them; `ce` is a plain 3-D ResNet"),
      MethodDescription.Setting("network", "the sweep file's `network`"),
      MethodDescription.Setting("training", "the sweep file's `training`"),
    ],
    changes: ["See docs/method.md: what the paper leaves open, and what is done here."])
}

extension Variant {
  /// How units of this name are run; nil for variants of the dual-branch network, which `FoldTrainer` trains.
  public var method: (any Method)? {
    switch self {
    case .ce, .dao, .daoDiv, .mi, .daoMi, .full: nil
    case .majority: MajorityClass()
    case .lbpTop: localBinaryPatternsMethod
    case .fdm: facialDynamicsMethod
    case .mdmo: mainDirectionalMethod
    case .sparseMdmo: SparseMainDirections()
    case .elrcn: enrichedRecurrentMethod
    case .rcnA: recurrentConvolutionalMethod
    case .bdcnn: blockDivisionMethod
    }
  }
}
