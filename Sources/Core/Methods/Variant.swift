/// What a work unit trains: the name of a method or of one of its variants, as it appears in folders and files.
public struct Variant: RawRepresentable, Hashable, Codable, Sendable {
  public let rawValue: String

  /// A name that the catalogue has, or that a program of a sweep file may have; nil for other names.
  public init?(rawValue: String) {
    guard FolderName.problem(rawValue, of: "a method") == nil else { return nil }
    self.init(rawValue)
  }

  /// A name that a method has.
  init(_ rawValue: String) { self.rawValue = rawValue }

  /// The dual-branch network with the parts of this row of the ablation.
  public init(_ ablation: Ablation) { rawValue = ablation.rawValue }

  /// The rows of the ablation.
  public static let (ce, dao, daoDiv) = (Variant(Ablation.ce), Variant(Ablation.dao), Variant(Ablation.daoDiv))
  public static let (mi, daoMi, full) = (Variant(Ablation.mi), Variant(Ablation.daoMi), Variant(Ablation.full))

  /// The row of the paper's ablation; nil for other methods.
  public var ablation: Ablation? { Ablation(rawValue: rawValue) }
}
