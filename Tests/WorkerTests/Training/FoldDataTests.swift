import Testing

@testable import Core
@testable import Worker

@Suite struct FoldDataTests {
  @Test func trainingAndTestShareNoClipAndNoSubject() throws {
    let small = try SmallStore()
    let split = try small.split()
    for fold in 0..<2 {
      let data = try FoldData(split, fold: fold, store: small.store, selection: .last, validationSeed: 1)
      #expect(Set(data.training.map(\.index)).union(data.test.map(\.index)) == Set(0..<12))
      #expect(Set(data.training.map(\.index)).isDisjoint(with: data.test.map(\.index)))
      #expect(Set(data.training.map(\.subject)).isDisjoint(with: data.test.map(\.subject)))
      #expect(data.validation.isEmpty)
      #expect(data.classes == ["anger", "fear"])
    }
  }

  @Test func membersCarryTheStoresLabels() throws {
    let small = try SmallStore()
    let data = try FoldData(small.split(), fold: 0, store: small.store, selection: .last, validationSeed: 1)
    for member in data.training + data.test {
      let clip = small.store.clips[member.index]
      #expect(clip.name == member.name && clip.subject == member.subject)
      #expect(member.emotion == (clip.emotion == "anger" ? 0 : 1))
    }
  }

  /// IDNet must not know the test fold's subjects, and the inner validation fold's neither.
  @Test(arguments: [SweepConfiguration.Selection.last, .validation])
  func identitiesAreTheTrainingSubjects(_ selection: SweepConfiguration.Selection) throws {
    let small = try SmallStore()
    let data = try FoldData(small.split(), fold: 0, store: small.store, selection: selection, validationSeed: 1)
    #expect(data.identities == Set(data.training.map(\.subject)).sorted())
    for member in data.training { #expect(data.identities[data.identity(of: member)] == member.subject) }
  }

  @Test func validationHoldsWholeSubjectsOutOfTraining() throws {
    let small = try SmallStore(clips: 40, subjects: 10)
    let split = try small.split()
    let data = try FoldData(split, fold: 1, store: small.store, selection: .validation, validationSeed: 5)
    let whole = try FoldData(split, fold: 1, store: small.store, selection: .last, validationSeed: 5)
    #expect(!data.validation.isEmpty)
    #expect(Set(data.validation.map(\.subject)).isDisjoint(with: data.training.map(\.subject)))
    #expect(Set((data.validation + data.training).map(\.index)) == Set(whole.training.map(\.index)))
    #expect(data.validation.count + data.training.count == whole.training.count)
    #expect(data.test.map(\.index) == whole.test.map(\.index))
  }

  @Test func aStoreWithoutAFoldsClipIsRefused() throws {
    let small = try SmallStore()
    var split = try small.split()
    split.folds[0][0].name = "elsewhere"
    #expect {
      try FoldData(split, fold: 1, store: small.store, selection: .last, validationSeed: 1)
    } throws: { error in
      "\(error)".contains("elsewhere") && "\(error)".contains(small.path) && "\(error)".contains("--fresh")
    }
  }

  @Test func aFoldWithNothingToTrainOnIsRefused() throws {
    let small = try SmallStore()
    var split = try small.split()
    split.folds = [split.folds.flatMap { $0 }, []]
    #expect(throws: Fault.self) {
      try FoldData(split, fold: 0, store: small.store, selection: .last, validationSeed: 1)
    }
  }
}
