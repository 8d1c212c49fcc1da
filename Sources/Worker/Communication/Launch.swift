import Foundation

/// How this process was started, and so how its ranks talk.
public enum Launch {
  /// Whether a launcher says that this is one rank of a job: mpirun, or srun with PMIx.
  public static func isRankOfJob(_ environment: [String: String]) -> Bool {
    environment["OMPI_COMM_WORLD_SIZE"] != nil || environment["PMIX_RANK"] != nil
  }

  /// Whether the other ranks live on when one dies: mpirun --enable-recovery.
  public static func survivesLosses(_ environment: [String: String]) -> Bool {
    ["1", "true", "yes"].contains(environment["OMPI_MCA_orte_enable_recovery"]?.lowercased() ?? "")
  }

  /// All ranks: MPI where a launcher started this process, else this process alone.
  public static func world() throws -> any Communicator {
    isRankOfJob(ProcessInfo.processInfo.environment) ? try MPICommunicator.world() : LocalCommunicator()
  }
}
