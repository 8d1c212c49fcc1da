/// What a method is, for people: `microfold methods` shows it.
public struct MethodDescription: Equatable, Sendable {
  /// The name in the sweep file's `methods`.
  public var name: String
  /// As papers write it.
  public var title: String
  /// Where it comes from; nil for a baseline that nobody published.
  public var paper: String?
  /// In the order in which they are shown.
  public var settings: [Setting]
  /// What differs from the paper, one sentence each.
  public var changes: [String]
  /// Whether its regions follow a face's landmarks, where the sweep file gives them; else they are a fixed grid.
  public var usesLandmarks: Bool

  /// One setting and its value, as people read them.
  public struct Setting: Equatable, Sendable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  public init(
    name: String, title: String, paper: String?, settings: [Setting], changes: [String],
    usesLandmarks: Bool = false
  ) {
    (self.name, self.title, self.paper, self.settings, self.changes) = (name, title, paper, settings, changes)
    self.usesLandmarks = usesLandmarks
  }
}
