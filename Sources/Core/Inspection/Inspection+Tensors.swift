import Foundation

extension Inspection {
  /// The content of a safetensors file: its parts, and every tensor with the least, the greatest and the mean of its
  /// finite elements.
  ///
  /// - Parameter part: returns the part to which a tensor belongs, by the tensor's name.
  /// - Throws: a `Fault` when a tensor cannot be read.
  public init(_ kind: String, of file: SafeTensors, part: (String) -> String) throws {
    self.init(kind, at: file.path)
    let sorted = file.entries.sorted { $0.name < $1.name }
    let (elements, bytes) = (sorted.reduce(0) { $0 + $1.count }, sorted.reduce(0) { $0 + $1.range.count })
    facts = [
      Fact(
        "tensors", "\(sorted.count), \(elements) elements, \(bytes) bytes",
        ["tensorCount": .count(sorted.count), "elementCount": .count(elements), "byteCount": .count(bytes)])
    ]
    let parts = Dictionary(grouping: sorted) { part($0.name) }
    tables = [
      Table(
        "parts", ["part", "tensors", "elements", "bytes"],
        parts.sorted { $0.key < $1.key }.map { name, entries in
          [
            .text(name), .count(entries.count), .count(entries.reduce(0) { $0 + $1.count }),
            .count(entries.reduce(0) { $0 + $1.range.count }),
          ]
        }),
      Table(
        "tensors", ["tensor", "type", "shape", "least", "greatest", "mean", "notFinite"],
        try sorted.map { entry in
          let range = try Range(of: entry, file)
          let numbers = [range.least, range.greatest, range.mean].map { range.finite > 0 ? Value.number($0) : .none }
          return [.text(entry.name), .text(entry.type.rawValue), .shape(entry.shape)] + numbers
            + [.count(entry.count - range.finite)]
        }),
    ]
  }

  /// The content of a network's file, or of any other safetensors file.
  ///
  /// - Throws: a `Fault` when a tensor cannot be read.
  public init(ofTensorsIn file: SafeTensors) throws {
    let network = [NetworkFile.Branch.menet, .idnet].lazy.compactMap { try? NetworkFile($0, opening: file.path) }.first
    try self.init(network == nil ? "safetensors file" : "network", of: file) { name in
      String(name.prefix { $0 != "." })
    }
    if let network { facts += Inspection.facts(of: network) }
    let metadata = file.metadata.sorted { $0.key < $1.key }
    if !metadata.isEmpty {
      tables.insert(Table("metadata", ["key", "value"], metadata.map { [.text($0.key), .text($0.value)] }), at: 0)
    }
  }

  private static func facts(of network: NetworkFile) -> [Fact] {
    let attention =
      network.attentionFrames.map { "diverse, for \($0) frames" }
      ?? (network.hasAttention ? "the same for every frame" : "none")
    return [
      Fact(
        "branch", "\(network.branch.rawValue), width \(network.width), \(network.classes) classes",
        [
          "branch": .text(network.branch.rawValue), "networkWidth": .count(network.width),
          "classCount": .count(network.classes),
        ]),
      Fact("attention", attention, ["attention": .text(attention)]),
    ]
  }

  /// The least, the greatest and the mean of a tensor's finite elements.
  private struct Range {
    var least = Double.infinity
    var greatest = -Double.infinity
    var finite = 0
    private var sum = 0.0

    var mean: Double { sum / Double(finite) }

    init(of entry: SafeTensors.Entry, _ file: SafeTensors) throws {
      switch entry.type {
      case .float16, .bfloat16, .float32, .float64:
        for value in try file.floats(entry.name) where value.isFinite { add(Double(value)) }
      case .bool, .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64:
        for value in try file.integers(entry.name) { add(Double(value)) }
      }
    }

    private mutating func add(_ value: Double) {
      (least, greatest, sum, finite) = (min(least, value), max(greatest, value), sum + value, finite + 1)
    }
  }
}

/// A number with at most six significant digits.
func shortened(_ value: Double) -> String { String(format: "%.6g", value) }
