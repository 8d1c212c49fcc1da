import Core
import Foundation

/// The clips that networks are pretrained on, as the sweep file describes them, and for which folds.
struct PretrainingClips {
  /// The sweep file with the settings of the arm.
  let configuration: SweepConfiguration
  let pretraining: SweepConfiguration.Pretraining
  /// The dataset whose folds start from the network.
  let dataset: SweepConfiguration.Dataset
  /// The arm's name; nil in a sweep without arms.
  let arm: String?
  /// What is trained on them, one network each; not empty.
  let variants: [Variant]

  /// `WorkUnit.clipSource` of its units.
  var key: String { unit(variants[0], seed: 0).clipSource }
  /// For people: `synth-sdu, pretraining`.
  var name: String { "\(dataset.name), pretraining" + (arm.map { ", arm \($0)" } ?? "") }
  /// The classes that are distinguished.
  var classes: ClassMap { pretraining.dataset.classes ?? dataset.classes }
  /// Where the sweep file says it.
  var location: String { (arm.map { "arms.\($0)." } ?? "") + "pretraining.dataset" }

  /// The name of its folders in a run directory.
  static let folder = "pretraining"

  func unit(_ variant: Variant, seed: UInt64) -> WorkUnit {
    WorkUnit(dataset: dataset.name, fold: 0, variant: variant, arm: arm, seed: seed)
  }

  /// One for each network.
  func units(seed: UInt64) -> [WorkUnit] { variants.map { unit($0, seed: seed) } }

  /// The clips' store, or the suite that they are made of.
  enum Origin: Equatable {
    case store(String)
    case synthetic(String, SweepConfiguration.Synthetic)
  }

  /// - Parameter datasets: of the sweep; nobody in them may be pretrained on.
  /// - Throws: a `Fault` when there are no such clips, or they would be of people in a dataset.
  func origin(notIn datasets: [SweepConfiguration.Dataset]) throws -> Origin {
    if let path = pretraining.dataset.store {
      guard FileManager.default.fileExists(atPath: path) else {
        throw Fault(
          at: "\(location).store",
          "is \(path), which does not exist\(Fault.lookedIn(for: path)); make it with microfold import or synth")
      }
      return .store(path)
    }
    guard let settings = pretraining.dataset.synthetic else {
      throw Fault(at: location, "has no clips; give store or synthetic")
    }
    guard let suite = pretraining.dataset.suite(for: dataset.name, classes) else {
      throw Fault(
        at: "\(location).synthetic",
        "cannot be made for \(dataset.name): no synthetic suite has all its classes, "
          + "\(classes.names.joined(separator: ", ")); give the name of one and its classes")
    }
    for other in datasets.flatMap(\.sources) {
      guard case .synthetic(let made) = other.source, other.name == suite, made.seed == settings.seed else { continue }
      throw Fault(
        at: "\(location).synthetic.seed",
        "is \(settings.seed), as in the dataset \(suite): the same people; give another seed")
    }
    return .synthetic(suite, settings)
  }

  /// The descriptions of the clips, without making them.
  func descriptions(notIn datasets: [SweepConfiguration.Dataset]) throws -> [Clip] {
    switch try origin(notIn: datasets) {
    case .store(let path): try ClipStore(opening: path).clips
    case .synthetic(let suite, let settings): try SyntheticDataset(name: suite, settings: settings).clips
    }
  }

  /// The clips as an input of the split into parts, the first of which is held out.
  func input(_ clips: [Clip], contentDigest: String? = nil) -> FoldFile.Input {
    FoldFile.Input(name: key, clips: clips, classes: classes, contentDigest: contentDigest)
  }

  /// A tenth of the people is held out, to measure how well the network recognises before the folds start from it.
  static let parts = 10

  /// How the people are split.
  ///
  /// - Throws: a `Fault` when there are fewer than two.
  func folds(_ input: FoldFile.Input) throws -> SweepConfiguration.Folds {
    var folds = SweepConfiguration.Folds()
    folds.count = min(PretrainingClips.parts, Set(input.clips.map(\.subject)).count)
    guard folds.count > 1 else {
      throw Fault(at: location, "has clips of one subject only; pretraining needs at least two, to hold one out")
    }
    return folds
  }
}

extension SweepConfiguration {
  /// What is pretrained, for each arm and dataset; nothing where no method starts from it.
  var pretrainings: [PretrainingClips] {
    let variants = methods.compactMap { method(named: $0)?.pretraining }.flatMap(\.variants)
    guard !variants.isEmpty else { return [] }
    return zip(armNames, resolvedArms).flatMap { arm, own in
      datasets.compactMap { dataset in
        own.pretraining.map { pretraining in
          PretrainingClips(
            configuration: own, pretraining: pretraining, dataset: dataset, arm: arm, variants: variants)
        }
      }
    }
  }
}
