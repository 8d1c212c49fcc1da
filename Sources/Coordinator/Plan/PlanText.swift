import Core

/// Writes a plan as text for people and as JSON for scripts.
enum PlanText {
  /// Characters of the schedule's bars.
  private static let width = 60
  /// The most groups that are drawn.
  private static let mostGroups = 32
  private static let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

  static func lines(_ plan: RunPlan, _ options: PlanOptions) -> [String] {
    let units = plan.schedule.spans.count + plan.others
    let head =
      "\(plan.configuration.name): \(ReportText.count(units, "unit")) on \(ReportText.count(options.nodes, "node")) of "
      + ReportText.count(options.cores, "core")
    let bars = plan.schedule.spans.isEmpty ? [] : [""] + gantt(plan)
    return [head, ""] + facts(plan, options) + bars + [""] + commands(plan, options).map { "  \($0)" }
  }

  /// How to start the sweep: with mpirun, and with Slurm where there are several ranks.
  private static func commands(_ plan: RunPlan, _ options: PlanOptions) -> [String] {
    let config = ReportText.shell(options.config)
    let own = "\(plan.layout.command) --config \(config)"
    guard plan.layout.ranks > 1 else { return [own] }
    return [own, "sbatch \(plan.layout.sbatchOptions) hostfiles/slurm.sbatch \(config)"]
  }

  private static func facts(_ plan: RunPlan, _ options: PlanOptions) -> [String] {
    var lines = plan.datasets.map {
      row(
        "dataset",
        "\($0.name): \(ReportText.count($0.clips, "clip")), \(ReportText.count($0.folds, "fold")) (\($0.origin))")
    }
    lines += plan.arms.map { arm in
      let share = plan.schedule.spans.isEmpty ? "" : ", \(ReportText.percent(arm.share)) % of the work"
      let settings = plan.configuration.settingsText(of: arm.name)
      return row("arm", "\(arm.name): \(ReportText.count(arm.units, "unit"))\(share); \(settings)")
    }
    lines += plan.preparations.map { row("first", "\($0.text), once: \(disk($0.bytes)) on disk") }
    let pretraining = plan.schedule.spans.count { $0.unit.variant.isPretraining }
    if pretraining > 0 {
      let networks = ReportText.count(pretraining, "unit")
      lines.append(row("", "pretraining, \(networks) of those below; the folds of a dataset wait for its own"))
    }
    let ranks = plan.layout.ranks
    let (least, most) = (plan.groups.lowerBound, plan.groups.upperBound)
    let groups = least == most ? "\(least)" : "\(least) to \(most)"
    lines.append(
      row(
        "ranks",
        "\(ranks): \(plan.layout.ranksPerNode) per node, \(ReportText.count(plan.layout.coresPerRank, "core")) each; "
          + "\(groups) for a unit"))
    if plan.layouts.count > 1 {
      let others = plan.layouts.map { "\($0.layout.ranksPerNode): \(ReportText.duration($0.seconds))" }
      lines.append(row("", "ranks per node and time: \(others.joined(separator: ", "))"))
    }
    lines.append(
      row(
        "memory",
        "about \(gibibytes(plan.bytesPerRank)) per rank, "
          + "\(gibibytes(plan.bytesPerRank * Double(plan.layout.ranksPerNode))) per node"
      ))
    lines.append(
      row(
        "messages",
        plan.bytesSentPerStep > 0
          ? "a rank sends \(ReportText.decimals(plan.bytesSentPerStep / 1e6, 1)) MB per step of MENet"
          : "none within a fold"))
    lines += plan.configuration.programs.map { program in
      row(
        "program",
        "\(program.name): its time is not known before it has run, at most \(program.seconds) s per run; trained last, "
          + "not in the times below")
    }
    guard !plan.schedule.spans.isEmpty else { return lines }
    var speed = "\(ReportText.decimals(plan.flopsPerCore / 1e9, 0)) GFLOP/s per core in whole steps"
    if plan.scaling.measurements > 0 {
      let steps = ReportText.count(plan.scaling.measurements, "measured step")
      speed += ", fitted to \(steps) within \(ReportText.percent(plan.scaling.error)) %"
    }
    if plan.needsSpeed {
      lines.append(
        row("speed", plan.isSpeedAssumed ? "\(speed), assumed; give --step-seconds or --speed once measured" : speed))
    }
    let longest = plan.schedule.spans.map { $0.end - $0.start }.max() ?? 0
    lines.append(
      row(
        "time",
        "\(ReportText.duration(plan.seconds)), of which \(ReportText.duration(plan.secondsBefore)) before the first "
          + "unit and \(ReportText.duration(plan.secondsAfter)) after the last; the longest unit "
          + "\(ReportText.duration(longest)); ranks busy "
          + "\(ReportText.percent(plan.schedule.busyShare(ranks: ranks))) %"))
    if let simulation = plan.simulation, let rate = options.failures {
      lines.append(
        row(
          "losses",
          "\(rate) per node per day: median \(time(simulation.median)), 95 % within \(time(simulation.percentile95)) "
            + "(\(simulation.finished) of \(simulation.runs) runs ended, seed \(options.seed))"))
    }
    return lines
  }

  /// Draws one bar per group and one letter per unit. A group that joined another is drawn on its own line.
  private static func gantt(_ plan: RunPlan) -> [String] {
    let spans = plan.schedule.spans
    let letter = Dictionary(
      uniqueKeysWithValues: spans.enumerated().map { ($1.unit, letters[$0 % letters.count]) })
    let scale = Double(width) / max(1e-9, plan.schedule.seconds)
    let ranks = Set(plan.schedule.slots.map { $0.ranks[0] }).sorted()
    var lines = ranks.prefix(mostGroups).map { rank in
      var bar = [Character](repeating: "·", count: width)
      for slot in plan.schedule.slots where slot.ranks.contains(rank) {
        let first = min(width - 1, Int(slot.start * scale))
        let last = max(first, min(width - 1, Int(slot.end * scale) - 1))
        for column in first...last { bar[column] = letter[slot.unit] ?? "?" }
      }
      return "  node \(rank / plan.layout.ranksPerNode + 1), rank \(rank)".padding(to: 20) + String(bar)
    }
    if ranks.count > mostGroups { lines.append("  … and \(ReportText.count(ranks.count - mostGroups, "line")) more") }
    let legend = spans.prefix(letters.count).map { span in
      "  \(letter[span.unit] ?? "?")  \(span.unit)".padding(to: 46) + ReportText.duration(span.end - span.start)
    }
    let more = spans.count - legend.count
    return lines + [""] + legend + (more > 0 ? ["  … and \(ReportText.count(more, "unit")) more"] : [])
  }

  static func json(_ plan: RunPlan, _ options: PlanOptions) -> JSONNode {
    var record: [String: JSONNode] = [
      "name": .string(plan.configuration.name), "nodes": .integer(options.nodes),
      "coresPerNode": .integer(options.cores), "ranksPerNode": .integer(plan.layout.ranksPerNode),
      "coresPerRank": .integer(plan.layout.coresPerRank),
      "ranksPerUnit": .record([
        "smallest": .integer(plan.groups.lowerBound), "largest": .integer(plan.groups.upperBound),
      ]),
      "layouts": .list(
        plan.layouts.map {
          .record(["ranksPerNode": .integer($0.layout.ranksPerNode), "seconds": .figure($0.seconds)])
        }),
      "gflopsPerCore": .figure(plan.flopsPerCore / 1e9), "speedIsAssumed": .bool(plan.isSpeedAssumed),
      "bytesPerRank": .figure(plan.bytesPerRank.rounded()),
      "bytesSentPerStep": .figure(plan.bytesSentPerStep.rounded()),
      "seconds": .figure(plan.seconds), "secondsBefore": .figure(plan.secondsBefore),
      "secondsAfter": .figure(plan.secondsAfter),
      "busyShare": .figure(plan.schedule.busyShare(ranks: plan.layout.ranks)),
      "commands": .list(commands(plan, options).map(JSONNode.string)),
      "otherUnits": .integer(plan.others),
      "datasets": .list(
        plan.datasets.map {
          .record([
            "name": .string($0.name), "clips": .integer($0.clips), "folds": .integer($0.folds),
            "origin": .string($0.origin),
          ])
        }),
      "schedule": .list(plan.schedule.slots.map(slot)),
      "losses": plan.simulation.map { simulation in
        .record([
          "perNodeDay": .figure(options.failures), "seed": .seed(options.seed), "plays": .integer(simulation.runs),
          "finished": .integer(simulation.finished), "medianSeconds": .figure(simulation.median),
          "percentile95Seconds": .figure(simulation.percentile95),
        ])
      } ?? .null,
    ]
    if !plan.preparations.isEmpty {
      record["preparations"] = .list(
        plan.preparations.map {
          .record(["name": .string($0.name), "clips": .integer($0.clips), "bytes": .figure($0.bytes)])
        })
    }
    if !plan.arms.isEmpty {
      record["arms"] = .list(
        plan.arms.map {
          .record(["name": .string($0.name), "units": .integer($0.units), "shareOfWork": .figure($0.share)])
        })
    }
    return .record(record)
  }

  private static func slot(_ slot: Schedule.Slot) -> JSONNode {
    var record: [String: JSONNode] = [
      "dataset": .string(slot.unit.dataset), "fold": .integer(slot.unit.fold),
      "variant": .string(slot.unit.variant.rawValue), "seed": .seed(slot.unit.seed),
      "ranks": .list(slot.ranks.map(JSONNode.integer)), "start": .figure(slot.start), "end": .figure(slot.end),
    ]
    record["arm"] = slot.unit.arm.map(JSONNode.string)
    return .record(record)
  }

  private static func row(_ name: String, _ text: String) -> String { "  \(name.padding(to: 10))\(text)" }
  private static func gibibytes(_ bytes: Double) -> String { "\(ReportText.decimals(bytes / 0x1p30, 1)) GiB" }
  private static func disk(_ bytes: Double) -> String { Diagnosis.gibibytes(bytes) }
  private static func time(_ seconds: Double) -> String { seconds.isFinite ? ReportText.duration(seconds) : "never" }
}

extension String {
  /// Pads the text with spaces, at least one.
  fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
