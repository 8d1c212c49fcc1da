/// An error in the user's input: where it is, what is there, and what would be right.
///
/// A fault is printed by rank 0 as one line, `location: problem`, and ends the program with a non-zero status.
public struct Fault: Error, Equatable, CustomStringConvertible, Sendable {
  /// Where: a file, a key of the sweep file (`training.batch`), a tensor, an option.
  public var location: String
  /// What is wrong, and what to do.
  public var problem: String

  public init(at location: String, _ problem: String) {
    self.location = location
    self.problem = problem
  }

  public var description: String { "\(location): \(problem)" }
}

/// All faults of one file, which are collected and thrown together.
public struct Faults: Error, Equatable, CustomStringConvertible, Sendable {
  public var faults: [Fault]

  public init(_ faults: [Fault]) { self.faults = faults }

  public var description: String { faults.map(\.description).joined(separator: "\n") }
}
