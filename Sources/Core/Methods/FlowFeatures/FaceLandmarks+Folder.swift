import Foundation

extension FaceLandmarks {
  /// The most bytes of a table of 68 points.
  private static let mostBytes = 1 << 16

  /// Reads the landmarks of all clips of a store, `FOLDER/CLIP.csv` each, in pixels of the stored frames.
  ///
  /// - Returns: by the clip's name.
  /// - Throws: `Faults` listing every file that is missing or wrong.
  public static func folder(_ path: String, of store: ClipStore) throws -> [String: FaceLandmarks] {
    var landmarks: [String: FaceLandmarks] = [:]
    var faults: [Fault] = []
    var names = NamesOnDisk()
    for clip in store.clips {
      do {
        guard !clip.name.split(separator: "/").contains("..") else {
          throw Fault(
            at: "\(path)/\(clip.name).csv",
            "is outside its folder; a clip with landmarks needs a name without `..`")
        }
        let file = try names.spelling(of: "\(clip.name).csv", below: path, at: path)
        landmarks[clip.name] = try read("\(path)/\(file)", of: clip)
      } catch let fault as Fault {
        faults.append(fault)
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    return landmarks
  }

  private static func read(_ path: String, of clip: Clip) throws -> FaceLandmarks {
    let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    guard size > 0, size <= mostBytes, let data = FileManager.default.contents(atPath: path) else {
      throw Fault(
        at: path,
        "is missing or is not a table of landmarks\(Fault.lookedIn(for: path)); each clip of the store needs one: the "
          + "header `x,y` and 68 rows")
    }
    guard let text = data.withUnsafeBytes(decodedText) else { throw Fault(at: path, "is not UTF-8 text") }
    let landmarks = try FaceLandmarks(parsing: text, at: path, in: (clip.height, clip.width))
    guard landmarks.eyeDistance >= 1 else { throw Fault(at: path, "has both eyes at one position") }
    return landmarks
  }
}
