/// A rectangle of a frame, pixels.
public struct CropBox: Equatable, Sendable {
  public var width: Int
  public var height: Int
  /// Of the upper left corner.
  public var x: Int
  public var y: Int

  public init(width: Int, height: Int, x: Int, y: Int) {
    (self.width, self.height, self.x, self.y) = (width, height, x, y)
  }

  /// Width, height, x and y; nil where they do not make a box.
  init?(_ numbers: [Int?]) {
    let limit = 1 << 16
    guard numbers.count == 4, let width = numbers[0], let height = numbers[1], let x = numbers[2], let y = numbers[3],
      1...limit ~= width, 1...limit ~= height, 0...limit ~= x, 0...limit ~= y
    else { return nil }
    self.init(width: width, height: height, x: x, y: y)
  }

  /// From text as ffmpeg writes it, `width:height:x:y`; nil for any other text.
  public init?(_ text: String) {
    self.init(text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) })
  }

  /// What a box looks like as text, for people.
  public static let form = "width:height:x:y in pixels, for instance 400:400:760:340"

  /// As ffmpeg writes it.
  var text: String { "\(width):\(height):\(x):\(y)" }

  var shape: FrameShape { FrameShape(width: width, height: height) }

  /// The filter of ffmpeg. It would move a box that leaves the frame; a negative width or height makes it refuse.
  var filter: String {
    "crop=w=if(gte(in_w\\,\(x + width))\\,\(width)\\,-1):h=if(gte(in_h\\,\(y + height))\\,\(height)\\,-1)"
      + ":x=\(x):y=\(y):exact=1"
  }
}
