import Foundation
import FoundationXML

/// Receives the elements of an XML text; names come without their namespace's prefix.
protocol XMLVisitor {
  /// - Throws: a `Fault`, which ends the walk.
  mutating func start(_ element: String, _ attributes: [String: String]) throws
  mutating func text(_ text: String)
  /// - Throws: a `Fault`, which ends the walk.
  mutating func end(_ element: String) throws
}

extension XMLVisitor {
  /// Passes the elements of an XML text to this visitor, from the first to the last.
  ///
  /// A part of a workbook has no document type declaration and is UTF-8; so nothing else is let through to the parser,
  /// and there are no entities to expand or to load.
  /// - Throws: a `Fault` at `location` when the text is not such XML, or the visitor's own.
  mutating func walk(_ bytes: [UInt8], at location: String) throws {
    if let problem = refusal(of: bytes) { throw Fault(at: location, problem) }
    let delegate = WalkDelegate(self)
    let parser = XMLParser(data: Data(bytes))
    parser.shouldResolveExternalEntities = false
    parser.delegate = delegate
    let isWhole = parser.parse()
    if let fault = delegate.fault { throw fault }
    // Foundation accepts truncated input.
    guard isWhole, parser.parserError == nil, delegate.hasEnded else {
      throw Fault(at: "\(location), line \(max(parser.lineNumber, 1))", "is not valid XML, or truncated")
    }
    self = delegate.visitor
  }
}

/// Why a text must not be parsed; nil when it may be.
///
/// Foundation's parser crashes on bytes that are not UTF-8 and on processing instructions without text.
private func refusal(of bytes: [UInt8]) -> String? {
  if bytes.isEmpty { return "is empty" }
  guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil else { return "is not UTF-8 text" }
  let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  for position in bytes.indices where bytes[position] == UInt8(ascii: "<") {
    let rest = bytes[(position + 1)...].prefix(8)
    if rest.first == UInt8(ascii: "!"), !rest.starts(with: "!--".utf8), !rest.starts(with: "![CDATA[".utf8) {
      return "has a document type declaration; no workbook has"
    }
    if rest.first == UInt8(ascii: "?"), position != start || !rest.starts(with: "?xml ".utf8) {
      return "has a processing instruction; no workbook has"
    }
  }
  // Another encoding could hide what is refused here.
  let head = bytes.dropFirst(start).prefix(400).prefix { $0 != UInt8(ascii: ">") }
  let declaration = String(decoding: head, as: UTF8.self)
  let words = declaration.lowercased().filter { !$0.isWhitespace }
  guard declaration.hasPrefix("<?xml "), let encoding = words.range(of: "encoding=") else { return nil }
  let name = words[encoding.upperBound...].dropFirst().prefix { $0 != "\"" && $0 != "'" }
  return ["utf-8", "us-ascii", "ascii"].contains(name) ? nil : "is not UTF-8 text"
}

private final class WalkDelegate<Visitor: XMLVisitor>: NSObject, XMLParserDelegate {
  var visitor: Visitor
  var fault: Fault?
  private var depth = 0
  private var elements = 0

  init(_ visitor: Visitor) { self.visitor = visitor }

  /// Whether there was an element and all are closed.
  var hasEnded: Bool { elements > 0 && depth == 0 }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    (depth, elements) = (depth + 1, elements + 1)
    step(parser) { try $0.start(plain(name), attributes) }
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if fault == nil { visitor.text(text) }
  }

  func parser(_ parser: XMLParser, foundCDATA block: Data) {
    if fault == nil { visitor.text(String(decoding: block, as: UTF8.self)) }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    depth -= 1
    step(parser) { try $0.end(plain(name)) }
  }

  private func step(_ parser: XMLParser, _ body: (inout Visitor) throws -> Void) {
    guard fault == nil else { return }
    do {
      try body(&visitor)
    } catch {
      fault = error as? Fault ?? Fault(at: "XML", "\(error)")
      parser.abortParsing()
    }
  }

  private func plain(_ name: String) -> String {
    name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
  }
}
