import Foundation

/// Features of a store's clips on disk, so that a later start, or another sweep on the same store, does not compute
/// them again.
///
/// It lies in a folder beside the store, and belongs to one kind of features with its settings, the store's content,
/// the clips' landmarks, and the program that computed it. A file of which any of these differs, or which is damaged,
/// counts as missing: the features are then computed, to the same bits.
struct FeatureFile {
  let path: String
  private let metadata: [String: String]
  /// Number of clips in the store, and of features per clip.
  private let clips, width: Int

  private static let (rowsName, clipsName, digestKey) = ("features", "clips", "digest")

  /// Nil for a store that is not a file, or a program that cannot be read.
  ///
  /// - Throws: a `Fault` when the store cannot be read.
  init?(_ features: some ClipFeatures, of clips: MethodClips) throws {
    let digest = try clips.store.contentDigest()
    guard !digest.isEmpty, let program = FeatureFile.program else { return nil }
    var metadata = ["format": "microfold features 1", "features": features.key, "store": digest, "program": program]
    if !clips.landmarks.isEmpty { metadata["landmarks"] = FeatureFile.digest(of: clips.landmarks) }
    var name = SHA256()
    name.update(Data((features.key + (metadata["landmarks"] ?? "")).utf8))
    let folder = clips.store.path.replacingOccurrences(of: ".safetensors", with: "", options: [.anchored, .backwards])
    path = "\(folder)\(FeatureStore.folderSuffix)/\(name.hex.prefix(FeatureStore.digits)).safetensors"
    (self.metadata, self.clips, width) = (metadata, clips.store.clips.count, features.count)
  }

  /// The rows in the file by the clip's index; empty where there is no such file, or another.
  func read() -> [Int: Tensor] {
    guard let file = try? SafeTensors(opening: path), metadata.allSatisfy({ file.metadata[$0] == $1 }),
      file.metadata["landmarks"] == metadata["landmarks"],
      let indices = try? file.integers(FeatureFile.clipsName), let values = try? file.floats(FeatureFile.rowsName),
      indices.allSatisfy((0..<clips).contains), Set(indices).count == indices.count,
      values.count == indices.count * width, values.allSatisfy(\.isFinite),
      file.metadata[FeatureFile.digestKey] == FeatureFile.digest(indices, values)
    else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: indices.enumerated().map { position, clip in
        (clip, Tensor([width], Array(values[position * width..<(position + 1) * width])))
      })
  }

  /// Writes rows, by the clip's index.
  ///
  /// - Throws: a `Fault` when the file cannot be written.
  func write(_ rows: [Int: Tensor]) throws {
    let indices = rows.keys.sorted()
    let values = indices.flatMap { rows[$0]?.elements ?? [] }
    try Directory.make((path as NSString).deletingLastPathComponent)
    var metadata = metadata
    metadata[FeatureFile.digestKey] = FeatureFile.digest(indices, values)
    try SafeTensors.write(
      [
        SafeTensors.Content(FeatureFile.clipsName, shape: [indices.count], integers: indices),
        SafeTensors.Content(FeatureFile.rowsName, shape: [indices.count, width], floats: values),
      ], metadata: metadata, to: path)
  }

  // MARK: - Digests

  /// Another build may compute other bits.
  private static let program: String? = FileManager.default.contents(atPath: "/proc/self/exe").map { bytes in
    var digest = SHA256()
    digest.update(bytes)
    return digest.hex
  }

  private static func digest(_ indices: [Int], _ values: [Float]) -> String {
    var digest = SHA256()
    indices.withUnsafeBytes { digest.update($0) }
    values.withUnsafeBytes { digest.update($0) }
    return digest.hex
  }

  private static func digest(of landmarks: [String: FaceLandmarks]) -> String {
    var digest = SHA256()
    for (name, face) in landmarks.sorted(by: { $0.key < $1.key }) { digest.update(Data("\(name) \(face)\n".utf8)) }
    return digest.hex
  }
}
