import Testing

@testable import Core

private typealias Row = (marks: FrameMarks, numbers: FrameNumbers)

private func row(_ files: ClosedRange<Int>, _ onset: Int?, _ offset: Int?, apex: Int? = nil, areOwn: Bool = true) -> Row
{
  (FrameMarks(onset: onset, apex: apex, offset: offset), FrameNumbers(values: Array(files), areOwn: areOwn))
}

extension FrameNumbering {
  fileprivate func rules(_ rows: [Row]) -> [Rule?] { rows.map { rule(for: $0.marks, $0.numbers) } }
}

@Suite struct FrameNumberingTests {
  @Test func filesFromZeroAndASheetFromOne() {
    let rows = [row(0...19, 1, 20), row(0...19, 3, 15)]
    let numbering = FrameNumbering(rows)
    #expect(numbering.rules(rows) == [.fromOne, .fromOne])
    #expect(
      numbering.remark
        == "frame numbers are read as counts from 1, each clip's first frame, which fit 2 of 2 clips; numbers of files "
        + "fit 1, counts from 0 fit 1")
  }

  @Test func filesFromOneAndASheetFromZero() {
    let rows = [row(1...20, 0, 19), row(1...20, 3, 15), row(1...20, 0, 7)]
    #expect(FrameNumbering(rows).rules(rows) == [.fromZero, .fromZero, .fromZero])
  }

  @Test func filesOfARecording() {
    let own = [row(46...86, 46, 86), row(100...140, 102, 130)]
    #expect(FrameNumbering(own).rules(own) == [.files, .files] && FrameNumbering(own).remark == nil)
    let counted = [row(46...86, 1, 41), row(100...140, 3, 30)]
    #expect(FrameNumbering(counted).rules(counted) == [.fromOne, .fromOne])
    let zero = [row(46...86, 0, 40), row(100...140, 3, 30)]
    #expect(FrameNumbering(zero).rules(zero) == [.fromZero, .fromZero])
  }

  @Test func filesFromOneAreTheirOwnNumbers() {
    let rows = [row(1...20, 1, 20), row(1...30, 3, 15)]
    #expect(FrameNumbering(rows).rules(rows) == [.files, .files] && FrameNumbering(rows).remark == nil)
  }

  @Test func betweenRulesThatFitAsManyTheFirstIsTaken() {
    let equal = [row(0...19, 1, 20), row(0...19, 0, 19)]
    #expect(FrameNumbering(equal).rules(equal) == [nil, .files])
    // From 1 and from 0 both fit.
    let counted = [row(46...86, 3, 30)]
    #expect(FrameNumbering(counted).rule == .fromOne)
  }

  @Test(arguments: [(0, 25), (1, 20), (5, 200)])
  func aTypingErrorDoesNotMoveTheTable(_ onset: Int, _ offset: Int) throws {
    // Files from 0; one row begins with frame 0, which contradicts a count from 1.
    var rows = (0..<199).map { index in row(0...19, index == 7 ? 0 : 3, 15) }
    rows.append(row(0...19, onset, offset))
    let numbering = FrameNumbering(rows)
    #expect(numbering.rules(rows).dropLast().allSatisfy { $0 == .files })
    #expect(numbering.rule(for: rows[199].marks, rows[199].numbers) == nil)
    #expect(numbering.settled == 199 && numbering.clips == 200)
    let remark = try #require(numbering.remark)
    #expect(remark.hasPrefix("frame numbers are read as numbers of files, which fit 199 of 200 clips"))
  }

  @Test func aTypingErrorDoesNotMoveACountFromOneEither() {
    var rows = (0..<199).map { index in row(0...19, 1, index == 7 ? 20 : 15) }
    rows.append(row(0...19, 0, 12))
    #expect(FrameNumbering(rows).rules(rows).allSatisfy { $0 == .files } == false)
    #expect(FrameNumbering(rows).rule == .files, "199 rows each way: the numbers of files are preferred")
    rows.append(row(0...19, 2, 20))
    #expect(FrameNumbering(rows).rule == .fromOne)
    #expect(FrameNumbering(rows).rules(rows)[199] == nil)
  }

  @Test func framesWithoutNumbersAreCountedAsTheTableDoes() {
    let zero = [row(1...20, 0, 19, areOwn: false), row(1...20, 3, 15, areOwn: false)]
    #expect(FrameNumbering(zero).rules(zero) == [.fromZero, .fromZero])
    let one = [row(1...20, 1, 20, areOwn: false), row(1...20, 3, 15, areOwn: false)]
    #expect(FrameNumbering(one).rules(one) == [.fromOne, .fromOne])
    // Beside clips that are read by the numbers of their files.
    let mixed = zero + (0..<5).map { _ in row(100...140, 102, 130) }
    #expect(FrameNumbering(mixed).rules(mixed) == [.fromZero, .fromZero] + Array(repeating: .files, count: 5))
  }

  @Test func rowsWithoutNumbersSayNothing() {
    let rows = [row(0...19, nil, nil), row(0...19, 9, 3)]
    #expect(FrameNumbering(rows).clips == 0 && FrameNumbering(rows).remark == nil)
    #expect(FrameNumbering(rows).rules(rows) == [nil, nil])
    #expect(FrameNumbering([]).remark == nil)
  }

  @Test func anApexCountsWhereAnEndIsMissing() {
    let rows = [row(0...19, nil, nil, apex: 20), row(0...19, 1, nil, apex: 20), row(0...19, nil, 20, apex: 99)]
    #expect(rows.map(\.marks.range) == [20...20, 1...20, 20...20])
    #expect(FrameNumbering(rows).rules(rows) == [.fromOne, .fromOne, .fromOne])
  }

  /// Numbers of the recording, which no rule reads: today's reading of a single row is left.
  @Test func numbersOfTheRecordingFitNoRule() {
    let rows = [row(1...20, 2647, 2666)]
    #expect(FrameNumbering(rows).rules(rows) == [nil] && FrameNumbering(rows).remark == nil)
    #expect(rows[0].numbers.span(of: rows[0].marks)?.reading == .recording)
  }
}
