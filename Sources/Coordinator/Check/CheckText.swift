import Core

/// A check for a terminal and for a spreadsheet.
enum CheckText {
  /// What there is to say about rows, as a table, then the figures of the import.
  static func lines(_ rows: [CheckedRow], _ report: ImportReport) -> [String] {
    let lines = rows.flatMap { row in
      row.notes.enumerated().map { index, note in
        let name = row.clip ?? ""
        return [index == 0 ? row.location : "", note.kind.rawValue, index == 0 ? name : "", note.what]
      }
    }
    let table = lines.isEmpty ? [] : aligned([["row", "would be", "clip", "because"]] + lines) + [""]
    return table + [report.summary] + report.figures
  }

  /// Columns of one width, but for the last; a long path of one file does not push the others to the right.
  private static func aligned(_ lines: [[String]]) -> [String] {
    let widths = lines[0].indices.map { column in min(40, lines.map { $0[column].count }.max() ?? 0) }
    return lines.map { cells in
      let padded = zip(cells, widths).dropLast().map { cell, width in
        cell + String(repeating: " ", count: max(0, width - cell.count))
      }
      return (padded + cells.suffix(1)).joined(separator: "  ")
    }
  }

  /// One line per row of the annotation file and per note about another file.
  static func csv(_ rows: [CheckedRow]) -> String {
    let header = ["row", "state", "clip", "subject", "emotion", "frames", "apex", "fps", "action_units", "notes"]
    let lines = rows.map { row -> [String] in
      let clip = row.preview?.clip
      let notes = row.notes.map { $0.kind == row.state ? $0.what : "\($0.kind.rawValue): \($0.what)" }
      let texts = [row.clip, clip?.subject, clip?.emotion].map { ReportCSV.name($0 ?? "") }
      let numbers = [clip.map { "\($0.frames)" }, clip.map { "\($0.apex)" }, clip.map { "\($0.fps)" }].map { $0 ?? "" }
      return [ReportCSV.name(row.location), row.state?.rawValue ?? "stored"] + texts + numbers
        + [ReportCSV.name(clip?.actionUnits ?? ""), ReportCSV.name(notes.joined(separator: "; "))]
    }
    return ReportCSV.table([header] + lines)
  }
}
