/// The description of a method; `microfold methods` prints it.
public struct MethodDescription: Equatable, Sendable {
  /// The name in the sweep file's `methods`.
  public var name: String
  /// The name in papers.
  public var title: String
  /// The paper that published it; nil for a baseline without one.
  public var paper: String?
  /// Settings, in the order in which they are shown.
  public var settings: [Setting]
  /// The differences from the paper, one sentence each.
  public var changes: [String]
  /// What it does with the landmarks of the clips.
  public var landmarks: Landmarks

  /// What a method does with the landmarks of the clips.
  public enum Landmarks: Sendable {
    /// It does not look at them.
    case unused
    /// Its regions are around them where the sweep file gives them, and otherwise a fixed grid.
    case followed
    /// It fails on a clip that has none, neither from the sweep file nor in its store.
    case needed
  }

  /// One setting and its value, as they are shown.
  public struct Setting: Equatable, Sendable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  public init(
    name: String, title: String, paper: String?, settings: [Setting], changes: [String],
    landmarks: Landmarks = .unused
  ) {
    (self.name, self.title, self.paper, self.settings, self.changes) = (name, title, paper, settings, changes)
    self.landmarks = landmarks
  }
}
