import Core
import Worker

/// The progress board on a terminal: one line for the whole sweep, and one per group.
enum ProgressBoard {
  /// Formats the board's lines: a pure function of the progress and the size of the terminal.
  ///
  /// Where space is short, the least important columns are left out; groups that do not fit are counted.
  ///
  /// - Parameters:
  ///   - width: the most characters of a line.
  ///   - height: the most lines; at least one is returned.
  static func lines(_ progress: SweepProgress, width: Int, height: Int) -> [StyledText] {
    let sweep = summary(progress, width: width)
    guard !progress.groups.isEmpty, height >= 3 else { return [sweep] }
    let room = height - 2
    let isCut = progress.groups.count > room
    let shown = progress.groups.prefix(isCut ? max(1, room - 1) : room)
    var hidden: Set<String> = []
    let variants = Set(progress.groups.map(\.unit.variant))
    if variants.count < 2, !variants.contains(where: \.isPretraining) { hidden.insert("variant") }
    if progress.groups.allSatisfy({ $0.unit.arm == nil }) { hidden.insert("arm") }
    var lines = [sweep] + table(Array(shown), hidden: hidden, width: width)
    if isCut, lines.count < height {
      lines.append(StyledText("… and \(progress.groups.count - shown.count) more groups", .faint).cut(to: width))
    }
    return lines
  }

  /// `demo  7/20 units, 1 failed  [######------]  1:20, about 2:10 left`
  private static func summary(_ progress: SweepProgress, width: Int) -> StyledText {
    let count = "\(progress.done)/\(progress.total) units"
    let failed = progress.failed > 0 ? ", \(progress.failed) failed" : ""
    var times = "  " + ProgressLine.clock(progress.elapsed)
    if let left = progress.left, progress.done < progress.total {
      times += ", about \(ProgressLine.clock(left)) left"
    }
    var room = width - count.count - failed.count - times.count
    var line = StyledText()
    let title = progress.name + "  "
    if title.count <= room {
      line.append(title, .bold)
      room -= title.count
    }
    line.append(count)
    line.append(failed, .red)
    let bar = min(room - 4, 30)
    if bar >= 8 {
      let full = Int(Double(bar) * min(1, max(0, progress.share)))
      line.append("  [")
      line.append(String(repeating: "#", count: full), .green)
      line.append(String(repeating: "-", count: bar - full) + "]")
    }
    line.append(times)
    return line.cut(to: width)
  }

  /// A column of the table; where space is short, columns of the least `weight` are left out first.
  private struct Column: Sendable {
    var head: String
    var weight: Int
    var isNumber = true
    var cell: @Sendable (SweepProgress.Group) -> String
  }

  private static let columns = [
    Column(head: "ranks", weight: 1, isNumber: false) { named($0.ranks) },
    Column(head: "dataset", weight: 10, isNumber: false) { $0.unit.dataset },
    Column(head: "fold", weight: 9) { $0.unit.variant.isPretraining ? "-" : $0.unit.foldText },
    Column(head: "variant", weight: 2, isNumber: false) { $0.unit.variant.rawValue },
    Column(head: "arm", weight: 7, isNumber: false) { $0.unit.arm ?? "-" },
    Column(head: "stage", weight: 6) { $0.progress?.stage.map { "\($0.rawValue)" } ?? "-" },
    Column(head: "epoch", weight: 8) { $0.progress.map { "\($0.epoch)/\($0.epochs)" } ?? "-" },
    Column(head: "loss", weight: 4) { $0.progress.flatMap(\.loss).map { ProgressLine.fixed($0, 3) } ?? "-" },
    Column(head: "clips/s", weight: 3) { group in
      group.progress.map { $0.clipsPerSecond > 0 ? ProgressLine.rate($0.clipsPerSecond) : "-" } ?? "-"
    },
    Column(head: "left", weight: 5) { $0.left.map(ProgressLine.clock) ?? "-" },
  ]

  private static func table(_ groups: [SweepProgress.Group], hidden: Set<String>, width: Int) -> [StyledText] {
    var columns = columns.filter { !hidden.contains($0.head) }
    func cells(_ column: Column) -> [String] { [column.head] + groups.map(column.cell) }
    func widths() -> [Int] { columns.map { cells($0).map(\.count).max() ?? 0 } }
    while columns.count > 1, widths().reduce(0, +) + 2 * (columns.count - 1) > width,
      let least = columns.indices.min(by: { columns[$0].weight < columns[$1].weight })
    {
      columns.remove(at: least)
    }
    let sizes = widths()
    return (0...groups.count).map { row in
      let texts = columns.indices.map { index in
        let text = cells(columns[index])[row]
        let space = String(repeating: " ", count: sizes[index] - text.count)
        return columns[index].isNumber ? space + text : text + space
      }
      return StyledText(texts.joined(separator: "  "), row == 0 ? .faint : .plain).cut(to: width)
    }
  }

  /// Ranks in a short form: `0`, `0-3`, `0,4`.
  private static func named(_ ranks: [Int]) -> String {
    guard let first = ranks.first, let last = ranks.last else { return "-" }
    if ranks.count == 1 { return "\(first)" }
    if last - first == ranks.count - 1 { return "\(first)-\(last)" }
    return ranks.prefix(3).map { "\($0)" }.joined(separator: ",") + (ranks.count > 3 ? ",…" : "")
  }
}
