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

  /// The suite. SDU's counts a class were never published: its 855 clips are given the mild imbalance of datasets
  /// whose emotions are asked for film by film, the pleasant ones three times as often as the rarest.
  static let all = [
    SyntheticOriginal(
      name: "synth-sdu", classes: sixEmotions, clipsPerClass: [210, 190, 175, 120, 90, 70], subjects: 73, fps: 50),
    SyntheticOriginal(
      name: "synth-mmew", classes: sixEmotions, clipsPerClass: [36, 89, 72, 13, 16, 8], subjects: 36, fps: 90),
    SyntheticOriginal(
      name: "synth-samm",
      classes: ClassMap([["anger"], ["contempt"], ["happiness"], ["surprise"], ["other", "others"]]),
      clipsPerClass: [57, 12, 26, 15, 26], subjects: 29, fps: 200, isGreyscale: true),
    SyntheticOriginal(
      name: "synth-casme2",
      classes: ClassMap([["happiness"], ["disgust"], ["repression"], ["surprise"], ["others", "other"]]),
      clipsPerClass: [32, 63, 27, 25, 99], subjects: 26, fps: 200),
  ]

  private static let sixEmotions = ClassMap([
    ["happiness"], ["surprise"], ["disgust"], ["sadness"], ["fear"], ["anger"],
  ])

  /// The member of the suite called `name`.
  ///
  /// - Throws: `Fault` naming the nearest right name.
  static func named(_ name: String) throws -> SyntheticOriginal {
    if let original = all.first(where: { $0.name == name }) { return original }
    let nearest = all.map(\.name).min { editDistance(name, $0) < editDistance(name, $1) } ?? all[0].name
    throw Fault(at: "datasets.name", "there is no synthetic dataset \"\(name.prefix(60))\"; did you mean \(nearest)?")
  }

  /// Letters to insert, delete or replace to turn one word into another (Levenshtein).
  private static func editDistance(_ word: String, _ other: String) -> Int {
    let letters = Array(other)
    var row = Array(0...letters.count)
    for (index, letter) in word.prefix(60).enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in letters.indices {
        let substitution = diagonal + (letters[column] == letter ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(substitution, diagonal + 1, row[column] + 1)
      }
    }
    return row[letters.count]
  }
}
