import Core
import Foundation
import Worker

/// The command line that resumes a run: the one that started its job, without `--fresh`.
struct ResumeCommand: Codable, Equatable {
  var words: [String]
  /// The directory in which it was given; relative paths in it depend on it.
  var folder: String

  /// That of this process; nil where something else than mpirun started it as a rank, which has other options.
  static func here(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> ResumeCommand? {
    guard Launch.isRankOfJob(environment) else {
      return ResumeCommand(
        given: CommandLine.arguments, in: FileManager.default.currentDirectoryPath)
    }
    guard let launcher = Launch.launcher(environment),
      let line = FileManager.default.contents(atPath: "/proc/\(launcher)/cmdline")
    else { return nil }
    let words = line.split(separator: 0, omittingEmptySubsequences: false).dropLast()
    let folder = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(launcher)/cwd")
    return ResumeCommand(
      given: words.map { String(decoding: $0, as: UTF8.self) },
      in: folder ?? FileManager.default.currentDirectoryPath)
  }

  /// - Parameter given: the words that started the job.
  init(given: [String], in folder: String) { (words, self.folder) = (given.filter { $0 != "--fresh" }, folder) }

  /// The command for a shell, with its directory where that is not `current`.
  func text(in current: String = FileManager.default.currentDirectoryPath) -> String {
    let text = words.map(ResumeCommand.shell).joined(separator: " ")
    return folder == current ? text : "cd \(ReportText.shell(folder)) && \(text)"
  }

  /// A word of the command; options keep their dashes outside quotes.
  private static func shell(_ word: String) -> String {
    let dashes = word.prefix { $0 == "-" }
    if !word.isEmpty, dashes.count == word.count { return word }
    return dashes + ReportText.shell(String(word.dropFirst(dashes.count)))
  }
}
