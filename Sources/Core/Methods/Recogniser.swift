/// What is trained and compared: a method or one of its variants, with the settings of an arm.
public struct Recogniser: Hashable, Sendable {
  public var variant: Variant
  /// The arm's name; nil in a sweep without arms.
  public var arm: String?

  public init(_ variant: Variant, arm: String? = nil) { (self.variant, self.arm) = (variant, arm) }

  /// `full`, or `full · recipe` in a sweep with arms.
  public var name: String { titled(variant.rawValue) }

  /// Another name of the variant, with the arm's after it.
  public func titled(_ title: String) -> String { arm.map { "\(title) · \($0)" } ?? title }
}
