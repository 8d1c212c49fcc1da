extension SafeTensors.Content {
  /// A tensor that nobody writes to any more; it is not copied.
  public init(_ name: String, frozen tensor: Tensor) {
    self.init(
      name, shape: tensor.shape, memory: Memory(floats: UnsafeBufferPointer(tensor.buffer), owner: tensor.storage))
  }
}
