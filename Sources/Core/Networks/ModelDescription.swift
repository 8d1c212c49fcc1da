import Foundation

/// Facts about a trained network that its tensors do not contain; they are metadata of its file.
public struct ModelDescription: Equatable, Sendable {
  /// The classes' names, in the order of the logits; nil for IDNet, whose classes are people.
  public var classes: [String]?
  /// Frames of a clip.
  public var frames: Int?
  /// Height and width of MENet's frames, pixels.
  public var motionSize: Int?
  public var stem: SweepConfiguration.Stem?

  public init(classes: [String]?, _ network: SweepConfiguration.Network) {
    self.classes = classes
    frames = network.frames
    motionSize = network.motionSize
    stem = network.stem
  }

  /// Reads a file's metadata; properties without metadata are nil.
  ///
  /// - Parameter classes: the network's number of classes.
  /// - Throws: a `Fault` naming the file and the key whose value is wrong.
  init(of file: SafeTensors, classes count: Int) throws {
    func fault(_ key: String, _ right: String) -> Fault {
      Fault(
        at: "\(file.path): metadata `\(key)`", "is \(JSONNode.quoted(String(file.metadata[key]!.prefix(60)))); \(right)"
      )
    }
    func number(_ key: String, _ range: ClosedRange<Int>) throws -> Int? {
      guard let text = file.metadata[key] else { return nil }
      guard let value = Int(text), range.contains(value) else {
        throw fault(key, "it is a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
      return value
    }
    frames = try number("frames", 1...256)
    motionSize = try number("motionSize", 1...4096)
    if let text = file.metadata["stem"] {
      guard let stem = SweepConfiguration.Stem(rawValue: text) else { throw fault("stem", "it is paper or code") }
      self.stem = stem
    }
    if let text = file.metadata["classes"] {
      guard let names = try? JSONDecoder().decode([String].self, from: Data(text.utf8)), names.count == count else {
        throw fault("classes", "it is a JSON list of \(count) names")
      }
      classes = names
    }
  }

  /// The description as metadata of a file.
  public var metadata: [String: String] {
    var texts: [String: String] = [:]
    texts["classes"] = classes.map { "[\($0.map(JSONNode.quoted).joined(separator: ","))]" }
    texts["frames"] = frames.map(String.init)
    texts["motionSize"] = motionSize.map(String.init)
    texts["stem"] = stem?.rawValue
    return texts
  }
}
