extension [String: Tensor] {
  /// Copies these tensors, of which none may be missing, too many or of another shape.
  ///
  /// - Throws: a `Fault` at `location`, before anything is copied.
  func copy(into known: [(name: String, tensor: Tensor)], at location: String) throws {
    for (name, tensor) in known {
      guard let own = self[name], own.shape == tensor.shape else {
        let shape = self[name].map { "as \($0.shape)" } ?? "not"
        throw Fault(at: location, "has `\(name)` \(shape); \(tensor.shape) is needed")
      }
    }
    guard count == known.count else { throw Fault(at: location, "has tensors that this method does not know") }
    for (name, tensor) in known {
      if let own = self[name] { tensor.pointer.update(from: own.pointer, count: tensor.count) }
    }
  }
}
