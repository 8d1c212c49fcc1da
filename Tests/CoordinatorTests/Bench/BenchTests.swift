import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// The JSON of `microfold bench kernels` and `microfold bench step`.
@Suite(.serialized) struct BenchTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private struct Kernels: Decodable {
    struct Pass: Decodable {
      let seconds: [Double]
      let medianSeconds, gflops: Double
    }
    struct Convolution: Decodable {
      let network, layer: String
      let layers, inputChannels, outputChannels, frames, size: Int
      let kernel, stride: [Int]
      let operations: Double
      let passes: [String: Pass]
    }
    let shapes, vectors: String
    let batch, threads, rounds: Int
    let convolutions: [Convolution]
  }

  /// Estimates for up to 128 threads, which a plan takes as measured steps.
  @Test func threadsAreEstimatedAndPlannedWith() throws {
    let words = ["bench", "threads", "--width", "4", "--motion-size", "32", "--frames", "3", "--batch", "4", "--json"]
    let ending = try BuiltProgram.run(words + ["--rounds", "1"], in: scratch)
    try #require(ending.status == 0, "\(ending.errors)")
    let file = try scratch.file("threads.json", text: ending.output.joined(separator: "\n") + "\n")
    var configuration = SweepConfiguration()
    (configuration.network.width, configuration.network.motionSize, configuration.network.frames) = (4, 32, 3)
    configuration.training.batch = 4
    let steps = try StepScaling.Measurement.read(file, for: configuration)
    #expect(steps.map(\.threads) == [1, 2, 4, 8, 16, 32, 64, 128] && steps.allSatisfy { $0.ranks == 1 })
    // So small a network gains little from many threads, and never more than there are.
    #expect(steps.allSatisfy { $0.gflops < steps[0].gflops * Double($0.threads) * 1.5 })
    #expect(StepScaling(steps).measurements == 8)
  }

  @Test func kernelsGiveEveryShapeInEveryDirection() throws {
    let kernels: Kernels = try json("kernels --shapes demo --batch 2 --rounds 2 --threads 1 --json")
    #expect(kernels.shapes == "demo" && kernels.batch == 2 && kernels.threads == 1 && kernels.rounds == 2)
    #expect(kernels.convolutions.count == 22)
    for convolution in kernels.convolutions {
      let passes = convolution.passes
      #expect(passes.count == (convolution.layer == "conv1" ? 2 : 3))
      #expect((passes["inputGradient"] == nil) == (convolution.layer == "conv1"))
      for pass in passes.values {
        #expect(pass.seconds.count == 2)
        #expect(abs(pass.medianSeconds - (pass.seconds[0] + pass.seconds[1]) / 2) <= 1e-12)
        #expect(abs(pass.gflops * pass.medianSeconds * 1e9 / convolution.operations - 1) < 1e-9)
      }
    }
    // Calculated by hand: six frames, of which the outer two have two of three inputs.
    let layer = try #require(kernels.convolutions.first { $0.layer == "layer1.0.conv1" })
    #expect(layer.network == "menet" && layer.layers == 4 && layer.inputChannels == 8 && layer.outputChannels == 8)
    #expect(layer.kernel == [3, 3, 3] && layer.stride == [1, 1, 1] && layer.frames == 6 && layer.size == 8)
    #expect(layer.operations == 2 * 2 * 8 * 8 * 9 * (8 * 8) * 16)
  }

  private struct Step: Decodable {
    let network, vectors: String
    let width, batch, motionSize, identitySize, frames, ranks, groups, threads, rounds, parameters: Int
    let seconds: [Double]
    let medianSeconds, clipsPerSecond, gflops, limitSeconds, coreGflops, slowness, loss: Double
    let peakBytes: [Int]
  }

  @Test(arguments: RecognitionNetwork.Branch.allCases)
  func aStepIsTheSameOnOneRankAndTwo(_ branch: RecognitionNetwork.Branch) throws {
    let words =
      "step --network \(branch.rawValue) --width 2 --frames 3 --motion-size 32 --identity-size 16 "
      + "--batch 4 --rounds 3 --threads 1 --json"
    let (alone, shared): (Step, Step) = (try json(words), try json(words, ranks: 2))
    #expect(alone.network == branch.rawValue && alone.width == 2 && alone.batch == 4 && alone.frames == 3)
    #expect(alone.motionSize == 32 && alone.identitySize == 16 && alone.threads == 1 && alone.rounds == 3)
    #expect(alone.seconds.count == 3 && alone.medianSeconds == alone.seconds.sorted()[1])
    #expect(abs(alone.clipsPerSecond * alone.medianSeconds / 4 - 1) < 1e-9)
    var network = SweepConfiguration.Network()
    (network.width, network.frames, network.motionSize, network.identitySize) = (2, 3, 32, 16)
    let cost: NetworkCost = branch == .menet ? .motion(network, attention: true) : .identity(network)
    #expect(abs(alone.gflops * alone.medianSeconds * 1e9 / (2 * 4 * cost.training) - 1) < 1e-9)
    #expect(alone.peakBytes.count == 1 && alone.peakBytes[0] > 1 << 20)

    #expect(alone.groups == 1 && alone.slowness > 0.1 && alone.slowness < 100)
    #expect(alone.coreGflops > 1 && alone.limitSeconds > 0 && alone.limitSeconds < alone.medianSeconds)
    #expect(shared.ranks == 2 && shared.groups == 1 && shared.peakBytes.count == 2)
    #expect(shared.loss == alone.loss && shared.parameters == alone.parameters)
    // Two groups of one rank, each with the whole batch.
    let apart: Step = try json(words + " --ranks-per-fold 1", ranks: 2)
    #expect(apart.ranks == 1 && apart.groups == 2 && apart.peakBytes.count == 2 && apart.loss == alone.loss)
  }

  @Test(
    arguments: [
      ("step --motion-size 40", "--motion-size: is 40; the networks divide a picture by 16, so take 32 or 48", nil),
      ("step --network minet", "did you mean menet?", nil),
      ("step --batch 65536", "take a smaller --batch", nil),
      ("step --batch 4 --width 2 --motion-size 32 --rounds 1", "started 3 ranks", 3),
      ("step --width 2 --motion-size 32 --ranks-per-fold 2", "--ranks-per-fold: is 2; mpirun started 3 ranks, no", 3),
      (
        "step --width 2 --motion-size 32 --ranks-per-fold 16", "--ranks-per-fold: is 16; a step runs on 1, 2, 4 or 8", 3
      ),
      ("kernels --shapes papre", "did you mean paper?", nil),
      ("kernels --batch 0", "integer from 1 to 256", nil),
    ] as [(String, String, Int?)])
  func wrongWordsAreOneLine(_ words: String, _ saying: String, _ ranks: Int?) throws {
    let ending = try run(words, ranks: ranks, reportsRanks: ranks != nil)
    #expect(ranks == nil ? ending.status == 2 : ending.rankStatuses == [2, 2, 2])
    #expect(ending.faults.count == 1 && ending.faults[0].contains(saying), "\(ending.faults)")
  }

  private func json<Figures: Decodable>(_ words: String, ranks: Int? = nil) throws -> Figures {
    let ending = try run(words, ranks: ranks)
    #expect(ending.status == 0, "\(ending.errors)")
    return try JSONDecoder().decode(Figures.self, from: Data(ending.output.joined(separator: "\n").utf8))
  }

  private func run(_ words: String, ranks: Int?, reportsRanks: Bool = false) throws -> BuiltProgram.Ending {
    try BuiltProgram.run(
      ["bench"] + words.split(separator: " ").map(String.init), ranks: ranks, reportsRanks: reportsRanks, in: scratch)
  }
}
