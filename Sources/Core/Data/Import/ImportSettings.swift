import Foundation

/// What an import reads, what it keeps of it and where it writes.
public struct ImportSettings: Equatable, Sendable {
  /// How the dataset is stored on disk.
  public var layout: Layout
  /// The directory that the annotations' paths start from.
  public var source: String
  /// The annotation file; the source where its folders are the annotation.
  public var annotations: String
  /// The clip store to be written.
  public var output: String
  /// Height and width of the stored frames, pixels.
  public var size = 256
  /// The part of each frame that is stored.
  public var crop = Crop.none
  /// How a frame that is not square becomes a square; nil squeezes it, and the report says so.
  public var fit: FrameFit?
  /// The clips' landmarks in pixels of the recording's frames, a table or a folder of tables; nil for none.
  public var landmarks: String?
  /// Whether the frames of a clip are turned, scaled and shifted so that the eyes of its onset frame are where they are
  /// in all clips; takes landmarks instead of a crop and a fit.
  public var aligns = false
  /// The only sheet of a workbook to look at; nil to look for the right one.
  public var sheet: String?
  /// Which expressions are imported of a dataset that has both.
  public var expressions = ExpressionKind.micro
  /// The camera of SMIC; nil for the only one below the source.
  public var camera: SMICCamera?
  /// Frames per second where the annotation says nothing.
  public var fps: Double?
  /// Clips whose emotion is not in any of these classes are skipped; nil keeps all.
  public var classes: ClassMap?
  /// The published choice of classes that the counts are compared with; nil compares them with nothing.
  public var preset: ClassPreset?
  /// Whether a store that exists is replaced; else the import is refused.
  public var replaces = false
  /// The share of rows that may be lost before the import stops, 0 to 1.
  public var largestLostShare = 0.05
  /// Clips that are decoded at once, by an ffmpeg each.
  public var workers = min(Parallel.availableThreads, 16)
  /// The decoder.
  var ffmpeg = FFmpeg()
  /// The program that opens .xlsx files.
  var unzip = "unzip"

  public init(_ layout: Layout = .csv, source: String, annotations: String, output: String) {
    (self.layout, self.source, self.annotations, self.output) = (layout, source, annotations, output)
  }

  /// How a dataset is stored on disk.
  public enum Layout: Equatable, Sendable {
    /// A list with one line per clip: a folder of frames, and a label.
    case list
    /// A table with named columns.
    case csv
    /// As its makers released it, with their coding sheet.
    case release(Release)
  }

  /// Frames per second where nobody says how many there are: those of SDU, for which the paper's stride is made.
  static let assumedRate = 50.0

  /// The part of each frame that is stored.
  public enum Crop: Equatable, Sendable {
    /// The whole frame.
    case none
    /// The same box for all clips.
    case box(CropBox)
    /// A box for each clip or subject, from a table (`name, width, height, x, y`).
    case table(String)
  }

  /// Reads the annotations, finds and decodes every clip and writes the store.
  ///
  /// - Parameters:
  ///   - progress: gets the number of clips done and of clips in all.
  ///   - isStopped: asked before each clip is stored; true ends the import.
  /// - Throws: a `Fault` or `Faults` when the annotations, the clips or the output are unusable, ffmpeg or unzip is
  ///   missing, or too many rows are lost; `ImportStopped` when that was asked for. Then nothing was written.
  public func run(
    progress: (Int, Int) -> Void = { _, _ in }, isStopped: () -> Bool = { false }
  ) throws -> ImportReport {
    try reader.run(progress: progress, isStopped: isStopped)
  }

  /// Does all that an import does, but writes nothing.
  ///
  /// - Parameters:
  ///   - withPictures: whether the previews have pictures.
  ///   - progress: gets the number of clips done and of clips in all.
  ///   - isStopped: asked after each clip; true ends the check.
  /// - Throws: as `run`, but not where rows are lost.
  public func check(
    withPictures: Bool, progress: (Int, Int) -> Void = { _, _ in }, isStopped: () -> Bool = { false }
  ) throws -> CheckedImport {
    try reader.check(withPictures: withPictures, progress: progress, isStopped: isStopped)
  }

  private var reader: any ImportLayout {
    switch layout {
    case .list: ListImport(self)
    case .csv: CSVImport(self)
    case .release(let release) where release.hasSheet: ReleaseImport(release, self)
    case .release: FolderImport(self)
    }
  }

  /// The dataset, as class presets name it; nil for one that is in no release.
  var dataset: String? {
    if case .release(let release) = layout { release.rawValue } else { nil }
  }

  /// What is published of the clips in the preset's classes; nil without a preset, and for other clips of the dataset.
  var published: ClassPreset.Published? { expressions == .micro ? preset?.published(of: dataset) : nil }

  /// The classes, as a person asks for them.
  public var classChoice: ClassChoice? {
    get { preset.map(ClassChoice.preset) ?? classes.map(ClassChoice.own) }
    set {
      classes = newValue?.classes
      if case .preset(let preset) = newValue { self.preset = preset } else { preset = nil }
    }
  }

  /// An emotion as the classes spell it, capitals and blanks aside; nil when it is in none.
  func emotion(_ emotion: String) -> String? {
    let plain = ClassMap.normalized(emotion)
    guard let classes else { return plain }
    return classes.groups.joined().first { ClassMap.normalized($0) == plain }
  }

  /// What frames are decoded to.
  var form: FrameForm { FrameForm(size: size, fit: aligns ? .align : fit ?? .squash) }

  /// - Parameter isWriting: whether a store is written, too.
  /// - Throws: `Faults` listing what is wrong.
  func check(isWriting: Bool = false) throws {
    var faults: [Fault] = []
    if !Directory.exists(source) {
      let here = Fault.lookedIn(for: source)
      faults.append(Fault(at: source, "is not a directory\(here); name the directory of the clips"))
    }
    if !(16...4096 ~= size) { faults.append(Fault(at: "size", "is \(size); 16 to 4096 pixels are allowed")) }
    if let fps, !(fps.isFinite && fps > 0) { faults.append(Fault(at: "fps", "is \(fps); a number above 0 is needed")) }
    if !(0...1 ~= largestLostShare) {
      faults.append(Fault(at: "largest lost share", "is \(largestLostShare); 0 to 1 is allowed"))
    }
    if aligns, landmarks == nil {
      faults.append(Fault(at: "--align", "needs the clips' landmarks; give them with --landmarks"))
    }
    if aligns, crop != .none || fit != nil {
      faults.append(Fault(at: "--align", "cuts out the face itself; leave out --crop and --fit"))
    }
    if isWriting, !replaces, FileManager.default.fileExists(atPath: output) {
      faults.append(Fault(at: output, "exists already; give --force to replace it, or another --output"))
    }
    guard faults.isEmpty else { throw Faults(faults) }
  }
}

/// The import was asked to stop, and did; nothing was written.
public struct ImportStopped: Error {}
