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
    "x,y\n" + (0..<68).map { "\(4 + shift + 3 * ($0 % 9)),\(4 + 3 * ($0 / 9))" }.joined(separator: "\n")
  }

  @Test func regionsFollowTheLandmarks() throws {
    for (index, clip) in store.clips.enumerated() {
      try scratch.file("marks/\(clip.name).csv", text: table(index))
    }
    let landmarks = try FaceLandmarks.folder(scratch("marks"), of: store)
    #expect(landmarks.count == store.clips.count)
    let clips = MethodClips(store: store, landmarks: landmarks)
    let about = try clips.withFrames(of: 3) { FaceRegions($0) }
    #expect(about == FaceRegions(try FaceLandmarks(parsing: table(3), at: "t"), height: 32, width: 32))
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

  /// A store's names come from a file that anybody may have made.
  @Test func aNameDoesNotLeadOutOfTheFolder() throws {
    let clip = Clip(
      name: "a/../../b", subject: "s", emotion: "e", source: "", fps: 50, onset: 0, apex: 0, offset: 0, frames: 1,
      height: 1, width: 1)
    let store = ClipStore([clip], pixels: [[0, 0, 0]], at: "store")
    try scratch.file("b.csv", text: table())
    #expect(throws: Faults.self) { try FaceLandmarks.folder(scratch("marks/x"), of: store) }
  }
}
