import Core
import Testing
import Worker

@testable import Coordinator

/// Progress of a unit for tests.
func unitProgress(
  _ unit: WorkUnit, stage: Stage = .motion, epoch: Int = 3, epochs: Int = 300, step: Int = 40, steps: Int = 80,
  loss: Double? = 1.2344, speed: Double = 4.51, seconds: Double = 10
) -> UnitProgress {
  UnitProgress(
    unit: unit, stage: stage, epoch: epoch, epochs: epochs, step: step, steps: steps, isEpochEnd: true, loss: loss,
    clipsPerSecond: speed, seconds: seconds)
}

private func unit(_ dataset: String = "casme2", fold: Int = 0, _ variant: Variant = .full) -> WorkUnit {
  WorkUnit(dataset: dataset, fold: fold, variant: variant, seed: 1)
}

@Suite struct ProgressBoardTests {
  private var two: SweepProgress {
    SweepProgress(
      name: "paper", done: 7, failed: 1, total: 20,
      groups: [
        .init(ranks: [0, 1], unit: unit(), progress: unitProgress(unit()), left: 80),
        .init(ranks: [2, 3], unit: unit("samm", fold: 4), progress: nil, left: nil),
      ], share: 0.5, elapsed: 4800, left: 12_000)
  }

  private func texts(_ progress: SweepProgress, _ width: Int, _ height: Int = 24) -> [String] {
    ProgressBoard.lines(progress, width: width, height: height).map(\.plain)
  }

  @Test func theBoardHasALineForTheSweepAndOneForEachGroup() {
    #expect(
      texts(two, 79) == [
        "paper  7/20 units, 1 failed  [#########----------]  1:20:00, about 3:20:00 left",
        "ranks  dataset  fold  stage  epoch   loss  clips/s  left",
        "0-1    casme2      0      2  3/300  1.234     4.51  1:20",
        "2-3    samm        4      -      -      -        -     -",
      ])
  }

  @Test func noLineIsLongerThanTheTerminal() {
    var progress = two
    progress.name = "a name that is rather long"
    progress.groups[0].unit.dataset = "a-dataset-with-a-name-of-some-length"
    progress.groups[1].unit.variant = .daoDiv
    for width in 1...200 {
      for line in texts(progress, width) { #expect(line.count <= width, "\(width): \(line)") }
    }
  }

  @Test func theBoardIsNeverHigherThanTheTerminal() {
    var progress = two
    progress.groups = (0..<40).map { SweepProgress.Group(ranks: [$0], unit: unit(fold: $0)) }
    for height in 1...50 { #expect(texts(progress, 79, height).count <= height, "\(height)") }
    #expect(texts(progress, 79, 10).last == "… and 33 more groups")
    #expect(texts(progress, 79, 50).count == 42)
  }

  @Test func narrowTerminalsKeepTheMostImportantColumns() {
    #expect(texts(two, 45)[1] == "dataset  fold  stage  epoch   loss  left")
    #expect(texts(two, 24)[1] == "dataset  fold  epoch")
    #expect(texts(two, 40)[0] == "7/20 units, 1 failed  1:20:00, about 3:2")
  }

  @Test func theVariantIsShownWhereThereAreSeveral() {
    var progress = two
    #expect(!texts(progress, 100)[1].contains("variant"))
    progress.groups[1].unit.variant = .mi
    #expect(texts(progress, 100)[1].contains("variant"))
  }

  @Test func theArmIsShownWhereThereIsOne() {
    var progress = two
    #expect(!texts(progress, 100)[1].contains("arm"))
    progress.groups[0].unit.arm = "paper"
    progress.groups[1].unit.arm = "recipe"
    #expect(texts(progress, 100)[1] == "ranks  dataset  fold  arm     stage  epoch   loss  clips/s  left")
    #expect(texts(progress, 100)[3] == "2-3    samm        4  recipe      -      -      -        -     -")
    #expect(texts(progress, 40)[1].contains("arm"), "a narrow terminal leaves out other columns first")
  }

  @Test func coloursAreOmittedWhereTheTerminalHasNone() {
    let line = ProgressBoard.lines(two, width: 79, height: 24)[0]
    #expect(line.text(on: terminal(true)).contains("\u{1B}[31m, 1 failed\u{1B}[0m"))
    #expect(line.text(on: terminal(true, columns: 80, ["NO_COLOR": "1"])) == line.plain)
  }

  @Test func timePassesBetweenReports() {
    let later = two.later(by: 60)
    #expect(later.elapsed == 4860 && later.left == 11_940 && later.groups[0].left == 20)
    #expect(two.later(by: 1e6).left == 0)
  }
}

@Suite struct ProgressLineTests {
  @Test func anEpochIsOneLine() {
    let group = SweepProgress.Group(ranks: [0], unit: unit(), progress: unitProgress(unit()), left: 80)
    let progress = SweepProgress(name: "paper", done: 3, failed: 1, total: 20, left: 723)
    #expect(
      ProgressLine.epoch(of: group, progress)
        == "casme2 fold 0, full, seed 1: stage 2, epoch 3/300, loss 1.234, 4.51 clips/s, 1:20 left; "
        + "sweep 3/20 units, 1 failed, about 12:03 left")
  }

  @Test(arguments: [(0.0, "0:00"), (7.4, "0:07"), (59.6, "1:00"), (723, "12:03"), (4800, "1:20:00"), (-1, "0:00")])
  func durationsAreHoursMinutesAndSeconds(_ seconds: Double, _ expected: String) {
    #expect(ProgressLine.clock(seconds) == expected)
  }

  @Test(arguments: [(0.0624, "0.062"), (4.506, "4.51"), (45.06, "45.1"), (451.2, "451"), (1234.5, "1235")])
  func speedsHaveThreeFigures(_ speed: Double, _ expected: String) {
    #expect(ProgressLine.rate(speed) == expected)
  }

  @Test func hugeAndOddNumbersDoNotTrap() {
    #expect(!ProgressLine.clock(.infinity).isEmpty)
    #expect(ProgressLine.clock(.nan) == "0:00")
    #expect(ProgressLine.fixed(.nan, 3) == "-")
    #expect(ProgressLine.fixed(1e300, 3) == ">1e6")
    #expect(ProgressLine.fixed(-1.0005, 2) == "-1.00")
    #expect(ProgressLine.fixed(-0.0001, 2) == "0.00")
  }
}
