import Core
import Foundation
import Worker

/// What `microfold doctor` is to check.
struct DoctorOptions: Equatable {
  /// A sweep file, whose needs are compared with this machine.
  var config: String?
  /// The run directory, instead of the sweep file's.
  var output: String?
  var ranksPerFold = SweepOptions.RanksPerFold.automatic
  /// Threads of each rank, or nil for as many as its CPU affinity has cores.
  var threads: Int?
  var isJSON = false
}

extension CommandSpecification {
  static let doctor = CommandSpecification(
    name: "doctor",
    summary: "Check whether a sweep would run here: MPI, cores, memory, disk, ffmpeg, stores.",
    explanation: """
      Start it as the sweep will be started, with the same mpirun options: every rank reports what it finds on its \
      host. A line begins with ✓ where all is well, with ✗ where a sweep would fail, and with ! where it would run but \
      something could be better; what to do is below the line. With --config it compares memory and disk with what the \
      sweep needs, and opens its stores on every host. Nothing is trained. Exit status: 0, or 1 where there is a ✗.
      """,
    defaults: DoctorOptions(),
    options: [
      .optional(\.config, "--config", .file, "a sweep file, to compare its needs with this machine"),
      .optional(\.output, "--output", .folder, "the run directory", standard: "the sweep file's"),
      .ranksPerFold(\.ranksPerFold), .threads(\.threads), .json(\.isJSON),
    ],
    examples: [
      "microfold doctor",
      "mpirun -n 8 microfold doctor --config sweeps/paper.json",
    ],
    run: .together { try DoctorCommand(options: $0, world: $1, console: $2).run() })
}

/// `microfold doctor`, on every rank.
private struct DoctorCommand {
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
    if world.rank == 0 { coordinator = Diagnosis.Coordinator(options, ranks: world.size) }
    let said = try world.broadcastText(try coordinator.needs.map(DoctorCommand.text) ?? "")
    let needs = said.isEmpty ? nil : try JSONDecoder().decode(SweepNeeds.self, from: Data(said.utf8))
    let hosts = try world.gatherTexts(ProcessInfo.processInfo.hostName)
    let own = RankFacts.here(
      needs, threads: Parallel.threads, isAsked: options.threads != nil,
      readsAll: hosts.firstIndex(of: hosts[world.rank]) == world.rank)
    let ranks = try world.gatherTexts(DoctorCommand.text(own))
      .map { try JSONDecoder().decode(RankFacts.self, from: Data($0.utf8)) }
    let diagnosis = Diagnosis(ranks, coordinator)
    // All ranks exit with the same status; only the first knows what it found.
    let isWell = try world.broadcastText(diagnosis.isWell ? "well" : "") == "well"
    if options.isJSON {
      try console.json(Figures(well: isWell, checks: diagnosis.findings, ranks: ranks, needs: needs))
    } else if world.rank == 0 {
      for line in diagnosis.lines { console.line(line) }
    }
    return isWell ? .success : .failedUnits
  }

  private static func text(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
  }
}
