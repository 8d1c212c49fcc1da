/// A sweep, as its file describes it: what is trained, on what, how, and where the results go.
///
/// Every key has a default but `datasets`. See `SweepConfiguration+Settings.swift` for what each may be.
public struct SweepConfiguration: Codable, Equatable, Sendable {
  public var name = "sweep"
  /// The run directory.
  public var output = "runs/sweep"
  /// The cross-validation is repeated for each seed; a file may say `"seed": 2022` or `"seeds": [1, 2, 3]`.
  public var seeds: [UInt64] = [2022]
  public var datasets: [Dataset] = []
  public var folds = Folds()
  /// What is compared: names of the catalogue and of programs; `menet` stands for `variants`.
  public var methods = [DualBranchMethod.name]
  /// Those of `methods` that are programs.
  public var programs: [ProgramMethod] = []
  /// Variants of the dual-branch network.
  public var variants: [Ablation] = [.full]
  /// What all others are tested against; nil for the usual one, see `referenceVariant`.
  public var reference: Variant?
  /// Whether frames are aligned to their clip's onset frame before any method looks at their motion.
  public var registration = Registration.none
  public var network = Network()
  public var training = Training()
  /// Training on other clips before the folds; nil for none.
  public var pretraining: Pretraining?
  /// Whether one more model for each dataset and method is trained on all clips, to be used afterwards.
  public var final = false
  /// Settings to compare, in the order of their names; nil for one way, that of `network` and `training`.
  public var arms: [Arm]?

  public init() {}

  /// What each fold is run with: the variants of each method, in the order of `methods`.
  public var compared: [Variant] { methods.flatMap { method(named: $0)?.variants(in: self) ?? [] } }

  /// The same with the settings of each arm: the arms of a variant are neighbours.
  public var recognisers: [Recogniser] {
    compared.flatMap { variant in armNames.map { Recogniser(variant, arm: $0) } }
  }

  /// One dataset: a clip store on disk, a synthetic one that is made at the start, or several of them together.
  public struct Dataset: Codable, Equatable, Sendable {
    public var name: String
    public var source: Source
    /// The emotions that are distinguished; each class is one or several emotions, named by the first.
    public var classes: ClassMap

    /// Where the clips' landmarks are, which MDMO's regions follow; nil for a grid.
    public var landmarks: LandmarkSource?

    /// What becomes of subjects whose names are similar, see `SubjectName`.
    public var similarSubjects = SimilarSubjects.refused

    /// What becomes of clips that are in training and in test, see `Leakage`.
    public var leakage = LeakagePolicy.refused

    /// How its clips are put into folds; nil for the sweep's way.
    public var folds: Folds?

    public init(name: String, source: Source, classes: ClassMap) {
      self.name = name
      self.source = source
      self.classes = classes
    }

    /// Where landmarks are; a text in sweep files.
    public enum LandmarkSource: RawRepresentable, Codable, Equatable, Sendable {
      /// In the clips' descriptions.
      case store
      /// In a folder, `CLIP.csv` each.
      case folder(String)

      /// The word for those of the store; a folder of this name is written `./store`.
      public static let word = "store"

      public init(rawValue: String) { self = rawValue == LandmarkSource.word ? .store : .folder(rawValue) }

      public var rawValue: String {
        switch self {
        case .store: LandmarkSource.word
        case .folder(let path): path
        }
      }
    }

    public enum Source: Codable, Equatable, Sendable {
      /// The path of a clip store.
      case store(String)
      /// A dataset of the synthetic suite.
      case synthetic(Synthetic)
      /// A composite dataset.
      case parts([Part])
    }
  }

  /// One database of a composite dataset, whose subjects are other people than those of the other parts.
  public struct Part: Codable, Equatable, Sendable {
    /// The first part of its clips' and subjects' names; a synthetic one is named after its suite.
    public var name: String
    /// A store or a synthetic dataset, no composite one.
    public var source: Dataset.Source

    public init(name: String, source: Dataset.Source) {
      (self.name, self.source) = (name, source)
    }
  }

  /// How the clips of a dataset are put into folds.
  public func folds(of dataset: Dataset) -> Folds { dataset.folds ?? folds }

  /// The settings of a synthetic dataset.
  public struct Synthetic: Codable, Equatable, Sendable {
    /// Number of clips.
    public var clips = 60
    /// Height and width of a frame, pixels.
    public var size = 64
    /// Strength of facial motion: 1 is 1–3 % of the face's width, as in the originals.
    public var motion = 1.0
    /// How well the subject predicts the emotion, 0 (not at all) to 1 (each subject shows mostly one emotion).
    public var confounding = 0.5
    public var seed: UInt64 = 1

    public init() {}
  }

  public struct Folds: Codable, Hashable, Sendable {
    public var count = 5
    public var by = SplitRule.subject

    public init() {}
  }

  public struct Network: Codable, Equatable, Sendable {
    /// What MENet sees of a clip; IDNet sees its frames.
    public var input = Input.frames
    /// Channels after the first convolution.
    public var width = 64
    /// Frames of a clip that the networks see, T.
    public var frames = 6
    /// Height and width of MENet's frames, pixels.
    public var motionSize = 256
    /// Height and width of IDNet's frames, pixels; divides `motionSize`.
    public var identitySize = 128
    public var stem = Stem.paper
    public var estimator = Estimator.paper
    /// A 2-D ResNet-18 in torchvision's names, or a MENet that MicroFold has trained (safetensors); or nil.
    public var pretrained: String?

    public init() {}
  }

  /// What MENet sees at each of its frames: the frame (as in the paper), its difference from the onset frame, or the
  /// optical flow from the onset frame.
  public enum Input: String, CaseIterable, Codable, Sendable { case frames, difference, flow }

  /// How frames are aligned to the onset frame: not at all, or by a shift, a turn and a scale that are fitted to the
  /// optical flow.
  public enum Registration: String, CaseIterable, Codable, Sendable { case none, similarity }

  /// Which stem MENet and IDNet have: the paper's, or the authors' public code's with an extra 1×2×2 max pool.
  public enum Stem: String, CaseIterable, Codable, Sendable { case paper, code }

  /// What MINE ends with: the leaky ReLU of Table 3, or nothing.
  public enum Estimator: String, CaseIterable, Codable, Sendable { case paper, linear }

  public struct Training: Codable, Equatable, Sendable {
    public var batch = 32
    public var learningRate = 1e-4
    /// How the learning rate changes over each stage.
    public var schedule = Schedule.constant
    /// Share of a stage in which the learning rate rises to its value.
    public var warmUp = 0.0
    /// Decoupled weight decay of MENet and IDNet (AdamW).
    public var weightDecay = 0.0
    /// Decay of the moving average of MENet's and IDNet's weights; 0 for none.
    public var weightAveraging = 0.0
    /// How the frames of training clips are chosen.
    public var sampling = Sampling.random
    /// How training clips are changed at random; empty for not at all.
    public var augmentation: [Augmenting] = []
    public var identityEpochs = 100
    public var motionEpochs = 300
    /// λ of the divergence loss (Eq. 6).
    public var divergenceWeight = 0.1
    /// λ of the mutual information in MENet's stages (Eq. 7).
    public var mutualInformationWeight = 0.1
    /// λ of the mutual information in IDNet's third stage.
    public var identityMutualInformationWeight = 0.1
    /// What the penalty measures.
    public var decoupling = DecouplingMeasure.mutualInformation
    /// Given what it is measured.
    public var decoupleGiven = Condition.none
    /// Share of MENet's stages in which the penalty has no weight yet.
    public var decoupleFrom = 0.0
    /// Parts that a batch is divided into, a power of two; sums over the batch are added lane by lane.
    public var lanes = 8
    public var reduction = Reduction.exact
    /// Epochs from one prediction of the test clips to the next, for the curve and the leaky accuracy.
    public var testEvery = 1
    public var selection = Selection.last
    /// Steps between checkpoints; 0 means every epoch.
    public var checkpointEverySteps = 0
    /// Seconds from one checkpoint at an epoch's end to the next, at least.
    public var checkpointEverySeconds = 0

    public init() {}
  }

  /// How the learning rate changes over a stage, after its warm-up.
  public enum Schedule: String, CaseIterable, Codable, Sendable { case constant, cosine }
  /// How the frames of a training clip are chosen: `FrameSampler.training` or `FrameSampler.spread`.
  public enum Sampling: String, CaseIterable, Codable, Sendable { case random, spread }
  /// A change of training clips, see `Augmentation`.
  public enum Augmenting: String, CaseIterable, Codable, Sendable { case shift, flip, light, colour }
  /// The measure of dependence that decouples motion and identity features.
  public enum DecouplingMeasure: String, CaseIterable, Codable, Sendable {
    case mutualInformation = "mutual-information"
    case distanceCorrelation = "distance-correlation"
  }
  /// What the dependence of the features is measured given: nothing, or the true emotion.
  public enum Condition: String, CaseIterable, Codable, Sendable { case none, emotion }

  /// How gradients are added over ranks: `exact` (the same bits at any size) or `fast` (MPI_Allreduce).
  public enum Reduction: String, CaseIterable, Codable, Sendable { case exact, fast }
  /// Which epoch's MENet is scored: the last, or the best on an inner validation fold of subjects.
  public enum Selection: String, CaseIterable, Codable, Sendable { case last, validation }
}

extension SweepConfiguration.Dataset {
  /// Settings that the version that wrote it did not know have their defaults.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      name: try keys.decode(String.self, forKey: .name), source: try keys.decode(Source.self, forKey: .source),
      classes: try keys.decode(ClassMap.self, forKey: .classes))
    landmarks = try keys.decodeIfPresent(LandmarkSource.self, forKey: .landmarks)
    similarSubjects =
      try keys.decodeIfPresent(SweepConfiguration.SimilarSubjects.self, forKey: .similarSubjects) ?? similarSubjects
    leakage = try keys.decodeIfPresent(SweepConfiguration.LeakagePolicy.self, forKey: .leakage) ?? leakage
    folds = try keys.decodeIfPresent(SweepConfiguration.Folds.self, forKey: .folds)
  }
}

extension SweepConfiguration {
  /// What becomes of a dataset in which subjects' names are similar.
  public enum SimilarSubjects: String, CaseIterable, Codable, Sendable {
    /// The sweep is refused: one person could be in training and test.
    case refused
    /// They are different people.
    case distinct
  }

  /// What becomes of a dataset with clips, or recordings, that are in training and in test.
  public enum LeakagePolicy: String, CaseIterable, Codable, Sendable {
    /// The sweep is refused.
    case refused
    /// The sweep runs, and its report says it.
    case reported
  }
}

/// How clips are put into folds.
public enum SplitRule: String, CaseIterable, Codable, Sendable {
  /// Whole subjects to folds, class counts balanced.
  case subject
  /// Stratified by class, ignoring subjects (subjects overlap).
  case sample
  /// One fold per subject.
  case loso
  /// One fold per part of a composite dataset: trained on the other databases.
  case dataset

  /// Whether the number of folds is that of subjects or parts, and not a setting.
  public var hasOwnCount: Bool { self == .loso || self == .dataset }
}
