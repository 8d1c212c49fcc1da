import Foundation
import Testing

/// LaTeX, which compiles what the report writes for papers.
enum LaTeX {
  /// A test that needs it is skipped where it is not installed.
  static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/pdflatex") }

  /// Expects that a paper of this body compiles; it may input files of the scratch folder.
  static func expectCompiles(_ body: String, in scratch: Scratch) throws {
    let paper = "\\documentclass{article}\n\\usepackage{booktabs}\n\\begin{document}\n\(body)\n\\end{document}\n"
    try scratch.file("paper.tex", text: paper)
    let words = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "paper.tex"]
    let ending = try BuiltProgram.run(words: words, in: scratch)
    #expect(ending.status == 0, "\(ending.output.suffix(12))")
    #expect(!ending.output.contains { $0.contains("Undefined") || $0.contains("Missing $") })
  }
}
