/// The flow from a clip's onset to its apex as one small image.
struct FlowImage: ClipFeatures, Equatable {
  /// Height and width that each plane is averaged to.
  var side: Int
  /// Planes, in the order of `Plane.allCases`.
  var channels: Int
  var flow = FarnebackFlow()

  /// A quantity of the flow.
  enum Plane: String, CaseIterable {
    case right = "flow to the right"
    case down = "flow down"
    case strain = "strain"
    case magnitude = "magnitude"
  }

  var key: String { "flow image, side \(side), \(channels) channels, \(flow)" }

  /// `[side, side, channels]`.
  var count: Int { side * side * channels }

  var cost: FeatureCost? { FeatureCost(perPixel: 120e-9 + 20e-9 * Double(channels)) }

  /// Flow and its magnitude in per cent of the frame's width and height, strain in per cent.
  func features(of clip: ClipFrames) -> [Float] {
    let field = flow.between(clip.grey(clip.clip.onset), clip.grey(clip.clip.apex))
    let (perWidth, perHeight) = (100 / Float(field.width), 100 / Float(field.height))
    let right = field.horizontal.map { $0 * perWidth }
    let down = field.vertical.map { $0 * perHeight }
    let planes = Plane.allCases.prefix(channels).map { plane -> [Float] in
      switch plane {
      case .right: right
      case .down: down
      case .strain: field.strain.map { $0 * 100 }
      case .magnitude: zip(right, down).map { ($0 * $0 + $1 * $1).squareRoot() }
      }
    }
    return averaged(planes, height: field.height, width: field.width, to: side)
  }
}
