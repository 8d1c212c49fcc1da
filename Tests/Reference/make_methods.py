"""Makes Tests/Fixtures/methods: what scikit-learn and scikit-image say of support vectors and local binary patterns.

    pip install numpy==2.4.6 scikit-learn==1.9.1 scikit-image==0.26.0 safetensors==0.8.0
    python Tests/Reference/make_methods.py

`support-vectors`: SVC on drawn points of four uneven classes, for each kernel and C the decisions of all pairs
(positive is the pair's first class) and the classes of test points. `patterns`: the codes of a drawn picture's inner
pixels (eight neighbours at radius 1). `interpolation`: the temporal interpolation model as Zhou et al. 2011 compute it,
by a singular value decomposition and an eigenvalue problem, on drawn frames. `descriptors`: LBP-SIP, strain weights on
the XY histograms of LBP-TOP, and FHOFO, of a drawn clip and drawn flow (see descriptors.py).
"""

import json
import platform
from pathlib import Path

import numpy
import safetensors
import skimage
import sklearn
from safetensors.numpy import save_file
from skimage.feature import local_binary_pattern
from sklearn.svm import SVC

from descriptors import frame_patterns, fuzzy_orientations, intersection_points, strain_weights

FOLDER = Path(__file__).resolve().parents[1] / "Fixtures" / "methods"
VERSIONS = {"python": platform.python_version(), "numpy": numpy.__version__, "scikit-learn": sklearn.__version__,
            "scikit-image": skimage.__version__, "safetensors": safetensors.__version__}
KERNELS = {
    "linear-1": dict(kernel="linear", C=1.0), "linear-100": dict(kernel="linear", C=100.0),
    "polynomial-2": dict(kernel="poly", C=2.0, degree=3, gamma=0.25, coef0=1.0),
}


def support_vectors(random):
    counts, features = [17, 9, 12, 4], 11
    centres = random.normal(size=(4, features)) * 0.7
    labels = numpy.repeat(numpy.arange(4), counts)
    order = random.permutation(labels.size)
    labels = labels[order]
    rows = (centres[labels] + random.normal(size=(labels.size, features))).astype(numpy.float32)
    test = (centres[random.integers(4, size=23)] + random.normal(size=(23, features))).astype(numpy.float32)
    tensors = {"rows": rows, "labels": labels.astype(numpy.int64), "test": test}
    for name, settings in KERNELS.items():
        machine = SVC(**settings, tol=1e-10, decision_function_shape="ovo").fit(rows.astype(float), labels)
        tensors[f"{name}.decisions"] = machine.decision_function(test.astype(float)).astype(numpy.float32)
        tensors[f"{name}.classes"] = machine.predict(test.astype(float)).astype(numpy.int64)
    return tensors


def patterns(random):
    picture = random.integers(256, size=(13, 37)).astype(numpy.uint8)
    # An even patch, where every neighbour is as bright as its centre.
    picture[3:8, 5:12] = 77
    codes = local_binary_pattern(picture, 8, 1, method="default")[1:-1, 1:-1]
    return {"picture": picture, "codes": codes.astype(numpy.int64)}


def interpolation(random):
    tensors = {}
    for count, wanted in [(4, 10), (13, 10), (10, 10)]:
        frames = random.normal(size=(count, 40))
        tensors[f"frames-{count}"] = frames.astype(numpy.float32)
        tensors[f"interpolated-{count}"] = interpolated(frames, wanted).astype(numpy.float32)
    return tensors


def interpolated(frames, wanted):
    """Zhou et al. 2011, section 3: the embedding of a path graph, and its curve mapped back to frames."""
    count = len(frames)
    mean = frames.mean(axis=0)
    u, singular, v = numpy.linalg.svd((frames - mean).T, full_matrices=False)
    u, q = u[:, :-1], (numpy.diag(singular) @ v)[:-1]
    graph = numpy.diag(numpy.ones(count - 1), 1) + numpy.diag(numpy.ones(count - 1), -1)
    laplacian = numpy.diag(graph.sum(axis=0)) - graph
    values, w = numpy.linalg.eig(numpy.linalg.solve(q @ q.T, q @ laplacian @ q.T))
    w = w[:, numpy.argsort(values.real)].real
    k = numpy.arange(1, count)

    def curve(t):
        return numpy.sin(numpy.pi * k * t + numpy.pi * (count - k) / (2 * count))

    # Each eigenvector's length and sign: the first frame's place in the embedding is the curve's at 1/count.
    scale = (w.T @ q[:, 0]) / curve(1 / count)
    back = numpy.linalg.inv(w.T) @ numpy.diag(scale)
    places = numpy.linspace(1 / count, 1, wanted)
    return numpy.stack([u @ back @ curve(t) + mean for t in places])


def descriptors(random):
    # Few levels, so that neighbours are often just as bright; sizes that no block divides.
    clip = (random.integers(9, size=(11, 23, 27)) * 28).astype(numpy.uint8)
    fields = (random.normal(size=(3, 23, 27, 2)) + 0.5).astype(numpy.float32)
    # One part of the field is deformed more than the others.
    fields[:, 9:14] *= 3
    weights = strain_weights(fields.astype(float))
    weighted = weights[:, None] * frame_patterns(clip)
    tensors = {"lbp-sip": intersection_points(clip), "strain-weights": weights, "weighted-xy": weighted,
               "fhofo": fuzzy_orientations(fields.astype(float))}
    return {"clip": clip, "fields": fields, **{key: value.astype(numpy.float32) for key, value in tensors.items()}}


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    random = numpy.random.Generator(numpy.random.PCG64(2014))
    for name, make in [
            ("support-vectors", support_vectors), ("patterns", patterns), ("interpolation", interpolation),
            ("descriptors", descriptors)]:
        file = FOLDER / f"{name}.safetensors"
        save_file({key: numpy.ascontiguousarray(value) for key, value in make(random).items()}, file, metadata=VERSIONS)
        sort_header(file)


def sort_header(file):
    """Puts the header's metadata in alphabetical order, which safetensors leaves to chance, for the same bytes."""
    content = file.read_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8:8 + length])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    file.write_bytes(len(text).to_bytes(8, "little") + text + content[8 + length:])


if __name__ == "__main__":
    main()
