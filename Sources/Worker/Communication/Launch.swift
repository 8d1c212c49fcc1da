import Foundation

/// How this process was started, and so how its ranks talk.
public enum Launch {
  /// Whether a launcher says that this is one rank of a job: mpirun, or srun with PMIx.
  public static func isRankOfJob(_ environment: [String: String]) -> Bool {
    environment["OMPI_COMM_WORLD_SIZE"] != nil || environment["PMIX_RANK"] != nil
  }

  /// All ranks: MPI where a launcher started this process, else this process alone.
  public static func world() throws -> any Communicator {
    isRankOfJob(ProcessInfo.processInfo.environment) ? try MPICommunicator.world() : LocalCommunicator()
  }
}
