/// What fitting and keeping a method costs, as far as that can be calculated from the configuration.
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

  /// In their order; empty for methods whose time nobody can tell beforehand.
  public var parts: [Part]
  /// Bytes of the files that a unit leaves; about a mebibyte where nobody can tell.
  public var modelBytes: Double

  public init(parts: [Part] = [], modelBytes: Double = 0x1p20) { (self.parts, self.modelBytes) = (parts, modelBytes) }

  /// Multiplications with additions of all epochs.
  ///
  /// - Parameter clips: that the unit is trained on.
  public func total(clips: Int) -> Double {
    parts.reduce(0) { $0 + Double(max(0, $1.epochs) * clips) * $1.perClip }
  }
}
