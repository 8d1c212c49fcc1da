import Foundation
import Ranks
import Testing

@testable import Core
@testable import Worker

@Suite struct StoreDerivationTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    var settings = SweepConfiguration.Synthetic()
    (settings.clips, settings.size) = (11, 32)
    try SyntheticStore.write("synth-samm", settings, to: scratch("store.safetensors"))
  }

  /// Makes two derived stores on some ranks and returns their bytes.
  private func derive(_ ranks: Int) throws -> [Data] {
    let (source, folder) = (scratch("store.safetensors"), scratch("of \(ranks)"))
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let targets = [DerivedContent.registeredFrames, .registeredFlow].map {
      StoreDerivation.Target($0, path: "\(folder)/\($0.rawValue)")
    }
    let done = try ThreadCommunicator.run(ranks) { world in
      let store = try ClipStore(opening: source)
      var done: [Int] = []
      try StoreDerivation(store, digest: try store.contentDigest(), to: targets, world).run { done.append($0) }
      return done
    }
    #expect(done[0].last == 11 && done.dropFirst().allSatisfy(\.isEmpty))
    return try targets.map { try Data(contentsOf: URL(fileURLWithPath: $0.path)) }
  }

  /// 11 clips are no multiple of two, three or four.
  @Test func theFilesAreTheSameOnAnyNumberOfRanks() throws {
    let one = try derive(1)
    for ranks in 2...4 { #expect(try derive(ranks) == one, "\(ranks) ranks") }
  }

  /// Only the first rank writes; its fault reaches all, and nothing is left.
  @Test func aStoreThatCannotBeWrittenIsAFaultOfAll() throws {
    let source = scratch("store.safetensors")
    let targets = [StoreDerivation.Target(.flow, path: source + "/inside/of/a/file")]
    let ends = try ThreadCommunicator.run(3) { world in
      let store = try ClipStore(opening: source)
      do {
        try StoreDerivation(store, digest: "", to: targets, world).run { _ in }
        return "made"
      } catch let fault as Fault {
        return "\(fault)"
      }
    }
    #expect(Set(ends).count == 1 && ends[0].contains("inside/of/a"), "\(ends)")
  }
}
