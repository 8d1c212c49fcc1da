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
    do {
      self.init(text: String(decoding: try JSONEncoder.stable().encode(notes), as: UTF8.self), tensors: tensors)
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
    let own = Dictionary(tensors.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
    let sources = try known.map { name, tensor in
      guard let source = own[name], source.shape == tensor.shape else {
        let found = own[name].map { "as \($0.shape)" } ?? "not"
        throw Fault(at: path, "has `\(name)` \(found); \(tensor.shape) is needed")
      }
      return source
    }
    guard tensors.count == known.count else { throw Fault(at: path, "has tensors that this method does not know") }
    for (source, (_, tensor)) in zip(sources, known) {
      tensor.pointer.update(from: source.pointer, count: tensor.count)
    }
  }
}

extension Module {
  /// The parameters and running statistics by their names.
  var tensors: [(name: String, tensor: Tensor)] {
    parameters.map { ($0.name, $0.value) } + statistics.map { ($0.name, $0.value) }
  }

  /// The same, and both moments of the optimizer of the parameters, such as `adam.first.conv1.weight`.
  func tensors(with optimizer: Adam) -> [(name: String, tensor: Tensor)] {
    tensors + zip(parameters, optimizer.first).map { ("adam.first.\($0.name)", $1) }
      + zip(parameters, optimizer.second).map { ("adam.second.\($0.name)", $1) }
  }
}
