import Testing

@testable import Coordinator

@Suite struct RankLayoutTests {
  @Test func everyLayoutUsesAllCores() {
    let layouts = RankLayout.all(nodes: 3, cores: 12)
    #expect(layouts.map(\.ranksPerNode) == [1, 2, 3, 4, 6, 12])
    #expect(layouts.allSatisfy { $0.ranksPerNode * $0.coresPerRank == 12 && $0.ranks == 3 * $0.ranksPerNode })
  }

  @Test func theShortestIsTakenAndOfEqualOnesTheUsual() {
    let layouts = RankLayout.all(nodes: 1, cores: 64)
    func best(_ seconds: [Int: Double]) -> Int? {
      RankLayout.best(layouts.map { ($0, $0.ranksPerNode) }) { seconds[$0] ?? 100 }
    }
    #expect(best([:]) == 8, "eight cores for a rank")
    #expect(best([2: 50]) == 2)
    #expect(best([2: 50, 4: 50.4, 16: 50.6]) == 4, "within one per cent of the shortest")
  }

  @Test func theCommandsSayTheLayout() {
    let layout = RankLayout(nodes: 4, ranksPerNode: 2, coresPerRank: 16)
    #expect(layout.command == "mpirun -n 8 --hostfile FILE --map-by slot:PE=16 --bind-to core microfold sweep")
    #expect(layout.sbatchOptions == "--nodes=4 --ntasks-per-node=2 --cpus-per-task=16")
    #expect(RankLayout(nodes: 1, ranksPerNode: 1, coresPerRank: 8).command == "microfold sweep")
  }
}
