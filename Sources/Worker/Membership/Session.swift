import Core
import Foundation

/// Which ranks work together from some loss on: `session-N.json`, written once by whoever noticed the loss first.
public struct Session: Codable, Equatable, Sendable {
  /// 0 is the start, before anybody was lost.
  public var number: Int
  /// World ranks, ascending.
  public var members: [Int]
  /// Who was of the session before and is not of this one.
  public var lost: [Loss] = []

  /// A rank that is given up.
  public struct Loss: Codable, Equatable, Sendable {
    public var rank: Int
    public var host: String
    /// Nil where it never gave a sign of life.
    var process: ProcessIdentity?
    /// What it was at, as far as it said.
    public var activity: Activity
    /// How it showed: `its process is gone`.
    public var reason: String

    /// Whether it was not meant to be gone.
    public var isUntimely: Bool { reason != Loss.hadEnded }
    static let hadEnded = "it had ended"
  }

  public init(number: Int, members: [Int], lost: [Loss] = []) {
    (self.number, self.members, self.lost) = (number, members, lost)
  }

  /// The rank that hands out the work.
  public var coordinator: Int { members.first ?? 0 }

  /// Whether the job is over: nobody is to go on.
  var isOver: Bool { members.isEmpty }

  /// Who was lost, in a line.
  var reason: String {
    lost.map { "rank \($0.rank) on \($0.host) was lost (\($0.reason)) at \($0.activity.description)" }
      .joined(separator: "; ")
  }
}

/// What the main thread of a rank is at, so that others can say who is missing and where.
public struct Activity: Codable, Equatable, Sendable {
  /// As people read it; nil without one.
  public var unit: String?
  public var stage: Int?
  /// Steps of the unit that are done.
  public var step = 0
  /// The group's messages, and how many exchanges it has begun with them.
  public var context = 0
  public var exchanges = 0
  /// Goes up whenever the main thread looks for messages: where it stands still, the thread is busy or hangs.
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

  /// The session of this number, where it was written.
  func read(_ number: Int) -> Session? {
    // Opening the folder makes a network file system look for new names instead of remembering that there were none.
    let folder = open(directory, O_RDONLY | O_CLOEXEC)
    if folder >= 0 { close(folder) }
    guard let data = FileManager.default.contents(atPath: path(number)) else { return nil }
    return try? JSONDecoder().decode(Session.self, from: data)
  }

  /// Writes a session, unless another rank was first with one of this number: then nothing happens.
  ///
  /// - Throws: a `Fault` when it cannot be written.
  func publish(_ session: Session) throws {
    let data = try JSONEncoder().encode(session)
    let temporary = "\(directory)/.session-\(session.number)-\(UUID().uuidString)"
    try AtomicFile.write(data, to: temporary)
    defer { unlink(temporary) }
    // A link, unlike a rename, never replaces what is there.
    if link(temporary, path(session.number)) != 0, errno != EEXIST {
      throw Fault(at: path(session.number), "cannot be written: \(String(cString: strerror(errno)))")
    }
  }
}

/// Losses that ranks noticed in a job that ends of them, in its directory: `loss-RANK.json`.
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
