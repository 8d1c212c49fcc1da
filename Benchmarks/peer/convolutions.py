"""Every convolution in three directions, each by the setting that is the fastest for it.

Settings: PyTorch's default memory format and channels last; where a kernel spans one frame, also as a 2-D convolution
over all frames of the batch.
"""

import json

import torch

import timing

PASSES = ("forward", "inputGradient", "weightGradient")


class Convolution:
    """A convolution with its tensors in one setting."""

    def __init__(self, shape, batch, channels_last, flat):
        taps, size = shape["kernel"], shape["size"]
        self.stride, self.padding = shape["stride"], [tap // 2 for tap in taps]
        source = [batch, shape["inputChannels"], shape["frames"], size, size]
        weight = [shape["outputChannels"], shape["inputChannels"], *taps]
        memory_format = torch.channels_last_3d if channels_last else torch.contiguous_format
        if flat:
            source = [batch * shape["frames"], shape["inputChannels"], size, size]
            del weight[2]
            self.stride, self.padding = self.stride[1:], self.padding[1:]
            memory_format = torch.channels_last if channels_last else torch.contiguous_format
        self.x = (torch.rand(source) * 2 - 1).to(memory_format=memory_format)
        self.weight = (torch.rand(weight) * 2 - 1).to(memory_format=memory_format)
        self.dy = torch.rand_like(self.forward())

    def forward(self):
        convolve = torch.conv2d if self.x.dim() == 4 else torch.conv3d
        with torch.no_grad():
            return convolve(self.x, self.weight, None, self.stride, self.padding)

    def gradients(self, of_input, of_weight):
        rank = len(self.stride)
        return torch.ops.aten.convolution_backward(
            self.dy, self.x, self.weight, None, self.stride, self.padding, [1] * rank, False, [0] * rank, 1,
            [of_input, of_weight, False])

    def run(self, direction):
        if direction == "forward":
            return self.forward()
        return self.gradients(direction == "inputGradient", direction == "weightGradient")


def settings(shape):
    """(name, channels last, as 2-D) of all that is tried."""
    tried = [("contiguous", False, False), ("channels_last_3d", True, False)]
    if shape["kernel"][0] == 1:
        tried += [("contiguous, 2-D", False, True), ("channels_last, 2-D", True, True)]
    return tried


def measure(asked):
    with open(asked.shapes) as file:
        figures = json.load(file)
    batch = figures["batch"]
    return {"batch": batch, "threads": torch.get_num_threads(), "rounds": asked.rounds,
            "convolutions": [measured(shape, batch, asked.rounds) for shape in figures["convolutions"]]}


def measured(shape, batch, rounds):
    """The shape as it was asked for, with the seconds of every round by the fastest setting of each pass."""
    tried = {name: Convolution(shape, batch, last, flat) for name, last, flat in settings(shape)}
    passes = {}
    for direction in PASSES:
        if direction not in shape["passes"]:
            continue
        probes = {name: timing.rounds(lambda: convolution.run(direction), 1)[0] for name, convolution in tried.items()}
        fastest = min(probes, key=probes.get)
        taken = timing.rounds(lambda: tried[fastest].run(direction), rounds)
        passes[direction] = {
            "setting": fastest, "seconds": taken, "medianSeconds": timing.median(taken),
            "gflops": shape["operations"] / timing.median(taken) / 1e9}
    return {**shape, "passes": passes}
