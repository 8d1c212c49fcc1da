extension Array {
  /// The index of the first element that is not below, by bisection; the count where all are.
  ///
  /// - Parameter isBelow: true for the first elements and false for all others.
  func lowerBound(where isBelow: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBelow(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
