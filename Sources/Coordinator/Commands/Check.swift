import Core
import Foundation

extension CommandSpecification {
  static let check = CommandSpecification(
    name: "check",
    summary: "Show what an import would store, repair, skip or lose; writes no store.",
    explanation: """
      It reads and decodes everything that an import reads. With --page it writes a page with onset, apex and offset \
      of every clip, to look through before a night is spent.
      """,
    examples: ["microfold check casme2 --help"],
    subcommands: ImportOptions.Layout.all.map { layout in
      layout.command(
        options: [
          .optional(\.page, "--page", .newFile("FILE", ".html"), "write a page with pictures of all clips"),
          .optional(\.table, "--table", .newFile("FILE", ".csv"), "write a table with a line per row"),
        ], example: "microfold check \(layout.name) \(layout.example) --page check.html", writes: false, run: runCheck)
    })

  private static func runCheck(_ options: ImportOptions, _ console: Console) throws -> ExitStatus {
    let found = try ImportBar.showing("check", console) { progress, isStopped in
      try options.settings.check(withPictures: options.page != nil, progress: progress, isStopped: isStopped)
    }
    guard let found else { return .interrupted }
    let rows = CheckedRow.all(found.report, found.previews)
    for text in CheckText.lines(rows, found.report) { console.line(text) }
    if let path = options.table {
      try AtomicFile.write(Data(CheckText.csv(rows).utf8), to: path)
      console.line("table: \(path)")
    }
    if let path = options.page {
      let text = CheckPage.text(rows, found.report, of: options.settings.annotations)
      try AtomicFile.write(Data(text.utf8), to: path)
      console.line("page: \(path)")
    }
    guard let refusal = found.refusal else { return .success }
    console.faults(refusal)
    return .usage
  }
}
