/// The sheets that a workbook lists, in its order, and what its dates are counted from (`xl/workbook.xml`).
struct SheetList: XMLVisitor {
  struct Sheet: Equatable {
    var name: String
    /// What `Relationships` knows its part by.
    var relationship: String
    var isHidden = false
  }

  private(set) var sheets: [Sheet] = []
  /// Whether day 0 is 1 January 1904.
  private(set) var is1904 = false
  private static let most = 256
  private let location: String

  init(_ bytes: [UInt8], at location: String) throws {
    self.location = location
    try walk(bytes, at: location)
  }

  mutating func start(_ element: String, _ attributes: [String: String]) throws {
    if element == "workbookPr" { is1904 = ["1", "true"].contains(attributes["date1904"]) }
    guard element == "sheet", let name = attributes["name"] else { return }
    guard sheets.count < SheetList.most else { throw Fault(at: location, "has more than \(SheetList.most) sheets") }
    // `r:id`; the prefix is free.
    let id = attributes.filter { $0.key.hasSuffix(":id") }.min { $0.key < $1.key }
    let isHidden = ["hidden", "veryHidden"].contains(attributes["state"])
    sheets.append(Sheet(name: name, relationship: id?.value ?? "", isHidden: isHidden))
  }

  mutating func text(_ text: String) {}
  mutating func end(_ element: String) {}
}

/// Which part of a workbook is what (`xl/_rels/workbook.xml.rels`).
struct Relationships: XMLVisitor {
  /// The paths of worksheets in the archive, by relationship.
  private(set) var worksheets: [String: String] = [:]
  private(set) var sharedStrings: String?
  private(set) var styles: String?

  init(_ bytes: [UInt8], at location: String) throws { try walk(bytes, at: location) }

  mutating func start(_ element: String, _ attributes: [String: String]) {
    guard element == "Relationship", let id = attributes["Id"], let target = attributes["Target"] else { return }
    let path = target.hasPrefix("/") ? String(target.dropFirst()) : "xl/\(target)"
    switch attributes["Type"]?.split(separator: "/").last {
    case "worksheet": worksheets[id] = path
    case "sharedStrings": sharedStrings = path
    case "styles": styles = path
    default: break
    }
  }

  mutating func text(_ text: String) {}
  mutating func end(_ element: String) {}
}

/// The texts that cells refer to by number (`xl/sharedStrings.xml`); the runs of a rich text are joined.
struct SharedStrings: XMLVisitor {
  private(set) var texts: [String] = []
  private var current = ""
  private var isText = false
  private var isPhonetic = false

  init(_ bytes: [UInt8], at location: String) throws { try walk(bytes, at: location) }

  mutating func start(_ element: String, _ attributes: [String: String]) {
    switch element {
    case "si": current = ""
    case "rPh": isPhonetic = true
    case "t": isText = !isPhonetic
    default: break
    }
  }

  mutating func text(_ text: String) {
    if isText { current += text }
  }

  mutating func end(_ element: String) {
    switch element {
    case "si": texts.append(SharedStrings.unescaped(current))
    case "rPh": isPhonetic = false
    case "t": isText = false
    default: break
    }
  }

  /// Text without the `_x000D_` that stands for a character XML cannot hold.
  static func unescaped(_ text: String) -> String {
    guard text.contains("_x") else { return text }
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.first {
      let escape = rest.prefix(7)
      if escape.count == 7, escape.starts(with: [0x5F, 0x78]), escape.last == 0x5F,
        let code = UInt32(String(decoding: escape.dropFirst(2).dropLast(), as: UTF8.self), radix: 16),
        let scalar = Unicode.Scalar(code)
      {
        bytes += Array(String(Character(scalar)).utf8)
        rest = rest.dropFirst(7)
      } else {
        bytes.append(byte)
        rest = rest.dropFirst()
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
