import Core
import Foundation
import Worker

/// `microfold bench threads`: a step that is timed on one thread, and what it would take on more.
struct ThreadBench {
  let options: StepBenchOptions
  let console: Console

  /// As many threads as are estimated.
  private static let threads = [1, 2, 4, 8, 16, 32, 64, 128]

  func run() throws -> ExitStatus {
    Parallel.use(threads: 1)
    var steps = try RandomSteps(options.trained, options.network, clips: options.batch, exchange: SoleRank())
    let works = try ThreadBench.threads.map { threads in
      var records: [WorkRecord] = []
      for _ in 0...options.rounds {
        records.append(try WorkRecord.recording(dividedFor: threads) { _ = try steps.step() })
      }
      // The first step allocates memory.
      records.removeFirst()
      // The median step, whole: its parts belong together.
      return records.sorted { $0.seconds < $1.seconds }[records.count / 2]
    }
    let figures = zip(ThreadBench.threads, works).map { threads, work in
      Figures(options, ThreadSimulation(work, threads: threads), single: works[0].seconds, steps.cost)
    }
    if options.isJSON {
      for figure in figures { try console.json(figure) }
      return .success
    }
    console.line(
      "\(options.trained == .menet ? "MENet" : "IDNet"), batch of \(options.batch), timed on one thread: "
        + "\(CPUCheck.vectors), median of \(options.rounds) steps")
    console.line("As if every core were as fast as this one; memory that they share is not simulated.")
    console.line("")
    console.line("threads  seconds  faster  efficiency  one thread only  uneven pieces  handing over")
    for figure in figures { console.line(figure.row) }
    console.line("")
    console.line("What is uneven with 16 threads: calls of so many pieces, and what they lose of the step")
    let (work, whole) = (works[4], figures[4].seconds)
    let losses = Dictionary(grouping: work.calls, by: \.count).map { count, calls in
      (count, calls.count, calls.reduce(0) { $0 + ThreadSimulation.idle($1, threads: 16) } / whole)
    }
    for (pieces, calls, loss) in losses.sorted(by: { $0.2 > $1.2 }).prefix(6) {
      console.line(String(format: "%7d calls of %5d pieces: %.1f %%", calls, pieces, 100 * loss))
    }
    return .success
  }

  /// What `--json` prints for each number of threads, with what `plan --measured` reads of a step.
  struct Figures: Encodable {
    let network: RecognitionNetwork.Branch
    let width, batch, motionSize, identitySize, frames: Int
    let ranks = 1
    let threads: Int
    /// Of the direct sums.
    let gflops: Double
    let seconds, speedup, serialSeconds, idleSeconds, handoverSeconds: Double

    /// - Parameter single: seconds on one thread.
    init(_ options: StepBenchOptions, _ simulation: ThreadSimulation, single: Double, _ cost: NetworkCost) {
      (network, width, batch, frames) = (options.trained, options.network.width, options.batch, options.network.frames)
      (motionSize, identitySize) = (options.network.motionSize, options.network.identitySize)
      (threads, seconds, speedup) = (simulation.threads, simulation.seconds, single / simulation.seconds)
      gflops = 2 * cost.training * Double(options.batch) / simulation.seconds / 1e9
      (serialSeconds, idleSeconds, handoverSeconds) = (simulation.serial, simulation.idle, simulation.handover)
    }

    var row: String {
      func share(_ part: Double) -> String { String(format: "%.1f %%", 100 * part / seconds) }
      func column(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
      }
      return column("\(threads)", 7) + column(String(format: "%.3g", seconds), 9)
        + column(String(format: "%.1f", speedup), 8)
        + column(String(format: "%.0f %%", 100 * speedup / Double(threads)), 12) + column(share(serialSeconds), 17)
        + column(share(idleSeconds), 15) + column(share(handoverSeconds), 14)
    }
  }
}
