@testable import Core

/// Stands for `SweepConfiguration.Training`, to which a setting adds a property and a row.
struct ExampleTraining: Equatable, Sendable {
  /// Fraction of a stage in which the learning rate rises to its value.
  var warmUp = 0.0

  static let table = SettingTable(
    ExampleTraining(),
    [
      Setting(
        \.warmUp, "warmUp", .number(0...1, least: "a fraction is 0 or more"),
        "fraction of a stage in which the learning rate rises to its value", written: .unlessDefault)
    ])
}
