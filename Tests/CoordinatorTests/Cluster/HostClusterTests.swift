import Foundation
import Testing

/// The cluster of hosts itself, which the tests on several hosts use.
@Suite(.serialized, .onSeveralHosts) struct HostClusterTests {
  @Test func everyHostHasItsNameItsAddressAndItsTemporaryFolder() throws {
    let ending = try HostCluster.run(
      hosts: 3,
      """
      for host in node1 node2 node3; do
        "$CLUSTER" on "$host" sh -c 'touch "$TMPDIR/$(hostname)"; echo $(hostname) $(ls "$TMPDIR")'
        "$CLUSTER" on "$host" ip -brief address show eth0
      done
      cat "$CLUSTER_HOSTS"
      exit 7
      """, in: try Scratch())
    #expect(ending.status == 7, "the command's status is the cluster's")
    for number in 1...3 {
      #expect(ending.output.contains("node\(number) node\(number)"), "\(ending.output)")
      #expect(ending.output.contains { $0.contains("10.99.0.\(number)/24") })
      #expect(ending.output.contains("node\(number) slots=1"))
    }
  }

  @Test func aCutCableCarriesNothingUntilItIsMended() throws {
    let ending = try HostCluster.run(
      hosts: 2,
      """
      carries() { "$CLUSTER" on node2 ip -brief link show eth0 | grep -q LOWER_UP && echo yes || echo no; }
      carries; "$CLUSTER" cut node2; carries; "$CLUSTER" mend node2; carries
      """, in: try Scratch())
    #expect(ending.output == ["yes", "no", "yes"], "\(ending.errors)")
  }

  @Test func killingAHostSparesTheOthersAndLeavesItUsable() throws {
    let ending = try HostCluster.run(
      hosts: 2,
      """
      "$CLUSTER" on node1 sh -c 'sleep 100 & touch up; sleep 100' & first=$!
      "$CLUSTER" on node2 sleep 100 & second=$!
      until [ -e up ]; do sleep 0.02; done
      "$CLUSTER" kill node1
      wait "$first" || echo "first $?"
      kill -0 "$second" && echo "second lives"
      "$CLUSTER" on node1 hostname
      """, in: try Scratch())
    #expect(ending.output == ["first 137", "second lives", "node1"], "\(ending.errors)")
  }

  @Test(arguments: [SIGTERM, SIGKILL]) func nothingIsLeftOfAClusterThatIsKilled(signal: Int32) throws {
    let scratch = try Scratch()
    // Only processes of this cluster have this word in their command line.
    let mark = "microfold-cluster-mark-\(UInt64.random(in: 0 ... .max))"
    let process = Process()
    // The threads of tests block signals, and processes that they start would inherit that.
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let commands = "touch \(scratch("up")); \"$CLUSTER\" on node2 sleep 300"
    process.arguments = ["--default-signal", HostCluster.script, "run", "2", "sh", "-c", commands, mark]
    try process.run()
    try wait("the cluster is up") { FileManager.default.fileExists(atPath: scratch("up")) }
    #expect(try !processes(with: mark).isEmpty)
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    try wait("\(mark) is gone") { try processes(with: mark).isEmpty }
  }

  private func processes(with mark: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
      guard Int(name) != nil else { return false }
      return (try? String(contentsOfFile: "/proc/\(name)/cmdline", encoding: .utf8))?.contains(mark) ?? false
    }
  }

  private func wait(_ what: Comment, until isSo: () throws -> Bool) throws {
    for _ in 0..<200 {
      if try isSo() { return }
      usleep(50_000)
    }
    Issue.record(what)
  }
}
