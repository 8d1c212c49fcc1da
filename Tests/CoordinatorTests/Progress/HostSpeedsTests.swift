import Testing

@testable import Coordinator

@Suite struct HostSpeedsTests {
  @Test func aHostThatTakesTwiceAsLongIsHalfAsFast() {
    var speeds = HostSpeeds<String>()
    #expect(speeds.relative(["a", "b", "a"]) == [1, 1, 1], "nothing is known")
    speeds.add(100, rankSeconds: 10, "menet", host: "a")
    #expect(speeds.relative(["a", "b"]) == [1, 1], "of one host")
    speeds.add(25, rankSeconds: 5, "menet", host: "b")
    let found = speeds.relative(["a", "b", "a", "c"])
    #expect(abs(found[0] - 4.0 / 3) < 1e-12 && abs(found[1] - 2.0 / 3) < 1e-12)
    #expect(found[2] == found[0] && found[3] == 1, "c has reported nothing")
    #expect(speeds.relative(["b", "c"]) == [1, 1], "a is lost: b is compared with nobody")
  }

  /// Units of different kinds are of different speeds on every host: only the same kind is compared.
  @Test func differentKindsAreNotCompared() {
    var speeds = HostSpeeds<String>()
    speeds.add(100, rankSeconds: 10, "menet", host: "a")
    speeds.add(1, rankSeconds: 10, "idnet", host: "b")
    #expect(speeds.relative(["a", "b"]) == [1, 1])
    // Both have taken the third kind, as fast as each other but for 5 %.
    speeds.add(40, rankSeconds: 20, "other", host: "a")
    speeds.add(42, rankSeconds: 20, "other", host: "b")
    #expect(speeds.relative(["a", "b"]) == [1, 1], "alike")
    speeds.add(20, rankSeconds: 20, "other", host: "b")
    let found = speeds.relative(["a", "b"])
    #expect(found[0] > found[1] && abs(found[0] / found[1] - 2 / 1.55) < 1e-9)
  }

  @Test func workOfNoTimeSaysNothing() {
    var speeds = HostSpeeds<Int>()
    speeds.add(1, rankSeconds: 0, 1, host: "a")
    speeds.add(0, rankSeconds: 1, 1, host: "b")
    #expect(speeds.relative(["a", "b"]) == [1, 1])
  }
}
