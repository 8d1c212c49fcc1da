import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// A sweep with pretraining, registered flow and all settings of training: the same bytes however it is run.
@Suite(.serialized) struct RecipeSweepTests {
  private let scratch: Scratch
  private let file: String

  init() throws {
    scratch = try Scratch()
    file = try RecipeSweep.write(in: scratch)
  }

  private func words(_ output: String, threads: Int = 1, ranksPerFold: Int = 1, file: String? = nil) -> [String] {
    [
      "sweep", "--config", file ?? self.file, "--output", scratch(output), "--threads", "\(threads)", "--progress",
      "lines", "--ranks-per-fold", "\(ranksPerFold)",
    ]
  }

  @discardableResult
  private func run(
    _ output: String, ranks: Int? = nil, threads: Int = 1, ranksPerFold: Int = 1, file: String? = nil
  ) throws -> BuiltProgram.Ending {
    let ending = try BuiltProgram.run(
      words(output, threads: threads, ranksPerFold: ranksPerFold, file: file), ranks: ranks, in: scratch)
    try #require(ending.status == 0, "\(ending.errors)")
    return ending
  }

  private func expect(_ output: String, _ reference: [String: Data]) throws {
    let files = try TinySweep.science(of: scratch(output))
    #expect(files.keys.sorted() == reference.keys.sorted(), "\(output)")
    for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
      #expect(bytes == reference[name], "\(output): \(name) differs")
    }
  }

  @Test func everyLayoutGivesTheSameBytes() throws {
    let first = try run("reference")
    let reference = try TinySweep.science(of: scratch("reference"))
    let names = Set(reference.keys)
    #expect(names.isSuperset(of: ["menet", "idnet"].map { "synth-samm/pretraining/\($0).safetensors" }))
    #expect(names.contains("synth-samm/fold-1/full/menet.safetensors"))
    #expect(
      names.count {
        $0.hasPrefix("pretraining/synth-samm-") && DerivedContent.isFileName(($0 as NSString).lastPathComponent)
      } == 1)
    #expect(names.count { $0.hasPrefix("synth-samm/store.registered-") } == 2, "flow for MENet, frames for LBP-TOP")
    #expect(try TinySweep.results(of: scratch("reference")).count == RecipeSweep.units)
    #expect(
      first.errors.contains { $0.hasPrefix("synth-samm, pretraining, seed 2022: done, accuracy") }, "\(first.errors)")
    #expect(first.errors.contains { $0.hasPrefix("synth-samm, pretraining, seed 2022: stage 2, epoch 2/2") })

    let layouts: [(ranks: Int?, threads: Int, ranksPerFold: Int)] = [
      (nil, 3, 1), (1, 1, 1), (2, 1, 1), (2, 1, 2), (4, 1, 1), (4, 3, 2),
    ]
    for (index, layout) in layouts.enumerated() {
      let output = "run-\(index)"
      try run(output, ranks: layout.ranks, threads: layout.threads, ranksPerFold: layout.ranksPerFold)
      try expect(output, reference)
      let results = try TinySweep.results(of: scratch(output))
      #expect(
        results.allSatisfy { $0.ranks == layout.ranksPerFold }, "\(layout): a group of one rank would prove nothing")
    }
  }

  @Test func theFoldsStartFromThePretrainedNetworks() throws {
    try run("run")
    let plain = try RecipeSweep.write(in: scratch, name: "plain.json", pretraining: "null")
    try run("plain", file: plain)
    let (one, other) = (try TinySweep.science(of: scratch("run")), try TinySweep.science(of: scratch("plain")))
    for network in ["menet", "idnet"] {
      let name = "synth-samm/fold-0/full/\(network).safetensors"
      #expect(one[name] != nil && one[name] != other[name], "\(network)")
    }
    let model = "synth-samm/fold-0/lbp-top/model.safetensors"
    #expect(one[model] != nil && one[model] == other[model], "other methods do not start from it")
    let entries = try JSONLines.read(LedgerEntry.self, from: scratch("run/ledger.jsonl"))
    let ended = try #require(entries.firstIndex { $0.event == .finished && $0.unit.variant == .pretraining })
    let begun = try #require(entries.firstIndex { $0.event == .started && $0.unit.variant == .full })
    #expect(ended < begun)
  }

  /// Stopped in the pretraining, and stopped again in a fold.
  @Test func aStoppedSweepResumesToTheSameBytes() throws {
    let long = try RecipeSweep.write(
      in: scratch, name: "long.json",
      pretraining: RecipeSweep.synthetic.replacing("\"epochs\": 2", with: "\"epochs\": 40"), epochs: 40)
    try run("reference", file: long)
    let reference = try TinySweep.science(of: scratch("reference"))
    for (part, ranks, ranksPerFold) in [("pretraining", nil, 1), ("fold-", 2, 2)] as [(String, Int?, Int)] {
      let program = try RunningProgram(
        words("run", ranksPerFold: ranksPerFold, file: long), ranks: ranks, in: scratch)
      let isUnderWay = try program.waits {
        let names =
          FileManager.default.enumerator(atPath: scratch("run/synth-samm"))?.compactMap { $0 as? String } ?? []
        return names.contains { $0.hasPrefix(part) && $0.contains("checkpoint/step-") }
      }
      try #require(isUnderWay, "it ended before it was stopped: \(program.errors)")
      kill(program.number, SIGUSR1)
      #expect(try program.end() == ExitStatus.paused.rawValue, "\(program.errors)")
    }
    try run("run", ranks: 4, ranksPerFold: 2, file: long)
    try expect("run", reference)
  }

  // MARK: - Derived stores

  private func times(below folder: String) throws -> [String: Date] {
    try FileManager.default.contentsOfDirectory(atPath: scratch(folder)).filter(DerivedContent.isFileName)
      .reduce(into: [:]) { times, name in
        let attributes = try FileManager.default.attributesOfItem(atPath: scratch("\(folder)/\(name)"))
        times[name] = attributes[.modificationDate] as? Date
      }
  }

  @Test func aSecondSweepUsesTheDerivedStoresOfTheFirst() throws {
    let store = try makeStore()
    let file = try RecipeSweep.write(in: scratch, store: store)
    let first = try run("first", file: file)
    let made = try times(below: "stores")
    #expect(
      made.count == 2 && first.errors.contains { $0.hasPrefix("computing registered frames and") }, "\(first.errors)")
    // Another sweep: other epochs, so other results.
    let second = try run("second", file: RecipeSweep.write(in: scratch, name: "second.json", store: store, epochs: 1))
    #expect(try times(below: "stores") == made)
    #expect(!second.errors.contains { $0.contains("of synth-samm, 14 clips") }, "\(second.errors)")
    // And without them they are made again, to the same bytes.
    let bytes = try TinySweep.files(below: scratch("stores"))
    for name in made.keys { try FileManager.default.removeItem(atPath: scratch("stores/\(name)")) }
    try run("third", ranks: 2, file: file)
    #expect(try TinySweep.files(below: scratch("stores")) == bytes)
  }

  /// A store of SAMM's clips outside the run directory.
  private func makeStore() throws -> String {
    var settings = SweepConfiguration.Synthetic()
    (settings.clips, settings.size, settings.motion) = (14, 32, 4)
    try SyntheticStore.write("synth-samm", settings, to: scratch("stores/samm.safetensors"))
    return scratch("stores/samm.safetensors")
  }

  private func expectRefused(_ words: [String], _ texts: String..., at location: SourceLocation = #_sourceLocation)
    throws
  {
    for ranks in [nil, 2] {
      let ending = try BuiltProgram.run(words, ranks: ranks, reportsRanks: true, in: scratch)
      #expect(
        ending.rankStatuses == [Int](repeating: 2, count: ranks ?? 1), "\(ending.errors)", sourceLocation: location)
      #expect(ending.faults.count == 1, "\(ending.errors)", sourceLocation: location)
      for text in texts {
        #expect(ending.faults.first?.contains(text) == true, "\(text) in \(ending.errors)", sourceLocation: location)
      }
    }
  }

  @Test func derivedStoresThatAreDamagedOrOfOtherClipsAreRefused() throws {
    let store = try makeStore()
    let file = try RecipeSweep.write(in: scratch, store: store, pretraining: "null")
    try run("run", file: file)
    let flow = try #require(try times(below: "stores").keys.first { $0.contains("registered-flow") })
    let path = scratch("stores/\(flow)")
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))

    try scratch.file("stores/\(flow)", whole.prefix(whole.count - 9))
    try expectRefused(words("torn", file: file), path, "is damaged", "delete this file; the sweep makes it again")

    // A flow store of other clips under this name.
    var settings = SweepConfiguration.Synthetic()
    (settings.clips, settings.size, settings.seed) = (14, 32, 5)
    try SyntheticStore.write("synth-samm", settings, to: scratch("others/samm.safetensors"))
    try run(
      "others",
      file: RecipeSweep.write(
        in: scratch, name: "others.json", store: scratch("others/samm.safetensors"), pretraining: "null"))
    let other = try #require(try times(below: "others").keys.first { $0.contains("registered-flow") })
    #expect(other != flow, "stores of other clips have other names")
    try scratch.file("stores/\(flow)", Data(contentsOf: URL(fileURLWithPath: scratch("others/\(other)"))))
    try expectRefused(
      words("other", file: file), path, "was not computed from \(store) as it is now", "delete this file")
    try expectRefused(words("run", file: file), path, "delete this file")

    // A flow store is no dataset, and nothing to predict.
    try scratch.file("stores/\(flow)", whole)
    let refused = ["has optical flow, which was computed from a clip store; name that store"]
    try expectRefused(
      words("flow", file: RecipeSweep.write(in: scratch, name: "flow.json", store: path)), path, refused[0])
    let model = scratch("run/synth-samm/fold-0/full/menet.safetensors")
    let predicted = try BuiltProgram.run(["predict", "--model", model, "--store", path], in: scratch)
    #expect(predicted.status == 2 && predicted.faults == ["microfold: \(path): \(refused[0])"], "\(predicted.errors)")
  }

  // MARK: - Other commands

  @Test func predictGivesTheProbabilitiesOfTheSweep() throws {
    try run("run")
    let store = scratch("run/synth-samm/store.safetensors")
    let results = try TinySweep.results(of: scratch("run")).filter { $0.variant == .full }
    #expect(results.count == 2)
    for result in results {
      let model = scratch("run/synth-samm/fold-\(result.fold)/full/menet.safetensors")
      let predicted = try BuiltProgram.run(["predict", "--model", model, "--store", store], in: scratch)
      try #require(predicted.status == 0, "\(predicted.errors)")
      for prediction in result.predictions {
        let line =
          ([
            prediction.clip, prediction.subject, result.classes[prediction.truth],
            result.classes[prediction.predicted],
          ] + prediction.probabilities.map { "\($0)" }).joined(separator: ",")
        #expect(predicted.output.contains { $0.trimmingCharacters(in: .newlines) == line }, "\(line)")
      }
    }
  }

  @Test func aFlowStoreIsInspectedAndDrawn() throws {
    try run("run")
    let flow = try #require(try times(below: "run/synth-samm").keys.first { $0.contains("registered-flow") })
    let picture = scratch("flow.png")
    let told = try BuiltProgram.run(["inspect", scratch("run/synth-samm/\(flow)"), "--frames", picture], in: scratch)
    #expect(told.status == 0, "\(told.errors)")
    #expect(told.output.contains { $0.contains("14") && $0.contains("clips") }, "\(told.output)")
    #expect(try Data(contentsOf: URL(fileURLWithPath: picture)).starts(with: [0x89, 0x50, 0x4E, 0x47]))
    let inspected = try BuiltProgram.run(["inspect", scratch("run")], in: scratch)
    #expect(inspected.output.contains { $0.hasSuffix("/synth-samm/pretraining") }, "\(inspected.output)")
    let status = try BuiltProgram.run(["status", scratch("run")], in: scratch)
    #expect(status.output.joined().contains("5 of 5 units"), "\(status.output)")
  }

  @Test func theReportShowsThePretraining() throws {
    try run("run")
    let written = try TinySweep.files(below: scratch("run/report"))
    func text(_ name: String) -> String { String(decoding: written[name] ?? Data(), as: UTF8.self) }
    #expect(text("index.html").contains("synth-samm, pretraining, seed 2022 by rank 0"), "in the timeline")
    for name in ["index.html", "report.md"] {
      #expect(text(name).contains("clips of people who are in no dataset"), "\(name)")
      #expect(text(name).contains("schedule") && text(name).contains("warm-up over 0.1 of a stage"), "\(name)")
    }
    #expect(text("report.tex").contains("\\label{tab:pretraining}"))
    let json = try JSONNode.parse(Array(written["report.json"] ?? Data()), location: "report.json")
    let row = try #require(json["pretraining"]?.elements?.first)
    #expect(row["clips"]?.integer == 22 && row["epochs"]?.integer == 2 && row["status"]?.text == "finished")
    // `microfold report` reads the same from the run directory.
    let again = try BuiltProgram.run(["report", scratch("run")], in: scratch)
    #expect(again.status == 0, "\(again.errors)")
    let rewritten = try TinySweep.files(below: scratch("run/report"))
    for name in ["report.json", "report.md", "report.tex", "results.csv"] { #expect(rewritten[name] == written[name]) }
  }
}
