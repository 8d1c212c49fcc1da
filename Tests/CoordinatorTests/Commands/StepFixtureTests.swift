import Foundation
import Testing

@testable import Core
@testable import Worker

/// `microfold step`, the built program, against PyTorch: losses within 1e-5, outputs and running statistics within
/// 1e-5 of the tensor's norm, gradients within 1e-4, weights after the step within a hundredth of it.
@Suite struct StepFixtureTests {
  private static let changed = [1: ["idnet"], 2: ["menet", "mine"], 3: ["idnet", "mine"], 4: ["menet", "mine"]]

  @Test(arguments: 1...4) func aStageOfTheProgramEqualsPyTorch(_ stage: Int) throws {
    let (source, scratch) = (stage == 4 ? "stages/stage-4" : "stages", try Scratch())
    let weights = Fixture.path("\(source)/weights")
    let run = try ProgramRun.microfold([
      "step", "--stage", "\(stage)", "--weights", weights, "--batch", Fixture.path("\(source)/batch.safetensors"),
      "--output", scratch.path,
    ])
    #expect(run.status == 0 && run.complaints.isEmpty)
    let folder = "stages/stage-\(stage)"
    try compareLosses(scratch, folder)
    try compareTensors(scratch("outputs.safetensors"), "\(folder)/outputs", tolerance: 1e-5)
    try compareTensors(scratch("gradients.safetensors"), "\(folder)/gradients", tolerance: 1e-4)
    for name in ["menet", "idnet", "mine"] {
      if StepFixtureTests.changed[stage]!.contains(name) {
        try compareNetwork(scratch("\(name).safetensors"), "\(folder)/\(name)", gradients: "\(folder)/gradients")
      } else {
        let (before, after) = ("\(weights)/\(name).safetensors", scratch("\(name).safetensors"))
        #expect(FileManager.default.contentsEqual(atPath: before, andPath: after), "\(name)")
      }
    }
  }

  /// Neither mine.safetensors nor the batch's shuffle is needed, and none is written.
  @Test(arguments: [(2, "emotion"), (3, "none")])
  func aStageWithTheDistanceCorrelationEqualsPyTorch(_ stage: Int, _ given: String) throws {
    let files = try StepFiles()
    try FileManager.default.removeItem(atPath: files.network("mine"))
    try files.edit(files.batch, removing: ["shuffle"])
    let options = ["--decoupling", "distance-correlation", "--given", given]
    let run = try ProgramRun.microfold(files.command(stage: stage) + options)
    #expect(run.status == 0 && run.complaints.isEmpty, "\(run.complaints)")
    let folder = "stages/stage-\(stage)/distance-correlation"
    let scratch = try Scratch()
    for name in ["losses.json", "gradients.safetensors"] {
      try FileManager.default.copyItem(atPath: "\(files.output)/\(name)", toPath: scratch(name))
    }
    try compareLosses(scratch, folder)
    try compareTensors(scratch("gradients.safetensors"), "\(folder)/gradients", tolerance: 1e-4)
    #expect(!FileManager.default.fileExists(atPath: "\(files.output)/mine.safetensors"))
  }

  private func compareLosses(_ scratch: Scratch, _ folder: String) throws {
    let (found, expected) = try [scratch("losses.json"), Fixture.path("\(folder)/losses.json")].map {
      try JSONDecoder().decode([String: Double].self, from: Data(contentsOf: URL(fileURLWithPath: $0)))
    }.pair
    #expect(Set(found.keys) == Set(expected.keys))
    for (name, loss) in expected { #expect(abs(found[name, default: .infinity] - loss) < 1e-5, "\(name)") }
  }

  /// A gradient that is zero except for rounding errors has no digits to compare.
  private func compareTensors(_ path: String, _ fixture: String, tolerance: Double) throws {
    let (found, expected) = (try SafeTensors(opening: path), try Fixture(fixture).file)
    #expect(Set(found.names) == Set(expected.names))
    let whole = try expected.names.reduce(0) { try max($0, norm(expected.floats($1))) }
    for name in expected.names {
      #expect(try found.entry(name).shape == expected.entry(name).shape, "\(name)")
      let values = try found.floats(name)
      let error = normError(values, try expected.floats(name))
      #expect(error < tolerance || norm(values) < 1e-6 * whole, "\(name): \(error)")
    }
  }

  private func compareNetwork(_ path: String, _ fixture: String, gradients: String) throws {
    let (found, expected) = (try SafeTensors(opening: path), try Fixture(fixture).file)
    let known = try Fixture(gradients).file
    #expect(Set(found.names) == Set(expected.names))
    for name in expected.names {
      let wanted = try expected.entry(name)
      #expect(try found.entry(name).shape == wanted.shape && found.entry(name).type == wanted.type, "\(name)")
      if wanted.type == .int64 {
        #expect(try found.integers(name) == expected.integers(name), "\(name)")
        continue
      }
      let (values, references) = (try found.floats(name), try expected.floats(name))
      guard let gradientName = ["", "mine."].map({ $0 + name }).first(where: known.contains) else {
        #expect(normError(values, references) < 1e-5, "\(name)")
        continue
      }
      // Adam takes a step of up to the learning rate, 1e-4, even for a gradient that is only rounding errors.
      for (index, gradient) in try known.floats(gradientName).enumerated() where abs(gradient) > 1e-5 {
        #expect(abs(values[index] - references[index]) < 1e-6, "\(name) [\(index)]")
      }
    }
  }

  private func norm(_ values: [Float]) -> Double {
    values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }
}

extension Array {
  fileprivate var pair: (Element, Element) { (self[0], self[1]) }
}
