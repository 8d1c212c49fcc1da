import Testing
@testable import Core
@Suite struct TimingScratch {
  @Test func speed() {
    Parallel.use(threads: 2)
    for (name, ci, co, hw) in [("layer1", 64, 64, 64), ("layer3", 256, 256, 16), ("layer4", 512, 512, 16)] {
      let g = ConvolutionGeometry(inputChannels: ci, outputChannels: co, frameTaps: 3, taps: 3, stride: 1)
      let x = FeatureMaps(samples: 2, frames: 6, height: hw, width: hw, channels: ci); x.clear()
      let w = Tensor(g.weightShape, filledWith: 0.01)
      let flops = Double(2 * g.multiplications(samples: 2, frames: 6, height: hw, width: hw))
      let clock = ContinuousClock()
      func time(_ f: () -> Void) -> Int {
        f(); var best = 1e9
        for _ in 0..<3 { let d = clock.measure(f); best = min(best, Double(d.components.seconds) + Double(d.components.attoseconds) * 1e-18) }
        return Int(flops / best * 1e-9)
      }
      let y = convolutionForward(g, .maps(x), weight: w)
      print(name, time { _ = convolutionForward(g, .maps(x), weight: w) },
        time { _ = convolutionInputGradient(g, dy: y, weight: w, height: hw, width: hw) },
        time { _ = convolutionWeightGradients(g, .maps(x), dy: y, lanes: [0..<1, 1..<2]) })
    }
  }
}
