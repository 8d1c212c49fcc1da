import Ranks
import Testing

@testable import Worker

/// Texts of all ranks, exchanged along a tree.
@Suite struct TextCollectivesTests {
  @Test(arguments: [1, 2, 3, 4, 7, 8, 33]) func everyRankReceivesAllInRankOrder(_ size: Int) throws {
    let texts = (0..<size).map { String(repeating: "ä:\n", count: $0) + "\($0)" }
    let heard = try ThreadCommunicator.run(size) { ranks in
      [try ranks.gatherTexts(texts[ranks.rank]), try ranks.gatherTexts("\(ranks.rank)")]
    }
    #expect(heard.allSatisfy { $0 == [texts, (0..<size).map(String.init)] })
    let first = try ThreadCommunicator.run(size) { try $0.collectTexts(texts[$0.rank]) }
    #expect(first[0] == texts && first.dropFirst().allSatisfy(\.isEmpty))
  }

  @Test func theOthersWaitForARankThatReportsItsWork() throws {
    let heard = try ThreadCommunicator.run(5) { ranks in
      if ranks.rank == 0 {
        try ranks.sayStillAtWork()
        try ranks.sayStillAtWork()
      }
      return try ranks.broadcastText(ranks.rank == 0 ? "ready" : "")
    }
    #expect(heard == Array(repeating: "ready", count: 5))
  }

  @Test func noRankSendsMoreThanThreeMessagesForAGathering() throws {
    let sent = try ThreadCommunicator.run(200) { ranks in
      _ = try ranks.gatherTexts("x")
      return ranks.sent
    }
    #expect(sent.max() == 3)
  }
}
