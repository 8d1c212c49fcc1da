/// A dataset that is imported as its makers released it; the raw value is the word of `microfold import`.
public enum Release: String, CaseIterable, Sendable {
  case casme2, samm, mmew, smic, casme
  case casmeSquared = "casme-squared"
  case casme3
  case fourDME = "4dme"

  /// As people write it.
  public var title: String { about.title }

  /// Whether a coding sheet annotates its clips; else its folders do.
  public var hasSheet: Bool { self != .smic }

  /// Whether its sheets have macro-expressions beside the micro-expressions.
  public var hasMacroExpressions: Bool { self == .casmeSquared || self == .casme3 }

  /// A subject as the release's folders spell it: the sheet may have `6`, `6.0` or `sub06`; nil for anything else.
  func subject(_ text: String) -> String? {
    let prefix = about.subjectPrefix
    let isPrefixed = !prefix.isEmpty && text.lowercased().hasPrefix(prefix.lowercased())
    let rest = isPrefixed ? String(text.dropFirst(prefix.count)) : text
    guard case .number(let number) = FrameNumber(rest), number < 1000 else { return nil }
    let written = "\(number)"
    return prefix + String(repeating: "0", count: max(0, about.subjectDigits - written.count)) + written
  }

  /// Frames that no expression of a release lasts: an offset further from its onset is mistyped.
  static let implausibleLength = 250
}
