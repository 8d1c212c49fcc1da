import Core
import Foundation
import Testing

@testable import Coordinator
@testable import Worker

struct ReportPicturesTests {
  private func epoch(_ stage: Stage, _ number: Int, loss: Double, accuracy: Double? = nil) throws -> EpochRecord {
    let test = accuracy.map { ", \"testAccuracy\": \($0)" } ?? ""
    let text = """
      {"stage": \(stage.rawValue), "epoch": \(number), "steps": 1,
      "losses": {"crossEntropy": \(loss), "total": 0}\(test)}
      """
    return try JSONDecoder().decode(EpochRecord.self, from: Data(text.utf8))
  }

  @Test func curvesAreTheMeanOfTheUnitsAndHowFarTheyLieApart() throws {
    let one = [try epoch(.identity, 1, loss: 3), try epoch(.motion, 1, loss: 2, accuracy: 0.25)]
    let other = [try epoch(.identity, 1, loss: 1), try epoch(.identity, 2, loss: 0.5)]
    let losses = CurvesChart.points([one, other], .identity) { $0.losses.crossEntropy }
    #expect(losses == [.init(epoch: 1, mean: 2, low: 1, high: 3), .init(epoch: 2, mean: 0.5, low: 0.5, high: 0.5)])
    #expect(CurvesChart.points([one, other], .motion, \.testAccuracy).map(\.mean) == [0.25])
    let chart = try #require(CurvesChart.svg([one, other], title: "d, full"))
    #expect(chart.contains("role=\"img\"") && chart.contains("Stage 1: cross-entropy 2.00 to 0.50"))
    #expect(chart.contains("Stage 2") && !chart.contains("Stage 3"))
  }

  @Test func longTrainingsAreThinnedAndOneEpochIsNoCurve() throws {
    let long = try (1...1000).map { try epoch(.motion, $0, loss: 1) }
    let points = CurvesChart.points([long], .motion) { $0.losses.crossEntropy }
    #expect(points.count <= 121 && points.first?.epoch == 1 && points.last?.epoch == 1000)
    #expect(CurvesChart.svg([[try epoch(.motion, 1, loss: 1)]], title: "") == nil)
    #expect(CurvesChart.svg([], title: "") == nil)
  }

  @Test func damagedMetricsDrawSomethingAndDoNotTrap() throws {
    let damaged = [
      try epoch(.motion, .min, loss: 1), try epoch(.motion, .max, loss: 1), try epoch(.motion, 1, loss: 1e308),
      try epoch(.motion, 2, loss: -1e308, accuracy: 1e300),
    ]
    #expect(CurvesChart.svg([damaged, damaged], title: "") != nil)
  }

  @Test func checksumsAreThoseOfTheStandards() {
    // The check values that the CRC catalogue and RFC 1950's usual example have; a PNG's last chunk is always this one.
    #expect(EmbeddedImage.crc32(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(EmbeddedImage.adler32(Array("Wikipedia".utf8)) == 0x11E6_0398)
    let png = EmbeddedImage.png([0, 255, 128, 64], width: 2, bytesPerPixel: 1, colour: 0)
    #expect(png.suffix(12) == [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
  }

  @Test func aPictureOfSeveralBlocksIsReadByOthers() throws {
    let scratch = try Scratch()
    let pixels = (0..<300 * 300).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    let file = try scratch.file("a.png", EmbeddedImage.png(pixels, width: 300, bytesPerPixel: 1, colour: 0))
    let ending = try BuiltProgram.run(
      words: ["ffmpeg", "-v", "error", "-i", file, "-f", "rawvideo", "-pix_fmt", "gray", scratch("raw")], in: scratch)
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(try Array(Data(contentsOf: URL(fileURLWithPath: scratch("raw")))) == pixels)
  }

  @Test func attentionIsSaidInWords() throws {
    var first = [Float](repeating: 0.02, count: 36)
    first[35] = 0.3  // Lower right; the sum is 1, so it has 10.8 times the average.
    let maps = [first, [Float](repeating: Float(1) / 36, count: 36)]
    let figure = try #require(AttentionFigure.svg(maps, face: nil, title: "d"))
    #expect(figure.contains("frame 1: strongest lower right, 10.8 times the average"))
    #expect(figure.contains("1.0 times the average") && figure.contains("data:image/png;base64,"))
    #expect(AttentionFigure.strongest([maps[1]]) == 2, "flat maps stay without colour")
    #expect(AttentionFigure.svg([], face: nil, title: "d") == nil)
  }

  @Test func damagedAttentionMapsAreLeftOut() {
    var configuration = ReportFixture.configuration(datasets: 1)
    configuration.folds.count = 5
    let damages: [[[Float]]] = [
      [[0.5, 0.5, 0]], [[0.25, 0.25, 0.25, .nan]], [[0.25, 0.25, 0.25, 0.25], []], [[]], [],
      [[-1, 1, 1, 0]], Array(repeating: [1], count: 65),
    ]
    for damage in damages {
      let outcomes = ReportFixture.outcomes(configuration).map { outcome -> UnitOutcome in
        guard case .finished(var result) = outcome else { return outcome }
        result.attentionMaps = result.fold == 0 ? damage : [[0.25, 0.25, 0.25, 0.25]]
        return .finished(result)
      }
      let report = ReportFixture.report(configuration, outcomes)
      #expect(report.datasets[0].variants[0].attentionMaps == [[0.25, 0.25, 0.25, 0.25]])
    }
  }

  @Test func aFaceIsTheMeanOfItsPeopleAndNoneOfFewOfThem() throws {
    let scratch = try Scratch()
    for (people, hasFace) in [(MeanFace.fewestSubjects, true), (MeanFace.fewestSubjects - 1, false)] {
      let path = scratch("\(people).safetensors")
      let writer = try ClipStoreWriter(at: path)
      for person in 0..<people {
        let clip = Clip(
          name: "c\(person)", subject: "s\(person)", emotion: "fear", source: "", fps: 50, onset: 1, apex: 1, offset: 1,
          frames: 2, height: 8, width: 8)
        // The frame before the onset is black; that of the onset is grey, 50, 60, 70 …
        let pixels = [UInt8](repeating: 0, count: 192) + [UInt8](repeating: UInt8(50 + 10 * person), count: 192)
        try pixels.withUnsafeBytes { try writer.append(clip, pixels: $0) }
      }
      try writer.commit()
      let face = try MeanFace(ClipStore(opening: path))
      #expect((face != nil) == hasFace)
      if let face { #expect(face.pixels == [UInt8](repeating: 70, count: 64 * 64)) }
    }
  }
}
