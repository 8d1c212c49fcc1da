extension SettingValue where Value == ClassMap {
  /// A preset's name, or a list of emotions and of lists of emotions.
  static var classes: SettingValue {
    SettingValue(
      allowed: "\(ClassPreset.names.joined(separator: ", ")), or a list of emotions",
      read: { node, _, path, faults in
        var reader = ClassReader(path: path)
        let classes = reader.classes(node)
        faults += reader.faults
        return reader.faults.isEmpty ? classes : nil
      },
      write: { classes, _ in .list(classes.groups.map { .list($0.map { .string($0) }) }) })
  }
}

/// Reads classes; each emotion is in one of them.
private struct ClassReader {
  let path: String
  var faults: [Fault] = []
  private var seen: Set<String> = []

  init(path: String) { self.path = path }

  mutating func classes(_ node: JSONNode) -> ClassMap {
    switch node {
    case .string(let name):
      do throws(Fault) {
        return try ClassPreset.named(name, at: path).classes
      } catch {
        faults.append(error)
      }
    case .list(let elements):
      if elements.count < 2 { note("", "has \(elements.count) of the at least 2 classes") }
      return ClassMap(elements.enumerated().map { group($1, "[\($0)]") }.filter { !$0.isEmpty })
    default: note("", "is \(node.summary), neither a preset's name nor a list of emotions")
    }
    return ClassMap([])
  }

  /// The emotions of one class.
  private mutating func group(_ node: JSONNode, _ location: String) -> [String] {
    guard case .list(let merged) = node else { return emotion(node, location) }
    if merged.isEmpty { note(location, "is empty; a class has at least one emotion") }
    return merged.enumerated().flatMap { emotion($1, "\(location)[\($0)]") }
  }

  /// The emotion, as emotions are compared, or nothing after noting what is wrong with it.
  private mutating func emotion(_ node: JSONNode, _ location: String) -> [String] {
    guard case .string(let text) = node else {
      note(location, "is \(node.summary), not an emotion")
      return []
    }
    let emotion = ClassMap.normalized(text)
    if let problem = SettingValue<String>.problem(ofText: emotion) {
      note(location, problem)
      return []
    }
    if !seen.insert(emotion).inserted { note(location, "is \(emotion) again; an emotion is in one class") }
    return [emotion]
  }

  private mutating func note(_ location: String, _ problem: String) {
    faults.append(Fault(at: path + location, problem))
  }
}
