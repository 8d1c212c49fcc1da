@testable import Core

/// Stands for `SweepConfiguration.Training`, to which a setting adds a property and a row.
struct ExampleTraining: Equatable, Sendable {
  /// Share of each label that all classes get in equal parts.
  var labelSmoothing = 0.0

  static let table = SettingTable(
    ExampleTraining(),
    [
      Setting(
        \.labelSmoothing, "labelSmoothing", .number(0...1, least: "a share is 0 or more"),
        "share of each label that all classes get in equal parts", written: .unlessDefault)
    ])
}
