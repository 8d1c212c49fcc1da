"""Makes every file of Tests/Fixtures anew: `python Tests/Reference/make_fixtures.py`.

Made with Python 3.11.7, torch 2.13.0+cpu, numpy 2.4.6, safetensors 0.8.0. Other versions, and other CPUs, give
values that differ in the last bits.
"""

import shutil
import sys
import time

import torch

from fixtures import layers, networks, readme, training
from fixtures.writing import ROOT, VERSIONS, Catalogue

EXPECTED = {"torch": "2.13.0+cpu", "numpy": "2.4.6", "safetensors": "0.8.0"}


def main():
    for name, version in EXPECTED.items():
        if VERSIONS[name] != version:
            print(f"warning: {name} is {VERSIONS[name]}; the fixtures in the repository were made with {version}",
                  file=sys.stderr)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    catalogue = Catalogue()
    for part in (layers, networks, training):
        started = time.monotonic()
        folder = part.__name__.rpartition(".")[2]
        for made in ("training", "stages") if folder == "training" else (folder,):
            shutil.rmtree(ROOT / made, ignore_errors=True)
        part.write(catalogue)
        print(f"{folder}: {len(catalogue.entries)} files so far, {time.monotonic() - started:.0f} s")
    catalogue.finish()
    readme.write(catalogue)


if __name__ == "__main__":
    main()
