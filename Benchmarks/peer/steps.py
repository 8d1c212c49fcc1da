"""A whole training step of MENet (cross-entropy and divergence) or of IDNet (cross-entropy), as `microfold bench step`.

The networks and losses are those of Tests/Reference, in float32, with every ReLU in place.
"""

from pathlib import Path
import resource
import sys

import torch

import timing

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tests" / "Reference"))
from reference import losses, networks  # noqa: E402

FORMATS = {"contiguous": torch.contiguous_format, "channels_last_3d": torch.channels_last_3d}
ADAMS = {"fused": {"fused": True}, "foreach": {"foreach": True}, "plain": {"foreach": False}}
# What a user with such a CPU might take instead: forward in bfloat16 where PyTorch considers it safe.
AUTOCASTS = {"none": None, "bfloat16": torch.bfloat16}
EMOTIONS, IDENTITIES = 5, 20
DIVERGENCE_WEIGHT = 0.1


class FunctionsInPlace:
    """torch.nn.functional as the networks use it, without a tensor of its own for what a ReLU makes."""

    def __getattr__(self, name):
        return getattr(torch.nn.functional, name)

    def relu(self, x):
        return torch.nn.functional.relu(x, inplace=True)


networks.F = FunctionsInPlace()


def network(asked):
    torch.manual_seed(1)
    if asked.network == "idnet":
        return networks.IDNet(asked.width, IDENTITIES)
    places = networks.places_after_layer3(asked.motion_size, asked.motion_size)
    return networks.MENet(asked.width, EMOTIONS, frames=asked.frames, places=places)


class Trainer:
    """A network, its Adam, and one random batch."""

    def __init__(self, asked, memory_format, adam):
        self.network = network(asked).to(memory_format=FORMATS[memory_format])
        self.adam = torch.optim.Adam(self.network.parameters(), lr=1e-4, **ADAMS[adam])
        size = asked.motion_size if asked.network == "menet" else asked.identity_size
        self.clips = (torch.rand([asked.batch, 3, asked.frames, size, size]) * 2 - 1).to(
            memory_format=FORMATS[memory_format])
        self.labels = torch.randint(EMOTIONS if asked.network == "menet" else IDENTITIES, [asked.batch])
        self.reduced = AUTOCASTS[asked.autocast]

    def step(self):
        with torch.autocast("cpu", dtype=self.reduced, enabled=self.reduced is not None):
            logits, _, maps = self.network(self.clips)
        loss = losses.cross_entropy(logits.float(), self.labels)
        if maps is not None and self.diverges:
            loss = loss + DIVERGENCE_WEIGHT * losses.divergence(maps.float())
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        self.adam.step()
        self.loss = loss.item()

    @property
    def diverges(self):
        return isinstance(self.network, networks.MENet)


def probe(asked):
    """The fastest memory format and the fastest Adam, with the seconds of all that was tried."""
    formats, adams = {}, {}
    for name in FORMATS:
        trainer = Trainer(asked, name, "fused")
        trainer.step()
        formats[name] = timing.median([timing.seconds(trainer.step) for _ in range(asked.rounds)])
    # The gradients of the last step are still there.
    parameters = list(trainer.network.parameters())
    for name, options in ADAMS.items():
        adam = torch.optim.Adam(parameters, lr=1e-4, **options)
        adam.step()
        adams[name] = timing.median([timing.seconds(adam.step) for _ in range(3)])
    return {"format": min(formats, key=formats.get), "adam": min(adams, key=adams.get),
            "formats": formats, "adams": adams}


def measure(asked):
    before = peak_bytes()
    trainer = Trainer(asked, asked.format, asked.adam)
    trainer.step()
    seconds = [timing.seconds(trainer.step) for _ in range(asked.rounds)]
    return {"network": asked.network, "width": asked.width, "batch": asked.batch, "threads": torch.get_num_threads(),
            "format": asked.format, "adam": asked.adam, "seconds": seconds, "medianSeconds": timing.median(seconds),
            "parameters": sum(parameter.numel() for parameter in trainer.network.parameters()), "loss": trainer.loss,
            "peakBytes": [peak_bytes()], "startBytes": before}


def peak_bytes():
    """The most memory that this process has had at once."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
