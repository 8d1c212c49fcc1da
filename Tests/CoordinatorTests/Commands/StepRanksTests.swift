import Foundation
import Testing

@testable import Core

/// `microfold step` under mpirun: the same bytes on any number of ranks, and one error message for all.
@Suite(.serialized) struct StepRanksTests {
  /// Names and bytes of the files that a step writes.
  private func results(_ files: StepFiles, stage: Int, ranks: Int) throws -> [String: Data] {
    let output = files.scratch("stage-\(stage)-on-\(ranks)")
    let run = try ProgramRun.microfold(files.command(stage: stage, output: output), ranks: ranks)
    #expect(run.status == 0, "\(run.complaints)")
    let names = try FileManager.default.contentsOfDirectory(atPath: output)
    #expect(names.count == 6)
    return try Dictionary(
      uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(fileURLWithPath: "\(output)/\($0)"))) })
  }

  @Test(arguments: 1...4) func aStepHasTheSameBytesOnOneTwoAndFourRanks(_ stage: Int) throws {
    let files = try StepFiles()
    let alone = try results(files, stage: stage, ranks: 1)
    #expect(try results(files, stage: stage, ranks: 2) == alone)
    #expect(try results(files, stage: stage, ranks: 4) == alone)
  }

  @Test(arguments: [1, 2]) func ranksWithoutAClipTakePart(_ clips: Int) throws {
    let files = try StepFiles()
    try files.shorten(to: clips)
    let alone = try results(files, stage: 2, ranks: 1)
    #expect(try results(files, stage: 2, ranks: 4) == alone)
  }

  @Test func aSingleClipLeavesMINEAsItWas() throws {
    let files = try StepFiles()
    try files.shorten(to: 1)
    let written = try results(files, stage: 2, ranks: 1)
    #expect(try written["mine.safetensors"] == Data(contentsOf: URL(fileURLWithPath: files.network("mine"))))
    #expect(try !String(decoding: #require(written["losses.json"]), as: UTF8.self).contains("mutualInformation"))
  }

  @Test(arguments: [1, 2]) func aBadValueIsOneLineAndNothingIsWritten(_ ranks: Int) throws {
    let files = try StepFiles()
    try files.spoil(files.batch, "menet_clips", with: .nan)
    let run = try ProgramRun.microfold(files.command(stage: 2), ranks: ranks)
    #expect(run.status == 2)
    #expect(run.complaints == ["microfold: \(files.batch): menet_clips: holds a value that is not finite"])
    #expect(!FileManager.default.fileExists(atPath: files.output))
  }

  @Test func threeRanksAreRefused() throws {
    let files = try StepFiles()
    let run = try ProgramRun.microfold(files.command(stage: 1), ranks: 3)
    #expect(run.status == 2)
    #expect(run.complaints.count == 1 && run.complaints[0].contains("3 ranks"))
  }
}
