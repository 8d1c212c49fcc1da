"""A method of your own with scikit-learn: logistic regression on the difference of apex and onset.

In a sweep file: "methods": [{"name": "logistic", "command": ["python3", "examples/sklearn_method.py"]}]
MicroFold runs it once per fold with the path of a JSON file; docs/methods.md, "Any program", says what is in it.
"""

import csv
import json
import os
import sys

import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

SIZE = 16


class ClipStore:
    """A safetensors file: 8 bytes with the length of the header, the header (JSON), then all tensors."""

    def __init__(self, path):
        with open(path, "rb") as file:
            length = int.from_bytes(file.read(8), "little")
            self.header = json.loads(file.read(length))
        self.data = np.memmap(path, np.uint8, "r", offset=8 + length)

    def difference(self, clip):
        """Apex minus onset, grey, averaged over cells, [SIZE * SIZE], -1 to 1."""
        begin, end = self.header[clip]["data_offsets"]
        frames = self.data[begin:end].reshape(self.header[clip]["shape"])
        about = json.loads(self.header["__metadata__"][clip])
        onset, apex = (frames[about[name]].mean(axis=2) / 255 for name in ("onset", "apex"))
        cells = [np.array_split(rows, SIZE, axis=1) for rows in np.array_split(apex - onset, SIZE, axis=0)]
        return np.array([cell.mean() for row in cells for cell in row])


def main():
    with open(sys.argv[-1], encoding="utf-8") as file:
        fold = json.load(file)
    store = ClipStore(fold["store"])
    # The test clips have no labels in this file. The store's header has the emotions of all clips: do not look there.
    training = np.stack([store.difference(clip["clip"]) for clip in fold["training"]])
    labels = np.array([clip["label"] for clip in fold["training"]])
    test = np.stack([store.difference(clip["clip"]) for clip in fold["test"]])

    components = min(30, *training.shape)
    model = make_pipeline(
        StandardScaler(), PCA(components, random_state=fold["seed"]), LogisticRegression(C=0.1, max_iter=2000))
    probabilities = np.zeros((len(test), len(fold["classes"])))
    if len(set(labels)) > 1:
        model.fit(training, labels)
        # A class that no training clip has keeps probability 0.
        probabilities[:, model.classes_] = model.predict_proba(test)
        print(f"{len(labels)} clips, {components} components, training accuracy {model.score(training, labels):.2f}")
    else:
        probabilities[:, labels[0]] = 1

    with open(fold["output"] + ".part", "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["clip"] + fold["classes"])
        for clip, row in zip(fold["test"], probabilities):
            table.writerow([clip["clip"]] + [f"{value:.9f}" for value in row])
    os.replace(file.name, fold["output"])


main()
