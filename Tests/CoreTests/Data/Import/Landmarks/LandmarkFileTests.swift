import Foundation
import Testing

@testable import Core

/// Landmarks of one clip as programs write them.
@Suite struct LandmarkFileTests {
  private let face = SketchedFace.points(width: 100, height: 100, x: 200, y: 50)

  /// A clip whose files are not numbered alike: by name, img10 and img11 come before img9.
  private let clip = LandmarkRequest(
    name: "s/a", path: "s/a", onset: 0, file: "img9.jpg", files: ["img9.jpg", "img10.jpg", "img11.jpg"])

  private func read(_ text: String, _ clip: LandmarkRequest? = nil) throws -> FramePoints {
    try LandmarkFile.points(in: text, at: "a.csv", of: clip ?? self.clip)
  }

  private func problem(_ text: String, _ clip: LandmarkRequest? = nil) -> String {
    do {
      return "read: \(try read(text, clip).points.count)"
    } catch {
      return "\(error)"
    }
  }

  private func moved(_ shift: Double) -> [SIMD2<Double>] { face.map { $0 + shift } }

  // MARK: - OpenFace

  /// One row of OpenFace's table: its points in space are far from those in the picture.
  private func row(
    _ frame: Int, _ points: [SIMD2<Double>], face: Int = 0, confidence: Double = 0.98, success: Int = 1
  ) -> [String] {
    ["\(frame)", "\(face)", "0.033", "\(confidence)", "\(success)"] + points.map { "\($0.x)" }
      + points.map { "\($0.y)" } + points.map { "\($0.x - 3000)" } + points.map { "\($0.y - 3000)" }
  }

  private func table(_ rows: [[String]], _ separator: String = ", ") -> String {
    let header =
      ["frame", "face_id", "timestamp", "confidence", "success"]
      + ["x", "y", "X", "Y"].flatMap { axis in (0..<68).map { "\(axis)_\($0)" } }
    return ([header] + rows).map { $0.joined(separator: separator) + "\n" }.joined()
  }

  @Test(arguments: [", ", ","]) func theOnsetIsTheRowOfItsPlaceInTheOrderOfNames(_ separator: String) throws {
    let rows = [row(1, moved(1)), row(2, moved(2)), row(3, moved(3))]
    #expect(try read(table(rows, separator)).points == moved(3), "img9 comes last")
    #expect(try read(table(rows, separator)).location == "a.csv, line 4")
    let video = LandmarkRequest(name: "v", path: "v", onset: 1)
    #expect(try read(table(rows, separator), video).points == moved(2))
    let fromZero = [row(0, moved(1)), row(1, moved(2)), row(2, moved(3))]
    #expect(try read(table(fromZero), clip).points == moved(3))
  }

  @Test func aFaceThatOpenFaceDidNotFindIsRefused() {
    func last(_ confidence: Double, _ success: Int) -> String {
      problem(table([row(1, face), row(2, face), row(3, face, confidence: confidence, success: success)]))
    }
    #expect(last(0.9, 1) == "read: 68" && last(0.5, 1) == "read: 68")
    #expect(last(0.9, 0).hasPrefix("a.csv, line 4: says that the face was not found in the onset frame (success 0, "))
    #expect(last(0.2, 1).contains("(success 1, confidence 0.2)"))
  }

  @Test func aTableOfOtherFramesIsRefused() {
    #expect(
      problem(table([row(1, face), row(2, face)])).contains(
        "ends with frame 2, counted from 1, but the clip has 3 frames; run the program on the clip's own folder"))
    #expect(problem(table((1...9).map { row($0, face) })).contains("ends with frame 9"))
    #expect(problem(table([])) == "a.csv: has no rows")
    // Several people: no row where nobody is found.
    let two = [row(1, face), row(1, moved(9), face: 1), row(2, face)]
    #expect(problem(table(two)).contains("has no row of frame 3 (`img9.jpg`), the onset"))
    #expect(
      problem(table(two + [row(3, face), row(3, moved(9), face: 1)])).contains(
        "line 5: is one of 2 faces in frame 3 (`img9.jpg`), the onset; delete the rows of the other person"))
  }

  @Test func whatIsNoTableIsSaid() {
    #expect(problem("frame, confidence, success\n1, 1, 1\n").contains("has no columns x_0, y_0; x_0, y_0 to x_67,"))
    let short = Array(row(3, face).dropLast())
    #expect(problem(table([row(1, face), row(2, face), short])).contains("line 4: has 276 cells, the header 277"))
    #expect(problem(table([row(1, face), row(2, face), ["x"] + row(3, face).dropFirst()])).contains("has frame `x`"))
    var broken = row(3, face)
    broken[7] = "-"
    #expect(problem(table([row(1, face), row(2, face), broken])).contains("line 4: has x_2 `-`, which is no number"))
  }

  // MARK: - dlib

  private func numbers(_ points: [SIMD2<Double>], _ separator: String = ",") -> String {
    points.flatMap { ["\($0.x)", "\($0.y)"] }.joined(separator: separator) + "\n"
  }

  @Test(arguments: [",", " ", "\t", "; "]) func rowsOf136NumbersAreFramesOrTheOnset(_ separator: String) throws {
    #expect(try read(numbers(moved(4), separator)).points == moved(4))
    let all = numbers(moved(1), separator) + numbers(moved(2), separator) + "\n" + numbers(moved(3), separator)
    #expect(try read(all).points == moved(3))
    #expect(try read(all).location == "a.csv, line 4")
    #expect(problem(numbers(face) + numbers(face)).contains("has 2 rows, the clip 3 frames; give one row for each"))
  }

  @Test func aHeaderNamesThe136Numbers() throws {
    let header = (0..<68).map { "x_\($0),y_\($0)" }.joined(separator: ",")
    #expect(try read("\(header)\n" + numbers(moved(4))).points == moved(4))
    let all = "\(header)\n" + numbers(moved(1)) + numbers(moved(2)) + numbers(moved(3))
    #expect(try read(all).points == moved(3))
  }

  @Test func allXBeforeAllYIsRefusedWithoutAHeader() {
    let row = (face.map { "\($0.x)" } + face.map { "\($0.y)" }).joined(separator: ",")
    #expect(problem(row).contains("line 1: has landmarks on one line when x and y are read in turns"))
    let header = (0..<68).map { "x_\($0)" } + (0..<68).map { "y_\($0)" }
    #expect(problem(header.joined(separator: ",") + "\n" + row) == "read: 68")
    // A face that is turned by any angle is not on a line.
    for degrees in stride(from: 0.0, to: 360, by: 15) {
      let (c, s) = (cos(degrees), sin(degrees))
      let turned = face.map { SIMD2(c * $0.x - s * $0.y, s * $0.x + c * $0.y) }
      #expect(problem(numbers(turned)) == "read: 68", "\(degrees)")
    }
  }

  private func cos(_ degrees: Double) -> Double { Foundation.cos(degrees * .pi / 180) }
  private func sin(_ degrees: Double) -> Double { Foundation.sin(degrees * .pi / 180) }

  @Test func aPtsFileHasItsPointsBetweenBraces() throws {
    let points = face.map { "\($0.x) \($0.y)\n" }.joined()
    #expect(try read("version: 1\nn_points: 68\n{\n\(points)}\n").points == face)
    #expect(try read("version: 1\r\nn_points: 68\r\n{\r\n\(points.replacing("\n", with: "\r\n"))}").points == face)
    #expect(problem("n_points: 68\n\(points)").contains("has no points between { and }"))
    #expect(problem("n_points: 2\n{\n1 2\n3 x\n}\n") == "a.csv, line 4: is `3 x`; x and y are needed")
  }

  @Test func rowsOfTwoNumbersArePoints() throws {
    let points = face.map { "\($0.x) \($0.y)\n" }.joined()
    #expect(try read(points).points == face)
    #expect(try read(SketchedFace.table(face)).points == face)
  }

  @Test func fivePointsAndOtherNumbersAreRefused() throws {
    let frame = FrameShape(width: 640, height: 480)
    func refusal(_ text: String) throws -> String {
      let points = try read(text)
      do {
        return "\(try points.checked(in: frame).points.count)"
      } catch {
        return "\(error)"
      }
    }
    let five = numbers([36, 45, 30, 48, 54].map { face[$0] })
    #expect(try refusal(five).contains("has 5 landmarks; the 68 of the iBUG scheme are needed"))
    #expect(try refusal(numbers(SketchedFace.unit)).contains("multiply x by 640 and y by 480"))
    #expect(try refusal(numbers(moved(600))).contains("outside the frame of 640 × 480"))
    #expect(problem("1,2,3\n").contains("has 3 numbers; 136 are needed"))
    #expect(problem("nothing\n").contains("has no"))
  }
}
