/// Graph-TCN, so narrow that a CPU trains it in seconds.
let graphTemporalMethod: NetworkMethod<LandmarkPatches, GraphTemporalNetwork> = {
  let features = LandmarkPatches()
  let shape = GraphTemporalNetwork.Shape(nodes: LandmarkPatches.nodes, cells: features.side * features.side)
  let blocks = shape.dilations.map(String.init).joined(separator: ", ")
  return NetworkMethod(
    MethodDescription(
      name: "graph-tcn", title: "Graph-TCN",
      paper: "Lei, L., Li, J., Chen, T. and Li, S. 2020. A novel Graph-TCN with a graph structured representation for "
        + "micro-expression recognition. ACM Multimedia 2020, 2237–2245",
      settings: [
        MethodDescription.Setting(
          "landmarks", "of every clip: import with --landmarks, or name their folder as datasets[].landmarks"),
        MethodDescription.Setting(
          "nodes",
          "\(shape.nodes[0]) landmarks of the eyebrows, \(shape.nodes[1]) of the mouth; a patch of \(features.side) × "
            + "\(features.side) around each"),
        MethodDescription.Setting("input", "apex minus onset times \(Int(features.magnification)), grey of 0 … 1"),
        MethodDescription.Setting(
          "node channel",
          "\(shape.dilations.count) residual blocks of two causal convolutions of \(shape.taps) taps, dilations "
            + blocks),
        MethodDescription.Setting("edge channel", "1 block, dilation of one node, \(shape.cells)"),
        MethodDescription.Setting(
          "network",
          "\(shape.channels) channels, sum of both, fully connected to \(shape.hidden), dropout \(shape.dropped)"),
      ],
      changes: [
        "Apex minus onset, linearly magnified, instead of the shape representation of a pretrained motion "
          + "magnification network, whose weights are not part of this program.",
        "Patches have \(features.side) × \(features.side) cells, each 1/\(Int((1 / features.cell).rounded())) of "
          + "the distance between the eyes wide, so that they cover as much of small frames as of large ones.",
        "The authors' code has 10 and 18 nodes without saying which; here the mouth's are all points but the inner "
          + "corners.",
        "\(shape.channels) channels instead of the authors' 25, \(shape.hidden) instead of 512 in the fully connected "
          + "layer.",
        "Convolutions are followed by batch normalisation and have no bias, instead of weight normalisation; the fully "
          + "connected layers are not normalised, and the logits not rectified.",
        "Adam with the sweep file's learning rate; the epoch is not chosen on test clips.",
      ], landmarks: .needed),
    features: features, work: shape.work, speed: 3.8e9
  ) { classes, initializer in GraphTemporalNetwork(shape, classes: classes, initializer) }
}()
