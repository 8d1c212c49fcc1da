/// A digest of bits, by Fowler, Noll and Vo's function over whole floats.
private struct Digest {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ number: Float) { value = (value ^ UInt64(number.bitPattern)) &* 0x100_0000_01b3 }
  mutating func add(_ numbers: UnsafeMutablePointer<Float>, _ count: Int) {
    for index in 0..<count { add(numbers[index]) }
  }
}

/// Numbers in [-1, 1) that are the same everywhere.
private struct Numbers {
  var state: UInt64

  mutating func next() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(Int32(truncatingIfNeeded: state >> 33)) / Float(1 << 30) - 1
  }

  mutating func tensor(_ shape: [Int]) -> Tensor {
    let result = Tensor(shape)
    for index in 0..<result.count { result[index] = next() }
    return result
  }

  mutating func maps(_ clips: Clips, height: Int, width: Int, channels: Int) -> FeatureMaps {
    FeatureMaps(channelsFirst: tensor([clips.samples, channels, clips.frames, height, width]))
  }
}

/// The size of a batch.
private struct Clips { let samples, frames, height, width: Int }

private func layer(
  _ inputs: Int, _ outputs: Int, _ frameTaps: Int, _ taps: Int, stride: Int, _ clips: Clips
) -> (ConvolutionGeometry, Clips) {
  let geometry = ConvolutionGeometry(
    inputChannels: inputs, outputChannels: outputs, frameTaps: frameTaps, taps: taps, stride: stride)
  return (geometry, clips)
}

/// Each kind of layer, direct, by Winograd and on phases, with odd sizes and channels that fill no vector.
private let layers = [
  layer(3, 64, 7, 7, stride: 2, Clips(samples: 2, frames: 6, height: 20, width: 22)),
  layer(3, 10, 1, 7, stride: 2, Clips(samples: 3, frames: 3, height: 13, width: 9)),
  layer(64, 64, 3, 3, stride: 1, Clips(samples: 2, frames: 6, height: 9, width: 8)),
  layer(9, 20, 3, 3, stride: 1, Clips(samples: 3, frames: 4, height: 7, width: 5)),
  layer(16, 33, 3, 3, stride: 2, Clips(samples: 2, frames: 5, height: 9, width: 7)),
  layer(40, 64, 1, 3, stride: 1, Clips(samples: 2, frames: 3, height: 8, width: 8)),
  layer(8, 16, 1, 3, stride: 2, Clips(samples: 3, frames: 3, height: 6, width: 6)),
  layer(24, 40, 1, 1, stride: 2, Clips(samples: 2, frames: 3, height: 7, width: 6)),
  layer(64, 128, 1, 1, stride: 1, Clips(samples: 2, frames: 2, height: 5, width: 5)),
  layer(32, 32, 3, 3, stride: 1, Clips(samples: 4, frames: 6, height: 2, width: 2)),
  layer(12, 8, 3, 3, stride: 1, Clips(samples: 2, frames: 2, height: 4, width: 4)),
  layer(3, 64, 7, 7, stride: 2, Clips(samples: 2, frames: 6, height: 31, width: 26)),
  layer(3, 40, 1, 7, stride: 2, Clips(samples: 2, frames: 3, height: 24, width: 25)),
  layer(32, 72, 3, 3, stride: 2, Clips(samples: 2, frames: 6, height: 11, width: 16)),
  layer(48, 33, 1, 3, stride: 2, Clips(samples: 2, frames: 2, height: 8, width: 9)),
]

/// The digest of a layer's convolution in all directions, and of batch normalisation, forward and backward.
private func digest(_ number: Int) -> UInt64 {
  let (geometry, clips) = layers[number]
  var numbers = Numbers(state: UInt64(number + 1))
  var digest = Digest()
  let weight = numbers.tensor(geometry.weightShape)
  let isStem = geometry.inputChannels == 3
  let x: ConvolutionInput =
    isStem
    ? .clips(numbers.tensor([clips.samples, clips.frames, clips.height, clips.width, 3]))
    : .maps(numbers.maps(clips, height: clips.height, width: clips.width, channels: geometry.inputChannels))

  let y = convolutionForward(geometry, x, weight: weight)
  digest.add(y.pointer, y.count)
  let dy = numbers.maps(clips, height: y.height, width: y.width, channels: geometry.outputChannels)
  if !isStem {
    let dx = convolutionInputGradient(geometry, dy: dy, weight: weight, height: clips.height, width: clips.width)
    digest.add(dx.pointer, dx.count)
  }
  let product = WeightGradient(geometry, x)
  let gradient = Tensor(geometry.weightShape)
  product.unpack(product.sums(x, dy: dy, lanes: [0..<clips.samples]), into: gradient)
  digest.add(gradient.pointer, gradient.count)

  let (mean, scale) = (Tensor([y.stride], filledWith: 0.5), Tensor([y.stride], filledWith: 0.7))
  let shift = Tensor([y.stride], filledWith: -0.1)
  let normalized = normalizeForward(y, scale: scale, shift: shift, residual: nil, rectified: true)
  digest.add(normalized.pointer, normalized.count)
  for sum in momentsPerSample(y) { digest.add(Float(sum)) }
  let sums = gradientSumsPerSample(y, dy: dy, mean: mean, rectification: .computed(scale: scale, shift: shift))
  for sum in sums { digest.add(Float(sum)) }
  normalizeBackward(y, dy: dy, mean: mean, a: scale, b: shift, c: mean, into: dy)
  digest.add(dy.pointer, dy.count)
  return digest.value
}

@_cdecl("microfold_layers") public func layerCount() -> Int { layers.count }
@_cdecl("microfold_digest") public func layerDigest(_ number: Int) -> UInt64 { digest(number) }
