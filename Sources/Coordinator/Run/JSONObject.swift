import Foundation

/// JSON objects that are merged before they are decoded.
enum JSONObject {
  /// The members of an object, and those of `defaults` that it lacks; objects in both are merged in turn.
  ///
  /// - Throws: an error when one of them is not a JSON object.
  static func merged(_ data: Data, over defaults: Data) throws -> Data {
    guard let own = try JSONSerialization.jsonObject(with: data) as? [String: Any],
      let base = try JSONSerialization.jsonObject(with: defaults) as? [String: Any]
    else { throw CocoaError(.propertyListReadCorrupt) }
    return try JSONSerialization.data(withJSONObject: merged(own, over: base))
  }

  private static func merged(_ own: [String: Any], over base: [String: Any]) -> [String: Any] {
    base.merging(own) { before, after in
      guard let before = before as? [String: Any], let after = after as? [String: Any] else { return after }
      return merged(after, over: before)
    }
  }
}
