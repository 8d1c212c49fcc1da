import Testing

@testable import Core

private func order(_ stems: [String]) throws -> FrameOrder {
  try FrameOrder(stems.sorted().map { FrameCopies.Frame(file: "\($0).png", stem: $0) }, at: "c")
}

private func stems(_ order: FrameOrder) -> [String] { order.frames.map { String($0.file.dropLast(4)) } }

@Suite struct FrameOrderTests {
  @Test(arguments: [
    (["img9_cam1", "img10_cam1", "img11_cam1"], [9, 10, 11]),
    (["frame_0009_of_0100", "frame_0010_of_0100"], [9, 10]),
    (["006_9", "006_10", "006_0011"], [9, 10, 11]),
    (["S01-happiness-001.0007"], [7]),
    (["2020-12-01 7", "2020-12-01 8"], [7, 8]),
    (["1.8", "1.9", "1.10"], [8, 9, 10]),
    // The counter beside a time.
    (["0012_t0.400", "0013_t0.433", "0014_t1.033"], [12, 13, 14]),
    (["t400_12", "t433_13", "t466_14"], [12, 13, 14]),
    (["12-00-30-600_7", "12-00-31-200_8", "12-00-31-300_9"], [7, 8, 9]),
  ]) func theNumberThatVariesIsTheFrames(_ names: [String], _ numbers: [Int]) throws {
    let order = try order(names)
    #expect(stems(order) == names)
    #expect(order.frames.map(\.number) == numbers && order.hasOwnNumbers)
    #expect(order.doubts.isEmpty)
  }

  @Test(arguments: [
    ["cam_12-00-30-600", "cam_12-00-30-900", "cam_12-00-31-000", "cam_12-00-31-100"],
    ["frame_1606823490_700000000", "frame_1606823490_900000000", "frame_1606823491_000000000"],
    ["0.600", "0.900", "1.000", "1.100"],
  ]) func timesAreOrderedByAllTheirNumbersAndCounted(_ names: [String]) throws {
    let order = try order(names)
    #expect(stems(order) == names)
    #expect(order.frames.map(\.number) == Array(1...names.count) && !order.hasOwnNumbers)
    #expect(order.doubts.count == 1 && order.doubts[0].contains("`\(names[0]).png`"))
  }

  @Test func fractionsOfDifferentLengthsAreRefused() {
    for names in [
      ["0.5", "0.25", "1.0", "1.25"], ["0.04", "0.08", "0.12", "0.16", "0.2", "0.24"], ["7.5", "7.25", "7.125"],
    ] {
      let fault = #expect(throws: Fault.self, "\(names)") { try order(names) }
      #expect(fault?.problem.contains("the order of its frames is not clear") == true)
    }
  }

  @Test func timesWithShortFieldsAreOrderedAndDoubtful() throws {
    let names = ["12-9-59-900", "12-10-0-0", "12-10-0-100", "12-10-1-50"]
    let order = try order(names)
    #expect(stems(order) == names && order.doubts.count == 2)
    #expect(order.doubts[1].contains("`12-9-59-900.png` is taken to be before `12-10-0-0.png`"))
  }

  @Test func numbersBeyondSixtyFourBitsAreOrderedAndCounted() throws {
    let names = ["t9", "t99999999999999999999999998", "t99999999999999999999999999", "t100000000000000000000000000"]
    let order = try order(names)
    #expect(stems(order) == names)
    #expect(order.frames.map(\.number) == [1, 2, 3, 4] && !order.hasOwnNumbers && order.doubts.count == 1)
    let times = ["9_99999999999999999999", "10_5", "10_99999999999999999998", "11_5"]
    #expect(try stems(FrameOrder(times.map { .init(file: "\($0).png", stem: $0) }, at: "c")) == times)
  }

  @Test func severalNamingPatternsAreDoubtful() throws {
    let order = try order(["img1_cam2", "img2_cam2", "shot3", "IMG4_cam2"])
    #expect(order.frames.map(\.number) == [1, 2, 3, 4])
    #expect(
      order.doubts == [
        "frames are named in 3 ways (`img1_cam2.png`, `IMG4_cam2.png`); they are taken in the order of their numbers"
      ])
  }

  @Test func twoFramesWithOneNumberAreAFault() {
    for names in [["img1", "img01"], ["img1", "shot1"], ["a1", "a2", "b2"], ["7-1", "7-01"]] {
      let fault = #expect(throws: Fault.self, "\(names)") { try order(names) }
      #expect(fault?.problem.hasSuffix("have the same frame number") == true)
    }
    #expect(throws: Fault.self) {
      try FrameOrder([.init(file: "a1.png", stem: "a1"), .init(file: "a1.jpg", stem: "a1")], at: "c")
    }
  }

  @Test func timesBesideOtherNamesAreAFault() {
    #expect(throws: Fault.self) { try order(["1-1", "1-2", "2-1", "img7"]) }
  }

  @Test func twoCountersAreDoubtful() throws {
    let order = try order(["12_3", "13_4", "14_5"])
    #expect(order.frames.map(\.number) == [3, 4, 5] && order.doubts.count == 1)
    #expect(try FrameOrder(["3_3", "4_4"].map { .init(file: $0, stem: $0) }, at: "c").doubts.isEmpty)
  }
}
