import Core
import Foundation
import Worker

extension Diagnosis.Coordinator {
  /// What rank 0 finds once for all ranks.
  ///
  /// - Parameter ranks: of the job.
  init(_ options: DoctorOptions, ranks: Int) {
    self.init()
    launcherProblem = Launch.problem(ProcessInfo.processInfo.environment)
    mpirun = InstalledProgram.firstLine("mpirun", ["--version"])
    do {
      try InstalledProgram.checkFFmpeg()
      ffmpeg = InstalledProgram.firstLine("ffmpeg", ["-version"])?
        .split(separator: " ").prefix(3).joined(separator: " ")
    } catch {
      ffmpegProblem = "\(error)"
    }
    guard let config = options.config else { return }
    do {
      needs = try Diagnosis.Coordinator.needs(config, options, ranks: ranks)
    } catch let faults as Faults {
      self.faults += faults.faults.map { "\($0)" }
    } catch {
      faults.append("\(error)")
    }
    if let needs {
      isWritable = access(needs.folder, W_OK) == 0
      freeDisk = Diagnosis.Coordinator.freeBytes(needs.folder)
    }
  }

  private static func needs(_ config: String, _ options: DoctorOptions, ranks: Int) throws -> SweepNeeds {
    var configuration = try SweepConfiguration.load(config)
    if let output = options.output { configuration.output = output }
    try SweepSetup.checkPretrained(configuration)
    var fixed: Int?
    if case .fixed(let size) = options.ranksPerFold {
      guard size <= configuration.commonLanes, size <= ranks else {
        let limits = "\(configuration.commonLanes) lanes and \(ranks) ranks"
        throw Fault(at: "--ranks-per-fold", "is \(size), but there are \(limits)")
      }
      fixed = size
    }
    var units: [(unit: WorkUnit, clips: MethodCost.ClipCounts)] = []
    var bytesBefore = 0.0
    do {
      bytesBefore = try SweepPreparations(configuration).bytes
      let planned = try PlannedFolds(configuration)
      let ended = Set(ended(configuration))
      let clips = planned.clipCounts
      units = configuration.workUnits(planned.folds).filter { !ended.contains($0) }.map { ($0, clips($0)) }
    } catch {
      // A store that is damaged or missing is reported by every rank that cannot read it.
      let canOpenAll = configuration.datasets.allSatisfy { dataset in
        guard case .store(let path) = dataset.source else { return true }
        return (try? ClipStore(opening: path)) != nil
      }
      if canOpenAll { throw error }
    }
    var needs = SweepNeeds(configuration, units: units, ranks: ranks, fixed: fixed)
    needs.diskBytes += bytesBefore
    return needs
  }

  /// Units that an earlier run of the same sweep finished.
  private static func ended(_ configuration: SweepConfiguration) -> [WorkUnit] {
    let directory = RunDirectory(path: configuration.output)
    guard let found = try? directory.identity(), found.digest == configuration.digest else { return [] }
    return ((try? directory.outcomes(configuration)) ?? []).compactMap {
      if case .finished(let result) = $0 { result.unit } else { nil }
    }
  }

  private static func freeBytes(_ folder: String) -> Double? {
    var system = statvfs()
    guard statvfs(folder, &system) == 0 else { return nil }
    return Double(system.f_bavail) * Double(system.f_frsize)
  }
}
