import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// What may be trained on before the folds, and what is refused before anything is trained.
@Suite struct PretrainingSourcesTests {
  private let scratch: Scratch
  private var directory: RunDirectory { RunDirectory(path: scratch("run")) }

  init() throws { scratch = try Scratch() }

  /// A store of 16 × 16 pixels: six frames per clip, two clips per subject and emotion.
  private func store(
    _ name: String, subjects: [String], emotions: [String] = ["anger", "fear"], size: Int = 16, prefix: String = "",
    brightness: Int = 0, frames: Int = 6
  ) throws -> String {
    let writer = try ClipStoreWriter(at: scratch(name))
    for subject in subjects {
      for (number, emotion) in (emotions + emotions).enumerated() {
        let clip = Clip(
          name: "\(prefix)\(subject)-\(number)", subject: subject, emotion: emotion, source: "test", fps: 100, onset: 0,
          apex: frames / 2, offset: frames - 1, frames: frames, height: size, width: size)
        let pixels = pixels("\(prefix)\(subject)-\(number)-\(brightness)", count: frames * size * size * 3)
        try pixels.withUnsafeBytes { try writer.append(clip, pixels: $0) }
      }
    }
    try writer.commit()
    return scratch(name)
  }

  private func pixels(_ picture: String, count: Int) -> [UInt8] {
    let random = CounterRandom(CounterRandom.coordinate(picture))
    return (0..<count).map { UInt8(truncatingIfNeeded: random.bits(at: UInt64($0))) }
  }

  /// Two datasets of two classes, and a third one that is synthetic, with these words of `pretraining`.
  private func sweep(_ pretraining: String, _ more: String = "") throws -> SweepConfiguration {
    let one = try store("one.safetensors", subjects: ["a", "b", "c", "d"])
    let two = try store("two.safetensors", subjects: ["e", "f", "g", "h"], size: 32)
    return try SweepConfiguration.parse(
      Data(
        """
        {"datasets": [{"name": "one", "store": "\(one)", "classes": ["anger", "fear"]},
          {"name": "two", "store": "\(two)", "classes": ["anger", "fear"]}],
         "folds": {"count": 2}, "pretraining": \(pretraining)\(more)}
        """.utf8), location: "test.json")
  }

  private func sources(_ sweep: SweepConfiguration) throws -> [String: SweepSetup.ClipSource] {
    let stores = try sweep.datasets.map { dataset -> (name: String, clips: ClipStore) in
      guard case .store(let path) = dataset.source else { throw Fault(at: dataset.name, "has no store") }
      return (dataset.name, try ClipStore(opening: path))
    }
    return try PretrainingSources(sweep, directory, stores, note: { _ in }).all
  }

  private func problem(_ sweep: SweepConfiguration) -> String {
    do {
      _ = try sources(sweep)
      return ""
    } catch let faults as Faults {
      return faults.faults.map(\.description).joined(separator: "\n")
    } catch {
      return "\(error)"
    }
  }

  @Test func aMissingStoreIsNamed() throws {
    let path = scratch("nowhere.safetensors")
    #expect(
      try problem(sweep(#"{"dataset": {"store": "\#(path)"}}"#))
        == "pretraining.dataset.store: is \(path), which does not exist; make it with microfold import or synth")
    #expect(
      try problem(sweep(#"{"dataset": {"store": "\#(path)"}}"#, #", "arms": {"x": {"network": {"width": 8}}}"#))
        .hasPrefix("arms.x.pretraining.dataset.store: is \(path)"))
  }

  @Test func aStoreWithoutAClassIsRefusedUnlessItHasItsOwn() throws {
    let path = try store("macro.safetensors", subjects: ["m", "n"], emotions: ["anger", "joy"])
    #expect(
      try problem(sweep(#"{"dataset": {"store": "\#(path)"}}"#))
        == "\(path): has no clip of fear, as one has; give pretraining.dataset.classes to pretrain on other classes")
    #expect(
      try problem(sweep(#"{"dataset": {"store": "\#(path)", "classes": ["joy", "fun"]}}"#))
        == "\(path): has no clip of fun; correct pretraining.dataset.classes")
  }

  @Test func framesOfAnotherSizeAreRefused() throws {
    let path = try store("macro.safetensors", subjects: ["m", "n"])
    #expect(
      try problem(sweep(#"{"dataset": {"store": "\#(path)"}}"#))
        == "\(path): has frames of 16 × 16 pixels, two of 32 × 32; import both at one size")
  }

  /// In any dataset of the sweep, not only in the one whose folds start from it.
  @Test func aSubjectOrAClipThatIsInADatasetIsRefused() throws {
    let subject = try store("macro.safetensors", subjects: ["m", "h"], prefix: "other-")
    #expect(
      try problem(sweep(#"{"dataset": {"store": "\#(subject)"}}"#))
        == "\(subject): has the subject h, as two has: nobody may be in both; leave the subject out, or rename it if "
        + "it is somebody else")
    let clip = try store("clip.safetensors", subjects: ["m", "n"])
    let writer = try ClipStoreWriter(at: clip)
    for (name, person, emotion) in [("a-0", "m", "anger"), ("m-1", "n", "fear")] {
      let description = Clip(
        name: name, subject: person, emotion: emotion, source: "test", fps: 100, onset: 0, apex: 1, offset: 2,
        frames: 3,
        height: 16, width: 16)
      try [UInt8](repeating: 9, count: 3 * 768).withUnsafeBytes { try writer.append(description, pixels: $0) }
    }
    try writer.commit()
    #expect(
      try problem(sweep(#"{"dataset": {"store": "\#(clip)"}}"#))
        == "\(clip): has the clip a-0, as one has; leave it out, or rename it if it is another")
  }

  /// Under other names of the clip and of the person.
  @Test func aFrameThatIsInADatasetIsRefused() throws {
    let path = scratch("macro.safetensors")
    let writer = try ClipStoreWriter(at: path)
    for (name, person, picture) in [("x", "m", "m-0-0"), ("y", "n", "c-1-0")] {
      for (number, emotion) in ["anger", "fear"].enumerated() {
        let clip = Clip(
          name: "\(name)-\(number)", subject: person, emotion: emotion, source: "test", fps: 100, onset: 0, apex: 1,
          offset: 2, frames: 3, height: 16, width: 16)
        let pixels = pixels(number == 1 ? picture : "\(name)", count: 3 * 768)
        try pixels.withUnsafeBytes { try writer.append(clip, pixels: $0) }
      }
    }
    try writer.commit()
    #expect(
      try problem(sweep(#"{"dataset": {"store": "\#(path)"}}"#))
        == "\(path): has the clip y-1, which has a frame in common with c-1 of one: leave one of them out"
    )
  }

  @Test func oneSubjectIsNotEnough() throws {
    var sweep = try sweep(#"{"dataset": {"store": "\#(try store("macro.safetensors", subjects: ["m"]))"}}"#)
    sweep.datasets.removeLast()
    #expect(
      problem(sweep)
        == "pretraining.dataset: has clips of one subject only; pretraining needs at least two, to hold one out")
  }

  @Test func aClipOfOneFrameHasNoFlow() throws {
    let path = try store("macro.safetensors", subjects: ["m", "n"], frames: 1)
    var sweep = try sweep(#"{"dataset": {"store": "\#(path)"}}"#, #", "network": {"input": "flow"}"#)
    sweep.datasets.removeLast()
    let lines = problem(sweep).split(separator: "\n")
    #expect(lines.count == 8)
    #expect(
      String(lines[0])
        == "\(path), clip `m-0`: has one frame from onset to offset, so no flow; correct its frames, or set "
        + "network.input to frames")
  }

  // MARK: - Synthetic clips

  private func synthetic(_ pretraining: String, seed: Int = 1, classes: String = "") throws -> SweepConfiguration {
    try SweepConfiguration.parse(
      Data(
        """
        {"datasets": [{"name": "synth-samm", "synthetic": {"clips": 14, "size": 16, "seed": \(seed)}\(classes)}],
         "folds": {"count": 2}, "pretraining": \(pretraining)}
        """.utf8), location: "test.json")
  }

  private func problemOfOrigin(_ sweep: SweepConfiguration) -> String {
    do {
      _ = try sweep.pretrainings[0].origin(notIn: sweep.datasets)
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test func thePeopleOfADatasetAreRefused() throws {
    let same = try synthetic(#"{"dataset": {"synthetic": {"seed": 4}}}"#, seed: 4)
    #expect(
      problemOfOrigin(same)
        == "pretraining.dataset.synthetic.seed: is 4, as in the dataset synth-samm: the same people; give another seed")
    #expect(try problemOfOrigin(synthetic(#"{"dataset": {"synthetic": {"seed": 5}}}"#, seed: 4)).isEmpty)
    let suite = #"{"dataset": {"name": "synth-casme2", "synthetic": {"seed": 4}, "classes": ["happiness", "disgust"]}}"#
    #expect(try problemOfOrigin(synthetic(suite, seed: 4)).isEmpty, "another suite has other people")
  }

  @Test func classesThatNoSuiteHasAreNamed() throws {
    let sweep = try sweep(#"{"dataset": {"synthetic": {"seed": 9}, "classes": ["anger", "boredom"]}}"#)
    #expect(
      problemOfOrigin(sweep)
        == "pretraining.dataset.synthetic: cannot be made for one: no synthetic suite has all its classes, anger, "
        + "boredom; give the name of one and its classes")
  }

  // MARK: - What is written

  @Test func aTenthOfThePeopleIsHeldOutOnceAndForAll() throws {
    let people = (10..<30).map { "m\($0)" }
    let path = try store("macro.safetensors", subjects: people)
    var sweep = try sweep(#"{"dataset": {"store": "\#(path)"}}"#)
    sweep.datasets.removeLast()
    let source = try #require(try sources(sweep)["one/pretraining"])
    #expect(source.path == path && source.name == "one, pretraining")
    #expect(source.split.folds.count == 10 && source.split.classes == ["anger", "fear"])
    let heldOut = Set(source.split.folds[0].map(\.subject))
    #expect(heldOut.count == 2 && source.split.folds[0].count == 8)
    #expect(Set(source.split.training(0).map(\.subject)) == Set(people).subtracting(heldOut))
    let file = scratch("run/one/pretraining/folds.json")
    let written = try Data(contentsOf: URL(fileURLWithPath: file))
    #expect(try FoldFile.decode(written).datasets == [source.split])
    #expect(directory.pretrainingSplits(sweep) == [source.split])
    #expect(try sources(sweep)["one/pretraining"]?.split == source.split)
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == written)

    // Other frames of the same clips: the network that was trained on the old ones must not be used.
    _ = try store("macro.safetensors", subjects: people, brightness: 3)
    #expect(problem(sweep).contains("its store now holds other frames or descriptions than when the run began"))
    _ = try store("macro.safetensors", subjects: Array(people.dropLast()))
    #expect(problem(sweep).contains("was split when its store had other clips, labels or subjects"))
  }

  @Test func armsAndDatasetsShareSyntheticClips() throws {
    let text = #"{"dataset": {"name": "synth-samm", "synthetic": {"clips": 14, "size": 16, "seed": 9}}}"#
    var sweep = try synthetic(text)
    sweep.arms = try SweepConfiguration.parse(
      Data(
        """
        {"datasets": [{"name": "synth-samm", "synthetic": {}}], "pretraining": \(text),
         "arms": {"x": {}, "y": {"network": {"width": 8}},
           "z": {"pretraining": {"dataset": {"synthetic": {"clips": 15}}}}}}
        """.utf8), location: "arms"
    ).arms
    var notes: [String] = []
    let path = scratch("store.safetensors")
    try SyntheticStore.write("synth-samm", SweepConfiguration.Synthetic(clips: 14, size: 16), to: path)
    let stores = [(name: "synth-samm", clips: try ClipStore(opening: path))]
    let all = try PretrainingSources(sweep, directory, stores, note: { notes.append($0) }).all
    #expect(all.keys.sorted() == ["x", "y", "z"].map { "synth-samm/pretraining/arm-\($0)" })
    #expect(Set(all.values.map(\.path)).count == 2 && notes.count == 2, "\(notes)")
    for source in all.values {
      #expect(
        RunFiles.isKnown(Array(source.path.dropFirst(directory.path.count + 1).split(separator: "/").map(String.init))))
    }
    // --fresh removes them, so that other settings cannot find them.
    try scratch.file("run/pretraining/mine.safetensors", text: "mine")
    try RunFiles.remove(in: directory.path)
    #expect(try TinySweep.files(below: directory.path).keys.sorted() == ["pretraining/mine.safetensors"])
  }

  @Test func theFilesOfAPretrainingAreKnownAndNoOthers() {
    for name in ["folds.json", "menet.safetensors", "seed-2/metrics.jsonl", "seed-2/checkpoint/seconds"] {
      for arm in ["", "arm-x/"] {
        let path = "synth-samm/pretraining/\(arm)\(name)".split(separator: "/").map(String.init)
        #expect(RunFiles.isKnown(path), "\(path)")
      }
    }
    for path in [
      "samm/pretraining/notes.txt", "samm/pretraining/seed-2/folds.json", "pretraining/synth-samm.safetensors",
    ] {
      #expect(!RunFiles.isKnown(path.split(separator: "/").map(String.init)), "\(path)")
    }
    #expect(RunFiles.isKnown(["samm", "store.registered-flow-0123456789ab.safetensors"]))
    #expect(!RunFiles.isKnown(["samm", "store.registered-flow-0123456789xy.safetensors"]))
    let features = ["samm", "store.registered-flow-0123456789ab.features", "0123456789abcdef.safetensors"]
    #expect(RunFiles.isKnown(features))
    #expect(!RunFiles.isKnown([features[0], "other.features", features[2]]))
    #expect(!RunFiles.isKnown([features[0], features[1], "notes.safetensors"]))
  }
}

extension SweepConfiguration.Synthetic {
  fileprivate init(clips: Int, size: Int) {
    self.init()
    (self.clips, self.size) = (clips, size)
  }
}

/// Where a derived store is made.
@Suite struct DerivedStorePlaceTests {
  private func place(exists: [String], canWrite: Bool) -> DerivedStorePlace {
    DerivedStorePlace(
      of: "f", beside: "/stores", "/run/samm", exists: exists.contains,
      canWrite: { path in
        #expect(path == "/stores")
        return canWrite
      })
  }

  @Test func itIsBesideTheClipsOrWhereThatCannotBeWrittenInTheRun() {
    #expect(place(exists: [], canWrite: true) == .init(path: "/stores/f", exists: false))
    #expect(place(exists: [], canWrite: false) == .init(path: "/run/samm/f", exists: false))
    #expect(place(exists: ["/run/samm/f"], canWrite: true) == .init(path: "/run/samm/f", exists: true))
    #expect(place(exists: ["/run/samm/f"], canWrite: false) == .init(path: "/run/samm/f", exists: true))
    #expect(place(exists: ["/stores/f", "/run/samm/f"], canWrite: false) == .init(path: "/stores/f", exists: true))
  }

  /// /proc cannot be written by anybody, root included.
  @Test func aFolderThatNobodyCanWriteIsFound() {
    let place = DerivedStorePlace(
      of: .flow, from: "/proc/store.safetensors", digest: "d", folder: "/run/samm", canWrite: Directory.isWritable)
    #expect(
      place.path.hasPrefix("/run/samm/store.flow-") && DerivedContent.isFileName(String(place.path.dropFirst(10))))
    #expect(!place.exists)
  }
}

extension DerivedStorePlace {
  fileprivate init(path: String, exists: Bool) {
    self.init(of: "", beside: "", "", exists: { _ in false }, canWrite: { _ in true })
    (self.path, self.exists) = (path, exists)
  }
}
