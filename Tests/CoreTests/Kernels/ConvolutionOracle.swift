@testable import Core

/// Convolution as plain loops in double precision, on dense `[n, c, t, h, w]` arrays.
struct ConvolutionOracle {
  let geometry: ConvolutionGeometry
  let samples, frames, height, width: Int

  var outputHeight: Int { geometry.outputSize(height) }
  var outputWidth: Int { geometry.outputSize(width) }
  var inputCount: Int { samples * geometry.inputChannels * frames * height * width }
  var outputCount: Int { samples * geometry.outputChannels * frames * outputHeight * outputWidth }

  /// Calls `body` with every (output, input, weight) index triple that meets.
  private func forEachTerm(samples range: Range<Int>? = nil, _ body: (Int, Int, Int) -> Void) {
    let g = geometry
    for n in range ?? 0..<samples {
      for o in 0..<g.outputChannels {
        for t in 0..<frames {
          for h in 0..<outputHeight {
            for w in 0..<outputWidth {
              let y = (((n * g.outputChannels + o) * frames + t) * outputHeight + h) * outputWidth + w
              for c in 0..<g.inputChannels {
                for i in 0..<g.frameTaps {
                  for j in 0..<g.taps {
                    for k in 0..<g.taps {
                      let (tt, hh, ww) = (
                        t + i - g.framePadding, h * g.stride + j - g.padding, w * g.stride + k - g.padding
                      )
                      guard 0..<frames ~= tt, 0..<height ~= hh, 0..<width ~= ww else { continue }
                      let x = (((n * g.inputChannels + c) * frames + tt) * height + hh) * width + ww
                      body(y, x, (((o * g.inputChannels + c) * g.frameTaps + i) * g.taps + j) * g.taps + k)
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  func forward(_ x: [Float], _ weight: [Float]) -> [Double] {
    var result = [Double](repeating: 0, count: outputCount)
    forEachTerm { y, i, k in result[y] += Double(x[i]) * Double(weight[k]) }
    return result
  }

  func inputGradient(_ dy: [Float], _ weight: [Float]) -> [Double] {
    var result = [Double](repeating: 0, count: inputCount)
    forEachTerm { y, i, k in result[i] += Double(dy[y]) * Double(weight[k]) }
    return result
  }

  func weightGradient(_ x: [Float], _ dy: [Float], samples: Range<Int>? = nil) -> [Double] {
    var result = [Double](repeating: 0, count: geometry.weightCount)
    forEachTerm(samples: samples) { y, i, k in result[k] += Double(x[i]) * Double(dy[y]) }
    return result
  }
}

/// Largest difference relative to the largest reference value.
func relativeError(_ values: [Float], _ reference: [Double]) -> Double {
  guard values.count == reference.count else { return .infinity }
  let scale = reference.reduce(1e-30) { max($0, abs($1)) }
  return zip(values, reference).reduce(0) { worst, pair in
    let error = abs(Double(pair.0) - pair.1) / scale
    return error.isNaN ? .infinity : max(worst, error)
  }
}

/// Standard normal numbers.
func randomElements(_ count: Int, seed: UInt64) -> [Float] {
  let random = CounterRandom(seed)
  return (0..<count).map { Float(random.normal(at: UInt64($0))) }
}
