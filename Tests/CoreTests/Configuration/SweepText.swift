import Foundation

@testable import Core

/// Sweep files of tests, as texts without their outer braces.
enum SweepText {
  static let store = #"[{"name": "casme2", "store": "stores/casme2.safetensors", "classes": "casme2-5"}]"#
  static let synthetic = #"[{"name": "synth-samm", "synthetic": {}}]"#

  /// The sweep file in `text`, whose datasets are one store unless it says so itself.
  static func parse(_ text: String, datasets: String? = store) throws -> SweepConfiguration {
    let members = [datasets.map { "\"datasets\": \($0)" }, text.isEmpty ? nil : text].compactMap { $0 }
    return try SweepConfiguration.parse(Data("{\(members.joined(separator: ", "))}".utf8), location: "test.json")
  }

  /// The faults of a sweep file, as they are printed.
  static func faults(_ text: String, datasets: String? = store) -> [String] {
    do {
      _ = try parse(text, datasets: datasets)
      return []
    } catch let faults as Faults {
      return faults.faults.map(\.description)
    } catch {
      return ["\(error)"]
    }
  }
}
