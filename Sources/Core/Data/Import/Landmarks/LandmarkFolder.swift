/// A folder of landmarks, `CLIP.csv` each: the header `x,y` and 68 rows.
struct LandmarkFolder: LandmarkReader {
  let path: String

  let names: [String] = []

  func points(of clip: LandmarkRequest) throws -> FramePoints {
    var names = NamesOnDisk()
    let table = try PointTable(of: clip.name, in: path, &names)
    return FramePoints(points: table.rows.map(\.point), location: table.path)
  }
}
