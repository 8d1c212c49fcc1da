import Testing

@testable import Core

@Suite struct SettingTableTests {
  private let table = SweepConfiguration.Training.table

  private func node(_ text: String) throws -> JSONNode { try JSONNode.parse(Array(text.utf8), location: "test") }

  @Test func anObjectOverridesOnlyTheSettingsThatItNames() throws {
    var base = SweepConfiguration.Training()
    (base.batch, base.learningRate) = (7, 0.5)
    var faults: [Fault] = []
    let read = try table.read(node(#"{"motionEpochs": 9, "learningRate": 2}"#), over: base, at: "arms.a", &faults)
    base.motionEpochs = 9
    base.learningRate = 2
    #expect(read == base && faults.isEmpty)
    _ = try table.read(node(#"{"batch": 1}"#), over: base, at: "arms.a", &faults)
    #expect(faults == [Fault(at: "arms.a.batch", "is 1; a batch needs at least 2 clips")])
  }

  @Test func whatIsWrittenIsReadBack() throws {
    var training = SweepConfiguration.Training()
    (training.lanes, training.selection, training.divergenceWeight) = (16, .validation, 0.25)
    var faults: [Fault] = []
    #expect(table.read(table.json(training, .file), over: table.standard, at: "", &faults) == training)
    #expect(faults.isEmpty)
  }

  /// A setting of a later version leaves files and digests of earlier sweeps alone until it is used.
  @Test func aSettingCanStayOutOfTheFileWhileItHasItsDefault() {
    let setting = Setting<SweepConfiguration.Training>(
      \.batch, "batch", .integer(2...9, least: "x"), "x", written: .unlessDefault)
    let table = SettingTable(SweepConfiguration.Training(), [setting])
    var training = SweepConfiguration.Training()
    #expect(table.json(training, .file) == .object([]))
    training.batch = 3
    #expect(table.json(training, .digest) == .object([JSONNode.Member(key: "batch", value: .number("3"))]))
  }

  @Test func everySettingSaysWhatItIsAndWhatIsAllowed() {
    let settings = SweepConfiguration.settings
    #expect(Set(settings.map(\.key)).count == settings.count)
    for setting in settings {
      #expect(!setting.help.isEmpty && !setting.allowed.isEmpty && !setting.defaultText.isEmpty, "\(setting.key)")
      #expect(!setting.help.hasSuffix("."), "\(setting.key)")
    }
    let batch = settings.first { $0.key == "training.batch" }
    #expect(batch?.defaultText == "32" && batch?.allowed == "2 to 65536")
    #expect(settings.contains { $0.key == "datasets[].synthetic.motion" && $0.defaultText == "1.0" })
  }
}
