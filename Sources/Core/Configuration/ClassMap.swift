import Foundation

/// The classes of a dataset: each is one or several emotions, named by the first.
public struct ClassMap: Codable, Equatable, Sendable {
  /// `groups[c]` are the emotions of class c.
  public var groups: [[String]]

  public init(_ groups: [[String]]) { self.groups = groups }

  /// The class names, in order.
  public var names: [String] { groups.map { $0[0] } }

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
