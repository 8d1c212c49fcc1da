import Testing

@testable import Coordinator

@Suite struct ThreadChoiceTests {
  /// mpirun binds a rank to its cores: those are its threads.
  @Test func aBoundRankTakesWhatItMayRunOn() {
    #expect(ThreadChoice.threads(allowed: 4, all: 16, ranksHere: 4) == 4)
    #expect(ThreadChoice.threads(allowed: 1, all: 2, ranksHere: 8) == 1)
  }

  @Test func unboundRanksShareTheMachine() {
    #expect(ThreadChoice.threads(allowed: 16, all: 16, ranksHere: 4) == 4)
    #expect(ThreadChoice.threads(allowed: 16, all: 16, ranksHere: 3) == 5)
    #expect(ThreadChoice.threads(allowed: 2, all: 2, ranksHere: 1) == 2)
  }

  @Test func thereIsAlwaysAThread() {
    for allowed in 1...9 {
      for all in allowed...9 {
        for ranks in -1...20 {
          let threads = ThreadChoice.threads(allowed: allowed, all: all, ranksHere: ranks)
          #expect(1...allowed ~= threads)
        }
      }
    }
  }

  @Test func anOddEnvironmentIsOneRank() {
    let alone = ThreadChoice.threads([:])
    for text in ["", "many", "0", "-3", "99999999999999999999"] {
      #expect(ThreadChoice.threads(["OMPI_COMM_WORLD_LOCAL_SIZE": text]) == alone)
    }
  }
}
