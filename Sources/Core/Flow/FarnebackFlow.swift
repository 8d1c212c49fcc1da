/// Dense optical flow by polynomial expansion (Farnebäck, "Two-Frame Motion Estimation Based on Polynomial Expansion",
/// SCIA 2003).
///
/// Around each pixel a frame is approximated by a polynomial f(x) = xᵀAx + bᵀx + c. A shift by d changes only b, by
/// -2Ad.
/// So with A = (A₁ + A₂)/2 and Δb = (b₁ - b₂)/2 + A d̃, where the second frame is taken at x + d̃, the flow d solves
/// (Σ AᵀA) d = Σ AᵀΔb, with sums over a square window. It starts with d̃ = 0 on the coarsest level of a pyramid, is
/// solved a few times on each level, and is then enlarged for the next finer level.
public struct FarnebackFlow: Equatable, Sendable {
  /// Size of a level relative to the next finer one, between 0 and 1.
  public var pyramidScale = 0.5
  /// The largest number of levels besides the frame itself; levels with a side below `smallestSide` are left out.
  public var levels = 3
  /// Pixels from the centre of the averaging window to its edge: 7 means a window of 15 × 15.
  public var windowRadius = 7
  /// Iterations per level, at least 1.
  public var iterations = 3
  /// Pixels from the centre of the polynomial's neighbourhood to its edge, at least 1.
  public var polynomialRadius = 5
  /// Standard deviation of the polynomial's weight, pixels.
  public var polynomialSigma = 1.2

  /// The settings as text, for `MethodDescription.settings`.
  public static let described =
    "Farnebäck 2003, as OpenCV's calcOpticalFlowFarneback with winsize 15, poly_n 5, poly_sigma 1.2"

  /// The smallest side of a level, pixels.
  static let smallestSide = 32.0

  public init() {}

  /// The flow from `first` to `second`, a frame of the same size.
  public func between(_ first: GreyFrame, _ second: GreyFrame) -> FlowField {
    precondition(first.height == second.height && first.width == second.width, "two frames of one size")
    return between(FramePyramid(first, self), FramePyramid(second, self))
  }

  /// The flow from each frame of a clip to the next; the polynomials of each frame are computed once.
  public func throughout(_ frames: [GreyFrame]) -> [FlowField] {
    guard var before = frames.first.map({ FramePyramid($0, self) }) else { return [] }
    return zip(frames, frames.dropFirst()).map { frame, next in
      precondition(frame.height == next.height && frame.width == next.width, "frames of one size")
      let behind = FramePyramid(next, self)
      defer { before = behind }
      return between(before, behind)
    }
  }

  /// The flow from a clip's first frame to each later one.
  public func fromFirst(_ frames: [GreyFrame]) -> [FlowField] {
    guard let first = frames.first else { return [] }
    let reference = FramePyramid(first, self)
    return frames.dropFirst().map { frame in
      precondition(frame.height == first.height && frame.width == first.width, "frames of one size")
      return between(reference, FramePyramid(frame, self))
    }
  }

  func between(_ first: FramePyramid, _ second: FramePyramid) -> FlowField {
    var flow: FlowPlanes?
    for (before, behind) in zip(first.levels, second.levels).reversed() {
      let current =
        flow.map { $0.enlarged(height: before.height, width: before.width, by: Float(1 / pyramidScale)) }
        ?? FlowPlanes(height: before.height, width: before.width)
      for _ in 0..<iterations {
        NormalEquations(before, behind, current).solve(windowRadius: windowRadius, into: current)
      }
      flow = current
    }
    let solved = flow ?? FlowPlanes(height: 1, width: 1)
    return FlowField(
      height: solved.horizontal.height, width: solved.horizontal.width, horizontal: solved.horizontal.elements,
      vertical: solved.vertical.elements)
  }

  /// The scales of the pyramid's levels, from 1 downwards.
  func scales(height: Int, width: Int) -> [Double] {
    var scales = [1.0]
    for _ in 0..<levels {
      let scale = scales[scales.count - 1] * pyramidScale
      guard Double(min(height, width)) * scale >= FarnebackFlow.smallestSide else { break }
      scales.append(scale)
    }
    return scales
  }
}

/// The flow during its computation.
struct FlowPlanes {
  let horizontal, vertical: Plane

  init(height: Int, width: Int) { self.init(Plane(height: height, width: width), Plane(height: height, width: width)) }

  private init(_ horizontal: Plane, _ vertical: Plane) {
    self.horizontal = horizontal
    self.vertical = vertical
  }

  func enlarged(height: Int, width: Int, by factor: Float) -> FlowPlanes {
    FlowPlanes(
      horizontal.resized(height: height, width: width, times: factor),
      vertical.resized(height: height, width: width, times: factor))
  }
}
