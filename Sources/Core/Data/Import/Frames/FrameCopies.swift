/// Copies that file managers make of a frame (`img012 (2).png`, `img012 - Copy.png`), told apart from the frames.
struct FrameCopies: Equatable {
  struct Copy: Equatable {
    var file: String
    /// The file that it is a copy of.
    var original: String
  }

  /// A file that is a frame, and its name without extension and without the mark of a copy.
  struct Frame: Equatable {
    var file: String
    var stem: String
  }

  private(set) var frames: [Frame] = []
  /// Copies of a frame that is there, which are left out.
  private(set) var left: [Copy] = []
  /// Files that are named as copies and are taken as the frame, which is not there.
  private(set) var used: [String] = []

  /// - Parameter files: names with an extension and a number, sorted.
  /// - Throws: a `Fault` at `location` when copies of one frame cannot be told from numbered frames.
  init(_ files: [String], at location: String) throws {
    let parts = files.map { FrameCopies.split($0) }
    var marked: [(file: String, stem: String, ending: String, mark: Mark)] = []
    var originals: [String: String] = [:]
    var patterns: Set<[String]> = []
    for (file, (stem, ending)) in zip(files, parts) {
      if let mark = Mark(stem) {
        marked.append((file, stem, ending, mark))
      } else {
        patterns.insert(FrameName(stem, of: file).texts)
      }
      originals["\(stem).\(ending)"] = file
    }
    guard !marked.isEmpty else {
      frames = zip(files, parts).map { Frame(file: $0, stem: $1.stem) }
      return
    }
    // `S01 (1)` to `S01 (90)` are frames: nothing there is named like an `S01` without a number in parentheses.
    marked.removeAll { !$0.mark.isCertain && !patterns.contains(FrameName($0.mark.stem, of: $0.file).texts) }
    let numbered = marked.filter { !$0.mark.isCertain }
    if numbered.count > 1, files.count - marked.count == 1, Set(numbered.map(\.mark.stem)).count == 1 {
      throw Fault(
        at: location,
        "`\(numbered[0].file)` and `\(numbered[1].file)` may be frames or copies of one frame; rename the files")
    }
    let isMarked = Set(marked.map(\.file))
    frames = zip(files, parts).filter { !isMarked.contains($0.0) }.map { Frame(file: $0, stem: $1.stem) }
    // The shortest name is the first copy.
    for (file, _, ending, mark) in marked.sorted(by: { ($0.file.utf8.count, $0.file) < ($1.file.utf8.count, $1.file) })
    {
      let key = "\(mark.stem).\(ending)"
      if let original = originals[key] {
        left.append(Copy(file: file, original: original))
      } else {
        originals[key] = file
        used.append(file)
        frames.append(Frame(file: file, stem: mark.stem))
      }
    }
  }

  /// A file's name without its extension, and the extension in lower case.
  private static func split(_ file: String) -> (stem: String, ending: String) {
    guard let point = file.lastIndex(of: ".") else { return (file, "") }
    return (String(file[..<point]), file[file.index(after: point)...].lowercased())
  }

  /// What a file manager adds to the name of a copy.
  struct Mark: Equatable {
    /// The name of the original, without extension.
    var stem: String
    /// Whether a word says that it is a copy; a number in parentheses may also number frames.
    var isCertain: Bool

    private static let words = ["copy", "kopie", "copie", "copia"]
    private static let links = [" of ", " von ", " de "]

    /// Nil for a name without such a mark, and for one whose original would have no number.
    init?(_ name: String) {
      let lowered = name.lowercased()
      let word = Mark.words.first { lowered.contains($0) }
      guard word != nil || name.hasSuffix(")") else { return nil }
      // Lower case may have other lengths, so positions are only taken from a name of plain letters.
      let isPlain = lowered.utf8.count == name.utf8.count
      var stem: Substring
      if let word, isPlain, let prefixed = Mark.afterPrefix(name, lowered, word) {
        (stem, isCertain) = (prefixed, true)
      } else {
        let (rest, hasNumber) = Mark.withoutNumber(name)
        (stem, isCertain) = (rest, false)
        if let word, let original = Mark.beforeWord(rest, word) ?? Mark.beforeWord(Mark.withoutDigits(name), word) {
          (stem, isCertain) = (original, true)
        } else if !hasNumber {
          return nil
        }
      }
      while let last = stem.last, last == " " { stem.removeLast() }
      guard stem.utf8.contains(where: { 0x30...0x39 ~= $0 }) else { return nil }
      self.stem = String(stem)
    }

    /// `Copy of NAME`, `Copy (2) of NAME`.
    private static func afterPrefix(_ name: String, _ lowered: String, _ word: String) -> Substring? {
      guard lowered.hasPrefix(word) else { return nil }
      var rest = lowered.dropFirst(word.count)
      if rest.hasPrefix(" ("), let end = rest.firstIndex(of: ")") {
        guard rest[..<end].dropFirst(2).allSatisfy(\.isNumber) else { return nil }
        rest = rest[rest.index(after: end)...]
      }
      guard let link = links.first(where: { rest.hasPrefix($0) }) else { return nil }
      return name.dropFirst(lowered.count - rest.count + link.count)
    }

    /// `NAME (2)` or `NAME(2)` without the number, and whether there was one.
    private static func withoutNumber(_ name: String) -> (Substring, Bool) {
      guard name.hasSuffix(")"), let start = name.lastIndex(of: "(") else { return (Substring(name), false) }
      let digits = name[name.index(after: start)...].dropLast()
      guard !digits.isEmpty, digits.allSatisfy(\.isNumber) else { return (Substring(name), false) }
      var rest = name[..<start]
      while rest.last == " " { rest.removeLast() }
      return (rest, true)
    }

    /// `NAME copy 2` without the 2.
    private static func withoutDigits(_ name: String) -> Substring {
      var rest = Substring(name)
      while rest.last?.isNumber == true { rest.removeLast() }
      while rest.last == " " { rest.removeLast() }
      return rest
    }

    /// `NAME - Copy`, `NAME copy` and `NAME_copy` without the word.
    private static func beforeWord(_ name: Substring, _ word: String) -> Substring? {
      guard name.lowercased().hasSuffix(word) else { return nil }
      var rest = name.dropLast(word.count)
      guard let before = rest.last, " -_".contains(before) else { return nil }
      while let last = rest.last, " -_".contains(last) { rest.removeLast() }
      return rest
    }
  }
}
