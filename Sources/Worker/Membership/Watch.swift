/// Who still gives signs of life: what was read of the others and when it last changed. A value, with the time from
/// outside.
struct Watch {
  /// Seconds without a sign of life after which a rank is lost.
  let deadAfter: Double
  private var seen: [Int: (record: PulseRecord?, changed: Double)] = [:]
  private var last: Double

  /// Ranks that one rank looks after: enough that somebody is left to look after each, few enough for a file server.
  static let most = 32

  init(deadAfter: Double, now: Double) { (self.deadAfter, last) = (deadAfter, now) }

  /// The members that `rank` looks after: those that follow it, in a ring, and those of its group.
  static func watched(by rank: Int, of members: [Int], group: [Int]) -> [Int] {
    guard let own = members.firstIndex(of: rank) else { return [] }
    let next = (1..<max(1, min(members.count, most + 1))).map { members[(own + $0) % members.count] }
    return next + group.filter { $0 != rank && members.contains($0) && !next.contains($0) }
  }

  /// To be called before each round. A watcher that was itself asleep knows nothing of the others' time.
  mutating func wake(now: Double) {
    if now - last > deadAfter / 2 { for rank in seen.keys { seen[rank]?.changed = now } }
    last = now
  }

  /// What was just read of a rank; nil for nothing.
  mutating func note(_ record: PulseRecord?, of rank: Int, now: Double) {
    guard let before = seen[rank] else {
      seen[rank] = (record, now)
      return
    }
    guard let record, record != before.record else { return }
    seen[rank] = (record, now)
  }

  func record(of rank: Int) -> PulseRecord? { seen[rank]?.record }

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
