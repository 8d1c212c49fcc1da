/// The ranks that fit a method together, as the method sees them.
public protocol MethodGroup: AnyObject {
  /// Sums and rows over the ranks, for `Lanes` and `FeatureStore`.
  var exchange: any LaneExchange { get }

  /// Does something on every rank; where it fails on one, it fails on all of them. All ranks call it.
  ///
  /// - Parameter body: what it throws besides a `Fault` or `Faults` must be thrown on all ranks alike.
  /// - Throws: what the first rank that failed threw.
  func onEveryRank<Result>(_ body: () throws -> Result) throws -> Result

  /// Serves other groups and agrees with the ranks of this one whether to leave the unit. All ranks call it between two
  /// batches or clips, about every second.
  ///
  /// - Parameter fault: why this rank cannot load the next batch; it is thrown on all ranks.
  /// - Throws: what ends the unit for now; a method passes it on.
  func boundary(loading fault: Fault?) throws
}

extension MethodGroup {
  /// A boundary where nothing is being loaded.
  public func boundary() throws { try boundary(loading: nil) }
}

/// One rank that serves nobody.
public final class SoleMethodGroup: MethodGroup {
  public let exchange: any LaneExchange = SoleRank()

  public init() {}

  public func onEveryRank<Result>(_ body: () throws -> Result) throws -> Result { try body() }

  public func boundary(loading fault: Fault?) throws {
    if let fault { throw fault }
  }
}
