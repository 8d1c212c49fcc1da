import Core

/// What `microfold export` is to write.
struct ExportOptions: Equatable {
  /// A trained menet.safetensors, or the model.safetensors of another method; nil where a run is given.
  var model: String?
  /// The run directory whose model is written.
  var run: String?
  /// Which of the run's models.
  var choice = ModelChoice()
  /// The folder to write.
  var output = ""
}

extension CommandSpecification {
  static let export = CommandSpecification(
    name: "export",
    summary: "Write a trained model with its preprocessing as a folder that PyTorch loads.",
    explanation: """
      The folder has the weights (model.safetensors), what the model needs of a clip (model.json), MENet as a PyTorch \
      module that loads both (menet.py), and a README.md with a script of ten lines. Other methods have no menet.py; \
      microfold predict takes their exported file. With --run, give the fold too, or --final.
      """,
    defaults: ExportOptions(),
    options: [
      .required(\.output, "--output", .folder, "the folder to write; it may hold an earlier export"),
      .model(\.model),
      .run(\.run, "a run directory, instead of --model"),
      .dataset(\.choice.dataset), .method(\.choice.method), .arm(\.choice.arm),
      .seed(\.choice.seed, standard: "the only one"),
      .optional(
        \.choice.fold, "--fold", .integer(0...1_000_000), "the fold that the model was not trained on",
        exclusion: "fold"),
      .final(\.choice.isFinal),
    ],
    examples: [
      "microfold export --model runs/demo/synth-casme2/fold-0/full/menet.safetensors --output menet",
      "microfold export --run runs/demo --dataset synth-casme2 --method full --fold 0 --output menet",
    ],
    writes: true,
    check: { options, arguments throws(Fault) in try ModelChoice.check(arguments) },
    run: .alone { options, console in
      let model = try ExportedModel(opening: options.file())
      try ExportFiles.write(model, to: options.output)
      if model.menet == nil {
        console.note(
          "\(model.about.name) has no PyTorch definition; microfold predict --model "
            + "\(options.output)/\(ExportFiles.weights) uses it")
      }
      console.line(options.output)
      return .success
    })
}

extension ExportOptions {
  /// The file of the one model that is asked for.
  fileprivate func file() throws -> String {
    guard let run else { return model ?? "" }
    let models = try RunModels(of: RunDirectory(path: run), choice)
    guard models.members.count + models.missing.count == 1 else {
      let seeds = (models.members.map(\.unit) + models.missing).map(\.seed).distinct
      guard choice.fold == nil, !choice.isFinal else {
        let list = seeds.map(String.init).joined(separator: ", ")
        throw Fault(at: run, "has several seeds; give --seed: \(list)")
      }
      throw Fault(
        at: run, "has \(models.dataset.folds.count) folds of \(models.dataset.name); give --fold, from 0, or --final")
    }
    return models.members[0].file
  }
}
