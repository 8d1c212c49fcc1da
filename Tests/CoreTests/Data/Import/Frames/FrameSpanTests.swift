import Testing

@testable import Core

private func numbers(_ values: some Sequence<Int>) -> FrameNumbers { FrameNumbers(values: Array(values)) }

extension FrameNumbers {
  fileprivate func span(_ onset: Int?, _ apex: Int?, _ offset: Int?, by rule: FrameNumbering.Rule? = nil) -> FrameSpan?
  {
    span(of: FrameMarks(onset: onset, apex: apex, offset: offset), by: rule)
  }
}

@Suite struct FrameSpanTests {
  @Test func numbersInNamesComeFirst() {
    let numbers = numbers(46...90)
    #expect(numbers.span(50, 55, 60) == FrameSpan(onset: 4, offset: 14, apex: 9))
    #expect(numbers.span(nil, nil, nil) == FrameSpan(onset: 0, offset: 44))
    #expect(numbers.span(80, nil, nil) == FrameSpan(onset: 34, offset: 44))
  }

  @Test func otherNumbersAreCountedFromTheFirstFrame() {
    let numbers = numbers(46...90)
    #expect(numbers.span(1, 2, 45) == FrameSpan(onset: 0, offset: 44, apex: 1, reading: .counted(from: 1)))
    #expect(numbers.span(0, 2, 44) == FrameSpan(onset: 0, offset: 44, apex: 2, reading: .counted(from: 0)))
    #expect(numbers.span(1001, 1004, 1045) == FrameSpan(onset: 0, offset: 44, apex: 3, reading: .recording))
    #expect(numbers.span(1001, 1004, 1044) == nil)
  }

  @Test func aNumberThatIsNotThereIsReplacedByTheNearest() {
    let span = numbers([46, 47, 49, 50, 54]).span(48, 51, 99)
    #expect(span?.onset == 1 && span?.apex == 3 && span?.offset == 4)
    #expect(
      span?.replaced == [
        "onset 48 is not there, 47 is used", "offset 99 is not there, 54 is used", "apex 51 is not there, 50 is used",
      ])
    #expect(numbers([46, 47, 49, 50, 54]).span(46, 53, 54)?.apex == 4)
  }

  @Test func anApexOutsideIsNone() {
    let numbers = numbers([1, 2, 3, 8, 9])
    #expect(numbers.span(1, 9, 3) == FrameSpan(onset: 0, offset: 2))
    // 5 is between, although the nearest frame is not.
    #expect(numbers.span(1, 5, 7)?.apex == 2)
    #expect(numbers.span(1, 7, 7)?.apex == 3)
    #expect(numbers.span(3, 1, 7, by: .fromOne) == nil)
    #expect(numbers.span(2, 1, 4, by: .fromOne) == FrameSpan(onset: 1, offset: 3, reading: .counted(from: 1)))
  }

  @Test func withoutAFrameBetweenThemThereIsNoSpan() {
    let numbers = numbers([46, 47, 49, 50])
    for (onset, offset) in [(47, 46), (60, 70), (48, 48), (51, 53), (.max - 1, .max)] {
      #expect(numbers.span(onset, nil, offset) == nil)
    }
  }

  /// For every clip of up to six frames, against the plainest search.
  @Test func theNearestIsTheNearest() {
    for mask in 1..<64 {
      let numbers = numbers((0..<6).filter { mask >> $0 & 1 == 1 })
      for wanted in 0..<8 {
        let best = numbers.values.min { (abs($0 - wanted), $0) < (abs($1 - wanted), $1) }
        #expect(numbers.values[numbers.nearest(to: wanted)] == best)
        #expect(numbers.index(of: wanted) == numbers.values.firstIndex(of: wanted))
        for end in wanted..<8 {
          #expect(numbers.has(anyIn: wanted...end) == numbers.values.contains { wanted...end ~= $0 })
        }
      }
    }
  }

  @Test func gapsAreCountedAgainstTheUsualStep() {
    #expect(numbers(1...100).gaps(in: 0...99) == nil)
    #expect(numbers(stride(from: 2, through: 40, by: 2)).gaps(in: 0...19) == nil)
    #expect(numbers([400, 433, 467, 500, 533]).gaps(in: 0...4) == nil)
    let lost = numbers(Array(1...19) + Array(24...40) + Array(42...50))
    #expect(lost.gaps(in: 0...44) == "5 of 50 frames from onset to offset are not there: 20 to 23, 41")
    #expect(lost.gaps(in: 0...18) == nil && lost.gaps(in: 19...35) == nil)
    #expect(numbers([2, 4, 8, 10, 12]).gaps(in: 0...4) == "1 of 6 frames from onset to offset are not there: 6")
    #expect(FrameNumbers(values: [1, 2, 9], areOwn: false).gaps(in: 0...2) == nil)
    #expect(numbers([0, 1, Int.max / 2]).gaps(in: 0...2) != nil)
  }
}
