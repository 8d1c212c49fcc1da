/// A dataset of the synthetic suite: generated faces that replace a dataset which may not be redistributed.
///
/// It has the classes, the class imbalance, the subjects and the frame rate of its original, scaled to the number of
/// clips. Identities differ strongly and motions are weak. Every clip is a function of the name and the settings alone:
/// it can be generated at any time, in any order, on any thread.
public struct SyntheticDataset: Sendable {
  /// The names of all synthetic datasets.
  public static var names: [String] { SyntheticOriginal.all.map(\.name) }

  /// The emotions of the dataset.
  public let classes: ClassMap
  /// The descriptions of the clips, sorted by name.
  public let clips: [Clip]

  private let original: SyntheticOriginal
  private let settings: SweepConfiguration.Synthetic
  /// Subject and class of each clip, in the order of `clips`, with the number of its random stream.
  private let roles: [(role: SyntheticCast.Role, number: UInt64)]

  /// - Parameters:
  ///   - name: one of `names`.
  ///   - settings: number of clips, size, strength of the motion, confounding.
  /// - Throws: `Fault` with the nearest known name, or `Faults` listing every wrong setting.
  public init(name: String, settings: SweepConfiguration.Synthetic) throws {
    let original = try SyntheticOriginal.named(name)
    let faults = SyntheticDataset.faults(in: settings, original)
    guard faults.isEmpty else { throw Faults(faults) }
    self.original = original
    self.settings = settings
    classes = original.classes
    let cast = SyntheticCast(
      original, clips: settings.clips, confounding: settings.confounding,
      random: SyntheticDataset.stream(settings, name, "cast", 0))
    let digits = String(max(cast.subjects, 99)).count
    var takes: [[Int]: Int] = [:]
    var made: [(clip: Clip, role: SyntheticCast.Role, number: UInt64)] = []
    for (number, role) in cast.roles.enumerated() {
      let take = takes[[role.subject, role.label], default: 0] + 1
      takes[[role.subject, role.label]] = take
      let emotion = original.classes.names[role.label]
      let subject = "s" + padded(role.subject + 1, digits)
      let expression = SyntheticDataset.expression(emotion, original, settings, UInt64(number))
      let landmarks = FaceLandmarks(
        SyntheticDataset.face(original, settings, UInt64(role.subject)), expression, size: settings.size,
        random: SyntheticDataset.stream(settings, name, "clip", UInt64(number)))
      let clip = Clip(
        name: "\(subject)-\(emotion)-\(padded(take, 3))", subject: subject, emotion: emotion, source: "synthetic",
        fps: original.fps, onset: 0, apex: expression.apex, offset: expression.frames - 1,
        actionUnits: expression.actionUnits, landmarks: landmarks, frames: expression.frames, height: settings.size,
        width: settings.size)
      made.append((clip, role, UInt64(number)))
    }
    made.sort { $0.clip.name < $1.clip.name }
    clips = made.map(\.clip)
    roles = made.map { ($0.role, $0.number) }
  }

  /// The pixels of the clip at `index` of `clips`, `[frames, size, size, 3]`.
  public func frames(of index: Int) -> [UInt8] { renderer(of: index).frames() }

  /// The renderer of the clip at `index`.
  func renderer(of index: Int) -> ClipRenderer {
    let (role, number) = roles[index]
    let subject = UInt64(role.subject)
    let expression = SyntheticDataset.expression(clips[index].emotion, original, settings, number)
    return ClipRenderer(
      SyntheticDataset.face(original, settings, subject), expression,
      size: settings.size, isGreyscale: original.isGreyscale,
      skin: SyntheticDataset.stream(settings, original.name, "skin", subject),
      random: SyntheticDataset.stream(settings, original.name, "clip", number))
  }

  private static func face(
    _ original: SyntheticOriginal, _ settings: SweepConfiguration.Synthetic, _ subject: UInt64
  ) -> SyntheticFace {
    SyntheticFace(stream(settings, original.name, "face", subject))
  }

  private static func expression(
    _ emotion: String, _ original: SyntheticOriginal, _ settings: SweepConfiguration.Synthetic, _ number: UInt64
  ) -> SyntheticExpression {
    SyntheticExpression(
      emotion: emotion, fps: original.fps, motion: settings.motion,
      random: stream(settings, original.name, "expression", number))
  }

  private static func stream(
    _ settings: SweepConfiguration.Synthetic, _ dataset: String, _ purpose: String, _ number: UInt64
  ) -> CounterRandom {
    CounterRandom(
      settings.seed, CounterRandom.coordinate(dataset), CounterRandom.coordinate("synthetic.\(purpose)"), number)
  }

  private static func faults(
    in settings: SweepConfiguration.Synthetic, _ original: SyntheticOriginal
  ) -> [Fault] {
    let dataset = original.name
    var faults: [Fault] = []
    let least = 2 * original.classes.groups.count
    typealias Range = SweepConfiguration.Synthetic
    if settings.clips < least || !Range.clipsRange.contains(settings.clips) {
      faults.append(
        Fault(at: "\(dataset).clips", "is \(settings.clips); \(least) to 100000, so that each class has two"))
    }
    if !Range.sizeRange.contains(settings.size) {
      faults.append(Fault(at: "\(dataset).size", "is \(settings.size); a face needs 16 to 1024 pixels"))
    }
    if !Range.motionRange.contains(settings.motion) {
      faults.append(Fault(at: "\(dataset).motion", "is \(settings.motion); 0 (none) to 10, 1 is natural"))
    }
    if !Range.confoundingRange.contains(settings.confounding) {
      faults.append(Fault(at: "\(dataset).confounding", "is \(settings.confounding); 0 (none) to 1 (strongest)"))
    }
    return faults
  }
}

private func padded(_ number: Int, _ digits: Int) -> String {
  let text = String(number)
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}
