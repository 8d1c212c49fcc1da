/// One cell of a table: a typed value, which is formatted here and nowhere else.
struct Cell: Equatable, Sendable {
  enum Value: Equatable, Sendable {
    case text(Prose)
    case count(Int)
    /// 0 … 1, shown in per cent with one decimal.
    case share(Double)
    /// Of shares.
    case interval(ClosedRange<Double>)
    /// In per cent already, as published.
    case perCent(Double)
    /// The difference of two shares, in percentage points.
    case points(Double)
    case number(Double, decimals: Int)
    case pValue(Double)
    case seconds(Double)
    /// Whether a part of the network is switched on.
    case part(Bool)
    /// There should be a value, but it is not known.
    case unknown
    case empty
  }

  var value: Value
  /// A sign after the value, explained below the table: † ▲ ▼ *.
  var mark = ""
  /// Less important, below the value in HTML and in brackets after it in Markdown; left out in TeX, whose tables are
  /// narrow.
  var under: [Prose] = []
  var isStrong = false
  var meter: Meter?

  /// A bar beside the value, where the format has pictures: shares 0 … 1.
  struct Meter: Equatable, Sendable {
    var share: Double
    var interval: ClosedRange<Double>?
    /// A value to compare with, drawn as a short line.
    var reference: Double?
  }

  init(_ value: Value) { self.value = value }

  static let unknown = Cell(.unknown)
  static let empty = Cell(.empty)
  static func text(_ text: Prose) -> Cell { Cell(.text(text)) }
  static func name(_ name: String) -> Cell { Cell(.text(Prose(name))) }
  static func count(_ count: Int) -> Cell { Cell(.count(count)) }
  static func part(_ isOn: Bool) -> Cell { Cell(.part(isOn)) }
  static func share(_ share: Double?) -> Cell { of(share, Value.share) }
  static func perCent(_ number: Double?) -> Cell { of(number, Value.perCent) }
  static func points(_ difference: Double?) -> Cell { of(difference, Value.points) }
  static func pValue(_ p: Double?) -> Cell { of(p, Value.pValue) }
  static func seconds(_ seconds: Double?) -> Cell { of(seconds, Value.seconds) }
  static func number(_ number: Double?, decimals: Int) -> Cell { of(number) { .number($0, decimals: decimals) } }

  private static func of<Number>(_ number: Number?, _ value: (Number) -> Value) -> Cell {
    Cell(number.map(value) ?? .unknown)
  }

  func marked(_ mark: String?) -> Cell { with { $0.mark = mark ?? "" } }
  func under(_ text: Prose?) -> Cell { with { cell in text.map { cell.under.append($0) } } }
  func under(_ value: Value?) -> Cell { under(value.map(\.prose)) }
  func strong() -> Cell { with { $0.isStrong = value != .unknown } }
  func with(_ change: (inout Cell) -> Void) -> Cell {
    var changed = self
    change(&changed)
    return changed
  }
}

extension Cell.Value {
  /// The value in words and digits.
  var prose: Prose {
    switch self {
    case .text(let text): text
    case .count(let count): "\(count)"
    case .share(let share): "\(ReportText.percent(share))"
    case .interval(let range): "\(ReportText.percent(range))"
    case .perCent(let number): "\(ReportText.decimals(number, 1))"
    case .points(let difference): "\(ReportText.points(difference))"
    case .number(let number, let decimals): "\(ReportText.decimals(number, decimals))"
    case .pValue(let p): "\(ReportText.pValue(p))"
    case .seconds(let seconds): "\(ReportText.duration(seconds))"
    case .part(let isOn): isOn ? "●" : "–"
    case .unknown: "–"
    case .empty: ""
    }
  }
}
