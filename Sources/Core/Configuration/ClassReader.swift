import Foundation

/// Reads classes: a preset's name, or a list whose elements are an emotion, a list of emotions, or an object with a
/// name and emotions. Each emotion is in one class, and each class has a name of its own.
struct ClassReader {
  let path: String
  private(set) var faults: [Fault] = []
  /// Where each emotion is.
  private var seen: [String: String] = [:]
  private var groups: [[String]] = []
  private var names: [String] = []
  private var namesAsCompared: Set<String> = []

  /// - Parameter path: what faults name.
  init(path: String) { self.path = path }

  /// The classes; of no use where there are faults.
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
      for (index, element) in elements.enumerated() { add(element, "[\(index)]") }
      checkNames()
    default: note("", "is \(node.summary), neither a preset's name nor a list of emotions")
    }
    return ClassMap(groups, names: names)
  }

  private mutating func add(_ node: JSONNode, _ location: String) {
    let (emotions, name): ([String], String?) =
      switch node {
      case .list(let merged): (self.emotions(merged, location), nil)
      case .object(let members): named(members, location)
      default: (emotion(node, location), nil)
      }
    guard let first = emotions.first else { return }
    let called = name ?? first
    if !namesAsCompared.insert(ClassMap.normalized(called)).inserted {
      // An emotion that has the name of a class before it is noted by `checkNames`.
      if name != nil { note(location, "is named \(called), as a class before it; each class has another name") }
      return
    }
    groups.append(emotions)
    names.append(called)
  }

  /// `{"name": "others", "emotions": ["fear", "sadness"]}`.
  private mutating func named(_ members: [JSONNode.Member], _ location: String) -> ([String], String?) {
    let keys = ["name", "emotions"]
    var reader = SectionReader(members, path: path + location, keys: keys)
    for key in keys where !reader.isGiven(key) {
      reader.note(key, "is missing; a class is {\"name\": \"others\", \"emotions\": [\"fear\", \"sadness\"]}")
    }
    faults += reader.faults
    var (emotions, name): ([String], String?) = ([], nil)
    if let node = reader.node("name"), node != .null { name = className(node, "\(location).name") }
    switch reader.node("emotions") {
    case nil, .null: break
    case .list(let merged): emotions = self.emotions(merged, "\(location).emotions")
    case .some(let node): note("\(location).emotions", "is \(node.summary), not a list of emotions")
    }
    return (emotions, name)
  }

  private mutating func className(_ node: JSONNode, _ location: String) -> String? {
    guard case .string(let text) = node else {
      note(location, "is \(node.summary), not a name")
      return nil
    }
    let name = text.trimmingCharacters(in: .whitespacesAndNewlines)
    if let problem = SettingValue<String>.problem(ofText: name) {
      note(location, problem)
      return nil
    }
    return name
  }

  /// The emotions of one class.
  private mutating func emotions(_ nodes: [JSONNode], _ location: String) -> [String] {
    if nodes.isEmpty { note(location, "is empty; a class has at least one emotion") }
    return nodes.enumerated().flatMap { emotion($1, "\(location)[\($0)]") }
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
    guard seen.updateValue(location, forKey: emotion) == nil else {
      note(location, "is \(emotion) again; an emotion is in one class")
      return []
    }
    return [emotion]
  }

  /// A class must not have the name of another one's emotion: nobody could tell which of them is meant.
  private mutating func checkNames() {
    for (group, name) in zip(groups, names) where !group.contains(ClassMap.normalized(name)) {
      guard let other = seen[ClassMap.normalized(name)] else { continue }
      note(other, "is \(ClassMap.normalized(name)), which is the name of another class")
    }
  }

  private mutating func note(_ location: String, _ problem: String) {
    faults.append(Fault(at: path + location, problem))
  }
}
