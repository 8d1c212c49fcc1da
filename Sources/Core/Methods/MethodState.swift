import Foundation

/// Everything that a method carries from one step to the next.
public struct MethodState {
  /// Everything that is not a tensor, as JSON; empty where there is nothing.
  public var text: String
  public var tensors: [(name: String, tensor: Tensor)]

  public init(text: String = "", tensors: [(name: String, tensor: Tensor)]) {
    (self.text, self.tensors) = (text, tensors)
  }

  /// - Parameter notes: everything that is not a tensor.
  /// - Throws: a `Fault` when a number of it cannot be written.
  init(_ notes: some Encodable, tensors: [(name: String, tensor: Tensor)]) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      self.init(text: String(decoding: try encoder.encode(notes), as: UTF8.self), tensors: tensors)
    } catch {
      throw Fault(at: "checkpoint", "has a number that cannot be written: \(error)")
    }
  }

  /// Reads everything that is not a tensor.
  ///
  /// - Throws: a `Fault` at `path` when the text is not of this type.
  func notes<Notes: Decodable>(_ type: Notes.Type, from path: String) throws -> Notes {
    guard let notes = try? JSONDecoder().decode(type, from: Data(text.utf8)) else {
      throw Fault(at: path, "has no `notes` that can be read")
    }
    return notes
  }

  /// Copies the tensors into `known`; their names and shapes must be the same.
  ///
  /// - Throws: a `Fault` at `path`, before anything is copied.
  func copy(into known: [(name: String, tensor: Tensor)], from path: String) throws {
    try require(known.map { ($0.name, $0.tensor.shape) }, from: path)
    let own = Dictionary(tensors.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
    for (name, tensor) in known {
      if let source = own[name] { tensor.pointer.update(from: source.pointer, count: tensor.count) }
    }
  }

  /// - Throws: a `Fault` at `path` unless the tensors have these names and shapes, in any order.
  func require(_ known: [(name: String, shape: [Int])], from path: String) throws {
    let own = Dictionary(tensors.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
    for (name, shape) in known {
      guard let tensor = own[name], tensor.shape == shape else {
        let found = own[name].map { "as \($0.shape)" } ?? "not"
        throw Fault(at: path, "has `\(name)` \(found); \(shape) is needed")
      }
    }
    guard tensors.count == known.count else { throw Fault(at: path, "has tensors that this method does not know") }
  }
}
