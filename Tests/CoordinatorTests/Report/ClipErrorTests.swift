import Core
import Foundation
import Testing

@testable import Coordinator

/// Which clips were named wrongly, and their pictures.
struct ClipErrorTests {
  private func prediction(_ clip: String, _ subject: String, _ truth: Int, _ probabilities: [Float])
    -> UnitResult.Prediction
  {
    UnitResult.Prediction(
      clip: clip, subject: subject, truth: truth, predicted: probabilities[0] >= probabilities[1] ? 0 : 1,
      probabilities: probabilities)
  }

  /// Two folds of two clips each; `full` and two methods. Of clip a, `full` is wrong with seed 1 alone.
  private func report(
    store: String = "none.safetensors", methods: [String] = ["menet", "fdm", "lbp-top"], seeds: [UInt64] = [1, 2]
  ) -> ComparisonReport {
    var configuration = ReportFixture.configuration(methods: methods, seeds: seeds, datasets: 1)
    configuration.folds.count = 2
    configuration.datasets[0].name = "d"
    configuration.datasets[0].source = .store(store)
    configuration.datasets[0].classes = ClassMap([["calm"], ["fear"]])
    let wrong: [String: [[String]]] = [
      // By seed.
      "full": [["a", "b", "c"], ["b", "c"]], "fdm": [["b"], ["b"]], "lbp-top": [["a", "b"], ["c"]],
    ]
    let outcomes = configuration.recognisers.flatMap { own in
      seeds.enumerated().flatMap { index, seed in
        (0..<2).map { fold -> UnitOutcome in
          let unit = WorkUnit(dataset: "d", fold: fold, variant: own.variant, seed: seed)
          let predictions = (fold == 0 ? ["a", "b"] : ["c", "d"]).map { clip in
            let isWrong = wrong[own.variant.rawValue]?[index].contains(clip) == true
            let sure: Float = ["a": 0.7, "b": 0.8, "c": 0.9][clip] ?? 0.6
            // Seed 2 is less sure.
            let share = isWrong ? sure - 0.05 * Float(index) : 1 - sure
            return prediction(clip, "s\(clip)", 0, [1 - share, share])
          }
          return .finished(ReportFixture.result(unit, ["calm", "fear"], predictions))
        }
      }
    }
    return ReportFixture.report(configuration, outcomes)
  }

  @Test func theMostConfidentErrorComesFirstAndSaysWhoIsRight() {
    let report = report()
    let errors = ClipError.all(report.datasets[0].variants[0], on: report.datasets[0])
    #expect(errors.map(\.clip) == ["c", "b", "a"])
    #expect(errors.map(\.probability) == [0.9, 0.8, 0.7], "of the seed that was most sure")
    #expect(errors.map(\.unit.seed) == [1, 1, 1] && errors.map(\.unit.fold) == [1, 0, 0])
    #expect(errors.map(\.wrongSeeds) == [2, 2, 1] && errors.map(\.seeds) == [2, 2, 2])
    // lbp-top is right about c with one seed of two, which is not more than half.
    #expect(errors.map(\.right) == ["FDM", "none of 2", "FDM"])
  }

  @Test func noFoldHidesTheOthers() {
    let report = report()
    let all = ClipError.all(report.datasets[0].variants[0], on: report.datasets[0])
    #expect(ClipError.shown(all, folds: 2, most: 2).map(\.clip) == ["c", "b"])
    #expect(ClipError.shown(all, folds: 2, most: 4).map(\.clip) == ["c", "b", "a"])
    #expect(ClipError.shown(all, folds: 50, most: 1).map(\.clip) == ["c"])
    #expect(ClipError.shown([], folds: 0, most: 3) == [])
  }

  @Test func aWholePageHasAtMostAHundredPictures() {
    let configuration = ReportFixture.configuration(variants: Ablation.allCases)
    let report = ReportFixture.report(configuration, ReportFixture.outcomes(configuration))
    let shown = report.principals.reduce(0) { sum, own in
      sum + (own.variant.map { report.shownErrors(of: $0, on: own.dataset).count } ?? 0)
    }
    #expect(shown > 40 && shown <= 100)
  }

  @Test func whoIsInAFoldComesFromTheSplitOrFromThePredictions() {
    let dataset = report().datasets[0]
    #expect(dataset.members.map(\.fold) == [0, 1])
    #expect(dataset.members[0].subjects == [.init(name: "sa", clips: 1), .init(name: "sb", clips: 1)])
    #expect(dataset.members[0].clips == [2, 0] && dataset.trainingClips(ofFold: 0) == [2, 0])
    var configuration = ReportFixture.configuration(datasets: 1)
    configuration.folds.count = 2
    let clips = [[FoldClip(name: "x", subject: "s10", label: 1), FoldClip(name: "y", subject: "s2", label: 1)], []]
    let split = ComparisonReport.Split(clipsPerFold: [2, 0], subjects: 2, digest: "", testClips: clips)
    let unrun = ReportFixture.report(configuration, [], splits: ["synth-sdu": split]).datasets[0]
    #expect(unrun.members[0].subjects.map(\.name) == ["s2", "s10"])
    #expect(unrun.members[0].clips == [0, 2, 0, 0, 0, 0] && unrun.trainingClips(ofFold: 1) == [0, 2, 0, 0, 0, 0])
    #expect(ReportFixture.report(configuration, []).datasets[0].trainingClips(ofFold: 1) == [])
  }

  /// A store of grey clips whose apex is brighter than the onset.
  private func store(_ clips: [(name: String, subject: String)], at path: String) throws {
    let writer = try ClipStoreWriter(at: path)
    for clip in clips {
      let own = Clip(
        name: clip.name, subject: clip.subject, emotion: "calm", source: "", fps: 50, onset: 0, apex: 1, offset: 2,
        frames: 3, height: 8, width: 8)
      let pixels = [100, 104, 102].flatMap { [UInt8](repeating: $0, count: 192) }
      try pixels.withUnsafeBytes { try writer.append(own, pixels: $0) }
    }
    try writer.commit()
  }

  @Test func picturesComeFromTheStoreAndOnlyOfThePersonWhoWasTested() throws {
    let scratch = try Scratch()
    let path = scratch("clips.safetensors")
    try store([("a", "sa"), ("b", "another person"), ("c", "sc")], at: path)
    let report = report(store: path, methods: ["menet"])
    let pictures = ErrorPictures(report, in: RunDirectory(path: scratch("run")))
    let errors = ClipError.all(report.datasets[0].variants[0], on: report.datasets[0])
    #expect(errors.map { pictures[$0] != nil } == [true, false, true] && pictures.missing.isEmpty)
    let thumbnail = try #require(pictures[errors[0]]).thumbnail
    let size = ClipThumbnail.size
    #expect(thumbnail.pixels.count == 3 * size * size && thumbnail.gain == 16)
    // Onset, apex, and 4 · 16 above the middle of 127.5, rounded.
    let row = [100, 104, 192].flatMap { [UInt8](repeating: $0, count: size) }
    #expect(Array(thumbnail.pixels.prefix(3 * size)) == row)
    try report.write(to: scratch("run"), pdf: nil)
    let page = try String(contentsOfFile: scratch("run/report/index.html"), encoding: .utf8)
    #expect(page.components(separatedBy: "<image id=\"clip-").count == 3)
    #expect(page.contains("Clip c of subject sc, true calm, named fear"))
    #expect(page.contains("read the dataset&#39;s licence"))
    try report.write(to: scratch("run"), showsClips: false, pdf: nil)
    let plain = try String(contentsOfFile: scratch("run/report/index.html"), encoding: .utf8)
    #expect(!plain.contains("<image id=\"clip-") && plain.contains("subject sc, c"))
    #expect(!plain.contains("licence before you pass"))
  }

  @Test func withoutTheStoreTheReportSaysWhy() throws {
    let scratch = try Scratch()
    let report = report(store: scratch("gone.safetensors"))
    let pictures = ErrorPictures(report, in: RunDirectory(path: scratch("run")))
    #expect(pictures.missing["d"]?.contains("gone.safetensors") == true)
    let other = scratch("other.safetensors")
    try store([("x", "sx")], at: other)
    let changed = ErrorPictures(self.report(store: other), in: RunDirectory(path: scratch("run")))
    #expect(changed.missing["d"] == "\(other) has other clips")
    try report.write(to: scratch("run"), pdf: nil)
    let page = try String(contentsOfFile: scratch("run/report/index.html"), encoding: .utf8)
    #expect(page.contains("No pictures: \(scratch("gone.safetensors"))"))
  }
}
