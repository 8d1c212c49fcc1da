/// A method that is any program: MicroFold gives it a fold in a JSON file and reads a table of probabilities.
public struct ProgramMethod: Codable, Equatable, Sendable {
  /// The name in the sweep file, in folders and in files.
  public var name = ""
  /// The program and its arguments; the path of the JSON file is added as the last one.
  public var command: [String] = []
  /// What the report calls it; nil for its name.
  public var title: String?
  /// The most seconds that one run may take.
  public var seconds = 3600
  /// Whether the program is run twice on the first fold, to see whether it gives the same answer.
  public var checksRepeat = true

  public init(_ name: String, command: [String] = []) { (self.name, self.command) = (name, command) }

  /// Whether the program is run twice for this unit: on the first fold with the first seed.
  func isRepeated(_ unit: WorkUnit, _ configuration: SweepConfiguration) -> Bool {
    checksRepeat && unit.fold == 0 && unit.seed == configuration.seeds.first
  }
}

extension ProgramMethod: Method {
  public var about: MethodDescription {
    MethodDescription(
      name: name, title: title ?? name, paper: nil,
      settings: [
        MethodDescription.Setting("program", command.joined(separator: " ")),
        MethodDescription.Setting("time limit", "\(seconds) s per run"),
      ], changes: [])
  }

  public func begin(_ fold: MethodFold) throws -> any FittedMethod { ProgramFit(self, fold) }
}
