import Core
import Testing

@testable import Coordinator

/// The challenge's figures stand only beside the challenge's clips, people, classes and folds.
@Suite struct ChallengeMatchTests {
  private struct Database {
    var name: String
    /// Of the classes negative, positive and surprise.
    var clips: [Int]
    var subjects: Int
  }

  private static let whole = [
    Database(name: "smic", clips: [70, 51, 43], subjects: 16),
    Database(name: "CASME-II", clips: [88, 32, 25], subjects: 24),
    Database(name: "samm", clips: [92, 26, 15], subjects: 28),
  ]

  private func report(
    _ databases: [Database] = whole, by: SplitRule = .loso, classes: [String] = ChallengeFigures.classes,
    synthetic: Bool = false
  ) -> ComparisonReport {
    var configuration = SweepConfiguration()
    configuration.folds.by = by
    let parts = databases.map {
      SweepConfiguration.Part(name: $0.name, source: synthetic ? .synthetic(.init()) : .store("\($0.name).safetensors"))
    }
    configuration.datasets = [
      SweepConfiguration.Dataset(name: "3db", source: .parts(parts), classes: ClassMap(classes.map { [$0] }))
    ]
    let predictions = databases.flatMap { database in
      database.clips.enumerated().flatMap { Array(repeating: $0, count: $1) }.enumerated().map { index, truth in
        UnitResult.Prediction(
          clip: "\(database.name)/\(index)", subject: "\(database.name)/\(index % database.subjects)", truth: truth,
          predicted: index % 3 == 0 ? 0 : truth, probabilities: classes.indices.map { $0 == truth ? 1 : 0 })
      }
    }
    let unit = WorkUnit(dataset: "3db", fold: 0, variant: .full, seed: 2022)
    return ReportFixture.report(configuration, [.finished(ReportFixture.result(unit, classes, predictions))])
  }

  private func differences(_ report: ComparisonReport) -> [String]? { report.datasets[0].challenge?.differences }

  @Test func theWholeChallengeIsTheSame() {
    let report = report()
    #expect(differences(report) == [])
    #expect(report.datasets[0].challenge?.databases == [.smic, .casme2, .samm])
    // In whatever order.
    #expect(differences(self.report(Self.whole.reversed())) == [])
  }

  @Test func whatDiffersIsNamed() {
    var fewer = Self.whole
    fewer[1].clips = [30, 32, 25]
    #expect(differences(report(fewer)) == ["87 of 145 clips of CASME-II"])
    var others = Self.whole
    others[2].clips = [91, 27, 15]
    others[2].subjects = 29
    #expect(
      differences(report(others)) == [
        "91 of 92 negative clips of samm", "27 positive clips of samm instead of 26",
        "29 subjects of samm instead of 28",
      ])
    #expect(
      differences(report(by: .dataset)) == ["leave one dataset out instead of leave one subject out"])
    #expect(differences(report(Array(Self.whole.prefix(2)))) == ["without SAMM"])
    let more = Self.whole + [Database(name: "mmew", clips: [9, 9, 9], subjects: 5)]
    #expect(differences(report(more)) == ["with mmew"])
    #expect(
      differences(report(classes: ["negative", "positive", "fear"])) == ["other classes (without surprise, with fear)"])
    #expect(differences(report(synthetic: true))?.first == "synthetic clips of smic")
    let none = ["mmew", "sdu"].map { Database(name: $0, clips: [9, 9, 9], subjects: 5) }
    #expect(report(none).datasets[0].challenge == nil)
  }

  @Test func figuresStandOnlyBesideTheSameData() {
    for text in [ReportMarkdown.text(report()), ReportPage.text(report())] {
      #expect(text.contains("STSTNet, Liong et al.") && text.contains(ChallengeFigures.source))
    }
    let row = "CapsuleNet, Quang et al. & 65 & 65 & 58 & 59 & 71 & 70 & 62 & 60"
    #expect(ReportTeX.text(report()).contains(row))
    let other = report(Array(Self.whole.prefix(2)))
    for text in [
      ReportMarkdown.text(other), ReportPage.text(other), ReportTeX.text(other),
      PaperTables.all(other).map(\.text).joined(),
    ] {
      #expect(!text.contains("STSTNet, Liong"))
    }
    #expect(
      ReportMarkdown.text(other).contains(
        "MEGC 2019 do not stand beside 3db, which differs from the challenge: without SAMM."))
    let json = ReportJSON.text(other).filter { !$0.isWhitespace }
    #expect(json.contains("\"differences\":[\"withoutSAMM\"],\"figures\":[]"))
  }

  /// A column stands under its own database, in whatever order the parts are.
  @Test func columnsFollowTheParts() {
    let report = report([Self.whole[2], Self.whole[0], Self.whole[1]])
    let table = Table.challenge(report.datasets[0], of: report)
    #expect(table.groups.map { $0.title } == [nil, "Full", "samm part", "smic part", "CASME-II part"])
    let published: [Double] = [59, 58, 40, 41]
    #expect(Array(table.rows[1].cells[1...4]).map(\.value) == published.map { Cell.Value.number($0, decimals: 0) })
  }

  /// The challenge's databases add up to its 442 clips, its classes to 250, 109 and 83.
  @Test func theNumbersOfTheChallengeAddUp() {
    let databases = ChallengeFigures.Database.allCases
    #expect(databases.map { $0.clips.reduce(0, +) } == [164, 145, 133])
    #expect((0..<3).map { index in databases.reduce(0) { $0 + $1.clips[index] } } == [250, 109, 83])
    #expect(databases.reduce(0) { $0 + $1.subjects } == 68)
    for row in ChallengeFigures.rows {
      #expect(row.parts.count == 3)
      for scores in [row.whole] + row.parts.values {
        #expect((15...90).contains(scores.uf1) && (15...90).contains(scores.uar))
      }
    }
  }
}
