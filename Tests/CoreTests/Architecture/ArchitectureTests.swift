import Foundation
import Testing

/// The sources use each other as docs/architecture.md says: modules by their imports, folders of Core by the names of
/// the types and functions that are declared in them.
@Suite struct ArchitectureTests {
  private static let root = URL(fileURLWithPath: #filePath).pathComponents.dropLast(4).joined(separator: "/")

  /// Every folder directly below `Sources/MODULE`, with the files of its subfolders, by its name.
  private static func folders(of module: String) throws -> [String: SourceScanner] {
    let top = "\(root)/Sources/\(module)"
    let paths = try FileManager.default.subpathsOfDirectory(atPath: top).filter { $0.hasSuffix(".swift") }
    try #require(!paths.isEmpty, "\(top) has no sources")
    var folders: [String: SourceScanner] = [:]
    for path in paths.sorted() {
      let folder = path.contains("/") ? String(path.prefix { $0 != "/" }) : ""
      folders[folder, default: SourceScanner()].add(try String(contentsOfFile: "\(top)/\(path)", encoding: .utf8))
    }
    return folders
  }

  /// The table of the page: what each folder of Core may use.
  private static func allowed() throws -> [String: Set<String>] {
    let page = try String(contentsOfFile: "\(root)/docs/architecture.md", encoding: .utf8)
    var table: [String: Set<String>] = [:]
    for row in page.matches(of: #/\n\| `(\w+)` \| ([^|]*) \| [^|\n]* \|/#.anchorsMatchLineEndings()) {
      table[String(row.1)] = Set(row.2.matches(of: #/`(\w+)`/#).map { String($0.1) })
    }
    return table
  }

  @Test func modulesImportOnlyWhatIsBelowThem() throws {
    let known: Set<String> = ["Core", "Worker", "Coordinator", "MPIShim"]
    let allowed: [String: Set<String>] = [
      "Core": [], "Worker": ["Core", "MPIShim"], "Coordinator": ["Core", "Worker"],
    ]
    for (module, below) in allowed {
      for (folder, scanner) in try ArchitectureTests.folders(of: module) {
        let imports = scanner.imports.intersection(known)
        #expect(imports.isSubset(of: below), "\(module)/\(folder) imports \(imports)")
        #expect(!imports.contains("MPIShim") || folder == "Communication", "\(module)/\(folder) imports MPIShim")
      }
    }
  }

  @Test func foldersOfCoreUseWhatThePageSays() throws {
    let (folders, allowed) = (try ArchitectureTests.folders(of: "Core"), try ArchitectureTests.allowed())
    #expect(Set(allowed.keys) == Set(folders.keys), "the table has every folder of Core")
    for (name, folder) in folders {
      let uses = folders.filter { $0.key != name }.mapValues { folder.uses(of: $0) }.filter { !$0.value.isEmpty }
      for other in Set(uses.keys).subtracting(allowed[name] ?? []) {
        Issue.record("Core/\(name) uses \(uses[other]?.sorted() ?? []) of Core/\(other), against docs/architecture.md")
      }
      let unused = (allowed[name] ?? []).subtracting(uses.keys)
      #expect(unused.isEmpty, "docs/architecture.md lets Core/\(name) use \(unused.sorted()), which it does not")
    }
  }

  @Test func filesKnowNothingAndKernelsNoLayersAndLayersNoNetworks() throws {
    let allowed = try ArchitectureTests.allowed()
    #expect(allowed["Formats"] == [])
    for (lower, upper) in [("Kernels", "Layers"), ("Kernels", "Networks"), ("Layers", "Networks")] {
      #expect(allowed[lower]?.contains(upper) == false, "\(lower) → \(upper)")
    }
  }

  @Test func aUseIsFoundInCodeAlone() {
    var layers = SourceScanner()
    layers.add(
      "/// A layer.\npublic struct Linear {\n  struct Memory {}\n}\n@inline(__always)\nfunc pooled() {}\n"
        + "private func own() {}")
    func uses(_ text: String) -> Set<String> {
      var kernels = SourceScanner()
      kernels.add(text)
      return kernels.uses(of: layers)
    }
    #expect(uses("let layer: Linear? = nil") == ["Linear"])
    #expect(uses("extension Linear { var x: Int { pooled() } }") == ["Linear", "pooled"])
    #expect(uses("// Linear\nlet a = \"Linear\" // pooled()\nlet b = \"\"\"\nLinear\n\"\"\"") == [])
    #expect(uses("Other.Linear(); other.pooled(); own(); Memory()") == [])
    #expect(uses("private struct Linear {}\nlet layer = Linear()") == [], "a name of one's own")
  }
}
