import Core

extension Variant {
  var isDualBranch: Bool { ablation != nil }
  static var dualBranch: [Variant] { Ablation.allCases.map(Variant.init) }
  var attention: Bool { ablation?.attention ?? false }
  var divergence: Bool { ablation?.divergence ?? false }
  var mutualInformation: Bool { ablation?.mutualInformation ?? false }
  var method: (any Method)? { isDualBranch ? nil : Catalogue.method(of: self) }
}
