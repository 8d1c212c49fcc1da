import Core

/// Runs one work unit on the ranks of a group: resumes it, takes its steps, writes checkpoints, scores it and writes
/// its files. It is the same for every method.
///
/// Every rank of the group runs the same code; the group's first rank writes the files. A unit that was paused, or
/// whose ranks died, can be run by any group: it resumes from its newest valid checkpoint, to the same bits.
public final class UnitRun {
  /// How a run ended.
  public enum Ending: Sendable {
    /// The unit is trained; the result is on the group's first rank.
    case finished(UnitResult?)
    /// The unit stopped at a checkpoint and can be resumed.
    case paused
  }

  let unit: WorkUnit
  let group: any Communicator
  let files: UnitFiles
  let data: FoldData
  let supervisor: any RunSupervisor
  /// Only on the group's first rank.
  let writer: CheckpointWriter?
  var progress = RunProgress()
  let clock: UnitClock
  /// Made when a checkpoint is read or written: the digest takes a while.
  private(set) lazy var owner = CheckpointOwner(unit: unit, digest: fold.configuration.digest(of: unit))
  private let method: any Method
  let fold: MethodFold
  private let boundary: GroupBoundary
  /// The speed of the current epoch.
  private var pace = StepPace()
  /// A fit of one step takes milliseconds or hours; it gets a checkpoint if it took more than this many seconds.
  var secondsWorthKeeping = 10.0
  /// When a checkpoint was last begun, in seconds since this group started the unit.
  var secondsOfLastCheckpoint = 0.0

  /// What a group needs to run a unit.
  public struct Task {
    public var unit: WorkUnit
    /// The sweep file with the settings of the unit's arm, as a sweep without arms.
    public var configuration: SweepConfiguration
    /// The clips as recorded.
    public var store: ClipStore
    /// What is derived from them, for all methods of the sweep.
    public var derived: [DerivedContent: ClipStore] = [:]
    /// Landmarks by the clip's name; empty where the sweep file names none.
    public var landmarks: [String: FaceLandmarks]
    public var split: FoldFile.Dataset
    /// The folder with the networks of the pretraining; nil where nothing was pretrained.
    public var pretraining: String?
    /// The directory of the unit's files; the group's first rank makes it.
    public var directory: String

    public init(
      _ unit: WorkUnit, _ configuration: SweepConfiguration, store: ClipStore, landmarks: [String: FaceLandmarks] = [:],
      split: FoldFile.Dataset, directory: String
    ) {
      (self.unit, self.configuration, self.store, self.landmarks) = (unit, configuration, store, landmarks)
      (self.split, self.directory) = (split, directory)
    }
  }

  /// - Parameters:
  ///   - method: nil for the unit's method in the catalogue or the sweep file.
  ///   - group: the ranks that train the unit together, a power of two that divides the lanes.
  ///   - features: features of clips that this process has already computed.
  /// - Throws: a `Fault`, on all ranks, when the unit cannot be trained on this store.
  public init(
    _ task: Task, method: (any Method)? = nil, group: any Communicator, features: FeatureStore,
    supervisor: any RunSupervisor
  ) throws {
    let (unit, configuration) = (task.unit, task.configuration)
    let method = method ?? configuration.method(of: unit.variant)
    (self.unit, self.method, self.group, self.supervisor) = (unit, method, group, supervisor)
    files = UnitFiles(directory: task.directory)
    clock = UnitClock(earlier: group.rank == 0 ? files.checkpoints.seconds : 0)
    writer = group.rank == 0 ? CheckpointWriter(files.checkpoints) : nil
    boundary = GroupBoundary(
      group, reduction: configuration.training.reduction, writer: writer, supervisor: supervisor)
    data = try group.onEveryRank {
      try FoldData(
        task.split, fold: unit.fold, store: task.store, selection: method.selection(configuration.training),
        validationSeed: UnitRandom(unit).validation)
    }
    let needed = method.derived(configuration)
    let derived = task.derived.filter { needed.contains($0.key) }
    guard derived.count == needed.count else {
      throw Fault(at: "\(unit)", "lacks what is derived from its clips; start the sweep again")
    }
    let clips = MethodClips(
      store: task.store, derived: derived, landmarks: task.landmarks, pretraining: task.pretraining,
      features: features, group: boundary)
    fold = MethodFold(unit, configuration, data, clips, folder: task.directory)
  }

  /// Trains the unit from its newest checkpoint to the end, scores it, and writes its files.
  public func run() throws -> Ending {
    // However the run ends, the writer must not write in the unit's directory afterwards.
    defer { try? writer?.finish() }
    do {
      var fitted = try group.onEveryRank { try method.begin(fold) }
      try resume(&fitted)
      do {
        return .finished(try train(&fitted))
      } catch let leaving as Leaving {
        try keepNow(fitted)
        throw leaving
      }
    } catch let leaving as Leaving {
      if let fault = leaving.fault { throw fault }
      return .paused
    }
  }

  private func train(_ fitted: inout any FittedMethod) throws -> UnitResult? {
    let schedule = fitted.schedule
    while progress.epochs < schedule.epochs.count {
      pace = StepPace()
      while progress.steps < (progress.epochs + 1) * schedule.stepsPerEpoch { try step(&fitted) }
      try endEpoch(of: &fitted)
    }
    let scores = try fitted.evaluate()
    return try finish(fitted, scores)
  }

  private func step(_ fitted: inout any FittedMethod) throws {
    let epoch = fitted.schedule.epochs[progress.epochs]
    supervisor.willStep(unit, stage: epoch.stage, steps: progress.steps)
    let begun = ContinuousClock.now
    let report = try fitted.step(progress.steps)
    progress.steps += 1
    let interval = fold.training.checkpointEverySteps
    if interval > 0, progress.steps % interval == 0 { try keep(fitted) }
    pace.add(clips: report.clips, since: begun)
    try supervisor.tell(unitProgress(epoch, fitted.schedule, loss: report.loss, isEpochEnd: false))
    try boundary.boundary(loading: fitted.loadingFault)
  }

  private func endEpoch(of fitted: inout any FittedMethod) throws {
    let epoch = fitted.schedule.epochs[progress.epochs]
    let record = try fitted.endEpoch(progress.epochs)
    progress.epochs += 1
    if let record {
      progress.records.append(record)
      try group.onFirstRank { try files.append(record) }
    }
    if fold.training.checkpointEverySteps == 0 { try keepEpoch(fitted) }
    if let record {
      try supervisor.tell(unitProgress(epoch, fitted.schedule, loss: record.losses.total, isEpochEnd: true))
    }
    if boundary.pause >= .atNextEpoch { throw Leaving() }
  }

  private func unitProgress(
    _ epoch: TrainingSchedule.Epoch, _ schedule: TrainingSchedule, loss: Double?, isEpochEnd: Bool
  ) -> UnitProgress {
    UnitProgress(
      unit: unit, stage: epoch.stage, epoch: epoch.number, epochs: epoch.count, step: progress.steps,
      steps: schedule.steps, isEpochEnd: isEpochEnd, loss: loss.flatMap { $0.isFinite ? $0 : nil },
      clipsPerSecond: pace.clipsPerSecond, seconds: clock.secondsOfThisRun)
  }
}
