/// The methods that a sweep can compare. The sweep file, `microfold methods`, the plan and the report use this list.
public enum Catalogue {
  /// In the order in which they are listed. To add a method, add its line.
  public static let methods: [any Method] = [
    DualBranchMethod(),
    MajorityClass(),
    localBinaryPatternsMethod,
    intersectionPointsMethod,
    strainWeightedMethod,
    facialDynamicsMethod,
    fuzzyOrientationsMethod,
    mainDirectionalMethod,
    SparseMainDirections(),
    enrichedRecurrentMethod,
    recurrentConvolutionalMethod,
    blockDivisionMethod,
    TransferLearning(),
    graphTemporalMethod,
    actionUnitMethod,
  ]

  /// All names that the sweep file's `methods` may have.
  public static let names = methods.map(\.about.name)

  /// Every name that a unit may have, in the order of the methods.
  public static let variants = methods.flatMap(\.variants)

  /// Those that train before the folds.
  static let pretrainings = methods.compactMap(\.pretraining)

  private static let byVariant = Dictionary(
    (methods + pretrainings).flatMap { method in method.variants.map { ($0, method) } },
    uniquingKeysWith: { first, _ in first })

  /// The method of this name; nil where there is none.
  public static func method(named name: String) -> (any Method)? { methods.first { $0.about.name == name } }

  /// The method that trains units of this name, which is not a program's: `SweepConfiguration.method(of:)` knows both.
  public static func method(of variant: Variant) -> any Method {
    guard let method = byVariant[variant] else { preconditionFailure("\(variant.rawValue) is in no method's variants") }
    return method
  }

  /// Whether a unit may have this name without a program of the sweep file.
  public static func isKnown(_ name: String) -> Bool { byVariant[Variant(name)] != nil }
}
