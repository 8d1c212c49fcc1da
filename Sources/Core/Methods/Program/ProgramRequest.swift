/// What a program is given for one unit: `program.json`. docs/methods.md describes it for those who write programs.
struct ProgramRequest: Codable, Equatable {
  /// A clip that the program may learn from.
  struct TrainingClip: Codable, Equatable {
    var clip, subject: String
    /// The index of its class in `classes`.
    var label: Int
  }

  /// A clip that the program has to predict.
  struct TestClip: Codable, Equatable {
    var clip, subject: String
  }

  /// Raised when a program that reads the older form would misread the newer one.
  var format = 1
  var method, dataset: String
  var arm: String?
  var fold: Int
  var classes: [String]
  /// The path of the clip store.
  var store: String
  var training: [TrainingClip]
  /// Without labels.
  var test: [TestClip]
  /// 0 to 2³¹ - 1, which every library takes.
  var seed: Int
  /// Threads that the program may use.
  var threads: Int
  /// The folder for the program's own checkpoints, which is kept until the unit has finished.
  var checkpoints: String
  /// The table that the program has to write.
  var output: String

  init(_ fold: MethodFold, _ files: ProgramFiles, store: String, threads: Int) {
    let data = fold.data
    (method, dataset, arm) = (fold.unit.variant.rawValue, fold.unit.dataset, fold.unit.arm)
    (self.fold, classes, self.store) = (fold.unit.fold, data.classes, store)
    training = data.training.map { TrainingClip(clip: $0.name, subject: $0.subject, label: $0.emotion) }
    test = data.test.map { TestClip(clip: $0.name, subject: $0.subject) }
    seed = Int(fold.random.method & 0x7FFF_FFFF)
    self.threads = threads
    (checkpoints, output) = (files.checkpoints, files.table)
  }
}
