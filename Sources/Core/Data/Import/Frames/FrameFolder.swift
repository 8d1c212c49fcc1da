import Foundation

/// The frames of a clip that is a folder of images.
struct FrameFolder: Equatable {
  let path: String
  /// Names of files, in the order of their numbers.
  let files: [String]
  let numbers: FrameNumbers
  /// Names in the folder that are not frames, sorted.
  let strays: [String]
  /// Copies of frames that are there, left out.
  let copies: [FrameCopies.Copy]
  /// What a person should look at.
  let doubts: [String]

  private static let suffixes: Set<String> = ["jpg", "jpeg", "png", "bmp"]

  /// - Throws: a `Fault` naming the folder when it cannot be read, has no frames, two with one number, or frames whose
  ///   order is not clear.
  init(_ path: String) throws {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw Fault(at: path, "cannot be read as a folder of frames\(Fault.lookedIn(for: path))")
    }
    var images: [String] = []
    var strays: [String] = []
    for name in names.sorted() { if FrameFolder.isFrame(name) { images.append(name) } else { strays.append(name) } }
    guard !images.isEmpty else { throw Fault(at: path, "has no frames (numbered JPEG, PNG or BMP files)") }
    let sorted = try FrameCopies(images, at: path)
    let order = try FrameOrder(sorted.frames, at: path)
    self.path = path
    self.strays = strays
    files = order.frames.map(\.file)
    numbers = FrameNumbers(values: order.frames.map(\.number), areOwn: order.hasOwnNumbers)
    copies = sorted.left
    doubts = order.doubts + FrameFolder.doubts(of: sorted, in: path)
  }

  /// Whether a file's name is that of a frame: an image with a number.
  static func isFrame(_ name: String) -> Bool {
    // Names that begin with a point are hidden copies from other systems.
    guard !name.hasPrefix("."), let point = name.lastIndex(of: ".") else { return false }
    return suffixes.contains(name[name.index(after: point)...].lowercased())
      && name[..<point].utf8.contains { 0x30...0x39 ~= $0 }
  }

  private static func doubts(of copies: FrameCopies, in path: String) -> [String] {
    var doubts: [String] = []
    let changed = copies.left.filter { !areSame("\(path)/\($0.file)", "\(path)/\($0.original)") }
    if let first = changed.first {
      doubts.append(
        "`\(first.file)` is named as a copy of `\(first.original)` and has other bytes; it is left out"
          + (changed.count > 1 ? ", as are \(changed.count - 1) more" : ""))
    }
    if let first = copies.used.first {
      doubts.append(
        "`\(first)` is named as a copy of a frame that is not there, and is used as that frame"
          + (copies.used.count > 1 ? ", as are \(copies.used.count - 1) more" : ""))
    }
    return doubts
  }

  private static func areSame(_ one: String, _ other: String) -> Bool {
    guard let one = try? MappedFile(one), let other = try? MappedFile(other) else { return false }
    return one.withBytes { bytes in other.withBytes { bytes.elementsEqual($0) } }
  }

  /// Paths of the frames between two indices.
  func paths(_ span: ClosedRange<Int>) -> [String] { files[span].map { "\(path)/\($0)" } }
}
