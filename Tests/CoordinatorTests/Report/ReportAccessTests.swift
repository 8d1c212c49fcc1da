import Core
import Foundation
import Testing

@testable import Coordinator

/// The page for people who use a keyboard or a screen reader, or who see little contrast.
@Suite struct ReportAccessTests {
  private static let page: String = {
    let configuration = ReportFixture.configuration(variants: [.ce, .full], methods: Catalogue.names, datasets: 2)
    return ReportPage.text(ReportFixture.report(configuration, ReportFixture.outcomes(configuration)))
  }()

  /// The opening tags of some elements, `<th scope="row">` and so on.
  private func tags(_ name: String, in page: String = Self.page) -> [String] {
    page.components(separatedBy: "<\(name)").dropFirst().filter { [" ", ">"].contains($0.first) }.map { part in
      "<\(name)" + part.prefix { $0 != ">" } + ">"
    }
  }

  @Test func thePageHasOneOfEachLandmarkAndEverySectionATitle() {
    for landmark in ["main", "header", "footer", "h1"] { #expect(tags(landmark).count == 1, "\(landmark)") }
    #expect(tags("nav").allSatisfy { $0.contains("aria-label=") })
    let identifiers = Self.page.components(separatedBy: " id=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
    #expect(Set(identifiers).count == identifiers.count)
    for section in tags("section") {
      let title = section.components(separatedBy: "aria-labelledby=\"").last?.prefix { $0 != "\"" } ?? ""
      #expect(identifiers.contains(title), "\(section)")
    }
    // Whatever can be jumped to is there, and the first link jumps over the header.
    let links = tags("a").filter { $0.contains("href=\"#") }
    for link in links {
      let target = link.components(separatedBy: "href=\"#").last?.prefix { $0 != "\"" } ?? ""
      #expect(identifiers.contains(target), "\(link)")
    }
    #expect(links.first?.contains("class=\"skip\" href=\"#main\"") == true)
    // A table that is scrolled with the keys is a group, not one of a hundred landmarks.
    #expect(!Self.page.contains("role=\"region\""))
  }

  @Test func everyTableHasACaptionAndEveryHeaderAScope() {
    let tables = Self.page.components(separatedBy: "<table>").dropFirst()
    #expect(tables.count > 8)
    for table in tables { #expect(table.dropFirst().hasPrefix("<caption>")) }
    #expect(tags("th").allSatisfy { $0.contains("scope=\"") })
    // A row begins with its header, except where a group of columns has none.
    for row in Self.page.components(separatedBy: "<tbody>").dropFirst().flatMap({ body in
      body.components(separatedBy: "</tbody>")[0].components(separatedBy: "<tr").dropFirst()
    }) {
      #expect(row.contains("><th scope=\"row"), "\(row)")
    }
  }

  @Test func everyPictureIsSaidInWords() {
    let pictures = tags("svg")
    #expect(pictures.count > 10)
    for picture in pictures {
      let isSaid = picture.contains("role=\"img\"") && !picture.contains("aria-label=\"\"")
      #expect(isSaid && picture.contains("aria-label=\"") || picture.contains("aria-hidden=\"true\""), "\(picture)")
    }
  }

  @Test func headingsSkipNoLevel() {
    let levels = Self.page.components(separatedBy: "<h").dropFirst().compactMap { part -> Int? in
      guard let level = part.first?.wholeNumberValue, part.dropFirst().first.map({ " >".contains($0) }) == true else {
        return nil
      }
      return level
    }
    #expect(levels.first == 1)
    for (one, next) in zip(levels, levels.dropFirst()) { #expect(next <= one + 1, "h\(one), then h\(next)") }
  }

  // MARK: Contrast

  /// Linear light, red, green and blue.
  private typealias Colour = [Double]

  /// The colours of one scheme by name.
  private func colours(_ css: String) throws -> [String: Colour] {
    var colours: [String: Colour] = [:]
    for part in css.split(separator: ";") {
      let pair = part.split(separator: ":").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
      guard pair.count == 2, pair[1].hasPrefix("#") else { continue }
      var digits = String(pair[1].dropFirst())
      if digits.count == 3 { digits = digits.map { "\($0)\($0)" }.joined() }
      let number = try #require(Int(digits.prefix(6), radix: 16))
      colours[String(pair[0].dropFirst(2))] = [16, 8, 0].map { Double(number >> $0 & 255) / 255 }
    }
    return colours
  }

  /// WCAG 2.2: relative luminance of sRGB values 0 … 1.
  private func luminance(_ colour: Colour) -> Double {
    let linear = colour.map { $0 <= 0.04045 ? $0 / 12.92 : pow(($0 + 0.055) / 1.055, 2.4) }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }

  private func contrast(_ one: Colour, _ other: Colour) -> Double {
    let (light, dark) = (max(luminance(one), luminance(other)), min(luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
  }

  @Test func contrastIsComputedAsTheStandardDoes() {
    #expect(abs(contrast([0, 0, 0], [1, 1, 1]) - 21) < 1e-9)
    // #767676 on white is the lightest grey that passes, 4.54.
    let grey = [Double](repeating: 118.0 / 255, count: 3)
    #expect(abs(contrast(grey, [1, 1, 1]) - 4.54) < 0.01)
  }

  @Test(arguments: [ReportStyle.light, ReportStyle.dark])
  func textHasTheContrastOfLevelAA(_ css: String) throws {
    let colours = try colours(css)
    let pairs: [(text: [String], ground: [String])] = [
      (["ink", "muted", "accent"], ["surface", "page", "tint"]), (["warn"], ["surface", "page", "warn-page"]),
      (["ink", "muted", "accent"], ["warn-page"]), (["ink", "muted"], ["cell"]),
      (["surface"], ["accent", "second", "warn", "bad"]),
    ]
    for (texts, grounds) in pairs {
      for text in texts {
        for ground in grounds {
          let ratio = contrast(try #require(colours[text]), try #require(colours[ground]))
          #expect(ratio >= 4.5, "\(text) on \(ground): \(ratio)")
        }
      }
    }
  }

  @Test(arguments: [ReportStyle.light, ReportStyle.dark])
  func whatIsDrawnHasTheContrastOfGraphics(_ css: String) throws {
    let colours = try colours(css)
    let surface = try #require(colours["surface"])
    for name in ["accent", "second", "leaky", "paper", "published", "heat", "muted", "bad", "warn"] {
      let ratio = contrast(try #require(colours[name]), surface)
      #expect(ratio >= 3, "\(name): \(ratio)")
    }
  }

  /// The number of a cell can be read on every colour that the cell can have.
  @Test(arguments: [ReportStyle.light, ReportStyle.dark])
  func numbersOnAHeatMapCanBeRead(_ css: String) throws {
    let colours = try colours(css)
    let (cell, heat) = (try #require(colours["cell"]), try #require(colours["heat"]))
    for share in (0...200).map({ Double($0) / 200 }) {
      let ink = HeatMap.ink(share)
      let name = ink.isEmpty ? "ink" : "heat-\(ink)"
      let ground = zip(cell, heat).map { $0 * (1 - share) + $1 * share }
      let ratio = contrast(try #require(colours[name]), ground)
      #expect(ratio >= 4.5, "\(share): \(name) \(ratio)")
    }
  }
}
