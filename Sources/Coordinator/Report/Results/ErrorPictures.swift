import Core
import Foundation
import Worker

/// Pictures of the clips that were named wrongly, made from the stores and the networks when a report is made.
struct ErrorPictures {
  /// A clip, and where the network that named it wrongly looked.
  struct Picture {
    var thumbnail: ClipThumbnail
    /// The map of the frame nearest to the apex, row by row of a square; nil without diverse attention, or where the
    /// network is not there any more.
    var attention: [Float]?
  }

  private var pictures: [WorkUnit: [String: Picture]] = [:]
  /// Why a dataset has no pictures, by its name.
  private(set) var missing: [String: String] = [:]

  init() {}

  /// - Parameter directory: the run's.
  init(_ report: ComparisonReport, in directory: RunDirectory) {
    for (dataset, source) in zip(report.datasets, report.configuration.datasets) {
      let errors = report.configuration.armNames.compactMap { dataset.principal(of: $0) }
        .flatMap { report.shownErrors(of: $0, on: dataset) }
      guard !errors.isEmpty else { continue }
      let path = directory.store(of: source)
      do {
        try add(errors, try ClipStore(opening: path), directory, seeds: report.seeds.count)
        if !errors.contains(where: { self[$0] != nil }) { missing[dataset.name] = "\(path) has other clips" }
      } catch {
        missing[dataset.name] = "\(error)"
      }
    }
  }

  /// nil where there is none.
  subscript(error: ClipError) -> Picture? { pictures[error.unit]?[error.clip] }

  private mutating func add(
    _ errors: [ClipError], _ store: ClipStore, _ directory: RunDirectory, seeds: Int
  ) throws {
    let indices = Dictionary(store.clips.enumerated().map { ($1.name, $0) }) { first, _ in first }
    for (unit, own) in Dictionary(grouping: errors, by: \.unit) {
      // A store that was changed after the run may have another person under this name.
      let known = own.compactMap { error in
        indices[error.clip].flatMap { store.clips[$0].subject == error.subject ? (error, $0) : nil }
      }
      let maps = ErrorPictures.attention(known, unit, store, directory.unit(unit, seeds: seeds))
      for (error, clip) in known {
        pictures[unit, default: [:]][error.clip] = Picture(
          thumbnail: try ClipThumbnail(of: store, clip: clip), attention: maps[error.clip])
      }
    }
  }

  /// The attention of the unit's network for each clip that it names as it did in the run; empty without a network.
  private static func attention(
    _ errors: [(error: ClipError, clip: Int)], _ unit: WorkUnit, _ store: ClipStore, _ folder: String
  ) -> [String: [Float]] {
    guard unit.variant.ablation?.attention == true,
      let model = try? NetworkFile(.menet, opening: "\(folder)/menet.safetensors"),
      var prediction = try? StorePrediction(model, store, size: nil, frames: nil, stem: nil),
      let rows = try? prediction.rows(of: errors.map(\.clip))
    else { return [:] }
    var maps: [String: [Float]] = [:]
    for (row, (error, _)) in zip(rows, errors) where row.predicted == error.predicted {
      guard let attention = row.attention else { continue }
      let apex = row.clip.apex
      let nearest = attention.frames.indices.min { one, other in
        (abs(attention.frames[one] - apex), one) < (abs(attention.frames[other] - apex), other)
      }
      let positions = attention.side * attention.side
      maps[error.clip] = nearest.map { Array(attention.values[$0 * positions..<($0 + 1) * positions]) }
    }
    return maps
  }
}
