@testable import Core

/// The mean grey level of the apex frame.
struct MeanGrey: ClipFeatures {
  let key = "mean-grey of the apex"
  let count = 1

  func features(of clip: ClipFrames) -> [Float] {
    let values = clip.grey(clip.clip.apex).values
    return [values.reduce(0, +) / Float(values.count)]
  }
}

let meanGreyMethod = FeatureMethod(
  MethodDescription(
    name: "mean-grey", title: "Mean grey", paper: nil,
    settings: [MethodDescription.Setting("frame", "the apex")], changes: []),
  features: MeanGrey(), machine: SupportVectorMachine.Settings())
