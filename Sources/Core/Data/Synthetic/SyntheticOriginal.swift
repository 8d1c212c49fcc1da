/// The properties that a synthetic dataset copies from its original.
struct SyntheticOriginal: Sendable {
  var name: String
  /// The emotions, with the names of the preset of the same name.
  var classes: ClassMap
  /// Number of clips per class, in the order of `classes`.
  var clipsPerClass: [Int]
  var subjects: Int
  var fps: Double
  /// Whether the frames have no colour, as in SAMM.
  var isGreyscale = false

  var clips: Int { clipsPerClass.reduce(0, +) }

  /// The suite, with what the originals' presets do not contain. The class counts of SDU were never published: its 855
  /// clips get the mild imbalance of datasets in which each film is chosen for one emotion, with three times as many
  /// pleasant clips as clips of the rarest emotion.
  static let all: [SyntheticOriginal] = ClassPreset.syntheticDatasets.compactMap { name in
    guard let preset = ClassPreset.ofSynthetic(name), let fps = frameRates[name] else { return nil }
    return SyntheticOriginal(
      name: name, classes: preset.classes, clipsPerClass: preset.expectedCounts ?? [210, 190, 175, 120, 90, 70],
      subjects: preset.subjects, fps: fps, isGreyscale: name == "synth-samm")
  }

  private static let frameRates = [
    "synth-sdu": 50.0, "synth-mmew": 90, "synth-samm": 200, "synth-casme2": 200, "synth-smic": 100,
  ]

  /// The original of the synthetic dataset `name`.
  ///
  /// - Throws: `Fault` with the nearest known name.
  static func named(_ name: String) throws -> SyntheticOriginal {
    if let original = all.first(where: { $0.name == name }) { return original }
    let shown = name.prefix(60)
    throw Fault(
      at: "datasets.name",
      "there is no synthetic dataset \"\(shown)\"; \(NearestWord.advice(name, among: ClassPreset.syntheticDatasets))")
  }
}
