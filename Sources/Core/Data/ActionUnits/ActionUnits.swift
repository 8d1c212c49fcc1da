/// One facial action unit of a clip (FACS, Ekman and Friesen 1978) as a coder wrote it.
public struct ActionUnit: Hashable, Comparable, Sendable {
  /// 1 to 99.
  public var number: Int
  /// The side of the face that moves; nil for both, or where the coder says nothing.
  public var side: Side?
  /// How strong it is; nil where the coder says nothing.
  public var intensity: Intensity?
  /// Whether the coder saw this unit: not one of several that it may be (`R6 or R12`), and without a question mark.
  public var isCertain: Bool

  /// A side of the face that is seen: its own left or right.
  public enum Side: String, Sendable {
    case left = "L"
    case right = "R"
  }

  /// From a trace to the maximum.
  public enum Intensity: String, Sendable {
    case trace = "A"
    case slight = "B"
    case marked = "C"
    case severe = "D"
    case maximum = "E"
  }

  public init(_ number: Int, _ side: Side? = nil, intensity: Intensity? = nil, isCertain: Bool = true) {
    (self.number, self.side, self.intensity, self.isCertain) = (number, side, intensity, isCertain)
  }

  /// As coding sheets write it: `L14`, `12B`, `6?`.
  public var text: String {
    (side?.rawValue ?? "") + String(number) + (intensity?.rawValue ?? "") + (isCertain ? "" : "?")
  }

  public static func < (one: ActionUnit, other: ActionUnit) -> Bool {
    (one.number, one.text) < (other.number, other.text)
  }
}

/// The facial action units of a clip.
public struct ActionUnits: Equatable, Sendable {
  /// Each once, ascending; empty where the coder wrote `?`.
  public let units: [ActionUnit]

  public init(_ units: [ActionUnit]) { self.units = Set(units).sorted() }

  /// Their numbers, each once, ascending, whatever their sides; without those that are not certain.
  public var numbers: [Int] { Set(units.filter(\.isCertain).map(\.number)).sorted() }
}

extension Clip {
  /// The action units that the clip's text has; nil where it has none or cannot be read.
  public var codedUnits: ActionUnits? { actionUnits.flatMap { try? ActionUnits(parsing: $0) } }
}
