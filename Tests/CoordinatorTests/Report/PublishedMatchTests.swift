import Core
import Testing

@testable import Coordinator

/// Published figures are of the same data only where clips, subjects, classes and folds are the paper's.
@Suite struct PublishedMatchTests {
  private func match(
    name: String = "casme2", classes: [[String]]? = nil, clips: Int = 246,
    perClass: [Int]? = [32, 63, 27, 25, 99], subjects: Int? = 26, folds: Int = 5, by: SplitRule = .subject,
    synthetic: Bool = false
  ) throws -> PublishedFigures.Match {
    var split = SweepConfiguration.Folds()
    (split.count, split.by) = (folds, by)
    let preset = try #require(ClassPreset.all.first { $0.name == "casme2-5" })
    return try #require(
      PublishedFigures.match(
        .init(
          name: name, source: synthetic ? .synthetic(.init()) : .store("x"),
          classes: classes.map(ClassMap.init) ?? preset.classes),
        .init(clips: clips, clipsPerClass: perClass, subjects: subjects, folds: split)))
  }

  @Test func theWholeDatasetIsThePapers() throws {
    let match = try match()
    #expect(match.sameData && match.sameClasses && match.sameFolds && match.caution == nil)
    // The classes may leave people without a clip.
    #expect(try self.match(subjects: 24).caution == nil)
  }

  @Test func aPartOfTheDatasetIsNotThePapers() throws {
    let match = try match(clips: 67, perClass: [9, 17, 8, 6, 27], subjects: 10, folds: 3)
    #expect(match.differences == ["67 of 246 clips", "10 of 26 subjects", "3 folds instead of 5"])
    #expect(!match.sameData && match.sameClasses && !match.sameFolds)
  }

  @Test func asManyClipsOfOtherClassesAreNotThePapers() throws {
    let match = try match(perClass: [33, 62, 27, 25, 99])
    #expect(match.differences == ["33 clips of happiness instead of 32", "62 of 63 clips of disgust"])
    #expect(try self.match(clips: 250).differences == ["250 clips instead of 246"])
    #expect(try self.match(subjects: 30).differences == ["30 subjects instead of 26"])
  }

  @Test func whatIsNotKnownIsNotCalledTheSame() throws {
    #expect(try match(clips: 0).differences == ["clips not known yet"])
    #expect(try match(subjects: nil).differences == ["subjects not known"])
  }

  @Test func otherClassesAndFoldsAreNamed() throws {
    let four = [["happiness"], ["disgust"], ["surprise"], ["others", "other"]]
    #expect(try match(classes: four, perClass: nil).differences == ["4 classes instead of 5 (without repression)"])
    let merged = [["happiness"], ["disgust", "fear"], ["repression"], ["surprise"], ["others", "other"]]
    #expect(try match(classes: merged, perClass: nil).differences == ["disgust merged with fear"])
    #expect(try match(by: .loso).differences == ["a fold for each subject instead of 5 folds"])
    #expect(try match(by: .sample).differences == ["folds that share subjects"])
    #expect(try match(name: "synth-casme2", synthetic: true).differences == ["synthetic clips"])
  }

  /// Of other data, a published figure stands there with a mark, and nothing is subtracted from it.
  @Test func noDifferenceIsTakenAcrossData() {
    var configuration = ReportFixture.configuration(methods: ["menet", "majority"])
    configuration.datasets = Array(configuration.datasets.suffix(2))
    let outcomes = ReportFixture.outcomes(ReportFixture.configuration(methods: ["menet", "majority"]))
    func cells(_ subjects: Int) -> [Cell] {
      let split = ComparisonReport.Split(
        clipsPerFold: [50, 49, 49, 49, 49], subjects: subjects, digest: "d", clipsPerClass: [32, 63, 27, 25, 99])
      let report = ReportFixture.report(configuration, outcomes, splits: ["casme2": split])
      let table = Table.best(report)
      let column = table.headings.firstIndex { $0.title == "Published" } ?? 0
      return table.rows.map { $0.cells[column] }
    }
    #expect(cells(26)[1].mark.isEmpty && cells(26)[1].under.count == 1)
    #expect(cells(27)[1].mark == "†" && cells(27)[1].under.isEmpty)
    // SAMM's subjects are not known here.
    #expect(cells(26)[0].mark == "†" && cells(26)[0].under.isEmpty)
  }
}
