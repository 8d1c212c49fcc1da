/// What a method is fitted with: the clips of one fold, the settings, the random numbers, and the ranks that share the
/// work.
public struct MethodFold {
  public let unit: WorkUnit
  /// The sweep file with the settings of the unit's arm, as a sweep without arms.
  public let configuration: SweepConfiguration
  /// The training and test clips with their labels.
  public let data: FoldData
  /// The store that these clips are read from.
  public let clips: MethodClips
  /// The folder of the unit's files, for methods that write some themselves; the group's first rank makes it after
  /// `begin`.
  public let folder: String

  public init(
    _ unit: WorkUnit, _ configuration: SweepConfiguration, _ data: FoldData, _ clips: MethodClips, folder: String = "."
  ) {
    (self.unit, self.configuration, self.data, self.clips) = (unit, configuration, data, clips)
    self.folder = folder
  }

  /// The store of the frames that methods look at.
  public var store: ClipStore { clips.store }
  /// The ranks that share the work.
  public var group: any MethodGroup { clips.group }
  /// The sweep file's `training`.
  public var training: SweepConfiguration.Training { configuration.training }
  /// The unit's random numbers.
  public var random: UnitRandom { UnitRandom(unit) }

  /// The lanes of a batch of this number of clips, which the ranks share.
  public func lanes(_ batch: Int) -> Lanes { Lanes(batch: batch, count: training.lanes, exchange: group.exchange) }
}

/// The clips of a store, for methods.
public struct MethodClips {
  /// Frames and descriptions of all clips: as recorded, or aligned to each clip's onset frame.
  public let store: ClipStore
  /// The same clips as recorded.
  public let recorded: ClipStore
  /// Optical flow from each clip's onset frame; nil where the method does not ask for it.
  public let flow: ClipStore?
  /// Landmarks by the clip's name, where the sweep file gives them.
  public let landmarks: [String: FaceLandmarks]
  /// Features that this process has computed already.
  public let features: FeatureStore
  /// The folder with the networks of the pretraining; nil where nothing was pretrained.
  public let pretraining: String?
  /// The ranks that share the work.
  public let group: any MethodGroup

  /// - Parameters:
  ///   - store: the clips as recorded.
  ///   - derived: what the method asks for; it must be complete.
  public init(
    store: ClipStore, derived: [DerivedContent: ClipStore] = [:], landmarks: [String: FaceLandmarks] = [:],
    pretraining: String? = nil, features: FeatureStore = FeatureStore(), group: any MethodGroup = SoleMethodGroup()
  ) {
    self.pretraining = pretraining
    recorded = store
    self.store = derived[.registeredFrames] ?? store
    flow = derived[.flow] ?? derived[.registeredFlow]
    (self.landmarks, self.features, self.group) = (landmarks, features, group)
  }

  /// What MENet sees, where it is not the frames as recorded.
  var motion: ClipStore? { flow ?? (store === recorded ? nil : store) }

  /// Calls `body` with a clip of the store and its frames, which are valid during the call.
  ///
  /// - Throws: a `Fault` when they cannot be read.
  func withFrames<Result>(of index: Int, _ body: (ClipFrames) throws -> Result) throws -> Result {
    let clip = store.clips[index]
    return try store.pixels(of: index).withUnsafeBufferPointer { pixels in
      guard let start = pixels.baseAddress else { preconditionFailure("a clip has frames") }
      return try body(ClipFrames(clip, pixels: start, landmarks: landmarks[clip.name]))
    }
  }

  /// The features of some clips, one row each; callers must not write to them. All ranks together compute those that
  /// one of them does not have, on all threads.
  ///
  /// - Parameter members: clips of the store.
  /// - Throws: a `Fault` on all ranks when a clip cannot be read, and errors of the group's boundary.
  func rows(_ features: some ClipFeatures, of members: [FoldData.Member]) throws -> [Tensor] {
    try self.features.rows(features, of: members.map(\.index), in: self)
  }
}
