/// Sparse MDMO: sparse codes of a clip's regional vectors, with a dictionary learned from the training clips, and a
/// support vector machine on their mean.
struct SparseMainDirections: Method {
  private static let name = "sparse-mdmo"
  private let atoms = MeanFlowAtoms()
  private let coding = SparseCoding()
  private let machine = SupportVectorMachine.Settings.polynomial

  var about: MethodDescription {
    MethodDescription(
      name: SparseMainDirections.name, title: "Sparse MDMO",
      paper: "Liu, Y.-J., Li, B.-J. and Lai, Y.-K. 2021. Sparse MDMO: learning a discriminative feature for "
        + "micro-expression recognition. IEEE Transactions on Affective Computing 12(1):254–261",
      settings: MainDirectionalMeanFlow.described(atoms.flow) + [
        MethodDescription.Setting("dictionary", "\(coding.size) columns, learned from the training clips of the fold"),
        MethodDescription.Setting(
          "graph", "\(coding.neighbours) nearest neighbours, weight \(coding.graphWeight)"),
        MethodDescription.Setting("sparsity", "\(coding.sparsity), vectors scaled to a mean squared length of 1"),
      ] + machine.described,
      changes: MainDirectionalMeanFlow.changes + [
        "Vectors are Cartesian, not lengths and angles.",
        "The dictionary is learned by coordinate descent instead of feature-sign search.",
        "Clips are coded without the graph, training clips too, and a clip's feature is the mean of its frames' codes.",
        "Size, weights and C are ours, not the paper's, and are not searched for.",
      ], landmarks: .followed)
  }

  func cost(of variant: Variant, _ configuration: SweepConfiguration) -> MethodCost {
    var cost = MethodCost()
    guard var measured = MeasuredCost(atoms) else { return cost }
    // Frames are coded on all cores, the dictionary is learned on one.
    (measured.perTrainingClip, measured.perTestClip) = (5e-3, 5e-3)
    (measured.perTrainingClipOfOneCore, measured.perPair) = (4.7e-3, 4.4e-6)
    cost.measured = measured
    cost.memory = MethodCost.Memory(features: Double(atoms.count))
    return cost
  }

  func begin(_ fold: MethodFold) -> any FittedMethod {
    Fitted(
      fold: fold, atoms: atoms, coding: coding,
      dictionary: Tensor([coding.size, atoms.flow.count], filledWith: 0), scale: Tensor([1], filledWith: 1),
      machine: SupportVectorMachine(
        rows: fold.data.training.count, width: coding.size, classes: fold.data.classes.count, machine))
  }

  private struct Fitted: FittedMethod {
    let fold: MethodFold
    let atoms: MeanFlowAtoms
    let coding: SparseCoding
    /// `[columns, numbers of a vector]`.
    let dictionary: Tensor
    let scale: Tensor
    private(set) var machine: SupportVectorMachine

    let schedule = TrainingSchedule.oneStep
    private var tensors: [(name: String, tensor: Tensor)] {
      [("dictionary", dictionary), ("scale", scale)] + machine.tensors
    }
    var models: [ModelFile] { [ModelFile(tensors, method: SparseMainDirections.name, fold)] }

    func step(_ number: Int) throws -> StepReport {
      let clips = try fold.clips.rows(atoms, of: fold.data.training)
      let learned = try coding.learn(
        clips.flatMap(vectors), CounterRandom(fold.random.method), afterRound: fold.group.boundary
      ).dictionary
      for (index, column) in learned.columns.enumerated() {
        for (position, value) in column.enumerated() { dictionary.row(index)[position] = Float(value) }
      }
      scale[0] = Float(learned.scale)
      machine.fit(codes(clips), labels: fold.data.training.map(\.emotion))
      return StepReport(clips: clips.count)
    }

    func evaluate() throws -> MethodScores {
      MethodScores(
        probabilities: machine.probabilities(of: codes(try fold.clips.rows(atoms, of: fold.data.test))))
    }

    func state() -> MethodState { MethodState(tensors: tensors) }
    func restore(_ state: MethodState, steps: Int, from path: String) throws {
      try state.copy(into: tensors, from: path)
    }
    mutating func load(_ model: SafeTensors) throws {
      try machine.reserve(for: model)
      try model.read(into: tensors)
    }

    /// A clip's vectors, one per frame.
    private func vectors(_ clip: Tensor) -> [[Float]] {
      let width = dictionary.shape[1]
      return Tensor(clip, shape: [clip.count / width, width]).rows
    }

    /// `[clips, columns]`.
    private func codes(_ clips: [Tensor]) -> Tensor {
      let learned = SparseDictionary(
        columns: dictionary.rows.map { $0.map(Double.init) }, scale: Double(scale[0]), settings: coding)
      let codes = Tensor([clips.count, coding.size])
      Parallel.forEach(clips.count) { index in
        let code = learned.features(of: vectors(clips[index]))
        codes.row(index).update(from: code, count: coding.size)
      }
      return codes
    }
  }
}

/// The regional vectors of each frame of a clip, before they are averaged.
struct MeanFlowAtoms: ClipFeatures {
  var flow = MainDirectionalMeanFlow()

  var key: String { "mdmo atoms \(flow)" }
  /// One vector per region and per frame after the first.
  var count: Int { (flow.frames - 1) * flow.count }

  var cost: FeatureCost? { flow.cost }

  func features(of clip: ClipFrames) -> [Float] {
    flow.atoms(of: flow.fields(of: clip), FaceRegions(clip)).flatMap { $0 }
  }
}
