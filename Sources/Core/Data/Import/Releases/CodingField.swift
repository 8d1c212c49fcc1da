/// The columns of a release's coding sheet; the raw value is its name in a release.
enum CodingField: String, TableField {
  case subject = "Subject"
  case filename = "Filename"
  case onset = "Onset Frame"
  case apex = "Apex Frame"
  case offset = "Offset Frame"
  case emotion = "Estimated Emotion"
  case actionUnits = "Action Units"

  var names: [String] {
    switch self {
    case .subject: ["subject", "subjectid", "subjectno", "sub"]
    case .filename: ["filename", "file", "clip", "clipname"]
    case .onset: ["onsetframe", "onset"]
    case .apex: ["apexframe", "apex"]
    case .offset: ["offsetframe", "offset"]
    case .emotion: ["estimatedemotion", "emotion"]
    case .actionUnits: ["actionunits", "actionunit", "aus", "au"]
    }
  }

  var isNeeded: Bool { self != .actionUnits }
  static let choice = "name it with --sheet"

  /// What a row says about a clip; a row with any of these is not a remark.
  static let annotations: [CodingField] = [.onset, .apex, .offset, .emotion, .actionUnits]
}
