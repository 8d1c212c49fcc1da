import Core
import Foundation

/// The checkpoints of a work unit: the folder `checkpoint` in the unit's directory.
public struct CheckpointFolder: Sendable {
  public let path: String

  /// - Parameter unit: the unit's directory.
  public init(unit: String) { path = unit + "/checkpoint" }

  /// The file of the state after this number of steps: `step-00000120.safetensors`.
  func file(_ steps: Int) -> String { "\(path)/\(CheckpointFolder.name(steps))" }

  static func name(_ steps: Int) -> String {
    let digits = "\(steps)"
    return "step-\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits).safetensors"
  }

  /// The steps in a file's name; nil for a name that no checkpoint has.
  public static func steps(of name: String) -> Int? {
    guard name.hasPrefix("step-"), name.hasSuffix(".safetensors"),
      let steps = Int(name.dropFirst(5).dropLast(12)), steps >= 0, CheckpointFolder.name(steps) == name
    else { return nil }
    return steps
  }

  /// Whether training writes a file of this name here.
  public static func isKnown(_ name: String) -> Bool {
    name == secondsName || name == allStepsName || steps(of: name) != nil
  }

  /// The steps of all files, from their names, the newest first.
  func steps() -> [Int] { names.compactMap(CheckpointFolder.steps).sorted(by: >) }

  /// Steps of the newest file, valid or not.
  public var newestSteps: Int? { steps().first }

  private static let allStepsName = "steps"

  /// All steps of the unit, of which a checkpoint holds some; nil where training has not begun. They have their own
  /// file, for those who only want to know how far the unit is.
  public var allSteps: Int? {
    FileManager.default.contents(atPath: "\(path)/\(CheckpointFolder.allStepsName)")
      .flatMap { Int(String(decoding: $0, as: UTF8.self)) }.flatMap { $0 > 0 ? $0 : nil }
  }

  func write(allSteps: Int) throws {
    try AtomicFile.write("\(allSteps)", to: "\(path)/\(CheckpointFolder.allStepsName)")
  }

  /// Loads the newest valid checkpoint and returns its steps; `note` is called with each newer one that cannot be
  /// loaded.
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

  /// Makes the folder and removes temporary files of a process that was killed.
  func prepare() throws {
    try Directory.make(path)
    AtomicFile.removeLeftovers(in: path)
  }

  /// Removes all checkpoints except those of these steps.
  func remove(allBut kept: [Int]) {
    for steps in steps() where !kept.contains(steps) { unlink(file(steps)) }
  }

  /// Removes the checkpoints, those of a program too, and, if it is empty, the folder, after the unit has finished.
  /// Other files stay.
  public func remove() {
    AtomicFile.removeLeftovers(in: path)
    try? FileManager.default.removeItem(atPath: "\(path)/\(ProgramFiles.folderName)")
    for name in names where CheckpointFolder.isKnown(name) { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }

  // MARK: - Time

  private static let secondsName = "seconds"

  /// Seconds spent on the unit up to its last checkpoint. They have their own file, because a checkpoint has the same
  /// bytes however long training took. If the file is lost, only `seconds` in the result is too small.
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
