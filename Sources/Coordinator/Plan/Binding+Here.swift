import Core
import Foundation
import Worker

extension Binding {
  /// This rank's processors and threads; called after its number of threads is chosen.
  ///
  /// - Parameter asked: the number of threads that the user gave; nil where none was given.
  static func own(asked: Int?) -> Placement {
    .here(ProcessInfo.processInfo.environment, threads: Parallel.threads, isAsked: asked != nil)
  }
}

extension Binding.Placement {
  /// This rank's processors and threads, as the kernel and the launcher report them.
  static func here(_ environment: [String: String], threads: Int, isAsked: Bool) -> Binding.Placement {
    let launcher: Launcher =
      environment["OMPI_COMM_WORLD_SIZE"] != nil ? .mpirun : environment["PMIX_RANK"] != nil ? .srun : .none
    let own = processors(ofStatus: "/proc/self/status") ?? Set(0..<Parallel.availableThreads)
    // mpirun's daemon starts the ranks and is not bound itself: its processors are those that a container or a
    // scheduler allows, so mpirun can give them to the ranks. srun's daemon may also run on the processors of other
    // jobs.
    let given = launcher == .mpirun ? processors(ofStatus: "/proc/\(getppid())/status") : nil
    let siblings = own.min().flatMap {
      try? String(contentsOfFile: "/sys/devices/system/cpu/cpu\($0)/topology/thread_siblings_list", encoding: .utf8)
    }
    return Binding.Placement(
      host: ProcessInfo.processInfo.hostName, launcher: launcher, processors: own,
      available: max(own.count, given?.count ?? 0),
      processorsPerCore: siblings.flatMap { numbers(inList: $0) }?.count ?? 1, threads: threads,
      threadsAreAsked: isAsked)
  }

  private static func processors(ofStatus path: String) -> Set<Int>? {
    let lines = (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n") ?? []
    return lines.first { $0.hasPrefix("Cpus_allowed_list:") }.flatMap { numbers(inList: String($0.dropFirst(18))) }
  }

  /// The numbers in a list of the kernel, such as `0-3,8`; nil where the text is not such a list.
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
