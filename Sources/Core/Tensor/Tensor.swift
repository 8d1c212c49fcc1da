/// A dense, row-major array of floats, in aligned memory that is reused.
///
/// A tensor is a reference: copies share the memory. Kernels write through `pointer`; the code that made a tensor
/// decides who may write to it.
public struct Tensor {
  public let shape: [Int]
  /// Product of the shape.
  public let count: Int
  /// The memory, shared by all copies.
  let storage: Storage

  /// A tensor with undefined content.
  public init(_ shape: [Int]) {
    self.shape = shape
    count = shape.reduce(1, *)
    storage = Storage(count)
  }

  /// A tensor with every element `value`.
  public init(_ shape: [Int], filledWith value: Float) {
    self.init(shape)
    pointer.update(repeating: value, count: count)
  }

  /// A tensor with these elements, row-major.
  public init(_ shape: [Int], _ elements: [Float]) {
    self.init(shape)
    precondition(elements.count == count, "a tensor of \(shape) needs \(count) elements")
    elements.withUnsafeBufferPointer { pointer.update(from: $0.baseAddress!, count: count) }
  }

  /// The same memory under another shape of as many elements.
  public init(_ tensor: Tensor, shape: [Int]) {
    self.shape = shape
    count = tensor.count
    storage = tensor.storage
  }

  /// The matrix `[rows, width]` of these rows; there may be no rows.
  public init(stacking rows: [Tensor], width: Int) {
    self.init([rows.count, width])
    for (index, row) in rows.enumerated() { self.row(index).update(from: row.pointer, count: row.count) }
  }

  /// The first element.
  public var pointer: UnsafeMutablePointer<Float> { storage.base }

  /// All elements.
  public var buffer: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: pointer, count: count) }

  /// The elements as an array.
  public var elements: [Float] { Array(buffer) }

  /// Element `index` in row-major order.
  public subscript(index: Int) -> Float {
    get { pointer[index] }
    nonmutating set { pointer[index] = newValue }
  }

  /// Row `index` of a matrix or of the first axis.
  public func row(_ index: Int) -> UnsafeMutablePointer<Float> { pointer + index * (count / max(1, shape[0])) }

  /// The rows of a matrix as arrays.
  public var rows: [[Float]] {
    (0..<shape[0]).map { Array(UnsafeBufferPointer(start: row($0), count: count / max(1, shape[0]))) }
  }

  /// A tensor with the same content in memory of its own.
  public func copy() -> Tensor {
    let copy = Tensor(shape)
    copy.pointer.update(from: pointer, count: count)
    return copy
  }

  /// Sets every element to zero.
  public func clear() { pointer.update(repeating: 0, count: count) }
}
