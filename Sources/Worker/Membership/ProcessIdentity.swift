import Foundation

/// Identifies a process for other processes of its machine.
public struct ProcessIdentity: Codable, Equatable, Sendable {
  /// Identifies the machine, and the container on it; host names may not be unique.
  public var machine: String
  public var number: Int32
  /// The process's start, in ticks since the machine started: a later process with the same number has another start.
  public var start: String

  public static func own() -> ProcessIdentity { of(getpid()) }

  /// The process with this number on this machine.
  static func of(_ number: Int32) -> ProcessIdentity {
    let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    let space = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
    let machine = [boot?.trimmingCharacters(in: .whitespacesAndNewlines), space].compactMap(\.self)
    return ProcessIdentity(
      machine: machine.count == 2 ? machine.joined(separator: " ") : "", number: number,
      start: status(of: number)?.start ?? "")
  }

  /// Whether this process is on the same machine as `other` and no longer exists.
  public func isGone(seenFrom other: ProcessIdentity) -> Bool {
    guard !machine.isEmpty, machine == other.machine, !start.isEmpty else { return false }
    guard let status = ProcessIdentity.status(of: number) else { return true }
    return status.start != start || ["Z", "X"].contains(status.state)
  }

  /// Kills the process, if it is on this machine and still exists.
  func kill(seenFrom other: ProcessIdentity) {
    guard machine == other.machine, !isGone(seenFrom: other), number > 1 else { return }
    Foundation.kill(number, SIGKILL)
  }

  /// Lets the process run on, if it is on this machine and stopped by a signal.
  func resume(seenFrom other: ProcessIdentity) {
    guard machine == other.machine, !isGone(seenFrom: other), number > 1,
      ProcessIdentity.status(of: number)?.state == "T"
    else { return }
    Foundation.kill(number, SIGCONT)
  }

  /// State and start of a process; nil when there is none.
  private static func status(of number: Int32) -> (state: String, start: String)? {
    guard let text = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8),
      let name = text.lastIndex(of: ")")
    else { return nil }
    // proc(5): the first field after the name is the third, the state; the 22nd is the start.
    let fields = text[text.index(after: name)...].split(separator: " ")
    return fields.count > 19 ? (String(fields[0]), String(fields[19])) : nil
  }
}
