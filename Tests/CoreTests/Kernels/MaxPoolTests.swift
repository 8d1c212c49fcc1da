import Testing

@testable import Core

/// Both passes of the max pool against plain loops, at every small size, one sample and odd channels.
@Suite struct MaxPoolTests {
  static let geometries = [(3, 3, 1), (1, 3, 1), (1, 2, 0)].map {
    PoolGeometry(frameTaps: $0, taps: $1, padding: $2)
  }

  @Test(arguments: geometries) func equalsPlainLoops(_ geometry: PoolGeometry) {
    for frames in [1, 2, 4] {
      for (height, width) in [(2, 2), (3, 2), (2, 5), (7, 4), (8, 9)] {
        for (samples, channels) in [(1, 1), (1, 8), (2, 11)] {
          check(geometry, samples, channels, frames, height, width)
        }
      }
    }
  }

  private func check(
    _ geometry: PoolGeometry, _ samples: Int, _ channels: Int, _ frames: Int, _ height: Int, _ width: Int
  ) {
    // Few different values, so that windows tie often.
    let x = Tensor([samples, channels, frames, height, width])
    let random = CounterRandom(9)
    for index in 0..<x.count { x[index] = Float(random.integer(below: 4, at: UInt64(index))) - 5 }
    let (newHeight, newWidth) = (geometry.outputSize(height), geometry.outputSize(width))
    let dy = randomTensor([samples, channels, frames, newHeight, newWidth], seed: 8)
    var (expected, gradient) = ([Float](), [Double](repeating: 0, count: x.count))
    for plane in 0..<samples * channels {
      for t in 0..<frames {
        for h in 0..<newHeight {
          for w in 0..<newWidth {
            var best: (value: Float, index: Int)?
            for i in 0..<geometry.frameTaps {
              for j in 0..<geometry.taps {
                for k in 0..<geometry.taps {
                  let (tt, hh, ww) = (
                    t + i - geometry.frameTaps / 2, 2 * h + j - geometry.padding, 2 * w + k - geometry.padding
                  )
                  guard 0..<frames ~= tt, 0..<height ~= hh, 0..<width ~= ww else { continue }
                  let index = ((plane * frames + tt) * height + hh) * width + ww
                  if best.map({ x[index] > $0.value }) ?? true { best = (x[index], index) }
                }
              }
            }
            gradient[best!.index] += Double(dy[expected.count])
            expected.append(best!.value)
          }
        }
      }
    }
    let (y, choices) = maxPoolForward(geometry, FeatureMaps(channelsFirst: x))
    #expect(y.channelsFirst.elements == expected)
    let dx = maxPoolBackward(geometry, dy: FeatureMaps(channelsFirst: dy), choices, height: height, width: width)
    #expect(relativeError(dx.channelsFirst.elements, gradient) < 1e-6)
  }

  /// NaN must reach the loss and not be pooled away, at any position.
  @Test(arguments: 0..<4) func notANumberWins(_ position: Int) {
    var values: [Float] = [1, 4, 3, 2]
    values[position] = .nan
    let x = FeatureMaps(channelsFirst: Tensor([1, 1, 1, 2, 2], values))
    let (y, _) = maxPoolForward(PoolGeometry(frameTaps: 1, taps: 2, padding: 0), x)
    #expect(y.channelsFirst[0].isNaN)
    var head = FeaturePooling()
    #expect(head.forward(x, .evaluation)[0].isNaN)
  }
}
