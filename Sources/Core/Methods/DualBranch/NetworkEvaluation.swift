/// Runs networks in evaluation mode on clips of a fold; the ranks of the group share the work.
struct NetworkEvaluation {
  /// The outputs of a network: one row per clip, on every rank.
  struct Rows {
    var probabilities: [[Float]] = []
    /// f^e or f^d.
    var features: [[Float]] = []
    /// Empty without diverse attention.
    var attention: [AttentionSimilarity] = []
    var attentionMaps = AttentionSum()
  }

  let fold: MethodFold
  let loader: ClipLoader

  /// The outputs of MENet.
  ///
  /// - Throws: errors of the group's boundary, which is called after every batch.
  func motion(of members: [FoldData.Member], _ menet: RecognitionNetwork) throws -> Rows {
    try rows(of: members, menet, .motion, \.motion)
  }

  /// The outputs of IDNet.
  func identity(of members: [FoldData.Member], _ idnet: RecognitionNetwork) throws -> Rows {
    try rows(of: members, idnet, .both, \.identity)
  }

  private func rows(
    of members: [FoldData.Member], _ trained: RecognitionNetwork, _ sizes: ClipLoader.Sizes,
    _ seen: KeyPath<ClipLoader.Clips, Tensor>
  ) throws -> Rows {
    var network = trained
    var rows = Rows()
    let ahead = ClipsAhead(loader, sizes)
    let batch = fold.training.batch
    let parts = stride(from: 0, to: members.count, by: batch).map {
      Array(members[$0..<min(members.count, $0 + batch)])
    }
    func choices(_ part: [FoldData.Member]) -> [ClipChoice] {
      fold.lanes(part.count).samples.map { loader.evaluated(part[$0].index) }
    }
    for (index, part) in parts.enumerated() {
      let lanes = fold.lanes(part.count)
      // For clips that were loaded ahead, all ranks agreed at the last boundary that they can be read.
      let clips =
        ahead.hasBegun ? try ahead.take(choices(part)) : try fold.group.onEveryRank { try ahead.take(choices(part)) }
      if index + 1 < parts.count { ahead.begin(choices(parts[index + 1])) }
      let output = try network.forward(clips[keyPath: seen], .evaluation)
      rows.probabilities += probabilities(try lanes.gather(output.logits))
      rows.features += try lanes.gather(output.features).rows
      if let maps = output.maps {
        let all = try lanes.gather(maps)
        rows.attention += AttentionSimilarity.ofClips(all)
        rows.attentionMaps.add(all)
      }
      try fold.group.boundary(loading: ahead.failure)
    }
    return rows
  }
}
