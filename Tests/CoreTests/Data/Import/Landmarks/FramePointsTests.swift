import Testing

@testable import Core

@Suite struct FramePointsTests {
  private let frame = FrameShape(width: 200, height: 120)
  private let crop = CropBox(width: 100, height: 100, x: 60, y: 10)

  private func landmarks(_ points: [SIMD2<Double>], shape: FrameShape? = nil) throws -> FaceLandmarks {
    let found = FramePoints(points: points, shape: shape, location: "marks")
    return try found.stored(found.checked(in: frame), in: .box(crop), of: frame, to: FrameForm(size: 50))
  }

  private func problem(_ points: [SIMD2<Double>], shape: FrameShape? = nil) -> String? {
    do {
      _ = try landmarks(points, shape: shape)
      return nil
    } catch let fault as Fault {
      #expect(fault.location == "marks")
      return fault.problem
    } catch {
      return "\(error)"
    }
  }

  /// In the box.
  private let face = SketchedFace.points(width: 100, height: 100, x: 60, y: 10)

  @Test func pointsAreThoseOfTheStoredFrame() throws {
    let found = try landmarks(face, shape: frame)
    // The tip of the nose, point 30, is at 0.5 and 0.54 of the box: 110 and 64; half of 50.5 and 54.5, less 0.5.
    #expect(found.points[30] == SIMD2(24.75, 26.75))
    #expect(found.points.count == 68)
  }

  @Test func pointsAreRoundedToAThousandthOfAPixel() throws {
    var points = face
    points[30] = SIMD2(110.00123, 64)
    #expect(try landmarks(points).points[30] == SIMD2(24.751, 26.75))
  }

  @Test func fewerThanSixtyEightPointsAreTooFew() {
    #expect(problem(Array(face.prefix(5)))?.hasPrefix("has 5 landmarks; the 68 of the iBUG scheme are needed") == true)
    #expect(problem([])?.hasPrefix("has 0 landmarks") == true)
    #expect(problem(face + [SIMD2(100, 50)])?.hasPrefix("has 69 landmarks") == true)
  }

  @Test func pointsOfAnotherPictureAreRefused() {
    let said = problem(face, shape: FrameShape(width: 400, height: 240))
    #expect(
      said
        == "has landmarks of a picture of 400 × 240, but the clip's frames are 200 × 120; give those of the frames in "
        + "the source directory, before they are cropped")
  }

  @Test func sharesOfTheFrameAreNoPixels() {
    #expect(
      problem(SketchedFace.unit)
        == "has landmarks between 0 and 1; they are needed in pixels: multiply x by 200 and y by 120")
  }

  @Test func pointsOutsideTheFrameAreRefusedAndALittleOutsideIsNot() {
    var points = face
    points[8].y = 133
    #expect(
      problem(points)
        == "has landmark 8 at (110, 133), outside the frame of 200 × 120; landmarks are in pixels of the frames in "
        + "the source directory")
    // The box ends at 110; a tenth of it is 10.
    points[8].y = 121
    #expect(
      problem(points) == "has landmark 8 at (110, 121), outside the part of the frame that is stored; take a larger "
        + "--crop, or --fit pad")
    points[8].y = 119
    #expect(problem(points) == nil)
  }

  @Test func pointsThatAreNoFaceAreRefused() {
    #expect(problem([SIMD2<Double>](repeating: SIMD2(100, 50), count: 68)) == "has both eyes at one position")
    var points = face
    points[3].x = .nan
    #expect(problem(points) == "has a landmark that is not a finite number")
    points[3].x = .infinity
    #expect(problem(points) == "has a landmark that is not a finite number")
  }
}
