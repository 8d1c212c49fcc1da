import Foundation

@testable import Core

/// A temporary directory for the files of one test, removed with the object.
final class Scratch {
  let path: String

  init() throws {
    var template = Array((NSTemporaryDirectory() + "/microfold-test-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw Fault.system(at: "temporary directory", "cannot be made") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in the directory.
  func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  /// Names of the files in it, sorted, with hidden ones.
  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

  /// Writes a file, making its directory.
  @discardableResult
  func file(_ name: String, _ bytes: some ContiguousBytes) throws -> String {
    let path = self(name)
    let directory = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try bytes.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: path)) }
    return path
  }

  @discardableResult
  func file(_ name: String, text: String) throws -> String { try file(name, Array(text.utf8)) }

  /// Writes a program that can be started at once.
  ///
  /// A process that another test starts in parallel inherits the files that this one is writing, until it becomes its
  /// own program, and a program that somebody may write cannot be started ("Text file busy"). Therefore `install`
  /// writes it, which starts nothing.
  @discardableResult
  func program(_ name: String, text: String) throws -> String {
    let source = try file("\(name).source", text: text)
    defer { try? FileManager.default.removeItem(atPath: source) }
    let install = Process()
    install.executableURL = URL(fileURLWithPath: "/usr/bin/install")
    install.arguments = ["-m", "755", source, self(name)]
    try install.run()
    install.waitUntilExit()
    guard install.terminationStatus == 0 else { throw Fault(at: self(name), "install cannot write it") }
    return self(name)
  }
}
