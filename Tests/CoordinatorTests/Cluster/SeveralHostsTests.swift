import Foundation
import Testing

@testable import Core

/// Four hosts with one rank each, connected only by TCP.
@Suite(.serialized, .onSeveralHosts) struct SeveralHostsTests {
  private let scratch: Scratch
  private let reference: [String: Data]
  private let variables: [String: String]

  /// One rank on every host: `sweep OUTPUT RANKS-PER-FOLD`. A lost host is detected in seconds; ranks that wait yield
  /// the few cores of this machine to the others.
  private let launch = """
    sweep() {
      "$CLUSTER" on node1 mpirun -n 4 --hostfile "$CLUSTER_HOSTS" --bind-to none --mca mpi_yield_when_idle 1 \
        --mca btl tcp,self --mca btl_tcp_if_include eth0 --mca oob_tcp_if_include eth0 \
        --mca oob_tcp_keepalive_time 2 --mca oob_tcp_keepalive_intvl 1 --mca oob_tcp_keepalive_probes 3 \
        "$PROGRAM" sweep --config "$SWEEP" --output "$1" --ranks-per-fold "$2" --threads 1 --progress none
    }
    # Runs a sweep until its first unit is done, then the words after the output's name, and says how mpirun ended.
    disturb() {
      local output=$1
      sweep "$output" 4 &
      local job=$! status=0
      until grep -q '"finished"' "$output/ledger.jsonl" 2>/dev/null; do kill -0 "$job"; sleep 0.02; done
      "${@:2}"
      wait "$job" || status=$?
      echo "disturbed: $status"
    }

    """

  init() throws {
    scratch = try Scratch()
    let sweep = try TinySweep.write(in: scratch)
    let ending = try BuiltProgram.run(
      ["sweep", "--config", sweep, "--output", scratch("one"), "--threads", "1", "--quiet"], in: scratch)
    try #require(ending.status == 0, "\(ending.errors)")
    reference = try TinySweep.science(of: scratch("one"))
    variables = ["PROGRAM": try BuiltProgram.path(), "SWEEP": sweep]
  }

  private func run(_ commands: String) throws -> BuiltProgram.Ending {
    let ending = try HostCluster.run(hosts: 4, launch + commands, variables: variables, in: scratch)
    try #require(ending.status == 0, "\(ending.output) \(ending.errors)")
    return ending
  }

  private func expectReference(_ output: String, _ location: SourceLocation = #_sourceLocation) throws {
    let files = try TinySweep.science(of: scratch(output))
    #expect(files.keys.sorted() == reference.keys.sorted(), sourceLocation: location)
    for (name, bytes) in files where bytes != reference[name] {
      Issue.record("\(output): \(name) differs", sourceLocation: location)
    }
  }

  @Test(arguments: [4, 2]) func fourHostsGiveTheBitsOfOneProcess(ranksPerFold: Int) throws {
    let ending = try run(
      """
      sweep hosts \(ranksPerFold)
      for host in node1 node2 node3 node4; do "$CLUSTER" on "$host" grep eth0 /proc/net/dev; done
      """)
    #expect(ending.errors.contains { $0.contains("4 ranks on 4 hosts") })
    #expect(try TinySweep.results(of: scratch("hosts")).allSatisfy { $0.ranks == ranksPerFold })
    try expectReference("hosts")
    // Every host took part: the second field of the card's line is the bytes it received. A gradient alone has more.
    let received = ending.output.filter { $0.contains("eth0:") }.map { Int($0.split(separator: " ")[1]) ?? 0 }
    #expect(received.count == 4 && received.allSatisfy { $0 > 1_000_000 }, "\(received)")
  }

  @Test func aSweepWhoseCableWasCutResumesToTheSameBits() throws {
    let ending = try run(
      """
      disturb cut "$CLUSTER" cut node3
      "$CLUSTER" mend node3
      sweep cut 2
      """)
    #expect(ending.output.contains { $0.hasPrefix("disturbed: ") && $0 != "disturbed: 0" }, "\(ending.output)")
    try expectReference("cut")
  }

  @Test func aSweepThatLostAHostResumesToTheSameBits() throws {
    let ending = try run(
      """
      disturb lost "$CLUSTER" kill node2
      sweep lost 2
      """)
    #expect(ending.output.contains { $0.hasPrefix("disturbed: ") && $0 != "disturbed: 0" }, "\(ending.output)")
    try expectReference("lost")
  }

  /// A host that is unreachable, while its processes still exist: its ranks are stopped and write no heartbeat.
  @Test func theOthersContinueWithoutAHostThatIsSilent() throws {
    let ending = try run(
      """
      "$CLUSTER" on node1 mpirun --enable-recovery -n 4 --hostfile "$CLUSTER_HOSTS" --bind-to none \
        --mca mpi_yield_when_idle 1 --mca btl tcp,self --mca btl_tcp_if_include eth0 --mca oob_tcp_if_include eth0 \
        "$PROGRAM" sweep --config "$SWEEP" --output silent --ranks-per-fold 1 --threads 1 --progress none \
        --dead-after 4 & job=$!
      until ls silent/ranks/*/host-2 2>/dev/null; do kill -0 "$job"; sleep 0.02; done
      for process in $(pgrep -f -- "--output silent"); do
        host=$(nsenter --target "$process" --uts hostname)
        if [ "$host" = node3 ] && grep -qz PMIX_RANK "/proc/$process/environ"; then kill -STOP "$process"; fi
      done
      wait "$job" || true
      "$PROGRAM" status silent && echo "status 0"
      """)
    #expect(
      ending.errors.contains { $0.contains("rank 2 on node3 was lost (no heartbeat for") }, "\(ending.errors)")
    #expect(ending.output.contains("status 0"), "\(ending.output)")
    try expectReference("silent")
  }
}
