import Core

/// Which of a run's models the user asks for; what is nil is not said.
struct ModelChoice: Equatable, Sendable {
  /// A dataset of the run.
  var dataset: String?
  /// A method or variant, with or without its arm's name as the report has it: `full`, `full · recipe`; `menet` for
  /// whichever variant of MENet there is.
  var method: String?
  var arm: String?
  var seed: UInt64?
  /// From 0.
  var fold: Int?
  /// The model that was trained on all clips, instead of those of the folds.
  var isFinal = false

  /// The options that choose among a run's models.
  static let options = ["--dataset", "--method", "--arm", "--seed", "--fold", "--final"]

  /// Checks that there is either a file or a run, and that nothing is chosen in a file.
  static func check(_ arguments: Arguments) throws(Fault) {
    if arguments.isGiven("--run") { return }
    guard arguments.isGiven("--model") else {
      throw Fault(at: arguments.path, "needs --model FILE or --run RUN; see \(arguments.path) --help")
    }
    for name in options where arguments.isGiven(name) {
      throw arguments.fault(name, "chooses among the models of a run; give --run instead of --model")
    }
  }
}

extension CommandOption {
  /// A trained model, unless a run is given.
  static func model(_ property: WritableKeyPath<Options, String?> & Sendable) -> CommandOption {
    .optional(
      property, "--model", .file,
      "menet.safetensors, or another method's model.safetensors; a directory lists those in it", exclusion: "model")
  }

  /// A run whose models are used.
  static func run(_ property: WritableKeyPath<Options, String?> & Sendable, _ help: String) -> CommandOption {
    .optional(property, "--run", .run, help, exclusion: "model")
  }

  static func dataset(_ property: WritableKeyPath<Options, String?> & Sendable) -> CommandOption {
    .optional(property, "--dataset", .text("NAME"), "the run's dataset", standard: "the only one")
  }

  static func method(_ property: WritableKeyPath<Options, String?> & Sendable) -> CommandOption {
    .optional(
      property, "--method", .text("NAME"), "the run's method or variant, as the report names it",
      standard: "the only one")
  }

  static func arm(_ property: WritableKeyPath<Options, String?> & Sendable) -> CommandOption {
    .optional(property, "--arm", .text("NAME"), "the run's arm", standard: "the only one, or that in --method")
  }

  static func final(_ property: WritableKeyPath<Options, Bool> & Sendable) -> CommandOption {
    .flag(
      property, true, "--final", "the run's model that was trained on all clips, of a sweep with `final`",
      exclusion: "fold")
  }

  static func seed(
    _ property: WritableKeyPath<Options, UInt64?> & Sendable, standard: String
  ) -> CommandOption {
    .optional(property, "--seed", .integer(0...UInt64.max), "the run's seed", standard: standard)
  }
}

extension OptionKind where Value == String {
  /// The directory of a run.
  fileprivate static var run: OptionKind { OptionKind(placeholder: "RUN", completion: .folders, read: { $0 }) }
}
