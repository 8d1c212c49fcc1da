import Core
import Foundation

/// How this process was started: alone, by mpirun or by srun.
public enum Launch {
  /// Whether the environment says that this process is a rank of a job: of mpirun, or of srun with PMIx.
  public static func isRankOfJob(_ environment: [String: String]) -> Bool {
    environment["OMPI_COMM_WORLD_SIZE"] != nil || environment["PMIX_RANK"] != nil
  }

  /// Whether the other ranks continue when one dies: with mpirun --enable-recovery of Open MPI 4.1, or --with-ft ulfm
  /// of Open MPI 5. (Open MPI 5 tells its ranks only about the latter.)
  public static func survivesLosses(_ environment: [String: String]) -> Bool {
    ["OMPI_MCA_orte_enable_recovery", "OMPI_MCA_mpi_ft_enable"].contains {
      ["1", "true", "yes"].contains(environment[$0]?.lowercased() ?? "")
    }
  }

  /// The fault where a launcher that Open MPI does not support started several processes: each of them would believe
  /// that it is the only one.
  public static func problem(_ environment: [String: String]) -> Fault? {
    guard !isRankOfJob(environment) else { return nil }
    func count(_ name: String) -> Int { environment[name].flatMap { Int($0) } ?? 1 }
    // Not SLURM_NTASKS, which is also set in a batch script.
    let tasks = count("SLURM_STEP_NUM_TASKS")
    if tasks > 1 {
      return Fault(
        at: "srun",
        "started \(tasks) processes that cannot communicate; use srun --mpi=pmix …, or mpirun inside the job")
    }
    let launchers = [("PMI_SIZE", "mpiexec of MPICH or Intel MPI"), ("MV2_COMM_WORLD_SIZE", "MVAPICH's launcher")]
    for (name, launcher) in launchers where count(name) > 1 {
      return Fault(
        at: launcher,
        "started \(count(name)) processes that cannot communicate; use Open MPI's mpirun -n \(count(name)) …")
    }
    return nil
  }

  /// Whether this process is the first of those that were started together, according to the environment: only it
  /// prints.
  public static func isFirst(_ environment: [String: String]) -> Bool {
    let otherLaunchers = problem(environment) == nil ? [] : ["SLURM_PROCID", "PMI_RANK", "MV2_COMM_WORLD_RANK"]
    let numbers = ["OMPI_COMM_WORLD_RANK", "PMIX_RANK"] + otherLaunchers
    return (numbers.lazy.compactMap { environment[$0] }.first ?? "0") == "0"
  }

  /// The process of the mpirun that started this rank, where it is on this host.
  public static func launcher(_ environment: [String: String]) -> Int32? {
    isRankOfJob(environment) && isLauncher(nameOfParent) ? getppid() : nil
  }

  /// The process that started the ranks of this host: mpirun, or its agent.
  static func launcherOfHost(_ environment: [String: String]) -> Int32? {
    let isAgent = ["orted", "prted"].contains { nameOfParent.hasPrefix($0) }
    return isRankOfJob(environment) && (isAgent || isLauncher(nameOfParent)) ? getppid() : nil
  }

  /// Whether a process of this name is mpirun or one of its other names.
  static func isLauncher(_ name: String) -> Bool {
    ["mpirun", "mpiexec", "orterun", "prterun"].contains { name.hasPrefix($0) }
  }

  private static var nameOfParent: String {
    (try? String(contentsOfFile: "/proc/\(getppid())/comm", encoding: .utf8)) ?? ""
  }

  /// The communicator of all ranks: with MPI where a launcher started this process, otherwise of this process alone.
  ///
  /// - Parameter stallTimeout: seconds that a wait for other ranks may take.
  /// - Throws: a `Fault` when MPI finds fewer ranks than the launcher started.
  public static func world(stallTimeout: Double) throws -> any Communicator {
    let environment = ProcessInfo.processInfo.environment
    guard isRankOfJob(environment) else { return LocalCommunicator() }
    LauncherGuard.start(environment)
    let world = try MPICommunicator.world(stallTimeout: stallTimeout)
    let started = environment["OMPI_COMM_WORLD_SIZE"] ?? environment["SLURM_STEP_NUM_TASKS"]
    if world.size == 1, let started = started.flatMap({ Int($0) }), started > 1 {
      throw Fault(
        at: "MPI",
        "finds one rank, but \(started) were started; the launcher does not match the program's Open MPI")
    }
    return world
  }
}
