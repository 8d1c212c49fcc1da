import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// `scripts/faces.py`, and what the import makes of its tables.
@Suite(.serialized) struct FacesScriptTests {
  private static let plain = PythonModules.python("sys")
  private static let mediapipe = PythonModules.python("mediapipe, skimage")
  private static let missing: Comment = "no Python with MediaPipe and scikit-image; name one in MICROFOLD_PYTHON"

  private let scratch: Scratch
  private let script = "\(BuiltProgram.package)/scripts/faces.py"

  init() throws { scratch = try Scratch() }

  @Test(.enabled(if: plain != nil, "no python3")) func withoutMediaPipeItHelpsAndSaysWhatToInstall() throws {
    let python = try #require(Self.plain)
    // -S: without installed packages.
    let help = try BuiltProgram.run(words: [python, "-I", "-S", script, "--help"], in: scratch)
    #expect(help.status == 0 && help.output.contains { $0.contains("--table") }, "\(help.errors)")
    let run = try BuiltProgram.run(words: [python, "-I", "-S", script, "data", "faces"], in: scratch)
    #expect(run.status == 2 && run.errors.count == 1)
    #expect(run.errors.first?.contains("pip install mediapipe==0.10.21") == true, "\(run.errors)")
  }

  /// Clips of the astronaut in scikit-image, who is in the public domain: 512 × 512 in 600 × 540, which moves by less
  /// than a pixel per frame. In `turned` she is turned by 15 degrees, clockwise as it is seen.
  private static let clips = """
    import cv2, numpy, pathlib, skimage.data
    photograph = cv2.cvtColor(skimage.data.astronaut(), cv2.COLOR_RGB2BGR)
    noise = numpy.random.default_rng(1)
    def clip(name, turn=0, jump=0, twice=False, empty=False):
        folder = pathlib.Path("data/s") / name
        folder.mkdir(parents=True)
        for index in range(3):
            move = cv2.getRotationMatrix2D((256, 256), -turn, 1)
            move[:, 2] += (40 + 0.5 * index + (jump if index == 2 else 0), 20)
            frame = cv2.warpAffine(photograph, move, (600, 540), flags=cv2.INTER_CUBIC)
            if twice: frame = numpy.hstack([frame[:, 150:450], frame[:, 150:450]])
            if empty: frame[:] = 128
            frame = numpy.clip(frame + noise.normal(0, 4, frame.shape), 0, 255).astype("uint8")
            cv2.imwrite(str(folder / f"img{index + 9}.png"), frame)
    clip("upright"); clip("turned", turn=15); clip("jump", jump=60); clip("two", twice=True); clip("none", empty=True)
    """

  private func faces(_ arguments: [String]) throws -> BuiltProgram.Ending {
    let python = try #require(Self.mediapipe)
    return try BuiltProgram.run(words: [python, script] + arguments, in: scratch)
  }

  private func store(_ name: String, _ options: [String]) throws -> ClipStore {
    try scratch.file(
      "clips.csv", text: "path,subject,emotion\ns/upright,s,joy\ns/turned,s,joy\n")
    let path = scratch("\(name).safetensors")
    let words = ["import", "csv", "--source", scratch("data"), "--annotations", scratch("clips.csv"), "--output", path]
    let end = try BuiltProgram.run(
      words + ["--classes", "joy,fear", "--landmarks", scratch("faces/landmarks.csv")] + options, in: scratch)
    try #require(end.status == 0, "\(end.errors)")
    return try ClipStore(opening: path)
  }

  /// The cells of a table of the script, by the clip's name.
  private func cells(_ name: String) throws -> [String: [Double]] {
    let text = try String(contentsOfFile: scratch("faces/\(name)"), encoding: .utf8)
    let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: ",").map(String.init) }
    return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0.dropFirst().compactMap(Double.init)) })
  }

  @Test(.enabled(if: mediapipe != nil, missing)) func facesAreFoundAndStoredWhereMediaPipeSaidTheyAre() throws {
    let python = try #require(Self.mediapipe)
    let made = try BuiltProgram.run(words: [python, "-c", Self.clips], in: scratch)
    try #require(made.status == 0, "\(made.errors)")
    let end = try faces(["data", "faces"])
    try #require(end.status == 0 && end.errors.isEmpty, "\(end.errors)")
    #expect(end.output.count == 4, "\(end.output)")
    #expect(end.output.contains { $0.hasPrefix("s/jump: the face jumps at img11.png, by ") })
    #expect(end.output.contains("s/none: no face in its onset frame"))
    #expect(end.output.contains { $0.hasPrefix("s/two: two faces in 3 of 3 frames") })
    #expect(end.output.last?.hasPrefix("5 clips: a face in 4, 3 to be looked at") == true)
    #expect(FileManager.default.fileExists(atPath: scratch("faces/sheet-1.png")))

    let (boxes, landmarks) = (try cells("boxes.csv"), try cells("landmarks.csv"))
    let (upright, turned) = (try #require(boxes["s/upright"]), try #require(boxes["s/turned"]))
    #expect(abs(turned[4] - upright[4] - 15) < 3, "\(upright[4]), \(turned[4])")
    let cropped = try store("cropped", ["--crop", scratch("faces/boxes.csv")])
    for clip in cropped.clips {
      let (box, points) = (try #require(boxes[clip.name]), try #require(landmarks[clip.name]))
      let stored = try #require(clip.landmarks?.points)
      for index in 0..<68 {
        let scale = 256 / box[0]
        let expected = SIMD2(points[2 + 2 * index] - box[2], points[3 + 2 * index] - box[3]) * scale
        let off = stored[index] - expected
        #expect((off * off).sum() < 4, "\(clip.name), point \(index): \(stored[index]), \(expected)")
      }
    }
    // The box lies inside the frame, and the face in it.
    #expect(upright[2] >= 0 && upright[3] >= 0 && upright[2] + upright[0] <= 600 && upright[3] + upright[1] <= 540)

    // Aligned, the turned face is the upright one.
    let aligned = try store("aligned", ["--align"])
    let frame = 256 * 256 * 3
    let frames = try (0..<2).map { Array(try aligned.pixels(of: $0).prefix(frame)) }
    func difference(_ rows: Range<Int>, _ columns: Range<Int>) -> Double {
      var sum = 0.0
      for y in rows {
        for x in columns {
          for channel in 0..<3 {
            let index = (y * 256 + x) * 3 + channel
            sum += abs(Double(frames[0][index]) - Double(frames[1][index]))
          }
        }
      }
      return sum / Double(rows.count * columns.count * 3)
    }
    #expect(difference(60..<220, 60..<196) < 12, "\(difference(60..<220, 60..<196))")
    let (one, other) = (aligned.clips[0].landmarks?.points ?? [], aligned.clips[1].landmarks?.points ?? [])
    let distances = zip(one, other).map { (($0 - $1) * ($0 - $1)).sum().squareRoot() }
    #expect(distances.count == 68 && distances.reduce(0, +) / 68 < 4, "\(distances)")
  }

  @Test(.enabled(if: mediapipe != nil, missing)) func whatCannotBeUsedIsSaidInOneLine() throws {
    try scratch.file("data/grey/img1.png", Array("no picture".utf8))
    func ending(_ arguments: [String]) throws -> (Int32, String) {
      let end = try faces(arguments)
      return (end.status, (end.errors + end.output).joined(separator: "\n"))
    }
    #expect(try ending(["nowhere", "faces"]) == (2, "faces.py: nowhere: is no folder"))
    let broken = try ending(["data", "faces"])
    #expect(broken.0 == 1 && broken.1.contains("grey: data/grey/img1.png: cannot be decoded"), "\(broken)")
    try scratch.file("clips.csv", text: "folder;onset\ngrey;1\n")
    let columns = try ending(["data", "faces", "--table", "clips.csv"])
    #expect(columns == (2, "faces.py: clips.csv: has no column `path`; its columns are folder, onset"))
    try scratch.file("clips.csv", text: "Path;Onset\ngrey;7\n")
    let frame = try ending(["data", "faces", "--table", "clips.csv"])
    #expect(frame.0 == 1 && frame.1.contains("grey: has no frame 7; its files are numbered 1 to 1"), "\(frame)")
    try FileManager.default.createDirectory(atPath: scratch("empty"), withIntermediateDirectories: true)
    #expect(try ending(["empty", "faces"]).1.contains("has no folders of numbered pictures; name the folder"))
  }
}
