import Foundation

/// A folder with a file of landmarks for each clip, `CLIP.csv`, `CLIP.pts` or `CLIP.txt`, in any form that
/// `LandmarkFile` reads.
struct LandmarkFolder: LandmarkReader {
  let path: String

  let names: [String] = []

  private static let suffixes = ["csv", "pts", "txt"]

  func points(of clip: LandmarkRequest) throws -> FramePoints {
    var names = NamesOnDisk()
    for name in clip.names {
      guard !name.split(separator: "/").contains("..") else {
        throw Fault(at: "\(path)/\(name)", "is outside its folder; a clip with landmarks needs a name without `..`")
      }
      for suffix in LandmarkFolder.suffixes {
        let file = "\(path)/\(try names.spelling(of: "\(name).\(suffix)", below: path, at: path))"
        guard FileManager.default.fileExists(atPath: file) else { continue }
        return try LandmarkFile.points(in: annotationText(file), at: file, of: clip)
      }
    }
    let files = LandmarkFolder.suffixes.map { "`\(printable(clip.name)).\($0)`" }.joined(separator: ", ")
    throw Fault(
      at: path, "has no landmarks of clip `\(printable(clip.name))`: none of \(files)\(Fault.lookedIn(for: path))")
  }
}
