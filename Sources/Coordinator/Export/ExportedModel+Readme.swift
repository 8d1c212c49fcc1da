import Core

extension ExportedModel {
  /// The text of `README.md`.
  var readme: String { ([title] + (menet == nil ? methodSections : networkSections)).joined(separator: "\n\n") + "\n" }

  private var title: String {
    let place = unit.map { unit in
      let arm = unit.arm.map { ", arm \($0)" } ?? ""
      return " It was trained on \(unit.dataset) (\(unit.variant.rawValue)\(arm), seed \(unit.seed)), on all clips"
        + (unit.isFinal ? "." : " but those of fold \(unit.fold).")
    }
    let name = menet == nil ? about.title : "MENet"
    return """
      # \(name), trained by MicroFold

      It tells \(classes) from a clip of a face.\(place ?? "") `model.json` has all that is said here in a form for \
      programs.
      """
  }

  private var classes: String { (description.classes ?? []).joined(separator: ", ") }

  /// What is done with clips.
  private var clips: String {
    let facts = [("A clip", array), ("Frames", frameChoice), ("Input", pixels), ("Flow", flowMethod)]
    let lines = facts.compactMap { name, text in text.map { "- \(name): \($0)." } }
    return (["## What it needs", ""] + lines + ["- \(crop)"]).joined(separator: "\n")
  }

  // MARK: - MENet

  private var networkSections: [String] {
    let registered = description.registration == .none ? "" : ", registered=True"
    return [
      """
      `menet.py` defines the network and loads `model.safetensors`, whose tensors have PyTorch's names. It needs \
      PyTorch, and this script NumPy:
      """,
      """
      ```python
      import sys
      import numpy as np
      from menet import load

      network = load()
      clip = np.load(sys.argv[1])
      for name, probability in network.predict(clip\(registered)).items():
          print(name, probability)
      ```
      """,
      """
      `predict(clip, onset=…, offset=…)` takes the motion out of a longer clip. `network(x)` gives the logits of any \
      batch `[batch, 3, frames, size, size]`, `network.inputs(clip)` is such a batch of one clip, and \
      `network.features(x)` is the feature before the classifier. The probabilities are those of `microfold predict`, \
      up to rounding.
      """,
      clips,
    ] + (registration.map { [$0] } ?? [])
  }

  /// What a clip needs before `menet.py` sees it.
  private var registration: String? {
    guard description.registration == .similarity else { return nil }
    let command = "`microfold predict --model \(ExportFiles.weights)`"
    return """
      The motion of the head has to be taken away before: MicroFold fits a shift, a turn and a scale to the flow \
      between the onset frame and each other frame. `menet.py` does not, and refuses a clip until it is told \
      `registered=True`. Clips that were registered in another way get other probabilities; \(command) does it as in \
      training.
      """
  }

  // MARK: - Other methods

  private var methodSections: [String] {
    let tensors = model.file.entries.map { "| `\($0.name)` | \($0.type.rawValue) | \($0.shape) |" }
    return [
      """
      `model.safetensors` has what the method learned. Only MENet has a definition in PyTorch; MicroFold \
      predicts with this file:

          microfold predict --model \(ExportFiles.weights) video.mp4
      """,
      clips,
      description.hasLandmarks ? "It was trained with the landmarks of each clip's onset frame, and needs them." : nil,
      (["## Settings", ""] + (about.settings.map { "- \($0.name): \($0.value)" })).joined(separator: "\n"),
      (["## Tensors", "", "| name | type | shape |", "|---|---|---|"] + tensors).joined(separator: "\n"),
    ].compactMap { $0 }
  }
}
