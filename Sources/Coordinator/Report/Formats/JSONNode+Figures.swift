import Core

extension JSONNode {
  static func record(_ members: [String: JSONNode]) -> JSONNode {
    .object(members.map { Member(key: $0.key, value: $0.value) })
  }

  static func integer(_ value: Int) -> JSONNode { .number("\(value)") }
  static func seed(_ value: UInt64) -> JSONNode { .number("\(value)") }

  /// A number, or null where there is none or it is not finite.
  static func figure(_ value: Double?) -> JSONNode {
    guard let value, value.isFinite else { return .null }
    return .number("\(value)")
  }
}
