import Foundation
import Testing

@testable import Coordinator
@testable import Core

@Suite struct DiagnosisTests {
  private func facts(
    _ processors: Range<Int> = 0..<8, host: String = "node1", mpi: String = "Open MPI v4.1.4", memory: Double = 64e9
  ) -> RankFacts {
    RankFacts(
      placement: Binding.Placement(
        host: host, launcher: .mpirun, processors: Set(processors), available: 16, threads: processors.count,
        threadsAreAsked: false),
      mpi: mpi, built: "AVX2", vectors: "AVX2", cpu: "EPYC", memory: memory)
  }

  private func needs(memory: [Double] = [8e9, 5e9, 3e9, 2e9], disk: Double = 1e9) throws -> SweepNeeds {
    let configuration = try SweepConfiguration.parse(
      Data(#"{"datasets": [{"name": "a", "store": "a.safetensors", "classes": "samm-5"}]}"#.utf8), location: "test")
    var needs = SweepNeeds(configuration, units: [], ranks: 2, fixed: 1)
    (needs.bytesPerRank, needs.diskBytes, needs.folder) = (memory, disk, "/runs")
    return needs
  }

  private func coordinator(_ needs: SweepNeeds? = nil) -> Diagnosis.Coordinator {
    Diagnosis.Coordinator(needs: needs, mpirun: "mpirun (Open MPI) 4.1.4", ffmpeg: "ffmpeg version 5", freeDisk: 50e9)
  }

  private func findings(_ diagnosis: Diagnosis, _ check: String) -> [Diagnosis.Finding] {
    diagnosis.findings.filter { $0.check == check }
  }

  private func only(_ diagnosis: Diagnosis) throws -> Diagnosis.Finding {
    let bad = diagnosis.findings.filter { $0.state != .good }
    try #require(bad.count == 1, "\(bad)")
    return bad[0]
  }

  @Test func aGoodMachineIsWell() {
    let diagnosis = Diagnosis([facts(0..<8), facts(8..<16)], coordinator())
    #expect(diagnosis.isWell)
    #expect(diagnosis.lines.last == "all is well")
    #expect(diagnosis.lines.dropLast().allSatisfy { $0.hasPrefix("✓ ") })
    #expect(diagnosis.lines.contains("✓ threads  rank 1 on node1: 8 threads, on processors 8-15"))
  }

  @Test func aNarrowBindingIsAdviceWithTheWordsThatHelp() throws {
    let diagnosis = Diagnosis([facts(0..<1), facts(1..<2)], coordinator())
    #expect(diagnosis.isWell)
    let finding = try only(diagnosis)
    #expect(finding.check == "binding" && finding.state == .advice)
    #expect(finding.remedy == "use mpirun --map-by slot:PE=8 --bind-to core (or --bind-to none)")
    #expect(diagnosis.lines.last == "a sweep would run; 1 thing could be better (!)")
  }

  @Test func differentMPIsAreAProblem() throws {
    let mixed = Diagnosis([facts(0..<16), facts(0..<16, host: "node2", mpi: "Open MPI v5.0.1")], coordinator())
    #expect(try only(mixed).found == "Open MPI v4.1.4 on node1, Open MPI v5.0.1 on node2")
    #expect(!mixed.isWell)
    var other = coordinator()
    other.mpirun = "mpirun (Open MPI) 5.0.1"
    #expect(try only(Diagnosis([facts(0..<16)], other)).check == "MPI")
    other.mpirun = nil
    #expect(try only(Diagnosis([facts(0..<16)], other)).state == .advice)
  }

  @Test func memoryIsCountedByHost() throws {
    // Two ranks of 8 GB on a host with 10 GB; in a group of two they take 5 GB each.
    let two = Diagnosis([facts(0..<8, memory: 10e9), facts(8..<16, memory: 11e9)], coordinator(try needs()))
    let finding = findings(two, "memory")
    #expect(finding.count == 1 && finding[0].state == .problem)
    #expect(finding[0].found == "node1: 2 × 7.5 GiB needed, 9.3 GiB free")
    #expect(finding[0].remedy == "use --ranks-per-fold 2")
    // Where no group is small enough: one rank less.
    let narrow = Diagnosis(
      [facts(0..<8, memory: 9e9), facts(8..<16, memory: 9e9)], coordinator(try needs(memory: [8e9, 8e9])))
    #expect(findings(narrow, "memory")[0].remedy == "start at most 1 rank on this host")
    let apart = Diagnosis(
      [facts(0..<16, memory: 10e9), facts(0..<16, host: "node2", memory: 10e9)], coordinator(try needs()))
    #expect(findings(apart, "memory").allSatisfy { $0.state == .good })
  }

  @Test func aFullDiskIsAProblem() throws {
    let finding = findings(Diagnosis([facts(0..<16)], coordinator(try needs(disk: 60e9))), "disk")
    #expect(finding[0].state == .problem)
    #expect(finding[0].found == "/runs: about 55.9 GiB to write, 46.6 GiB free")
    var readOnly = coordinator(try needs())
    readOnly.isWritable = false
    #expect(findings(Diagnosis([facts(0..<16)], readOnly), "disk").contains { $0.found == "/runs cannot be written" })
  }

  @Test func aHostThatLacksAStoreOrTheRunDirectoryIsNamed() throws {
    var (first, second) = (facts(0..<16), facts(0..<16, host: "node2"))
    (first.clips, second.storeProblems, second.seesFolder) = (["a": 9], ["a": "a.safetensors: is missing"], false)
    let diagnosis = Diagnosis([first, second], coordinator(try needs()))
    #expect(findings(diagnosis, "store").map(\.found) == ["a on node2: a.safetensors: is missing"])
    #expect(findings(diagnosis, "disk").contains { $0.found == "/runs does not exist on node2" })
    (second.clips, second.storeProblems) = (["a": 8], [:])
    #expect(
      findings(Diagnosis([first, second], coordinator(try needs())), "store")[0].found == "a: 8 or 9 clips, by host")
  }

  @Test func anotherStoreOnAnotherHostIsAProblem() throws {
    var (first, second) = (facts(0..<16), facts(0..<16, host: "node2"))
    (first.clips, second.clips) = (["a": 9], ["a": 9])
    (first.contentDigests, second.contentDigests) = (["a": "x"], ["a": "y"])
    let finding = findings(Diagnosis([first, second], coordinator(try needs())), "store")
    #expect(finding[0].state == .problem)
    #expect(finding[0].found == "a on node2: holds other frames or descriptions than on node1")
  }

  /// One rank of a host reads all frames; what it finds is wrong on that host.
  @Test func damageThatOneRankOfEachHostFoundIsEverywhere() throws {
    var (first, second) = (facts(0..<8), facts(8..<16))
    (first.storeProblems, second.clips) = (["a": "a.safetensors: damaged"], ["a": 9])
    let finding = findings(Diagnosis([first, second], coordinator(try needs())), "store")
    #expect(finding.map(\.found) == ["a: a.safetensors: damaged"])
  }

  @Test func aStoreThatCannotBeComparedIsAdvice() throws {
    var only = facts(0..<16)
    (only.clips, only.unsealed) = (["a": 9], ["a"])
    let diagnosis = Diagnosis([only], coordinator(try needs()))
    #expect(diagnosis.isWell)
    let finding = findings(diagnosis, "store")[0]
    #expect(
      finding.state == .advice && finding.found.contains("has no digest of its frames (made by 0.1 or another"))
  }

  @Test func withoutFFmpegASweepStillRuns() {
    var without = coordinator()
    without.ffmpegProblem = "ffmpeg: is not installed"
    #expect(Diagnosis([facts(0..<16)], without).isWell)
    var wrong = coordinator()
    wrong.faults = ["sweep.json, datasets: is missing"]
    #expect(!Diagnosis([facts(0..<16)], wrong).isWell)
  }

  @Test(arguments: [("Open MPI v4.1.4", "4.1.4"), ("mpirun (Open MPI) 5.0.0rc9", "5.0.0"), ("unknown", "unknown")])
  func versionsAreFoundInWords(_ text: String, _ version: String) {
    #expect(Diagnosis.version(in: text) == version)
  }

  @Test func processorsAreListedAsLinuxDoes() {
    #expect(Diagnosis.list([0, 1, 2, 3, 8, 10, 11]) == "0-3,8,10-11")
    #expect(Diagnosis.list([]) == "")
  }
}

@Suite struct SweepNeedsTests {
  /// Sizes of the files that a unit of the demo's network left: menet 2138204, idnet 727816, mine 33612 bytes.
  @Test func weightsOnDiskAreAboutWhatFilesTake() throws {
    let configuration = try SweepConfiguration.parse(
      Data(
        """
        {"datasets": [{"name": "synth-sdu", "synthetic": {"clips": 160}}],
         "network": {"width": 8, "frames": 6, "motionSize": 32, "identitySize": 32},
         "training": {"identityEpochs": 1, "motionEpochs": 1}}
        """.utf8), location: "test")
    let cost = UnitCost(configuration: configuration)
    func unit(_ fold: Int) -> (unit: WorkUnit, testClips: Int) {
      (WorkUnit(dataset: "synth-sdu", fold: fold, variant: .full, seed: 1), 0)
    }
    let files = 2_138_204.0 + 727_816 + 33_612
    // Ten times the weights: kept, and three checkpoints of weights and two moments.
    #expect(abs(cost.diskBytes([unit(0)], groups: 1) / (10 * files) - 1) < 0.05)
    let more = cost.diskBytes([unit(0), unit(1)], groups: 1) - cost.diskBytes([unit(0)], groups: 1)
    #expect(abs(more / files - 1) < 0.05)
    #expect(cost.diskBytes([], groups: 4) == 0)
  }

  @Test func theNearestFolderIsThere() throws {
    let scratch = try Scratch()
    #expect(SweepNeeds.nearestFolder(scratch("a/b/c")) == URL(fileURLWithPath: scratch.path).standardizedFileURL.path)
    #expect(SweepNeeds.nearestFolder("/no/such/folder") == "/")
  }

  @Test func numbersAreFoundBehindTheirWord() {
    #expect(HostMemory.number("MemAvailable:", in: "MemTotal: 9 kB\nMemAvailable:   42 kB\n") == 42)
    #expect(HostMemory.number("MemAvailable:", in: "") == nil)
    #expect(HostMemory.number("inactive_file", in: "active_file 1\ninactive_file 7") == 7)
  }
}
