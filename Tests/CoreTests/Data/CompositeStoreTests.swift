import Foundation
import Testing

@testable import Core

/// The store of a composite dataset.
@Suite struct CompositeStoreTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func part(_ name: String, store: String) -> SweepConfiguration.Part {
    SweepConfiguration.Part(name: name, source: .store(scratch(store)))
  }

  private func synthetic(_ name: String, clips: Int = 10, size: Int = 16) -> SweepConfiguration.Part {
    var settings = SweepConfiguration.Synthetic()
    (settings.clips, settings.size) = (clips, size)
    return SweepConfiguration.Part(name: name, source: .synthetic(settings))
  }

  private func fault(_ parts: [SweepConfiguration.Part]) -> String {
    do {
      _ = try CompositeStore(parts)
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test func clipsOfAllPartsKeepTheirPixelsAndGetTheNameOfTheirPart() throws {
    try SmallStore.write(["x", "y"], to: scratch("a.safetensors"))
    try SmallStore.write(["x"], subject: "s1", to: scratch("b.safetensors"))
    let composite = try CompositeStore([part("b", store: "b.safetensors"), part("a", store: "a.safetensors")])
    try composite.write(to: scratch("all.safetensors"))
    let store = try ClipStore(opening: scratch("all.safetensors"))
    #expect(store.clips.map(\.name) == ["a/x", "a/y", "b/x"])
    #expect(store.clips.map(\.subject) == ["a/s1", "a/s1", "b/s1"] && store.clips.map(\.part) == ["a", "a", "b"])
    #expect(store.clips.map(\.nameInPart) == ["x", "y", "x"] && store.clips.allSatisfy { $0.subjectInPart == "s1" })
    #expect(Set(composite.clips.map(\.name)) == Set(store.clips.map(\.name)))
    let own = try ClipStore(opening: scratch("a.safetensors"))
    var expected = own.clips[1].inPart("a")
    expected.name = "a/y"
    #expect(store.clips[1] == expected)
    for (clip, own) in [(0, 0), (1, 1)].map({ ($0.0, try? own.pixels(of: $0.1)) }) {
      #expect(try store.pixels(of: clip) == own)
    }
    #expect(try store.origin() == composite.origin)
    #expect(try store.checkContent())
  }

  @Test func syntheticClipsAreThoseOfTheSuite() throws {
    let part = synthetic("synth-samm")
    try CompositeStore([part, synthetic("synth-sdu", clips: 12)]).write(to: scratch("all.safetensors"))
    let store = try ClipStore(opening: scratch("all.safetensors"))
    #expect(store.clips.count == 22)
    guard case .synthetic(let settings) = part.source else { return }
    let suite = try SyntheticDataset(name: "synth-samm", settings: settings)
    for (index, clip) in suite.clips.enumerated() {
      let made = try #require(store.clips.firstIndex { $0.name == "synth-samm/\(clip.name)" })
      #expect(try store.pixels(of: made) == suite.frames(of: index))
      #expect(store.clips[made].landmarks == clip.landmarks)
    }
  }

  /// A run compares it, so that it notices another store under the same path.
  @Test func theOriginChangesWithTheClipsOfAPart() throws {
    try SmallStore.write(["x", "y"], to: scratch("a.safetensors"))
    let parts = [part("a", store: "a.safetensors"), synthetic("synth-samm", size: 8 * 2)]
    try SmallStore.write(["x"], to: scratch("b.safetensors"))
    let origin = try CompositeStore([part("a", store: "a.safetensors"), part("b", store: "b.safetensors")]).origin
    #expect(
      try CompositeStore([part("a", store: "a.safetensors"), part("b", store: "b.safetensors")]).origin == origin)
    try SmallStore.write(["x", "z"], to: scratch("a.safetensors"))
    #expect(
      try CompositeStore([part("a", store: "a.safetensors"), part("b", store: "b.safetensors")]).origin != origin)
    #expect(fault(parts).hasPrefix("synth-samm: has frames of 16 × 16 pixels, a of 8 × 8; the parts"))
  }

  @Test func partsThatDoNotFitTogetherAreRefused() throws {
    try SmallStore.write(["x"], to: scratch("a.safetensors"))
    #expect(fault([part("a", store: "none.safetensors")]).contains("none.safetensors"))
    let parts = [part("a", store: "a.safetensors"), part("b", store: "a.safetensors")]
    try CompositeStore(parts).write(to: scratch("all.safetensors"))
    #expect(
      fault([part("c", store: "all.safetensors"), part("a", store: "a.safetensors")])
        == "\(scratch("all.safetensors")): is composite itself (clip `a/x`); name the stores that it was made from")
    let pixels = try ClipStore(opening: scratch("a.safetensors")).pixels(of: 0)
    let writer = try ClipStoreWriter(at: scratch("padded.safetensors"), fit: .pad)
    try pixels.withUnsafeBytes {
      try writer.append(try ClipStore(opening: scratch("a.safetensors")).clips[0], pixels: $0)
    }
    try writer.commit()
    #expect(
      fault([part("a", store: "a.safetensors"), part("b", store: "padded.safetensors")]).contains(
        "has frames that were padded to squares with black, other parts have frames that were squeezed to squares"))
  }

  @Test func aDescriptionWhoseNamesAreNotOfItsPartIsRefused() throws {
    let text =
      #"{"subject":"b/s","emotion":"joy","source":"x","fps":50,"onset":0,"apex":0,"offset":0,"part":"a"}"#
    try SafeTensors.write(
      [.init("a/c", shape: [1, 8, 8, 3], bytes: [UInt8](repeating: 1, count: 192))], metadata: ["a/c": text],
      to: scratch("wrong.safetensors"))
    let error = #expect(throws: Faults.self) { try ClipStore(opening: scratch("wrong.safetensors")) }
    #expect(error?.faults.first?.problem.hasPrefix("is of the part `a`; the names of the clip and") == true)
  }
}
