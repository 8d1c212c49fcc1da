import Foundation

/// The files of a unit that a program runs, in the unit's folder.
public struct ProgramFiles: Sendable {
  /// What the program is given, and all that it wrote to its output and error streams.
  public static let (requestName, logName) = ("program.json", "program.log")
  /// The program's folder among the unit's checkpoints, so that it is removed when the unit has finished. All in it is
  /// the program's: its own checkpoints, and its table.
  public static let folderName = "program"

  let request, log, checkpoints, table: String

  /// - Parameter unit: the unit's folder.
  init(unit: String) {
    // The program may change its directory.
    let folder = URL(fileURLWithPath: unit).path
    request = "\(folder)/\(ProgramFiles.requestName)"
    log = "\(folder)/\(ProgramFiles.logName)"
    let own = "\(folder)/checkpoint/\(ProgramFiles.folderName)"
    checkpoints = "\(own)/checkpoints"
    table = "\(own)/probabilities.csv"
  }

  /// Makes the folder of the program's checkpoints and removes its last table.
  ///
  /// - Parameter isRepeat: whether the program answers the same file again; what it kept is then removed too.
  func prepare(isRepeat: Bool) throws {
    if isRepeat { try? FileManager.default.removeItem(atPath: checkpoints) }
    try Directory.make(checkpoints)
    guard unlink(table) == 0 || errno == ENOENT else { throw Fault.system(at: table, "cannot be removed") }
  }

  /// The last lines of the program's output, on one line.
  func lastLines(_ most: Int = 3, characters: Int = 400) -> String? {
    guard let file = FileHandle(forReadingAtPath: log) else { return nil }
    defer { try? file.close() }
    guard let end = try? file.seekToEnd(), (try? file.seek(toOffset: end - min(end, 4096))) != nil,
      let bytes = try? file.readToEnd()
    else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
      .map { printable($0.trimmingCharacters(in: .whitespaces)) }
      .filter { !$0.isEmpty && !$0.hasPrefix(ProgramFiles.mark) }
    return lines.isEmpty ? nil : String(lines.suffix(most).joined(separator: " / ").suffix(characters))
  }

  /// What a line of the log begins with that MicroFold writes between two runs.
  static let mark = "== microfold: "
}
