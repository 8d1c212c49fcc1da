/// Who still gives signs of life: what was read of the others and when it last changed. A value, with the time from
/// outside.
struct Watch {
  /// Seconds without a sign of life after which a rank is lost.
  let deadAfter: Double
  private var seen: [Int: (record: PulseRecord?, changed: Double)] = [:]
  private var last: Double

  /// Hosts that one host looks after: enough that somebody is left to look after each, few enough for a file server.
  static let most = 8

  init(deadAfter: Double, now: Double) { (self.deadAfter, last) = (deadAfter, now) }

  /// The hosts that `host` looks after: those that follow it, in a ring.
  static func watched(by host: Int, of hosts: [Int]) -> [Int] {
    guard let own = hosts.firstIndex(of: host) else { return [] }
    return (1..<max(1, min(hosts.count, most + 1))).map { hosts[(own + $0) % hosts.count] }
  }

  /// To be called before each round. A watcher that was itself asleep knows nothing of the others' time.
  mutating func wake(now: Double) {
    if now - last > deadAfter / 2 { renew(now: now) }
    last = now
  }

  /// Gives all others their time anew.
  mutating func renew(now: Double) { for rank in seen.keys { seen[rank]?.changed = now } }

  /// What was just read of a rank; nil for nothing. A host vouches for its ranks: its beat is theirs.
  mutating func note(_ record: PulseRecord?, of rank: Int, now: Double) {
    guard let before = seen[rank] else {
      seen[rank] = (record, now)
      return
    }
    guard let record, record != before.record else { return }
    seen[rank] = (record, now)
  }

  func record(of rank: Int) -> PulseRecord? { seen[rank]?.record }

  /// Seconds without a sign of life after which a rank no longer vouches for others of its host.
  static let staleAfter = 3.0

  /// Whether a rank of this host was heard of just now and its process is there.
  func isFresh(_ rank: Int, own: ProcessIdentity, now: Double) -> Bool {
    guard let (record, changed) = seen[rank], let record else { return false }
    return now - changed < Watch.staleAfter && !record.hasLeft && !record.process.isGone(seenFrom: own)
  }

  /// Why a rank is given up, or nil.
  ///
  /// - Parameters:
  ///   - session: the newest.
  ///   - own: this process, which sees the processes of its machine.
  func loss(of rank: Int, session: Int, own: ProcessIdentity, now: Double) -> String? {
    guard let (record, changed) = seen[rank] else { return nil }
    if let record, record.hasLeft { return record.session < session ? Session.Loss.hadEnded : nil }
    if let record, record.process.isGone(seenFrom: own) { return "its process is gone" }
    let silence = now - changed
    return silence > deadAfter ? "no sign of life for \(Int(silence)) s" : nil
  }
}
