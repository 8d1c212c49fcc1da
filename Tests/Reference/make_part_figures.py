"""Makes Tests/Fixtures/parts: figures of a composite dataset and of each of its parts, by scikit-learn.

    python Tests/Reference/make_part_figures.py

Needs scikit-learn 1.9.1; the same bytes every time. The predictions are drawn: two seeds, three folds of subjects, three
parts of different sizes. In the second file one part has no clip of a class, and another neither has clips of one nor is
any of its clips called it.
"""

import json
import pathlib
import random

from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score

FOLDER = pathlib.Path(__file__).parent.parent / "Fixtures" / "parts"
CLASSES = ["negative", "positive", "surprise"]
FOLDS = 3
SEEDS = [1, 2]
# The clips of each class, and how many people they are of.
WHOLE = {"smic": ([14, 10, 9], 8), "casme2": ([18, 6, 5], 6), "samm": ([19, 5, 3], 7)}
LACKING = {"smic": ([14, 10, 9], 8), "casme2": ([18, 6, 0], 6), "samm": ([19, 0, 3], 7)}


def clips(parts):
    """Each clip with its part, subject, true class and test fold; a subject's clips are in one fold."""
    return [
        {
            "clip": f"{part}/clip-{index}",
            "subject": f"{part}/{index % people}",
            "truth": truth,
            "fold": index % people % FOLDS,
        }
        for part, (counts, people) in parts.items()
        for index, truth in enumerate(t for t, count in enumerate(counts) for _ in range(count))
    ]


def predictions(parts, seed):
    draw = random.Random(f"parts {seed}")

    def named(clip):
        # Nobody calls a clip of samm positive where it has none.
        part = clip["clip"].split("/")[0]
        allowed = [c for c in range(len(CLASSES)) if part != "samm" or parts[part][0][c] > 0]
        return clip["truth"] if draw.random() < 0.6 else draw.choice(allowed)

    return [clip | {"predicted": named(clip)} for clip in clips(parts)]


def figures(chosen):
    truth, predicted = [c["truth"] for c in chosen], [c["predicted"] for c in chosen]
    return {
        "accuracy": accuracy_score(truth, predicted),
        "uf1": f1_score(truth, predicted, average="macro", labels=range(len(CLASSES)), zero_division=0),
        "uar": balanced_accuracy_score(truth, predicted),
    }


def mean(all_figures):
    return {key: sum(own[key] for own in all_figures) / len(all_figures) for key in all_figures[0]}


def write(name, parts):
    seeds = {seed: predictions(parts, seed) for seed in SEEDS}
    content = {
        "classes": CLASSES,
        "parts": list(parts),
        "seeds": [{"seed": seed, "clips": own} for seed, own in seeds.items()],
        "whole": mean([figures(own) for own in seeds.values()]),
        "figures": {
            part: mean([figures([c for c in own if c["clip"].startswith(f"{part}/")]) for own in seeds.values()])
            for part in parts
        },
    }
    (FOLDER / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    write("every-class", WHOLE)
    write("absent-classes", LACKING)
