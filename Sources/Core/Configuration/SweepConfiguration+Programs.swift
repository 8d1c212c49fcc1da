/// One entry of `methods`: the name of a method in the catalogue, or a program.
public enum MethodChoice: Equatable, Sendable {
  case named(String)
  case program(ProgramMethod)

  /// What units, folders and the report know it by.
  var name: String {
    switch self {
    case .named(let name): name
    case .program(let program): program.name
    }
  }
}

extension SweepConfiguration {
  /// `methods` as the sweep file has them: names, and programs in full.
  var methodChoices: [MethodChoice] {
    get { methods.map { name in program(named: name).map(MethodChoice.program) ?? .named(name) } }
    set {
      methods = newValue.map(\.name)
      programs = newValue.compactMap { choice in
        if case .program(let program) = choice { program } else { nil }
      }
    }
  }

  /// The program of this name; nil where there is none.
  public func program(named name: String) -> ProgramMethod? { programs.first { $0.name == name } }

  /// The method of this name among the programs and in the catalogue; nil where there is none.
  public func method(named name: String) -> (any Method)? { program(named: name) ?? Catalogue.method(named: name) }

  /// The method that trains units of this name: one of the sweep's.
  public func method(of variant: Variant) -> any Method {
    program(named: variant.rawValue) ?? Catalogue.method(of: variant)
  }

  /// Every name that a unit of this sweep may have: those of the catalogue, then those of programs.
  public var knownVariants: [Variant] { Catalogue.variants + programs.map { Variant($0.name) } }
}

extension MethodChoice {
  /// A word of the catalogue or an object.
  static let setting: SettingValue<[MethodChoice]> = {
    var kind = SettingValue.list(of: one, "methods", repeated: "each method is run once")
    let read = kind.read
    kind.read = { node, base, path, faults in
      let choices = read(node, base, path, &faults)
      if let choices, choices.count == node.elements?.count { check(choices, at: path, &faults) }
      return choices
    }
    return kind
  }()

  private static let word = SettingValue<String>.word(among: Catalogue.names)

  private static let one = SettingValue<MethodChoice>(
    allowed: "\(word.allowed), or an object with `name` and `command`",
    read: { node, _, path, faults in
      guard node.members != nil else { return word.read(node, nil, path, &faults).map { .named($0) } }
      return ProgramMethod.table.read(node, over: ProgramMethod(""), at: path, &faults).map { .program($0) }
    },
    write: { choice, purpose in
      switch choice {
      case .named(let name): word.write(name, purpose)
      case .program(let program): ProgramMethod.table.json(program, purpose)
      }
    },
    inside: { ProgramMethod.table.descriptions(at: $0) })

  /// Names, which are folders too, and titles, which are rows of the report, belong to one method each.
  private static func check(_ choices: [MethodChoice], at path: String, _ faults: inout [Fault]) {
    let variants = Catalogue.variants + Catalogue.pretrainings.flatMap(\.variants)
    var names = Dictionary(
      (Catalogue.names + variants.map(\.rawValue)).map { ($0.lowercased(), "") },
      uniquingKeysWith: { first, _ in first })
    var titles = Dictionary(Catalogue.methods.map { ($0.about.title, "") }, uniquingKeysWith: { first, _ in first })
    for (index, choice) in choices.enumerated() {
      guard case .program(let program) = choice, !program.name.isEmpty else { continue }
      let own = "\(path)[\(index)]"
      if let other = names.updateValue(own, forKey: program.name.lowercased()) {
        let owner = other.isEmpty ? "a method of MicroFold" : other
        faults.append(Fault(at: "\(own).name", "is \(program.name), as \(owner) is called; choose another name"))
      } else if let other = titles.updateValue(own, forKey: program.about.title) {
        let owner = other.isEmpty ? "a method of MicroFold" : other
        let title = printable(program.about.title)
        faults.append(Fault(at: "\(own).title", "is \(title), as \(owner) is called; choose another title"))
      }
    }
  }
}

extension ProgramMethod {
  /// What of it decides the results, as in the digest.
  var science: JSONNode { ProgramMethod.table.json(self, .digest) }

  /// The settings of `methods[]`.
  static let table = SettingTable(
    ProgramMethod(""),
    [
      Setting(
        \.name, "name", .text("up to 64 letters, digits, `.`, `_` and `-`"),
        "of a program: names its folders and its rows in the report", required: "it names the method's folders"),
      Setting(
        \.command, "command", .list(of: .text("texts"), "words"),
        "the program and its arguments; for each fold it is run with the path of a JSON file as one more argument, and "
          + "writes a table of probabilities",
        more: "methods.md#any-program", required: "it is the program and its arguments"),
      Setting(
        \.title, "title", .optional(.text("a text")), "what the report calls it; `null` is its name",
        written: .unlessDefault, digest: .absent),
      Setting(
        \.seconds, "seconds", .integer(1...10_000_000, least: "a program needs at least 1 second"),
        "the most seconds that one run of the program may take; after them the unit fails", written: .unlessDefault,
        digest: .absent),
      Setting(
        \.checksRepeat, "checkRepeat", .boolean,
        "whether the program is run twice on the first fold with the same file, so that the report can say whether it "
          + "gives the same answer",
        written: .unlessDefault, digest: .absent),
    ],
    check: { program, reader in
      if !program.name.isEmpty, let problem = FolderName.problem(program.name, of: "a method") {
        reader.note("name", "is \(JSONNode.string(program.name).summary)\(problem)")
      }
    })
}
