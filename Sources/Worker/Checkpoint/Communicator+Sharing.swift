import Core
import Foundation

extension Communicator {
  /// Copies the state of a unit from the group's first rank to all its ranks, which run the same method on the same
  /// clips.
  ///
  /// - Parameter isResumed: on the first rank, whether its state comes from a checkpoint. A fresh state is sent only
  ///   when a host computed another one from the same seed.
  func share(_ progress: inout RunProgress, _ fitted: inout any FittedMethod, isResumed: Bool) throws {
    guard size > 1 else { return }
    let state = try fitted.state()
    let own = rank == 0 && isResumed ? try SharedState(progress, state).encoded() : ""
    let text = try broadcastText(own)
    guard !text.isEmpty else { return try shareFresh(state) }
    let shared = try JSONDecoder().decode(SharedState.self, from: Data(text.utf8))
    let tensors = rank == 0 ? state.tensors : shared.emptyTensors
    for (_, tensor) in tensors { try broadcast(tensor) }
    guard rank > 0 else { return }
    let received = MethodState(text: shared.notes, tensors: tensors)
    try fitted.restore(received, steps: shared.progress.steps, from: "the checkpoint that the group's first rank read")
    progress = shared.progress
  }

  private func shareFresh(_ state: MethodState) throws {
    var sum = XXH64()
    for (_, tensor) in state.tensors { sum.update(UnsafeRawBufferPointer(tensor.buffer)) }
    guard Set(try gatherTexts("\(sum.value)")).count > 1 else { return }
    for (_, tensor) in state.tensors { try broadcast(tensor) }
  }

  /// Sends rank 0's elements to all ranks.
  private func broadcast(_ tensor: Tensor) throws {
    let bytes = UnsafeMutableRawBufferPointer(tensor.buffer)
    try gather(bytes, parts: (0..<size).map { $0 == 0 ? 0..<bytes.count : bytes.count..<bytes.count })
  }
}

/// A unit's state as it is sent to other ranks, without the elements of its tensors.
private struct SharedState: Codable {
  var progress: RunProgress
  var notes: String
  var names: [String]
  var shapes: [[Int]]

  init(_ progress: RunProgress, _ state: MethodState) {
    (self.progress, notes) = (progress, state.text)
    (names, shapes) = (state.tensors.map(\.name), state.tensors.map(\.tensor.shape))
  }

  func encoded() throws -> String { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }

  /// Tensors to receive the elements.
  var emptyTensors: [(name: String, tensor: Tensor)] { zip(names, shapes).map { ($0, Tensor($1)) } }
}
