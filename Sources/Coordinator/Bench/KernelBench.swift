import Core
import Foundation

/// `microfold bench kernels`: every convolution of both networks, in all directions.
struct KernelBench {
  let options: KernelBenchOptions
  let console: Console

  /// A round of a small convolution repeats it for about so many seconds.
  private static let shortestRound = 0.02

  func run() throws -> ExitStatus {
    Parallel.use(threads: options.threads ?? ThreadChoice.threads(ProcessInfo.processInfo.environment))
    let network = options.shapes.network
    let convolutions = RecognitionNetwork.Branch.allCases.flatMap { NetworkConvolution.all(of: $0, network) }
    if !options.isJSON { console.line(heading) }
    let measured = try convolutions.map { convolution in
      let figures = try measure(convolution)
      if !options.isJSON { console.line(figures.row) }
      return figures
    }
    guard options.isJSON else { return .success }
    try console.json(
      Figures(
        shapes: options.shapes, batch: options.batch, threads: Parallel.threads, rounds: options.rounds,
        vectors: CPUCheck.vectors, coreGflops: 2e-9 * ArithmeticLimit().perCore, convolutions: measured))
    return .success
  }

  private func measure(_ convolution: NetworkConvolution) throws -> ConvolutionFigures {
    let trial = ConvolutionTrial(convolution, batch: options.batch)
    var passes: [String: PassFigures] = [:]
    for pass in trial.passes {
      // The first run allocates memory, the second tells how often a round repeats.
      var warm = RoundTimes()
      for _ in 0..<2 { try warm.measure { try trial.run(pass) } }
      let repetitions = max(1, min(1000, Int(KernelBench.shortestRound / max(warm.seconds[1], 1e-6))))
      var times = RoundTimes()
      for _ in 0..<options.rounds {
        try times.measure { for _ in 0..<repetitions { try trial.run(pass) } }
      }
      passes[pass.rawValue] = PassFigures(
        times.divided(by: repetitions), operations: convolution.operations * Double(options.batch))
    }
    return ConvolutionFigures(convolution, batch: options.batch, passes)
  }

  private var heading: String {
    """
    batch of \(options.batch), threads \(Parallel.threads), \(CPUCheck.vectors), median of \(options.rounds) rounds, \
    GFLOP/s of the direct sum

    network layer                 channels  kernel  stride  size  forward  input gr.  weight gr.
    """
  }
}

extension KernelBench {
  /// What `--json` prints.
  struct Figures: Encodable {
    let shapes: KernelBenchOptions.Shapes
    let batch, threads, rounds: Int
    let vectors: String
    /// What one core does at most, see `ArithmeticLimit`.
    let coreGflops: Double
    let convolutions: [ConvolutionFigures]
  }

  /// One pass: seconds of every round, and the median round.
  struct PassFigures: Encodable {
    let seconds: [Double]
    let medianSeconds, gflops: Double

    init(_ times: RoundTimes, operations: Double) {
      (seconds, medianSeconds) = (times.seconds, times.median)
      gflops = operations / times.median / 1e9
    }
  }

  struct ConvolutionFigures: Encodable {
    let network: RecognitionNetwork.Branch
    /// The first layer of this shape, and how many have it.
    let layer: String
    let layers: Int
    let inputChannels, outputChannels: Int
    /// Over time, height and width.
    let kernel, stride: [Int]
    let frames, size: Int
    /// Multiplications and additions of the direct sum over the batch.
    let operations: Double
    /// By direction; a stem has no gradient of its input.
    let passes: [String: PassFigures]

    init(_ convolution: NetworkConvolution, batch: Int, _ passes: [String: PassFigures]) {
      let geometry = convolution.geometry
      (network, layer, layers) = (convolution.branch, convolution.layer, convolution.layers)
      (inputChannels, outputChannels) = (geometry.inputChannels, geometry.outputChannels)
      kernel = [geometry.frameTaps, geometry.taps, geometry.taps]
      stride = [1, geometry.stride, geometry.stride]
      (frames, size) = (convolution.frames, convolution.size)
      operations = convolution.operations * Double(batch)
      self.passes = passes
    }

    var row: String {
      func padded(_ text: String, _ width: Int) -> String {
        text.padding(toLength: max(width, text.count), withPad: " ", startingAt: 0)
      }
      let rates = ConvolutionTrial.Pass.allCases.map { pass in
        passes[pass.rawValue].map { String(format: "%10.1f", $0.gflops) } ?? "         –"
      }
      let shape = [
        padded(network.rawValue, 7), padded(layer, 21), padded("\(inputChannels)→\(outputChannels)", 9),
        padded(kernel.map(String.init).joined(separator: "×"), 7), padded("\(stride[2])", 7), padded("\(size)²", 4),
      ]
      return (shape + rates).joined(separator: " ")
    }
  }
}
