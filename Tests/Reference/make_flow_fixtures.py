"""Makes Tests/Fixtures/flow: optical flow by OpenCV, for the flow written here.

    pip install opencv-python-headless==5.0.0.93 numpy==2.4.6 safetensors==0.8.0
    python Tests/Reference/make_flow_fixtures.py

The frames are sums of waves, the second one moved; grey levels are rounded to bytes, as OpenCV takes them.
"""

import pathlib

import cv2
import numpy as np
from safetensors.numpy import save_file

FOLDER = pathlib.Path(__file__).parent.parent / "Fixtures" / "flow"
# Height, width: one level; several levels, odd; smaller than the polynomial's neighbourhood; three levels.
SIZES = {"one-level": (41, 37), "two-levels": (71, 67), "tiny": (5, 7), "column": (9, 1), "three-levels": (131, 129)}


def pattern(x, y, waves):
    total = np.zeros_like(x)
    for fx, fy, phase, amplitude in waves:
        total += amplitude * np.sin(fx * x + fy * y + phase)
    return total


def pair(height, width, seed):
    """Two frames: the second turned by 2 degrees about the middle, and moved by (1.3, -0.7)."""
    random = np.random.default_rng(seed)
    waves = [(*random.uniform(-0.7, 0.7, 2), random.uniform(0, 6.3), random.uniform(4, 18)) for _ in range(8)]
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    angle, cx, cy = np.deg2rad(2), (width - 1) / 2, (height - 1) / 2
    u, v = x - cx - 1.3, y - cy + 0.7
    back_x = cx + np.cos(angle) * u + np.sin(angle) * v
    back_y = cy - np.sin(angle) * u + np.cos(angle) * v
    frames = [pattern(x, y, waves), pattern(back_x, back_y, waves)]
    return [np.clip(np.rint(128 + f), 0, 255).astype(np.uint8) for f in frames]


def main():
    cv2.setNumThreads(1)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for number, (name, (height, width)) in enumerate(SIZES.items()):
        first, second = pair(height, width, number)
        flow = cv2.calcOpticalFlowFarneback(first, second, None, 0.5, 3, 15, 3, 5, 1.2, 0)
        # The largest is kept at every third pixel, so that the file stays small.
        step = 3 if height > 100 else 1
        save_file(
            {
                "first": first,
                "second": second,
                "horizontal": np.ascontiguousarray(flow[::step, ::step, 0]),
                "vertical": np.ascontiguousarray(flow[::step, ::step, 1]),
            },
            FOLDER / f"{name}.safetensors",
            {"opencv": cv2.__version__, "numpy": np.__version__},
        )


if __name__ == "__main__":
    main()
