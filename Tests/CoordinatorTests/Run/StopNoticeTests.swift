import Testing

@testable import Coordinator
@testable import Core

/// What is said when a signal stops a sweep.
@Suite struct StopNoticeTests {
  private let status: RunStatus
  private let standings: [UnitStanding]

  init() {
    var status = RunStatus(state: .running, units: 20, done: 3, failed: 0, started: 0, updated: 0)
    status.owner = RunStatus.Owner(
      host: "node1", process: 1, ranks: 2, since: 0,
      command: ResumeCommand(
        given: ["mpirun", "-n", "2", "microfold", "sweep", "--fresh", "--config", "a b.json"], in: "/w"))
    self.status = status
    standings = (0..<10).map { fold in
      UnitStanding(
        WorkUnit(dataset: "samm", fold: fold, variant: .full, seed: 1), .started,
        kept: UnitStanding.Kept(steps: fold, all: 10), isRunning: false)
    }
  }

  @Test func theEndOfAJobSaysWhatIsKeptAndHowToGoOn() {
    let lines = StopNotice.lines(.terminated, status, standings, launcher: 4711)
    #expect(
      lines[0]
        == "mpirun ends this job (Ctrl-C, a signal, or a rank that failed); 3 of 20 units are finished and kept")
    #expect(lines[2] == "  samm fold 1, full, seed 1: interrupted, 10 % done")
    #expect(lines[9] == "  and 2 more units in training")
    #expect(lines[10] == "resume with: cd /w && mpirun -n 2 microfold sweep --config 'a b.json'")
    #expect(
      lines[11] == "next time stop it with kill -USR1 and the process of mpirun, this time 4711: no step is lost then")
    #expect(lines.count == 12)
  }

  @Test func aRequestToStopSaysWhatHappensNext() {
    #expect(
      StopNotice.lines(.stop, status, standings, launcher: nil) == [
        "asked to stop: each unit in training ends its step and writes a checkpoint; a second Ctrl-C ends it at once"
      ])
    #expect(!StopNotice.lines(.stop, status, standings, launcher: 4711)[0].contains("Ctrl-C"))
    #expect(StopNotice.lines(.end, status, [], launcher: nil)[2].hasPrefix("next time one Ctrl-C is enough"))
  }

  @Test func theCommandThatResumesKeepsTheRunAndQuotesItsWords() {
    let words = ["microfold", "sweep", "--config", "s.json", "--fresh", "--output=a b", "--", "it's"]
    let command = ResumeCommand(given: words, in: "/w")
    #expect(command.text(in: "/w") == "microfold sweep --config s.json --'output=a b' -- 'it'\\''s'")
    #expect(command.text(in: "/elsewhere").hasPrefix("cd /w && microfold sweep "))
  }
}
