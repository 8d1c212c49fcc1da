import Core
import Foundation

/// `report/figures/` of a run: every figure as SVG, and as PDF where a program for that is installed.
struct FigureFolder {
  /// Its path.
  let path: String

  /// Whether PDF files were made.
  enum Printing: Equatable, Sendable {
    /// By this program.
    case done(String)
    case noProgram
    /// The program failed; with its reason.
    case failed(String)
    /// It took too long; those that are missing are made when the report is written again.
    case unfinished(String)
  }

  /// How long PDF files may take. At the end of a sweep all other ranks wait for the report.
  static let mostTime = Duration.seconds(120)

  /// Writes all figures and removes those of an earlier report that are no more.
  ///
  /// A PDF whose SVG has not changed stays.
  ///
  /// - Parameter time: after which no further PDF is begun.
  /// - Throws: a `Fault` when an SVG file cannot be written. A PDF that cannot be made is no fault.
  func write(
    _ figures: [ReportFigure], _ program: PDFProgram?, within time: Duration = FigureFolder.mostTime
  ) throws -> Printing {
    let end = ContinuousClock.now + time
    try Directory.make(path)
    var printing = program.map { Printing.done($0.name) } ?? .noProgram
    var names: Set<String> = []
    for figure in figures {
      let (svg, pdf) = ("\(path)/\(figure.name).svg", "\(path)/\(figure.name).pdf")
      let isSame = FileManager.default.contents(atPath: svg) == Data(figure.drawing.svg.utf8)
      if !isSame {
        unlink(pdf)
        try AtomicFile.write(figure.drawing.svg, to: svg)
      }
      names.insert("\(figure.name).svg")
      if case .done = printing, let program, !FileManager.default.fileExists(atPath: pdf) {
        guard ContinuousClock.now < end else {
          printing = .unfinished(program.name)
          continue
        }
        do {
          let drawing = figure.drawing
          try AtomicFile.write(try program.pdf(of: svg, width: drawing.width, height: drawing.height), to: pdf)
        } catch {
          // The next would fail too, after as long a time.
          printing = .failed("\(error)")
        }
      }
      names.insert("\(figure.name).pdf")
    }
    Directory.removeFiles(of: path) { FigureFolder.isKnown($0) && !names.contains($0) }
    return printing
  }

  /// Whether a report writes a file of this name in the folder.
  static func isKnown(_ name: String) -> Bool {
    (name.hasSuffix(".svg") || name.hasSuffix(".pdf")) && ReportFigure.kinds.contains { name.hasPrefix("\($0)-") }
  }
}

extension FigureFolder.Printing {
  /// Why there are no PDF files, in one line; nil where there are.
  var complaint: String? {
    switch self {
    case .done: nil
    case .noProgram:
      "figures are SVG only: no program that makes PDF of them is installed; install rsvg-convert (Debian and Ubuntu: "
        + "librsvg2-bin), inkscape, cairosvg or chromium, and write the report again"
    case .failed(let reason): "figures are SVG only: \(reason)"
    case .unfinished(let name):
      "some figures are SVG only: \(name) took more than \(FigureFolder.mostTime.components.seconds) s; write the "
        + "report again for the others"
    }
  }
}
