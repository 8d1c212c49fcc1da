import Core
import Foundation

/// One of several runs that are compared.
struct ComparedRun: Equatable, Sendable {
  /// What it is called in the comparison; no other run has the same name.
  var name: String
  /// Its directory, as the user wrote it.
  var path: String
  /// The versions of the program that it was begun and grew with, the latest last.
  var versions: [String]
  /// Where it was trained, sorted.
  var hosts: [String] = []
  /// When its first unit began, in seconds since 1970; nil where that is not known.
  var begun: Double?
  var folds: FoldFile
  var report: ComparisonReport

  var version: String { versions.last ?? "" }

  /// Reads a run directory; the run need not be finished.
  ///
  /// - Throws: a `Fault` where there is no run, or it was stopped before it began.
  init(reading path: String, name: String) throws {
    let directory = RunDirectory(path: path)
    let identity = try directory.identity()
    (self.name, self.path) = (name, path)
    folds = try directory.storedFolds()
    report = try ComparisonReport(of: directory, identity, folds: folds)
    let spans = Timeline((try? directory.entries()) ?? []).spans
    hosts = Set(spans.flatMap(\.hosts)).sorted()
    begun = spans.map(\.start).min()
    versions = ((identity.history ?? []).map(\.version) + [identity.version]).distinct
  }

  init(name: String, path: String, versions: [String], folds: FoldFile, report: ComparisonReport) {
    (self.name, self.path, self.versions, self.folds, self.report) = (name, path, versions, folds, report)
  }

  /// Reads runs in the order in which they are given.
  ///
  /// - Throws: a `Fault` where one is not a run, or is named twice.
  static func all(_ paths: [String]) throws -> [ComparedRun] {
    let places = paths.map(place)
    for (index, place) in places.enumerated() {
      if let first = places[..<index].firstIndex(of: place) {
        throw Fault(at: paths[index], "is the same run as \(paths[first]); name each run once")
      }
    }
    return try zip(paths, names(of: places)).map { try ComparedRun(reading: $0, name: $1) }
  }

  /// Where a path leads, however it is written.
  static func place(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
  }

  /// The shortest ends of different paths that differ: `a` and `b` of `/runs/a` and `/runs/b`.
  static func names(of places: [String]) -> [String] {
    let parts = places.map { $0.split(separator: "/").map(String.init) }
    for length in 1...max(1, parts.map(\.count).max() ?? 1) {
      let ends = parts.map { $0.suffix(length).joined(separator: "/") }
      if Set(ends).count == ends.count { return ends.map(printable) }
    }
    return places
  }
}
