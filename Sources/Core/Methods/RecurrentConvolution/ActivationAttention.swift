/// Attention without parameters of its own (Xia et al. 2020): class activation maps of earlier features, computed with
/// the classifier's weights, weight the positions of the last features.
///
/// With a the earlier features, averaged to the positions of the last features r, and W[k, c, p] the classifier's
/// weight of class k, channel c and position p: m_k[p] = mean over c of W[k, c, p] a[c, p], scaled to 0 … 1 over the
/// positions, and f[c, p] = r[c, p] · mean over k of m_k[p]. Every rank computes the same from the rows of all samples.
struct ActivationAttention {
  let channels, positions: Int
  private var memory: Memory?

  private struct Memory {
    let last, earlier, weight: Tensor
    /// One map per row and class.
    let maps: [ScaledMap]
    /// `[rows, positions]`.
    let attention: Tensor
  }

  /// A map scaled to 0 … 1.
  private struct ScaledMap {
    var values: [Double]
    var least = 0, greatest = 0
    /// The greatest value minus the least; 0 for a constant map, whose scaled values are all 0.
    var range = 0.0

    init(_ map: [Double]) {
      values = map
      for position in map.indices {
        if map[position] < map[least] { least = position }
        if map[position] > map[greatest] { greatest = position }
      }
      guard !map.isEmpty else { return }
      range = map[greatest] - map[least]
      values = map.map { range > 0 ? ($0 - map[least]) / range : 0 }
    }

    /// The gradient of the map, from the gradient of the scaled map.
    func backward(_ dy: [Double]) -> [Double] {
      guard range > 0 else { return dy.map { _ in 0 } }
      var result = dy.map { $0 / range }
      result[greatest] -= zip(dy, values).reduce(0) { $0 + $1.0 * $1.1 } / range
      result[least] -= result.reduce(0, +)
      return result
    }
  }

  init(channels: Int, positions: Int) { (self.channels, self.positions) = (channels, positions) }

  /// - Parameters:
  ///   - last, earlier: `[rows, channels · positions]`.
  ///   - weight: the classifier's, `[classes, channels · positions]`.
  mutating func forward(_ last: Tensor, _ earlier: Tensor, weight: Tensor, _ mode: Mode) -> Tensor {
    let (rows, classes) = (last.shape[0], weight.shape[0])
    let attention = Tensor([rows, positions])
    let features = Tensor(last.shape)
    var maps: [ScaledMap] = []
    for row in 0..<rows {
      let own = (0..<classes).map { ScaledMap(activation(earlier.row(row), weight.row($0))) }
      for position in 0..<positions {
        let mean = own.reduce(0.0) { $0 + $1.values[position] } / Double(classes)
        attention.row(row)[position] = Float(mean)
        for channel in 0..<channels {
          let index = channel * positions + position
          features.row(row)[index] = last.row(row)[index] * Float(mean)
        }
      }
      maps += own
    }
    if case .training = mode {
      memory = Memory(last: last, earlier: earlier, weight: weight, maps: maps, attention: attention)
    }
    return features
  }

  private func activation(_ features: UnsafePointer<Float>, _ weight: UnsafePointer<Float>) -> [Double] {
    var map = [Double](repeating: 0, count: positions)
    for channel in 0..<channels {
      for position in 0..<positions {
        map[position] +=
          Double(weight[channel * positions + position]) * Double(features[channel * positions + position])
      }
    }
    return map.map { $0 / Double(channels) }
  }

  /// The gradients of the last and the earlier features; the gradient of the classifier's weights is added to
  /// `gradient`.
  mutating func backward(_ dy: Tensor, addingTo gradient: Tensor) -> (last: Tensor, earlier: Tensor)? {
    guard let memory else { return nil }
    self.memory = nil
    let (rows, classes) = (dy.shape[0], gradient.shape[0])
    let (last, earlier) = (Tensor(dy.shape), Tensor(dy.shape, filledWith: 0))
    for row in 0..<rows {
      var ofAttention = [Double](repeating: 0, count: positions)
      for index in 0..<channels * positions {
        last.row(row)[index] = dy.row(row)[index] * memory.attention.row(row)[index % positions]
        ofAttention[index % positions] += Double(dy.row(row)[index]) * Double(memory.last.row(row)[index])
      }
      let each = ofAttention.map { $0 / Double(classes) }
      for label in 0..<classes {
        let ofMap = memory.maps[row * classes + label].backward(each)
        let (weight, ofWeight) = (memory.weight.row(label), gradient.row(label))
        for index in 0..<channels * positions {
          let part = Float(ofMap[index % positions] / Double(channels))
          ofWeight[index] += part * memory.earlier.row(row)[index]
          earlier.row(row)[index] += part * weight[index]
        }
      }
    }
    return (last, earlier)
  }
}
