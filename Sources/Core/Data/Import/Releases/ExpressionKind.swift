/// Which expressions of a dataset that has both are imported.
public enum ExpressionKind: String, CaseIterable, Sendable {
  case micro, macro

  /// From the text of a sheet, `micro-expression` or `Macro-expression`; nil for anything else.
  init?(_ text: String) {
    let plain = plainName(text)
    guard let kind = ExpressionKind.allCases.first(where: { plain.hasPrefix($0.rawValue) }) else { return nil }
    self = kind
  }

  var other: ExpressionKind { self == .micro ? .macro : .micro }
}
