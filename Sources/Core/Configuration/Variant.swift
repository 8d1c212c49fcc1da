/// What a work unit trains: a row of the paper's ablation (Table 5), with the parts of the method that are switched on,
/// or another method of the comparison.
public enum Variant: String, CaseIterable, Codable, Sendable {
  /// Plain MENet with cross-entropy only (row 1).
  case ce
  /// Diverse attention without its divergence loss (row 2).
  case dao
  /// Diverse attention with its divergence loss (row 3).
  case daoDiv = "dao-div"
  /// IDNet and the mutual information term, no attention (row 4).
  case mi
  /// Diverse attention and the mutual information term, no divergence loss (row 5).
  case daoMi = "dao-mi"
  /// Everything (row 6).
  case full
  /// The floor: the most frequent class of the training clips.
  case majority
  /// Local binary patterns on three orthogonal planes, and a support vector machine.
  case lbpTop = "lbp-top"
  /// The facial dynamics map of optical flow, and a support vector machine.
  case fdm
  /// The main directional mean optical flow, and a support vector machine.
  case mdmo
  /// Its sparse code in a learned dictionary, and a support vector machine.
  case sparseMdmo = "sparse-mdmo"
  /// The enriched long-term recurrent convolutional network of Khor et al. 2018.
  case elrcn
  /// The recurrent convolutional network with attention of Xia et al. 2020.
  case rcnA = "rcn-a"
  /// The block division convolutional network of Chen et al. 2022.
  case bdcnn

  /// The rows of the ablation.
  public static let dualBranch: [Variant] = allCases.filter(\.isDualBranch)

  /// Whether it is a variant of the dual-branch network, with stages to train, else another method.
  public var isDualBranch: Bool {
    switch self {
    case .ce, .dao, .daoDiv, .mi, .daoMi, .full: true
    default: false
    }
  }

  /// Whether MENet has the diverse attention module.
  public var attention: Bool { isDualBranch && self != .ce && self != .mi }
  /// Whether the loss has the divergence term (Eq. 6).
  public var divergence: Bool { self == .daoDiv || self == .full }
  /// Whether IDNet and MINE are trained and the loss has the mutual information term (Eq. 7).
  public var mutualInformation: Bool { self == .mi || self == .daoMi || self == .full }
}
