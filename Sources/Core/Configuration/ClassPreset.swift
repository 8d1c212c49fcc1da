/// A published choice of classes: which emotions of a dataset are distinguished, and how many clips that should give.
public struct ClassPreset: Equatable, Sendable {
  /// As a sweep file names it: `casme2-5`.
  public var name: String
  public var classes: ClassMap
  /// Clips that the published dataset has in these classes.
  public var expectedClips: Int
  /// The same by class, in the order of `classes`, where published.
  public var expectedCounts: [Int]?
  /// Subjects of the dataset as released; the classes may leave some of them without a clip.
  public var subjects: Int

  /// All presets, by dataset.
  public static let all: [ClassPreset] = [
    ClassPreset(
      name: "casme2-5",
      classes: ClassMap([["happiness"], ["disgust"], ["repression"], ["surprise"], ["others", "other"]]),
      expectedClips: 246, expectedCounts: [32, 63, 27, 25, 99], subjects: 26),
    ClassPreset(
      name: "casme2-basic5", classes: ClassMap([["happiness"], ["surprise"], ["disgust"], ["sadness"], ["fear"]]),
      expectedClips: 129, expectedCounts: nil, subjects: 26),
    ClassPreset(
      name: "samm-5",
      classes: ClassMap([["anger"], ["contempt"], ["happiness"], ["surprise"], ["other", "others"]]),
      expectedClips: 136, expectedCounts: [57, 12, 26, 15, 26], subjects: 29),
    ClassPreset(
      name: "samm-basic5", classes: ClassMap([["anger"], ["happiness"], ["surprise"], ["fear"], ["disgust"]]),
      expectedClips: 115, expectedCounts: nil, subjects: 29),
    ClassPreset(
      name: "mmew-6", classes: sixBasicEmotions, expectedClips: 234, expectedCounts: [36, 89, 72, 13, 16, 8],
      subjects: 36),
    ClassPreset(
      name: "sdu-6", classes: sixBasicEmotions, expectedClips: 855, expectedCounts: nil, subjects: 73),
  ]

  /// The names of all presets.
  public static var names: [String] { all.map(\.name) }

  /// The preset called `name`.
  ///
  /// - Parameter location: what a fault names: the option, or the key of the sweep file.
  /// - Throws: a `Fault` with the nearest right name.
  public static func named(_ name: String, at location: String) throws(Fault) -> ClassPreset {
    if let preset = all.first(where: { $0.name == name }) { return preset }
    throw Fault(
      at: location,
      "is \(JSONNode.string(name).summary), which is not a class preset; "
        + NearestWord.advice(name, among: names))
  }

  /// The datasets of the synthetic suite.
  public static let syntheticDatasets = ["synth-sdu", "synth-mmew", "synth-samm", "synth-casme2"]

  /// The classes that a dataset of the synthetic suite is made with, or nil for another name.
  public static func ofSynthetic(_ dataset: String) -> ClassPreset? {
    let presets = [
      "synth-sdu": "sdu-6", "synth-mmew": "mmew-6", "synth-samm": "samm-5", "synth-casme2": "casme2-5",
    ]
    return presets[dataset].flatMap { name in all.first { $0.name == name } }
  }

  private static let sixBasicEmotions = ClassMap([
    ["happiness"], ["surprise"], ["disgust"], ["sadness"], ["fear"], ["anger"],
  ])
}
