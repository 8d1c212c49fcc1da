import Core
import Foundation

/// What one rank alone may find wrong, all ranks have to know before they next wait for each other.
extension Communicator {
  /// Does something on every rank; where it fails on one, it fails on all of them at once.
  ///
  /// - Parameter body: what it throws beside a `Fault` or `Faults` must be thrown on all ranks alike.
  /// - Throws: what the lowest rank that failed threw, with its host where there are several ranks.
  func onEveryRank<Result>(_ body: () throws -> Result) throws -> Result {
    var (result, own): (Result?, Refusal?) = (nil, nil)
    do {
      result = try body()
    } catch {
      own = try Refusal(error)
    }
    if size > 1 { own?.add(host: ProcessInfo.processInfo.hostName) }
    try agree(on: own)
    guard let result else { throw Fault(at: "rank \(rank)", "failed and did not say why") }
    return result
  }

  /// Does something on rank 0; a `Fault` or `Faults` there are thrown on all ranks.
  func onFirstRank(_ body: () throws -> Void) throws {
    var own: Refusal?
    if rank == 0 {
      do { try body() } catch { own = try Refusal(error) }
    }
    let said = try broadcastText(try own?.text() ?? "")
    if !said.isEmpty { throw try Refusal(parsing: said).error }
  }

  /// Throws the first refusal, in rank order, on all ranks; nothing where there is none.
  private func agree(on own: Refusal?) throws {
    guard let first = try gatherTexts(try own?.text() ?? "").first(where: { !$0.isEmpty }) else { return }
    throw try Refusal(parsing: first).error
  }
}

/// One or several faults on their way to other ranks.
private struct Refusal: Codable {
  private var places, problems: [String]
  /// Whether they were thrown as `Faults`.
  private var isList: Bool

  /// - Throws: the error itself where it is neither `Fault` nor `Faults`.
  init(_ error: any Error) throws {
    let faults: [Fault]
    switch error {
    case let fault as Fault: (faults, isList) = ([fault], false)
    case let list as Faults: (faults, isList) = (list.faults, true)
    default: throw error
    }
    (places, problems) = (faults.map(\.place), faults.map(\.problem))
  }

  init(parsing text: String) throws { self = try JSONDecoder().decode(Refusal.self, from: Data(text.utf8)) }

  func text() throws -> String { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }

  mutating func add(host: String) { problems = problems.map { "\($0) (on \(host))" } }

  var error: any Error {
    let faults = zip(places, problems).map { Fault(at: $0, $1) }
    return isList || faults.count != 1 ? Faults(faults) : faults[0]
  }
}
