/// AU-GACN without its generated clips, so narrow that a CPU trains it in seconds.
let actionUnitMethod: NetworkMethod<DifferenceFrames, ActionUnitNetwork> = {
  let features = DifferenceFrames()
  let shape = ActionUnitNetwork.Shape(steps: features.steps, side: features.side)
  return NetworkMethod(
    MethodDescription(
      name: "au-gacn", title: "AU-GACN",
      paper: "Xie, H.-X., Lo, L., Shuai, H.-H. and Cheng, W.-H. 2020. AU-assisted graph attention convolutional "
        + "network for micro-expression recognition. ACM Multimedia, 2871–2880",
      settings: [
        MethodDescription.Setting(
          "frames",
          "\(features.frames), onset to offset, temporal interpolation model; grey, less the first, "
            + "\(features.side) × \(features.side)"),
        MethodDescription.Setting(
          "convolutions",
          "3 × 3 × 3, \(shape.channels.map { "\($0)" }.joined(separator: ", ")) channels, a 2 × 2 max pool after each"),
        MethodDescription.Setting(
          "action units",
          "the \(shape.nodes) most frequent of those in \(shape.leastClips) or more training clips; needs units in "
            + "\(Int(100 * shape.leastShare)) % of the training clips"),
        MethodDescription.Setting(
          "graph",
          "\(shape.layers) layers of graph attention, \(shape.width) numbers per unit; edges are the shares of "
            + "training clips with one unit that have the other"),
        MethodDescription.Setting("dropout", "\(shape.dropped) of the units' first features"),
        MethodDescription.Setting(
          "loss", "cross-entropy of the emotion + \(shape.unitWeight) × binary cross-entropy of the action units"),
      ],
      changes: [
        "No clips made by the authors' generative network (AU-ICGAN) are added; their figures with it are higher.",
        "The paper was not available in full: sizes, loss weight and the form of the graph layers are ours, after the "
          + "paper's abstract and the published graph attention networks (Veličković et al. 2018).",
        "Frames are interpolated, small, and less the first frame; convolutions are narrow and from scratch.",
        "Attention is weighted by the co-occurrence of units in the fold's training clips, each unit with itself 1.",
        "Action units that a coder doubted, and those of clips without any, are left out of the loss.",
        "Adam with the sweep file's learning rate; the last epoch.",
      ]),
    features: features, work: shape.work, speed: 24.9e9
  ) { classes, initializer in ActionUnitNetwork(shape, classes: classes, initializer) }
}()
