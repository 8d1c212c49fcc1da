/// The spatially enriched frames of a clip: flow, strain and grey of each step from onset to offset, stacked as
/// channels.
public struct EnrichedFrames: ClipFeatures {
  /// Frames that a clip is interpolated to; there is one step fewer.
  public var frames = 10
  /// Height and width that each channel is averaged to.
  public var side = 32
  public var flow = FarnebackFlow()

  /// Flow to the right and down, strain, grey.
  static let channels = 4

  public init() {}

  /// Number of steps from one frame to the next.
  public var steps: Int { frames - 1 }

  public var key: String { "enriched frames \(frames), side \(side), \(flow)" }

  /// `[steps, side, side, channels]`.
  public var count: Int { steps * side * side * EnrichedFrames.channels }

  public var cost: FeatureCost? { FeatureCost(perPixel: 1.34e-6, interpolates: true) }

  /// For each step: its flow in thousandths of the frame's width and height, the magnitude of its strain in hundredths,
  /// and the later frame's grey in -1 … 1.
  public func features(of clip: ClipFrames) -> [Float] {
    let greys = GreyVolume(clip, frames: frames).greyFrames
    return zip(flow.throughout(greys), greys.dropFirst()).flatMap(step)
  }

  /// One step, `[side, side, channels]`.
  private func step(_ field: FlowField, _ grey: GreyFrame) -> [Float] {
    let (perWidth, perHeight) = (1000 / Float(field.width), 1000 / Float(field.height))
    let planes = [
      field.horizontal.map { $0 * perWidth }, field.vertical.map { $0 * perHeight }, field.strain.map { $0 * 100 },
      grey.values.map { $0 / 127.5 - 1 },
    ]
    return averaged(planes, height: field.height, width: field.width, to: side)
  }
}
