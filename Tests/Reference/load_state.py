"""Loads a network that MicroFold trained into PyTorch: `python load_state.py menet.safetensors`.

`menet(path)` is all that is needed; the sizes are read off the tensors. The stem has no tensors of its own: it is
taken from the file's metadata, where MicroFold keeps it.
"""

import sys

from safetensors import safe_open
from safetensors.torch import load_file

from reference.networks import MENet


def menet(path, stem=None):
    state = load_file(path)
    with safe_open(path, framework="pt") as file:
        stem = stem or (file.metadata() or {}).get("stem", "paper")
    width, classes = state["conv1.weight"].shape[0], state["classifier.weight"].shape[0]
    frames = sum(name.startswith("attention.norm.") and name.endswith(".weight") for name in state)
    places = state["attention.mix.1.bias"].shape[0] if frames > 1 else None
    network = MENet(width, classes, frames, places, attention=frames > 0, stem=stem)
    network.load_state_dict(state, strict=True)
    return network.eval()


if __name__ == "__main__":
    network = menet(sys.argv[1])
    print(f"{sys.argv[1]}: {sum(p.numel() for p in network.parameters())} parameters, every tensor in its place")
