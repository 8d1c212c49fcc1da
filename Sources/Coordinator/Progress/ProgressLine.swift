import Core
import Worker

/// The plain lines that show a sweep's progress where no board can be drawn, and in the log.
enum ProgressLine {
  /// The line of an epoch that has ended: `casme2 fold 0, full, seed 1: stage 2, epoch 3/300, loss 1.234, 4.5 clips/s,
  /// 1:20 left; sweep 3/20 units, about 12:03 left`.
  ///
  /// - Parameters:
  ///   - group: the group whose epoch ended.
  ///   - progress: of the whole sweep.
  static func epoch(of group: SweepProgress.Group, _ progress: SweepProgress) -> String {
    var parts: [String] = []
    if let unit = group.progress {
      parts.append((unit.stage.map { "stage \($0.rawValue), " } ?? "") + "epoch \(unit.epoch)/\(unit.epochs)")
      if let loss = unit.loss { parts.append("loss \(fixed(loss, 3))") }
      if unit.clipsPerSecond > 0 { parts.append("\(rate(unit.clipsPerSecond)) clips/s") }
    }
    if let left = group.left { parts.append("\(clock(left)) left") }
    return "\(group.unit): \(parts.joined(separator: ", ")); \(sweep(progress))"
  }

  /// The line of a unit that has ended: `casme2 fold 0, full, seed 1: done, accuracy 0.412, UF1 0.366, UAR 0.371,
  /// 12:03`. A final model has no test clips.
  static func end(of result: UnitResult) -> String {
    if result.unit.isFinal { return "\(result.unit): done, not tested, \(clock(result.seconds))" }
    return "\(result.unit): done, accuracy \(fixed(result.accuracy, 3)), UF1 \(fixed(result.uf1, 3)), "
      + "UAR \(fixed(result.uar, 3)), \(clock(result.seconds))"
  }

  private static func sweep(_ progress: SweepProgress) -> String {
    let failed = progress.failed > 0 ? ", \(progress.failed) failed" : ""
    let left = progress.left.map { ", about \(clock($0)) left" } ?? ""
    return "sweep \(progress.done)/\(progress.total) units\(failed)\(left)"
  }

  /// Seconds as hours, minutes and seconds: `0:07`, `12:03` or `1:20:00`.
  static func clock(_ seconds: Double) -> String {
    let whole = seconds > 0 ? Int(min(seconds, 1e9).rounded()) : 0
    let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
    let hours = whole / 3600
    let minutes = whole / 60 % 60
    return (hours > 0 ? "\(hours):\(two(minutes))" : "\(minutes)") + ":" + two(whole % 60)
  }

  /// A number with a fixed number of decimals; `>1e6` or `<-1e6` beyond a million, `-` if it is not finite.
  static func fixed(_ number: Double, _ decimals: Int) -> String {
    guard number.isFinite else { return "-" }
    guard abs(number) < 1e6 else { return number < 0 ? "<-1e6" : ">1e6" }
    return NumberText.fixed(number, decimals: decimals) ?? "-"
  }

  /// A speed with about three figures: `0.062`, `4.51`, `45.1`, `451`.
  static func rate(_ number: Double) -> String {
    fixed(number, number < 1 ? 3 : number < 10 ? 2 : number < 100 ? 1 : 0)
  }
}
