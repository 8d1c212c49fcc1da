import Core
import Foundation
import Worker

extension Binding {
  /// Where this rank may run, once its threads are chosen.
  ///
  /// - Parameter asked: the threads that the user asked for.
  static func own(asked: Int?) -> Place {
    .here(ProcessInfo.processInfo.environment, threads: Parallel.threads, isAsked: asked != nil)
  }
}

extension Binding.Place {
  /// This rank's place, as the kernel and the launcher tell it.
  static func here(_ environment: [String: String], threads: Int, isAsked: Bool) -> Binding.Place {
    let launcher: Launcher =
      environment["OMPI_COMM_WORLD_SIZE"] != nil ? .mpirun : environment["PMIX_RANK"] != nil ? .srun : .none
    let own = processors(ofStatus: "/proc/self/status") ?? Set(0..<Parallel.availableThreads)
    // mpirun's daemon starts the ranks and is not bound itself: it may run on all that a container or a scheduler
    // left it, which is what it can give away. srun's daemon may run on what other jobs have, too.
    let given = launcher == .mpirun ? processors(ofStatus: "/proc/\(getppid())/status") : nil
    let siblings = own.min().flatMap {
      try? String(contentsOfFile: "/sys/devices/system/cpu/cpu\($0)/topology/thread_siblings_list", encoding: .utf8)
    }
    return Binding.Place(
      host: ProcessInfo.processInfo.hostName, launcher: launcher, processors: own,
      available: max(own.count, given?.count ?? 0),
      processorsPerCore: siblings.flatMap { numbers(inList: $0) }?.count ?? 1, threads: threads,
      threadsAreAsked: isAsked)
  }

  private static func processors(ofStatus path: String) -> Set<Int>? {
    let lines = (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n") ?? []
    return lines.first { $0.hasPrefix("Cpus_allowed_list:") }.flatMap { numbers(inList: String($0.dropFirst(18))) }
  }

  /// The numbers of a kernel's list such as `0-3,8`; nil where it is none.
  static func numbers(inList text: String) -> Set<Int>? {
    var numbers: Set<Int> = []
    for part in text.trimmingCharacters(in: .whitespacesAndNewlines).split(separator: ",") {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard let first = ends[0], let last = ends[ends.count - 1], ends.count <= 2, 0 <= first, first <= last,
        last < 1 << 16
      else { return nil }
      numbers.formUnion(first...last)
    }
    return numbers.isEmpty ? nil : numbers
  }
}
