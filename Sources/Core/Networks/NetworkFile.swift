import Foundation

/// The file of a trained MENet or IDNet. The network's sizes are read from its tensors, so a network that is built from
/// them takes no more memory than a few times the file's size.
public struct NetworkFile: Sendable {
  public enum Branch: String, Sendable {
    case menet = "MENet"
    case idnet = "IDNet"
  }

  public let file: SafeTensors
  public let branch: Branch
  public let width, classes: Int
  /// The file's metadata.
  public let description: ModelDescription
  /// The number of frames with a branch in MENet's diverse attention; nil without it.
  public let attentionFrames: Int?
  /// Positions per frame at the attention module, P; nil if no tensor shows it.
  private let positions: Int?

  /// Opens a file and reads the network's sizes.
  ///
  /// - Throws: a `Fault` naming the file and the tensor that is missing or does not belong to such a network.
  public init(_ branch: Branch, opening path: String) throws {
    file = try SafeTensors(opening: path)
    self.branch = branch
    if let other = NetworkFile.other(file, than: branch) { throw other }
    let (stemFrames, blockFrames) = branch == .menet ? (7, 3) : (1, 1)

    let stem = try file.entry("conv1.weight").shape
    guard let width = stem.first, width > 0, stem == [width, 3, stemFrames, 7, 7] else {
      throw Fault(
        at: "\(path): conv1.weight", "has shape \(stem); \(branch.rawValue) has [width, 3, \(stemFrames), 7, 7]")
    }
    self.width = width
    try file.require("layer4.1.conv2.weight", [8 * width, 8 * width, blockFrames, 3, 3])

    let bias = try file.entry("classifier.bias").shape
    guard let classes = bias.first, classes > 0, bias.count == 1 else {
      throw Fault(at: "\(path): classifier.bias", "has shape \(bias); a network has [classes], 1 or more")
    }
    self.classes = classes
    try file.require("classifier.weight", [classes, 8 * width])
    description = try ModelDescription(of: file, classes: classes)
    (attentionFrames, positions) = try branch == .menet ? NetworkFile.diverseAttention(file) : (nil, nil)
  }

  /// What is wrong with a file that MicroFold wrote for something else, and which file to take; nil for any other file.
  private static func other(_ file: SafeTensors, than branch: Branch) -> Fault? {
    let found: String
    if let method = file.metadata["method"] {
      found = "what the method \(JSONNode.quoted(String(method.prefix(40)))) learned"
    } else if file.metadata["format"]?.hasPrefix("microfold checkpoint") == true {
      found = "a checkpoint"
    } else if file.contains("fc1.weight"), file.contains("fc2.weight"), !file.contains("conv1.weight") {
      found = "MINE's file, which estimates mutual information"
    } else if let stem = try? file.entry("conv1.weight").shape, stem.count == 5 {
      switch (branch, stem[2]) {
      case (.menet, 1): found = "IDNet's file, which knows people and no emotions"
      case (.idnet, 7): found = "MENet's file, which knows emotions and no people"
      default: return nil
      }
    } else {
      return nil
    }
    let name = "\(branch.rawValue.lowercased()).safetensors"
    let beside = file.path.contains("/") ? "\(AtomicFile.split(file.path).directory)/\(name)" : name
    let isThere = file.path != beside && FileManager.default.fileExists(atPath: beside)
    return Fault(
      at: file.path, "is \(found); this needs \(branch.rawValue)'s file, \(isThere ? "take \(beside)" : name)")
  }

  /// Whether the network has the attention module of its branch.
  public var hasAttention: Bool { branch == .idnet || attentionFrames != nil }

  /// The stem by the file's metadata, or else the one that gives the right number of positions for frames of `size`
  /// pixels; nil if unknown.
  public func stem(size: Int) -> SweepConfiguration.Stem? {
    if let stem = description.stem { return stem }
    guard let positions else { return nil }
    let fitting = SweepConfiguration.Stem.allCases.filter {
      shape(frames: 1, size: size, stem: $0).positions == positions
    }
    return fitting.count == 1 ? fitting[0] : nil
  }

  /// The network with the file's weights.
  ///
  /// - Parameters:
  ///   - frames: of a clip.
  ///   - size: height and width of a frame, pixels.
  /// - Throws: a `Fault` naming the file and the tensor that does not fit such clips or that network, or is not finite.
  public func network(frames: Int, size: Int, stem: SweepConfiguration.Stem) throws -> RecognitionNetwork {
    if let attentionFrames, attentionFrames != frames {
      throw Fault(
        at: "\(file.path): attention.norm.\(min(frames, attentionFrames))",
        "the attention module is made for \(attentionFrames) frames; the clips have \(frames)")
    }
    // The second pool of the code's stem needs 2 × 2 positions, which smaller frames do not have.
    guard stem == .paper || size >= 5 else {
      throw Fault(at: file.path, "with the stem `code` it needs frames of 5 pixels or more; these have \(size)")
    }
    let shape = shape(frames: frames, size: size, stem: stem)
    if let positions, positions != shape.positions {
      throw Fault(
        at: "\(file.path): attention.mix.1.weight",
        "is made for \(positions) positions; frames of \(size) pixels have \(shape.positions) with the stem "
          + "`\(stem.rawValue)`")
    }
    let network = RecognitionNetwork(shape, Initializer(seed: 0, module: branch.rawValue))
    try network.load(file)
    return network
  }

  private func shape(frames: Int, size: Int, stem: SweepConfiguration.Stem) -> RecognitionNetwork.Shape {
    RecognitionNetwork.Shape(
      width: width, frames: frames, size: size, classes: classes, stem: stem,
      attention: branch == .idnet ? .same : attentionFrames == nil ? .none : .diverse,
      stemFrames: branch == .menet ? 7 : 1, blockFrames: branch == .menet ? 3 : 1)
  }

  /// Frames and positions of MENet's attention module, where the file has one.
  private static func diverseAttention(_ file: SafeTensors) throws -> (frames: Int?, positions: Int?) {
    guard file.names.contains(where: { $0.hasPrefix("attention.") }) else { return (nil, nil) }
    var frames = 0
    while file.contains("attention.norm.\(frames).weight") { frames += 1 }
    guard frames > 0 else {
      throw Fault(at: "\(file.path): attention.norm.0.weight", "is missing, but there are other attention.* tensors")
    }
    guard frames > 1 else { return (frames, nil) }
    let mixing = try file.entry("attention.mix.1.weight").shape
    guard let positions = mixing.first, positions > 0 else {
      throw Fault(at: "\(file.path): attention.mix.1.weight", "has shape \(mixing); it needs [positions, positions]")
    }
    for frame in 1..<frames { try file.require("attention.mix.\(frame).weight", [positions, positions]) }
    return (frames, positions)
  }
}

extension SafeTensors {
  /// - Throws: a `Fault` unless there is a tensor of this name and shape.
  func require(_ name: String, _ shape: [Int]) throws {
    let found = try entry(name).shape
    guard found == shape else { throw Fault(at: "\(path): \(name)", "has shape \(found); \(shape) is needed") }
  }
}
