import Foundation

extension SweepConfiguration {
  /// Reads and checks a sweep file.
  ///
  /// - Throws: a `Fault` when the file cannot be read or is no JSON, `Faults` listing all that is wrong in it.
  public static func load(_ path: String) throws -> SweepConfiguration {
    let largest = 1 << 20
    guard let file = FileHandle(forReadingAtPath: path) else {
      let isThere = FileManager.default.fileExists(atPath: path)
      throw Fault(at: path, isThere ? "cannot be read; look at its permissions" : "is not there; name a sweep file")
    }
    defer { try? file.close() }
    let data: Data
    do {
      data = try file.read(upToCount: largest + 1) ?? Data()
    } catch {
      throw Fault(at: path, "cannot be read; name a sweep file, not a directory")
    }
    if data.count > largest { throw Fault(at: path, "is larger than 1 MiB; that is no sweep file") }
    return try parse(data, place: path)
  }

  /// Checks the text of a sweep file.
  ///
  /// - Parameters:
  ///   - data: the text, JSON in UTF-8.
  ///   - place: what a fault of the JSON itself names, for instance the file's path.
  /// - Throws: a `Fault` with line and column when it is no JSON, else `Faults` with all that is wrong, each at its
  ///   path in the file (`training.batch`, `datasets[1].name`).
  public static func parse(_ data: Data, place: String) throws -> SweepConfiguration {
    let root = try JSONNode.parse(Array(data), place: place)
    guard case .object = root else { throw Fault(at: place, "is \(root.summary), not an object of settings") }
    let keys = ["name", "output", "seed", "seeds", "datasets", "folds", "methods", "variants", "network", "training"]
    var reader = SectionReader(root, path: "", keys: keys)
    var sweep = SweepConfiguration()
    sweep.name = reader.text("name", sweep.name)
    sweep.output = reader.text("output", sweep.output)
    sweep.seeds = seeds(&reader, sweep.seeds)
    sweep.datasets = datasets(&reader)
    if let node = reader.node("folds") { sweep.folds = folds(node, &reader) }
    sweep.methods = methods(&reader, sweep.methods)
    sweep.variants = variants(&reader, sweep.variants)
    if let node = reader.node("network") { sweep.network = network(node, &reader) }
    if let node = reader.node("training") { sweep.training = training(node, &reader) }
    if !reader.faults.isEmpty { throw Faults(reader.faults) }
    return sweep
  }

  private static func seeds(_ reader: inout SectionReader, _ standard: [UInt64]) -> [UInt64] {
    let least = "a seed is 0 or more"
    if reader.node("seed") != nil, reader.node("seeds") != nil {
      reader.note("seeds", "is given beside seed; give one of them")
    }
    let single = reader.node("seed").map { _ in [reader.integer("seed", standard[0], 0...UInt64.max, least)] }
    guard let elements = reader.list("seeds", of: "seeds") else { return single ?? standard }
    var seeds: [UInt64] = []
    for (index, element) in elements.enumerated() {
      switch ValueCheck.integer(element, 0...UInt64.max, least) {
      case .success(let seed):
        if seeds.contains(seed) { reader.note("seeds[\(index)]", "is \(seed) once more; each seed is run once") }
        seeds.append(seed)
      case .failure(let problem): reader.note("seeds[\(index)]", problem.text)
      }
    }
    return seeds
  }

  private static func methods(_ reader: inout SectionReader, _ standard: [String]) -> [String] {
    guard let elements = reader.list("methods", of: "methods") else { return standard }
    var methods: [String] = []
    for (index, element) in elements.enumerated() {
      switch ValueCheck.word(element, among: Catalogue.names) {
      case .success(let method):
        if methods.contains(method) {
          reader.note("methods[\(index)]", "is \(method) once more; each method is run once")
        }
        methods.append(method)
      case .failure(let problem): reader.note("methods[\(index)]", problem.text)
      }
    }
    return methods
  }

  private static func variants(_ reader: inout SectionReader, _ standard: [Ablation]) -> [Ablation] {
    guard let elements = reader.list("variants", of: "variants") else { return standard }
    var variants: [Ablation] = []
    for (index, element) in elements.enumerated() {
      switch ValueCheck.word(element, among: Ablation.allCases.map(\.rawValue)).map({ Ablation(rawValue: $0) ?? .full })
      {
      case .success(let variant):
        if variants.contains(variant) {
          reader.note("variants[\(index)]", "is \(variant.rawValue) once more; each variant is run once")
        }
        variants.append(variant)
      case .failure(let problem): reader.note("variants[\(index)]", problem.text)
      }
    }
    return variants
  }

  private static func folds(_ node: JSONNode, _ outer: inout SectionReader) -> Folds {
    var reader = SectionReader(node, path: "folds", keys: ["count", "by"])
    var folds = Folds()
    folds.by = reader.word("by", folds.by)
    // One fold a subject: whatever count says is not used.
    if folds.by != .loso {
      folds.count = reader.integer("count", folds.count, 2...1000, "cross-validation needs at least 2 folds")
    }
    outer.add(reader.faults)
    return folds
  }

  private static func network(_ node: JSONNode, _ outer: inout SectionReader) -> Network {
    let keys = ["width", "frames", "motionSize", "identitySize", "stem", "estimator", "pretrained"]
    var reader = SectionReader(node, path: "network", keys: keys)
    var network = Network()
    network.width = reader.integer("width", network.width, 1...1024, "the networks need at least 1 channel")
    network.frames = reader.integer("frames", network.frames, 2...256, "motion needs at least 2 frames")
    network.stem = reader.word("stem", network.stem)
    network.estimator = reader.word("estimator", network.estimator)
    // The stem's convolution and pool, layer 2 and layer 3 halve the picture, and the code's second pool once more.
    let factor = network.stem == .code ? 32 : 16
    let least = "the networks divide a picture by \(factor)"
    network.motionSize = reader.integer("motionSize", network.motionSize, factor...4096, least)
    network.identitySize = reader.integer("identitySize", network.identitySize, factor...4096, least)
    for (key, size) in [("motionSize", network.motionSize), ("identitySize", network.identitySize)]
    where size % factor != 0 {
      let below = max(size / factor, 1) * factor
      reader.note(key, "is \(size); \(least), so take \(below) or \(below + factor)")
    }
    if reader.faults.isEmpty, network.motionSize % network.identitySize != 0 {
      reader.note(
        "identitySize",
        "is \(network.identitySize), which does not divide motionSize, \(network.motionSize); "
          + "IDNet's pictures are whole-number averages of MENet's")
    }
    if let node = reader.node("pretrained"), node != .null { network.pretrained = reader.text("pretrained", "") }
    outer.add(reader.faults)
    return network
  }

  private static func training(_ node: JSONNode, _ outer: inout SectionReader) -> Training {
    let keys = [
      "batch", "learningRate", "identityEpochs", "motionEpochs", "divergenceWeight", "mutualInformationWeight",
      "identityMutualInformationWeight", "lanes", "reduction", "selection", "checkpointEverySteps",
    ]
    var reader = SectionReader(node, path: "training", keys: keys)
    var training = Training()
    training.batch = reader.integer("batch", training.batch, 2...65536, "a batch needs at least 2 clips")
    training.learningRate = reader.number(
      "learningRate", training.learningRate, 1e-30...1000, "the learning rate is above 0")
    let epochs = "a number of epochs is 0 or more"
    training.identityEpochs = reader.integer("identityEpochs", training.identityEpochs, 0...1_000_000, epochs)
    training.motionEpochs = reader.integer("motionEpochs", training.motionEpochs, 0...1_000_000, epochs)
    if training.identityEpochs == 0, training.motionEpochs == 0 {
      reader.note("motionEpochs", "is 0 and identityEpochs too; nothing would be trained")
    }
    let weight = "a weight is 0 or more"
    training.divergenceWeight = reader.number("divergenceWeight", training.divergenceWeight, 0...1e6, weight)
    training.mutualInformationWeight = reader.number(
      "mutualInformationWeight", training.mutualInformationWeight, 0...1e6, weight)
    training.identityMutualInformationWeight = reader.number(
      "identityMutualInformationWeight", training.identityMutualInformationWeight, 0...1e6, weight)
    training.lanes = reader.integer("lanes", training.lanes, 1...64, "a batch has at least 1 lane")
    if training.lanes & (training.lanes - 1) != 0 {
      reader.note("lanes", "is \(training.lanes); lanes are added in pairs, so take 1, 2, 4, 8, 16, 32 or 64")
    }
    training.reduction = reader.word("reduction", training.reduction)
    training.selection = reader.word("selection", training.selection)
    training.checkpointEverySteps = reader.integer(
      "checkpointEverySteps", training.checkpointEverySteps, 0...1_000_000_000, "0 means every epoch")
    outer.add(reader.faults)
    return training
  }
}
