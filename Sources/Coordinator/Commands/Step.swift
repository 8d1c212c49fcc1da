import Core
import Foundation
import Worker

/// What `microfold step` is to do.
struct StepOptions: Equatable {
  var stage = Stage.identity
  /// The directory of the three networks' files.
  var weights = ""
  var batch = ""
  /// The directory for the results.
  var output = ""
  /// Nil for what the weights are for.
  var variant: Ablation?
  /// Nil for what the weights and the clips say.
  var stem: SweepConfiguration.Stem?
  var decoupling = SweepConfiguration.DecouplingMeasure.mutualInformation
  var given = SweepConfiguration.Condition.none
  /// Threads of each rank, or nil for as many as its CPU affinity has cores.
  var threads: Int?
}

extension CommandSpecification {
  static let step = CommandSpecification(
    name: "step",
    summary: "Do one training step on files, for checks against other frameworks.",
    explanation: """
      Reads menet.safetensors, idnet.safetensors and mine.safetensors, and from the batch menet_clips [B,3,T,H,W], \
      idnet_clips [B,3,T,h,w], emotion [B], identity [B] and shuffle [B], as far as the stage needs them; the distance \
      correlation needs neither mine.safetensors nor shuffle. Writes \
      losses.json, outputs.safetensors, gradients.safetensors and the networks after the step. All sizes are those of \
      the tensors. Under mpirun the ranks share the batch, and the bytes are the same.
      """,
    defaults: StepOptions(),
    options: [
      .required(
        \.stage, "--stage", OptionKind<Int>.integer(1...4, "1..4").map { Stage(rawValue: $0) ?? .identity },
        "the training stage"),
      .required(\.weights, "--weights", .folder, "the directory of the networks before the step"),
      .required(\.batch, "--batch", .file, "the batch, a safetensors file"),
      .required(\.output, "--output", .folder, "the directory for the results"),
      .optional(
        \.variant, "--variant", .word(among: Ablation.allCases, "NAME"),
        "the losses: \(Ablation.allCases.map(\.rawValue).joined(separator: ", "))",
        standard: "full, or mi without attention"),
      .stem(\.stem),
      .value(
        \.decoupling, "--decoupling", .word(among: SweepConfiguration.DecouplingMeasure.allCases, "NAME"),
        "what decouples the features: mutual-information, distance-correlation"),
      .value(
        \.given, "--given", .word(among: SweepConfiguration.Condition.allCases, "NAME"),
        "with distance-correlation: none, or emotion for the dependence within each emotion"),
      .threads(\.threads),
    ],
    examples: [
      "microfold step --stage 1 --weights weights --batch batch.safetensors --output after",
      "mpirun -n 2 microfold step --stage 2 --weights weights --batch batch.safetensors --output after",
    ],
    writes: true,
    check: { options, arguments throws(Fault) in
      if options.given != .none, options.decoupling == .mutualInformation {
        throw arguments.fault("--given", "needs --decoupling distance-correlation")
      }
      guard let variant = options.variant, !variant.stages.contains(options.stage) else { return }
      let stages = variant.stages.map { "\($0.rawValue)" }.joined(separator: " and ")
      throw arguments.fault(
        "--stage", "is \(options.stage.rawValue); variant \(variant.rawValue) has stages \(stages)")
    },
    run: .together { try StepCommand(options: $0, world: $1, console: $2).run() })
}

/// `microfold step`, on every rank; all ranks are one group.
private struct StepCommand {
  let options: StepOptions
  let world: any Communicator
  let console: Console

  /// - Returns: the status that all ranks exit with.
  func run() throws -> ExitStatus {
    Parallel.use(threads: options.threads ?? ThreadChoice.threads(ProcessInfo.processInfo.environment))
    let lanes = SweepConfiguration.Training().lanes
    guard world.size <= lanes, world.size & (world.size - 1) == 0 else {
      console.faults(Fault(at: "mpirun", "started \(world.size) ranks; a step runs on 1, 2, 4 or 8"))
      return .usage
    }
    let request = SingleStep.Request(
      stage: options.stage, variant: options.variant, stem: options.stem, weights: options.weights,
      batch: options.batch, decoupling: options.decoupling, given: options.given)
    let prepared = try agreed {
      if world.rank == 0 { try requireDirectory(options.output) }
      return try SingleStep(request)
    }
    guard var step = prepared else { return .usage }
    if let assumption = step.assumption { console.note("\(Program.name): \(assumption)") }
    let exchange = GroupExchange(world)
    guard try agreed({ try step.run(exchange) }) != nil else { return .usage }
    let written: Void? = try agreed { if world.rank == 0 { try step.write(to: options.output) } }
    return written == nil ? .usage : .success
  }

  /// What `body` returns, or nil on every rank where it fails on one; the first rank that it fails on reports it.
  private func agreed<Result>(_ body: () throws -> Result) throws -> Result? {
    var (result, problem): (Result?, String) = (nil, "")
    do {
      result = try body()
    } catch let error where error is Fault || error is Faults {
      problem = "\(error)"
    }
    let problems = try world.gatherTexts(problem)
    guard let rank = problems.firstIndex(where: { !$0.isEmpty }) else { return result }
    // The files are the same for all, so rank 0 reports what is wrong with them; another rank has a problem of its own.
    console.note("\(Program.name): \(rank == 0 ? "" : "rank \(rank): ")\(problems[rank])")
    return nil
  }

  /// A path that cannot be a directory is reported before the step rather than after it.
  private func requireDirectory(_ path: String) throws {
    if FileManager.default.fileExists(atPath: path), !Directory.exists(path) {
      throw Fault(at: path, "is a file; --output names a directory")
    }
  }
}
