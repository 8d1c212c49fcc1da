import Core
import Testing

@testable import Coordinator

@Suite struct SplitDifferenceTests {
  private let own = RunFixture.dataset("d", clips: [3, 3])

  private func differences(_ change: (inout FoldFile.Dataset) -> Void) -> [String] {
    var changed = own
    change(&changed)
    return SplitDifference.all(changed, against: own)
  }

  @Test func whatDiffersIsNamed() {
    #expect(differences { _ in }.isEmpty)
    #expect(
      differences {
        $0.folds.swapAt(0, 1)
        $0.rule = .sample
      } == ["rule sample, there subject"])
    #expect(
      differences {
        $0.folds.swapAt(0, 1)
        $0.seed = 7
      } == ["seed 7, there 1"])
    #expect(differences { $0.classes = ["a", "c"] } == ["classes a, c, there a, b"])
    #expect(
      differences {
        $0.folds[1].removeLast()
        $0.inputDigest = "0123456789abcdef"
      } == ["5 clips, there 6, 5 of them in both", "digest of inputs 0123456789ab…, there digest of [3…"])
    #expect(differences { $0.folds[0][1].subject = "x" } == ["another class or subject for 1 clip"])
    #expect(differences { $0.folds.swapAt(0, 1) } == ["the same rule, count, seed and clips, but other folds"])
    #expect(
      differences { $0.folds = [$0.folds[0] + $0.folds[1]] } == ["1 folds, there 2"])
  }

  /// The seed does not change the folds of each subject, and the frames change no fold.
  @Test func theSameFoldsCanBePairedWhateverMadeThem() {
    #expect(
      differences {
        $0.seed = 9
        $0.contentDigest = "other frames"
      }.isEmpty)
  }
}
