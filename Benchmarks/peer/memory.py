"""How fast all threads read and write memory together."""

import torch

import timing


def bandwidth(asked):
    """Bytes per second that a copy of half a gigabyte reads and writes, the median round."""
    source, target = torch.rand(2**27), torch.empty(2**27)
    target.copy_(source)
    seconds = [timing.seconds(lambda: target.copy_(source)) for _ in range(asked.rounds)]
    return {"seconds": seconds, "bytesPerSecond": 2 * 4 * source.numel() / timing.median(seconds)}
