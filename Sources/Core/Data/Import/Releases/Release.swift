/// A dataset whose release has a coding sheet and folders of frames.
public enum Release: String, CaseIterable, Sendable {
  case casme2, samm, mmew

  /// As people write it.
  public var title: String {
    switch self {
    case .casme2: "CASME II"
    case .samm: "SAMM"
    case .mmew: "MMEW"
    }
  }

  /// Frames per second of its recordings.
  public var fps: Double {
    switch self {
    case .casme2, .samm: 200
    case .mmew: 90
    }
  }

  /// The sheet of the workbook that lists the micro-expressions, where there are several.
  var sheet: String? { self == .samm ? "MICRO_ONLY" : nil }

  /// Whether clips of different subjects share names, so that a clip's folder must lie in its subject's.
  var needsSubjectFolder: Bool { self == .casme2 }

  /// What a subject's folder is called, for people.
  var exampleFolders: String {
    switch self {
    case .casme2: "sub01, sub02, …"
    case .samm: "006, 007, …"
    case .mmew: "the emotions or S01, S02, …"
    }
  }

  /// A subject as the release's folders spell it: the sheet may have `6`, `6.0` or `sub06`; nil for anything else.
  func subject(_ text: String) -> String? {
    let (prefix, digits) =
      switch self {
      case .casme2: ("sub", 2)
      case .samm: ("", 3)
      case .mmew: ("S", 2)
      }
    let isPrefixed = !prefix.isEmpty && text.lowercased().hasPrefix(prefix.lowercased())
    let rest = isPrefixed ? String(text.dropFirst(prefix.count)) : text
    guard case .number(let number) = FrameNumber(rest), number < 1000 else { return nil }
    let written = "\(number)"
    return prefix + String(repeating: "0", count: max(0, digits - written.count)) + written
  }

  /// An offset with a known typing error in the release's sheet, and what it should be.
  struct MistypedOffset {
    /// Rows after the header, from 0; one more on either side, since sheets are counted in several ways.
    var rows: ClosedRange<Int>
    var offset: Int
  }

  var mistypedOffset: MistypedOffset? {
    switch self {
    case .casme2: MistypedOffset(rows: 59...61, offset: 91)
    case .samm: MistypedOffset(rows: 55...57, offset: 5739)
    case .mmew: nil
    }
  }

  /// Frames that no micro-expression of a release lasts: an offset further from its onset is mistyped.
  static let implausibleLength = 250
}
