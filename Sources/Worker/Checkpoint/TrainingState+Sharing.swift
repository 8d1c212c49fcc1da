import Core
import Foundation

extension TrainingState {
  /// Makes every rank's state that of the group's first rank. All ranks have networks of the same shapes.
  mutating func share(over group: any Communicator) throws {
    guard group.size > 1 else { return }
    let encoder = JSONEncoder()
    let own = group.rank == 0 ? String(decoding: try encoder.encode(progress), as: UTF8.self) : ""
    let said = try JSONDecoder().decode(TrainingProgress.self, from: Data(try group.broadcastText(own).utf8))
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
