/// How a whole table counts frames: one rule for all clips that are folders.
///
/// A single clip may fit several rules, and the wrong one moves it by a frame; so the clips decide together.
struct FrameNumbering: Equatable {
  /// In the order in which they are preferred.
  enum Rule: CaseIterable {
    /// Numbers are those of files.
    case files
    /// Numbers count from a clip's first frame, which is 1.
    case fromOne
    /// Numbers count from a clip's first frame, which is 0.
    case fromZero

    /// What the first frame of a clip is; nil where that depends on its files.
    var base: Int? {
      switch self {
      case .files: nil
      case .fromOne: 1
      case .fromZero: 0
      }
    }

    /// What numbers are by this rule, for people.
    fileprivate var words: String {
      switch self {
      case .files: "numbers of files"
      case .fromOne: "counts from 1"
      case .fromZero: "counts from 0"
      }
    }

    /// Whether the annotated frames of a clip are there by this rule, or between frames that are there.
    func fits(_ marks: FrameMarks, _ numbers: FrameNumbers) -> Bool {
      guard let range = marks.range else { return false }
      guard let base else {
        return numbers.areOwn && range.lowerBound >= numbers.first && range.upperBound <= numbers.last
      }
      return range.lowerBound >= base && range.upperBound - base < numbers.count
    }
  }

  /// The rule that fits the most clips.
  private(set) var rule = Rule.files
  /// The same, among those that count from the first frame: for clips whose files have no number of their own.
  private(set) var counting = Rule.fromOne
  /// Clips with frame numbers.
  private(set) var clips = 0
  /// Of these, the clips that each rule fits.
  private(set) var fitting: [Rule: Int] = [:]
  /// Of these, the clips that are read by `rule` or `counting`.
  private(set) var settled = 0

  init(_ clips: [(marks: FrameMarks, numbers: FrameNumbers)]) {
    for (marks, numbers) in clips where marks.range != nil {
      self.clips += 1
      for rule in Rule.allCases where rule.fits(marks, numbers) { fitting[rule, default: 0] += 1 }
    }
    // The first of equals.
    for next in Rule.allCases where fitting[next, default: 0] > fitting[rule, default: 0] { rule = next }
    if fitting[.fromZero, default: 0] > fitting[.fromOne, default: 0] { counting = .fromZero }
    settled = clips.count { self.rule(for: $0.marks, $0.numbers) != nil }
  }

  /// The rule by which a clip is read; nil when the table's does not fit it.
  func rule(for marks: FrameMarks, _ numbers: FrameNumbers) -> Rule? {
    let wanted = numbers.areOwn ? rule : rule == .files ? counting : rule
    return wanted.fits(marks, numbers) ? wanted : nil
  }

  /// The rule and its reason, for people; nil where all numbers are those of files.
  var remark: String? {
    guard fitting[rule, default: 0] > 0, rule != .files || settled < clips else { return nil }
    let fits = Rule.allCases.filter { $0 != rule }.map { "\($0.words) fit \(fitting[$0, default: 0])" }
    let first = rule == .files ? "" : ", each clip's first frame"
    return "frame numbers are read as \(rule.words)\(first), which fit \(fitting[rule, default: 0]) of \(clips) clips; "
      + fits.joined(separator: ", ")
  }
}
