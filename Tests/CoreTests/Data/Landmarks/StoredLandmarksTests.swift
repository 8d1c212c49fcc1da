import Foundation
import Testing

@testable import Core

@Suite struct StoredLandmarksTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func clip(_ name: String, _ landmarks: FaceLandmarks? = nil) -> Clip {
    Clip(
      name: name, subject: "s", emotion: "e", source: "t", fps: 50, onset: 0, apex: 0, offset: 0,
      landmarks: landmarks, frames: 1, height: 20, width: 20)
  }

  private func write(_ clips: [Clip]) throws -> ClipStore {
    let writer = try ClipStoreWriter(at: scratch("store"))
    for clip in clips { try [UInt8](repeating: 7, count: 1200).withUnsafeBytes { try writer.append(clip, pixels: $0) } }
    try writer.commit()
    return try ClipStore(opening: scratch("store"))
  }

  @Test func landmarksComeBackAsTheyWereWritten() throws {
    let landmarks = FaceLandmarks(SketchedFace.points(width: 20, height: 20)).rounded
    let store = try write([clip("a", landmarks), clip("b")])
    #expect(store.clips == [clip("a", landmarks), clip("b")])
    #expect(try store.checkContent())
    let faults = #expect(throws: Faults.self) { try FaceLandmarks.stored(in: store) }
    #expect(faults?.faults.map(\.location) == ["\(store.path), clip `b`"])
    #expect(faults?.description.contains("has no landmarks; import it again with --landmarks") == true)
    #expect(try FaceLandmarks.stored(in: write([clip("a", landmarks)])) == ["a": landmarks])
  }

  /// The description is what the digest is of.
  @Test func withoutLandmarksTheDescriptionIsThatOfEarlierVersions() throws {
    var plain = clip("b")
    plain.actionUnits = "4+7"
    #expect(
      try ClipDescription.text(of: plain, at: "t")
        == #"{"actionUnits":"4+7","apex":0,"emotion":"e","fps":50,"offset":0,"onset":0,"source":"t","subject":"s"}"#)
  }

  @Test func othersThanSixtyEightPairsOfNumbersAreRefused() throws {
    let pairs = Array(repeating: "[1,2]", count: 67)
    for (list, says) in [
      (pairs, "68 points"), (pairs + ["[1]"], "68 points"), (pairs + ["[1,2,3]"], "68 points"), (["7"], "68 points"),
      (pairs + [#"["1",2]"#], "68 points"), (pairs + ["[1,2]"], "both eyes at one position"),
      (pairs + ["[1,22.1]"], "landmark 67 at (1, 22.1), outside its frames of 20 × 20 pixels"),
      (pairs + ["[1e999,2]"], "a number that is too large"),
    ] {
      let text =
        #"{"subject":"s","emotion":"e","source":"x","fps":50,"onset":0,"apex":0,"offset":0,"landmarks":["#
        + list.joined(separator: ",") + "]}"
      try SafeTensors.write(
        [SafeTensors.Content("c", shape: [1, 20, 20, 3], bytes: [UInt8](repeating: 0, count: 1200))],
        metadata: ["c": text], to: scratch("s"))
      let faults = #expect(throws: Faults.self, "\(says)") { try ClipStore(opening: scratch("s")) }
      #expect(faults?.description.contains(says) == true, "\(String(describing: faults))")
    }
  }

  @Test func aWriterRefusesLandmarksOutsideTheFrame() throws {
    for points in [SketchedFace.points(width: 40, height: 20), SketchedFace.points(width: 20, height: .nan)] {
      #expect(throws: Fault.self) { try write([clip("a", FaceLandmarks(points))]) }
    }
    #expect(throws: Fault.self) { try write([clip("a", FaceLandmarks(Array(SketchedFace.unit.prefix(66))))]) }
  }
}
