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
  /// The dataset that the figures are of, as `microfold import` calls it (`sdu` has no import of its own); nil for a
  /// preset of several datasets, whose figures are those of all together.
  public var dataset: String?
  /// The figures of each dataset of a preset of several.
  public var parts: [String: Published] = [:]

  /// What is published of a dataset's clips in the classes of a preset.
  public struct Published: Equatable, Sendable {
    public var classes: ClassMap
    public var clips: Int
    /// By class, in the order of `classes`; nil where not published.
    public var counts: [Int]?
    public var subjects: Int
  }

  /// The figures that the clips of a dataset are compared with; nil for a preset of several without this one.
  ///
  /// - Parameter dataset: as `microfold import` calls it; nil for one that has no import of its own.
  public func published(of dataset: String?) -> Published? {
    guard self.dataset == nil else {
      return Published(classes: classes, clips: expectedClips, counts: expectedCounts, subjects: subjects)
    }
    return dataset.flatMap { parts[$0] }
  }

  /// All presets, by dataset.
  public static let all: [ClassPreset] = [
    ClassPreset(
      name: "casme2-5",
      classes: ClassMap([["happiness"], ["disgust"], ["repression"], ["surprise"], ["others", "other"]]),
      expectedClips: 246, expectedCounts: [32, 63, 27, 25, 99], subjects: 26, dataset: "casme2"),
    ClassPreset(
      name: "casme2-basic5", classes: ClassMap([["happiness"], ["surprise"], ["disgust"], ["sadness"], ["fear"]]),
      expectedClips: 129, expectedCounts: nil, subjects: 26, dataset: "casme2"),
    ClassPreset(
      name: "samm-5",
      classes: ClassMap([["anger"], ["contempt"], ["happiness"], ["surprise"], ["other", "others"]]),
      expectedClips: 136, expectedCounts: [57, 12, 26, 15, 26], subjects: 29, dataset: "samm"),
    ClassPreset(
      name: "samm-basic5", classes: ClassMap([["anger"], ["happiness"], ["surprise"], ["fear"], ["disgust"]]),
      expectedClips: 115, expectedCounts: nil, subjects: 29, dataset: "samm"),
    ClassPreset(
      name: "mmew-6", classes: sixBasicEmotions, expectedClips: 234, expectedCounts: [36, 89, 72, 13, 16, 8],
      subjects: 36, dataset: "mmew"),
    ClassPreset(
      name: "sdu-6", classes: sixBasicEmotions, expectedClips: 855, expectedCounts: nil, subjects: 73, dataset: "sdu"),
    ClassPreset(
      name: "smic-3", classes: threeSigns, expectedClips: 164, expectedCounts: [70, 51, 43], subjects: 16,
      dataset: "smic"),
    ClassPreset(
      name: "smic-vis-3", classes: threeSigns, expectedClips: 71, expectedCounts: [23, 28, 20], subjects: 8,
      dataset: "smic"),
    ClassPreset(
      name: "casme-4", classes: ClassMap([["tense"], ["disgust"], ["repression"], ["surprise"]]),
      expectedClips: 171, expectedCounts: [69, 44, 38, 20], subjects: 19, dataset: "casme"),
    ClassPreset(
      name: "casme-squared-4",
      classes: ClassMap([["positive"], ["negative"], ["surprise"], ["others", "other"]]),
      expectedClips: 57, expectedCounts: [8, 21, 9, 19], subjects: 22, dataset: "casme-squared"),
    ClassPreset(
      name: "casme3-7",
      classes: ClassMap([
        ["happiness", "happy"], ["surprise"], ["disgust"], ["fear"], ["anger"], ["sadness", "sad"],
        ["others", "other"],
      ]),
      expectedClips: 860, expectedCounts: [55, 187, 250, 86, 64, 57, 161], subjects: 100, dataset: "casme3"),
    ClassPreset(
      name: "4dme-5",
      classes: ClassMap([["negative"], ["positive"], ["surprise"], ["repression"], ["others", "other"]]),
      expectedClips: 228, expectedCounts: [127, 34, 30, 6, 31], subjects: 41, dataset: "4dme"),
    ClassPreset(
      name: "megc-3", classes: challenge, expectedClips: 442, expectedCounts: [250, 109, 83], subjects: 68,
      dataset: nil,
      parts: [
        "smic": Published(classes: challenge, clips: 164, counts: [70, 51, 43], subjects: 16),
        "casme2": Published(classes: challenge, clips: 145, counts: [88, 32, 25], subjects: 24),
        "samm": Published(classes: challenge, clips: 133, counts: [92, 26, 15], subjects: 28),
      ]),
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
  public static let syntheticDatasets = ["synth-sdu", "synth-mmew", "synth-samm", "synth-casme2", "synth-smic"]

  /// The classes that a dataset of the synthetic suite is made with, or nil for another name.
  public static func ofSynthetic(_ dataset: String) -> ClassPreset? {
    let presets = [
      "synth-sdu": "sdu-6", "synth-mmew": "mmew-6", "synth-samm": "samm-5", "synth-casme2": "casme2-5",
      "synth-smic": "smic-3",
    ]
    return presets[dataset].flatMap { name in all.first { $0.name == name } }
  }

  /// That no synthetic dataset has this name, to stand after it; nil where one has.
  static func problemOfSynthetic(_ name: String) -> String? {
    syntheticDatasets.contains(name)
      ? nil : ", which is not a synthetic dataset; \(NearestWord.advice(name, among: syntheticDatasets))"
  }

  private static let sixBasicEmotions = ClassMap([
    ["happiness"], ["surprise"], ["disgust"], ["sadness"], ["fear"], ["anger"],
  ])

  private static let threeSigns = ClassMap([["negative"], ["positive"], ["surprise"]])

  /// The classes of the composite task of the micro-expression grand challenge, MEGC 2019.
  private static let challenge = ClassMap([
    ["negative", "disgust", "repression", "anger", "contempt", "fear", "sadness", "sad"],
    ["positive", "happiness", "happy"], ["surprise"],
  ])
}
