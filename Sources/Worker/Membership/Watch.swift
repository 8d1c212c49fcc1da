/// Decides which ranks are lost, from their last records and the time when these last changed. It is a value; the
/// caller passes the time.
struct Watch {
  /// Seconds without a heartbeat after which a rank is lost.
  let deadAfter: Double
  private var seen: [Int: (record: PulseRecord?, changed: Double)] = [:]
  private var last: Double

  /// The most hosts that one host watches: enough that every host is still watched after losses, few enough for a file
  /// server.
  static let most = 8

  init(deadAfter: Double, now: Double) { (self.deadAfter, last) = (deadAfter, now) }

  /// The hosts that `host` watches: those that follow it in a ring.
  static func watched(by host: Int, of hosts: [Int]) -> [Int] {
    guard let own = hosts.firstIndex(of: host) else { return [] }
    return (1..<max(1, min(hosts.count, most + 1))).map { hosts[(own + $0) % hosts.count] }
  }

  /// Called before the records are read. A process that was itself stopped cannot know how long the others were silent,
  /// so their time starts again.
  mutating func wake(now: Double) {
    if now - last > deadAfter / 2 { renew(now: now) }
    last = now
  }

  /// Restarts the time without heartbeat of all other ranks.
  mutating func renew(now: Double) { for rank in seen.keys { seen[rank]?.changed = now } }

  /// Takes the record of a rank that was just read; nil where there is none. For ranks of other hosts the counter is
  /// that of the host's record.
  mutating func note(_ record: PulseRecord?, of rank: Int, now: Double) {
    guard let before = seen[rank] else {
      seen[rank] = (record, now)
      return
    }
    guard let record, record != before.record else { return }
    seen[rank] = (record, now)
  }

  func record(of rank: Int) -> PulseRecord? { seen[rank]?.record }

  /// Seconds without a heartbeat after which another rank reports for the host.
  static let staleAfter = 3.0

  /// Whether a rank of this host has a recent heartbeat and its process exists.
  func isFresh(_ rank: Int, own: ProcessIdentity, now: Double) -> Bool {
    guard let (record, changed) = seen[rank], let record else { return false }
    return now - changed < Watch.staleAfter && !record.hasLeft && !record.process.isGone(seenFrom: own)
  }

  /// Why a rank is given up; nil where it is not.
  ///
  /// - Parameters:
  ///   - session: number of the newest session.
  ///   - own: this process, which can see the processes of its machine.
  func loss(of rank: Int, session: Int, own: ProcessIdentity, now: Double) -> String? {
    guard let (record, changed) = seen[rank] else { return nil }
    if let record, record.hasLeft { return record.session < session ? Session.Loss.hadEnded : nil }
    if let record, record.process.isGone(seenFrom: own) { return "its process is gone" }
    let silence = now - changed
    return silence > deadAfter ? "no heartbeat for \(Int(silence)) s" : nil
  }
}
