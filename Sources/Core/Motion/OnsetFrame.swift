/// The onset frame of a clip, from which the motion of its other frames is measured.
struct OnsetFrame {
  let height, width: Int
  private let flow = FarnebackFlow()
  private let pyramid: FramePyramid

  /// - Parameter pixels: `[height, width, 3]`, uint8.
  init(height: Int, width: Int, pixels: UnsafePointer<UInt8>) {
    (self.height, self.width) = (height, width)
    pyramid = FramePyramid(GreyFrame(height: height, width: width, pixels: pixels), flow)
  }

  /// Computes derived content of another frame of the clip, in the form of its store.
  ///
  /// - Parameter pixels: `[height, width, 3]`, uint8.
  func derive(_ contents: [DerivedContent], of pixels: UnsafePointer<UInt8>) -> [[UInt8]] {
    let frame = GreyFrame(height: height, width: width, pixels: pixels)
    let field = flow.between(pyramid, FramePyramid(frame, flow))
    let similarity = contents.contains { $0 != .flow } ? Similarity(fittedTo: field) : Similarity()
    return contents.map { content in
      switch content {
      case .registeredFrames: similarity.alignedFrame(pixels, height: height, width: width)
      case .flow: FlowQuantization.bytes(of: field)
      case .registeredFlow:
        FlowQuantization.bytes(of: field.subtracting(similarity.flow(height: height, width: width)))
      }
    }
  }
}

extension FlowField {
  /// The rest of this flow when the motion of the whole is taken away.
  func subtracting(_ other: FlowField) -> FlowField {
    var rest = self
    for position in rest.horizontal.indices {
      rest.horizontal[position] -= other.horizontal[position]
      rest.vertical[position] -= other.vertical[position]
    }
    return rest
  }
}

extension Similarity {
  /// Moves a frame back by this similarity: each pixel is taken from where the similarity moves it, interpolated
  /// linearly and rounded; beyond an edge the nearest pixel is repeated.
  ///
  /// - Parameter pixels: `[height, width, 3]`, uint8.
  func alignedFrame(_ pixels: UnsafePointer<UInt8>, height: Int, width: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: height * width * 3) { aligned, count in
      for y in 0..<height {
        for x in 0..<width {
          let moved = displacement(Double(x) - Double(width - 1) / 2, Double(y) - Double(height - 1) / 2)
          let (column, right) = Similarity.neighbours(Double(x) + moved.x, width)
          let (row, down) = Similarity.neighbours(Double(y) + moved.y, height)
          let (upper, lower) = (pixels + row * width * 3, pixels + min(row + 1, height - 1) * width * 3)
          let (first, second) = (3 * column, 3 * min(column + 1, width - 1))
          for colour in 0..<3 {
            let above = Double(upper[first + colour]) * (1 - right) + Double(upper[second + colour]) * right
            let below = Double(lower[first + colour]) * (1 - right) + Double(lower[second + colour]) * right
            aligned[(y * width + x) * 3 + colour] = UInt8((above * (1 - down) + below * down).rounded())
          }
        }
      }
      count = height * width * 3
    }
  }

  /// The pixel before a position, and the weight of the one behind it.
  @inline(__always)
  private static func neighbours(_ position: Double, _ count: Int) -> (first: Int, weight: Double) {
    // A flow of bad frames may be of any size; its positions are clamped before they become an index.
    let inside = min(max(position, 0), Double(count - 1))
    let first = Int(inside)
    return (first, inside - Double(first))
  }
}
