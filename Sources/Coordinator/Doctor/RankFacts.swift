import Core
import Foundation
import Worker

/// What one rank found where it was started.
struct RankFacts: Codable, Equatable {
  var placement: Binding.Placement
  /// The MPI library's version.
  var mpi: String
  /// Vectors of the program and of the CPU, and the CPU's name.
  var built, vectors, cpu: String
  /// Bytes that the host, or the container, has left.
  var memory: Double?
  /// One line for each store that cannot be read, by dataset; and clips of those that can.
  var storeProblems: [String: String] = [:]
  var clips: [String: Int] = [:]
  /// Digests of the content of stores, by dataset.
  var contentDigests: [String: String] = [:]
  /// Datasets whose store has no digest of its frames, so that they could not be compared with what was written.
  var unsealed: [String] = []
  /// Whether the run directory's folder exists here.
  var seesFolder = true

  /// - Parameters:
  ///   - needs: of the sweep, where there is one.
  ///   - readsAll: whether all frames are read; one rank of a host is enough for that.
  static func here(_ needs: SweepNeeds?, threads: Int, isAsked: Bool, readsAll: Bool) -> RankFacts {
    let environment = ProcessInfo.processInfo.environment
    let cpu = CPUCheck.machine()
    var facts = RankFacts(
      placement: .here(environment, threads: threads, isAsked: isAsked), mpi: MPILibrary.version,
      built: CPUCheck.vectors, vectors: cpu?.vectors ?? CPUCheck.vectors, cpu: cpu?.name ?? "CPU",
      memory: HostMemory.available())
    guard let needs else { return facts }
    for (name, path) in needs.stores {
      do {
        let store = try ClipStore(opening: path)
        facts.contentDigests[name] = try store.contentDigest()
        if readsAll, try !store.checkContent() { facts.unsealed.append(name) }
        facts.clips[name] = store.clips.count
      } catch let faults as Faults {
        let more = faults.faults.count - 1
        facts.storeProblems[name] = faults.faults.first.map { "\($0)" + (more > 0 ? " (and \(more) more)" : "") }
      } catch {
        facts.storeProblems[name] = "\(error)"
      }
    }
    facts.seesFolder = FileManager.default.fileExists(atPath: needs.folder)
    return facts
  }
}

/// Memory that is free on this host, from Linux and its control groups.
enum HostMemory {
  /// Bytes that may still be used; nil where it is unknown.
  static func available() -> Double? {
    let host = number("MemAvailable:", in: text("/proc/meminfo")).map { $0 * 1024 }
    let limits = [host] + controlGroups().map(left)
    return limits.compactMap { $0 }.min()
  }

  /// Folders of this process's control group and those above it.
  private static func controlGroups() -> [String] {
    let line = text("/proc/self/cgroup").split(separator: "\n").first { $0.hasPrefix("0::") }
    var parts = line.map { $0.dropFirst(3).split(separator: "/").map(String.init) } ?? []
    var folders: [String] = []
    while true {
      folders.append((["/sys/fs/cgroup"] + parts).joined(separator: "/"))
      if parts.popLast() == nil { return folders }
    }
  }

  private static func left(_ folder: String) -> Double? {
    guard let limit = Double(line("\(folder)/memory.max")), let used = Double(line("\(folder)/memory.current")) else {
      return nil
    }
    // What was read from files can be given back.
    let cached = number("inactive_file", in: text("\(folder)/memory.stat")) ?? 0
    return max(0, limit - max(0, used - cached))
  }

  private static func line(_ path: String) -> String { text(path).trimmingCharacters(in: .whitespacesAndNewlines) }

  /// The number after a word at the beginning of a line.
  static func number(_ word: String, in text: String) -> Double? {
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ")
      if parts.count > 1, parts[0] == word { return Double(parts[1]) }
    }
    return nil
  }

  private static func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
}
