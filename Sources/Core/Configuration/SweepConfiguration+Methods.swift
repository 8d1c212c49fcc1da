extension SweepConfiguration {
  /// What all other methods and variants are tested against: `reference`, else `full`, else the first that is compared.
  public var referenceVariant: Variant {
    if let reference { return reference }
    return compared.contains(.full) ? .full : compared.first ?? .full
  }

  /// What is compared: `menet` stands for all variants of the dual-branch network.
  static let methodsSetting = Setting<SweepConfiguration>(
    \.methodChoices, "methods", MethodChoice.setting,
    "the methods to compare: `menet` stands for `variants`; `microfold methods` describes the others; an object is a "
      + "program of your own",
    more: "methods.md")

  /// The rows of the ablation that `menet` stands for.
  static let variantsSetting = Setting<SweepConfiguration>(
    \.variants, "variants",
    .list(of: .word(among: Ablation.allCases), "variants", repeated: "each variant is run once"),
    "variants of the dual-branch network: the rows of the paper's ablation", more: "method.md#where-the-code-is")

  /// The choice of the reference, which changes no result.
  static let referenceSetting = Setting<SweepConfiguration>(
    \.reference, "reference", .optional(anyName),
    "the method or variant that the report tests all others against; `null` is `full`, or the first that is compared",
    more: "tracking.md#which-method-is-best", written: .unlessDefault, digest: .absent)

  /// The name of a method or variant, or of a program: that it is one is checked when the programs are known.
  private static let anyName: SettingValue<Variant> = {
    let word = SettingValue<Variant>.word(among: Catalogue.variants)
    return SettingValue(
      allowed: "\(word.allowed), or a program's name",
      read: { node, base, path, faults in
        node.text.flatMap(Variant.init) ?? word.read(node, base, path, &faults)
      }, write: word.write)
  }()

  /// What is wrong with a reference; nil where it is compared.
  public func problem(ofReference reference: Variant) -> String? {
    if compared.contains(reference) { return nil }
    guard knownVariants.contains(reference) else {
      let advice = NearestWord.advice(reference.rawValue, among: knownVariants.map(\.rawValue))
      return "is \(JSONNode.string(reference.rawValue).summary); \(advice)"
    }
    let advice = NearestWord.advice(reference.rawValue, among: compared.map(\.rawValue))
    return "is \(JSONNode.string(reference.rawValue).summary), which this sweep does not compare; \(advice)"
  }
}
