/// The content of a file or a run as facts and tables: lines for people, JSON for programs.
public struct Inspection: Equatable, Sendable {
  /// One fact.
  public struct Fact: Equatable, Sendable {
    /// Its name for people.
    public var label: String
    public var text: String
    /// The same as JSON, by key.
    public var values: [String: Value]

    public init(_ label: String, _ text: String, _ values: [String: Value]) {
      (self.label, self.text, self.values) = (label, text, values)
    }
  }

  public struct Table: Equatable, Sendable {
    /// Its JSON key, and its heading.
    public var name: String
    /// JSON keys of a row's cells, and the columns' headings.
    public var columns: [String]
    public var rows: [[Value]]

    public init(_ name: String, _ columns: [String], _ rows: [[Value]]) {
      (self.name, self.columns, self.rows) = (name, columns, rows)
    }
  }

  /// The kind of file: `clip store`, `network`, `checkpoint`, `run`, `safetensors file`.
  public var kind: String
  public var path: String
  public var facts: [Fact] = []
  public var tables: [Table] = []

  public init(_ kind: String, at path: String) { (self.kind, self.path) = (kind, path) }

  /// Lines for a terminal, without control characters from the file.
  public var lines: [String] {
    let labels = [(kind, path)] + facts.map { ($0.label, $0.text) }
    let width = labels.map(\.0.count).max() ?? 0
    var lines = labels.map { label, text in "\(label):".padded(width + 1) + " " + printable(text) }
    for table in tables { lines += ["", table.name + ":"] + table.lines }
    return lines
  }

  /// One object: `kind`, `path`, the values of every fact, and one list of objects per table.
  public var json: JSONNode {
    var members = ["kind": JSONNode.string(kind), "path": .string(path)]
    for fact in facts { members.merge(fact.values.mapValues(\.json)) { first, _ in first } }
    for table in tables {
      members[table.name] = .list(
        table.rows.map { row in
          .object(zip(table.columns, row).map { JSONNode.Member(key: $0, value: $1.json) })
        })
    }
    return .object(members.map { JSONNode.Member(key: $0.key, value: $0.value) })
  }
}

extension Inspection {
  /// The value of a fact or a cell.
  public enum Value: Equatable, Sendable {
    case none
    case text(String)
    case truth(Bool)
    case count(Int)
    /// A number that is not finite is null in JSON.
    case number(Double)
    /// A part of a whole, 0 to 1: per cent in a table.
    case share(Double)
    case shape([Int])

    /// The text in a table; numbers have at most six significant digits.
    var text: String {
      switch self {
      case .none: ""
      case .text(let text): printable(text.count > 200 ? text.prefix(199) + "…" : text)
      case .truth(let value): value ? "yes" : "no"
      case .count(let count): "\(count)"
      case .number(let number): shortened(number)
      case .share(let share): "\(Int((100 * share).rounded(.down))) %"
      case .shape(let shape): "[\(shape.map(String.init).joined(separator: ", "))]"
      }
    }

    var json: JSONNode {
      switch self {
      case .none: .null
      case .text(let text): .string(text)
      case .truth(let value): .bool(value)
      case .count(let count): .number("\(count)")
      case .number(let number), .share(let number): number.isFinite ? .number("\(number)") : .null
      case .shape(let shape): .list(shape.map { .number("\($0)") })
      }
    }

    fileprivate var isNumber: Bool {
      switch self {
      case .count, .number, .share: true
      default: false
      }
    }
  }
}

extension Inspection.Table {
  /// The headings, then one line per row; numbers are right-aligned.
  fileprivate var lines: [String] {
    let cells = [columns] + rows.map { $0.map(\.text) }
    let widths = columns.indices.map { column in
      let width = cells.map { $0[column].count }.max() ?? 0
      return rows.contains { $0[column].isNumber } ? -width : width
    }
    return cells.map { line in
      let text = "  " + zip(line, widths).map { $0.padded($1) }.joined(separator: "  ")
      return String(text.reversed().drop { $0 == " " }.reversed())
    }
  }
}

extension String {
  /// The text, padded with spaces; on the left if the width is negative.
  func padded(_ width: Int) -> String {
    let space = String(repeating: " ", count: max(0, abs(width) - count))
    return width < 0 ? space + self : self + space
  }
}
