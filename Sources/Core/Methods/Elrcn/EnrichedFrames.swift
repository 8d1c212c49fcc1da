/// The spatially enriched frames of a clip: flow, strain and grey of each step, onset to offset, stacked as channels.
public struct EnrichedFrames: ClipFeatures {
  /// Frames that a clip is interpolated to; there is one step less.
  public var frames = 10
  /// Height and width that each channel is averaged to.
  public var side = 32
  public var flow = FarnebackFlow()

  /// Flow to the right and down, strain, grey.
  static let channels = 4

  public init() {}

  /// Steps from one frame to the next.
  public var steps: Int { frames - 1 }

  public var key: String { "enriched frames \(frames), side \(side), \(flow)" }

  /// `[steps, side, side, channels]`.
  public var count: Int { steps * side * side * EnrichedFrames.channels }

  /// Of each step: its flow in thousandths of the frame's width and height, the magnitude of its strain in hundredths,
  /// and the later frame's grey in -1 … 1.
  public func features(of clip: ClipFrames) -> [Float] {
    let volume = GreyVolume(clip, frames: frames)
    let places = volume.height * volume.width
    let greys = (0..<frames).map { frame in
      GreyFrame(
        height: volume.height, width: volume.width,
        values: Array(volume.levels[frame * places..<(frame + 1) * places]))
    }
    return zip(flow.throughout(greys), greys.dropFirst()).flatMap(averaged)
  }

  /// One step, `[side, side, channels]`.
  private func averaged(_ field: FlowField, _ grey: GreyFrame) -> [Float] {
    let scaling = FrameScaling(height: field.height, width: field.width, to: side)
    let (perWidth, perHeight) = (1000 / Float(field.width), 1000 / Float(field.height))
    let strain = field.strain
    let motion = averaged(scaling) { place in
      (field.horizontal[place] * perWidth, field.vertical[place] * perHeight, strain[place] * 100)
    }
    let light = averaged(scaling) { place in (grey.values[place] / 127.5 - 1, 0, 0) }
    var step: [Float] = []
    step.reserveCapacity(side * side * EnrichedFrames.channels)
    for place in 0..<side * side { step += motion[3 * place..<3 * place + 3] + [light[3 * place]] }
    return step
  }

  /// Three values a pixel, averaged: `[side, side, 3]`.
  private func averaged(_ scaling: FrameScaling, _ values: (_ place: Int) -> (Float, Float, Float)) -> [Float] {
    var frame = [Float](repeating: 0, count: scaling.height * scaling.width * 3)
    for place in 0..<scaling.height * scaling.width {
      (frame[3 * place], frame[3 * place + 1], frame[3 * place + 2]) = values(place)
    }
    return [Float](unsafeUninitializedCapacity: side * side * 3) { result, count in
      count = side * side * 3
      result.initialize(repeating: 0)
      frame.withUnsafeBufferPointer { frame in
        if let from = frame.baseAddress, let to = result.baseAddress { scaling.scale(from, into: to) }
      }
    }
  }
}
