import Testing

@testable import Coordinator
@testable import Core

/// The options of `microfold import` and `microfold check`.
@Suite struct ImportOptionsTests {
  @Test(arguments: [
    ("list", ImportSettings.Layout.list), ("csv", .csv), ("casme2", .release(.casme2)), ("samm", .release(.samm)),
    ("mmew", .release(.mmew)), ("casme", .release(.casme)), ("casme-squared", .release(.casmeSquared)),
    ("casme3", .release(.casme3)), ("4dme", .release(.fourDME)),
  ])
  func everyOptionOfImportIsRead(_ name: String, _ layout: ImportSettings.Layout) throws {
    let preset = try ClassPreset.named("samm-5", at: "test")
    var options = ImportOptions(
      settings: ImportSettings(layout, source: "d", annotations: "a", output: "o.safetensors"))
    // Counts of a user's own table are compared with nothing.
    (options.settings.classes, options.settings.preset) = (preset.classes, layout == .csv ? nil : preset)
    let required = "import \(name) --source d --annotations a --classes samm-5 --output o.safetensors"
    #expect(try parse(required) == options)
    options.settings.size = 128
    options.settings.crop = .box(CropBox(width: 400, height: 300, x: 20, y: 0))
    options.settings.fps = 200
    options.settings.largestLostShare = 0.5
    #expect(try parse(required + " --size 128 --crop 400:300:20:0 --fps 200 --lost-share 0.5") == options)
    options.settings.crop = .table("boxes.CSV")
    #expect(try parse(required + " --size 128 --crop boxes.CSV --fps 200 --lost-share 0.5") == options)
    options.settings.landmarks = "marks"
    #expect(
      try parse(required + " --size 128 --crop boxes.CSV --fps 200 --lost-share 0.5 --landmarks marks") == options)
    options.settings.landmarks = nil
    let sheet = required + " --size 128 --crop boxes.CSV --fps 200 --lost-share 0.5 --sheet MICRO_ONLY"
    if layout != .list {
      options.settings.sheet = "MICRO_ONLY"
      #expect(try parse(sheet) == options)
    } else {
      #expect(throws: Fault.self) { try request(sheet) }
    }
  }

  @Test func smicTakesACameraAndNoSheet() throws {
    let preset = try ClassPreset.named("smic-3", at: "test")
    var options = ImportOptions(
      settings: ImportSettings(.release(.smic), source: "d", annotations: "d", output: "o.safetensors"))
    (options.settings.classes, options.settings.preset) = (preset.classes, preset)
    let required = "import smic --source d --classes smic-3 --output o.safetensors"
    #expect(try parse(required) == options)
    options.settings.camera = .nir
    #expect(try parse(required + " --camera nir") == options)
    for wrong in [" --camera uv", " --annotations a", " --sheet s", " --expressions macro"] {
      #expect(throws: Fault.self) { try request(required + wrong) }
    }
  }

  @Test(arguments: ["casme-squared", "casme3"]) func macroExpressionsAreAChoice(_ name: String) throws {
    let release = try #require(Release(rawValue: name))
    let preset = try ClassPreset.named("megc-3", at: "test")
    var options = ImportOptions(
      settings: ImportSettings(.release(release), source: "d", annotations: "a", output: "o.safetensors"))
    (options.settings.classes, options.settings.preset) = (preset.classes, preset)
    let required = "import \(name) --source d --annotations a --classes megc-3 --output o.safetensors"
    #expect(try parse(required + " --expressions micro") == options)
    options.settings.expressions = .macro
    #expect(try parse(required + " --expressions macro") == options)
    let elsewhere = required.replacing("import \(name)", with: "import casme2") + " --expressions macro"
    #expect(throws: Fault.self) { try request(elsewhere) }
  }

  @Test func classesMayBeOnesOwn() throws {
    let required = "import csv --source d --annotations a --output o.safetensors --classes "
    var options = ImportOptions(settings: ImportSettings(.csv, source: "d", annotations: "a", output: "o.safetensors"))
    options.settings.classes = ClassMap([["positive"], ["negative"]])
    #expect(try parse(required + "positive,negative") == options)
    options.settings.classes = ClassMap([["joy"], ["fear", "sadness"]], names: ["joy", "others"])
    #expect(try parse(required + "joy,others=fear+sadness") == options)
  }

  @Test(arguments: FrameFit.plain) func aStoreIsReplacedAndFramesAreFittedOnDemand(_ fit: FrameFit) throws {
    var options = ImportOptions(settings: ImportSettings(.csv, source: "d", annotations: "a", output: "o.safetensors"))
    let preset = try ClassPreset.named("samm-5", at: "test")
    (options.settings.classes, options.settings.fit, options.settings.replaces) = (preset.classes, fit, true)
    let words = "csv --source d --annotations a --classes samm-5 --fit \(fit.rawValue)"
    #expect(try parse("import \(words) --force --output o.safetensors") == options)
    #expect(throws: Fault.self) { try request("check \(words) --force") }
    #expect(throws: Fault.self) { try request("import csv --fit stretch --source d --annotations a --classes samm-5") }
  }

  /// A check has the options of an import, but writes no store.
  @Test func everyOptionOfCheckIsRead() throws {
    let preset = try ClassPreset.named("samm-5", at: "test")
    var options = ImportOptions(settings: ImportSettings(.list, source: "d", annotations: "a", output: ""))
    (options.settings.classes, options.settings.preset) = (preset.classes, preset)
    let required = "check list --source d --annotations a --classes samm-5"
    #expect(try parse(required) == options)
    options.settings.size = 64
    (options.page, options.table) = ("c.html", "c.csv")
    #expect(try parse(required + " --size 64 --page c.html --table c.csv") == options)
    for wrong in [" --output o.safetensors", " --page c.txt", " --table c.html"] {
      #expect(throws: Fault.self) { try request(required + wrong) }
    }
  }
}
