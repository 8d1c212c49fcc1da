import Foundation

/// A program, installed here, that turns SVG files into PDF files.
public struct PDFProgram: Equatable, Sendable {
  /// The program's name.
  public let name: String
  /// The file that is run.
  private let file: String

  /// Those that are looked for, best first: a browser takes a second per file.
  public static let names = ["rsvg-convert", "inkscape", "cairosvg"] + browsers
  private static let browsers = ["chromium", "chromium-browser", "google-chrome"]

  /// Seconds after which a conversion is given up.
  private static let longest = 60

  /// The first of the known programs that is there; nil where none is.
  ///
  /// - Parameter path: folders to look in, as in the environment's PATH.
  public init?(in path: String = ProcessInfo.processInfo.environment["PATH"] ?? "") {
    let folders = path.split(separator: ":")
    let found = PDFProgram.names.compactMap { name in
      folders.map { (name, "\($0)/\(name)") }.first { access($0.1, X_OK) == 0 }
    }
    guard let first = found.first else { return nil }
    (name, file) = first
  }

  /// An SVG file as PDF. Two calls give the same bytes, except with a browser, which writes the time.
  ///
  /// - Parameters:
  ///   - svg: the file's path.
  ///   - width: of the picture, CSS pixels.
  /// - Throws: a `Fault` naming the program when it fails.
  public func pdf(of svg: String, width: Double, height: Double) throws -> [UInt8] {
    // No path is taken for an option.
    let svg = svg.hasPrefix("/") ? svg : "./\(svg)"
    return switch name {
    case "rsvg-convert": try run(["--format=pdf", svg])
    case "inkscape": try run(["--export-type=pdf", "--export-filename=-", svg])
    case "cairosvg": try run(["--format=pdf", "--output=-", svg])
    default: try printed(svg, width: width, height: height)
    }
  }

  /// By a browser, which prints a page of the picture's size.
  private func printed(_ svg: String, width: Double, height: Double) throws -> [UInt8] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("microfold-\(UUID().uuidString)").path
    guard mkdir(folder, 0o700) == 0 else { throw Fault.system(at: folder, "cannot be made") }
    defer { try? FileManager.default.removeItem(atPath: folder) }
    guard let picture = FileManager.default.contents(atPath: svg) else { throw Fault(at: svg, "cannot be read") }
    // A page without a doctype has no line below the picture, which would need a second page.
    let page = """
      <meta charset="utf-8"><style>@page { size: \(width)px \(height)px; margin: 0 } body { margin: 0 }</style>

      """
    try AtomicFile.write(Data(page.utf8) + picture.drop { $0 != UInt8(ascii: "\n") }, to: "\(folder)/page.html")
    _ = try run([
      "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(folder)/profile", "--no-pdf-header-footer",
      "--print-to-pdf=\(folder)/page.pdf", "file://\(folder)/page.html",
    ])
    guard let pdf = FileManager.default.contents(atPath: "\(folder)/page.pdf") else {
      throw Fault(at: name, "could not write \(svg) as PDF")
    }
    return Array(pdf)
  }

  /// What the program writes to its output.
  private func run(_ arguments: [String]) throws -> [UInt8] {
    var output: [UInt8] = []
    // The date in a PDF is 1970 for those programs that take it from the environment, so that its bytes do not change.
    let words = ["\(PDFProgram.longest)", "env", "SOURCE_DATE_EPOCH=0", file] + arguments
    let ending = try Subprocess(program: "timeout", arguments: words).run {
      output += $0
      return true
    }
    guard let ending, ending.status == 0 else {
      let reason = ending.map { $0.complaint.isEmpty ? "exit status \($0.status)" : $0.complaint } ?? "not found"
      throw Fault(at: name, "could not write a PDF file: \(printable(String(reason.prefix { !$0.isNewline })))")
    }
    return output
  }
}
