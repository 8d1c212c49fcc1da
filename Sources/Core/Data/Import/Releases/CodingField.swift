/// The columns of a release's coding sheet; the raw value is its name in a release.
enum CodingField: String, TableField {
  case subject = "Subject"
  case filename = "Filename"
  case onset = "Onset Frame"
  case apex = "Apex Frame"
  case offset = "Offset Frame"
  case emotion = "Estimated Emotion"
  case actionUnits = "Action Units"
  case type = "Expression Type"

  var names: [String] {
    switch self {
    case .subject: ["subject", "subjectid", "subjectno", "subid", "sub"]
    case .filename: ["filename", "file", "clip", "clipname", "foldname", "seq"]
    case .onset: ["onsetframe", "onset", "onsetf"]
    case .apex: ["apexframe", "apex", "apexf1", "apexf"]
    case .offset: ["offsetframe", "offset", "offsetf"]
    case .emotion: ["estimatedemotion", "emotion"]
    case .actionUnits: ["actionunits", "actionunit", "aus", "au"]
    case .type: ["expressiontype", "type"]
    }
  }

  var isNeeded: Bool { self != .actionUnits && self != .type }
  static let choice = "name it with --sheet"

  /// What a row says about a clip; a row with any of these is not a remark.
  static let annotations: [CodingField] = [.onset, .apex, .offset, .emotion, .actionUnits]
}
