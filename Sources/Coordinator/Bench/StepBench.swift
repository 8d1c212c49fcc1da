import Core
import Foundation
import Worker

/// `microfold bench step`, on every rank; the ranks are one group, or several that work at the same time.
struct StepBench {
  let options: StepBenchOptions
  let world: any Communicator
  let console: Console

  /// Ranks of a group.
  private var groupSize: Int {
    if case .fixed(let size) = options.ranksPerFold { return size }
    return world.size
  }

  /// - Returns: the status that all ranks exit with.
  func run() throws -> ExitStatus {
    if let problem {
      console.faults(problem)
      return .usage
    }
    // All ranks at once, as in a sweep.
    _ = try world.gatherTexts("")
    let slowness = try world.gatherTexts("\(MachineTrial.slowness())").compactMap(Double.init)
    Parallel.use(threads: options.threads ?? ThreadChoice.threads(ProcessInfo.processInfo.environment))
    let first = world.rank / groupSize * groupSize
    let group = groupSize == world.size ? world : try world.among(Array(first..<first + groupSize), context: 1)
    var steps = try RandomSteps(
      options.trained, options.network, clips: options.batch, exchange: GroupExchange(group, overlaps: !options.waits))
    var losses = try steps.step()
    var times = RoundTimes()
    for _ in 0..<options.rounds {
      // No rank starts before all are ready.
      _ = try world.gatherTexts("")
      losses = try times.measure { try steps.step() }
    }
    let peaks = try world.gatherTexts("\(peakBytes)").compactMap(Int.init)
    // Measured by every rank, because cores that work together are slower; the first rank's is printed.
    let limit = ArithmeticLimit()
    try say(
      Figures(
        options, ranks: groupSize, groups: world.size / groupSize, try times.slowest(of: world), steps,
        slowness: slowness.reduce(0, +) / Double(slowness.count), limit, peakBytes: peaks, loss: losses.total))
    return .success
  }

  /// Why it cannot be measured, the same on every rank.
  private var problem: Fault? {
    let lanes = SweepConfiguration.Training().lanes
    guard groupSize <= lanes, groupSize & (groupSize - 1) == 0 else {
      guard options.ranksPerFold == .automatic else {
        return Fault(at: "--ranks-per-fold", "is \(groupSize); a step runs on 1, 2, 4 or 8")
      }
      return Fault(
        at: "mpirun",
        "started \(world.size) ranks; a step runs on 1, 2, 4 or 8: give --ranks-per-fold for several groups")
    }
    guard world.size.isMultiple(of: groupSize) else {
      return Fault(at: "--ranks-per-fold", "is \(groupSize); mpirun started \(world.size) ranks, no multiple of it")
    }
    var configuration = SweepConfiguration()
    (configuration.network, configuration.training.batch) = (options.network, options.batch)
    if options.trained == .idnet { configuration.network.motionSize = options.network.identitySize }
    let needed = UnitCost(configuration: configuration).bytesPerRank(ranksPerFold: groupSize)
    let memory = Double(ProcessInfo.processInfo.physicalMemory)
    guard needed <= memory else {
      return Fault(
        at: "bench step",
        String(format: "each rank needs about %.0f GB, and this machine has %.0f; ", needed / 1e9, memory / 1e9)
          + "take a smaller --batch or --width")
    }
    return nil
  }

  /// The most memory that this process has had at once.
  private var peakBytes: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }

  private func say(_ figures: Figures) throws {
    if options.isJSON { return try console.json(figures) }
    let size = options.trained == .menet ? options.network.motionSize : options.network.identitySize
    console.line(
      "\(options.trained == .menet ? "MENet" : "IDNet"), width \(options.network.width), \(options.network.frames) "
        + "frames of \(size)², batch of \(options.batch); ranks \(groupSize), "
        + (figures.groups > 1 ? "\(figures.groups) groups at once, " : "")
        + "threads \(Parallel.threads), \(CPUCheck.vectors), median of \(options.rounds) steps")
    console.line(String(format: "seconds per step  %.4g", figures.medianSeconds))
    console.line(String(format: "clips per second  %.4g", figures.clipsPerSecond))
    console.line(String(format: "GFLOP/s           %.4g", figures.gflops))
    console.line(
      String(
        format: "limit             %.4g s: the multiplications alone, at %.4g GFLOP/s per core", figures.limitSeconds,
        figures.coreGflops))
    console.line(String(format: "peak memory       %.0f MB per rank", Double(figures.peakBytes.max() ?? 0) / 1e6))
  }
}

extension StepBench {
  /// What `--json` prints.
  struct Figures: Encodable {
    let network: RecognitionNetwork.Branch
    let width, batch, motionSize, identitySize, frames, emotions, identities: Int
    /// Learned numbers.
    let parameters: Int
    /// Of a group, and how many groups work at the same time.
    let ranks, groups: Int
    let threads, rounds: Int
    let vectors: String
    /// Of every step, of its slowest rank.
    let seconds: [Double]
    let medianSeconds, clipsPerSecond: Double
    /// Of the direct sums, as `plan` counts them, by all ranks of a group together.
    let gflops: Double
    /// What a step would take if it were nothing but the multiplications that are left by the algorithms that are
    /// chosen, on all cores of a group; and the rate of one core that this assumes.
    let limitSeconds, coreGflops: Double
    /// `MachineTrial.slowness`, the mean of all ranks.
    let slowness: Double
    /// The most memory of each rank.
    let peakBytes: [Int]
    /// Of the last step.
    let loss: Double

    init(
      _ options: StepBenchOptions, ranks: Int, groups: Int, _ times: RoundTimes, _ steps: RandomSteps, slowness: Double,
      _ limit: ArithmeticLimit, peakBytes: [Int], loss: Double
    ) {
      (network, width, batch, frames) = (options.trained, options.network.width, options.batch, options.network.frames)
      (motionSize, identitySize) = (options.network.motionSize, options.network.identitySize)
      (emotions, identities) = (RandomSteps.emotions, RandomSteps.identities)
      (self.ranks, self.groups, self.slowness) = (ranks, groups, slowness)
      (threads, rounds, vectors) = (Parallel.threads, options.rounds, CPUCheck.vectors)
      (seconds, medianSeconds) = (times.seconds, times.median)
      clipsPerSecond = Double(options.batch) / times.median
      gflops = 2 * steps.cost.training * clipsPerSecond / 1e9
      let left = ArithmeticLimit.multiplications(options.trained, options.network) * Double(options.batch)
      limitSeconds = left / limit.perCore / Double(ranks * Parallel.threads)
      coreGflops = 2e-9 * limit.perCore
      parameters = steps.parameters
      (self.peakBytes, self.loss) = (peakBytes, loss)
    }
  }
}
