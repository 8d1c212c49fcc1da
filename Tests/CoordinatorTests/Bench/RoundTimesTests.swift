import Testing
import Worker

@testable import Coordinator

@Suite struct RoundTimesTests {
  @Test(
    arguments: [
      ([], 0), ([3], 3), ([5, 1], 3), ([9, 1, 2], 2), ([4, 1, 100, 2], 3),
    ] as [([Double], Double)])
  func theMedianIsTheMiddle(_ seconds: [Double], _ median: Double) {
    #expect(RoundTimes(seconds: seconds).median == median)
  }

  @Test func everyRunIsARound() throws {
    var times = RoundTimes()
    #expect(times.measure { 7 } == 7)
    times.measure {}
    #expect(times.seconds.count == 2 && times.seconds.allSatisfy { $0 >= 0 })
    #expect(try times.slowest(of: LocalCommunicator()) == times)
    #expect(RoundTimes(seconds: [8, 4]).divided(by: 4) == RoundTimes(seconds: [2, 1]))
  }
}
