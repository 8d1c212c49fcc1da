import Foundation

/// The classes of a dataset: each is one or several emotions. A class has a name of its own, or that of its first
/// emotion.
public struct ClassMap: Equatable, Sendable {
  /// `groups[c]` are the emotions of class c, at least one.
  public let groups: [[String]]
  /// The class names, in order.
  public let names: [String]

  /// Classes that are named by their first emotions.
  public init(_ groups: [[String]]) { self.init(groups, names: groups.map { $0[0] }) }

  /// - Parameter names: one for each class.
  public init(_ groups: [[String]], names: [String]) {
    precondition(groups.count == names.count, "each class has one name")
    (self.groups, self.names) = (groups, names)
  }

  /// Whether a class has another name than its first emotion.
  public func hasOwnName(_ index: Int) -> Bool { names[index] != groups[index][0] }

  /// The class of an emotion, or nil when it is in none; `Others ` is `others`.
  public func index(of emotion: String) -> Int? {
    let emotion = ClassMap.normalized(emotion)
    return groups.firstIndex { $0.contains { ClassMap.normalized($0) == emotion } }
  }

  /// An emotion as it is compared: in lower case, without space around it, since coding sheets are typed by hand.
  public static func normalized(_ emotion: String) -> String {
    emotion.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
  }
}

extension ClassMap: Codable {
  private enum CodingKeys: CodingKey { case groups, names }

  /// Texts of versions without names of their own lack `names`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let groups = try values.decode([[String]].self, forKey: .groups)
    let names = try values.decodeIfPresent([String].self, forKey: .names) ?? groups.compactMap(\.first)
    guard names.count == groups.count, groups.allSatisfy({ !$0.isEmpty }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .names, in: values, debugDescription: "every class needs an emotion and a name")
    }
    self.init(groups, names: names)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(groups, forKey: .groups)
    if groups.indices.contains(where: hasOwnName) { try values.encode(names, forKey: .names) }
  }
}
