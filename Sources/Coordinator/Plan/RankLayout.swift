/// How the ranks are laid out on the nodes of a job.
struct RankLayout: Equatable {
  var nodes, ranksPerNode, coresPerRank: Int

  var ranks: Int { nodes * ranksPerNode }

  /// Cores of a rank that are preferred where the time is the same: as many as share a cache on most machines.
  static let usualCores = 8
  /// Layouts that take at most so many times as long count as equally good.
  private static let tolerance = 1.01

  /// Every layout that uses all cores of the nodes.
  static func all(nodes: Int, cores: Int) -> [RankLayout] {
    (1...cores).filter { cores.isMultiple(of: $0) }.map {
      RankLayout(nodes: nodes, ranksPerNode: $0, coresPerRank: cores / $0)
    }
  }

  /// The layout with which a sweep takes the shortest; of equally good ones the one whose ranks have the usual number
  /// of cores.
  static func best<Time>(_ layouts: [(layout: RankLayout, plan: Time)], seconds: (Time) -> Double) -> Time? {
    let shortest = layouts.map { seconds($0.plan) }.min() ?? 0
    let good = layouts.filter { seconds($0.plan) <= shortest * tolerance }
    func distance(_ layout: RankLayout) -> Double {
      let (cores, usual) = (Double(layout.coresPerRank), Double(usualCores))
      return max(cores / usual, usual / cores)
    }
    return good.min { (distance($0.layout), $0.layout.ranksPerNode) < (distance($1.layout), $1.layout.ranksPerNode) }?
      .plan
  }

  /// The beginning of the command that runs a sweep.
  var command: String {
    guard ranks > 1 else { return "microfold sweep" }
    return "mpirun -n \(ranks)\(nodes > 1 ? " --hostfile FILE" : "") --map-by slot:PE=\(coresPerRank) --bind-to core "
      + "microfold sweep"
  }

  /// The options of sbatch for hostfiles/slurm.sbatch.
  var sbatchOptions: String {
    "--nodes=\(nodes) --ntasks-per-node=\(ranksPerNode) --cpus-per-task=\(coresPerRank)"
  }
}
