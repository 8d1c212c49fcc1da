import Core
import Foundation
import FoundationXML
import Testing

@testable import Coordinator

/// `report/figures/`: figures as files.
struct ReportFiguresTests {
  private func report(_ variants: [Ablation] = [.ce, .full]) -> ComparisonReport {
    var configuration = ReportFixture.configuration(variants: variants)
    configuration.datasets[3].classes = ClassMap([["a<b"], ["\"&'"], ["c\u{FFFF}"], ["d"], ["e"]])
    let outcomes = ReportFixture.outcomes(configuration).map { outcome -> UnitOutcome in
      guard case .finished(var result) = outcome, result.dataset == "casme2" else { return outcome }
      result.classes = configuration.datasets[3].classes.names
      return .finished(result)
    }
    return ReportFixture.report(configuration, outcomes)
  }

  private func names(in folder: String) throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: folder))
  }

  @Test func everyKindOfFigureIsAFileForEachDataset() {
    let names = Set(ReportFigure.all(report(), RunTraces()).map(\.name))
    for dataset in ["synth-sdu", "synth-mmew", "samm", "casme2"] {
      for name in ["confusion-\(dataset)-full", "confusion-\(dataset)-ce", "comparison-\(dataset)"] {
        #expect(names.contains(name))
      }
      #expect(names.contains("attention-\(dataset)-full") && names.contains("decoupling-probes-\(dataset)"))
    }
    #expect(names.allSatisfy { FigureFolder.isKnown("\($0).svg") && FigureFolder.isKnown("\($0).pdf") })
  }

  @Test func aFigureIsWellFormedAndNeedsNoPage() throws {
    let figures = ReportFigure.all(report(), RunTraces())
    #expect(figures.count >= 20)
    for figure in figures {
      let svg = figure.drawing.svg
      #expect(!svg.contains("var("), "a program that is no browser knows no variables")
      #expect(svg.contains("fill=\"#fff\"") && svg.contains("font-family"))
      #expect(!svg.contains("<div") && svg.contains("xmlns=\"http://www.w3.org/2000/svg\""))
      let parser = XMLParser(data: Data(svg.utf8))
      #expect(parser.parse(), "\(figure.name): \(parser.parserError.map { "\($0)" } ?? "")")
    }
  }

  @Test func whatIsNoChartIsNoFigure() {
    #expect(StandaloneDrawing("") == nil)
    #expect(StandaloneDrawing("<svg class=\"meter\"></svg>") == nil)
    #expect(StandaloneDrawing("<svg class=\"chart\" viewBox=\"0 0 1\" aria-label=\"\"></svg>") == nil)
    let framed = Drawing.chart(width: 20, height: 10, label: "a", style: "wide", [Drawing.line(0, 0, 1, 1, "axis")])
    let drawing = StandaloneDrawing(framed)
    #expect(drawing?.width == 36 && drawing?.height == 26)
    #expect(drawing?.svg.hasSuffix("<line x1=\"0\" y1=\"0\" x2=\"1\" y2=\"1\" class=\"axis\"/>\n</svg>\n") == true)
  }

  @Test func twoFiguresNeverShareAFile() {
    #expect(ReportFigure.unique(["a-b", "a", "a-b", "a-b", "a-b-2"]) == ["a-b", "a", "a-b-2", "a-b-3", "a-b-2-2"])
  }

  @Test func theSameReportIsTheSameBytesAndOldFiguresGo() throws {
    let scratch = try Scratch()
    let folder = scratch("run/report")
    try report([.dao, .full]).write(to: scratch("run"), pdf: nil)
    #expect(try names(in: folder + "/figures").contains("confusion-samm-dao.svg"))
    try Data().write(to: URL(fileURLWithPath: folder + "/figures/mine.svg"))
    func all() throws -> [String: Data] {
      let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
      return Dictionary(
        uniqueKeysWithValues: names.compactMap { name in
          FileManager.default.contents(atPath: "\(folder)/\(name)").map { (name, $0) }
        })
    }
    try report().write(to: scratch("run"), pdf: nil)
    let first = try all()
    try report().write(to: scratch("run"), pdf: nil)
    #expect(try all() == first)
    #expect(first["figures/confusion-samm-dao.svg"] == nil && first["tables/classes-samm-dao.tex"] == nil)
    #expect(first["figures/mine.svg"] != nil, "a file that is not the report's stays")
    #expect(first["tables/table-5.tex"] != nil && first["methods.md"] != nil)
    try RunFiles.remove(in: scratch("run"))
    #expect(try names(in: folder + "/figures") == ["mine.svg"])
    #expect(try names(in: folder) == ["figures"])
  }

  @Test func withoutAProgramForPDFTheReportSaysSoOnce() throws {
    let scratch = try Scratch()
    #expect(PDFProgram(in: scratch("empty")) == nil)
    let notes = try report().write(to: scratch("run"), pdf: nil)
    #expect(notes.count == 1 && notes[0].contains("librsvg2-bin"))
    let page = try String(contentsOfFile: scratch("run/report/index.html"), encoding: .utf8)
    #expect(page.components(separatedBy: "librsvg2-bin").count == 2)
    #expect(try !names(in: scratch("run/report/figures")).contains { $0.hasSuffix(".pdf") })
  }

  @Test func aProgramThatFailsIsAskedOnceAndTheReportIsWritten() throws {
    let scratch = try Scratch()
    try scratch.program("rsvg-convert", text: "#!/bin/sh\necho >> \(scratch("calls"))\necho no font >&2\nexit 3\n")
    let program = try #require(PDFProgram(in: "/nowhere:\(scratch.path)"))
    #expect(program.name == "rsvg-convert")
    let notes = try report().write(to: scratch("run"), pdf: program)
    #expect(notes == ["figures are SVG only: rsvg-convert: could not write a PDF file: no font"])
    #expect(try Data(contentsOf: URL(fileURLWithPath: scratch("calls"))).count == 1)
    let page = try String(contentsOfFile: scratch("run/report/index.html"), encoding: .utf8)
    #expect(page.contains("could not write a PDF file: no font."))
  }

  @Test func aProgramThatIsSlowIsNotWaitedForAndTheNextReportGoesOn() throws {
    let scratch = try Scratch()
    try scratch.program("rsvg-convert", text: "#!/bin/sh\necho %PDF\n")
    let program = try #require(PDFProgram(in: scratch.path))
    let folder = FigureFolder(path: scratch("figures"))
    let figures = Array(ReportFigure.all(report(), RunTraces()).prefix(2))
    let first = try folder.write(figures, program, within: .zero)
    #expect(first == .unfinished("rsvg-convert") && first.complaint?.hasPrefix("some figures are SVG only") == true)
    #expect(try names(in: scratch("figures")) == Set(figures.map { "\($0.name).svg" }))
    #expect(try folder.write(figures, program) == .done("rsvg-convert"))
    #expect(try names(in: scratch("figures")).count == 4)
  }

  /// Where a program for PDF is installed.
  @Test(.enabled(if: PDFProgram() != nil))
  func aFigureIsPrintedAsOnePageOfItsSize() throws {
    let scratch = try Scratch()
    let program = try #require(PDFProgram())
    let figure = try #require(ReportFigure.all(report(), RunTraces()).first)
    let folder = FigureFolder(path: scratch("figures"))
    #expect(try folder.write([figure], program) == .done(program.name))
    let path = scratch("figures/\(figure.name).pdf")
    let pdf = try #require(FileManager.default.contents(atPath: path))
    #expect(pdf.starts(with: Data("%PDF".utf8)))
    // A PDF whose SVG has not changed is not made again.
    try Data("kept".utf8).write(to: URL(fileURLWithPath: path))
    #expect(try folder.write([figure], program) == .done(program.name))
    #expect(FileManager.default.contents(atPath: path) == Data("kept".utf8))
  }

  @Test func tablesForAPaperHaveTheLayoutOfThePapersTables() {
    let files = PaperTables.all(report(Ablation.allCases))
    let texts = Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.text) })
    let five = texts["table-5.tex"] ?? ""
    #expect(five.contains("MENet & DAO & div & IDNet + MI & here & here & here & here & published"))
    // The paper's last row has everything and 53.9.
    let full = five.components(separatedBy: "\n").filter { $0.hasSuffix("& 53.9 \\\\") }
    #expect(full.count == 1 && full[0].hasPrefix(Array(repeating: "$\\bullet$ & ", count: 4).joined()))
    let six = texts["table-6.tex"] ?? ""
    #expect(six.contains("FDM & 19.7 & 34.6 & 34.1 & 40.0 \\\\") && six.contains("\\emph{Measured here}"))
    #expect(six.contains("Variant dao-mi & "))
    #expect(files.allSatisfy { PaperTables.isKnown($0.name) } && files.count == 3 + 4 * 6)
    // Shares of the fixture's own counts: every class of every variant has a line.
    let lines = (texts["classes.csv"] ?? "").components(separatedBy: "\r\n").dropLast()
    #expect(lines.first == "dataset,variant,class,clips,predicted,precision,recall,f1")
    #expect(lines.count == 1 + 6 * (6 + 6 + 5 + 5))
  }

  @Test func aClassNobodyPredictsHasNoPrecision() {
    var configuration = ReportFixture.configuration(datasets: 1)
    configuration.folds.count = 1
    let unit = WorkUnit(dataset: "synth-sdu", fold: 0, variant: .full, seed: 2022)
    let classes = ReportFixture.suite[0].classes
    // Of four clips of class 0, three are right and one is called 1, which has no clips.
    let predictions = (0..<4).map { clip in
      UnitResult.Prediction(
        clip: "c\(clip)", subject: "s", truth: 0, predicted: clip == 3 ? 1 : 0,
        probabilities: [Float](repeating: 0, count: 6))
    }
    let report = ReportFixture.report(configuration, [.finished(ReportFixture.result(unit, classes, predictions))])
    let lines = PaperTables.all(report)[0].text.components(separatedBy: "\r\n")
    #expect(lines[1] == "synth-sdu,full,happiness,4,3,1.0,0.75,0.8571428571428571")
    #expect(lines[2] == "synth-sdu,full,surprise,0,1,0.0,,0.0")
    #expect(lines[3] == "synth-sdu,full,disgust,0,0,,,")
  }

  @Test func theParagraphSaysHowItWasDone() {
    var configuration = ReportFixture.configuration(methods: ["menet", "fdm", "majority"], seeds: [1, 2])
    configuration.folds.by = .loso
    configuration.training.selection = .validation
    let text = MethodsParagraph.markdown(ReportFixture.report(configuration, ReportFixture.outcomes(configuration)))
    for said in [
      "One subject at a time was left out", "chosen on training subjects held out", "from 2 seeds (1, 2)",
      "FDM and the most frequent class", "FDM: Xu, F.", "1000 bootstrap draws of subjects", "McNemar's exact test",
      "Holm's procedure", "MicroFold 1.0", "`4f6c1d2a`", "casme2 (246 clips", "synth-sdu (213 synthetic clips",
    ] {
      #expect(text.contains(said), "\(said)")
    }
    configuration.folds.by = .sample
    let begun = MethodsParagraph.markdown(ReportFixture.report(configuration, []))
    #expect(begun.contains("not subject-independent") && begun.hasPrefix("**This run is unfinished"))
    #expect(!begun.contains("McNemar"), "without results nothing was tested")
  }

  /// Compiled where there is a TeX.
  @Test(.enabled(if: LaTeX.isInstalled))
  func latexTakesTheTablesAndTheParagraph() throws {
    let scratch = try Scratch()
    let evil = "<script>|b\"&_{}\\%$#~^\n=[*]"
    var report = report(Ablation.allCases)
    report.name = evil
    for index in report.datasets.indices { report.datasets[index].name += evil }
    let tables = PaperTables.all(report).filter { $0.name.hasSuffix(".tex") }
    for (index, table) in tables.enumerated() { try scratch.file("\(index).tex", text: table.text) }
    try scratch.file("methods.tex", text: MethodsParagraph.tex(report))
    let inputs = tables.indices.map { "\\input{\($0).tex}\\clearpage" }
    try LaTeX.expectCompiles("\\input{methods.tex}\n" + inputs.joined(separator: "\n"), in: scratch)
  }
}
