/// How a release names folders, subjects and columns, and which errors its coding sheet is known to have.
struct ReleaseDescription: Sendable {
  /// As people write it.
  var title: String
  /// Frames per second of its recordings; nil where they depend on the camera.
  var fps: Double?
  /// What stands before a subject's number in its folder's name, and the least number of digits.
  var subjectPrefix: String
  var subjectDigits: Int
  /// What the folders below `--source` are called, for people.
  var exampleFolders: String
  /// The sheet of the workbook that lists the micro-expressions, where there are several.
  var sheet: String?
  /// The columns of a sheet without a header, in the release's order; empty for sheets that have one.
  var columns: [String] = []
  /// Where a row's clip may lie, the best first.
  var folders: @Sendable (CodingRow) -> [ClipFolder] = { [ClipFolder(.name($0.filename), isBelowSubject: false)] }
  /// The folder with the frames, in that of the clip; nil where they are in the clip's.
  var frameFolder: String?
  /// Folders, in lower case, that are left out with all in them: other versions of the same frames.
  var otherFolders: Set<String> = []
  /// A clip's name, without that of its subject.
  var clipName: @Sendable (CodingRow) -> String = { $0.filename }
  /// Whether a folder is a recording with several expressions, numbered from 1: then no first or last frame stands in
  /// for one that the sheet lacks, and 0 is no frame.
  var isRecorded = false
  /// What is wrong in the sheet, and what it should be.
  var typingErrors: [TypingError] = []

  /// A frame number that is mistyped in the release's sheet, and what it should be.
  struct TypingError: Sendable {
    /// Among the rows after the header, from 0; sheets are counted in several ways, so a neighbour may be meant.
    var row: Int
    var field: CodingField
    var frame: Int
  }
}

/// A folder that a row of a coding sheet may mean.
struct ClipFolder: Sendable {
  enum Key: Sendable {
    /// Its name, capitals aside.
    case name(String)
    /// The last number in its name.
    case number(Int)
  }

  var key: Key
  /// Whether other subjects have folders of that name, so that it must lie in the subject's.
  var isBelowSubject: Bool

  init(_ key: Key, isBelowSubject: Bool) { (self.key, self.isBelowSubject) = (key, isBelowSubject) }
}
