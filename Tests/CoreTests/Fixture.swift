import Foundation

@testable import Core

/// A file of reference values made with PyTorch (see Tests/Reference).
struct Fixture {
  let file: SafeTensors

  /// - Parameter name: the path under Tests/Fixtures, without its extension.
  init(_ name: String) throws {
    file = try SafeTensors(opening: Fixture.path(name + ".safetensors"))
  }

  static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures").appendingPathComponent(name).path
  }

  func tensor(_ name: String) throws -> Tensor { try Tensor(file.entry(name).shape, file.floats(name)) }
  func maps(_ name: String) throws -> FeatureMaps { FeatureMaps(channelsFirst: try tensor(name)) }
  func integers(_ name: String) throws -> [Int] { try file.integers(name) }

  /// The clip `[n, 3, T, H, W]` in the networks' layout, colours last.
  func clips(_ name: String) throws -> Tensor {
    let maps = try maps(name)
    let clips = Tensor([maps.samples, maps.frames, maps.height, maps.width, 3])
    for position in 0..<clips.count / 3 {
      for colour in 0..<3 { clips[position * 3 + colour] = maps.pointer[position * maps.stride + colour] }
    }
    return clips
  }

  /// Gradients that are zero except for rounding errors: only their size can be compared.
  var vanishing: Set<String> { Set((file.metadata["vanishing"] ?? "").split(separator: ",").map(String.init)) }

  /// The distance of `values` from the tensor `name`, relative to its norm.
  func error(_ values: Tensor, _ name: String) throws -> Double {
    let expected = try tensor(name)
    guard expected.count == values.count else { return .infinity }
    return normError(values.elements, expected.elements)
  }
}

/// |a - b| / |b|, or |a - b| where b is zero; infinite where a value is not a number.
func normError(_ values: [Float], _ expected: [Float]) -> Double {
  var (difference, norm) = (0.0, 0.0)
  for (value, reference) in zip(values, expected) {
    difference += (Double(value) - Double(reference)) * (Double(value) - Double(reference))
    norm += Double(reference) * Double(reference)
  }
  let error = norm > 0 ? (difference / norm).squareRoot() : difference.squareRoot()
  return error.isFinite ? error : .infinity
}
