import Core

// Options that several commands have.
extension CommandOption {
  /// - Parameter property: nil for as many as the CPU affinity has cores.
  static func threads(
    _ property: WritableKeyPath<Options, Int?> & Sendable, _ help: String = "threads of each rank"
  ) -> CommandOption {
    .optional(property, "--threads", .integer(1...1024), help, standard: "the cores that it may run on")
  }

  static func json(
    _ property: WritableKeyPath<Options, Bool> & Sendable, _ help: String = "print JSON"
  ) -> CommandOption {
    .flag(property, true, "--json", help)
  }

  static func ranksPerFold(
    _ property: WritableKeyPath<Options, SweepOptions.RanksPerFold> & Sendable
  ) -> CommandOption {
    .value(
      property, "--ranks-per-fold", .ranksPerFold,
      "ranks that train one unit together, a power of two; auto makes the sweep as short as possible")
  }

  /// Which stem a network has, where its file does not say.
  static func stem(_ property: WritableKeyPath<Options, SweepConfiguration.Stem?> & Sendable) -> CommandOption {
    .optional(property, "--stem", .word, "the networks' stem", standard: "what the files say, or paper")
  }

  /// How frames that are not square become squares.
  static func fit(
    _ property: WritableKeyPath<Options, FrameFit?> & Sendable, standard: String
  ) -> CommandOption {
    .optional(
      property, "--fit", .word(among: FrameFit.plain),
      "what becomes of frames that are not square: squash them, pad them with black, or crop the square in the middle",
      standard: standard)
  }

  /// Clips of a store.
  static func clips(
    _ property: WritableKeyPath<Options, [String]?> & Sendable, _ help: String, standard: String
  ) -> CommandOption {
    .optional(
      property, "--clips", .clips, "\(help): names or patterns such as 'sub01/*', separated by commas",
      standard: standard)
  }
}

extension OptionKind where Value == SweepOptions.RanksPerFold {
  static var ranksPerFold: OptionKind {
    OptionKind(
      placeholder: "N|auto", completion: .words(["auto"]),
      read: { text throws(ValueProblem) in
        if text == "auto" { return .automatic }
        if let ranks = Int(text), (1...64).contains(ranks), ranks & (ranks - 1) == 0 { return .fixed(ranks) }
        throw ValueProblem("is \(Arguments.shown(text)); it takes auto, 1, 2, 4, 8, 16, 32 or 64")
      }, shown: { $0 == .automatic ? "auto" : nil })
  }
}

extension OptionKind where Value == [String] {
  /// Names of clips, or patterns.
  static var clips: OptionKind {
    OptionKind(
      placeholder: "NAMES",
      read: { text throws(ValueProblem) in
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        if names.contains("") { throw ValueProblem("is \(Arguments.shown(text)); one of its names is empty") }
        return names
      })
  }
}

extension OptionKind where Value == CropBox {
  static var box: OptionKind {
    OptionKind(
      placeholder: "W:H:X:Y",
      read: { text throws(ValueProblem) in
        if let box = CropBox(text) { return box }
        throw ValueProblem("is \(Arguments.shown(text)); it takes \(CropBox.form)")
      })
  }
}

extension OptionKind where Value == ImportSettings.Crop {
  static var crop: OptionKind {
    OptionKind(
      placeholder: "W:H:X:Y|FILE", completion: .files,
      read: { text throws(ValueProblem) in
        if [".csv", ".tsv", ".txt", ".xlsx"].contains(where: text.lowercased().hasSuffix) { return .table(text) }
        if let box = CropBox(text) { return .box(box) }
        throw ValueProblem(
          "is \(Arguments.shown(text)); it takes \(CropBox.form), or a table: a .csv, .tsv, .txt or .xlsx file")
      })
  }
}
