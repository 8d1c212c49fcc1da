import Core
import Foundation
import Worker

/// `microfold step`, on every rank; all ranks are one group.
struct StepAction {
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
      batch: options.batch)
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

  /// What `body` gives, or nil on every rank where it fails on one; the first rank it fails on is heard.
  private func agreed<Result>(_ body: () throws -> Result) throws -> Result? {
    var (result, problem): (Result?, String) = (nil, "")
    do {
      result = try body()
    } catch let error where error is Fault || error is Faults {
      problem = "\(error)"
    }
    let problems = try world.gatherTexts(problem)
    guard let rank = problems.firstIndex(where: { !$0.isEmpty }) else { return result }
    // The files are the same for all, so rank 0 says what is wrong with them; another rank has a trouble of its own.
    console.note("\(Program.name): \(rank == 0 ? "" : "rank \(rank): ")\(problems[rank])")
    return nil
  }

  /// A name that cannot be made a directory is better known before the step than after it.
  private func requireDirectory(_ path: String) throws {
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), !isDirectory.boolValue {
      throw Fault(at: path, "is a file; --output names a directory")
    }
  }
}
