/// The cost of fitting and storing a method, as far as it can be calculated from the configuration.
public struct MethodCost {
  /// Epochs of one network, one after the other.
  public struct Part {
    /// The network that is trained.
    public var network: RecognitionNetwork.Branch
    public var epochs: Int
    /// Multiplications with additions for one clip in one step.
    public var perClip: Double

    public init(network: RecognitionNetwork.Branch, epochs: Int, perClip: Double) {
      (self.network, self.epochs, self.perClip) = (network, epochs, perClip)
    }
  }

  /// The parts in their order; empty for methods whose work cannot be calculated beforehand.
  public var parts: [Part]
  /// Whether the work can be calculated beforehand.
  public var isKnown: Bool { !parts.isEmpty }
  /// Bytes of a unit's model files; about 1 MiB where they cannot be calculated.
  public var modelBytes: Double

  public init(parts: [Part] = [], modelBytes: Double = 0x1p20) { (self.parts, self.modelBytes) = (parts, modelBytes) }

  /// Multiplications with additions of all epochs.
  ///
  /// - Parameter clips: number of clips that the unit is trained on.
  public func total(clips: Int) -> Double {
    parts.reduce(0) { $0 + Double(max(0, $1.epochs) * clips) * $1.perClip }
  }
}
