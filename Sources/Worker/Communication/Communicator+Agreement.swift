import Core
import Foundation

/// Agreement on errors: an error that only one rank finds must be known to all ranks before they next wait for each
/// other.
extension Communicator {
  /// Runs `body` on every rank; if it fails on one, it fails on all.
  ///
  /// - Parameter body: errors other than `Fault` and `Faults` must be thrown on all ranks.
  /// - Throws: the error of the lowest rank that failed, with its host where there are several ranks.
  public func onEveryRank<Result>(_ body: () throws -> Result) throws -> Result {
    var (result, own): (Result?, Failure?) = (nil, nil)
    do {
      result = try body()
    } catch {
      own = try Failure(error)
    }
    if size > 1 { own?.add(host: ProcessInfo.processInfo.hostName) }
    try agree(on: own)
    guard let result else { throw Fault(at: "rank \(rank)", "failed without an error message") }
    return result
  }

  /// Runs `body` on rank 0; its `Fault` or `Faults` are thrown on all ranks.
  func onFirstRank(_ body: () throws -> Void) throws {
    var own: Failure?
    if rank == 0 {
      do { try body() } catch { own = try Failure(error) }
    }
    let received = try broadcastText(try own?.text() ?? "")
    if !received.isEmpty { throw try Failure(parsing: received).error }
  }

  /// Throws the first failure, in rank order, on all ranks, if there is one.
  private func agree(on own: Failure?) throws {
    guard let first = try gatherTexts(try own?.text() ?? "").first(where: { !$0.isEmpty }) else { return }
    throw try Failure(parsing: first).error
  }
}

/// One or several faults as they are sent to other ranks.
private struct Failure: Codable {
  private var locations, problems: [String]
  /// Whether they were thrown as `Faults`.
  private var isList: Bool

  /// - Throws: the error itself if it is neither `Fault` nor `Faults`.
  init(_ error: any Error) throws {
    let faults: [Fault]
    switch error {
    case let fault as Fault: (faults, isList) = ([fault], false)
    case let list as Faults: (faults, isList) = (list.faults, true)
    default: throw error
    }
    (locations, problems) = (faults.map(\.location), faults.map(\.problem))
  }

  init(parsing text: String) throws { self = try JSONDecoder().decode(Failure.self, from: Data(text.utf8)) }

  func text() throws -> String { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }

  mutating func add(host: String) { problems = problems.map { "\($0) (on \(host))" } }

  var error: any Error {
    let faults = zip(locations, problems).map { Fault(at: $0, $1) }
    return isList || faults.count != 1 ? Faults(faults) : faults[0]
  }
}
