extension SweepConfiguration {
  /// What is compared: `menet` stands for all variants of the dual-branch network.
  static let methodsSetting = Setting<SweepConfiguration>(
    \.methods, "methods",
    .list(of: .word(among: Catalogue.names), "methods", repeated: "each method is run once"),
    "the methods to compare: `menet` stands for `variants`; `microfold methods` describes the others",
    more: "methods.md")

  /// The rows of the ablation that `menet` stands for.
  static let variantsSetting = Setting<SweepConfiguration>(
    \.variants, "variants",
    .list(of: .word(among: Ablation.allCases), "variants", repeated: "each variant is run once"),
    "variants of the dual-branch network: the rows of the paper's ablation", more: "method.md#where-the-code-is")
}
