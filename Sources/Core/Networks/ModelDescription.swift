import Foundation

/// Facts about a trained network that its tensors do not contain; they are metadata of its file.
public struct ModelDescription: Equatable, Sendable {
  /// The method's name; nil for MENet and IDNet.
  public var method: String?
  /// The classes' names, in the order of the logits; nil for IDNet, whose classes are people.
  public var classes: [String]?
  /// Frames of a clip.
  public var frames: Int?
  /// Height and width of MENet's frames, pixels.
  public var motionSize: Int?
  public var stem: SweepConfiguration.Stem?
  /// What MENet sees, and how frames were registered; a file without these keys is of a network that sees frames as
  /// recorded, like IDNet.
  public var input = SweepConfiguration.Input.frames
  public var registration = SweepConfiguration.Registration.none
  /// Height and width of the recorded frames, pixels: flow and features are computed at this size. Nil for a network
  /// that sees them as recorded.
  public var recordedHeight, recordedWidth: Int?
  /// How frames that were not square became squares; squashed where a file does not say.
  public var fit = FrameFit.squash
  /// Whether a method looked at landmarks that the sweep file gave.
  public var hasLandmarks = false

  /// Nothing but the classes is known.
  init(classes: [String]?) { self.classes = classes }

  public init(classes: [String]?, _ network: SweepConfiguration.Network) {
    self.classes = classes
    frames = network.frames
    motionSize = network.motionSize
    stem = network.stem
  }

  /// A MENet that is trained on recorded clips.
  ///
  /// - Parameters:
  ///   - clip: one of them.
  ///   - fit: how their frames became squares.
  public init(
    classes: [String], _ network: SweepConfiguration.Network, _ registration: SweepConfiguration.Registration,
    of clip: Clip, fit: FrameFit = .squash
  ) {
    self.init(classes: classes, network)
    (input, self.registration) = (network.input, registration)
    self.fit = fit
    if derived != nil { (recordedHeight, recordedWidth) = (clip.height, clip.width) }
  }

  /// What is derived from recorded frames before the network sees them; nil for nothing.
  public var derived: DerivedContent? { DerivedContent(input, registration) }

  /// Reads a file's metadata; properties without metadata are nil.
  ///
  /// - Parameter classes: the network's number of classes; nil where the tensors do not show it.
  /// - Throws: a `Fault` naming the file and the key whose value is wrong.
  init(of file: SafeTensors, classes count: Int? = nil) throws {
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
    if let text = file.metadata["input"] {
      guard let input = SweepConfiguration.Input(rawValue: text) else {
        throw fault("input", "it is frames, difference or flow")
      }
      self.input = input
    }
    if let text = file.metadata["registration"] {
      guard let registration = SweepConfiguration.Registration(rawValue: text) else {
        throw fault("registration", "it is none or similarity")
      }
      self.registration = registration
    }
    if let text = file.metadata["fit"] {
      guard let fit = FrameFit(rawValue: text) else { throw fault("fit", "it is \(FrameFit.words)") }
      self.fit = fit
    }
    hasLandmarks = file.metadata["landmarks"] == "true"
    method = file.metadata["method"]
    recordedHeight = try number("recordedHeight", 1...65536)
    recordedWidth = try number("recordedWidth", 1...65536)
    if let text = file.metadata["classes"] {
      guard let names = try? JSONDecoder().decode([String].self, from: Data(text.utf8)),
        names.count == count ?? names.count
      else { throw fault("classes", "it is a JSON list of \(count.map { "\($0) names" } ?? "names")") }
      classes = names
    }
  }

  /// The description as metadata of a file.
  public var metadata: [String: String] {
    var texts: [String: String] = [:]
    texts["method"] = method
    if hasLandmarks { texts["landmarks"] = "true" }
    texts["classes"] = classes.map { "[\($0.map(JSONNode.quoted).joined(separator: ","))]" }
    texts["frames"] = frames.map(String.init)
    texts["motionSize"] = motionSize.map(String.init)
    texts["stem"] = stem?.rawValue
    if input != .frames { texts["input"] = input.rawValue }
    if registration != .none { texts["registration"] = registration.rawValue }
    if fit != .squash { texts["fit"] = fit.rawValue }
    texts["recordedHeight"] = recordedHeight.map(String.init)
    texts["recordedWidth"] = recordedWidth.map(String.init)
    return texts
  }
}
