import Foundation

extension FFmpeg {
  /// Decodes still images, one frame per file, in their order.
  ///
  /// Images of one kind go through one ffmpeg.
  /// - Parameters:
  ///   - part: of each frame, which is used.
  ///   - form: of the frames it gives.
  /// - Throws: a `Fault` naming the file that is damaged.
  func decode(_ stills: StillFrames, part: FramePart = .whole, to form: FrameForm) throws -> Frames {
    if stills.groups.count == 1 { return try decode(stills.files, stills.groups[0].kind, part, form) }
    let frame = form.bytes
    guard stills.files.count <= FFmpeg.largestClip / frame else { throw FFmpeg.tooLong(stills.files[0]) }
    var pixels = [UInt8](repeating: 0, count: stills.files.count * frame)
    for group in stills.groups {
      let decoded = try decode(group.positions.map { stills.files[$0] }, group.kind, part, form).pixels
      for (index, position) in group.positions.enumerated() {
        pixels.replaceSubrange(
          position * frame..<(position + 1) * frame, with: decoded[(index * frame)...].prefix(frame))
      }
    }
    return Frames(pixels: pixels, count: stills.files.count)
  }

  private func decode(_ files: [String], _ kind: ImageKind, _ part: FramePart, _ form: FrameForm) throws -> Frames {
    if let frames = try sequence(files, kind, part, form).frames { return frames }
    // Something is wrong with one of them, or they differ in what headers do not say. Only these clips pay for this.
    var frames = Frames(pixels: [], count: 0)
    for file in files {
      let (frame, complaint) = try sequence([file], kind, part, form)
      guard let frame else {
        let reason = complaint.isEmpty ? "" : " (\(firstLine(complaint)))"
        throw Fault(at: file, "cannot be decoded: the image is damaged, or of a kind unknown to ffmpeg\(reason)")
      }
      frames.pixels += frame.pixels
      frames.count += 1
    }
    return frames
  }

  /// Decodes images through a folder of links with plain numbered names, so that no name needs quoting.
  ///
  /// - Returns: the frames, nil when ffmpeg fails or frames are missing, and what ffmpeg said.
  private func sequence(
    _ files: [String], _ kind: ImageKind, _ part: FramePart, _ form: FrameForm
  ) throws -> (frames: Frames?, complaint: String) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("microfold-\(UUID().uuidString)").path
    guard mkdir(folder, 0o700) == 0 else { throw Fault.system(at: folder, "cannot be made") }
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (index, file) in files.enumerated() {
      let target = URL(fileURLWithPath: file).path
      guard symlink(target, "\(folder)/\(index).\(kind.format.rawValue)") == 0 else {
        throw Fault.system(at: folder, "a link cannot be made")
      }
    }
    // In a sequence's name % begins a number; a temporary directory may have one in its name.
    let pattern = folder.replacingOccurrences(of: "%", with: "%%") + "/%d.\(kind.format.rawValue)"
    // Newer versions would turn pictures by themselves, older ones do not; the kind's filter does it for all.
    let input = [
      "-threads", "1", "-err_detect", "explode", "-noautorotate", "-f", "image2", "-framerate", "25", "-start_number",
      "0", "-i", pattern,
    ]
    let (frames, ending) = try run(input, kind.filters, part, form, at: files[0])
    guard ending.status == 0, let frames, frames.count == files.count else {
      // The folder has another name each time.
      return (nil, ending.complaint.replacingOccurrences(of: folder, with: ""))
    }
    return (frames, "")
  }
}
