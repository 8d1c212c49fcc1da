import Core
import Foundation

/// The ranks that work together after a loss: `session-N.json`, written once by the rank that detected the loss first.
public struct Session: Codable, Equatable, Sendable {
  /// 0 is the start, before any loss.
  public var number: Int
  /// World ranks, ascending.
  public var members: [Int]
  /// Members of the session before that are not members of this one.
  public var lost: [Loss] = []

  /// A rank that was given up.
  public struct Loss: Codable, Equatable, Sendable {
    public var rank: Int
    public var host: String
    /// Nil where it never wrote a heartbeat.
    var process: ProcessIdentity?
    /// What it was doing, according to its last heartbeat.
    public var activity: Activity
    /// How the loss was detected, for example `its process is gone`.
    public var reason: String

    /// Whether the rank had not ended normally.
    public var isUnexpected: Bool { reason != Loss.hadEnded }
    static let hadEnded = "it had ended"
  }

  public init(number: Int, members: [Int], lost: [Loss] = []) {
    (self.number, self.members, self.lost) = (number, members, lost)
  }

  /// The rank that assigns the units.
  public var coordinator: Int { members.first ?? 0 }

  /// Whether the job ends: no rank continues.
  var isOver: Bool { members.isEmpty }

  /// The losses in one line.
  var reason: String {
    lost.map { "rank \($0.rank) on \($0.host) was lost (\($0.reason)) at \($0.activity.description)" }
      .joined(separator: "; ")
  }
}

/// What the main thread of a rank is doing, so that other ranks can report which rank is missing and where it is.
public struct Activity: Codable, Equatable, Sendable {
  /// The unit's description; nil without a unit.
  public var unit: String?
  public var stage: Int?
  /// Steps of the unit that are done.
  public var step = 0
  /// The message context of the group, and the number of exchanges begun in it.
  public var context = 0
  public var exchanges = 0
  /// Incremented whenever the main thread checks for messages: while it does not change, the thread is busy or hangs.
  public var ticks = 0

  public init() {}

  /// `casme2 fold 0, full, seed 2022, stage 1, after step 12`.
  public var description: String {
    let stage = stage.map { ", stage \($0)" } ?? ""
    return unit.map { "\($0)\(stage), after step \(step)" } ?? "no unit"
  }
}

/// The sessions of one job, in its directory.
struct SessionFiles: Sendable {
  let directory: String

  func path(_ number: Int) -> String { "\(directory)/session-\(number).json" }

  /// The session with this number; nil before it is written.
  func read(_ number: Int) -> Session? {
    // Opening the folder makes a network file system ask for new names, instead of remembering that there were none.
    let folder = open(directory, O_RDONLY | O_CLOEXEC)
    if folder >= 0 { close(folder) }
    guard let data = FileManager.default.contents(atPath: path(number)) else { return nil }
    return try? JSONDecoder().decode(Session.self, from: data)
  }

  /// Writes a session. Nothing happens when another rank has already written one with this number.
  ///
  /// - Throws: a `Fault` when it cannot be written.
  func publish(_ session: Session) throws {
    let data = try JSONEncoder().encode(session)
    let temporary = "\(directory)/.session-\(session.number)-\(UUID().uuidString)"
    try AtomicFile.write(data, to: temporary)
    defer { unlink(temporary) }
    // A link, unlike a rename, never replaces an existing file.
    if link(temporary, path(session.number)) != 0, errno != EEXIST {
      throw Fault(at: path(session.number), "cannot be written: \(String(cString: strerror(errno)))")
    }
  }
}

/// Losses that end a job, as its ranks recorded them in its directory: `loss-RANK.json`.
public struct LossFiles: Sendable {
  let directory: String

  public init(directory: String) { self.directory = directory }

  func note(_ loss: Session.Loss) throws {
    try AtomicFile.write(JSONEncoder().encode(loss), to: "\(directory)/loss-\(loss.rank).json")
  }

  public func all() -> [Session.Loss] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return names.filter { $0.hasPrefix("loss-") }.compactMap { name in
      FileManager.default.contents(atPath: "\(directory)/\(name)").flatMap {
        try? JSONDecoder().decode(Session.Loss.self, from: $0)
      }
    }
  }
}
