import Foundation
import Fuzz
import Testing

@testable import Core

private func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }

/// Readers of files that anybody may have written: a fault, or a value, and never more.
@Suite(.serialized) struct ReaderFuzzTests {
  private func expectCalm(_ figures: FuzzFigures) {
    #expect(figures.strange.isEmpty, "\(figures.strange.prefix(3))")
    #expect(figures.slowest < 20)
    if let memory = figures.memory { #expect(memory < 48 << 20, "\(figures)") }
  }

  @Test func workbookParts() {
    let columns = ["Subject", "Filename", "OnsetFrame", "Apex Frame", "OffsetFrame", "Estimated Emotion"]
    let strings =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><sst xmlns=\"u\">"
      + columns.map { "<si><t xml:space=\"preserve\">\($0)</t></si>" }.joined()
      + "<si><r><t>oth</t></r><r><t>ers_x000D_</t></r><rPh sb=\"0\"><t>p</t></rPh></si></sst>"
    let header = columns.indices.map { "<c r=\"\("ABCDEF".map(String.init)[$0])1\" t=\"s\"><v>\($0)</v></c>" }.joined()
    let rows = (2..<6).map { row in
      "<row r=\"\(row)\" spans=\"1:6\"><c r=\"A\(row)\"><v>\(row)</v></c>"
        + "<c r=\"B\(row)\" t=\"inlineStr\"><is><t>EP&lt;</t></is></c>"
        + "<c r=\"C\(row)\" s=\"3\"><v>46.0</v></c><c r=\"D\(row)\" t=\"str\"><f>A1</f><v>/</v></c>"
        + "<c r=\"E\(row)\" t=\"e\"><v>#N/A</v></c>"
        + "<c r=\"F\(row)\" t=\"s\"><v>6</v></c><c r=\"G\(row)\" t=\"b\"><v>1</v></c></row>"
    }.joined()
    let sheet =
      "<worksheet xmlns=\"u\" xmlns:r=\"v\"><dimension ref=\"A1:G5\"/><sheetData>"
      + "<row r=\"1\">\(header)</row>\(rows)</sheetData><!-- end -->"
      + "<mergeCells count=\"2\"><mergeCell ref=\"B2:B4\"/><mergeCell ref=\"A3:C5\"/></mergeCells></worksheet>"
    let book =
      "<workbook xmlns:r=\"v\"><workbookPr date1904=\"1\"/><sheets>"
      + "<sheet name=\"A &amp; B\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    let links =
      "<Relationships><Relationship Id=\"rId1\" Type=\"t/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
      + "<Relationship Id=\"rId2\" Type=\"t/sharedStrings\" Target=\"/xl/sharedStrings.xml\"/></Relationships>"
    let styles =
      "<styleSheet><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"d\\-[h]&quot;m&quot;_ ;@\"/></numFmts>"
      + "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"16\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/></cellXfs>"
      + "</styleSheet>"
    let mutator = Mutator(
      "xlsx", seeds: [strings, sheet, sheet, book, links, styles].map(utf8),
      words: [
        "<c>", "</c>", "<row r=\"", "<v>", "</v>", "<si>", "<t>", "&amp;", "&#x41;", "&#0;", "&e;", "<!DOCTYPE a [",
        "<!ENTITY e SYSTEM \"/etc/passwd\">", "]>", "<![CDATA[", "]]>", "<!--", "<?x", "?>", "xmlns:x=\"", "XFD1048576",
        " t=\"s\"", " encoding=\"UTF-16\"", "_x0041_", "<x:c", "</sheetData>", "<f>",
        " s=\"1\"", " state=\"hidden\"", " hidden=\"1\"", "<mergeCell ref=\"A1:XFD1048576\"/>", "numFmtId=\"58\"",
        "1e308",
      ])
    let figures = Fuzz.run(mutator, "xlsx XML") { input in
      // Each part's reader sees everything; a fault of one must not hide another's crash.
      let texts = (try? SharedStrings(input, at: "t").texts) ?? columns + ["others"]
      _ = try? SheetList(input, at: "t").sheets
      _ = try? Relationships(input, at: "t").worksheets
      let read = try? CellStyles(input, is1904: false, at: "t")
      let known = try CellStyles(utf8(styles), is1904: true, at: "t")
      for number in [0, 60, 43_832.5, 1e300] as [Double] { _ = read?.date(number, style: 3) }
      let rows = try Worksheet(input, texts, known, at: "t").rows
      let sheets = [AnnotationSheet(name: "S", location: "t", unit: .row, rows: rows)]
      for release in Release.allCases {
        var report = ImportReport()
        // Most sheets that are read have lost a column.
        _ = try? ReleaseImport(release, ImportSettings(source: "s", annotations: "t", output: "o"))
          .rows(sheets, ReleaseTree(folders: [["sub02", "EP<"]]), &report)
      }
    }
    expectCalm(figures)
  }

  @Test func tablesAndLists() {
    let table =
      "path,subject,emotion,onset,apex,offset,fps,name,action_units\n"
      + "s/c,1,Fear,1,2,3,50,a,\"1+2, \"\"4\"\"\"\r\n"
      + "s/d,1,joy,,/,9,200,b,\n"
    let boxes = "\u{FEFF}name,width,height,x,y\n006,400,400,760,340\n*,1,1,0,0\n"
    let sheet = "notes;;\nSubject;Filename;Onset Frame;Apex Frame;Offset Frame;Estimated Emotion\n1;EP;46;/;86;others\n"
    let european =
      "sep=;\rpath;subject;emotion;onset;apex;offset;fps;action_units\ra/b;1;joy;46,0;1 046;1,046;29,97;2-Jan\r"
    let list = "# clips\nS01/c1 happiness\nS02\\c2\t1\r\n\nS03/x y/c 0\n"
    let mutator = Mutator(
      "csv", seeds: [table, boxes, sheet, european, list].map(utf8),
      words: [
        ",", ";", "\t", "\"", "\"\"", "\r\n", "\n", "\r", "/", "..", "path", "Subject", "Filename",
        "../../", "*", "sep=;", "1,046", "E+03", "\u{A0}", "'", "01. Feb",
      ])
    let figures = Fuzz.run(mutator, "CSV and lists") { input in
      guard let text = String(validating: input, as: UTF8.self) else { throw Fault(at: "t", "is not UTF-8") }
      var settings = ImportSettings(source: "s", annotations: "t", output: "o")
      settings.classes = ClassMap([["happiness"], ["fear"]])
      var report = ImportReport()
      for row in (try? ListImport(settings).rows(text, &report)) ?? [] {
        _ = try? ImportRow.relativePath(row.path, at: "t")
      }
      let sheets = AnnotationSheet.csv(text, at: "t")
      _ = try? CropTable(sheets, at: "t")
      _ = try? LandmarkTable(sheets, at: "t")
      _ = try? ActionUnits(parsing: String(text.prefix(1000)))
      _ = try? FaceLandmarks(parsing: text, at: "t", in: (16, 16))
      _ = input.withUnsafeBytes(decodedText)
      for release in Release.allCases {
        _ = try? ReleaseImport(release, settings).rows(sheets, ReleaseTree(folders: [["sub01", "EP"]]), &report)
      }
      for row in try CSVImport(settings).rows(sheets, &report) {
        _ = try? ImportRow.relativePath(row.path, at: "t")
      }
      _ = report.lines
    }
    expectCalm(figures)
  }

  @Test func safetensorsHeaders() throws {
    let scratch = try Scratch()
    try SafeTensors.write(
      [
        .init("conv1.weight", shape: [2, 2], floats: [1, 2, 3, 4]), .init("count", shape: [], integers: [7]),
        .init("clip", shape: [1, 2, 2, 3], bytes: Array(0..<12)),
      ], metadata: ["clip": "{\"subject\":\"1\"}"], to: scratch("a"))
    try SafeTensors.write([.init("empty", shape: [0, 3], floats: [])], to: scratch("b"))
    let seeds = try ["a", "b"].map { [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch($0)))) }
    let mutator = Mutator(
      "safetensors", seeds: seeds,
      words: [
        "\"dtype\"", "\"F32\"", "\"shape\"", "[", "]", "{", "}", "\"data_offsets\"", ":", ",", "\"", "\\u0000",
        "__metadata__",
        "[0,0]", "null", "true", "\\", "\u{1}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}",
      ])
    let figures = Fuzz.run(mutator, "safetensors header") { input in
      try input.withUnsafeBytes { bytes in
        let header = try SafeTensorsHeader(parsing: bytes, path: "t")
        for entry in header.entries {
          #expect(header.dataStart + entry.range.upperBound <= bytes.count, "nothing leads outside the file")
        }
      }
    }
    expectCalm(figures)
  }

  /// What `microfold inspect` is shown may be a network's file that lies about its sizes.
  @Test func inspectedNetworks() throws {
    let scratch = try Scratch()
    var network = SweepConfiguration.Network()
    (network.width, network.frames, network.motionSize) = (1, 2, 16)
    let menet = RecognitionNetwork.menet(network, attention: true, classes: 2, seed: 1)
    let about = ModelDescription(classes: ["joy", "fear"], network).metadata
    try SafeTensors.write(menet.state, metadata: about, to: scratch("menet"))
    let good = [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch("menet"))))
    let start = good.withUnsafeBytes { 8 + Int(UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self))) }
    let data = Array(good[start...])
    let mutator = Mutator(
      "network", seeds: [Array(good[8..<start])],
      words: [
        "\"F32\"", "\"I64\"", "\"shape\":", "[", "]", "{", "}", "\"", "null", "conv1.weight", "attention.mix.1", "4096",
      ])
    let figures = Fuzz.run(mutator, "inspected network", quick: 300) { header in
      let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
      try Fuzz.write(length + header + data, to: scratch("fuzz"))
      let said = try Inspection(ofTensorsIn: SafeTensors(opening: scratch("fuzz")))
      _ = (said.lines, said.json)
    }
    expectCalm(figures)
  }

  @Test func clipStores() throws {
    let scratch = try Scratch()
    let writer = try ClipStoreWriter(at: scratch("store"), fit: .pad)
    for name in ["a", "b"] {
      let clip = Clip(
        name: name, subject: "1", emotion: "joy", source: "s", fps: 50, onset: 0, apex: 1, offset: 2, frames: 3,
        height: 2, width: 2)
      try [UInt8](repeating: 7, count: 36).withUnsafeBytes { try writer.append(clip, pixels: $0) }
    }
    try writer.commit()
    let seed = [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch("store"))))
    let mutator = Mutator(
      "store", seeds: [seed],
      words: ["\\\"subject\\\":", "\\\"apex\\\":", "\\\"fps\\\":0", "\\\"", "{", "}", "[3,2,2,3]", "null", "\"U8\""])
    let figures = Fuzz.run(mutator, "clip store", quick: 500) { input in
      try Fuzz.write(input, to: scratch("fuzz"))
      let store = try ClipStore(opening: scratch("fuzz"))
      let said = Inspection(of: store, listing: Array(store.clips.indices))
      _ = (said.lines, said.json)
      for index in store.clips.indices {
        let clip = store.clips[index]
        #expect(try store.pixels(of: index).count == clip.frames * clip.height * clip.width * 3)
      }
    }
    expectCalm(figures)
  }

  /// Tables of probabilities that programs have written.
  @Test func programTables() {
    let table = "clip,joy,\"fear, too\"\na,0.25,0.75\nb/1,1,0\n"
    let mutator = Mutator(
      "program", seeds: [utf8(table), utf8("\"fear, too\";clip,joy,clip\r\n1e0,a,0\r\n")],
      words: [",", "\"", "\r\n", "clip", "joy", "nan", "inf", "1e400", "-0", "0x1p-2", "1e-320", "b/1", "\u{FEFF}"])
    let figures = Fuzz.run(mutator, "tables of programs") { input in
      let text = String(decoding: input, as: UTF8.self)
      let rows = try ProgramTable.parse(text, at: "t", clips: ["a", "b/1"], classes: ["joy", "fear, too"])
      let isRight =
        rows.count == 2
        && rows.allSatisfy { row in
          row.count == 2 && row.allSatisfy { (0...1).contains($0) } && abs(row.reduce(0, +) - 1) < 2e-3
        }
      #expect(isRight, "\(rows)")
    }
    expectCalm(figures)
  }

  @Test func sweepFiles() {
    let sweep = """
      { "name": "paper", "output": "runs/paper", "seeds": [2022, 7],
        "datasets": [
          {"name": "casme2", "store": "stores/casme2.safetensors", "classes": ["happiness", ["others", "other"]]},
          {"name": "samm", "store": "s", "classes": "samm-5"},
          {"name": "own", "store": "s", "classes": ["joy", {"name": "Others", "emotions": ["fear", "sadness"]}]},
          {"name": "synth-samm", "synthetic": {"clips": 60, "size": 64, "motion": 1, "confounding": 0.5, "seed": 1}} ],
        "folds": {"count": 5, "by": "subject"}, "variants": ["full", "ce"],
        "methods": ["menet", {"name": "own", "command": ["a", "b"], "title": "Own", "seconds": 9, \
      "checkRepeat": false}],
        "network": {"width": 64, "frames": 6, "motionSize": 256, "identitySize": 128, "stem": "paper", \
      "pretrained": null},
        "training": {"batch": 32, "learningRate": 1e-4, "lanes": 8, "selection": "last"} }
      """
    let mutator = Mutator(
      "sweep", seeds: [utf8(sweep)],
      words: [
        "{", "}", "[", "]", ",", ":", "\"", "null", "true", "\"by\"", "\"loso\"", "\"count\"", "\\u0000", "\\uD800",
        "\\",
        "\"datasets\"", "\"../x\"", "\"clips\"", "[[", "{\"a\":",
      ])
    expectCalm(Fuzz.run(mutator, "sweep file") { _ = try SweepConfiguration.parse(Data($0), location: "t") })
  }

  @Test func classesOfACommandLine() {
    let mutator = Mutator(
      "classes",
      seeds: ["samm-5", "positive,negative", "joy,others=fear+sadness", #"["joy",{"name":"x","emotions":["fear"]}]"#]
        .map(utf8), words: [",", "=", "+", "[", "]", "{", "\"", "joy", "\"name\":", "null", "[]", "\\u0000"])
    let figures = Fuzz.run(mutator, "classes") { input in
      let classes: ClassMap
      do throws(ValueProblem) {
        classes = try ClassChoice(String(decoding: input, as: UTF8.self)).classes
      } catch {
        throw Fault(at: "classes", error.text)
      }
      #expect(classes.groups.count >= 2 && classes.groups.allSatisfy { !$0.isEmpty })
      #expect(Set(classes.names).count == classes.groups.count && classes.names.allSatisfy { !$0.isEmpty })
    }
    expectCalm(figures)
  }

  @Test func imageHeaders() throws {
    let scratch = try Scratch()
    let jpeg: [UInt8] = [
      0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xC0, 0, 17, 8, 0, 20, 0, 40, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1,
      0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0, 7, 7, 0xFF, 0xD9,
    ]
    let png: [UInt8] =
      [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + utf8("IHDR") + [0, 0, 0, 40, 0, 0, 0, 20, 8, 2]
    let bmp: [UInt8] =
      utf8("BM") + Array(repeating: 0, count: 12) + [40, 0, 0, 0, 40, 0, 0, 0, 0xEC, 0xFF, 0xFF, 0xFF, 1, 0, 24, 0]
    let turned = jpeg[..<2] + segment(0xE1, utf8("Exif") + [0, 0] + exif(6)) + jpeg[2...]
    let adobe = jpeg[..<2] + segment(0xEE, utf8("Adobe") + [0, 100, 0, 0, 0, 0, 1]) + jpeg[2...]
    let chunks = png + [0, 0, 0, 1, 2, 3, 4] + chunk("tRNS", [1]) + chunk("eXIf", exif(8, isLittle: true))
    let old: [UInt8] = bmp[..<14] + [12, 0, 0, 0, 40, 0, 20, 0, 1, 0, 8, 0]
    let mutator = Mutator(
      "image", seeds: [jpeg, png, bmp, Array(turned), Array(adobe), chunks, old],
      words: ["IHDR", "BM", "\u{7F}\u{7F}\u{7F}\u{7F}", "Exif\0\0", "eXIf", "tRNS", "MM\0*", "II*\0"])
    let figures = Fuzz.run(mutator, "image header") { input in
      try Fuzz.write(input, to: scratch("fuzz"))
      let header = try ImageHeader(of: scratch("fuzz"))
      #expect(header.width > 0 && header.height > 0)
    }
    expectCalm(figures)
  }

  @Test func frameNames() {
    let seeds = [
      "img1.png\nimg2.png\nimg2 (2).png\nimg3 - Copy.png", "12-00-30-600.png\n12-00-31-0.png\n12-0-31-100.png",
      "1.5.jpg\n1.25.jpg\nCopy of 1.75.jpg", "t99999999999999999999.bmp\nt9_1.bmp",
    ]
    let mutator = Mutator(
      "names", seeds: seeds.map(utf8), words: [" (2)", " - Copy", "Copy of ", ".png", "\n", "0", "9999999999999999999"])
    let figures = Fuzz.run(mutator, "frame names") { input in
      let files = Set(String(decoding: input, as: UTF8.self).split(separator: "\n").map(String.init))
        .filter(FrameFolder.isFrame).sorted()
      let copies = try FrameCopies(files, at: "t")
      let order = try FrameOrder(copies.frames, at: "t")
      #expect(order.frames.count + copies.left.count == files.count)
      #expect(zip(order.frames, order.frames.dropFirst()).allSatisfy { $0.number < $1.number })
    }
    expectCalm(figures)
  }

  /// The archive itself goes through unzip, a few milliseconds each.
  @Test(.enabled(if: hasUnzip, "unzip is not installed: .xlsx files cannot be opened here"))
  func workbookArchives() throws {
    let scratch = try Scratch()
    let seeds = try ["samm", "mmew"].map { name in
      [UInt8](try Data(contentsOf: URL(fileURLWithPath: Fixture.path("workbooks/\(name).xlsx"))))
    }
    let mutator = Mutator(
      "archive", seeds: seeds, words: ["PK\u{3}\u{4}", "PK\u{1}\u{2}", "PK\u{5}\u{6}", "xl/workbook.xml"])
    let figures = Fuzz.run(mutator, "xlsx archive", quick: 40, share: 0.02) { input in
      try Fuzz.write(input, to: scratch("fuzz"))
      _ = try AnnotationSheet.candidates(scratch("fuzz"))
    }
    expectCalm(figures)
  }
}
