/// A table of the report: made once from the results, and written as HTML, Markdown and TeX.
struct Table: Equatable, Sendable {
  /// Its label in TeX: `tab:NAME`.
  var name: String
  var caption: Prose
  var headings: [Heading]
  /// Each has a cell for each heading, except titles, which have one.
  var rows: [Row]
  /// What its columns and marks mean.
  var notes: [Prose] = []

  /// The head of a column.
  struct Heading: Equatable, Sendable {
    /// Neighbours with the same group stand under it.
    var group: Prose?
    var title: Prose
    /// Words are aligned left, numbers right, signs in the centre.
    var alignment: Alignment
  }

  enum Alignment: Equatable, Sendable { case left, center, right }

  struct Row: Equatable, Sendable {
    var cells: [Cell]
    var kind = Kind.plain

    enum Kind: Equatable, Sendable {
      case plain
      /// MicroFold's own network among others.
      case ours
      /// A method without figures.
      case absent
      /// A line over the rows below it; it has one cell.
      case title
      /// Means of the rows above it.
      case summary
    }
  }
}

/// A column of a table whose rows are each made from a `Subject`: what stands above it, and how a cell is made.
struct Column<Subject> {
  var heading: Table.Heading
  var cell: (Subject) -> Cell

  init(
    _ title: Prose, group: Prose? = nil, _ alignment: Table.Alignment = .right, _ cell: @escaping (Subject) -> Cell
  ) {
    heading = Table.Heading(group: group, title: title, alignment: alignment)
    self.cell = cell
  }
}

extension Table {
  init<Subject>(
    _ name: String, _ caption: Prose, of subjects: [Subject], _ columns: [Column<Subject>], notes: [Prose] = [],
    kind: (Subject) -> Row.Kind = { _ in .plain }
  ) {
    self.init(
      name: name, caption: caption, headings: columns.map(\.heading),
      rows: subjects.map { subject in Row(cells: columns.map { $0.cell(subject) }, kind: kind(subject)) }, notes: notes)
  }

  var hasGroups: Bool { headings.contains { $0.group != nil } }

  /// Neighbouring headings of the same group, with their number.
  var groups: [(title: Prose?, columns: Int)] {
    headings.reduce(into: []) { groups, heading in
      if let last = groups.last, last.title == heading.group, heading.group != nil {
        groups[groups.count - 1].columns += 1
      } else {
        groups.append((heading.group, 1))
      }
    }
  }
}
