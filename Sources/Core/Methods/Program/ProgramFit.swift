import Foundation

/// A program that is run for one unit: once, or on the first fold twice with the same file.
///
/// The group's first rank runs it; the other ranks wait, and look now and then whether the unit is to stop.
struct ProgramFit: FittedMethod {
  private let method: ProgramMethod
  private let fold: MethodFold
  /// `[test clips, classes]`, those of the first run.
  private let probabilities: Tensor
  private var notes = Notes()

  /// What is known besides the probabilities.
  private struct Notes: Codable {
    /// The largest difference of a probability in the second run; nil before it.
    var difference: Float?
  }

  /// Microseconds between two looks at the program.
  private static let interval: UInt32 = 20_000
  /// Seconds that a program gets to write its own checkpoint when the unit is to stop.
  private static let grace = 5.0

  init(_ method: ProgramMethod, _ fold: MethodFold) {
    (self.method, self.fold) = (method, fold)
    probabilities = Tensor([fold.data.test.count, fold.data.classes.count], filledWith: 0)
    schedule = .unrecorded(epochs: method.isRepeated(fold.unit, fold.configuration) ? 2 : 1)
  }

  let schedule: TrainingSchedule

  mutating func step(_ number: Int) throws -> StepReport {
    let isFirst = fold.group.exchange.rank == 0
    let run = try fold.group.onEveryRank { isFirst ? try ProgramRun(method, fold, isRepeat: number > 0) : nil }
    // Also where a boundary throws: the unit is to stop, or a rank is lost.
    defer { run?.stop(within: ProgramFit.grace) }
    while try !isOver(run) {
      usleep(ProgramFit.interval)
      try fold.group.boundary()
    }
    // Zeros on all ranks but the first, so that the sum is its answer.
    let answer = Tensor(probabilities.shape, filledWith: 0)
    try fold.group.onEveryRank {
      for (row, values) in (try run?.answer() ?? []).enumerated() {
        answer.row(row).update(from: values, count: values.count)
      }
    }
    try fold.group.exchange.add(answer.buffer)
    if number == 0 {
      probabilities.pointer.update(from: answer.pointer, count: answer.count)
    } else {
      notes.difference = zip(probabilities.elements, answer.elements).map { abs($0 - $1) }.max() ?? 0
    }
    return StepReport(clips: fold.data.training.count)
  }

  /// Whether the first rank's run has ended; the same on every rank.
  private func isOver(_ run: ProgramRun?) throws -> Bool {
    var votes = [run?.isOver == true ? 1.0 : 0.0]
    try votes.withUnsafeMutableBufferPointer { try fold.group.exchange.add($0) }
    return votes[0] > 0
  }

  mutating func evaluate() throws -> MethodScores {
    let width = fold.data.classes.count
    let rows = fold.data.test.indices.map { Array(probabilities.elements[$0 * width..<($0 + 1) * width]) }
    var scores = MethodScores(probabilities: rows)
    scores.repeatDifference = notes.difference
    return scores
  }

  func state() throws -> MethodState { try MethodState(notes, tensors: tensors) }

  mutating func restore(_ state: MethodState, steps: Int, from path: String) throws {
    let notes = try state.notes(Notes.self, from: path)
    try state.copy(into: tensors, from: path)
    self.notes = notes
  }

  private var tensors: [(name: String, tensor: Tensor)] { [("probabilities", probabilities)] }

  /// Its answer: what the program has learned is its own.
  var models: [ModelFile] {
    var file = ModelFile(tensors, method: method.name, fold)
    file.name = "probabilities"
    file.metadata["clips"] = JSONNode.list(fold.data.test.map { .string($0.name) }).canonicalText()
    return [file]
  }
}
