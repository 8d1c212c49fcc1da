/// Something that is trained and compared: it is fitted on a fold's training clips and predicts the emotions of its
/// test clips.
///
/// To add a method, write one file with such a type and add one line to `Catalogue.methods`. All ranks of a group run
/// the same lines on the same clips. What it computes must not depend on how many ranks and threads there are: see
/// `Lanes` and `FeatureStore`, which spread work over both.
public protocol Method: Sendable {
  /// What `microfold methods` says of it.
  var about: MethodDescription { get }

  /// Every name that a unit of this method may have: of most methods their own alone.
  var variants: [Variant] { get }

  /// The variants that a sweep compares.
  func variants(in configuration: SweepConfiguration) -> [Variant]

  /// Whether training clips are held out to choose an epoch by.
  func selection(_ training: SweepConfiguration.Training) -> SweepConfiguration.Selection

  /// What fitting and keeping it costs, as far as that can be calculated.
  func cost(of variant: Variant, _ configuration: SweepConfiguration) -> MethodCost

  /// What is to be fitted on a fold's training clips, before its first step.
  ///
  /// - Throws: a `Fault` when it cannot be fitted on them, and what `fold.group.boundary` throws.
  func begin(_ fold: MethodFold) throws -> any FittedMethod
}

extension Method {
  public var variants: [Variant] { [Variant(about.name)] }
  public func variants(in configuration: SweepConfiguration) -> [Variant] { variants }
  public func selection(_ training: SweepConfiguration.Training) -> SweepConfiguration.Selection { .last }
  public func cost(of variant: Variant, _ configuration: SweepConfiguration) -> MethodCost { MethodCost() }
}

/// What a method has learned on one fold so far.
///
/// `UnitRun` takes its steps one after the other and writes checkpoints between them. A step or an epoch's end that
/// throws what a boundary threw must leave the state as it was, because that is kept and resumed.
public protocol FittedMethod {
  /// The epochs and steps that fitting takes; at least one of each.
  var schedule: TrainingSchedule { get }

  /// Why the clips of the next step cannot be loaded, where they are loaded ahead of time.
  var loadingFault: Fault? { get }

  /// Takes one step.
  ///
  /// - Parameter number: from 0, over all epochs.
  mutating func step(_ number: Int) throws -> StepReport

  /// Ends an epoch, after its last step.
  ///
  /// - Parameter index: from 0, in the schedule.
  /// - Returns: its line of `metrics.jsonl`; nil where the schedule says that epochs leave none.
  mutating func endEpoch(_ index: Int) throws -> EpochRecord?

  /// All that fitting carries from one step to the next; what a checkpoint holds. Its tensors may be the live ones.
  ///
  /// - Throws: a `Fault` when a number of it cannot be written.
  func state() throws -> MethodState

  /// Becomes what a checkpoint holds; afterwards fitting goes on to the same bits.
  ///
  /// - Parameters:
  ///   - steps: taken when the state was written.
  ///   - path: the checkpoint's, for messages.
  /// - Throws: a `Fault`, before anything is changed, when the state cannot be that of this method on these clips.
  mutating func restore(_ state: MethodState, steps: Int, from path: String) throws

  /// Predicts the fold's test clips, after the last step, and measures what the method can measure of itself.
  ///
  /// - Throws: what `fold.group.boundary` throws.
  mutating func evaluate() throws -> MethodScores

  /// The files that the unit leaves; the last is the one that predicting needs.
  var models: [ModelFile] { get }
}

extension FittedMethod {
  public var loadingFault: Fault? { nil }
  public mutating func endEpoch(_ index: Int) throws -> EpochRecord? { nil }
}

/// What one step did.
public struct StepReport {
  /// Clips that it trained on.
  public var clips: Int
  /// The total loss, mean over the clips that the epoch has seen; nil where there is none.
  public var loss: Double?

  public init(clips: Int, loss: Double? = nil) { (self.clips, self.loss) = (clips, loss) }
}

/// What a fitted method says of a fold's test clips, on every rank; the probes are measured on the first rank alone.
public struct MethodScores {
  /// One row per clip, one probability per class; the greatest, the first of equals, is the prediction.
  public var probabilities: [[Float]]
  /// How well a linear probe finds the subject in the motion features, and in the identity features.
  public var motionProbe, identityProbe: IdentityProbe?
  /// How alike the attention maps of a clip's frames are, mean over the clips.
  public var attention: AttentionSimilarity?
  /// The mean attention map of each frame, `[frames][positions]`.
  public var attentionMaps: [[Float]]?

  public init(probabilities: [[Float]]) { self.probabilities = probabilities }
}

/// A file that a unit leaves: tensors, and texts about them.
public struct ModelFile {
  /// Without `.safetensors`.
  public var name: String
  public var contents: [SafeTensors.Content]
  public var metadata: [String: String]

  public init(_ name: String, _ contents: [SafeTensors.Content], metadata: [String: String]) {
    (self.name, self.contents, self.metadata) = (name, contents, metadata)
  }

  /// The file of a method that is one set of tensors, `model.safetensors`.
  init(_ tensors: [(name: String, tensor: Tensor)], method: String, classes: [String]) {
    self.init(
      "model",
      tensors.map { SafeTensors.Content($0.name, shape: $0.tensor.shape, floats: $0.tensor.elements) },
      metadata: ["method": method, "classes": JSONNode.list(classes.map { .string($0) }).canonicalText()])
  }
}
