/// A method of the comparison that is no network of the dual-branch family: it is fitted on a fold's training clips
/// and names the emotions of its test clips.
///
/// A new one is a file with a type of this kind, a case of `Variant` and a line of `Variant.method`. All ranks of a group
/// run the same lines on the same clips. What it computes must not depend on how many ranks and threads there are: see
/// `Lanes`, and `FeatureStore`, which spread work over both.
public protocol Method: Sendable {
  /// What `microfold methods` says of it.
  var about: MethodDescription { get }

  /// What is to be fitted on a fold's training clips, before its first round.
  ///
  /// - Throws: a `Fault` when it cannot be fitted on them, and what `training.boundary` throws.
  func begin(_ training: MethodClips) throws -> any FittedMethod
}

/// What a method has learned on one fold so far.
public protocol FittedMethod {
  /// Rounds that fitting takes, at least 1: of a network, epochs. After each a checkpoint is written.
  var rounds: Int { get }

  /// Fits one round.
  ///
  /// - Parameter round: from 0.
  /// - Returns: the mean loss of the round, where there is one.
  /// - Throws: what `training.boundary` throws.
  mutating func fit(round: Int, _ training: MethodClips) throws -> Double?

  /// All that fitting carries from one round to the next, under names of its own; what a checkpoint holds.
  var tensors: [(name: String, tensor: Tensor)] { get }

  /// All that predicting needs; what the model file holds.
  var model: [(name: String, tensor: Tensor)] { get }

  /// Becomes what a checkpoint holds; afterwards fitting goes on to the same bits.
  ///
  /// - Throws: a `Fault` at `location` when the tensors are not those of this method on these clips.
  mutating func restore(_ tensors: [String: Tensor], at location: String) throws

  /// A row a clip, with a probability a class; the greatest, the first of equals, is the answer.
  ///
  /// - Throws: what `clips.boundary` throws.
  func probabilities(of clips: MethodClips) throws -> [[Float]]
}

extension FittedMethod {
  public var model: [(name: String, tensor: Tensor)] { tensors }
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
  /// The sweep file's `training`: lanes, and how long networks are trained.
  public let settings: SweepConfiguration.Training
  /// Landmarks of the clips by name, where the sweep file gives them.
  public let landmarks: [String: FaceLandmarks]
  /// The ranks that fit the method together.
  public let exchange: any LaneExchange
  /// Features that this process has computed already.
  public let features: FeatureStore
  /// To be called by all ranks alike where one of them may have failed, each with its fault: throws the first of these
  /// on all of them.
  public let agree: (Fault?) throws -> Void
  /// To be called by all ranks alike every second or so: others are served, and what it throws ends the unit.
  public let boundary: () throws -> Void

  public init(
    store: ClipStore, members: [Member], classes: Int, seed: UInt64,
    settings: SweepConfiguration.Training = SweepConfiguration.Training(), landmarks: [String: FaceLandmarks] = [:],
    exchange: any LaneExchange = SoleRank(), features: FeatureStore = FeatureStore(),
    agree: @escaping (Fault?) throws -> Void = MethodClips.alone, boundary: @escaping () throws -> Void = {}
  ) {
    (self.store, self.members, self.classes, self.seed) = (store, members, classes, seed)
    (self.settings, self.landmarks, self.exchange) = (settings, landmarks, exchange)
    (self.features, self.agree, self.boundary) = (features, agree, boundary)
  }

  /// Where there is one rank, its fault is that of all.
  public static func alone(_ fault: Fault?) throws { if let fault { throw fault } }

  /// The classes of the members.
  public var labels: [Int] { members.map(\.label) }

  /// Hands over a clip of the store with its frames, valid during the call.
  ///
  /// - Throws: a `Fault` when they cannot be read.
  func withFrames<Result>(of index: Int, _ body: (ClipFrames) throws -> Result) throws -> Result {
    let clip = store.clips[index]
    return try store.pixels(of: index).withUnsafeBufferPointer { pixels in
      guard let start = pixels.baseAddress else { preconditionFailure("a clip has frames") }
      return try body(ClipFrames(clip, pixels: start, landmarks: landmarks[clip.name]))
    }
  }
}
