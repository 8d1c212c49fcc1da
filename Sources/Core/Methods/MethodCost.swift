/// The cost of fitting and storing a method, as far as it can be calculated from the configuration.
public struct MethodCost {
  /// Epochs of one network, one after the other.
  public struct Part {
    /// The network that is trained; nil for one that is neither MENet nor IDNet.
    public var network: RecognitionNetwork.Branch?
    public var epochs: Int
    /// Multiplications with additions for one clip in one step.
    public var perClip: Double
    /// Those for one test clip in one epoch, on average: not every epoch is tested.
    public var perTestClip = 0.0
    /// Floats of the outputs of all convolutions for one clip, of a network that is neither MENet nor IDNet.
    public var maps = 0.0

    public init(network: RecognitionNetwork.Branch, epochs: Int, perClip: Double) {
      (self.network, self.epochs, self.perClip) = (network, epochs, perClip)
    }

    /// Epochs of another network.
    init(epochs: Int, perClip: Double, maps: Double) {
      (self.epochs, self.perClip, self.maps) = (epochs, perClip, maps)
    }

    /// Multiplications with additions of one epoch.
    public func epoch(_ clips: ClipCounts) -> Double {
      Double(clips.training) * perClip + Double(clips.test) * perTestClip
    }
  }

  /// How many clips a unit trains on, and how many it tests.
  public struct ClipCounts: Equatable, Sendable {
    public var training, test: Int

    public init(training: Int, test: Int) { (self.training, self.test) = (training, test) }
  }

  /// What follows the last epoch, for one training clip and for one test clip: multiplications with additions.
  public struct Ending: Equatable, Sendable {
    public var perClip = 0.0, perTestClip = 0.0
  }

  /// The parts in their order; empty for methods whose work cannot be calculated beforehand.
  public var parts: [Part]
  /// Whether the work can be calculated beforehand.
  public var isKnown: Bool { !parts.isEmpty }
  /// Bytes of a unit's model files; about 1 MiB where they cannot be calculated.
  public var modelBytes: Double
  /// What decides a rank's memory, for a method with a network of its own that trains on all frames of a batch at once;
  /// nil where it is not known, or that of MENet and IDNet.
  public var memory: Memory?

  /// A network and its input.
  public struct Memory: Equatable, Sendable {
    public var network: NetworkCost
    /// Channels after the first convolution.
    public var width: Int
    /// Floats of one clip.
    public var input: Double
  }

  /// The predictions and features that the unit is scored by.
  public var ending = Ending()

  public init(parts: [Part] = [], modelBytes: Double = 0x1p20) { (self.parts, self.modelBytes) = (parts, modelBytes) }

  /// Multiplications with additions of all epochs.
  public func total(_ clips: ClipCounts) -> Double {
    parts.reduce(0) { $0 + Double(max(0, $1.epochs)) * $1.epoch(clips) }
  }

  /// Those after the last epoch.
  public func ending(_ clips: ClipCounts) -> Double {
    Double(clips.training) * ending.perClip + Double(clips.test) * ending.perTestClip
  }
}
