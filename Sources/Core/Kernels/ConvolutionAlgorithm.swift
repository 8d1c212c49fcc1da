/// How a convolution is computed.
enum ConvolutionAlgorithm {
  /// Every product of the sum is computed.
  case direct
  /// Winograd's F(4 × 4, 3 × 3) over height and width, and F(3, 3) over time.
  case winograd

  /// Depends only on the layer's shape, not on the number of samples, lanes and threads or on the CPU: the two
  /// algorithms round differently, and results must have the same bits.
  init(_ geometry: ConvolutionGeometry, frames: Int, height: Int, width: Int) {
    let fits = geometry.taps == WinogradSize.kernel && geometry.stride == 1
    let channels = min(geometry.inputChannels, geometry.outputChannels)
    // A tile in time has three frames.
    let fillsTime = geometry.frameTaps == 1 || frames >= 3
    let fillsTile = height >= WinogradSize.tile && width >= WinogradSize.tile
    self = fits && channels >= 8 && fillsTime && fillsTile ? .winograd : .direct
  }
}

/// y[o, t, h, w] = sum over c, i, j, k of weight[o, c, i, j, k] · x[c, t + i - p, h·s + j - p, w·s + k - p].
///
/// - Parameters:
///   - weight: PyTorch's layout, `geometry.weightShape`.
func convolutionForward(_ geometry: ConvolutionGeometry, _ x: ConvolutionInput, weight: Tensor) -> FeatureMaps {
  if case .maps(let maps) = x,
    case .winograd = ConvolutionAlgorithm(geometry, frames: maps.frames, height: maps.height, width: maps.width)
  {
    return winogradForward(geometry, maps, weight: weight)
  }
  return directForward(geometry, x, weight: weight)
}

/// The gradient of a convolution's input, from the gradient `dy` of its output.
///
/// - Parameters:
///   - height, width: of the input; with a stride of 2 the output's size does not determine them.
func convolutionInputGradient(
  _ geometry: ConvolutionGeometry, dy: FeatureMaps, weight: Tensor, height: Int, width: Int
) -> FeatureMaps {
  switch ConvolutionAlgorithm(geometry, frames: dy.frames, height: height, width: width) {
  case .winograd: winogradInputGradient(geometry, dy, weight: weight)
  case .direct: directInputGradient(geometry, dy: dy, weight: weight, height: height, width: width)
  }
}

/// The gradient of a convolution's weights: a sum over all samples, computed lane by lane.
///
/// Each algorithm keeps its sums in its own layout until they have been added over all lanes and ranks. `unpack` then
/// converts the total to PyTorch's layout, once.
struct WeightGradient {
  private enum Product {
    case direct(DirectWeightGradient)
    case winograd(WinogradWeightGradient)
  }

  private let product: Product

  init(_ geometry: ConvolutionGeometry, _ x: ConvolutionInput, algorithm: ConvolutionAlgorithm? = nil) {
    // With a single tile per frame the transforms cost more than they save.
    let isOneTile = x.height <= WinogradSize.tile && x.width <= WinogradSize.tile
    let algorithm =
      algorithm
      ?? (isOneTile
        ? .direct : ConvolutionAlgorithm(geometry, frames: x.frames, height: x.height, width: x.width))
    if case .maps(let maps) = x, case .winograd = algorithm {
      product = .winograd(WinogradWeightGradient(geometry, maps))
    } else {
      product = .direct(DirectWeightGradient(geometry, x))
    }
  }

  /// Floats of one lane's sums.
  var count: Int {
    switch product {
    case .direct(let product): product.count
    case .winograd(let product): product.count
    }
  }

  /// The sums of some lanes, `[lanes][count]`, each added in the order of its samples.
  ///
  /// - Parameter lanes: the samples of each lane, adjacent ranges of this rank's samples.
  func sums(_ x: ConvolutionInput, dy: FeatureMaps, lanes: [Range<Int>]) -> Tensor {
    switch (product, x) {
    case (.winograd(let product), .maps(let maps)): product.sums(maps, dy: dy, lanes: lanes)
    case (.direct(let product), _): product.sums(x, dy: dy, lanes: lanes)
    case (.winograd, .clips): preconditionFailure("clips have a stem, and a stem is no convolution of 3 × 3")
    }
  }

  /// Converts sums to PyTorch's layout, `[output, input, t, h, w]`.
  func unpack(_ sums: Tensor, into gradient: Tensor) {
    switch product {
    case .direct(let product): product.unpack(sums, into: gradient)
    case .winograd(let product): product.unpack(sums, into: gradient)
    }
  }
}
