import Foundation

/// A zip file, read by the program unzip.
struct ZipArchive {
  let path: String
  var program = "unzip"

  /// The most that one member may unpack to, bytes: many times a coding sheet, and below what the XML parser takes.
  static let largestMember = 8 << 20

  /// The bytes of a member, or nil when there is none of that name.
  ///
  /// - Throws: a `Fault` when unzip is missing, the file is damaged or the member larger than any sheet.
  func member(_ name: String) throws -> [UInt8]? {
    guard ZipArchive.isPlain(name) else { throw Fault(at: path, "has a part with the odd name `\(printable(name))`") }
    // unzip takes a file's name as a pattern, so it gets a link with a plain name.
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("microfold-\(UUID().uuidString)").path
    guard mkdir(folder, 0o700) == 0 else { throw Fault.system(at: folder, "cannot be made") }
    defer { try? FileManager.default.removeItem(atPath: folder) }
    guard symlink(URL(fileURLWithPath: path).path, "\(folder)/archive") == 0 else {
      throw Fault.system(at: folder, "a link cannot be made")
    }
    var bytes: [UInt8] = []
    // With a password given, unzip does not ask for one.
    let process = Subprocess(program: program, arguments: ["-p", "-P", "none", "\(folder)/archive", name])
    let ending = try process.run {
      bytes += $0
      return bytes.count <= ZipArchive.largestMember
    }
    guard let ending else { throw ZipArchive.missing(program) }
    guard bytes.count <= ZipArchive.largestMember else {
      throw Fault(
        at: path, "its part `\(name)` unpacks to more than \(ZipArchive.largestMember >> 20) MiB; no coding sheet does")
    }
    switch ending.status {
    case 0, 1: return bytes
    case 11: return nil
    default:
      throw Fault(at: path, "cannot be unpacked (unzip's status \(ending.status)): it is damaged or not a workbook")
    }
  }

  /// What a missing program is reported as.
  static func missing(_ program: String) -> Fault {
    Fault(
      at: program,
      "is not installed; it opens .xlsx files: `apt install unzip`, `dnf install unzip`, or save the sheet as CSV")
  }

  /// Whether unzip takes a name literally and not as an option: letters, digits, `_`, `-`, points and slashes.
  private static func isPlain(_ name: String) -> Bool {
    !name.hasPrefix("-") && !name.isEmpty && name.utf8.count < 256
      && name.utf8.allSatisfy(\.isPlainInPaths)
  }
}
