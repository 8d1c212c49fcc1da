/// The region of the face, one of 36, that each pixel belongs to.
public struct FaceRegions: Equatable, Sendable {
  public let height: Int
  public let width: Int
  /// `[height, width]`: 0 ..< 36, or 36 for none.
  let labels: [UInt8]

  /// Number of regions.
  public static let count = 36

  /// Regions for clips without landmarks: 6 × 6 blocks of nearly the same size.
  public static func grid(height: Int, width: Int) -> FaceRegions {
    let labels = (0..<height * width).map { UInt8(($0 / width) * 6 / height * 6 + ($0 % width) * 6 / width) }
    return FaceRegions(height: height, width: width, labels: labels)
  }

  /// The regions of a clip: around its landmarks where it has them, otherwise a grid.
  init(_ clip: ClipFrames) {
    let (height, width) = (clip.clip.height, clip.clip.width)
    self = clip.landmarks.map { FaceRegions($0, height: height, width: width) } ?? .grid(height: height, width: width)
  }

  private init(height: Int, width: Int, labels: [UInt8]) {
    self.height = height
    self.width = width
    self.labels = labels
  }

  /// Assigns each pixel to the region with the nearest centre; pixels farther than 0.35 times the distance between the
  /// eyes from every centre have none.
  public init(_ landmarks: FaceLandmarks, height: Int, width: Int) {
    let centres = landmarks.regionCentres
    let reach = 0.35 * landmarks.eyeDistance
    let labels = (0..<height * width).map { position in
      let pixel = SIMD2(Double(position % width), Double(position / width))
      var (label, best) = (FaceRegions.count, reach * reach)
      for (index, centre) in centres.enumerated() {
        let distance = ((pixel - centre) * (pixel - centre)).sum()
        if distance < best { (label, best) = (index, distance) }
      }
      return UInt8(label)
    }
    self.init(height: height, width: width, labels: labels)
  }
}
