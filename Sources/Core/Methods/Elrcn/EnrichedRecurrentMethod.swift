/// ELRCN with spatial enrichment, trained from scratch, so narrow that a CPU trains it in seconds.
let enrichedRecurrentMethod: NetworkMethod<EnrichedFrames, EnrichedRecurrentNetwork> = {
  let features = EnrichedFrames()
  let shape = EnrichedRecurrentNetwork.Shape(
    steps: features.steps, side: features.side, channels: EnrichedFrames.channels)
  let blocks = shape.blocks.enumerated().map { "\($1) × \(shape.width << $0)" }.joined(separator: ", ")
  return NetworkMethod(
    MethodDescription(
      name: "elrcn", title: "ELRCN",
      paper: "Khor, H.-Q., See, J., Phan, R. C.-W. and Lin, W. 2018. Enriched long-term recurrent convolutional "
        + "network for facial micro-expression recognition. IEEE FG 2018, 667–674; its variant SE",
      settings: [
        MethodDescription.Setting(
          "frames", "\(features.frames), onset to offset, temporal interpolation model; \(features.steps) steps"),
        MethodDescription.Setting(
          "channels", "flow right and down, strain magnitude, grey; \(features.side) × \(features.side)"),
        MethodDescription.Setting("convolutions", "3 × 3, \(blocks) channels, a max pool after each block"),
        MethodDescription.Setting("code", "\(shape.code) per frame, dropout \(shape.dropped)"),
        MethodDescription.Setting("LSTM", "1 layer, \(shape.units) units, last state; then \(shape.hidden)"),
      ],
      changes: [
        "Reduced width, from scratch: \(shape.blocks.reduce(0, +)) convolutions instead of VGG-16's 13, a code of "
          + "\(shape.code) instead of 4096, \(shape.units) units instead of 3000, and \(shape.hidden) instead of "
          + "128 after them; no pretrained weights, which are not freely available.",
        "Frames of \(features.side) × \(features.side) instead of 224 × 224; flow and strain are computed at the "
          + "store's size and averaged.",
        "Convolutions are followed by batch normalisation and have no bias.",
        "Convolutions and LSTM are trained together on whole clips; the authors' code trains the convolutions on "
          + "single frames first and then the LSTM on their codes.",
        "Flow is Farnebäck's, between neighbouring interpolated frames; the authors' is TV-L1.",
        "One LSTM layer, as in the authors' code; the output is a softmax; their code has sigmoids.",
        "Adam with the sweep file's learning rate instead of the authors' fixed 1e-5.",
      ]),
    features: features, work: shape.work, speed: 23.6e9
  ) { classes, initializer in EnrichedRecurrentNetwork(shape, classes: classes, initializer) }
}()
