import Foundation
import Testing

@testable import Core

private func dataset(_ count: Int = 12) -> [Clip] {
  (0..<count).map { index in
    Clip(
      name: "c\(index)", subject: "s\(index % 6)", emotion: index % 4 < 2 ? "joy" : "fear", source: "test", fps: 50,
      onset: 0, apex: 1, offset: 2, part: "p\(index % 2)", frames: 3, height: 4, width: 4)
  }
}

private let classes = ClassMap([["joy"], ["fear"]])
private func input(_ clips: [Clip]) -> FoldFile.Input { FoldFile.Input(name: "toy", clips: clips, classes: classes) }

/// The bytes themselves are a digest without collisions.
private func digest(_ data: Data) -> String { data.base64EncodedString() }

private func settings(_ count: Int = 3, _ rule: SplitRule = .subject) -> SweepConfiguration.Folds {
  var folds = SweepConfiguration.Folds()
  folds.count = count
  folds.by = rule
  return folds
}

@Test(arguments: SplitRule.allCases) func aFoldFileSurvivesItsJSONAndStillVerifies(rule: SplitRule) throws {
  let file = try FoldFile.make(for: [input(dataset())], folds: settings(3, rule), seed: .max, digest: digest)
  let again = try FoldFile.decode(file.encode())
  #expect(again == file)
  #expect(try again.encode() == file.encode())
  try again.verify([input(dataset().reversed())], folds: settings(3, rule), seed: .max, digest: digest)
}

@Test func theFileIsWrittenOnceAndThenIsTheTruth() throws {
  var written: [Data] = []
  func load(_ stored: Data?) throws -> FoldFile {
    try FoldFile.loadOrCreate(for: [input(dataset())], folds: settings(), seed: 1, stored: stored, digest: digest) {
      written.append($0)
    }
  }
  let first = try load(nil)
  #expect(written.count == 1)
  // Another but sound split on disk stands: folds in another order.
  var other = first
  other.datasets[0].folds.reverse()
  #expect(try load(other.encode()) == other)
  #expect(written.count == 1)
}

@Test func aStoreThatNoLongerMatchesIsRefusedByName() throws {
  let file = try FoldFile.make(for: [input(dataset())], folds: settings(), seed: 1, digest: digest)
  var moved = dataset()
  moved[3].subject = "s0"
  var relabelled = dataset()
  relabelled[3].emotion = "joy"
  var renamed = dataset()
  renamed[3].name = "d3"
  for changed in [moved, relabelled, renamed, dataset(13), dataset(11)] {
    let error = #expect(throws: Faults.self) {
      try file.verify([input(changed)], folds: settings(), seed: 1, digest: digest)
    }
    #expect(error?.description.contains("toy was split when its store had other clips") == true)
    #expect(error?.description.contains("--fresh") == true)
  }
}

@Test func otherSettingsThanThoseOfTheFileAreRefused() throws {
  let file = try FoldFile.make(for: [input(dataset())], folds: settings(), seed: 1, digest: digest)
  func refuses(_ inputs: [FoldFile.Input], _ folds: SweepConfiguration.Folds, _ seed: UInt64) -> Bool {
    (try? file.verify(inputs, folds: folds, seed: seed, digest: digest)) == nil
  }
  #expect(!refuses([input(dataset())], settings(), 1))
  #expect(refuses([input(dataset())], settings(4), 1))
  #expect(refuses([input(dataset())], settings(3, .sample), 1))
  #expect(refuses([input(dataset())], settings(), 2))
  #expect(refuses([], settings(), 1))
  let second = FoldFile.Input(name: "new", clips: dataset(), classes: classes)
  #expect(refuses([input(dataset()), second], settings(), 1))
  let merged = FoldFile.Input(name: "toy", clips: dataset(), classes: ClassMap([["fear"], ["joy"]]))
  #expect(refuses([merged], settings(), 1))
}

@Test func aFoldFileThatWasTamperedWithIsRefused() throws {
  let file = try FoldFile.make(for: [input(dataset())], folds: settings(), seed: 1, digest: digest)
  func refuses(_ change: (inout FoldFile.Dataset) -> Void) -> Bool {
    var changed = file
    change(&changed.datasets[0])
    return (try? changed.verify([input(dataset())], folds: settings(), seed: 1, digest: digest)) == nil
  }
  #expect(!refuses { _ in })
  #expect(refuses { $0.folds[0].removeLast() })
  #expect(refuses { $0.folds[0].append($0.folds[1][0]) })
  #expect(refuses { $0.folds[0][0].label = 1 - $0.folds[0][0].label })
  #expect(refuses { $0.folds[0].append($0.folds[1].removeFirst()) })
  #expect(refuses { $0.folds.append([]) })
  #expect(throws: Fault.self) { try FoldFile.decode(Data("{\"datasets\": 3}".utf8)) }
  #expect(throws: Fault.self) { try FoldFile.decode(Data()) }
}

@Test func trainingAndTestTogetherAreTheDataset() throws {
  let file = try FoldFile.make(for: [input(dataset())], folds: settings(), seed: 1, digest: digest)
  for index in 0..<3 {
    let training = file.datasets[0].training(index)
    let all = (training + file.datasets[0].folds[index]).sorted { $0.name < $1.name }
    #expect(all == input(dataset()).clips)
    #expect(Set(training.map(\.subject)).isDisjoint(with: file.datasets[0].folds[index].map(\.subject)))
  }
}

// MARK: - The store's content

private func input(_ content: String?) -> FoldFile.Input {
  FoldFile.Input(name: "toy", clips: dataset(), classes: classes, contentDigest: content)
}

@Test func aStoreWithOtherContentThanTheRunBeganWithIsRefused() throws {
  let file = try FoldFile.make(for: [input("old")], folds: settings(), seed: 1, digest: digest)
  let again = try FoldFile.decode(file.encode())
  try again.verify([input("old")], folds: settings(), seed: 1, digest: digest)
  let error = #expect(throws: Faults.self) {
    try again.verify([input("new")], folds: settings(), seed: 1, digest: digest)
  }
  #expect(
    error?.description.contains(
      "its store now holds other frames or descriptions than when the run began; restore it, or use --fresh"
    )
      == true)
}

@Test func aFoldFileOfVersion01IsAcceptedAndStaysAsItIs() throws {
  let old = try FoldFile.make(for: [input(nil)], folds: settings(), seed: 1, digest: digest)
  #expect(!String(decoding: try old.encode(), as: UTF8.self).contains("contentDigest"))
  let loaded = try FoldFile.loadOrCreate(
    for: [input("now")], folds: settings(), seed: 1, stored: old.encode(), digest: digest
  ) { _ in Issue.record("it was written again") }
  #expect(loaded == old)
}

@Test func aDatasetMayHaveItsOwnFolds() throws {
  var own = input(dataset())
  (own.name, own.folds) = ("own", settings(5, .dataset))
  let file = try FoldFile.make(for: [input(dataset()), own], folds: settings(), seed: 1, digest: digest)
  #expect(file.datasets.map(\.rule) == [.subject, .dataset] && file.datasets.map(\.folds.count) == [3, 2])
  try file.verify([input(dataset()), own], folds: settings(), seed: 1, digest: digest)
  own.folds = settings(4)
  let error = #expect(throws: Faults.self) {
    try file.verify([input(dataset()), own], folds: settings(), seed: 1, digest: digest)
  }
  #expect(
    error?.faults.map(\.problem) == ["own was split by dataset, the sweep now says subject; restore it, or use --fresh"]
  )
}

@Test func aClipThatMovedToAnotherPartIsNoticed() throws {
  let file = try FoldFile.make(for: [input(dataset())], folds: settings(), seed: 1, digest: digest)
  var moved = dataset()
  moved[3].part = "p0"
  #expect(throws: Faults.self) { try file.verify([input(moved)], folds: settings(), seed: 1, digest: digest) }
}

@Test func emotionsThatNoClassTakesAreCounted() throws {
  var clips = dataset()
  (clips[2].emotion, clips[3].emotion, clips[5].emotion) = ("Awe", "awe ", "calm")
  let file = try FoldFile.make(for: [input(clips), input(dataset())], folds: settings(), seed: 1, digest: digest)
  #expect(file.datasets.map(\.leftOut) == [["awe": 2, "calm": 1], nil])
}

@Test func whatIsOnBothSidesIsLookedForOnceAndKept() throws {
  var looked = 0
  var leakage = Leakage()
  leakage.frames = [["c1", "c2"]]
  var written: [Data] = []
  for _ in 0..<2 {
    let file = try FoldFile.loadOrCreate(
      for: [input(dataset())], folds: settings(), seed: 1, stored: written.last, digest: digest,
      examine: { split in
        looked += 1
        #expect(split.folds.count == 3)
        return leakage
      }, write: { written.append($0) })
    #expect(file.datasets[0].leakage == leakage)
  }
  #expect(looked == 1 && written.count == 1)
}
