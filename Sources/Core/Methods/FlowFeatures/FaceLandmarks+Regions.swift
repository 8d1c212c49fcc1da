extension FaceLandmarks {
  /// The centres of the regions. Only points below 60 are used, which have the same numbers in both schemes.
  var regionCentres: [SIMD2<Double>] {
    // Centres on the forehead: as far above the brow as the eye is below it.
    let forehead: [([Int], [Int])] = [
      ([17, 18], [36, 37]), ([25, 26], [44, 45]), ([19], [37, 38]), ([24], [43, 44]), ([21], [39]), ([22], [42]),
    ]
    let others: [[Int]] = [
      [17, 18], [25, 26], [19], [24], [20, 21], [22, 23], [21, 22, 27],  // brows and between them
      [37, 38], [43, 44], [40, 41], [46, 47], [0, 36], [16, 45], [27, 39], [27, 42],  // lids, corners of the eyes
      [28, 29], [31], [35], [31, 40], [35, 47], [2, 41], [14, 46], [4, 48], [12, 54],  // nose and cheeks
      [48], [54], [50, 51, 52], [56, 57, 58], [7, 57], [9, 57],  // mouth and chin
    ]
    return forehead.map { 2 * mean($0) - mean($1) } + others.map(mean)
  }
}
