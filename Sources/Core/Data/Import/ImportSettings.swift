import Foundation

/// What every importer is told.
public struct ImportSettings: Sendable {
  /// The directory that the annotation's paths start from.
  public var source: String
  /// The annotation file.
  public var annotations: String
  /// The clip store to be written.
  public var output: String
  /// Height and width of the stored frames, pixels.
  public var size = 256
  /// The part of each frame that is stored; nil for all of it.
  public var crop: CropBox?
  /// A CSV file with a box for each clip or subject (`name, width, height, x, y`); nil for one box for all.
  public var cropTable: String?
  /// The only sheet of a workbook to look at; nil to look for the right one.
  public var sheet: String?
  /// Frames per second where the annotation says nothing.
  public var fps: Double?
  /// Clips whose emotion is in none of these classes are skipped; nil keeps all.
  public var classes: ClassMap?
  /// The published choice of classes that the counts are compared with; nil compares them with nothing.
  public var preset: ClassPreset?
  /// The share of rows that may be lost before the import stops, 0 to 1.
  public var largestLostShare = 0.05
  /// Clips that are decoded at once, by an ffmpeg each.
  public var workers = min(Parallel.availableThreads, 16)
  /// Asked before each clip is stored; true ends the import.
  public var isStopped: @Sendable () -> Bool = { false }
  /// The decoder.
  var ffmpeg = FFmpeg()
  /// The program that opens .xlsx files.
  var unzip = "unzip"

  public init(source: String, annotations: String, output: String) {
    (self.source, self.annotations, self.output) = (source, annotations, output)
  }

  /// An emotion as the classes spell it, capitals and blanks aside; nil when it is in none.
  func emotion(_ emotion: String) -> String? {
    let plain = ClassMap.normalized(emotion)
    guard let classes else { return plain }
    return classes.groups.joined().first { ClassMap.normalized($0) == plain }
  }

  /// - Throws: `Faults` listing what is wrong.
  func check() throws {
    var faults: [Fault] = []
    var isDirectory: ObjCBool = false
    if !FileManager.default.fileExists(atPath: source, isDirectory: &isDirectory) || !isDirectory.boolValue {
      faults.append(Fault(at: source, "is not a directory; name the one that holds the clips"))
    }
    if !(16...4096 ~= size) { faults.append(Fault(at: "size", "is \(size); 16 to 4096 pixels are possible")) }
    if let fps, !(fps.isFinite && fps > 0) { faults.append(Fault(at: "fps", "is \(fps); a number above 0 is needed")) }
    if !(0...1 ~= largestLostShare) {
      faults.append(Fault(at: "largest lost share", "is \(largestLostShare); 0 to 1 is possible"))
    }
    guard faults.isEmpty else { throw Faults(faults) }
  }
}

/// The import was asked to stop, and did; nothing was written.
public struct ImportStopped: Error {}

/// One row of an annotation file, as an importer read it.
struct ImportRow: Equatable, Sendable {
  /// Where it stands, for people: `line 12`.
  var place: String
  /// As annotated; not to be trusted.
  var path: String
  /// The clip's name; nil for its path.
  var name: String?
  var subject: String
  var emotion: String
  /// Frame numbers as annotated.
  var onset: Int?
  var apex: Int?
  var offset: Int?
  var fps: Double?
  var actionUnits: String?
  /// What was put right while reading.
  var repairs: [String] = []

  /// A path below the source directory, with plain slashes.
  ///
  /// - Throws: a `Fault` when it is empty, absolute, leads upwards or has control characters.
  static func relativePath(_ text: String, at place: String) throws -> String {
    let slashed = text.replacingOccurrences(of: "\\", with: "/")
    let parts = slashed.split(separator: "/").filter { $0 != "." }
    guard !parts.isEmpty else { throw Fault(at: place, "has no path") }
    guard !slashed.hasPrefix("/"), !parts.contains("..") else {
      throw Fault(at: place, "the path `\(printable(text))` leaves the source directory; that is refused")
    }
    guard !slashed.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      throw Fault(at: place, "the path `\(printable(text))` has control characters")
    }
    return parts.joined(separator: "/")
  }
}

/// Text from a file, safe for a terminal and for one line: control characters become `?`.
func printable(_ text: String) -> String {
  String(
    String.UnicodeScalarView(
      text.unicodeScalars.map { scalar in
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: "?"
        default: scalar
        }
      }))
}
