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
  let group: any Communicator
  let exchange: GroupExchange
  /// After every batch, told what is wrong with the clips of the next; what it throws ends the evaluation.
  let afterBatch: (Fault?) throws -> Void

  /// What MENet says of clips.
  func motion(of members: [FoldData.Member], _ menet: RecognitionNetwork) throws -> Rows {
    try rows(of: members, menet, .motion, \.motion)
  }

  /// What IDNet says of clips.
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
    let parts = stride(from: 0, to: members.count, by: batch).map {
      Array(members[$0..<min(members.count, $0 + batch)])
    }
    func lanes(_ part: [FoldData.Member]) -> Lanes {
      Lanes(batch: part.count, count: self.lanes, exchange: exchange)
    }
    func choices(_ part: [FoldData.Member]) -> [ClipChoice] {
      lanes(part).samples.map { loader.evaluated(part[$0].index) }
    }
    for (index, part) in parts.enumerated() {
      let lanes = lanes(part)
      // All ranks know of a fault in clips that were on their way since the last boundary.
      let clips =
        ahead.hasBegun ? try ahead.take(choices(part)) : try group.onEveryRank { try ahead.take(choices(part)) }
      if index + 1 < parts.count { ahead.begin(choices(parts[index + 1])) }
      let output = try network.forward(clips[keyPath: seen], .evaluation)
      rows.probabilities += probabilities(try lanes.gather(output.logits))
      rows.features += try lanes.gather(output.features).rows
      if let maps = output.maps {
        let all = try lanes.gather(maps)
        rows.attention += AttentionSimilarity.ofClips(all)
        rows.attentionMaps.add(all)
      }
      try afterBatch(ahead.failure)
    }
    return rows
  }

  /// What came of the test clips: how many of each class were taken for which, and each clip's prediction.
  static func score(
    _ probabilities: [[Float]], _ members: [FoldData.Member], classes: Int
  ) -> (confusion: ConfusionMatrix, predictions: [UnitResult.Prediction]) {
    var confusion = ConfusionMatrix(classes: classes)
    let predictions = zip(members, probabilities).map { member, row in
      let predicted = mostProbable(row)
      confusion.add(truth: member.emotion, predicted: predicted)
      return UnitResult.Prediction(
        clip: member.name, subject: member.subject, truth: member.emotion, predicted: predicted, probabilities: row)
    }
    return (confusion, predictions)
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
