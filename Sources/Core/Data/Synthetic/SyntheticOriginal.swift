/// What a dataset of the synthetic suite keeps of the dataset that it stands for.
struct SyntheticOriginal: Sendable {
  var name: String
  /// The emotions are called as the preset of the same name calls them.
  var classes: ClassMap
  /// Clips a class, in the order of `classes`.
  var clipsPerClass: [Int]
  var subjects: Int
  var fps: Double
  /// SAMM was recorded without colour.
  var isGreyscale = false

  var clips: Int { clipsPerClass.reduce(0, +) }

  /// The suite: each original's preset, and what the preset does not say. SDU's counts a class were never published:
  /// its 855 clips are given the mild imbalance of datasets whose emotions are asked for film by film, the pleasant
  /// ones three times as often as the rarest.
  static let all: [SyntheticOriginal] = ClassPreset.syntheticDatasets.compactMap { name in
    guard let preset = ClassPreset.ofSynthetic(name), let fps = frameRates[name] else { return nil }
    return SyntheticOriginal(
      name: name, classes: preset.classes, clipsPerClass: preset.expectedCounts ?? [210, 190, 175, 120, 90, 70],
      subjects: preset.subjects, fps: fps, isGreyscale: name == "synth-samm")
  }

  private static let frameRates = ["synth-sdu": 50.0, "synth-mmew": 90, "synth-samm": 200, "synth-casme2": 200]

  /// The member of the suite called `name`.
  ///
  /// - Throws: `Fault` naming the nearest right name.
  static func named(_ name: String) throws -> SyntheticOriginal {
    if let original = all.first(where: { $0.name == name }) { return original }
    let shown = name.prefix(60)
    throw Fault(
      at: "datasets.name",
      "there is no synthetic dataset \"\(shown)\"; \(NearestWord.advice(name, among: ClassPreset.syntheticDatasets))")
  }
}
