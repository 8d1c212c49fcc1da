import Foundation

/// The JSON description of a clip in the header's metadata.
struct ClipDescription: Encodable {
  var subject: String
  var emotion: String
  var source: String
  var fps: Double
  var onset: Int
  var apex: Int
  var offset: Int
  var actionUnits: String?
  /// x and y of each point. Nothing is written where there are none, so that such stores keep their bytes.
  var landmarks: [[Double]]?
  /// Written in composite datasets only.
  var part: String?

  /// The clip that a tensor and its description are.
  ///
  /// - Throws: a `Fault` at `location` that says what is wrong.
  static func clip(
    _ entry: SafeTensors.Entry, _ description: String?, _ content: ClipStore.Content, at location: String
  ) throws -> Clip {
    guard entry.type == content.type, entry.shape.count == 4, entry.shape[3] == content.components else {
      throw Fault(at: location, "is \(entry.type.rawValue) \(entry.shape); a clip is \(content.described)")
    }
    guard let description else { throw Fault(at: location, "has no description in the header's metadata") }
    let node = try JSONNode.parse(Array(description.utf8), location: "\(location), description")
    func value<Value>(_ key: String, _ kind: String, _ read: (JSONNode) -> Value?) throws -> Value {
      guard let found = node[key] else { throw Fault(at: location, "its description has no `\(key)`") }
      guard let value = read(found) else {
        throw Fault(at: location, "its `\(key)` is \(found.summary); \(kind) is needed")
      }
      return value
    }
    func number(_ key: String) throws -> Double { try value(key, "a number") { $0.number } }
    func frame(_ key: String) throws -> Int {
      try value(key, "a whole number") { $0.number.flatMap(Int.init(exactly:)) }
    }
    func text(_ key: String) throws -> String { try value(key, "a text") { $0.text } }
    func isGiven(_ key: String) -> Bool { node[key].map { $0 != .null } ?? false }
    return Clip(
      name: entry.name, subject: try text("subject"), emotion: try text("emotion"), source: try text("source"),
      fps: try number("fps"), onset: try frame("onset"), apex: try frame("apex"), offset: try frame("offset"),
      actionUnits: isGiven("actionUnits") ? try text("actionUnits") : nil,
      landmarks: isGiven("landmarks")
        ? try value("landmarks", "a list of \(FaceLandmarks.all) points, [x, y] each,") { FaceLandmarks($0) } : nil,
      part: isGiven("part") ? try text("part") : nil, frames: entry.shape[0], height: entry.shape[1],
      width: entry.shape[2])
  }

  /// - Throws: a `Fault` at `location` where a number has no JSON form.
  static func text(of clip: Clip, at location: String) throws -> String {
    let known = ClipDescription(
      subject: clip.subject, emotion: clip.emotion, source: clip.source, fps: clip.fps, onset: clip.onset,
      apex: clip.apex, offset: clip.offset, actionUnits: clip.actionUnits,
      landmarks: clip.landmarks.map { $0.points.map { [$0.x, $0.y] } }, part: clip.part)
    do {
      return String(decoding: try JSONEncoder.stable().encode(known), as: UTF8.self)
    } catch {
      throw Fault(at: location, "its description has no JSON form: \(error)")
    }
  }
}

extension Clip {
  /// Checks a clip's description.
  ///
  /// - Throws: a `Fault` that says what is wrong.
  func check(sameSizeAs first: Clip?, at location: String) throws {
    guard !name.isEmpty else { throw Fault(at: location, "has no name") }
    guard !subject.isEmpty else { throw Fault(at: location, "has no subject") }
    guard !emotion.isEmpty else { throw Fault(at: location, "has no emotion") }
    guard frames > 0, height > 0, width > 0 else {
      throw Fault(at: location, "has \(frames) frames of \(height) × \(width) pixels; none may be 0")
    }
    guard fps.isFinite, fps > 0 else { throw Fault(at: location, "has \(fps) frames per second") }
    guard onset >= 0, onset <= apex, apex <= offset, offset < frames else {
      throw Fault(
        at: location,
        "has onset \(onset), apex \(apex), offset \(offset); they must ascend within its \(frames) frames, from 0")
    }
    try landmarks?.check(in: (height, width), at: location)
    if let part, part.isEmpty || !name.hasPrefix("\(part)/") || !subject.hasPrefix("\(part)/") {
      throw Fault(
        at: location, "is of the part `\(printable(part))`; the names of the clip and of its subject begin with it")
    }
    if let first, (first.height, first.width) != (height, width) {
      throw Fault(
        at: location,
        "has frames of \(height) × \(width) pixels, `\(first.name)` of \(first.height) × \(first.width); "
          + "a store has one size")
    }
  }
}
