"""Descriptors of clips in NumPy, for the fixtures that `make_methods.py` makes: blocks, patterns, strain, orientations.

Grey clips are [frames, height, width]; flow fields are [frames, height, width, 2], right and down.
"""

import numpy
from skimage.feature import local_binary_pattern

BLOCKS = 5
RADII = (4, 1, 1)  # along time, height and width


def blocks(height, width):
    """The block of each pixel, [height, width]."""
    rows = numpy.arange(height) * BLOCKS // height
    columns = numpy.arange(width) * BLOCKS // width
    return rows[:, None] * BLOCKS + columns[None, :]


def histograms(codes, bins, of_block):
    """Codes [frames, height, width] counted in each block; every histogram sums to 1. [blocks, bins]."""
    where = numpy.broadcast_to(of_block, codes.shape)
    counts = numpy.zeros((BLOCKS * BLOCKS, bins))
    numpy.add.at(counts, (where.ravel(), codes.ravel()), 1)
    return counts / numpy.maximum(1, counts.sum(axis=1, keepdims=True))


def inner(clip):
    """The pixels whose neighbours are all inside the clip."""
    return clip[tuple(slice(radius, -radius) for radius in RADII)]


def shifted(clip, offset):
    """For each inner pixel, its neighbour at this offset (frames, rows, columns)."""
    return clip[tuple(slice(radius + step, size - radius + step)
                      for radius, step, size in zip(RADII, offset, clip.shape))]


def intersection_points(clip):
    """LBP-SIP: 16 bins of the neighbours in the frame and 4 of those in time, [blocks, 20]."""
    clip = clip.astype(int)
    time, height, width = RADII
    of_block = inner(numpy.broadcast_to(blocks(*clip.shape[1:]), clip.shape))
    groups = [[(0, 0, width), (0, -height, 0), (0, 0, -width), (0, height, 0)], [(time, 0, 0), (-time, 0, 0)]]
    parts = []
    for group in groups:
        codes = sum((shifted(clip, offset) >= inner(clip)).astype(int) << bit for bit, offset in enumerate(group))
        parts.append(histograms(codes, 1 << len(group), of_block))
    return numpy.concatenate(parts, axis=1)


def uniform_bins():
    """The bin of each code of eight bits: uniform ones in ascending order, all others last."""
    changes = [bin(code ^ (code >> 1 | (code & 1) << 7)).count("1") for code in range(256)]
    uniform = [code for code in range(256) if changes[code] <= 2]
    return numpy.array([uniform.index(code) if changes[code] <= 2 else len(uniform) for code in range(256)])


def frame_patterns(clip):
    """The histograms of LBP-TOP's plane XY, by scikit-image's codes, [blocks, 59]."""
    codes = numpy.stack([local_binary_pattern(frame, 8, RADII[1], method="default") for frame in clip]).astype(int)
    of_block = numpy.broadcast_to(blocks(*clip.shape[1:]), clip.shape)
    return histograms(uniform_bins()[inner(codes)], 59, inner(of_block))


def strain_weights(fields):
    """The mean strain magnitude of each block, the largest 1, [blocks]."""
    right_down, right_right = numpy.gradient(fields[..., 0], axis=(1, 2))
    down_down, down_right = numpy.gradient(fields[..., 1], axis=(1, 2))
    shear = (right_down + down_right) / 2
    strain = numpy.sqrt(right_right ** 2 + down_down ** 2 + 2 * shear ** 2)
    of_block = blocks(*fields.shape[1:3])
    means = numpy.array([strain[:, of_block == block].mean() for block in range(BLOCKS * BLOCKS)])
    return means / means.max()


def fuzzy_orientations(fields, fine=50, coarse=18, deviation=10.0):
    """FHOFO without the mean vector of each field, [frames, blocks, coarse]."""
    fields = fields - fields.mean(axis=(1, 2), keepdims=True)
    angles = numpy.arctan2(fields[..., 1], fields[..., 0]) % (2 * numpy.pi)
    # Centres of the bins as points of the circle, so that the distance is that around it.
    fine_centres = (numpy.arange(fine) + 0.5) * 2 * numpy.pi / fine
    coarse_centres = (numpy.arange(coarse) + 0.5) * 2 * numpy.pi / coarse
    around = numpy.exp(1j * (coarse_centres[:, None] - fine_centres[None, :]))
    distance = numpy.abs(numpy.angle(around)) * fine / (2 * numpy.pi)
    membership = numpy.exp(-distance ** 2 / (2 * deviation ** 2))
    of_block = blocks(*fields.shape[1:3])
    features = numpy.zeros((len(fields), BLOCKS * BLOCKS, coarse))
    for frame, field in enumerate(angles):
        for block in range(BLOCKS * BLOCKS):
            counts, _ = numpy.histogram(field[of_block == block], fine, (0, 2 * numpy.pi))
            sums = membership @ counts
            features[frame, block] = sums / sums.sum()
    return features
