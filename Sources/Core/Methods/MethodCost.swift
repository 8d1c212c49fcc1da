/// The cost of fitting and storing a method, as far as it can be calculated from the configuration.
public struct MethodCost {
  /// Epochs of one network, one after the other.
  public struct Part {
    /// The network that is trained; nil for one that is neither MENet nor IDNet.
    public var network: RecognitionNetwork.Branch?
    public var epochs: Int
    /// Multiplications with additions for one clip in one step.
    public var perClip: Double
    /// Those of them that IDNet does, which has a speed of its own.
    public var perClipOfIdentity = 0.0
    /// Those for one test clip in one epoch, on average: not every epoch is tested.
    public var perTestClip = 0.0
    /// Floats of the outputs of all convolutions for one clip, of a network that is neither MENet nor IDNet.
    public var maps = 0.0
    /// Seconds of one core for one clip in one step, of a network so small that it is not as fast as MENet's steps; nil
    /// where its multiplications say how long it takes.
    public var seconds: Double?

    public init(network: RecognitionNetwork.Branch, epochs: Int, perClip: Double) {
      (self.network, self.epochs, self.perClip) = (network, epochs, perClip)
    }

    /// Epochs of another network.
    init(epochs: Int, perClip: Double, maps: Double, seconds: Double? = nil) {
      (self.epochs, self.perClip, self.maps, self.seconds) = (epochs, perClip, maps, seconds)
    }

    /// Multiplications with additions of one epoch: for a part whose seconds were measured, as many as MENet's steps do
    /// in the same time.
    ///
    /// - Parameter speed: of one core in MENet's steps, multiplications with additions per second.
    public func epoch(_ clips: ClipCounts, speed: Double = MethodCost.assumedSpeed) -> Double {
      guard let seconds else { return Double(clips.training) * perClip + Double(clips.test) * perTestClip }
      return Double(clips.training) * seconds * speed
    }
  }

  /// How many clips a unit trains on, and how many it tests.
  public struct ClipCounts: Equatable, Sendable {
    public var training, test: Int
    /// The clips of their store.
    public var size: ClipSize

    public init(training: Int, test: Int, size: ClipSize = ClipSize()) {
      (self.training, self.test, self.size) = (training, test, size)
    }
  }

  /// What follows the last epoch, for one training clip and for one test clip: multiplications with additions.
  public struct Ending: Equatable, Sendable {
    public var perClip = 0.0, perTestClip = 0.0
  }

  /// Multiplications with additions per second of one core in MENet's steps, where nothing else is known: half of what
  /// two cores with AVX-512 were measured at.
  public static let assumedSpeed = 50e9

  /// The parts in their order; empty for methods without a network.
  public var parts: [Part]
  /// What was measured in seconds; nil where multiplications say how long it takes.
  public var measured: MeasuredCost?
  /// Whether the work can be calculated beforehand.
  public var isKnown: Bool { !parts.isEmpty || measured != nil }
  /// Bytes of a unit's model files; about 1 MiB where they cannot be calculated.
  public var modelBytes: Double
  /// What decides a rank's memory, for a method with a network of its own that trains on all frames of a batch at once,
  /// or with none; nil where it is not known, or that of MENet and IDNet.
  public var memory: Memory?

  /// A network and its input, and what is kept of all clips.
  public struct Memory: Equatable, Sendable {
    /// Of no layers for a method without a network.
    public var network = NetworkCost()
    /// Floats of one clip in a batch.
    public var input = 0.0
    /// Floats of the features of one clip of the store.
    public var features = 0.0
  }

  /// The predictions and features that the unit is scored by.
  public var ending = Ending()

  public init(parts: [Part] = [], modelBytes: Double = 0x1p20) { (self.parts, self.modelBytes) = (parts, modelBytes) }

  /// Multiplications with additions of all epochs of which no seconds were measured.
  ///
  /// - Parameter identitySpeed: of IDNet's steps, compared with MENet's: its work counts as what MENet does in the same
  ///   time.
  public func total(_ clips: ClipCounts, identitySpeed: Double = 1) -> Double {
    parts.reduce(0) { sum, part in
      guard part.seconds == nil else { return sum }
      let added = Double(clips.training) * part.perClipOfIdentity * (1 / identitySpeed - 1)
      return sum + Double(max(0, part.epochs)) * (part.epoch(clips) + added)
    }
  }

  /// Those after the last epoch.
  public func ending(_ clips: ClipCounts) -> Double {
    Double(clips.training) * ending.perClip + Double(clips.test) * ending.perTestClip
  }

  /// Seconds of a rank for everything of which seconds were measured, but for the features of clips.
  ///
  /// - Parameter cores: of the rank; some fits use only one.
  public func seconds(_ clips: ClipCounts, cores: Int = 1) -> Double {
    let steps = parts.reduce(0.0) { sum, part in
      sum + (part.seconds.map { Double(max(0, part.epochs)) * Double(clips.training) * $0 } ?? 0)
    }
    return steps / Double(cores) + (measured?.seconds(clips, cores: cores) ?? 0)
  }

  /// Seconds of one core for the features of all clips; 0 where the method computes none.
  public func featureSeconds(_ clips: ClipCounts) -> Double {
    Double(clips.training + clips.test) * (measured?.features?.seconds(clips.size) ?? 0)
  }
}
