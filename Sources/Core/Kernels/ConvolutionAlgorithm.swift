/// How a convolution is computed.
enum ConvolutionAlgorithm {
  /// Every product of the sum is computed.
  case direct
  /// Winograd's F(4 × 4, 3 × 3) over height and width, with a stride of 2 F(4 × 4, 2 × 2) on four phases, and F(3, 3)
  /// over time.
  case winograd
  /// Of a stem: Winograd's F(3 × 3, 4 × 4) on the four phases of a clip's rows and columns.
  case phases

  /// Depends only on the layer's shape, not on the number of samples, lanes and threads or on the CPU: the
  /// algorithms round differently, and results must have the same bits.
  init(_ geometry: ConvolutionGeometry, frames: Int, height: Int, width: Int) {
    if ConvolutionAlgorithm.hasPhases(geometry, height: height, width: width) {
      self = .phases
      return
    }
    let channels = min(geometry.inputChannels, geometry.outputChannels)
    // Four phases need more weights and transforms; and vectors of sixteen channels do not cross them.
    let fits = geometry.stride == 1 ? channels >= 8 : channels >= 32 && geometry.inputChannels % 16 == 0
    // A tile in time has three frames.
    let fillsTime = geometry.frameTaps == 1 || frames >= 3
    let fillsTile = min(geometry.outputSize(height), geometry.outputSize(width)) >= winogradTile
    self = geometry.taps == 3 && fits && fillsTime && fillsTile ? .winograd : .direct
  }

  /// Whether it is a stem with enough channels for what the transforms cost, and enough outputs to fill some tiles.
  private static func hasPhases(_ geometry: ConvolutionGeometry, height: Int, width: Int) -> Bool {
    geometry.taps == StemSize.taps && geometry.stride == 2 && geometry.inputChannels == StemSize.colours
      && geometry.outputChannels >= 32 && min(geometry.outputSize(height), geometry.outputSize(width)) >= 12
  }
}

/// y[o, t, h, w] = sum over c, i, j, k of weight[o, c, i, j, k] · x[c, t + i - p, h·s + j - p, w·s + k - p].
///
/// - Parameters:
///   - weight: PyTorch's layout, `geometry.weightShape`.
func convolutionForward(_ geometry: ConvolutionGeometry, _ x: ConvolutionInput, weight: Tensor) -> FeatureMaps {
  switch (ConvolutionAlgorithm(geometry, frames: x.frames, height: x.height, width: x.width), x) {
  case (.winograd, .maps(let maps)): winogradForward(geometry, maps, weight: weight)
  case (.phases, .clips(let clips)): stemForward(geometry, clips, weight: weight)
  default: directForward(geometry, x, weight: weight)
  }
}

/// The gradient of a convolution's input, from the gradient `dy` of its output.
///
/// - Parameters:
///   - height, width: of the input; with a stride of 2 the output's size does not determine them.
func convolutionInputGradient(
  _ geometry: ConvolutionGeometry, dy: FeatureMaps, weight: Tensor, height: Int, width: Int
) -> FeatureMaps {
  switch ConvolutionAlgorithm(geometry, frames: dy.frames, height: height, width: width) {
  case .winograd: winogradInputGradient(geometry, dy, weight: weight, height: height, width: width)
  case .direct, .phases: directInputGradient(geometry, dy: dy, weight: weight, height: height, width: width)
  }
}

/// The gradient of a convolution's weights: a sum over all samples, computed lane by lane.
///
/// Each algorithm keeps its sums in its own layout until they have been added over all lanes and ranks. `unpack` then
/// converts the total to PyTorch's layout, once.
struct WeightGradient {
  private enum Product {
    case direct(DirectWeightGradient)
    case winograd(WinogradWeightGradient<UnstridedForm>)
    case strided(WinogradWeightGradient<StridedForm>)
    case phases(StemWeightGradient)
  }

  private let product: Product

  init(_ geometry: ConvolutionGeometry, _ x: ConvolutionInput, algorithm: ConvolutionAlgorithm? = nil) {
    // With a single tile per frame the transforms cost more than they save.
    let isOneTile = max(geometry.outputSize(x.height), geometry.outputSize(x.width)) <= winogradTile
    let algorithm =
      algorithm
      ?? (isOneTile
        ? .direct : ConvolutionAlgorithm(geometry, frames: x.frames, height: x.height, width: x.width))
    product =
      switch (algorithm, x) {
      case (.winograd, .maps(let maps)):
        geometry.stride == 1
          ? .winograd(WinogradWeightGradient(geometry, maps)) : .strided(WinogradWeightGradient(geometry, maps))
      case (.phases, .clips): .phases(StemWeightGradient(geometry, height: x.height, width: x.width))
      default: .direct(DirectWeightGradient(geometry, x))
      }
  }

  /// Floats of one lane's sums.
  var count: Int {
    switch product {
    case .direct(let product): product.count
    case .winograd(let product): product.count
    case .strided(let product): product.count
    case .phases(let product): product.count
    }
  }

  /// The sums of some lanes, `[lanes][count]`, each added in the order of its samples.
  ///
  /// - Parameter lanes: the samples of each lane, adjacent ranges of this rank's samples.
  func sums(_ x: ConvolutionInput, dy: FeatureMaps, lanes: [Range<Int>]) -> Tensor {
    switch (product, x) {
    case (.winograd(let product), .maps(let maps)): product.sums(maps, dy: dy, lanes: lanes)
    case (.strided(let product), .maps(let maps)): product.sums(maps, dy: dy, lanes: lanes)
    case (.direct(let product), _): product.sums(x, dy: dy, lanes: lanes)
    case (.phases(let product), .clips(let clips)): product.sums(clips, dy: dy, lanes: lanes)
    case (.winograd, .clips), (.strided, .clips):
      preconditionFailure("clips have a stem, and a stem is no convolution of 3 × 3")
    case (.phases, .maps): preconditionFailure("feature maps have no stem")
    }
  }

  /// Converts sums to PyTorch's layout, `[output, input, t, h, w]`.
  func unpack(_ sums: Tensor, into gradient: Tensor) {
    switch product {
    case .direct(let product): product.unpack(sums, into: gradient)
    case .winograd(let product): product.unpack(sums, into: gradient)
    case .strided(let product): product.unpack(sums, into: gradient)
    case .phases(let product): product.unpack(sums, into: gradient)
    }
  }
}
