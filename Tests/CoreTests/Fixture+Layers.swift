import Foundation
import Testing

@testable import Core

// What tests of layers do with a fixture: put its state into a layer, and compare what comes out.
//
// Tolerances: 1e-5 of the tensor's norm for what goes forward, 1e-4 for gradients. Both programs work in single
// precision (6e-8 a rounding) and add the same numbers in another order, so sums of some hundred terms differ by a
// few 1e-7; one decade above that leaves room for other orders, and a wrong term is far larger.
let forwardTolerance = 1e-5
let gradientTolerance = 1e-4

extension Fixture {
  /// Copies the tensor `name` into `target`.
  func fill(_ target: Tensor, _ name: String) throws {
    let values = try file.entry(name).type == .int64 ? file.integers(name).map(Float.init) : file.floats(name)
    try #require(values.count == target.count, "\(name)")
    for index in values.indices { target[index] = values[index] }
  }

  /// Copies `weight`, `bias`, `running_mean`, … into the tensors of the same name.
  func fill(_ parameters: [Parameter], _ statistics: [Statistic]) throws {
    for parameter in parameters { try fill(parameter.value, parameter.name) }
    for statistic in statistics { try fill(statistic.value, statistic.name) }
  }

  func expect(
    _ values: Tensor, equals name: String, within tolerance: Double, _ location: SourceLocation = #_sourceLocation
  ) throws {
    let error = try self.error(values, name)
    #expect(error < tolerance, "\(name) is off by \(error)", sourceLocation: location)
  }

  func expect(
    _ maps: FeatureMaps, equals name: String, within tolerance: Double, _ location: SourceLocation = #_sourceLocation
  ) throws {
    try expect(maps.channelsFirst, equals: name, within: tolerance, location)
    let paddingIsZero = (0..<maps.count).allSatisfy { $0 % maps.stride < maps.channels || maps.pointer[$0] == 0 }
    #expect(paddingIsZero, "the padding of \(name)", sourceLocation: location)
  }

  /// Compares the gradients of parameters that are called `state.…` here with `gradient.…`; those that vanish are
  /// compared with the norm of all.
  func expectGradients(_ parameters: [Parameter], _ location: SourceLocation = #_sourceLocation) throws {
    let names = parameters.map { $0.name.replacing("state.", with: "gradient.", maxReplacements: 1) }
    let whole = try names.reduce(0.0) { try $0 + squares(file.floats($1)) }.squareRoot()
    for (parameter, name) in zip(parameters, names) {
      if vanishing.contains(name) {
        let norm = squares(parameter.gradient.elements).squareRoot()
        #expect(norm < 1e-6 * whole, "\(name) should vanish", sourceLocation: location)
      } else {
        try expect(parameter.gradient, equals: name, within: gradientTolerance, location)
      }
    }
  }

  /// Compares statistics that are called `state.…` here with `after.…`.
  func expectAfter(_ statistics: [Statistic], _ location: SourceLocation = #_sourceLocation) throws {
    for statistic in statistics {
      let name = statistic.name.replacing("state.", with: "after.", maxReplacements: 1)
      if statistic.isCounter {
        #expect(try Int(statistic.value[0]) == integers(name)[0], "\(name)", sourceLocation: location)
      } else {
        try expect(statistic.value, equals: name, within: forwardTolerance, location)
      }
    }
  }
}

func squares(_ values: [Float]) -> Double { values.reduce(0) { $0 + Double($1) * Double($1) } }

/// For layers whose values come from a fixture.
var anyInitializer: Initializer { Initializer(seed: 1, module: "test") }
