import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// `microfold settings`, and the page that it makes.
@Suite struct SettingsTests {
  @Test func thePageOfTheSweepFileHasTheTableOfSettings() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
    let page = try String(
      contentsOf: root.appendingPathComponent("docs/sweep-file.md").standardizedFileURL, encoding: .utf8)
    #expect(
      page.contains("\n\n" + SettingsText.markdown(SweepConfiguration.settings) + "\n\n"),
      "replace its table by the output of: microfold settings --markdown")
  }

  @Test func aSettingIsPrintedWithItsDefaultAndWhatIsAllowed() {
    let settings = SweepConfiguration.settings.filter { $0.key == "training.batch" || $0.key == "datasets[].name" }
    let lines = SettingsText.text(settings).split(separator: "\n").map(String.init)
    #expect(lines.first == "datasets[].name (required)")
    #expect(lines.suffix(2) == ["training.batch = 32", "    Clips per step. Allowed: 2 to 65536."])
    #expect(lines.allSatisfy { $0.count <= 80 && !$0.contains("`") })
  }

  /// The defaults that scripts read make a sweep file that says the same as one without them.
  @Test func theDefaultsAsJSONAreThoseOfASweep() throws {
    var sections: [String: [String: Any]] = [:]
    for setting in SweepConfiguration.settings {
      let parts = setting.key.split(separator: ".").map(String.init)
      // The defaults of pretraining count only where it is given.
      guard parts.count == 2, !setting.key.contains("[]"), parts[0] != "pretraining" else { continue }
      let json = Data(setting.json.canonicalText().utf8)
      let record = try JSONSerialization.jsonObject(with: json) as? [String: Any]
      sections[parts[0], default: [:]][parts[1]] = try #require(record?["default"])
    }
    #expect(sections.keys.sorted() == ["folds", "network", "training"])
    var file: [String: Any] = ["datasets": [["name": "synth-sdu", "synthetic": [String: Any]()] as [String: Any]]]
    let short = try SweepConfiguration.parse(JSONSerialization.data(withJSONObject: file), location: "short")
    file.merge(sections) { $1 }
    #expect(try SweepConfiguration.parse(JSONSerialization.data(withJSONObject: file), location: "long") == short)
  }

  @Test func itsPartsAreTheFirstWordsOfTheSettings() {
    let parts = SettingsText.parts(SweepConfiguration.settings)
    #expect(Set(parts).isSuperset(of: ["seed", "datasets", "folds", "network", "training"]))
    #expect(Set(parts).count == parts.count)
  }
}
