import Core
import Foundation

extension TrainingState {
  /// Makes every rank's state that of the group's first rank. All ranks have networks of the same shapes.
  ///
  /// - Parameter isTakenUp: on the first rank, whether its state comes from a checkpoint. Fresh networks are sent only
  ///   where a host made others of the same seed.
  mutating func share(over group: any Communicator, isTakenUp: Bool) throws {
    guard group.size > 1 else { return }
    let own = group.rank == 0 && isTakenUp ? String(decoding: try JSONEncoder().encode(progress), as: UTF8.self) : ""
    let text = try group.broadcastText(own)
    guard !text.isEmpty else { return try shareFresh(over: group) }
    let said = try JSONDecoder().decode(TrainingProgress.self, from: Data(text.utf8))
    if group.rank > 0 {
      progress = said
      tally = EpochTally(losses: said.losses, clips: said.clips, width: branch.menet.shape.features)
    }
    for (_, tensor) in tensors { try group.broadcast(tensor) }
    let rows = tally.tensors
    for (_, tensor) in rows { try group.broadcast(tensor) }
    if rows.count == 2 {
      tally = EpochTally(
        losses: said.losses, clips: said.clips, motion: rows[0].tensor.rows, identity: rows[1].tensor.rows)
    }
  }

  private func shareFresh(over group: any Communicator) throws {
    let digests = try group.gatherTexts(digest)
    guard Set(digests).count > 1 else { return }
    for (_, tensor) in tensors { try group.broadcast(tensor) }
  }

  /// Of every tensor's bits.
  private var digest: String {
    var sum = XXH64()
    for (_, tensor) in tensors { sum.update(UnsafeRawBufferPointer(tensor.buffer)) }
    return "\(sum.value)"
  }
}

extension EpochTally {
  /// A tally whose features are still to come.
  fileprivate init(losses: MeanLosses, clips: [String], width: Int) {
    let rows = clips.map { _ in [Float](repeating: 0, count: width) }
    self.init(losses: losses, clips: clips, motion: rows, identity: rows)
  }
}

extension Communicator {
  /// Rank 0's elements to all ranks.
  func broadcast(_ tensor: Tensor) throws {
    let bytes = UnsafeMutableRawBufferPointer(tensor.buffer)
    try gather(bytes, parts: (0..<size).map { $0 == 0 ? 0..<bytes.count : bytes.count..<bytes.count })
  }
}
