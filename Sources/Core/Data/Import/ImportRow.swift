import Foundation

/// One row of an annotation file, as an importer read it.
struct ImportRow: Equatable, Sendable {
  /// Where it is, for people: `line 12`.
  var location: String
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
  /// What was corrected while reading.
  var repairs: [String] = []
  /// What a person should look at.
  var doubts: [String] = []

  /// What the row calls its clip, for people; nil without a name and a path.
  var clip: String? { (name ?? path).isEmpty ? nil : name ?? path }

  var marks: FrameMarks { FrameMarks(onset: onset, apex: apex, offset: offset) }

  /// A path below the source directory, with plain slashes.
  ///
  /// - Throws: a `Fault` when it is empty, absolute, leads upwards or has control characters.
  static func relativePath(_ text: String, at location: String) throws -> String {
    let slashed = text.replacingOccurrences(of: "\\", with: "/")
    let parts = slashed.split(separator: "/").filter { $0 != "." }
    guard !parts.isEmpty else { throw Fault(at: location, "has no path") }
    guard !slashed.hasPrefix("/"), !parts.contains("..") else {
      throw Fault(at: location, "the path `\(printable(text))` leads out of the source directory, which is not allowed")
    }
    guard !slashed.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      throw Fault(at: location, "the path `\(printable(text))` has control characters")
    }
    return parts.joined(separator: "/")
  }
}
