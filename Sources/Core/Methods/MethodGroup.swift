/// The ranks that fit a method together: what the method can ask of them.
public protocol MethodGroup: AnyObject {
  /// Sums and rows over the ranks, for `Lanes` and `FeatureStore`.
  var exchange: any LaneExchange { get }

  /// Runs `body` on every rank; if it fails on one, it fails on all. All ranks call it.
  ///
  /// - Parameter body: errors other than `Fault` and `Faults` must be thrown on all ranks.
  /// - Throws: the error of the lowest rank that failed.
  func onEveryRank<Result>(_ body: () throws -> Result) throws -> Result

  /// Answers messages of other groups, and agrees with the ranks of this group whether to stop training the unit. All
  /// ranks call it between two batches or clips, about every second.
  ///
  /// - Parameter fault: why this rank cannot load the next batch; it is thrown on all ranks.
  /// - Throws: an error that ends or pauses the unit; a method must pass it on.
  func boundary(loading fault: Fault?) throws
}

extension MethodGroup {
  /// A boundary without clips that are loaded ahead.
  public func boundary() throws { try boundary(loading: nil) }
}

/// A group of one rank, without other groups.
public final class SoleMethodGroup: MethodGroup {
  public let exchange: any LaneExchange = SoleRank()

  public init() {}

  public func onEveryRank<Result>(_ body: () throws -> Result) throws -> Result { try body() }

  public func boundary(loading fault: Fault?) throws {
    if let fault { throw fault }
  }
}
