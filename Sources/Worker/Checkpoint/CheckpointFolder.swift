import Core
import Foundation

/// The checkpoints of a work unit: the folder `checkpoint` in the unit's own.
public struct CheckpointFolder: Sendable {
  public let path: String

  /// - Parameter unit: the unit's directory.
  public init(unit: String) { path = unit + "/checkpoint" }

  /// The file of the state after so many steps: `step-00000120.safetensors`.
  func file(_ steps: Int) -> String { "\(path)/\(CheckpointFolder.name(steps))" }

  static func name(_ steps: Int) -> String {
    let digits = "\(steps)"
    return "step-\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits).safetensors"
  }

  /// The steps that a file's name says; nil for a name that no checkpoint has.
  public static func steps(of name: String) -> Int? {
    guard name.hasPrefix("step-"), name.hasSuffix(".safetensors"),
      let steps = Int(name.dropFirst(5).dropLast(12)), steps >= 0, CheckpointFolder.name(steps) == name
    else { return nil }
    return steps
  }

  /// Whether a file of this name is one that training leaves here.
  public static func isKnown(_ name: String) -> Bool { name == secondsName || steps(of: name) != nil }

  /// The steps of all files that are there by their names, the newest first.
  func steps() -> [Int] { names.compactMap(CheckpointFolder.steps).sorted(by: >) }

  /// Steps of the newest file, whether it is good or not.
  public var newestSteps: Int? { steps().first }

  /// Loads the newest checkpoint that can be loaded and gives its steps; each that cannot is said, and left for the one
  /// before.
  func newest(_ load: (_ path: String, _ steps: Int) throws -> Void, note: (String) -> Void) -> Int? {
    var faults: [Fault] = []
    var found: Int?
    for steps in steps() where found == nil {
      do {
        try load(file(steps), steps)
        found = steps
      } catch {
        faults.append(error as? Fault ?? Fault(at: file(steps), "\(error)"))
      }
    }
    let instead = found.map { "resuming from \(CheckpointFolder.name($0))" } ?? "the unit starts from its first step"
    for fault in faults { note("\(fault); \(instead)") }
    return found
  }

  /// Makes the folder, without what a killed writer left.
  func prepare() throws {
    try Directory.make(path)
    AtomicFile.removeLeftovers(in: path)
  }

  /// Removes all checkpoints but those of these steps.
  func remove(allBut kept: [Int]) {
    for steps in steps() where !kept.contains(steps) { unlink(file(steps)) }
  }

  /// Removes the folder: the unit has finished. What training did not put there stays.
  public func remove() {
    AtomicFile.removeLeftovers(in: path)
    for name in names where CheckpointFolder.isKnown(name) { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }

  // MARK: - Time

  private static let secondsName = "seconds"

  /// Seconds that were spent on the unit up to its last checkpoint. They stand beside the checkpoints because those
  /// have the same bytes however long they took; when they are lost, only `seconds` in the result is too small.
  var seconds: Double {
    guard let data = FileManager.default.contents(atPath: "\(path)/\(CheckpointFolder.secondsName)"),
      let seconds = Double(String(decoding: data, as: UTF8.self)), seconds >= 0, seconds < 1e12
    else { return 0 }
    return seconds
  }

  func write(seconds: Double) throws {
    try AtomicFile.write("\(seconds)", to: "\(path)/\(CheckpointFolder.secondsName)")
  }
}
