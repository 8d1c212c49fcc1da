import Foundation

extension SweepConfiguration {
  /// All settings of the sweep file, in its order.
  public static var settings: [SettingDescription] { table.descriptions(at: "") }

  /// Reads and checks a sweep file.
  ///
  /// - Throws: a `Fault` when the file cannot be read or is not JSON, `Faults` listing all that is wrong in it.
  public static func load(_ path: String) throws -> SweepConfiguration {
    let largest = 1 << 20
    guard let file = FileHandle(forReadingAtPath: path) else {
      let exists = FileManager.default.fileExists(atPath: path)
      throw Fault(
        at: path,
        exists
          ? "cannot be read; check its permissions"
          : "does not exist\(Fault.lookedIn(for: path)); name a sweep file")
    }
    defer { try? file.close() }
    let data: Data
    do {
      data = try file.read(upToCount: largest + 1) ?? Data()
    } catch {
      throw Fault(at: path, "cannot be read; name a sweep file, not a directory")
    }
    if data.count > largest { throw Fault(at: path, "is larger than 1 MiB, so it is not a sweep file") }
    return try parse(data, location: path)
  }

  /// Checks the text of a sweep file.
  ///
  /// - Parameters:
  ///   - data: the text, JSON in UTF-8.
  ///   - location: what a fault of the JSON itself names, for instance the file's path.
  /// - Throws: a `Fault` with line and column when it is not JSON, else `Faults` with all that is wrong, each at its
  ///   path in the file (`training.batch`, `datasets[1].name`).
  public static func parse(_ data: Data, location: String) throws -> SweepConfiguration {
    let root = try JSONNode.parse(Array(data), location: location)
    guard case .object = root else { throw Fault(at: location, "is \(root.summary), not an object of settings") }
    var faults: [Fault] = []
    let sweep = table.read(root, over: SweepConfiguration(), at: "", &faults)
    guard let sweep, faults.isEmpty else { throw Faults(faults) }
    return sweep
  }

  /// The configuration in a stored text, from this version or an earlier one: settings that it did not have yet get
  /// their defaults.
  ///
  /// - Parameter text: as `JSONEncoder` writes a configuration.
  /// - Throws: an error when it is not a configuration.
  public static func decode(stored text: JSONNode) throws -> SweepConfiguration {
    let defaults = try JSONNode.parse(Array(JSONEncoder.stable().encode(SweepConfiguration())), location: "defaults")
    let whole = text.completed(from: defaults)
    return try JSONDecoder().decode(SweepConfiguration.self, from: Data(whole.canonicalText().utf8))
  }

  /// SHA-256 of what decides the results, whatever the sweep's name and directory.
  ///
  /// With arms it is the settings of each arm that count, not from where they come.
  public var digest: String { SHA256.hex(of: scienceJSON(self)) }

  /// The digest of what decides one unit's results: the same in a run that grows by other datasets, methods or seeds.
  ///
  /// The first seed decides the folds; of methods, only the command of the unit's own program counts.
  public func digest(of unit: WorkUnit) -> String {
    var own = self
    own.datasets = datasets.filter { $0.name == unit.dataset }
    (own.methods, own.variants, own.arms) = ([], [], nil)
    own.programs = programs.filter { $0.name == unit.variant.rawValue }
    own.methods = own.programs.map(\.name)
    own.seeds = [seeds[0], unit.seed]
    own.final = false
    return SHA256.hex(of: scienceJSON(own))
  }
}

/// The configuration with all defaults as a sweep file: every key, sorted, the same bytes for the same configuration.
///
/// `SweepConfiguration.parse` reads it back to an equal configuration.
public func canonicalJSON(_ configuration: SweepConfiguration) -> Data { json(configuration, .file) }

/// The configuration without what changes no result (`name`, `output`, how often a checkpoint is written): its digest
/// is the same for the same science in two directories.
public func scienceJSON(_ configuration: SweepConfiguration) -> Data { json(configuration.withoutOverridden, .digest) }

private func json(_ configuration: SweepConfiguration, _ purpose: SettingPurpose) -> Data {
  Data((SweepConfiguration.table.json(configuration, purpose).canonicalText() + "\n").utf8)
}
