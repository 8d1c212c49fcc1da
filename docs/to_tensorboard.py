"""Writes a run's metrics as TensorBoard event files: `python docs/to_tensorboard.py runs/demo events`.

Needs `torch` and `tensorboard`, or `tensorboardX` alone. Each unit becomes a TensorBoard run of its own, named by its
folder; the step is the number of optimizer steps so far. It can be run again while the sweep trains: a unit's events
are then written anew.
"""

import json
import shutil
import sys
from pathlib import Path

try:
    from torch.utils.tensorboard import SummaryWriter
except ImportError:
    from tensorboardX import SummaryWriter


def epochs(path):
    """The whole lines of a metrics.jsonl; the last one may still be in writing."""
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.endswith("\n"):
                yield json.loads(line)


def scalars(epoch):
    """What one epoch measured, by tag. Stages train different networks, so that each has tags of its own."""
    stage = f"stage-{epoch['stage']}"
    for name, value in epoch["losses"].items():
        yield f"{stage}/loss/{name}", value
    for name in ("heldOutInformation", "testAccuracy", "validationAccuracy"):
        if epoch.get(name) is not None:
            yield f"{stage}/{name}", epoch[name]


def convert(run, output):
    units = 0
    for metrics in sorted(run.glob("*/fold-*/**/metrics.jsonl")):
        folder = output / metrics.parent.relative_to(run)
        shutil.rmtree(folder, ignore_errors=True)
        with SummaryWriter(str(folder)) as writer:
            for epoch in epochs(metrics):
                for tag, value in scalars(epoch):
                    writer.add_scalar(tag, value, epoch["steps"])
            result = metrics.with_name("result.json")
            if result.exists():
                scores = json.loads(result.read_text(encoding="utf-8"))
                for name in ("accuracy", "uf1", "uar", "leakyAccuracy", "identityProbe", "identityFloor"):
                    if scores.get(name) is not None:
                        writer.add_scalar(f"result/{name}", scores[name], scores["steps"])
        units += 1
    return units


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: to_tensorboard.py RUN OUTPUT")
    count = convert(Path(sys.argv[1]), Path(sys.argv[2]))
    if count == 0:
        sys.exit(f"{sys.argv[1]}: no unit has written metrics.jsonl yet")
    print(f"{count} units; tensorboard --logdir {sys.argv[2]}")
