/// The rows of the paper's ablation (Table 5): which parts of the dual-branch network are used. The sweep file lists
/// them as `variants`.
public enum Ablation: String, CaseIterable, Codable, Sendable {
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

  /// Whether MENet has the diverse attention module.
  public var attention: Bool { self != .ce && self != .mi }
  /// Whether the loss has the divergence term (Eq. 6).
  public var divergence: Bool { self == .daoDiv || self == .full }
  /// Whether IDNet and MINE are trained and the loss has the mutual information term (Eq. 7).
  public var mutualInformation: Bool { self == .mi || self == .daoMi || self == .full }

  /// The stages of training. Without the mutual information term there is no IDNet to train; MENet still gets the
  /// epochs of both its stages, so that all rows are trained equally long.
  public var stages: [Stage] { mutualInformation ? Stage.allCases : [.motion, .motionAgain] }
}
