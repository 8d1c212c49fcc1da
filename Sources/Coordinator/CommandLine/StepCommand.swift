import Core

/// What `microfold step` is to do.
struct StepOptions: Equatable {
  var stage: Stage
  /// The directory of the three networks' files.
  var weights: String
  var batch: String
  /// The directory for what the step gives.
  var output: String
  /// Nil for what the weights hold.
  var variant: Ablation?
  /// Nil for what the weights and the clips tell.
  var stem: SweepConfiguration.Stem?
  /// Threads a rank, or nil for as many as its CPU affinity has cores.
  var threads: Int?
}

extension CommandSpecification {
  static let step = CommandSpecification(
    name: "step",
    summary: "Do one training step on files, for checks against other frameworks.",
    explanation: """
      Reads menet.safetensors, idnet.safetensors and mine.safetensors, and of the batch menet_clips [B,3,T,H,W], \
      idnet_clips [B,3,T,h,w], emotion [B], identity [B] and shuffle [B], as far as the stage needs them. Writes \
      losses.json, outputs.safetensors, gradients.safetensors and the networks after the step. All sizes are those of \
      the tensors. Under mpirun the ranks share the batch, and the bytes are the same.
      """,
    options: [
      Option(name: "--stage", value: "1..4", help: "the training stage", isRequired: true),
      Option(name: "--weights", value: "DIR", help: "the networks before the step", isRequired: true),
      Option(name: "--batch", value: "FILE", help: "the batch, a safetensors file", isRequired: true),
      Option(name: "--output", value: "DIR", help: "where the results go", isRequired: true),
      Option(
        name: "--variant", value: "NAME",
        help: "the losses: \(Ablation.allCases.map(\.rawValue).joined(separator: ", "))",
        standard: "full, or mi without attention", choices: Ablation.allCases.map(\.rawValue)),
      .stem, .threads,
    ],
    examples: [
      "microfold step --stage 1 --weights weights --batch batch.safetensors --output after",
      "mpirun -n 2 microfold step --stage 2 --weights weights --batch batch.safetensors --output after",
    ],
    read: { arguments throws(Fault) in
      let number: Int? = try arguments.integer("--stage", 1...4)
      let options = StepOptions(
        stage: number.flatMap(Stage.init) ?? .identity, weights: try arguments.requiredText("--weights"),
        batch: try arguments.requiredText("--batch"), output: try arguments.requiredText("--output"),
        variant: try arguments.word("--variant"), stem: try arguments.stem(),
        threads: try arguments.threads())
      if let variant = options.variant, !variant.stages.contains(options.stage) {
        let stages = variant.stages.map { "\($0.rawValue)" }.joined(separator: " and ")
        throw arguments.fault("--stage", "is \(number ?? 0); variant \(variant.rawValue) has stages \(stages)")
      }
      return .step(options)
    })
}
