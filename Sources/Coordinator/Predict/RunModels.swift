import Core
import Foundation
import Worker

/// The trained models of one dataset and method in a run: those of all its folds and seeds, or of the chosen ones.
struct RunModels {
  /// The model of a finished unit.
  struct Member: Equatable {
    var unit: WorkUnit
    var file: String
  }

  /// The run directory.
  let run: String
  let recogniser: Recogniser
  /// The dataset's clips, in the folds that test them.
  let dataset: FoldFile.Dataset
  /// At least one, seed by seed and fold by fold.
  let members: [Member]
  /// Units that are asked for and have not finished.
  let missing: [WorkUnit]

  /// - Throws: a `Fault` when the choice fits no dataset or method of the run, or more than one; when none of its units
  ///   has finished; or when a unit's model is not the one that was scored.
  init(of directory: RunDirectory, _ choice: ModelChoice) throws {
    run = directory.path
    let configuration = try directory.identity().configuration
    dataset = try RunModels.dataset(directory, choice.dataset)
    recogniser = try RunModels.recogniser(configuration, choice, run: run)
    let units = try RunModels.units(of: dataset, recogniser, configuration, choice)
    let asked = Set(units)
    let outcomes = directory.outcomes(configuration, try directory.entries().filter { asked.contains($0.unit) })
    let results = outcomes.reduce(into: [WorkUnit: UnitResult]()) { results, outcome in
      if case .finished(let result) = outcome { results[outcome.unit] = result }
    }
    members = try units.compactMap { unit in
      try results[unit].map { result in
        let file = "\(directory.unit(unit, seeds: configuration.seeds.count))/\(RunModels.fileName(unit.variant))"
        guard try SHA256.hex(ofFile: file) == result.weightsDigest else {
          throw Fault(at: file, "is not the model whose results are beside it; restore it, or train the unit again")
        }
        return Member(unit: unit, file: file)
      }
    }
    missing = units.filter { results[$0] == nil }
    guard !members.isEmpty else {
      throw Fault(
        at: run,
        "has no finished model of \(recogniser.name) on \(dataset.name)"
          + (missing.count == 1 ? ", fold \(missing[0].foldText)" : "")
          + "; microfold status \(run) shows how far it is")
    }
  }

  /// The name of a unit's model file, from which it predicts.
  private static func fileName(_ variant: Variant) -> String {
    variant.ablation == nil ? "model.safetensors" : "menet.safetensors"
  }

  /// The units that are asked for, seed by seed and fold by fold.
  private static func units(
    of dataset: FoldFile.Dataset, _ recogniser: Recogniser, _ configuration: SweepConfiguration, _ choice: ModelChoice
  ) throws -> [WorkUnit] {
    let seeds = configuration.seeds
    if choice.isFinal, !configuration.final {
      throw Fault(
        at: "--final",
        "the run has no model that was trained on all clips; add \"final\": true to its sweep file and "
          + "run it again")
    }
    if let seed = choice.seed, !seeds.contains(seed) {
      throw Fault(at: "--seed", "is \(seed); the run has \(seeds.map(String.init).joined(separator: ", "))")
    }
    if let fold = choice.fold, !dataset.folds.indices.contains(fold) {
      throw Fault(at: "--fold", "is \(fold); \(dataset.name) has folds 0 to \(dataset.folds.count - 1)")
    }
    let chosenSeeds = choice.seed.map { [$0] } ?? seeds
    let folds = choice.isFinal ? [WorkUnit.noFold] : choice.fold.map { [$0] } ?? Array(dataset.folds.indices)
    return chosenSeeds.flatMap { seed in
      folds.map { fold in
        WorkUnit(
          dataset: dataset.name, fold: fold, variant: recogniser.variant, arm: recogniser.arm, seed: seed)
      }
    }
  }
}

// MARK: - What is chosen

extension RunModels {
  private static func dataset(_ directory: RunDirectory, _ name: String?) throws -> FoldFile.Dataset {
    let datasets = try directory.storedFolds().datasets
    let names = datasets.map(\.name)
    guard let name else {
      guard let only = datasets.first, datasets.count == 1 else {
        throw Fault(at: directory.path, "has several datasets; give --dataset: \(names.joined(separator: ", "))")
      }
      return only
    }
    guard let dataset = datasets.first(where: { $0.name == name }) else {
      throw Fault(at: "--dataset", "is \(Arguments.shown(name)); \(NearestWord.advice(name, among: names))")
    }
    return dataset
  }

  private static func recogniser(
    _ configuration: SweepConfiguration, _ choice: ModelChoice, run: String
  ) throws -> Recogniser {
    let all = configuration.recognisers.filter { configuration.program(named: $0.variant.rawValue) == nil }
    guard !all.isEmpty else {
      throw Fault(at: run, "compares programs only, which leave no model; run the program itself to predict")
    }
    let arms = configuration.armNames.compactMap { $0 }
    if let arm = choice.arm, !arms.contains(arm) {
      let advice = arms.isEmpty ? "the run has no arms" : NearestWord.advice(arm, among: arms)
      throw Fault(at: "--arm", "is \(Arguments.shown(arm)); \(advice)")
    }
    var found = all.filter { choice.arm == nil || $0.arm == choice.arm }
    if let name = choice.method {
      found = found.filter {
        [$0.name, $0.variant.rawValue, configuration.method(of: $0.variant).about.name].contains(name)
      }
      if found.isEmpty { throw unknown(name, configuration, all, choice) }
    }
    guard found.count == 1 else { throw several(found, run: run) }
    return found[0]
  }

  private static func unknown(
    _ name: String, _ configuration: SweepConfiguration, _ all: [Recogniser], _ choice: ModelChoice
  ) -> Fault {
    if configuration.program(named: name) != nil {
      return Fault(
        at: "--method",
        "is \(Arguments.shown(name)), a program, which leaves no model; run the program itself to predict")
    }
    if let arm = choice.arm, all.contains(where: { $0.name == name }) {
      return Fault(at: "--method", "is \(Arguments.shown(name)), which is not of --arm \(arm); give one of them")
    }
    let names = all.map(\.variant.rawValue).distinct
    return Fault(at: "--method", "is \(Arguments.shown(name)); \(NearestWord.advice(name, among: names))")
  }

  private static func several(_ found: [Recogniser], run: String) -> Fault {
    let variants = found.map(\.variant.rawValue).distinct
    guard variants.count == 1 else {
      return Fault(at: run, "has several methods; give --method: \(variants.joined(separator: ", "))")
    }
    let arms = found.compactMap(\.arm)
    return Fault(at: run, "has several arms of \(variants[0]); give --arm: \(arms.joined(separator: ", "))")
  }
}

// MARK: - What is said of them

extension RunModels {
  /// How many models there are: `runs/demo: mean of 5 models, full on synth-samm`.
  var described: String {
    let count = members.count == 1 ? "1 model" : "mean of \(members.count) models"
    return "\(run): \(count), \(recogniser.name) on \(dataset.name)"
  }

  /// Which units have no model; nil where all have.
  var missingText: String? {
    guard !missing.isEmpty else { return nil }
    let seeds = missing.map(\.seed).distinct
    let severalSeeds = Set((members.map(\.unit) + missing).map(\.seed)).count > 1
    let units = seeds.map { seed in
      let folds = missing.filter { $0.seed == seed }.map(\.fold)
      let noun = folds.count == 1 ? "fold" : "folds"
      let what = missing[0].isFinal ? "the model of all clips" : "\(noun) \(ReportText.list(folds))"
      return what + (severalSeeds ? " with seed \(seed)" : "")
    }
    return "\(run): \(units.joined(separator: ", ")) of \(recogniser.name) on \(dataset.name) not finished; only "
      + "\(members.count) of \(members.count + missing.count) models are averaged"
  }
}
