import Foundation

extension JSONEncoder {
  /// An encoder whose bytes depend only on the value: keys are sorted, slashes are not escaped.
  public static func stable(isPretty: Bool = false) -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
    return encoder
  }

  /// The content of a JSON file for people and programs: indented, keys sorted, with a newline at the end.
  ///
  /// - Throws: an `EncodingError` when a number is not finite.
  public static func file(_ value: some Encodable) throws -> Data {
    try stable(isPretty: true).encode(value) + Data("\n".utf8)
  }
}
