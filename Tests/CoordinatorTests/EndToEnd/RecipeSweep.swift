@testable import Core

/// A whole sweep with every setting that is off by default: registered flow, pretraining, a schedule, an average of
/// weights, augmentation, and the distance correlation given the emotion.
enum RecipeSweep {
  /// Two folds and two methods, and the pretraining.
  static let units = 5

  /// Writes the sweep file and gives its path.
  ///
  /// - Parameters:
  ///   - store: the clips; nil makes synthetic ones in the run directory.
  ///   - pretraining: the value of its key.
  ///   - epochs: of each stage of MENet in the folds.
  static func write(
    in scratch: Scratch, name: String = "recipe.json", store: String? = nil, pretraining: String = synthetic,
    epochs: Int = 2
  ) throws -> String {
    let source =
      store.map { #""store": "\#($0)", "classes": "samm-5""# }
      ?? #""synthetic": {"clips": 14, "size": 32, "motion": 4}"#
    return try scratch.file(
      name,
      text: """
        {
          "name": "recipe", "datasets": [{"name": "synth-samm", \(source)}],
          "folds": {"count": 2}, "methods": ["menet", "lbp-top"], "registration": "similarity",
          "network": {"input": "flow", "width": 4, "frames": 3, "motionSize": 32, "identitySize": 16},
          "training": {"batch": 6, "learningRate": 1e-3, "schedule": "cosine", "warmUp": 0.1, "weightDecay": 0.02,
            "weightAveraging": 0.9, "sampling": "spread", "augmentation": ["shift", "flip", "light", "colour"],
            "decoupling": "distance-correlation", "decoupleGiven": "emotion", "decoupleFrom": 0.5,
            "identityEpochs": 1, "motionEpochs": \(epochs)},
          "pretraining": \(pretraining)
        }
        """)
  }

  /// Other people than those of the dataset.
  static let synthetic = """
    {"dataset": {"synthetic": {"clips": 22, "size": 32, "motion": 8, "confounding": 0, "seed": 9}}, "epochs": 2,
     "identity": true, "training": {"learningRate": 3e-3}}
    """
}
