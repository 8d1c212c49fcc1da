import Core

/// Settings that are not the paper's.
extension SweepTerm {
  /// What MENet sees, where it is not the paper's frames: ends with a comma and a space.
  static func input(_ configuration: SweepConfiguration) -> Prose {
    var text: Prose = ""
    if configuration.network.input != .frames { text += "input \(emphasis: configuration.network.input.rawValue), " }
    if configuration.registration != .none {
      text += "registration \(emphasis: configuration.registration.rawValue), "
    }
    return text
  }

  /// What the networks of the folds start from.
  static func start(_ configuration: SweepConfiguration) -> String {
    if configuration.pretraining != nil { return "from the pretraining" }
    return configuration.network.pretrained.map { "from \($0)" } ?? "from random weights"
  }

  /// How training differs from the paper's: begins with a comma and a space; empty where it does not.
  static func recipe(_ training: SweepConfiguration.Training) -> Prose {
    let standard = SweepConfiguration.Training()
    var parts: [Prose] = []
    if training.schedule != standard.schedule { parts.append("schedule \(emphasis: training.schedule.rawValue)") }
    if training.warmUp > 0 { parts.append("warm-up over \(training.warmUp) of a stage") }
    if training.weightDecay > 0 { parts.append("weight decay \(training.weightDecay)") }
    if training.weightAveraging > 0 { parts.append("average of weights with decay \(training.weightAveraging)") }
    if training.sampling != standard.sampling { parts.append("sampling \(emphasis: training.sampling.rawValue)") }
    if !training.augmentation.isEmpty {
      parts.append("augmentation \(emphasis: training.augmentation.map(\.rawValue).joined(separator: ", "))")
    }
    if training.decoupling != standard.decoupling {
      let given = training.decoupleGiven == .none ? "" : " given the \(training.decoupleGiven.rawValue)"
      parts.append("decoupling by \(emphasis: training.decoupling.rawValue)\(given)")
    }
    if training.decoupleFrom > 0 { parts.append("decoupling after \(training.decoupleFrom) of stages 2 and 4") }
    return parts.map { ", " + $0 }.joined()
  }

  /// What is trained before the folds; nil for nothing.
  static func pretraining(_ configuration: SweepConfiguration) -> SweepTerm? {
    guard let pretraining = configuration.pretraining else { return nil }
    let source = pretraining.dataset
    var text: Prose = ""
    if let store = source.store { text = "on \(store)" }
    if let made = source.synthetic {
      text = """
        on \(ReportText.count(made.clips, "synthetic clip"))\(source.name.map { " like \($0)" } ?? "") (motion \
        \(made.motion), confounding \(made.confounding), seed \(made.seed))
        """
    }
    if let path = configuration.network.pretrained { text += ", from \(path)" }
    text += ", \(ReportText.count(pretraining.epochs, "epoch"))\(pretraining.identity ? ", IDNet too" : "")"
    if let classes = source.classes { text += ", classes \(classes.names.joined(separator: ", "))" }
    if let training = pretraining.trainingText { text += "; \(training)" }
    return SweepTerm(name: "Pretraining", text: text)
  }
}
