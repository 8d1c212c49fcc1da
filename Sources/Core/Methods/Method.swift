/// A method of the comparison that is no network of the dual-branch family: it is fitted on a fold's training clips
/// and names the emotions of its test clips.
///
/// A new one is a file with a type of this kind, a case of `Variant` and a line of `Variant.method`. What it computes
/// must not depend on the number of threads.
public protocol Method: Sendable {
  /// What `microfold methods` says of it.
  var about: MethodDescription { get }

  /// Learns from a fold's training clips.
  ///
  /// - Throws: a `Fault` when it cannot be fitted on them, and what `clips.boundary` throws.
  func fit(_ training: MethodClips) throws -> any FittedMethod
}

/// What a method learned on one fold.
public protocol FittedMethod: Sendable {
  /// A row a clip, with a probability a class; the greatest, the first of equals, is the answer.
  ///
  /// - Throws: what `clips.boundary` throws.
  func probabilities(of test: MethodClips) throws -> [[Float]]
}

/// What a method is, for people.
public struct MethodDescription: Equatable, Sendable {
  /// The word in the sweep file's `methods`.
  public var name: String
  /// As papers write it.
  public var title: String
  /// Where it comes from; nil for a floor that nobody published.
  public var paper: String?
  /// In the order in which they are shown.
  public var settings: [Setting]
  /// What differs from the paper, a sentence each.
  public var changes: [String]

  /// One setting and its value, as people read them.
  public struct Setting: Equatable, Sendable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  public init(name: String, title: String, paper: String?, settings: [Setting], changes: [String]) {
    (self.name, self.title, self.paper, self.settings, self.changes) = (name, title, paper, settings, changes)
  }
}

/// Clips of one store with their classes, as methods see them.
public struct MethodClips {
  /// A clip and its class.
  public struct Member: Equatable, Sendable {
    /// Index into the store.
    public var clip: Int
    /// Class, from 0.
    public var label: Int

    public init(clip: Int, label: Int) { (self.clip, self.label) = (clip, label) }
  }

  public let store: ClipStore
  public let members: [Member]
  /// Number of classes of the dataset, of which these clips may lack some.
  public let classes: Int
  /// For methods that draw random numbers.
  public let seed: UInt64
  /// Features that this process has computed already.
  public let features: FeatureStore
  /// To be called every second or so: others are served, and what it throws ends the unit.
  public let boundary: () throws -> Void

  public init(
    store: ClipStore, members: [Member], classes: Int, seed: UInt64, features: FeatureStore,
    boundary: @escaping () throws -> Void = {}
  ) {
    (self.store, self.members, self.classes) = (store, members, classes)
    (self.seed, self.features, self.boundary) = (seed, features, boundary)
  }
}
