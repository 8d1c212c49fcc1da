/// A camera of SMIC.
public enum SMICCamera: String, CaseIterable, Sendable {
  /// High speed.
  case hs
  /// Visible light.
  case vis
  /// Near infrared.
  case nir

  /// Frames per second.
  public var fps: Double { self == .hs ? 100 : 25 }

  /// As its folder is called.
  var folder: String { rawValue.uppercased() }

  /// The camera that a folder is called after; nil for another name.
  init?(folder: String) { self.init(rawValue: ReleaseTree.plain(folder)) }
}
