import Testing

@testable import Worker

@Suite struct LaunchTests {
  @Test func unsupportedLaunchersAreRefusedWithTheCommandThatWorks() {
    let slurm = Launch.problem(["SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "2"])
    #expect(slurm?.description.contains("srun --mpi=pmix") == true)
    let hydra = Launch.problem(["PMI_SIZE": "3", "PMI_RANK": "0"])
    #expect(hydra?.description.contains("mpirun -n 3") == true)
    #expect(Launch.problem(["MV2_COMM_WORLD_SIZE": "2"]) != nil)
  }

  @Test func oneProcessAndRanksThatMPIKnowsAreRight() {
    // A batch script has the number of the job's tasks in its environment, and is itself a step of one task.
    let batch = ["SLURM_NTASKS": "8", "SLURM_STEP_NUM_TASKS": "1"]
    #expect(Launch.problem([:]) == nil && Launch.problem(batch) == nil)
    #expect(Launch.problem(["SLURM_STEP_NUM_TASKS": "4", "PMIX_RANK": "1"]) == nil)
    #expect(Launch.problem(["PMI_SIZE": "4", "OMPI_COMM_WORLD_SIZE": "4"]) == nil)
    #expect(Launch.problem(["PMI_SIZE": "1"]) == nil)
  }

  @Test func onlyTheFirstOfSeveralProcessesPrints() {
    let numbers = (0..<4).map { Launch.isFirst(["SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "\($0)"]) }
    #expect(numbers == [true, false, false, false])
    #expect(Launch.isFirst(["OMPI_COMM_WORLD_RANK": "0"]) && !Launch.isFirst(["PMIX_RANK": "1"]))
    // The process number of a batch script means nothing here.
    #expect(Launch.isFirst(["SLURM_PROCID": "3"]))
  }

  @Test func recoveryIsDetectedInBothVersionsOfOpenMPI() {
    #expect(Launch.survivesLosses(["OMPI_MCA_orte_enable_recovery": "1"]))
    #expect(Launch.survivesLosses(["OMPI_MCA_mpi_ft_enable": "true"]))
    #expect(!Launch.survivesLosses(["OMPI_MCA_mpi_ft_enable": "0"]) && !Launch.survivesLosses([:]))
  }

  @Test func aLauncherIsKnownByItsName() {
    for name in ["mpirun", "mpirun.openmpi\n", "orterun", "mpiexec", "prterun"] { #expect(Launch.isLauncher(name)) }
    for name in ["bash", "sh", "orted", "srun", "slurmstepd"] { #expect(!Launch.isLauncher(name)) }
  }
}
