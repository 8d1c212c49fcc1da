import Core
import Foundation

/// A log file of plain lines, each with the time in UTC before it. The file is opened for every line, so several
/// processes can write it and it can be moved away.
struct LogFile: Equatable {
  let path: String

  /// - Throws: a `Fault` when nothing can be appended.
  func check() throws {
    guard append("") else {
      throw Fault(at: path, "cannot be appended to as a log: \(String(cString: strerror(errno)))")
    }
  }

  /// Appends a line with the time; an empty text adds nothing.
  ///
  /// - Returns: whether the file could be opened and written.
  @discardableResult func append(_ text: String) -> Bool {
    let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
    guard file >= 0 else { return false }
    defer { close(file) }
    guard !text.isEmpty else { return true }
    let stamp = LogFile.stamp(Int(Date().timeIntervalSince1970))
    let lines = text.split(separator: "\n").map { "\(stamp) \($0)\n" }.joined()
    let bytes = Array(lines.utf8)
    return bytes.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) } == bytes.count
  }

  /// `2026-07-25T14:03:07Z`
  static func stamp(_ secondsSince1970: Int) -> String {
    var time = time_t(secondsSince1970)
    var parts = tm()
    gmtime_r(&time, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let day = "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
    return "\(day)T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
  }
}
