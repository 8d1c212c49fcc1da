extension Release {
  /// What is known of the release. Sources are named in docs/datasets.md; nothing here was checked against a release.
  var about: ReleaseDescription {
    switch self {
    case .casme2: Release.casme2Description
    case .samm: Release.sammDescription
    case .mmew: Release.mmewDescription
    case .smic: Release.smicDescription
    case .casme: Release.casmeDescription
    case .casmeSquared: Release.casmeSquaredDescription
    case .casme3: Release.casme3Description
    case .fourDME: Release.fourDMEDescription
    }
  }

  private static let belowSubject: @Sendable (CodingRow) -> [ClipFolder] = {
    [ClipFolder(.name($0.filename), isBelowSubject: true)]
  }

  private static let casme2Description = ReleaseDescription(
    title: "CASME II", fps: 200, subjectPrefix: "sub", subjectDigits: 2, exampleFolders: "sub01, sub02, …",
    folders: belowSubject, typingErrors: [.init(row: 60, field: .offset, frame: 91)])

  private static let sammDescription = ReleaseDescription(
    title: "SAMM", fps: 200, subjectPrefix: "", subjectDigits: 3, exampleFolders: "006, 007, …", sheet: "MICRO_ONLY",
    typingErrors: [.init(row: 56, field: .offset, frame: 5739)])

  private static let mmewDescription = ReleaseDescription(
    title: "MMEW", fps: 90, subjectPrefix: "S", subjectDigits: 2, exampleFolders: "the emotions or S01, S02, …")

  private static let smicDescription = ReleaseDescription(
    title: "SMIC", fps: nil, subjectPrefix: "s", subjectDigits: 2, exampleFolders: "s1, s2, …",
    otherFolders: ["non_micro", "non-micro", "nonmicro"])

  private static let casmeDescription = ReleaseDescription(
    title: "CASME", fps: 60, subjectPrefix: "sub", subjectDigits: 2, exampleFolders: "sub01, sub02, …",
    folders: belowSubject,
    typingErrors: [
      .init(row: 40, field: .onset, frame: 100), .init(row: 40, field: .offset, frame: 149),
      .init(row: 42, field: .onset, frame: 101), .init(row: 42, field: .offset, frame: 119),
      .init(row: 43, field: .onset, frame: 57), .init(row: 43, field: .offset, frame: 74),
      .init(row: 54, field: .offset, frame: 40), .init(row: 140, field: .offset, frame: 142),
    ])

  private static let casmeSquaredDescription = ReleaseDescription(
    title: "CAS(ME)²", fps: 30, subjectPrefix: "s", subjectDigits: 2, exampleFolders: "s15, s16, …",
    columns: [
      "Subject", "Filename", "Onset Frame", "Apex Frame", "Offset Frame", "Action Units", "Estimated Emotion",
      "Expression Type", "Self-reported Emotion",
    ],
    // A folder of the expression alone, as in `selectedpic`, else the recording: `15_0401girlcrashing`.
    folders: { row in
      [ClipFolder(.name(row.filename), isBelowSubject: true)]
        + (row.recording.map { [ClipFolder(.number($0), isBelowSubject: true)] } ?? [])
    },
    isRecorded: true)

  private static let casme3Description = ReleaseDescription(
    title: "CAS(ME)³ part A", fps: 30, subjectPrefix: "spNO.", subjectDigits: 1,
    exampleFolders: "spNO.1, spNO.2, …", sheet: "label",
    // A folder of the expression alone, `spNo.1_a_355`, whose number may still be the mistyped one; else the recording.
    folders: { row in
      [row.onset, row.writtenOnset].compactMap { $0 }.map {
        ClipFolder(.name("\(row.subject)_\(row.filename)_\($0)"), isBelowSubject: false)
      } + [ClipFolder(.name(row.filename), isBelowSubject: true)]
    },
    frameFolder: "color", otherFolders: ["depth"],
    clipName: { row in row.onset.map { "\(row.filename)_\($0)" } ?? row.filename },
    isRecorded: true,
    typingErrors: [
      .init(row: 128, field: .apex, frame: 160), .init(row: 708, field: .offset, frame: 34),
      .init(row: 749, field: .onset, frame: 2647), .init(row: 796, field: .offset, frame: 1845),
      .init(row: 798, field: .offset, frame: 2403),
    ])

  private static let fourDMEDescription = ReleaseDescription(
    title: "4DME", fps: 60, subjectPrefix: "S", subjectDigits: 2, exampleFolders: "S01, S02, …")
}
