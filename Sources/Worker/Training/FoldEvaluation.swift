import Core

/// Clips of a fold as networks in evaluation mode see them, with the group's ranks sharing the work.
struct FoldEvaluation {
  /// What a network says of clips: a row a clip, on every rank.
  struct Rows {
    var probabilities: [[Float]] = []
    /// f^e or f^d.
    var features: [[Float]] = []
    /// Empty without diverse attention.
    var attention: [AttentionSimilarity] = []
    var attentionMaps = AttentionSum()
  }

  let loader: ClipLoader
  let lanes, batch: Int
  let exchange: GroupExchange
  /// After every batch; what it throws ends the evaluation.
  let afterBatch: () throws -> Void

  /// What MENet says of clips.
  func motion(of members: [FoldData.Member], _ menet: RecognitionNetwork) throws -> Rows {
    try rows(of: members, menet) { clips, frames in loader.loadMotion(clips, frames: frames) }
  }

  /// What IDNet says of clips.
  func identity(of members: [FoldData.Member], _ idnet: RecognitionNetwork) throws -> Rows {
    try rows(of: members, idnet) { clips, frames in loader.load(clips, frames: frames).identity }
  }

  private func rows(
    of members: [FoldData.Member], _ trained: RecognitionNetwork,
    _ load: (_ clips: [Int], _ frames: (Clip) -> [Int]) -> Tensor
  ) throws -> Rows {
    var network = trained
    var rows = Rows()
    for start in stride(from: 0, to: members.count, by: batch) {
      let part = Array(members[start..<min(members.count, start + batch)])
      let lanes = Lanes(batch: part.count, count: lanes, exchange: exchange)
      let clips = load(lanes.samples.map { part[$0].index }) {
        FrameSampler.evaluation($0, count: loader.network.frames)
      }
      let output = try network.forward(clips, .evaluation)
      rows.probabilities += probabilities(try lanes.gather(output.logits))
      rows.features += try lanes.gather(output.features).rows
      if let maps = output.maps {
        let all = try lanes.gather(maps)
        rows.attention += AttentionSimilarity.ofClips(all)
        rows.attentionMaps.add(all)
      }
      try afterBatch()
    }
    return rows
  }

  /// Share of clips whose emotion is the most probable one.
  static func accuracy(_ probabilities: [[Float]], _ members: [FoldData.Member]) -> Double {
    guard !members.isEmpty else { return 0 }
    let right = zip(probabilities, members).count { mostProbable($0) == $1.emotion }
    return Double(right) / Double(members.count)
  }

  /// The class of the greatest probability, the first of equals.
  static func mostProbable(_ row: [Float]) -> Int { row.indices.max { row[$0] < row[$1] } ?? 0 }
}
