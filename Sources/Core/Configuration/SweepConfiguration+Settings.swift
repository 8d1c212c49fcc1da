// A new setting is a property in SweepConfiguration.swift, with its default, and a row here. Give it `written:
// .unlessDefault`: runs that were started before it can then be resumed.

extension SweepConfiguration {
  /// The settings of the file itself.
  static let table = SettingTable(
    SweepConfiguration(),
    [
      Setting(\.name, "name", .text("a text"), "the report's title", digest: .absent),
      Setting(
        \.output, "output", .text("a path"), "the run directory; `--output` overrides it", digest: .absent),
      Setting(\.seeds, "seed", .single(seed), "the seed of splits, weights and batches", written: .never),
      Setting(
        \.seeds, "seeds", .list(of: seed, "seeds", repeated: "each seed is run once"),
        "several seeds, instead of `seed`: the whole cross-validation is run with each"),
      datasetsSetting, foldsSetting, methodsSetting, variantsSetting, referenceSetting, finalSetting,
    ] + overridable + [armsSetting],
    check: { sweep, reader in
      if reader.isGiven("seed"), reader.isGiven("seeds") {
        reader.note("seeds", "is given as well as seed; give one of them")
      }
      if reader.faults.isEmpty, sweep.folds.by == .dataset,
        let whole = sweep.datasets.first(where: { $0.folds == nil && $0.parts == nil })
      {
        reader.note("folds.by", "is dataset, but \(whole.name) has no parts; give it folds of its own")
      }
      if reader.faults.isEmpty, let problem = sweep.reference.flatMap(sweep.problem(ofReference:)) {
        reader.note("reference", problem)
      }
    })

  /// The settings that an arm can override. To let arms override another setting, move its row here.
  static let overridable: [Setting<SweepConfiguration>] = [
    Setting(
      \.registration, "registration", .word,
      "whether frames are aligned to the clip's onset frame before a method looks at motion: `similarity` removes the "
        + "head's shift, turn and scale; IDNet sees the frames as recorded",
      more: "method.md#input-and-registration", written: .unlessDefault),
    Setting(\.network, "network", .section(Network.table)),
    Setting(\.training, "training", .section(Training.table)),
    Setting(
      \.pretraining, "pretraining", .optional(.section(Pretraining.table)),
      "training on other clips before the folds, which start from its networks", more: "method.md#pretraining",
      written: .unlessDefault),
  ]

  private static let seed = SettingValue<UInt64>.integer(0...UInt64.max, least: "a seed is 0 or more")

  private static let finalSetting = Setting<SweepConfiguration>(
    \.final, "final", .flag,
    "trains one more model for each dataset and method, on all clips: it has no test clips and is never scored",
    more: "running.md#a-model-to-use-afterwards", written: .unlessDefault)

  private static let foldsSetting = Setting<SweepConfiguration>(\.folds, "folds", .section(Folds.table))
}

extension SweepConfiguration.Folds {
  /// The settings of `folds`, and of `datasets[].folds`.
  static let table = SettingTable(
    SweepConfiguration.Folds(),
    [
      Setting(
        \.by, "by", .word,
        "what is divided: `subject` puts whole subjects into folds, `sample` single clips (subjects overlap; the "
          + "report says so), `loso` makes one fold per subject, `dataset` one per part of a composite dataset",
        more: "datasets.md#composite-datasets"),
      Setting(
        \.count, "count", .integer(2...1000, least: "cross-validation needs at least 2 folds"),
        "number of folds; not used with `loso` and `dataset`", isUsed: { !$0.by.hasOwnCount }),
    ])
}

extension SweepConfiguration.Network {
  /// The settings of `network`.
  static let table = SettingTable(
    SweepConfiguration.Network(),
    [
      Setting(
        \.input, "input", .word,
        "what MENet sees: the `frames`, their `difference` from the onset frame, or the optical `flow` from it",
        more: "method.md#input-and-registration", written: .unlessDefault),
      Setting(
        \.width, "width", .integer(1...1024, least: "the networks need at least 1 channel"),
        "channels after the first convolution"),
      Setting(
        \.frames, "frames", .integer(2...256, least: "motion needs at least 2 frames"),
        "frames of a clip that the networks see"),
      Setting(
        \.motionSize, "motionSize", .integer(16...4096, least: "the networks need at least 16 pixels"),
        "height and width of MENet's input, pixels; a multiple of 16, with the stem `code` of 32"),
      Setting(
        \.identitySize, "identitySize", .integer(16...4096, least: "the networks need at least 16 pixels"),
        "height and width of IDNet's input, pixels; such a multiple too, and a divisor of `motionSize`"),
      Setting(
        \.stem, "stem", .word, "the first layers; `code` adds the 1×2×2 max pool of the authors' public code"),
      Setting(
        \.estimator, "estimator", .word,
        "the last activation of MINE: `paper` is the leaky ReLU of Table 3, `linear` is none",
        more: "decoupling.md#why"),
      Setting(
        \.pretrained, "pretrained", .optional(.text("a path")),
        "a 2-D ResNet-18 with torchvision's names (safetensors); MENet and IDNet start from it, each kernel repeated "
          + "over time, and `transfer-learning`, which also takes a ResNet-10; or a `menet.safetensors` of a sweep, "
          + "from which MENet starts",
        more: "method.md#pretraining"),
    ],
    check: { network, reader in checkSizes(network, &reader) })

  private static func checkSizes(_ network: Self, _ reader: inout SectionReader) {
    // The stem's convolution and pool, layer 2 and layer 3 halve the picture, and the code's second pool once more.
    let factor = network.stem == .code ? 32 : 16
    for (key, size) in [("motionSize", network.motionSize), ("identitySize", network.identitySize)]
    where size % factor != 0 {
      let below = max(size / factor, 1) * factor
      reader.note(
        key, "is \(size); the networks divide a picture by \(factor), so take \(below) or \(below + factor)")
    }
    if reader.faults.isEmpty, network.motionSize % network.identitySize != 0 {
      reader.note(
        "identitySize",
        "is \(network.identitySize), which does not divide motionSize, \(network.motionSize); "
          + "each of IDNet's pixels is the mean of a whole number of MENet's")
    }
  }
}

extension SweepConfiguration.Training {
  /// The settings of `training`.
  static let table = SettingTable(
    SweepConfiguration.Training(),
    [
      Setting(\.batch, "batch", .integer(2...65536, least: "a batch needs at least 2 clips"), "clips per step"),
      Setting(
        \.learningRate, "learningRate",
        .number(1e-30...1000, least: "the learning rate is above 0", allowed: "above 0, up to 1000"),
        "Adam's learning rate, for every module"),
      Setting(
        \.schedule, "schedule", .word,
        "the learning rate over each stage of MENet and IDNet: `constant`, or `cosine`, which falls to 0",
        more: "method.md#training-settings", written: .unlessDefault),
      Setting(
        \.warmUp, "warmUp", share, "share of each stage in which the learning rate rises to its value",
        written: .unlessDefault),
      Setting(
        \.weightDecay, "weightDecay", .number(0...1000, least: "a weight decay is 0 or more"),
        "decoupled weight decay (AdamW) of MENet's and IDNet's convolutions and fully connected layers",
        written: .unlessDefault),
      Setting(
        \.weightAveraging, "weightAveraging", .number(0...0.999999, least: "a decay is 0 or more"),
        "decay of a moving average of MENet's and IDNet's weights, per step; the averaged networks are evaluated and "
          + "stored; 0 for none",
        more: "method.md#training-settings", written: .unlessDefault),
      Setting(
        \.sampling, "sampling", .word,
        "frames of a training clip: `random` takes them at a stride of 80 ms from a random start, `spread` evenly "
          + "from onset to offset with random ends and jitter",
        more: "method.md#training-settings", written: .unlessDefault),
      Setting(
        \.augmentation, "augmentation",
        .list(of: .word, "augmentations", repeated: "each is done once", mayBeEmpty: true),
        "random changes of training clips: shift by up to 1/16, horizontal flip, light (brightness and contrast), "
          + "colour (gain of each channel)",
        more: "method.md#training-settings", written: .unlessDefault),
      Setting(\.identityEpochs, "identityEpochs", epochs, "epochs of stages 1 and 3, which train IDNet"),
      Setting(\.motionEpochs, "motionEpochs", epochs, "epochs of stages 2 and 4, which train MENet"),
      Setting(\.divergenceWeight, "divergenceWeight", weight, "weight of the divergence loss"),
      Setting(
        \.mutualInformationWeight, "mutualInformationWeight", weight,
        "weight of the mutual information in stages 2 and 4"),
      Setting(
        \.identityMutualInformationWeight, "identityMutualInformationWeight", weight,
        "weight of the mutual information in stage 3"),
      Setting(
        \.decoupling, "decoupling", .word,
        "the measure of dependence that both weights above multiply: MINE's mutual information, or the distance "
          + "correlation in the batch, which needs no MINE",
        more: "method.md#training-settings", written: .unlessDefault),
      Setting(
        \.decoupleGiven, "decoupleGiven", .word,
        "with `distance-correlation`: `emotion` measures the dependence within each emotion", written: .unlessDefault),
      Setting(
        \.decoupleFrom, "decoupleFrom", share,
        "share of stage 2, and of stage 4, after which `mutualInformationWeight` counts; before it is 0",
        written: .unlessDefault),
      Setting(
        \.lanes, "lanes",
        .powerOfTwo(upTo: 64, least: "a batch has at least 1 lane", reason: "lanes are added in pairs"),
        "fixed parts of a batch; also the largest number of ranks per fold; changes the result"),
      Setting(
        \.reduction, "reduction", .word,
        "how gradients are added over ranks: `fast` uses `MPI_Allreduce`, and results then depend on the number of "
          + "ranks"),
      Setting(
        \.selection, "selection", .word,
        "which epoch is scored: `last`, or with `validation` the epoch of the last stage that is best on training "
          + "subjects held out for it"),
      Setting(
        \.testEvery, "testEvery", .integer(1...1_000_000, least: "1 means after every epoch"),
        "epochs from one prediction of the test clips to the next, for the curve and the leaky accuracy; the last "
          + "epoch of a stage is always tested; changes no other figure",
        written: .unlessDefault),
      Setting(
        \.checkpointEverySteps, "checkpointEverySteps",
        .integer(0...1_000_000_000, least: "0 means at the end of every epoch"),
        "steps between checkpoints; 0 writes one at the end of every epoch", digest: .standard),
      Setting(
        \.checkpointEverySeconds, "checkpointEverySeconds", .integer(0...86_400, least: "0 means after every epoch"),
        "with `checkpointEverySteps` 0: seconds that pass at least from one checkpoint to the next, so that short "
          + "epochs of a large network do not fill the file server; a killed sweep loses at most so much and an epoch; "
          + "changes no result",
        written: .unlessDefault, digest: .absent),
    ],
    check: { training, reader in
      if training.identityEpochs == 0, training.motionEpochs == 0 {
        reader.note("motionEpochs", "is 0, and so is identityEpochs; nothing would be trained")
      }
      if training.decoupleGiven != .none, training.decoupling == .mutualInformation {
        reader.note(
          "decoupleGiven",
          "is \"emotion\", which needs \"decoupling\": \"distance-correlation\"; MINE has no condition")
      }
    })

  private static let epochs = SettingValue<Int>.integer(0...1_000_000, least: "a number of epochs is 0 or more")
  private static let share = SettingValue<Double>.number(0...1, least: "a share is 0 or more")
  private static let weight = SettingValue<Double>.number(0...1e6, least: "a weight is 0 or more")
}
