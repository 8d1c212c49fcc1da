import Foundation
import Testing

@testable import Coordinator
@testable import Core

@Suite struct SweepLandmarksTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    var settings = SweepConfiguration.Synthetic()
    (settings.clips, settings.size) = (10, 32)
    try SyntheticStore.write("synth-samm", settings, to: scratch("store.safetensors"))
  }

  private func landmarks(
    _ source: SweepConfiguration.Dataset.LandmarkSource?, at name: String = "store.safetensors"
  ) throws -> [String: FaceLandmarks] {
    var dataset = SweepConfiguration.Dataset(name: "a", source: .store(scratch(name)), classes: ClassMap([["fear"]]))
    dataset.landmarks = source
    return try SweepStore(dataset, at: scratch(name)).landmarks
  }

  @Test func landmarksAreThoseThatTheSweepFileNames() throws {
    let clips = try ClipStore(opening: scratch("store.safetensors")).clips
    #expect(try landmarks(nil).isEmpty, "by default a grid, as before stores had landmarks")
    #expect(try landmarks(.store) == Dictionary(uniqueKeysWithValues: clips.map { ($0.name, $0.landmarks!) }))
    for clip in clips {
      let points = clip.landmarks!.points.map { "\($0.x + 1),\($0.y)" }
      let path = "\(scratch("marks"))/\(clip.name).csv"
      try FileManager.default.createDirectory(atPath: scratch("marks"), withIntermediateDirectories: true)
      try ("x,y\n" + points.joined(separator: "\n")).write(toFile: path, atomically: true, encoding: .utf8)
    }
    let others = try landmarks(.folder(scratch("marks")))
    #expect(others.count == 10)
    #expect(others.allSatisfy { name, own in own != clips.first { $0.name == name }?.landmarks }, "not the store's")
  }

  @Test func aStoreWithoutLandmarksIsRefusedWhereTheyAreAskedFor() throws {
    let store = try ClipStore(opening: scratch("store.safetensors"))
    let writer = try ClipStoreWriter(at: scratch("plain.safetensors"))
    for (index, described) in store.clips.enumerated() {
      var clip = described
      if index > 1 { clip.landmarks = nil }
      try store.pixels(of: index).withUnsafeBytes { try writer.append(clip, pixels: $0) }
    }
    try writer.commit()
    let faults = #expect(throws: Faults.self) { try landmarks(.store, at: "plain.safetensors") }
    #expect(faults?.faults.count == 8)
    #expect(faults?.description.contains("clip `\(store.clips[2].name)`: has no landmarks; import it again") == true)
    #expect(try landmarks(nil, at: "plain.safetensors").isEmpty)
  }
}
