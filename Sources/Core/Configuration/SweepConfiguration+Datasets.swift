extension SweepConfiguration {
  /// Names that the run directory keeps for itself beside the datasets' folders.
  private static let reservedNames = ["report", "sweep.json", "folds.json", "ledger.jsonl"]

  /// Reads the key `datasets`, the only one without a default.
  static func datasets(_ reader: inout SectionReader) -> [Dataset] {
    if reader.node("datasets") == nil { reader.note("datasets", "is missing; name at least one dataset") }
    guard let elements = reader.list("datasets", of: "datasets") else { return [] }
    var datasets: [Dataset] = []
    var places: [String: Int] = [:]
    for (index, element) in elements.enumerated() {
      var section = SectionReader(
        element, path: "datasets[\(index)]", keys: ["name", "store", "synthetic", "classes", "landmarks"])
      if case .object = element {
        let dataset = dataset(&section)
        if let first = places.updateValue(index, forKey: dataset.name.lowercased()), !dataset.name.isEmpty {
          section.note(
            "name", "is \(dataset.name), as in datasets[\(first)]; each dataset has a folder of its own name")
        }
        datasets.append(dataset)
      }
      reader.add(section.faults)
    }
    return datasets
  }

  private static func dataset(_ section: inout SectionReader) -> Dataset {
    let isSynthetic = section.node("synthetic") != nil
    let name = datasetName(&section, isSynthetic: isSynthetic)
    if isSynthetic == (section.node("store") != nil) {
      let problem =
        isSynthetic
        ? "has both a store and synthetic; it is one of them"
        : "has no clips; give it a store, the path of a clip store, or synthetic"
      section.add([Fault(at: section.path, problem)])
    }
    let made = isSynthetic ? ClassPreset.ofSynthetic(name)?.classes : nil
    let source: Dataset.Source =
      if let node = section.node("synthetic") {
        .synthetic(synthetic(node, &section))
      } else {
        .store(section.text("store", ""))
      }
    if section.node("classes") == nil, !isSynthetic {
      let presets = ClassPreset.names.joined(separator: ", ")
      section.note("classes", "is missing; name a preset (\(presets)) or list emotions")
    }
    let classes = section.node("classes").map { classMap($0, &section) } ?? made ?? ClassMap([])
    if let made { checkMade(classes, name, made, &section) }
    var dataset = Dataset(name: name, source: source, classes: classes)
    if section.node("landmarks") != nil {
      if isSynthetic { section.note("landmarks", "is for a store; synthetic clips have none") }
      dataset.landmarks = section.text("landmarks", "")
    }
    return dataset
  }

  private static func datasetName(_ section: inout SectionReader, isSynthetic: Bool) -> String {
    guard let node = section.node("name") else {
      section.note("name", "is missing; it names the dataset's folder and its rows in the report")
      return ""
    }
    guard case .string(let name) = node else {
      section.note("name", "is \(node.summary), not a text")
      return ""
    }
    if isSynthetic {
      if ClassPreset.ofSynthetic(name) == nil {
        section.note(
          "name",
          "is \(node.summary), which is no synthetic dataset; "
            + NearestWord.advice(name, among: ClassPreset.syntheticDatasets))
      }
    } else if let problem = problem(ofFolder: name) {
      section.note("name", "is \(node.summary); \(problem)")
    }
    return name
  }

  /// What is wrong with a dataset's name, which is the name of its folder too, or nil.
  private static func problem(ofFolder name: String) -> String? {
    let isPlain = name.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
      default: false
      }
    }
    if name.isEmpty { return "a dataset needs a name" }
    if !isPlain { return "a dataset's name has letters, digits, '.', '_' and '-' only" }
    if name.hasPrefix(".") { return "a dataset's name does not begin with '.'" }
    if name.utf8.count > 64 { return "a dataset's name has at most 64 letters" }
    if reservedNames.contains(name.lowercased()) { return "the run directory has its own \(name.lowercased())" }
    return nil
  }

  private static func synthetic(_ node: JSONNode, _ outer: inout SectionReader) -> Synthetic {
    let keys = ["clips", "size", "motion", "confounding", "seed"]
    var reader = SectionReader(node, path: outer.place("synthetic"), keys: keys)
    var synthetic = Synthetic()
    let clips = Synthetic.clipsRange
    let size = Synthetic.sizeRange
    synthetic.clips = reader.integer(
      "clips", synthetic.clips, clips, "a dataset needs at least \(clips.lowerBound) clips")
    synthetic.size = reader.integer(
      "size", synthetic.size, size, "a face needs at least \(size.lowerBound) pixels")
    synthetic.motion = reader.number(
      "motion", synthetic.motion, Synthetic.motionRange, "the strength of motion is 0 or more")
    synthetic.confounding = reader.number(
      "confounding", synthetic.confounding, Synthetic.confoundingRange, "confounding goes from 0 to 1")
    synthetic.seed = reader.integer("seed", synthetic.seed, 0...UInt64.max, "a seed is 0 or more")
    outer.add(reader.faults)
    return synthetic
  }

  /// Reads a preset's name, or a list of emotions or of lists of emotions.
  private static func classMap(_ node: JSONNode, _ section: inout SectionReader) -> ClassMap {
    if case .string(let name) = node {
      do throws(Fault) {
        return try ClassPreset.named(name, at: section.place("classes")).classes
      } catch {
        section.add([error])
        return ClassMap([])
      }
    }
    guard case .list(let elements) = node else {
      section.note("classes", "is \(node.summary), neither a preset's name nor a list of emotions")
      return ClassMap([])
    }
    var groups: [[String]] = []
    var seen: Set<String> = []
    for (index, element) in elements.enumerated() {
      let key = "classes[\(index)]"
      var group: [String] = []
      if case .list(let merged) = element {
        if merged.isEmpty { section.note(key, "is empty; a class has at least one emotion") }
        for (place, one) in merged.enumerated() { group += emotion(one, "\(key)[\(place)]", &seen, &section) }
      } else {
        group += emotion(element, key, &seen, &section)
      }
      if !group.isEmpty { groups.append(group) }
    }
    if elements.count < 2 { section.note("classes", "has \(elements.count) of the at least 2 classes to tell apart") }
    return ClassMap(groups)
  }

  /// The emotion that `node` names, as emotions are compared, or nothing after noting what is wrong with it.
  private static func emotion(
    _ node: JSONNode, _ key: String, _ seen: inout Set<String>, _ section: inout SectionReader
  ) -> [String] {
    guard case .string(let text) = node else {
      section.note(key, "is \(node.summary), not an emotion")
      return []
    }
    let emotion = ClassMap.normalized(text)
    if let problem = ValueCheck.problem(ofText: emotion) {
      section.note(key, problem)
      return []
    }
    if !seen.insert(emotion).inserted { section.note(key, "is \(emotion) once more; an emotion is in one class") }
    return [emotion]
  }

  /// A synthetic dataset has the emotions it is made with; a class without any of them would stay empty.
  private static func checkMade(
    _ classes: ClassMap, _ name: String, _ made: ClassMap, _ section: inout SectionReader
  ) {
    let emotions = made.names.joined(separator: ", ")
    for group in classes.groups where !group.contains(where: { made.index(of: $0) != nil }) {
      section.note("classes", "has \(group[0]), which \(name) has no clips of; it is made with \(emotions)")
    }
  }
}

extension SweepConfiguration.Synthetic {
  /// Numbers of clips that can be asked for.
  public static let clipsRange = 10...100_000
  /// Heights and widths of a frame that can be asked for, pixels.
  public static let sizeRange = 16...1024
  /// Strengths of motion that can be asked for.
  public static let motionRange = 0.0...10.0
  /// Degrees of confounding that can be asked for.
  public static let confoundingRange = 0.0...1.0
}
