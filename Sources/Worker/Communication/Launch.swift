import Core
import Foundation

/// How this process was started, and so how its ranks talk.
public enum Launch {
  /// Whether a launcher says that this is one rank of a job: mpirun, or srun with PMIx.
  public static func isRankOfJob(_ environment: [String: String]) -> Bool {
    environment["OMPI_COMM_WORLD_SIZE"] != nil || environment["PMIX_RANK"] != nil
  }

  /// Whether the other ranks live on when one dies: mpirun --enable-recovery of Open MPI 4.1, or --with-ft ulfm of 5,
  /// which alone tells its ranks so.
  public static func survivesLosses(_ environment: [String: String]) -> Bool {
    ["OMPI_MCA_orte_enable_recovery", "OMPI_MCA_mpi_ft_enable"].contains {
      ["1", "true", "yes"].contains(environment[$0]?.lowercased() ?? "")
    }
  }

  /// What is wrong where a launcher that Open MPI does not understand started several processes: each would take itself
  /// for the only one.
  public static func problem(_ environment: [String: String]) -> Fault? {
    guard !isRankOfJob(environment) else { return nil }
    func count(_ name: String) -> Int { environment[name].flatMap { Int($0) } ?? 1 }
    // Not SLURM_NTASKS, which a batch script has as well.
    let tasks = count("SLURM_STEP_NUM_TASKS")
    if tasks > 1 {
      return Fault(
        at: "srun",
        "started \(tasks) processes that do not know of each other; type srun --mpi=pmix …, or mpirun inside the job")
    }
    let launchers = [("PMI_SIZE", "mpiexec of MPICH or Intel MPI"), ("MV2_COMM_WORLD_SIZE", "MVAPICH's launcher")]
    for (name, launcher) in launchers where count(name) > 1 {
      return Fault(
        at: launcher,
        "started \(count(name)) processes that do not know of each other; type Open MPI's mpirun -n \(count(name)) …")
    }
    return nil
  }

  /// Whether this process speaks for all that were started with it, as far as the environment tells.
  public static func isFirst(_ environment: [String: String]) -> Bool {
    let strangers = problem(environment) == nil ? [] : ["SLURM_PROCID", "PMI_RANK", "MV2_COMM_WORLD_RANK"]
    let numbers = ["OMPI_COMM_WORLD_RANK", "PMIX_RANK"] + strangers
    return (numbers.lazy.compactMap { environment[$0] }.first ?? "0") == "0"
  }

  /// All ranks: MPI where a launcher started this process, else this process alone.
  ///
  /// - Parameter stallTimeout: seconds that a wait for other ranks may take.
  /// - Throws: a `Fault` where MPI finds fewer ranks than the launcher started.
  public static func world(stallTimeout: Double) throws -> any Communicator {
    let environment = ProcessInfo.processInfo.environment
    guard isRankOfJob(environment) else { return LocalCommunicator() }
    let world = try MPICommunicator.world(stallTimeout: stallTimeout)
    let started = environment["OMPI_COMM_WORLD_SIZE"] ?? environment["SLURM_STEP_NUM_TASKS"]
    if world.size == 1, let started = started.flatMap({ Int($0) }), started > 1 {
      throw Fault(
        at: "MPI",
        "finds one rank where \(started) were started; the launcher and the program's Open MPI do not fit together")
    }
    return world
  }
}
