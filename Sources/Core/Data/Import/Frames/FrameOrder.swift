/// The order of a folder's frames and their numbers, from their names alone.
///
/// A frame's number is the one number that varies among names of the same pattern: 12 in `frame_0012_of_0100` and in
/// `img12_cam1`. Where several vary, as in a time, it is the one that counts; if none does, the frames are ordered by
/// all of them together and have no number of their own.
struct FrameOrder: Equatable {
  struct Frame: Equatable {
    var file: String
    /// Its own number, or its position from 1 where frames have none.
    var number: Int
  }

  private(set) var frames: [Frame] = []
  /// Whether numbers are those in the names.
  private(set) var hasOwnNumbers = true
  /// What a person should look at.
  private(set) var doubts: [String] = []

  /// - Parameter files: at least one, each with a number in its stem.
  /// - Throws: a `Fault` at `location` when two frames have the same number, or the order is not clear.
  init(_ files: [FrameCopies.Frame], at location: String) throws {
    let names = files.map { FrameName($0.stem, of: $0.file) }
    // The largest group first: names that stand alone are read as its names are.
    let groups = Dictionary(grouping: names, by: \.texts).values
      .map { NamingPattern($0) }
      .sorted { ($1.names.count, $0.names[0].file) < ($0.names.count, $1.names[0].file) }
    guard let main = groups.first else { return }
    if let unclear = groups.lazy.compactMap(\.unclear).first {
      throw Fault(
        at: location,
        "the order of its frames is not clear: `\(unclear.0)` and `\(unclear.1)` may have whole numbers or fractions "
          + "after the point; write them all with the same number of digits")
    }
    if groups.count == 1, main.counter == nil {
      try orderByAll(main, at: location)
    } else {
      try orderByCounter(groups, at: location)
    }
  }

  private mutating func orderByAll(_ pattern: NamingPattern, at location: String) throws {
    hasOwnNumbers = false
    frames = pattern.names.enumerated().map { Frame(file: $1.file, number: $0 + 1) }
    doubts.append(
      "frames are named by several numbers, as times are (`\(pattern.names[0].file)`): they are ordered by all of them"
        + ", and counted from the clip's first frame")
    if let uneven = pattern.uneven {
      doubts.append("`\(uneven.0)` is taken to be before `\(uneven.1)`; write numbers with the same number of digits")
    }
    for (one, next) in zip(pattern.names, pattern.names.dropFirst()) where one.numbers == next.numbers {
      throw FrameOrder.double(one, next, at: location)
    }
  }

  private mutating func orderByCounter(_ groups: [NamingPattern], at location: String) throws {
    var found: [(number: FrameName.Number, name: FrameName)] = []
    let main = groups[0]
    for group in groups {
      guard var position = group.counter else {
        throw Fault(
          at: location,
          "its frames are named in different ways (`\(main.names[0].file)`, `\(group.names[0].file)`), and some by "
            + "several numbers, as times are: their order is not clear; leave one kind of names there")
      }
      if group.names.count == 1, main.names.count > 1, let common = main.counter,
        main.names[0].numbers.count == group.names[0].numbers.count
      {
        position = common
      }
      found += group.names.map { ($0.numbers[position], $0) }
    }
    found.sort { $0.number == $1.number ? $0.name.file < $1.name.file : $0.number < $1.number }
    for (one, next) in zip(found, found.dropFirst()) where one.number == next.number {
      throw FrameOrder.double(one.name, next.name, at: location)
    }
    // Half of 64 bits, so that differences of numbers cannot overflow.
    let values = found.compactMap(\.number.value).filter { $0 <= Int.max / 2 }
    hasOwnNumbers = values.count == found.count
    frames = found.enumerated().map { Frame(file: $1.name.file, number: hasOwnNumbers ? values[$0] : $0 + 1) }
    if !hasOwnNumbers {
      doubts.append(
        "the numbers of its frames are too large (`\(found[found.count - 1].name.file)`): they are ordered by them, "
          + "and counted from the clip's first frame")
    }
    if groups.count > 1 {
      doubts.append(
        "frames are named in \(groups.count) ways (`\(main.names[0].file)`, `\(groups[1].names[0].file)`); they are "
          + "taken in the order of their numbers")
    }
    if let other = main.otherCounter {
      doubts.append(
        "names have two numbers that count (`\(main.names[0].file)`); the last of them, not "
          + "\(other.written), is the frame's number")
    }
  }

  private static func double(_ one: FrameName, _ next: FrameName, at location: String) -> Fault {
    Fault(at: location, "`\(one.file)` and `\(next.file)` have the same frame number")
  }
}
