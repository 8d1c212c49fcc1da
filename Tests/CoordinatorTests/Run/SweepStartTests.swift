import Foundation
import Ranks
import Testing

@testable import Coordinator
@testable import Core
@testable import Worker

/// The messages of ranks before a sweep begins, on more ranks than a test machine has.
@Suite struct SweepStartTests {
  private func options(_ scratch: Scratch, _ more: String = "") throws -> SweepOptions {
    let config = try scratch.file(
      "sweep.json",
      text: """
        {"name": "start", "output": "\(scratch("run"))",
         "datasets": [{"name": "synth-samm", "synthetic": {"clips": 14, "size": 16}}],
         "folds": {"count": 2}, "methods": ["majority"]\(more)}
        """)
    return SweepOptions(config: config)
  }

  @Test func aStartOf512RanksSendsAFewMessagesEach() throws {
    let scratch = try Scratch()
    let options = try options(scratch)
    let ranks = try ThreadCommunicator.run(512) { ranks -> (agreed: Bool, sent: Int) in
      let start = try SweepStart(options, ranks, Console(speaks: false))
      let agreed = start?.hosts.count == 512 && (start?.prepared != nil) == (ranks.rank == 0)
      if ranks.rank == 0 { start?.prepared?.release() }
      return (agreed, ranks.sent)
    }
    #expect(ranks.allSatisfy { $0.agreed })
    let most = ranks.map { $0.sent }.max() ?? 0
    #expect(most <= 12, "\(most) messages of one rank")
    print("a start of 512 ranks: at most \(most) messages per rank, \(ranks.map { $0.sent }.reduce(0, +)) in all")
  }

  @Test(arguments: [("subject", "", false), ("loso", "", false), ("subject", "distinct", true), ("sample", "", true)])
  func onePersonUnderTwoNamesIsRefused(_ rule: String, _ similar: String, _ starts: Bool) throws {
    let scratch = try Scratch()
    let writer = try ClipStoreWriter(at: scratch("store.safetensors"))
    for (index, subject) in ["S01", "s01", "S2", "S3"].enumerated() {
      for emotion in ["anger", "fear"] {
        let clip = Clip(
          name: "\(emotion)-\(index)", subject: subject, emotion: emotion, source: "test", fps: 50, onset: 0, apex: 1,
          offset: 2, frames: 3, height: 16, width: 16)
        try [UInt8](repeating: UInt8(index), count: 3 * 16 * 16 * 3).withUnsafeBytes {
          try writer.append(clip, pixels: $0)
        }
      }
    }
    try writer.commit()
    let setting = similar.isEmpty ? "" : #", "similarSubjects": "\#(similar)""#
    let store = scratch("store.safetensors")
    let config = try scratch.file(
      "sweep.json",
      text: """
        {"name": "who", "output": "\(scratch("run"))",
         "datasets": [{"name": "own", "store": "\(store)", "classes": ["anger", "fear"]\(setting)}],
         "folds": {"count": 2, "by": "\(rule)"}, "methods": ["majority"]}
        """)
    let start = try SweepStart(SweepOptions(config: config), LocalCommunicator(), Console(speaks: false))
    #expect((start != nil) == starts)
    start?.prepared?.release()
  }

  @Test func aSweepDoesNotStartWhenAHostHasNoStore() throws {
    let scratch = try Scratch()
    var options = try options(scratch)
    options.ranksPerFold = .fixed(4)
    let ended = try ThreadCommunicator.run(3) { [options] ranks in
      try SweepStart(options, ranks, Console(speaks: false)) == nil
    }
    #expect(ended == [true, true, true])
    #expect(LockFile(of: scratch("run")).read() == nil, "the run directory is given back")
  }
}
