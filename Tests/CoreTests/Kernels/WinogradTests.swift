import Testing

@testable import Core

/// Winograd's convolution in all three directions against plain loops in double precision, whatever the shape, also
/// those for which the direct kernel is chosen. Tolerance: 1e-4 of the tensor's norm; transforms with factors up to 8
/// in two dimensions lose one to two digits of single precision's seven.
@Suite struct WinogradTests {
  static let tolerance = 1e-4

  struct Shape: CustomTestStringConvertible, Sendable {
    var inputs, outputs, frameTaps, samples, frames, height, width: Int
    var stride = 1

    var geometry: ConvolutionGeometry {
      ConvolutionGeometry(
        inputChannels: inputs, outputChannels: outputs, frameTaps: frameTaps, taps: 3, stride: stride)
    }
    var testDescription: String {
      "\(inputs) to \(outputs), \(frameTaps) taps, stride \(stride), \(samples) × \(frames) × \(height) × \(width)"
    }
  }

  static let shapes: [Shape] = [
    Shape(inputs: 3, outputs: 17, frameTaps: 3, samples: 1, frames: 6, height: 5, width: 7),
    Shape(inputs: 17, outputs: 3, frameTaps: 3, samples: 2, frames: 2, height: 9, width: 13),
    Shape(inputs: 8, outputs: 16, frameTaps: 3, samples: 3, frames: 1, height: 4, width: 4),
    Shape(inputs: 1, outputs: 1, frameTaps: 3, samples: 1, frames: 3, height: 1, width: 1),
    Shape(inputs: 24, outputs: 40, frameTaps: 3, samples: 2, frames: 4, height: 8, width: 6),
    Shape(inputs: 40, outputs: 24, frameTaps: 1, samples: 3, frames: 2, height: 7, width: 10),
    Shape(inputs: 32, outputs: 32, frameTaps: 1, samples: 1, frames: 1, height: 16, width: 16),
    Shape(inputs: 64, outputs: 72, frameTaps: 3, samples: 1, frames: 5, height: 6, width: 3),
    // More tiles of a frame than one pass of the weights' gradient takes, and of a batch than one of the others'.
    Shape(inputs: 5, outputs: 9, frameTaps: 3, samples: 2, frames: 7, height: 38, width: 35),
    // The same without time, where frames are samples; and more outputs, for which a pass has more tiles.
    Shape(inputs: 16, outputs: 24, frameTaps: 1, samples: 3, frames: 3, height: 33, width: 30),
    Shape(inputs: 8, outputs: 136, frameTaps: 1, samples: 2, frames: 3, height: 8, width: 9),
    // More terms than one panel of packed weights has.
    Shape(inputs: 136, outputs: 8, frameTaps: 3, samples: 1, frames: 6, height: 3, width: 5),
    // On phases; in odd sizes the phases differ in size, and in a size of 1 all but one are empty.
    Shape(inputs: 16, outputs: 40, frameTaps: 3, samples: 2, frames: 6, height: 9, width: 14, stride: 2),
    Shape(inputs: 48, outputs: 8, frameTaps: 3, samples: 1, frames: 1, height: 8, width: 7, stride: 2),
    Shape(inputs: 32, outputs: 64, frameTaps: 1, samples: 3, frames: 2, height: 16, width: 17, stride: 2),
    Shape(inputs: 16, outputs: 16, frameTaps: 1, samples: 1, frames: 2, height: 1, width: 1, stride: 2),
    Shape(inputs: 16, outputs: 9, frameTaps: 3, samples: 2, frames: 4, height: 75, width: 70, stride: 2),
  ]

  @Test(arguments: shapes) func forwardEqualsPlainLoops(_ shape: Shape) {
    let problem = Problem(shape)
    let y = winogradForward(shape.geometry, problem.x, weight: problem.weight)
    #expect(normError(y, problem.oracle.forward(problem.dense.x, problem.dense.weight)) < Self.tolerance)
  }

  @Test(arguments: shapes) func inputGradientEqualsPlainLoops(_ shape: Shape) {
    let problem = Problem(shape)
    let dx = problem.inputGradient(problem.dy)
    #expect(normError(dx, problem.oracle.inputGradient(problem.dense.dy, problem.dense.weight)) < Self.tolerance)
  }

  @Test(arguments: shapes) func weightGradientEqualsPlainLoops(_ shape: Shape) {
    let problem = Problem(shape)
    let lanes = [0..<shape.samples / 2, shape.samples / 2..<shape.samples]
    for (gradient, lane) in zip(weightGradients(problem, lanes: lanes), lanes) {
      let expected = problem.oracle.weightGradient(problem.dense.x, problem.dense.dy, samples: lane)
      #expect(normError(gradient, expected.map(Float.init)) < Self.tolerance)
    }
  }

  /// Any samples may share a pass: each has the same bits alone, first and last, and beside others.
  @Test func aSampleHasTheSameBitsWhateverItsCompany() {
    for (frameTaps, stride) in [(1, 1), (3, 1), (1, 2), (3, 2)] {
      let shape = Shape(
        inputs: 32, outputs: 16, frameTaps: frameTaps, samples: 17, frames: 6, height: 9, width: 7, stride: stride)
      let problem = Problem(shape)
      let y = winogradForward(shape.geometry, problem.x, weight: problem.weight)
      let dx = problem.inputGradient(problem.dy)
      for range in [0..<1, 5..<8, 16..<17] {
        let part = winogradForward(shape.geometry, samples(problem.x, range), weight: problem.weight)
        #expect(elements(part) == elements(samples(y, range)))
        let gradient = problem.inputGradient(samples(problem.dy, range))
        #expect(elements(gradient) == elements(samples(dx, range)))
      }
    }
  }

  /// With few tiles for each thread the threads share positions and channels; with many threads blocks are small.
  @Test func theBitsDoNotDependOnTheThreads() {
    let wide = Shape(inputs: 136, outputs: 264, frameTaps: 3, samples: 2, frames: 4, height: 8, width: 9)
    for shape in Self.shapes + [wide] {
      let problem = Problem(shape)
      func results() -> [[Float]] {
        [
          elements(winogradForward(shape.geometry, problem.x, weight: problem.weight)),
          elements(problem.inputGradient(problem.dy)),
        ] + weightGradients(problem, lanes: [0..<shape.samples])
      }
      let one = Parallel.divided(for: 1, results)
      for threads in [2, 7, 64] {
        #expect(Parallel.divided(for: threads, results) == one, "\(shape.testDescription), \(threads) threads")
      }
    }
  }

  /// A lane's sum has the same bits on a rank that has this lane alone and on one that has others too.
  @Test func aLaneHasTheSameBitsWhateverItsCompany() {
    for (height, width, stride) in [(9, 7, 1), (34, 36, 1), (17, 20, 2)] {
      let shape = Shape(
        inputs: 16, outputs: 8, frameTaps: 3, samples: 5, frames: 4, height: height, width: width, stride: stride)
      let problem = Problem(shape)
      let all = weightGradients(problem, lanes: [0..<2, 2..<5])
      #expect(weightGradients(problem, lanes: [2..<5])[0] == all[1])
      #expect(weightGradients(problem, lanes: [0..<2])[0] == all[0])
    }
  }

  @Test func paddingStaysZero() {
    let problem = Problem(Shape(inputs: 3, outputs: 17, frameTaps: 3, samples: 1, frames: 3, height: 6, width: 5))
    for maps in [
      winogradForward(problem.shape.geometry, problem.x, weight: problem.weight),
      problem.inputGradient(problem.dy),
    ] {
      #expect((0..<maps.count).allSatisfy { $0 % maps.stride < maps.channels || maps.pointer[$0] == 0 })
    }
  }

  /// Random operands of one shape.
  private struct Problem {
    let shape: Shape
    let oracle: ConvolutionOracle
    let dense: (x: [Float], weight: [Float], dy: [Float])
    let x, dy: FeatureMaps
    let weight: Tensor

    init(_ shape: Shape) {
      self.shape = shape
      let oracle = ConvolutionOracle(
        geometry: shape.geometry, samples: shape.samples, frames: shape.frames, height: shape.height,
        width: shape.width)
      self.oracle = oracle
      dense = (
        randomElements(oracle.inputCount, seed: 1), randomElements(shape.geometry.weightCount, seed: 2),
        randomElements(oracle.outputCount, seed: 3)
      )
      func maps(_ channels: Int, _ height: Int, _ width: Int, _ values: [Float]) -> FeatureMaps {
        FeatureMaps(channelsFirst: Tensor([shape.samples, channels, shape.frames, height, width], values))
      }
      x = maps(shape.inputs, shape.height, shape.width, dense.x)
      dy = maps(shape.outputs, oracle.outputHeight, oracle.outputWidth, dense.dy)
      weight = Tensor(shape.geometry.weightShape, dense.weight)
    }

    func inputGradient(_ dy: FeatureMaps) -> FeatureMaps {
      winogradInputGradient(shape.geometry, dy, weight: weight, height: shape.height, width: shape.width)
    }
  }

  /// The gradient of each lane, in PyTorch's layout.
  private func weightGradients(_ problem: Problem, lanes: [Range<Int>]) -> [[Float]] {
    let geometry = problem.shape.geometry
    let product = WeightGradient(geometry, .maps(problem.x), algorithm: .winograd)
    let sums = product.sums(.maps(problem.x), dy: problem.dy, lanes: lanes)
    return lanes.indices.map { lane in
      let own = Tensor([product.count], Array(sums.elements[lane * product.count..<(lane + 1) * product.count]))
      let gradient = Tensor(geometry.weightShape)
      product.unpack(own, into: gradient)
      return gradient.elements
    }
  }

  private func normError(_ maps: FeatureMaps, _ expected: [Double]) -> Double {
    CoreTests.normError(maps.channelsFirst.elements, expected.map(Float.init))
  }

  private func normError(_ values: [Float], _ expected: [Float]) -> Double { CoreTests.normError(values, expected) }

  private func samples(_ maps: FeatureMaps, _ range: Range<Int>) -> FeatureMaps {
    let part = FeatureMaps(
      samples: range.count, frames: maps.frames, height: maps.height, width: maps.width, channels: maps.channels)
    part.pointer.update(from: maps.frame(range.lowerBound, 0), count: part.count)
    return part
  }

  private func elements(_ maps: FeatureMaps) -> [Float] { maps.channelsFirst.elements }
}
