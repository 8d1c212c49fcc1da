import Core

/// The findings of doctor, from the facts of all ranks: a pure function.
struct Diagnosis: Codable, Equatable {
  /// One thing that was checked.
  struct Finding: Codable, Equatable {
    enum State: String, Codable { case good, advice, problem }

    /// What was checked: `memory`.
    var check: String
    var state: State
    var found: String
    /// What to do; nil where all is well.
    var remedy: String?
  }

  /// What rank 0 alone finds.
  struct Coordinator: Equatable {
    var needs: SweepNeeds?
    /// What is wrong with the sweep file or the run directory.
    var faults: [String] = []
    /// Why processes that were started together are not ranks of one job.
    var launcherProblem: Fault?
    /// The first line of `mpirun --version`; nil where there is no mpirun.
    var mpirun: String?
    /// What is wrong with ffmpeg, and its version.
    var ffmpegProblem: String?
    var ffmpeg: String?
    /// Bytes that are free where the run directory will be, and whether it can be written.
    var freeDisk: Double?
    var isWritable = true
  }

  private(set) var findings: [Finding] = []

  /// Whether a sweep would run.
  var isWell: Bool { !findings.contains { $0.state == .problem } }

  /// - Parameter ranks: of every rank, in rank order.
  init(_ ranks: [RankFacts], _ coordinator: Coordinator) {
    cpu(ranks)
    mpi(ranks, coordinator.mpirun)
    if let problem = coordinator.launcherProblem {
      let parts = problem.problem.split(separator: ";", maxSplits: 1).map { String($0.trimmingPrefix(" ")) }
      add("launcher", .problem, "\(problem.location) \(parts[0])", parts.count > 1 ? parts[1] : nil)
    }
    binding(ranks)
    for fault in coordinator.faults {
      add("sweep", .problem, fault, "correct the sweep file or the options, then run doctor again")
    }
    memory(ranks, coordinator.needs)
    disk(ranks, coordinator)
    stores(ranks, coordinator.needs)
    ffmpeg(coordinator)
  }

  private mutating func add(_ check: String, _ state: Finding.State, _ found: String, _ remedy: String? = nil) {
    findings.append(Finding(check: check, state: state, found: found, remedy: remedy))
  }

  private mutating func cpu(_ ranks: [RankFacts]) {
    guard let first = ranks.first else { return }
    let narrow = ranks.filter { $0.built == "AVX2" && $0.vectors == "AVX-512" }
    if narrow.count == ranks.count {
      add(
        "CPU", .advice, "built for \(first.built), but \(first.cpu) has \(first.vectors)",
        "MICROFOLD_ARCH=x86-64-v4 swift build -c release makes a faster program; the results are the same bits")
    } else {
      let names = ranks.map(\.cpu).distinct.joined(separator: ", ")
      add("CPU", .good, "\(names); the program is built for \(first.built)")
    }
  }

  private mutating func mpi(_ ranks: [RankFacts], _ mpirun: String?) {
    let versions = ranks.map(\.mpi).distinct
    let hosts = ranks.map(\.placement.host).distinct
    if versions.count > 1 {
      let which = versions.map { version in
        "\(version) on \(ranks.filter { $0.mpi == version }.map(\.placement.host).distinct[0])"
      }
      add("MPI", .problem, which.joined(separator: ", "), "install the same Open MPI on all hosts")
    } else if let mpirun {
      let (library, launcher) = (Diagnosis.version(in: versions.first ?? ""), Diagnosis.version(in: mpirun))
      if library != launcher {
        add(
          "MPI", .problem, "the program uses \(versions.first ?? "no MPI"), but mpirun is \(mpirun)",
          "put the mpirun of the same installation first in PATH; module load may do it")
      } else {
        add("MPI", .good, "\(versions.first ?? ""), and mpirun of the same version")
      }
    } else {
      add(
        "MPI", .advice, "\(versions.first ?? ""), but there is no mpirun in PATH",
        "install openmpi-bin, or add its folder to PATH; one process works without")
    }
    let isAlone = ranks.count == 1 && ranks[0].placement.launcher == .none
    add(
      "ranks", .good,
      isAlone ? "one process, without mpirun, on \(hosts[0])" : "\(ranks.count) on \(hosts.joined(separator: ", "))")
  }

  private mutating func binding(_ ranks: [RankFacts]) {
    for (rank, facts) in ranks.enumerated() {
      let cores = Diagnosis.list(facts.placement.processors)
      let threads = "\(facts.placement.threads) thread\(facts.placement.threads == 1 ? "" : "s")"
      add("threads", .good, "rank \(rank) on \(facts.placement.host): \(threads), on processors \(cores)")
    }
    for line in Binding.advice(ranks.map(\.placement)) {
      let text = line.hasPrefix("binding: ") ? String(line.dropFirst(9)) : line
      let parts = text.split(separator: ";", maxSplits: 1).map { $0.trimmingPrefix(" ") }
      add("binding", .advice, String(parts[0]), parts.count > 1 ? String(parts[1]) : nil)
    }
  }

  private mutating func memory(_ ranks: [RankFacts], _ needs: SweepNeeds?) {
    for host in ranks.map(\.placement.host).distinct {
      let here = ranks.filter { $0.placement.host == host }
      guard let free = here.compactMap(\.memory).min() else { continue }
      guard let needs else {
        add("memory", .good, "\(host): \(Diagnosis.gibibytes(free)) free")
        continue
      }
      let each = needs.bytesPerRank(ranksPerFold: needs.ranksPerFold)
      let need = each * Double(here.count)
      let sum = "\(host): \(here.count) × \(Diagnosis.gibibytes(each)) needed, \(Diagnosis.gibibytes(free)) free"
      guard need > free else {
        add("memory", .good, sum)
        continue
      }
      add("memory", .problem, sum, Diagnosis.remedy(needs, ranks: ranks.count, here: here.count, free: free))
    }
  }

  /// Groups in which the ranks fit, or fewer ranks, or a smaller sweep.
  private static func remedy(_ needs: SweepNeeds, ranks: Int, here: Int, free: Double) -> String {
    var size = needs.ranksPerFold * 2
    while size <= min(ranks, needs.lanes) {
      if needs.bytesPerRank(ranksPerFold: size) * Double(here) <= free { return "use --ranks-per-fold \(size)" }
      size *= 2
    }
    let fitting = Int(free / max(1, needs.bytesPerRank(ranksPerFold: needs.ranksPerFold)))
    if fitting > 0 { return "start at most \(fitting) rank\(fitting == 1 ? "" : "s") on this host" }
    return "take a smaller training.batch, network.motionSize or network.width, or a host with more memory"
  }

  private mutating func disk(_ ranks: [RankFacts], _ coordinator: Coordinator) {
    guard let needs = coordinator.needs else { return }
    if !coordinator.isWritable {
      add(
        "disk", .problem, "\(needs.folder) cannot be written",
        "choose another --output, or ask for the right to write there")
    }
    if let free = coordinator.freeDisk {
      let need = Diagnosis.gibibytes(needs.diskBytes)
      let sum = "\(needs.folder): about \(need) to write, \(Diagnosis.gibibytes(free)) free"
      if needs.diskBytes > free {
        add("disk", .problem, sum, "free some, or choose an --output on another disk")
      } else {
        add("disk", .good, sum)
      }
    }
    let blind = ranks.filter { !$0.seesFolder }.map(\.placement.host).distinct
    if !blind.isEmpty {
      add(
        "disk", .problem, "\(needs.folder) does not exist on \(blind.joined(separator: ", "))",
        "put the run directory on a file system that all hosts see")
    }
  }

  private mutating func stores(_ ranks: [RankFacts], _ needs: SweepNeeds?) {
    for (name, path) in (needs?.stores ?? [:]).sorted(by: { $0.key < $1.key }) {
      let bad = ranks.filter { $0.storeProblems[name] != nil }
      if let first = bad.first, let problem = first.storeProblems[name] {
        // One rank of a host has read all of it.
        let hosts = bad.map(\.placement.host).distinct.joined(separator: ", ")
        let isEverywhere = Set(bad.map(\.placement.host)) == Set(ranks.map(\.placement.host))
        add(
          "store", .problem, "\(name)\(isEverywhere ? "" : " on \(hosts)"): \(problem)",
          Diagnosis.remedy(isEverywhere: isEverywhere, path))
        continue
      }
      let counts = Set(ranks.compactMap { $0.clips[name] })
      if counts.count > 1 {
        add(
          "store", .problem, "\(name): \(counts.sorted().map(String.init).joined(separator: " or ")) clips, by host",
          "copy the same \(path) to all hosts")
      } else if let other = Diagnosis.hostOfAnotherStore(ranks, name) {
        add(
          "store", .problem,
          "\(name) on \(other): holds other frames or descriptions than on \(ranks[0].placement.host)",
          "copy the same \(path) to all hosts")
      } else if ranks.contains(where: { $0.unsealed.contains(name) }) {
        add(
          "store", .advice,
          "\(name): \(counts.first ?? 0) clips in \(path), which has no digest of its frames (made by 0.1 or another "
            + "program), so only a sample was compared",
          "a sweep runs with it; microfold import or synth makes a store with a digest")
      } else {
        add("store", .good, "\(name): \(counts.first ?? 0) clips in \(path), with the frames that were written")
      }
    }
  }

  private static func remedy(isEverywhere: Bool, _ path: String) -> String {
    isEverywhere
      ? "make it with microfold import or synth, or restore it" : "copy \(path) there, or use a shared file system"
  }

  /// Where the store is not that of the first rank; nil where it is everywhere.
  private static func hostOfAnotherStore(_ ranks: [RankFacts], _ name: String) -> String? {
    ranks.first { $0.contentDigests[name] != ranks.first?.contentDigests[name] }?.placement.host
  }

  private mutating func ffmpeg(_ coordinator: Coordinator) {
    if let problem = coordinator.ffmpegProblem {
      add("ffmpeg", .advice, problem, "a sweep runs without; microfold import and pictures need it")
    } else {
      add("ffmpeg", .good, coordinator.ffmpeg ?? "works")
    }
  }
}

// MARK: - Words

extension Diagnosis {
  /// `4.1.4` out of `Open MPI v4.1.4` or `mpirun (Open MPI) 4.1.4`.
  static func version(in text: String) -> String {
    text.split { !($0.isASCII && ($0.isNumber || $0 == ".")) }.map(String.init).last { $0.contains(".") } ?? text
  }

  /// Numbers as Linux lists them: `0-3,8`.
  static func list(_ numbers: Set<Int>) -> String {
    var ranges: [ClosedRange<Int>] = []
    for number in numbers.sorted() {
      if let last = ranges.last, last.upperBound == number - 1 {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(
      separator: ",")
  }

  static func gibibytes(_ bytes: Double) -> String {
    let mebibytes = bytes / 1_048_576
    return mebibytes < 1024
      ? "\(ProgressLine.fixed(mebibytes, 0)) MiB" : "\(ProgressLine.fixed(mebibytes / 1024, 1)) GiB"
  }

  /// What is printed for people: one line per finding, and below it what to do.
  var lines: [String] {
    let width = findings.map(\.check.count).max() ?? 0
    var lines: [String] = []
    for finding in findings {
      let mark =
        switch finding.state {
        case .good: "✓"
        case .advice: "!"
        case .problem: "✗"
        }
      let space = String(repeating: " ", count: width - finding.check.count + 2)
      lines.append("\(mark) \(finding.check)\(space)\(finding.found)")
      if let remedy = finding.remedy { lines.append(String(repeating: " ", count: width + 4) + "→ \(remedy)") }
    }
    let problems = findings.count { $0.state == .problem }
    let advice = findings.count { $0.state == .advice }
    let could = advice > 0 ? "; \(advice) thing\(advice == 1 ? "" : "s") could be better (!)" : ""
    lines.append(
      problems > 0
        ? "a sweep would fail: \(problems) problem\(problems == 1 ? "" : "s") (✗)\(could)"
        : advice > 0 ? "a sweep would run\(could)" : "all is well")
    return lines
  }
}
