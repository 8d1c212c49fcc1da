import Foundation
import Testing

@testable import Core

@Suite struct FaceLandmarkFolderTests {
  private let scratch: Scratch
  private let store: ClipStore

  init() throws {
    scratch = try Scratch()
    store = try scratch.syntheticStore(clips: 10, size: 32)
  }

  private func table(_ shift: Int = 0) -> String {
    "x,y\n" + (0..<68).map { "\(2 + shift + 2 * ($0 % 9)),\(4 + 3 * ($0 / 9))" }.joined(separator: "\n")
  }

  @Test func regionsFollowTheLandmarks() throws {
    for (index, clip) in store.clips.enumerated() {
      try scratch.file("marks/\(clip.name).csv", text: table(index))
    }
    let landmarks = try FaceLandmarks.folder(scratch("marks"), of: store)
    #expect(landmarks.count == store.clips.count)
    let clips = MethodClips(store: store, landmarks: landmarks)
    let about = try clips.withFrames(of: 3) { FaceRegions($0) }
    #expect(about == FaceRegions(try FaceLandmarks(parsing: table(3), at: "t", in: (32, 32)), height: 32, width: 32))
    let without = MethodClips(store: store)
    #expect(try without.withFrames(of: 3) { FaceRegions($0) } == .grid(height: 32, width: 32))
  }

  @Test func everyFileThatIsMissingOrWrongIsListed() throws {
    for clip in store.clips.dropFirst() { try scratch.file("marks/\(clip.name).csv", text: table()) }
    let second = store.clips[1].name
    try scratch.file(
      "marks/\(second).csv", text: "x,y\n" + [String](repeating: "7,7", count: 68).joined(separator: "\n"))
    do {
      _ = try FaceLandmarks.folder(scratch("marks"), of: store)
      Issue.record("it was taken")
    } catch let faults as Faults {
      #expect(faults.faults.count == 2)
      #expect(faults.faults[0].description.contains("\(store.clips[0].name).csv: is missing"), "\(faults)")
      #expect(faults.faults[1].description.contains("\(second).csv: has both eyes at one position"), "\(faults)")
    }
  }

  @Test func landmarksOfTheUncroppedRecordingAreRefused() throws {
    for clip in store.clips { try scratch.file("marks/\(clip.name).csv", text: table()) }
    let name = store.clips[4].name
    try scratch.file("marks/\(name).csv", text: table().replacing("18,4\n", with: "120,340\n"))
    let faults = #expect(throws: Faults.self) { try FaceLandmarks.folder(scratch("marks"), of: store) }
    #expect(faults?.faults.count == 1)
    #expect(
      faults?.description.contains("\(name).csv, line 10: 120,340 lies outside the 32 x 32 frame") == true,
      "\(String(describing: faults))")
  }

  @Test func aJawMayLieALittleOutside() throws {
    for (point, isInside) in [
      ("18,34", true), ("-3.2,4", true), ("18,35.3", false), ("-3.3,4", false), ("35.2;1", false),
    ] {
      let text = table().replacing("18,4\n", with: "\(point)\n")
      let landmarks = try? FaceLandmarks(parsing: text, at: "t", in: (height: 32, width: 32))
      #expect((landmarks != nil) == isInside, "\(point)")
    }
  }

  @Test func decimalCommasAreRead() throws {
    let points = (0..<68).map { ($0 % 9, $0 / 9) }
    let commas = "x;y\r\n" + points.map { "\($0.0),5;\($0.1),250\r\n" }.joined()
    let plain = "x,y\n" + points.map { "\($0.0).5,\($0.1).25\n" }.joined()
    #expect(
      try FaceLandmarks(parsing: commas, at: "t", in: (32, 32)) == FaceLandmarks(parsing: plain, at: "t", in: (32, 32)))
  }

  /// A store's names come from a file that anybody may have made.
  @Test func aFileMayHaveAnotherUnicodeFormThanItsClip() throws {
    let clip = Clip(
      name: "Ren\u{e9}/1", subject: "s", emotion: "fear", source: "s", fps: 50, onset: 0, apex: 0, offset: 0, frames: 1,
      height: 32, width: 32)
    try scratch.file("marks/Rene\u{301}/1.csv", text: table())
    let store = ClipStore([clip], pixels: [[]], at: "store")
    #expect(try FaceLandmarks.folder(scratch("marks"), of: store).count == 1)
  }

  @Test func aNameDoesNotLeadOutOfTheFolder() throws {
    let clip = Clip(
      name: "a/../../b", subject: "s", emotion: "e", source: "", fps: 50, onset: 0, apex: 0, offset: 0, frames: 1,
      height: 1, width: 1)
    let store = ClipStore([clip], pixels: [[0, 0, 0]], at: "store")
    try scratch.file("b.csv", text: table())
    #expect(throws: Faults.self) { try FaceLandmarks.folder(scratch("marks/x"), of: store) }
  }
}
