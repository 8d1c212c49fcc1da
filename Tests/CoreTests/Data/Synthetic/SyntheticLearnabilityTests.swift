import Testing

@testable import Core

private let size = 32

private func dataset(_ name: String, motion: Double, clips: Int = 120) throws -> SyntheticDataset {
  var settings = SweepConfiguration.Synthetic()
  settings.clips = clips
  settings.size = size
  settings.motion = motion
  settings.confounding = 0
  return try SyntheticDataset(name: name, settings: settings)
}

/// Grey values of one frame.
private func grey(_ frames: [UInt8], _ frame: Int) -> [Double] {
  (0..<size * size).map { pixel in
    let start = (frame * size * size + pixel) * 3
    return (Double(frames[start]) + Double(frames[start + 1]) + Double(frames[start + 2])) / 3
  }
}

private func onsetAndApex(_ dataset: SyntheticDataset) -> [(onset: [Double], apex: [Double])] {
  dataset.clips.indices.map { index in
    let frames = dataset.frames(of: index)
    return (grey(frames, dataset.clips[index].onset), grey(frames, dataset.clips[index].apex))
  }
}

private func unit(_ x: [Double]) -> [Double] {
  let mean = x.reduce(0, +) / Double(x.count)
  let length = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
  return x.map { ($0 - mean) / length }
}

/// Accuracy of a nearest-centroid classifier (cosine) over five subject-independent folds, and of the majority class.
private func accuracy(
  _ dataset: SyntheticDataset, _ features: [[Double]]
) throws -> (centroid: Double, majority: Double) {
  let labels = dataset.clips.map { dataset.classes.index(of: $0.emotion)! }
  let units = features.map(unit)
  let split = try Folds.split(clips: dataset.clips, classes: dataset.classes, count: 5, by: .subject, seed: 1)
  var right = 0
  for fold in split.folds {
    let test = Set(fold.map(\.name))
    let centroids = dataset.classes.groups.indices.map { label in
      var sum = [Double](repeating: 0, count: size * size)
      for (index, clip) in dataset.clips.enumerated() where labels[index] == label && !test.contains(clip.name) {
        for pixel in sum.indices { sum[pixel] += units[index][pixel] }
      }
      return unit(sum)
    }
    for (index, clip) in dataset.clips.enumerated() where test.contains(clip.name) {
      let likeness = centroids.map { zip($0, units[index]).reduce(0) { $0 + $1.0 * $1.1 } }
      if likeness.indices.max(by: { likeness[$0] < likeness[$1] }) == labels[index] { right += 1 }
    }
  }
  let largest = dataset.classes.groups.indices.map { label in labels.count { $0 == label } }.max()!
  return (Double(right) / Double(labels.count), Double(largest) / Double(labels.count))
}

@Test(arguments: SyntheticDataset.names) func emotionsCanBeLearntFromMotionAcrossSubjects(name: String) throws {
  let dataset = try dataset(name, motion: 3)
  let (centroid, majority) = try accuracy(
    dataset, onsetAndApex(dataset).map { zip($0.apex, $0.onset).map { $0 - $1 } })
  #expect(centroid > majority + 0.15)
}

@Test(arguments: SyntheticDataset.names) func theOnsetFrameAloneSaysNothingOfTheEmotion(name: String) throws {
  let dataset = try dataset(name, motion: 2)
  let (centroid, majority) = try accuracy(dataset, onsetAndApex(dataset).map(\.onset))
  #expect(centroid < majority + 0.05)
}

@Test(arguments: SyntheticDataset.names) func apexAndOnsetDifferByMotionAndNotByNoise(name: String) throws {
  func energies(_ motion: Double) throws -> [Double] {
    onsetAndApex(try dataset(name, motion: motion, clips: 40)).map { pair in
      let difference = zip(pair.apex, pair.onset).map { $0 - $1 }
      return difference.reduce(0) { $0 + $1 * $1 } / Double(difference.count)
    }
  }
  let (still, moving, strong) = (try energies(0), try energies(1), try energies(3))
  func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }
  #expect(mean(moving) > 1.5 * mean(still))
  #expect(mean(strong) > 2 * mean(moving))
  #expect(zip(still, moving).count { $0 < $1 } > 36)
}
