/// A wait that takes too long: which rank waits for what, and which ranks are missing.
struct Stall {
  /// World ranks that the others wait for, as far as is known.
  let missing: [Int]
  let text: String

  /// - Parameters:
  ///   - group: world ranks.
  ///   - waited: seconds.
  init(_ pulse: Pulse, _ group: [Int], waited: Double, what: String) {
    let settings = pulse.settings
    let own = pulse.activity
    let others = group.filter { $0 != settings.rank }
    let before = pulse.records(of: others)
    // A rank whose heartbeat does not change in this time is stopped. Other hosts' records are written less often.
    let areAllHere = others.allSatisfy { settings.host(of: $0) == settings.ownHost }
    let interval = areAllHere ? PulseSettings.interval : settings.reportInterval
    sleep(microseconds: UInt32(3 * interval * 1_000_000))
    let after = pulse.records(of: others)
    missing = Stall.missing(own, others, before, after)
    let names = missing.map { rank in
      guard let record = after[rank] else { return "rank \(rank), of which nothing is known" }
      return "rank \(rank) on \(record.host) (\(record.activity.description), exchange \(record.activity.exchanges))"
    }
    text =
      "rank \(settings.rank) on \(settings.host) has waited \(Int(waited)) s in \(what), exchange \(own.exchanges), "
      + "\(own.description); missing: \(names.isEmpty ? "no rank is behind it" : names.joined(separator: ", "))"
  }

  /// A wait for a message from ranks that have done nothing for too long.
  init(_ pulse: Pulse, missing: [Int], waited: Double) {
    self.missing = missing
    let settings = pulse.settings
    let records = pulse.records(of: missing)
    let names = missing.map { rank in
      guard let record = records[rank] else { return "rank \(rank), of which nothing is known" }
      return "rank \(rank) on \(record.host) (\(record.activity.description))"
    }
    text =
      "rank \(settings.rank) on \(settings.host) has waited \(Int(waited)) s for a message; missing: "
      + names.joined(separator: ", ")
  }

  /// The ranks that are stopped; if none is, the ranks that are furthest behind.
  static func missing(
    _ own: Activity, _ others: [Int], _ before: [Int: PulseRecord], _ after: [Int: PulseRecord]
  ) -> [Int] {
    let stopped = others.filter { before[$0]?.beat == after[$0]?.beat }
    if !stopped.isEmpty { return stopped }
    let done = others.map { rank -> Int in
      guard let activity = after[rank]?.activity, activity.context == own.context else { return -1 }
      return activity.exchanges
    }
    guard let least = done.min(), least < own.exchanges else { return [] }
    return zip(others, done).compactMap { $1 == least ? $0 : nil }
  }
}
