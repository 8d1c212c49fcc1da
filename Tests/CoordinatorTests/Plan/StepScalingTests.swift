import Foundation
import Testing

@testable import Coordinator
@testable import Core

@Suite struct StepScalingTests {
  private func measurement(ranks: Int, threads: Int, gflops: Double) -> StepScaling.Measurement {
    StepScaling.Measurement(
      network: .menet, width: 64, batch: 32, motionSize: 256, identitySize: 128, frames: 6, ranks: ranks,
      threads: threads, gflops: gflops)
  }

  /// GFLOP/s of a machine where a step takes (a / threads + b + c log2 ranks) / ranks.
  private func law(_ a: Double, _ b: Double, _ c: Double, ranks: Int, threads: Int) -> Double {
    2 * Double(ranks) / (a / Double(threads) + b + c * log2(Double(ranks)))
  }

  @Test func aLawIsFoundFromItsOwnFigures() {
    let measured = [(1, 1), (1, 2), (1, 8), (2, 4), (8, 8)].map { ranks, threads in
      measurement(ranks: ranks, threads: threads, gflops: law(0.019, 0.0006, 0.0002, ranks: ranks, threads: threads))
    }
    let scaling = StepScaling(measured)
    #expect(scaling.error < 1e-9 && scaling.measurements == 5)
    for cores in [1, 4, 16, 64] {
      #expect(abs(scaling.speed(cores: cores) * 2e-9 / law(0.019, 0.0006, 0, ranks: 1, threads: cores) - 1) < 1e-9)
      let alone = 0.019 / Double(cores) + 0.0006
      #expect(abs(scaling.efficiency(ranks: 4, cores: cores) / (alone / (alone + 0.0004)) - 1) < 1e-9)
      #expect(scaling.efficiency(ranks: 1, cores: cores) == 1)
    }
  }

  /// The largest deviation is stated: two figures for the same layout, 10 % apart.
  @Test func theErrorIsTheLargestDeviation() {
    let scaling = StepScaling([100, 110].map { measurement(ranks: 1, threads: 1, gflops: $0) })
    #expect(scaling.error > 0.04 && scaling.error < 0.06)
  }

  /// Two threads that are more than twice as fast as one, as caches can make them: nothing is negative.
  @Test func noPartIsNegative() {
    let scaling = StepScaling([
      measurement(ranks: 1, threads: 1, gflops: 100), measurement(ranks: 1, threads: 2, gflops: 210),
      measurement(ranks: 2, threads: 2, gflops: 430),
    ])
    #expect(scaling.speed(cores: 64) <= 64 * scaling.speed(cores: 1) * (1 + 1e-12))
    #expect(scaling.efficiency(ranks: 8, cores: 8) == 1)
    #expect(scaling.error < 0.1)
  }

  @Test func oneMeasurementIsTheSpeedOfEveryCore() {
    let scaling = StepScaling([measurement(ranks: 1, threads: 4, gflops: 400)])
    #expect(abs(scaling.speed(cores: 1) - 50e9) < 1 && abs(scaling.speed(cores: 8) - 400e9) < 1)
    #expect(scaling == scaling && StepScaling(flopsPerCore: 100e9).speed(cores: 3) == 150e9)
  }

  /// IDNet's steps have a speed of their own, and the machine one for everything else.
  @Test func identityHasItsOwnSpeed() {
    var measured = [1, 4].map { ranks in
      measurement(ranks: ranks, threads: 1, gflops: law(0.02, 0, 0.001, ranks: ranks, threads: 1))
    }
    #expect(StepScaling(measured).identitySpeed == nil && StepScaling(measured).slowness == 1)
    measured += [1, 4].map { ranks in
      var one = measurement(ranks: ranks, threads: 1, gflops: 0.6 * law(0.02, 0, 0.001, ranks: ranks, threads: 1))
      one.network = .idnet
      return one
    }
    for index in measured.indices { measured[index].slowness = index % 2 == 0 ? 2 : 8 }
    let scaling = StepScaling(measured)
    #expect(scaling.error < 1e-9 && scaling.measurements == 4)
    #expect(abs(scaling.identitySpeed! - 0.6) < 1e-9 && abs(scaling.slowness - 4) < 1e-9)
    #expect(abs(scaling.slownessOfMethods - 4 / MachineTrial.ofMethods) < 1e-9)
    #expect(StepScaling(flopsPerCore: 1).slownessOfMethods == 1)
  }

  @Test func aSlowIdentityNetworkIsMoreWork() {
    let clips = MethodCost.ClipCounts(training: 10, test: 5)
    let configuration = SweepConfiguration()
    func total(_ speed: Double, _ variant: Variant) -> Double {
      configuration.method(of: variant).cost(of: variant, configuration).total(clips, identitySpeed: speed)
    }
    let training = configuration.training
    let identity = NetworkCost.identity(configuration.network)
    // Stages 1 and 3 train it; in stages 2 and 4 it goes forward beside MENet only where features are decoupled.
    let own = Double(10 * 2 * training.identityEpochs) * identity.training
    let beside = total(0.5, Variant(.full)) - total(1, Variant(.full)) - own
    #expect(abs(beside / (Double(10 * 2 * training.motionEpochs) * identity.forward) - 1) < 0.51 && beside > 0)
    #expect(total(0.5, Variant(.ce)) == total(1, Variant(.ce)))
  }

  // MARK: - The file

  private func text(width: Int = 64, ranks: Int = 1, threads: Int = 2, network: String = "menet") -> String {
    """
    {
      "batch" : 32, "frames" : 6, "gflops" : 300.5, "identitySize" : 128, "motionSize" : 256,
      "network" : "\(network)", "ranks" : \(ranks), "seconds" : [1.5, 2], "threads" : \(threads), "width" : \(width)
    }

    """
  }

  @Test func severalMeasurementsAreReadFromOneFile() throws {
    let scratch = try Scratch()
    let path = try scratch.file("steps.json", text: text() + text(ranks: 2, threads: 1) + text(network: "idnet"))
    let measured = try StepScaling.Measurement.read(path, for: SweepConfiguration())
    #expect(measured.map(\.ranks) == [1, 2, 1] && measured.map(\.threads) == [2, 1, 2] && measured[0].gflops == 300.5)
    #expect(measured.map(\.network) == [.menet, .menet, .idnet])
  }

  @Test(arguments: [
    ("", "is empty; it takes what microfold bench step --json prints"), ("{}", "is not what"),
    ("text\n}", "steps.json, line 1, column 1: "),
    ("\n{\n  \"a\": 1,\n}", "steps.json, line 3, column 9: a comma before }"),
  ])
  func somethingElseIsRefused(_ content: String, _ words: String) throws {
    let scratch = try Scratch()
    let path = try scratch.file("steps.json", text: content)
    #expect { try StepScaling.Measurement.read(path, for: SweepConfiguration()) } throws: {
      "\($0)".contains(words) && "\($0)".contains("steps.json")
    }
  }

  @Test func stepsOfAnotherNetworkAreRefused() throws {
    let scratch = try Scratch()
    for (content, words) in [
      (text(width: 8), "--network menet --width 64 --batch 32 --frames 6 --motion-size 256"),
      (text(network: "idnet"), "has steps of IDNet only; measure MENet's too"),
      (
        text() + text(width: 8, network: "idnet"),
        "--network idnet --width 64 --batch 32 --frames 6 --identity-size 128"
      ),
      (text(ranks: 0), "is not what"),
    ] {
      let path = try scratch.file("steps.json", text: content)
      #expect { try StepScaling.Measurement.read(path, for: SweepConfiguration()) } throws: {
        "\($0)".contains(words)
      }
    }
    #expect(throws: Fault.self) {
      try StepScaling.Measurement.read(scratch("nothing.json"), for: SweepConfiguration())
    }
  }
}
