import Foundation

/// A process as others on its machine can recognise it.
public struct ProcessIdentity: Codable, Equatable, Sendable {
  /// What tells machines apart, also containers of one machine: names of hosts may repeat.
  public var machine: String
  public var number: Int32
  /// In ticks since the machine started, so that a number that is used again is not taken for the same process.
  public var start: String

  public static func own() -> ProcessIdentity {
    let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    let space = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
    let machine = [boot?.trimmingCharacters(in: .whitespacesAndNewlines), space].compactMap(\.self)
    let number = getpid()
    return ProcessIdentity(
      machine: machine.count == 2 ? machine.joined(separator: " ") : "", number: number,
      start: status(of: number)?.start ?? "")
  }

  /// Whether this process, of the same machine as `other`, is surely gone.
  public func isGone(seenFrom other: ProcessIdentity) -> Bool {
    guard !machine.isEmpty, machine == other.machine, !start.isEmpty else { return false }
    guard let status = ProcessIdentity.status(of: number) else { return true }
    return status.start != start || ["Z", "X"].contains(status.state)
  }

  /// Ends the process where it is one of this machine and still the same.
  func kill(seenFrom other: ProcessIdentity) {
    guard machine == other.machine, !isGone(seenFrom: other), number > 1 else { return }
    Foundation.kill(number, SIGKILL)
  }

  /// State and start of a process; nil when there is none.
  private static func status(of number: Int32) -> (state: String, start: String)? {
    guard let text = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8),
      let name = text.lastIndex(of: ")")
    else { return nil }
    // proc(5): the fields behind the name begin with the third, the state; the 22nd is the start.
    let fields = text[text.index(after: name)...].split(separator: " ")
    return fields.count > 19 ? (String(fields[0]), String(fields[19])) : nil
  }
}
