/// The description of one clip of a store: everything except its pixels.
public struct Clip: Equatable, Sendable {
  /// The clip's name, unique in its store.
  public var name: String
  public var subject: String
  public var emotion: String
  /// Its origin: a path in the original dataset, or `synthetic`.
  public var source: String
  /// Frames per second of the recording.
  public var fps: Double
  /// Index of the first frame of the motion among the stored frames.
  public var onset: Int
  /// Index of the frame with the strongest expression.
  public var apex: Int
  /// Index of the last frame of the motion.
  public var offset: Int
  /// Facial action units as in the coding sheet, if known; `codedUnits` has them one by one.
  public var actionUnits: String?
  /// The landmarks of the onset frame, all 68, if known; in the store's pixels.
  public var landmarks: FaceLandmarks?
  /// The database that the clip is from, in a composite dataset; `name` and `subject` begin with it.
  public var part: String?
  /// Number of stored frames.
  public var frames: Int
  /// Height and width in pixels.
  public var height: Int
  public var width: Int

  public init(
    name: String, subject: String, emotion: String, source: String, fps: Double, onset: Int, apex: Int, offset: Int,
    actionUnits: String? = nil, landmarks: FaceLandmarks? = nil, part: String? = nil, frames: Int, height: Int,
    width: Int
  ) {
    self.name = name
    self.subject = subject
    self.emotion = emotion
    self.source = source
    self.fps = fps
    self.onset = onset
    self.apex = apex
    self.offset = offset
    self.actionUnits = actionUnits
    self.landmarks = landmarks
    self.part = part
    self.frames = frames
    self.height = height
    self.width = width
  }

  /// The clip as one of a composite dataset.
  public func inPart(_ part: String) -> Clip {
    var clip = self
    (clip.name, clip.subject, clip.part) = ("\(part)/\(name)", "\(part)/\(subject)", part)
    return clip
  }

  /// The clip and its subject as their own database calls them.
  public var nameInPart: String { withoutPart(name) }
  public var subjectInPart: String { withoutPart(subject) }

  private func withoutPart(_ text: String) -> String { part.map { String(text.dropFirst($0.count + 1)) } ?? text }
}
