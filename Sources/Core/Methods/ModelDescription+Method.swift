extension ModelDescription {
  /// A method that is fitted on the clips of a fold.
  init(method: String, _ fold: MethodFold) {
    self.init(classes: fold.data.classes)
    let recorded = fold.clips.recorded
    (self.method, registration) = (method, fold.configuration.registration)
    (recordedHeight, recordedWidth, fit) = (recorded.clips[0].height, recorded.clips[0].width, recorded.fit)
    let use = Catalogue.method(named: method)?.about.landmarks ?? .unused
    hasLandmarks = use != .unused && !fold.clips.landmarks.isEmpty
  }
}
