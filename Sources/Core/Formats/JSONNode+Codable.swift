/// A JSON value as a part of other values that are written and read as JSON.
extension JSONNode: Codable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Members are sorted by key.
  public init(from decoder: any Decoder) throws {
    if let members = try? decoder.container(keyedBy: Key.self) {
      self = .object(
        try members.allKeys.sorted { $0.stringValue < $1.stringValue }.map { key in
          Member(key: key.stringValue, value: try members.decode(JSONNode.self, forKey: key))
        })
    } else if var elements = try? decoder.unkeyedContainer() {
      var list: [JSONNode] = []
      while !elements.isAtEnd { list.append(try elements.decode(JSONNode.self)) }
      self = .list(list)
    } else {
      let value = try decoder.singleValueContainer()
      if value.decodeNil() {
        self = .null
      } else if let truth = try? value.decode(Bool.self) {
        self = .bool(truth)
      } else if let integer = try? value.decode(Int64.self) {
        self = .number("\(integer)")
      } else if let integer = try? value.decode(UInt64.self) {
        self = .number("\(integer)")
      } else if let number = try? value.decode(Double.self) {
        self = .number("\(number)")
      } else {
        self = .string(try value.decode(String.self))
      }
    }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .object(let all):
      var members = encoder.container(keyedBy: Key.self)
      for member in all { try members.encode(member.value, forKey: Key(stringValue: member.key)) }
    case .list(let all):
      var elements = encoder.unkeyedContainer()
      for element in all { try elements.encode(element) }
    case .null:
      var value = encoder.singleValueContainer()
      try value.encodeNil()
    case .bool(let truth): try truth.encode(to: encoder)
    case .string(let text): try text.encode(to: encoder)
    case .number(let text):
      if let integer = Int64(text) {
        try integer.encode(to: encoder)
      } else if let integer = UInt64(text) {
        try integer.encode(to: encoder)
      } else if let number = Double(text) {
        try number.encode(to: encoder)
      } else {
        throw EncodingError.invalidValue(
          text, EncodingError.Context(codingPath: encoder.codingPath, debugDescription: "is not a number"))
      }
    }
  }
}
