import Foundation
import Testing

@testable import Core

/// `import --align`: frames and landmarks go through one similarity transform.
@Suite(.enabled(if: (try? FFmpeg().check()) != nil, "ffmpeg is not installed: frames cannot be decoded here"))
struct AlignedImportTests {
  private let scratch: Scratch
  private let width = 160
  private let height = 120

  init() throws { scratch = try Scratch() }

  /// A face whose eyes are `distance` pixels apart around a point, turned clockwise.
  private func face(_ x: Double, _ y: Double, distance: Double, degrees: Double) -> [SIMD2<Double>] {
    let (c, s) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
    return SketchedFace.unit.map { point in
      let from = (point - SIMD2(0.5, 0.3)) * (distance / 0.4)
      return SIMD2(x + c * from.x - s * from.y, y + s * from.x + c * from.y)
    }
  }

  /// A binary PPM turned into pictures: black with a soft white spot at each of some points.
  private func make(_ clip: String, spots: [SIMD2<Double>], _ options: String...) throws {
    var pixels = [UInt8]()
    for y in 0..<height {
      for x in 0..<width {
        let light = spots.reduce(0.0) { sum, spot in
          let from = SIMD2(Double(x), Double(y)) - spot
          return sum + 255 * exp(-(from * from).sum() / 4.5)
        }
        pixels += [UInt8](repeating: UInt8(min(255, light.rounded())), count: 3)
      }
    }
    let source = try scratch.file("spots.ppm", Array("P6 \(width) \(height) 255\n".utf8) + pixels)
    let path = scratch("data/\(clip)")
    try Directory.make((path as NSString).deletingLastPathComponent)
    let process = Subprocess(
      program: "ffmpeg",
      arguments: ["-v", "error", "-loop", "1", "-i", source, "-frames:v", "2"] + options + [path])
    let ending = try process.run { _ in true }
    try #require(ending?.status == 0, "\(ending?.complaint ?? "no ffmpeg")")
  }

  private func settings(_ clip: String, _ points: [SIMD2<Double>], size: Int) throws -> ImportSettings {
    try scratch.file("marks/\(clip).csv", text: SketchedFace.table(points))
    var settings = ImportSettings(
      .list, source: scratch("data"), annotations: try scratch.file("list", text: "\(clip) joy\n"),
      output: scratch("store"))
    (settings.size, settings.landmarks, settings.aligns, settings.replaces) = (size, scratch("marks"), true, true)
    return settings
  }

  /// The centre of the only spot of a frame.
  private func spot(_ pixels: ArraySlice<UInt8>, size: Int) -> SIMD2<Double> {
    var (sum, light) = (SIMD2<Double>.zero, 0.0)
    for (index, value) in pixels.enumerated() where index % 3 == 0 {
      sum += Double(value) * SIMD2(Double(index / 3 % size), Double(index / 3 / size))
      light += Double(value)
    }
    return sum / light
  }

  /// Turned to both sides, upside down, enlarged, made smaller, and near the edge, so that the square leaves the frame.
  @Test(arguments: [
    (80.0, 50.0, 30.0, 0.0), (80, 50, 24, 20), (80, 50, 24, -20), (80, 70, 30, 180), (40, 30, 30, 12),
    (120, 80, 26, -35), (80, 20, 50, 5),
  ])
  func framesAndPointsAgree(_ x: Double, _ y: Double, _ distance: Double, _ degrees: Double) throws {
    let points = face(x, y, distance: distance, degrees: degrees)
    try #require(points.allSatisfy { FaceLandmarks.isNear($0, (height, width)) })
    for (size, index) in [(256, 30), (256, 8), (64, 36), (100, 54)] {
      try #require(4.0...Double(width - 5) ~= points[index].x && 4.0...Double(height - 5) ~= points[index].y)
      try make("s/a/img%d.png", spots: [points[index]])
      _ = try settings("s/a", points, size: size).run()
      let store = try ClipStore(opening: scratch("store"))
      let landmarks = try #require(store.clips[0].landmarks)
      let pixels = try store.pixels(of: 0)
      for frame in 0..<2 {
        let found = spot(pixels[(frame * size * size * 3)..<((frame + 1) * size * size * 3)], size: size)
        let off = found - landmarks.points[index]
        #expect((off * off).sum() < 0.3 * 0.3, "\(degrees)°, \(size): point \(index) is off by \(off)")
      }
      // 0.35 and 0.65 of the width, 0.36 of the height, counted from the first pixel's centre.
      let eyes = landmarks.eyeCentres
      for (eye, share) in [(eyes.left, 0.35), (eyes.right, 0.65)] {
        #expect(abs(eye.x - (share * Double(size) - 0.5)) < 0.01 && abs(eye.y - (0.36 * Double(size) - 0.5)) < 0.01)
      }
      #expect(store.fit == .align)
    }
  }

  @Test func aVideoIsAlignedLikeAFolder() throws {
    let points = face(80, 50, distance: 24, degrees: 10)
    try make("s/a/img%d.png", spots: [points[30]])
    try make("s/v.mkv", spots: [points[30]], "-c:v", "ffv1", "-pix_fmt", "bgr0")
    _ = try settings("s/a", points, size: 64).run()
    let folder = try ClipStore(opening: scratch("store"))
    let (clip, pixels) = (folder.clips[0], Array(try folder.pixels(of: 0)))
    _ = try settings("s/v.mkv", points, size: 64).run()
    let video = try ClipStore(opening: scratch("store"))
    #expect(video.clips[0].landmarks == clip.landmarks)
    #expect(Array(try video.pixels(of: 0)) == pixels)
  }

  @Test func whatLiesOutsideTheFrameIsBlack() throws {
    let points = face(26, 20, distance: 24, degrees: 0)
    // White everywhere.
    try make("s/a/img%d.png", spots: (0..<40).flatMap { x in (0..<30).map { SIMD2(Double(4 * x), Double(4 * $0)) } })
    let report = try settings("s/a", points, size: 80).run()
    let pixels = Array(try ClipStore(opening: scratch("store")).pixels(of: 0))
    // The square has sides of 80 from x = 26.5 - 40, y = 20.5 - 28.8: black to 13.5 and to 8.3.
    func red(_ x: Int, _ y: Int) -> UInt8 { pixels[(y * 80 + x) * 3] }
    #expect(red(5, 40) == 0 && red(11, 40) == 0 && red(40, 3) == 0 && red(40, 6) == 0)
    #expect(red(16, 40) > 200 && red(40, 11) > 200)
    #expect(!report.lines.contains { $0.contains("not square") || $0.contains("wide") })
  }

  @Test func itTakesLandmarksAndNoOtherCut() throws {
    let points = face(80, 50, distance: 24, degrees: 0)
    try make("s/a/img%d.png", spots: [points[30]])
    var settings = try settings("s/a", points, size: 64)
    settings.landmarks = nil
    #expect(throws: Faults([Fault(at: "--align", "needs the clips' landmarks; give them with --landmarks")])) {
      try settings.run()
    }
    settings.landmarks = scratch("marks")
    settings.fit = .pad
    let refusal = Faults([Fault(at: "--align", "cuts out the face itself; leave out --crop and --fit")])
    #expect(throws: refusal) { try settings.run() }
    (settings.fit, settings.crop) = (nil, .box(CropBox(width: 9, height: 9, x: 0, y: 0)))
    #expect(throws: refusal) { try settings.run() }
  }

  @Test func aClipWithoutTwoEyesIsLost() throws {
    try make("s/a/img%d.png", spots: [SIMD2(80, 50)])
    let points = [SIMD2<Double>](repeating: SIMD2(80, 50), count: 68)
    let settings = try settings("s/a", points, size: 64)
    #expect { try settings.run() } throws: { "\($0)".contains("has both eyes at one position") }
  }
}
