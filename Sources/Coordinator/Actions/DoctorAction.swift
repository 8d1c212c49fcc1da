import Core
import Foundation
import Worker

/// `microfold doctor`, on every rank.
struct DoctorAction {
  let options: DoctorOptions
  let world: any Communicator
  let console: Console

  /// What `--json` prints.
  private struct Figures: Codable {
    var well: Bool
    var version = Program.version
    var checks: [Diagnosis.Finding]
    var ranks: [RankFacts]
    var needs: SweepNeeds?
  }

  /// - Returns: the status that all ranks exit with.
  func run() throws -> ExitStatus {
    Parallel.use(threads: options.threads ?? ThreadChoice.threads(ProcessInfo.processInfo.environment))
    var coordinator = Diagnosis.Coordinator()
    if world.rank == 0 { coordinator = look() }
    let said = try world.broadcastText(try coordinator.needs.map(DoctorAction.text) ?? "")
    let needs = said.isEmpty ? nil : try JSONDecoder().decode(SweepNeeds.self, from: Data(said.utf8))
    let hosts = try world.gatherTexts(ProcessInfo.processInfo.hostName)
    let own = RankFacts.here(
      needs, threads: Parallel.threads, isAsked: options.threads != nil,
      readsAll: hosts.firstIndex(of: hosts[world.rank]) == world.rank)
    let ranks = try world.gatherTexts(DoctorAction.text(own))
      .map { try JSONDecoder().decode(RankFacts.self, from: Data($0.utf8)) }
    let diagnosis = Diagnosis(ranks, coordinator)
    // Every rank ends alike; only the first knows what it looked at.
    let isWell = try world.broadcastText(diagnosis.isWell ? "well" : "") == "well"
    if options.isJSON {
      try console.json(Figures(well: isWell, checks: diagnosis.findings, ranks: ranks, needs: needs))
    } else if world.rank == 0 {
      for line in diagnosis.lines { console.line(line) }
    }
    return isWell ? .success : .failedUnits
  }

  /// What is found once for all ranks.
  private func look() -> Diagnosis.Coordinator {
    var found = Diagnosis.Coordinator()
    found.launcherProblem = Launch.problem(ProcessInfo.processInfo.environment)
    found.mpirun = InstalledProgram.firstLine("mpirun", ["--version"])
    do {
      try InstalledProgram.checkFFmpeg()
      found.ffmpeg = InstalledProgram.firstLine("ffmpeg", ["-version"])?
        .split(separator: " ").prefix(3).joined(separator: " ")
    } catch {
      found.ffmpegProblem = "\(error)"
    }
    guard let config = options.config else { return found }
    do {
      found.needs = try needs(config, &found)
    } catch let faults as Faults {
      found.faults += faults.faults.map { "\($0)" }
    } catch {
      found.faults.append("\(error)")
    }
    if let needs = found.needs {
      found.isWritable = access(needs.folder, W_OK) == 0
      found.freeDisk = DoctorAction.freeBytes(needs.folder)
    }
    return found
  }

  private func needs(_ config: String, _ found: inout Diagnosis.Coordinator) throws -> SweepNeeds {
    var configuration = try SweepConfiguration.load(config)
    if let output = options.output { configuration.output = output }
    try SweepSetup.checkPretrained(configuration.network)
    var fixed: Int?
    if case .fixed(let size) = options.ranksPerFold {
      guard size <= configuration.training.lanes, size <= world.size else {
        let limits = "\(configuration.training.lanes) lanes and \(world.size) ranks"
        throw Fault(at: "--ranks-per-fold", "is \(size), but there are \(limits)")
      }
      fixed = size
    }
    var units: [(unit: WorkUnit, testClips: Int)] = []
    do {
      let planned = try PlannedFolds(configuration)
      let ended = Set(ended(configuration))
      units = configuration.workUnits(planned.folds).filter { !ended.contains($0) }.map { unit in
        let folds = planned.folds.datasets.first { $0.name == unit.dataset }?.folds ?? []
        return (unit, folds.indices.contains(unit.fold) ? folds[unit.fold].count : 0)
      }
    } catch {
      // A store that is damaged or missing is said by every rank that cannot read it.
      let isThere = configuration.datasets.allSatisfy { dataset in
        guard case .store(let path) = dataset.source else { return true }
        return (try? ClipStore(opening: path)) != nil
      }
      if isThere { throw error }
    }
    var needs = SweepNeeds(configuration, units: units, ranks: world.size, fixed: fixed)
    needs.diskBytes += try storesToMake(configuration)
    return needs
  }

  /// Units that an earlier run of the same sweep finished.
  private func ended(_ configuration: SweepConfiguration) -> [WorkUnit] {
    let directory = RunDirectory(path: configuration.output)
    guard let there = try? directory.identity(), there.digest == configuration.digest else { return [] }
    return ((try? directory.outcomes(configuration)) ?? []).compactMap {
      if case .finished(let result) = $0 { result.unit } else { nil }
    }
  }

  /// Bytes of the synthetic stores that the sweep will make.
  private func storesToMake(_ configuration: SweepConfiguration) throws -> Double {
    let directory = RunDirectory(path: configuration.output)
    return try configuration.datasets.reduce(0) { sum, dataset in
      guard case .synthetic(let settings) = dataset.source,
        !FileManager.default.fileExists(atPath: directory.syntheticStore(dataset.name))
      else { return sum }
      return try SyntheticDataset(name: dataset.name, settings: settings).clips.reduce(sum) {
        $0 + 3 * Double($1.frames * $1.height * $1.width)
      }
    }
  }

  private static func freeBytes(_ folder: String) -> Double? {
    var system = statvfs()
    guard statvfs(folder, &system) == 0 else { return nil }
    return Double(system.f_bavail) * Double(system.f_frsize)
  }

  private static func text(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
  }
}
