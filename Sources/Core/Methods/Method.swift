/// A method that is trained and compared: it is fitted on a fold's training clips and predicts the emotions of its test
/// clips.
///
/// To add a method, write one file with such a type and add one line to `Catalogue.methods`. All ranks of a group run
/// the same code on the same clips. Results must not depend on the number of ranks and threads: use `Lanes` and
/// `FeatureStore`, which distribute work over both.
public protocol Method: Sendable {
  /// The description that `microfold methods` prints.
  var about: MethodDescription { get }

  /// All names that a unit of this method may have; most methods have only one.
  var variants: [Variant] { get }

  /// The variants that a sweep compares.
  func variants(in configuration: SweepConfiguration) -> [Variant]

  /// Whether training clips are held out to choose an epoch.
  func selection(_ training: SweepConfiguration.Training) -> SweepConfiguration.Selection

  /// What it looks at besides the frames as recorded; it is computed once for all folds.
  func derived(_ configuration: SweepConfiguration) -> [DerivedContent]

  /// What trains on other clips before the folds, which start from its networks, where the sweep file has
  /// `pretraining`; nil where it always starts from its own weights.
  var pretraining: (any Method)? { get }

  /// Reads the weights that the sweep file names for it, so that a bad file is found before training.
  ///
  /// - Throws: a `Fault` or `Faults` saying what is wrong with them.
  func checkStart(_ configuration: SweepConfiguration) throws

  /// The cost of fitting and storing it, as far as that can be calculated.
  func cost(of variant: Variant, _ configuration: SweepConfiguration) -> MethodCost

  /// The settings on which the tensors of its `model.safetensors` depend.
  ///
  /// - Throws: a `Fault` when the file does not fit the method.
  func settings(of model: SafeTensors, _ description: ModelDescription) throws -> SweepConfiguration

  /// Begins to fit the method on a fold's training clips; no step is taken yet. If it fails on one rank, `UnitRun` lets
  /// it fail on all.
  ///
  /// - Throws: a `Fault` when it cannot be fitted on them, and errors of `fold.group.boundary`.
  func begin(_ fold: MethodFold) throws -> any FittedMethod
}

extension Method {
  /// Only the method's own name.
  public var variants: [Variant] { [Variant(about.name)] }
  /// All variants.
  public func variants(in configuration: SweepConfiguration) -> [Variant] { variants }
  /// The last epoch; no clips are held out.
  public func selection(_ training: SweepConfiguration.Training) -> SweepConfiguration.Selection { .last }
  /// Frames, registered if the sweep file says so.
  public func derived(_ configuration: SweepConfiguration) -> [DerivedContent] {
    DerivedContent(.frames, configuration.registration).map { [$0] } ?? []
  }
  /// Nothing.
  public var pretraining: (any Method)? { nil }
  /// No weights are named.
  public func checkStart(_ configuration: SweepConfiguration) throws {}
  /// None.
  public func settings(of model: SafeTensors, _ description: ModelDescription) throws -> SweepConfiguration {
    SweepConfiguration()
  }
  /// Not known beforehand.
  public func cost(of variant: Variant, _ configuration: SweepConfiguration) -> MethodCost { MethodCost() }
}

/// A method that is being fitted on one fold, with all that it has learned so far.
///
/// `UnitRun` takes its steps one after the other and writes checkpoints between them. If a boundary throws within a
/// step or at the end of an epoch, the method's state must be the one before it, because it is written to a checkpoint.
public protocol FittedMethod {
  /// The epochs and steps that fitting takes; at least one of each.
  var schedule: TrainingSchedule { get }

  /// Why the clips of the next step cannot be loaded, if they are loaded ahead of time.
  var loadingFault: Fault? { get }

  /// Takes one step.
  ///
  /// - Parameter number: from 0, over all epochs.
  mutating func step(_ number: Int) throws -> StepReport

  /// Ends an epoch, after its last step.
  ///
  /// - Parameter index: from 0, in the schedule.
  /// - Returns: its line of `metrics.jsonl`; nil where the schedule has no records.
  mutating func endEpoch(_ index: Int) throws -> EpochRecord?

  /// Everything that fitting carries from one step to the next: the content of a checkpoint. The tensors may be those
  /// in use.
  ///
  /// - Throws: a `Fault` when a number of it cannot be written.
  func state() throws -> MethodState

  /// Restores the state of a checkpoint; fitting then continues to the same bits.
  ///
  /// - Parameters:
  ///   - steps: number of steps taken when the state was written.
  ///   - path: the checkpoint's, for messages.
  /// - Throws: a `Fault`, before anything is changed, when the state does not belong to this method on these clips.
  mutating func restore(_ state: MethodState, steps: Int, from path: String) throws

  /// Predicts the fold's test clips, after the last step, and takes the method's other measurements.
  ///
  /// - Throws: errors of `fold.group.boundary`.
  mutating func evaluate() throws -> MethodScores

  /// The model files of the unit; predicting needs the last one.
  var models: [ModelFile] { get }

  /// Takes what was learned from the method's `model.safetensors`, instead of being fitted.
  ///
  /// - Throws: a `Fault` when the file does not fit, or the method has no such file.
  mutating func load(_ model: SafeTensors) throws
}

extension FittedMethod {
  /// Nothing is loaded ahead of time.
  public var loadingFault: Fault? { nil }
  /// Epochs have no records.
  public mutating func endEpoch(_ index: Int) throws -> EpochRecord? { nil }
  /// It has no such file.
  public mutating func load(_ model: SafeTensors) throws {
    throw Fault(at: model.path, "is of a method that cannot predict from a file")
  }
}

/// The report of one step.
public struct StepReport {
  /// Number of clips that it trained on.
  public var clips: Int
  /// The total loss, mean over the epoch's clips so far; nil where there is none.
  public var loss: Double?

  public init(clips: Int, loss: Double? = nil) { (self.clips, self.loss) = (clips, loss) }
}

/// The predictions and measurements of a fitted method on a fold's test clips, on every rank; the probes are measured
/// only on the first rank.
public struct MethodScores {
  /// One row per clip, one probability per class. The class with the greatest one is the prediction; of equal ones, the
  /// first.
  public var probabilities: [[Float]]
  /// How well a linear and a non-linear classifier name the subject.
  public var linearProbes, nonlinearProbes: IdentityProbes?
  /// The similarity of the attention maps of a clip's frames, mean over the clips.
  public var attention: AttentionSimilarity?
  /// The mean attention map of each frame, `[frames][positions]`.
  public var attentionMaps: [[Float]]?
  /// For a program that was run twice with the same file, the largest difference of a probability; else nil.
  public var repeatDifference: Float?

  public init(probabilities: [[Float]]) { self.probabilities = probabilities }
}

/// A model file of a unit: tensors and metadata.
public struct ModelFile {
  /// The file's name without `.safetensors`.
  public var name: String
  /// The tensors, in the order of the file.
  public var contents: [SafeTensors.Content]
  /// Texts about them, by key.
  public var metadata: [String: String]

  public init(_ name: String, _ contents: [SafeTensors.Content], metadata: [String: String]) {
    (self.name, self.contents, self.metadata) = (name, contents, metadata)
  }

  /// The file of a method with one set of tensors, `model.safetensors`; `MethodModel` predicts with it.
  init(_ tensors: [(name: String, tensor: Tensor)], method: String, _ fold: MethodFold) {
    self.init(
      "model",
      tensors.map { SafeTensors.Content($0.name, shape: $0.tensor.shape, floats: $0.tensor.elements) },
      metadata: ModelDescription(method: method, fold).metadata)
  }
}
