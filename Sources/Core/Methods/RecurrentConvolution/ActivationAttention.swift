/// Attention without parameters of its own (Xia et al. 2020): the class activation maps of earlier features, by the
/// classifier's weights, say how much each place of the last features counts.
///
/// With a the earlier features averaged to the places of the last ones r, and W the classifier's weights a class,
/// channel and place: m_k[p] = mean over c of W[k, c, p] a[c, p], scaled to 0 … 1 over the places, and
/// f[c, p] = r[c, p] · mean over k of m_k[p]. Computed alike on every rank from the rows of all samples.
struct ActivationAttention {
  let channels, places: Int
  private var memory: Memory?

  private struct Memory {
    let last, earlier, weight: Tensor
    /// Of each row and class.
    let maps: [ScaledMap]
    /// `[rows, places]`.
    let attention: Tensor
  }

  /// A map scaled to 0 … 1.
  private struct ScaledMap {
    var values: [Double]
    var least = 0, greatest = 0
    /// The greatest value less the least; 0 for an even map, whose scaled values are all 0.
    var range = 0.0

    init(_ map: [Double]) {
      values = map
      for place in map.indices {
        if map[place] < map[least] { least = place }
        if map[place] > map[greatest] { greatest = place }
      }
      guard !map.isEmpty else { return }
      range = map[greatest] - map[least]
      values = map.map { range > 0 ? ($0 - map[least]) / range : 0 }
    }

    /// The gradient of the map, from that of the scaled one.
    func backward(_ slope: [Double]) -> [Double] {
      guard range > 0 else { return slope.map { _ in 0 } }
      var result = slope.map { $0 / range }
      result[greatest] -= zip(slope, values).reduce(0) { $0 + $1.0 * $1.1 } / range
      result[least] -= result.reduce(0, +)
      return result
    }
  }

  init(channels: Int, places: Int) { (self.channels, self.places) = (channels, places) }

  /// - Parameters:
  ///   - last, earlier: `[rows, channels · places]`.
  ///   - weight: the classifier's, `[classes, channels · places]`.
  mutating func forward(_ last: Tensor, _ earlier: Tensor, weight: Tensor, _ mode: Mode) -> Tensor {
    let (rows, classes) = (last.shape[0], weight.shape[0])
    let attention = Tensor([rows, places])
    let features = Tensor(last.shape)
    var maps: [ScaledMap] = []
    for row in 0..<rows {
      let own = (0..<classes).map { ScaledMap(activation(earlier.row(row), weight.row($0))) }
      for place in 0..<places {
        let mean = own.reduce(0.0) { $0 + $1.values[place] } / Double(classes)
        attention.row(row)[place] = Float(mean)
        for channel in 0..<channels {
          let index = channel * places + place
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
    var map = [Double](repeating: 0, count: places)
    for channel in 0..<channels {
      for place in 0..<places {
        map[place] += Double(weight[channel * places + place]) * Double(features[channel * places + place])
      }
    }
    return map.map { $0 / Double(channels) }
  }

  /// The gradients of the last and the earlier features; what it asks of the classifier's weights is added to `gradient`.
  mutating func backward(_ slope: Tensor, addingTo gradient: Tensor) -> (last: Tensor, earlier: Tensor)? {
    guard let memory else { return nil }
    self.memory = nil
    let (rows, classes) = (slope.shape[0], gradient.shape[0])
    let (last, earlier) = (Tensor(slope.shape), Tensor(slope.shape, filledWith: 0))
    for row in 0..<rows {
      var ofAttention = [Double](repeating: 0, count: places)
      for index in 0..<channels * places {
        last.row(row)[index] = slope.row(row)[index] * memory.attention.row(row)[index % places]
        ofAttention[index % places] += Double(slope.row(row)[index]) * Double(memory.last.row(row)[index])
      }
      let each = ofAttention.map { $0 / Double(classes) }
      for label in 0..<classes {
        let ofMap = memory.maps[row * classes + label].backward(each)
        let (weight, ofWeight) = (memory.weight.row(label), gradient.row(label))
        for index in 0..<channels * places {
          let part = Float(ofMap[index % places] / Double(channels))
          ofWeight[index] += part * memory.earlier.row(row)[index]
          earlier.row(row)[index] += part * weight[index]
        }
      }
    }
    return (last, earlier)
  }
}
