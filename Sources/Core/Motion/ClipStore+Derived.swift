extension ClipStore {
  /// Computes derived content of some frames of a clip, distributed over the threads; the same bytes on any number of
  /// threads.
  ///
  /// - Parameters:
  ///   - contents: what to compute.
  ///   - index: of the clip; the store has recorded frames.
  ///   - frames: indices of stored frames.
  /// - Returns: for each content the bytes of these frames, one after the other.
  /// - Throws: a `Fault` when a frame cannot be read.
  public func derive(_ contents: [DerivedContent], of index: Int, frames: [Int]) throws -> [[UInt8]] {
    let clip = clips[index]
    let onset = try withFrame(clip.onset, of: index) {
      OnsetFrame(height: clip.height, width: clip.width, pixels: $0)
    }
    let sizes = contents.map { clip.height * clip.width * $0.pixels.bytesPerPixel }
    let buffers = sizes.map { size in
      let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: size * frames.count)
      buffer.initialize(repeating: 0)
      return buffer
    }
    defer { for buffer in buffers { buffer.deallocate() } }
    try Parallel.tryForEach(frames.count) { position in
      let derived = try withFrame(frames[position], of: index) { onset.derive(contents, of: $0) }
      for (content, bytes) in derived.enumerated() {
        _ = UnsafeMutableBufferPointer(rebasing: buffers[content][(position * sizes[content])...])
          .update(fromContentsOf: bytes)
      }
    }
    return buffers.map { Array($0) }
  }

  /// A store in memory of derived content of some clips, from onset to offset.
  ///
  /// - Throws: a `Fault` when a frame cannot be read.
  func derived(_ content: DerivedContent, of indices: [Int]) throws -> ClipStore {
    let pixels = try indices.map { index in
      try derive([content], of: index, frames: Array(clips[index].onset...clips[index].offset))[0]
    }
    return ClipStore(indices.map { clips[$0].motionOnly }, of: content.pixels, pixels: pixels, at: path)
  }

  /// A store in memory of a few frames of some clips: each clip's onset frame, and then these frames.
  ///
  /// - Parameters:
  ///   - content: computed from the frames, or nil for the frames themselves.
  ///   - choices: the clips and their frames, as indices.
  /// - Throws: a `Fault` when a frame cannot be read.
  public func excerpt(_ content: DerivedContent?, of choices: [(clip: Int, frames: [Int])]) throws -> ClipStore {
    let excerpts = try choices.map { choice -> (clip: Clip, pixels: [UInt8]) in
      let frames = [clips[choice.clip].onset] + choice.frames
      var clip = clips[choice.clip]
      (clip.onset, clip.apex, clip.offset, clip.frames) = (0, 0, frames.count - 1, frames.count)
      if let content { return (clip, try derive([content], of: choice.clip, frames: frames)[0]) }
      let pixels = try frames.flatMap { frame in
        try withFrame(frame, of: choice.clip) { Array(UnsafeBufferPointer(start: $0, count: frameBytes)) }
      }
      return (clip, pixels)
    }
    return ClipStore(excerpts.map(\.clip), of: content?.pixels ?? .frames, pixels: excerpts.map(\.pixels), at: path)
  }
}
