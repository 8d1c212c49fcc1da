import Foundation
import Ranks
import Testing

@testable import Core
@testable import Worker

/// Units of other methods: the same bits on any number of ranks, with any number of pauses.
@Suite struct MethodUnitTests {
  /// A linear classifier on a few features of each clip, trained by `NetworkMethod`.
  private struct Line: EmotionNetwork {
    var layer: Linear
    var logits = Tensor([0])
    var parameters: [Parameter] { layer.parameters }
    var statistics: [Statistic] { [] }

    mutating func forward(_ inputs: Tensor, _ mode: Mode, _ random: CounterRandom) throws -> Tensor {
      guard case .training(let lanes) = mode else { return layer.forward(inputs, mode) }
      logits = layer.forward(try lanes.gather(inputs), mode)
      return logits
    }

    mutating func backward(labels: [Int], progress: Double, _ lanes: Lanes) throws -> Double {
      let (loss, gradient) = crossEntropy(logits, labels: labels)
      _ = layer.backward(gradient)
      return loss
    }
  }

  private static let line = NetworkMethod(
    MethodDescription(name: "line", title: "Line", paper: nil, settings: [], changes: []),
    features: MainDirectionalMeanFlow()
  ) { Line(layer: Linear("line", inputs: 72, outputs: $0, $1)) }

  private static let methods: [(String, any Method)] =
    [("line", line)] + Catalogue.methods.dropFirst().map { ($0.about.name, $0) }

  @Test(arguments: methods.indices) func theNumberOfRanksChangesNothing(_ index: Int) throws {
    let (name, method) = Self.methods[index]
    let tiny = try TinyUnit { $0.training.motionEpochs = 1 }
    let one = try tiny.run(in: "1", method: method)
    #expect(one.result?.predictions.isEmpty == false, "\(name)")
    for ranks in [2, 4] {
      _ = try tiny.run(in: "\(ranks)", ranks: ranks, method: method)
      #expect(try tiny.science(of: "\(ranks)") == tiny.science(of: "1"), "\(name) on \(ranks) ranks")
    }
    #expect(try tiny.science(of: "1")["model.safetensors"] != nil)
  }

  @Test func aPauseAtEveryBoundaryChangesNothing() throws {
    let tiny = try TinyUnit { $0.training.motionEpochs = 3 }
    let whole = try tiny.run(in: "whole", method: Self.line)
    let science = try tiny.science(of: "whole")
    #expect(science["metrics.jsonl"]?.split(separator: UInt8(ascii: "\n")).count == 6)
    for boundary in 1..<whole.boundaries {
      let folder = "pause-\(boundary)"
      let left = try tiny.run(in: folder, ranks: [1, 2, 4][boundary % 3], pauseAt: boundary, method: Self.line)
      #expect(left.isPaused && left.result == nil, "boundary \(boundary)")
      let end = try tiny.run(in: folder, ranks: [4, 1, 2][boundary % 3], method: Self.line)
      #expect(end.notes.isEmpty, "\(end.notes)")
      #expect(try tiny.science(of: folder) == science, "boundary \(boundary)")
    }
  }

  @Test func aDamagedCheckpointIsReportedAndNotUsed() throws {
    let tiny = try TinyUnit { $0.training.motionEpochs = 3 }
    _ = try tiny.run(in: "whole", method: Self.line)
    _ = try tiny.run(in: "left", ranks: 2, pauseAt: 20, method: Self.line)
    let name = try #require(tiny.checkpoints(in: "left").last)
    let path = tiny.scratch("left/checkpoint/\(name)")
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[bytes.count / 2] ^= 4
    try bytes.write(to: URL(fileURLWithPath: path))
    let end = try tiny.run(in: "left", method: Self.line)
    #expect(end.notes.count == 1 && end.notes[0].contains(name), "\(end.notes)")
    #expect(try tiny.science(of: "left") == tiny.science(of: "whole"))
  }

  @Test func aCheckpointOfAnotherMethodIsRefused() throws {
    let tiny = try TinyUnit { $0.training.motionEpochs = 3 }
    _ = try tiny.run(in: "left", pauseAt: 20, method: Self.line)
    let checkpoints = tiny.checkpoints(in: "left").count
    let end = try tiny.run(in: "left", method: Catalogue.method(named: "mdmo"))
    #expect(end.notes.count == checkpoints && checkpoints > 0 && end.result != nil, "\(end.notes)")
  }

  /// The majority class, on ranks that take unequally long.
  private struct Slow: Core.Method {
    let seconds: Double
    var about: MethodDescription { MajorityClass().about }
    func begin(_ fold: MethodFold) -> any FittedMethod {
      usleep(UInt32(seconds * 1e6))
      return MajorityClass().begin(fold)
    }
  }

  /// Whether a fit of one step is worth a checkpoint depends on the time that it took, which ranks measure differently.
  @Test(arguments: [0, 1]) func ranksWhoseClocksDifferAgreeOnACheckpoint(_ slow: Int) throws {
    let tiny = try TinyUnit()
    let results = try ThreadCommunicator.run(2) { group in
      let run = try tiny.unitRun(in: "unit", group, method: Slow(seconds: 0.2))
      run.secondsWorthKeeping = group.rank == slow ? 0.1 : 1000
      if case .finished = try run.run() { return true } else { return false }
    }
    #expect(results == [true, true])
    #expect(tiny.checkpoints(in: "unit") == (slow == 0 ? ["step-00000001.safetensors"] : []))
  }

  @Test func aLossThatIsNotFiniteFailsTheUnit() throws {
    let tiny = try TinyUnit {
      $0.training.motionEpochs = 3
      $0.training.learningRate = 1e38
    }
    #expect(throws: Fault.self) { try tiny.run(in: "unit", method: Self.line) }
  }
}
