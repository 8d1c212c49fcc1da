/// Numbers as text without a locale, so that the bytes are the same everywhere.
public enum NumberText {
  /// A number with a fixed number of decimals, halves rounded away from zero; nil unless it is finite and below 1e12.
  ///
  /// - Parameter minus: the sign of negative numbers; what rounds to zero has none.
  public static func fixed(_ value: Double, decimals: Int, minus: String = "-") -> String? {
    guard value.isFinite, abs(value) < 1e12 else { return nil }
    let scale = (0..<decimals).reduce(1) { power, _ in power * 10 }
    let scaled = Int((abs(value) * Double(scale)).rounded())
    let whole = (value < 0 && scaled > 0 ? minus : "") + "\(scaled / scale)"
    guard decimals > 0 else { return whole }
    let part = "\(scaled % scale)"
    return "\(whole).\(String(repeating: "0", count: decimals - part.count))\(part)"
  }

  /// `2 clips`, `1 clip`.
  public static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
