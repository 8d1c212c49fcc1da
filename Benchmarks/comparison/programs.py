"""Runs MicroFold and the peer, each in a process of its own, and watches whether others work meanwhile."""

import json
import os
from pathlib import Path
import resource
import subprocess
import sys
import time

from . import machine

PEER = Path(__file__).resolve().parents[1] / "peer"


class Failed(Exception):
    """A program could not be run or failed; the text says which and why, in one line."""


class Programs:
    def __init__(self, microfold, peer_python, threads):
        self.microfold_path, self.peer_python, self.threads = str(microfold), peer_python, threads
        # The share of the machine that other programs used during each run.
        self.disturbance = []

    def version(self):
        return self.run([self.microfold_path, "--version"]).strip()

    def microfold(self, *words, threads=None, ranks=None):
        """What `microfold bench WORDS --json` prints, on so many threads a rank, by mpirun where ranks are given."""
        command = [self.microfold_path, "bench", *map(str, words), "--threads", str(threads or self.threads), "--json"]
        return json.loads(self.run(self.mpirun(ranks) + command))

    def mpirun(self, ranks):
        """The launcher's words; unbound, because mpirun counts whole cores where the machine has hardware threads."""
        return [] if ranks is None else ["mpirun", "-n", str(ranks), "--bind-to", "none", "--oversubscribe"]

    def peer(self, *words):
        """What the peer prints."""
        words = [*map(str, words)] + (["--threads", str(self.threads)] if words != ("versions",) else [])
        return json.loads(self.run([self.peer_python, str(PEER), *words], OMP_NUM_THREADS=str(self.threads)))

    def run(self, command, **variables):
        """Standard output of a command that must succeed."""
        shown = " ".join(Path(word).name if word.startswith("/") else word for word in command)
        say(shown)
        busy, own, start = machine.busy_seconds(), children_seconds(), time.monotonic()
        try:
            ended = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **variables})
        except OSError as error:
            raise Failed(f"{command[0]}: {error.strerror}; see Benchmarks/README.md") from None
        if ended.returncode != 0:
            lines = [line for line in ended.stderr.splitlines() if line.strip()] or ["nothing was said"]
            told = next((line for line in lines if line.startswith("microfold:")), lines[-1])
            raise Failed(f"{command[0]} ended with {ended.returncode}: {told}")
        elapsed = time.monotonic() - start
        if busy is not None and elapsed > 1:
            others = (machine.busy_seconds() - busy) - (children_seconds() - own)
            share = max(0.0, others / elapsed / (os.cpu_count() or 1))
            self.disturbance.append({"command": shown, "othersShare": round(share, 3)})
        return ended.stdout


def children_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)
