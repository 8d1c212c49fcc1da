"""LBP-TOP in NumPy, the same histograms as MicroFold's: uniform patterns of the planes XY, XT and YT in 5 x 5 blocks.

Bilinear neighbours lie at places rounded to 1/256 pixel, so that all sums are exact in single precision.
"""

from concurrent.futures import ThreadPoolExecutor
import json
from pathlib import Path

import numpy

import timing

BLOCKS, BINS = 5, 59
X, Y, T = 2, 1, 0  # axes of a clip, from the last three
RADII = {X: 1, Y: 1, T: 4}
PLANES = [(X, Y), (X, T), (Y, T)]
# The eight neighbours, from the first axis against the second.
SIGNS = [(1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1)]


def uniform_bins():
    """The bin of each code: uniform ones by ascending code, all others the last."""
    codes = numpy.arange(256)
    turned = (codes >> 1) | ((codes & 1) << 7)
    uniform = numpy.array([bin(value).count("1") <= 2 for value in codes ^ turned])
    return numpy.where(uniform, numpy.cumsum(uniform) - 1, BINS - 1)


UNIFORM = uniform_bins()


def clips_drawn(count, frames, size):
    """The clips of `microfold bench lbp-top`, [count, frames, size, size]."""
    mixed = numpy.arange(count * frames * size * size, dtype=numpy.uint32) * numpy.uint32(2654435761)
    mixed = (mixed ^ (mixed >> numpy.uint32(15))) * numpy.uint32(2246822519)
    levels = (mixed ^ (mixed >> numpy.uint32(13))) & numpy.uint32(255)
    return levels.astype(numpy.float32).reshape(count, frames, size, size)


def inner(clips, offsets):
    """The inner pixels, moved by whole offsets along the axes."""
    return clips[(..., *(
        slice(RADII[axis] + offsets.get(axis, 0), clips.shape[axis - 3] - RADII[axis] + offsets.get(axis, 0))
        for axis in (T, Y, X)))]


def neighbour(clips, plane, signs):
    radii = [RADII[axis] for axis in plane]
    if 0 in signs:
        return inner(clips, {axis: sign * radius for axis, sign, radius in zip(plane, signs, radii)})
    (a, a_rest), (b, b_rest) = (divmod(round(256 * radius * 0.5 ** 0.5), 256) for radius in radii)
    level = None
    for i, j in ((0, 0), (1, 0), (0, 1), (1, 1)):
        weight = (a_rest if i else 256 - a_rest) * (b_rest if j else 256 - b_rest) / 65536
        part = inner(clips, {plane[0]: signs[0] * (a + i), plane[1]: signs[1] * (b + j)}) * numpy.float32(weight)
        level = part if level is None else numpy.add(level, part, out=level)
    return level


def codes(clips, plane):
    centre = inner(clips, {})
    result = numpy.zeros(centre.shape, numpy.uint8)
    for bit, signs in enumerate(SIGNS):
        result |= (neighbour(clips, plane, signs) >= centre).view(numpy.uint8) << numpy.uint8(bit)
    return result


def features(clips):
    """Histograms, [clips, block row, block column, plane, bin], each with the sum 1."""
    count, _, height, width = clips.shape
    rows = numpy.arange(height)[RADII[Y]:height - RADII[Y], None] * BLOCKS // height
    columns = numpy.arange(width)[RADII[X]:width - RADII[X]] * BLOCKS // width
    starts = (rows * BLOCKS + columns) * len(PLANES) * BINS
    starts = starts + numpy.arange(count)[:, None, None, None] * (BLOCKS * BLOCKS * len(PLANES) * BINS)
    histograms = numpy.zeros(count * BLOCKS * BLOCKS * len(PLANES) * BINS, numpy.int64)
    for index, plane in enumerate(PLANES):
        places = starts + (index * BINS + UNIFORM)[codes(clips, plane)]
        histograms += numpy.bincount(places.ravel(), minlength=histograms.size)
    histograms = histograms.reshape(count, -1, BINS).astype(numpy.float32)
    sums = histograms.sum(axis=2, keepdims=True)
    return (histograms / numpy.where(sums > 0, sums, 1)).reshape(count, -1)


def measure(asked):
    """Rounds of the fastest way: all clips at once, one after another, or one after another on threads."""
    own = json.loads(Path(asked.figures).read_text())
    clips = clips_drawn(own["clips"], own["frames"], own["size"])
    expected = numpy.array(own["firstFeatures"], numpy.float32)
    difference = float(numpy.abs(features(clips[:1])[0] - expected).max())
    if difference > 1e-6:
        raise SystemExit(f"NumPy's features of the first clip are not MicroFold's: off by {difference}")
    single = [clips[index:index + 1] for index in range(len(clips))]
    with ThreadPoolExecutor(asked.threads) as pool:
        ways = {
            "all at once": lambda: features(clips),
            "one by one": lambda: [features(clip) for clip in single],
            "one by one on threads": lambda: list(pool.map(features, single)),
        }
        rounds = {name: timing.rounds(way, asked.rounds) for name, way in ways.items()}
    best = min(rounds, key=lambda name: timing.median(rounds[name]))
    return {"seconds": rounds[best], "setting": best, "ways": rounds, "difference": difference}
