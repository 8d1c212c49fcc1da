"""What is compared. Each section runs both programs in turn, A B A B, and keeps every round."""

import json
from pathlib import Path
import statistics
import tempfile
import time

from . import machine
from .programs import Failed

DEMO = ["--width", 8, "--motion-size", 32, "--identity-size", 32, "--batch", 8]
NETWORKS = ["menet", "idnet"]


class Effort:
    """How much is run: batches of the paper's settings, turns of both programs, rounds a turn."""

    def __init__(self, quick):
        self.quick = quick
        self.turns = 1 if quick else 2
        self.kernel_rounds, self.kernel_batch = (2, 2) if quick else (5, 8)
        # The paper's batch, of which PyTorch takes the better part of a minute a step.
        self.step_batch = 2 if quick else 32
        self.scaling_batch = 2 if quick else 8
        self.paper_rounds, self.demo_rounds = (1, 10) if quick else (2, 30)
        self.pattern_rounds = 5 if quick else 20
        self.probe_batch = 2 if quick else 4


def kernels(programs, effort):
    return {shapes: kernels_of(programs, effort, shapes) for shapes in ("paper", "demo")}


def kernels_of(programs, effort, shapes):
    """Every convolution in three directions: rounds of both, their medians, and the ratio of the speeds."""
    batch = effort.kernel_batch if shapes == "paper" else 8
    own, peer = [], []
    for _ in range(effort.turns):
        own.append(programs.microfold(
            "kernels", "--shapes", shapes, "--batch", batch, "--rounds", effort.kernel_rounds))
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(own[-1], file)
            file.flush()
            peer.append(programs.peer("kernels", file.name, "--rounds", effort.kernel_rounds))
    rows = []
    for index, shape in enumerate(own[0]["convolutions"]):
        passes = {}
        for direction in shape["passes"]:
            ours, theirs = ([turn["convolutions"][index]["passes"][direction] for turn in turns]
                            for turns in (own, peer))
            passes[direction] = {
                **compared(rounds(ours), rounds(theirs), shape["operations"]),
                "peerSettings": [turn["setting"] for turn in theirs]}
        rows.append({**shape, "passes": passes})
    return {"batch": batch, "threads": own[0]["threads"], "vectors": own[0]["vectors"],
            "coreGflops": statistics.median(turn["coreGflops"] for turn in own),
            "bytesPerSecond": programs.peer("bandwidth")["bytesPerSecond"], "convolutions": rows}


def steps(programs, effort):
    """Whole training steps of both networks, at the paper's settings and at the demo's."""
    paper = ["--batch", effort.step_batch]
    return [
        step(programs, network, settings, words, effort.turns, rounds_a_turn, effort.probe_batch)
        for settings, words, rounds_a_turn in (
            ("paper", paper, effort.paper_rounds), ("demo", DEMO, effort.demo_rounds))
        for network in NETWORKS]


def step(programs, network, settings, words, turns, rounds_a_turn, probe_batch):
    words = ["--network", network, *words]
    # The last word counts: large steps are probed on fewer clips.
    probe_words = words + (["--batch", probe_batch] if settings == "paper" else [])
    probe = programs.peer("probe", *probe_words, "--rounds", 1 if settings == "paper" else 10)
    # What a user might take instead on a CPU that multiplies bfloat16; at the demo's size nothing is won by it.
    reduces = settings == "paper" and machine.multiplies_bfloat16()
    reduced_probe = programs.peer("probe", *probe_words, "--rounds", 1, "--autocast", "bfloat16") if reduces else None
    own, peer, reduced = [], [], []
    for _ in range(turns):
        own.append(programs.microfold("step", *words, "--rounds", rounds_a_turn))
        peer.append(programs.peer(
            "step", *words, "--rounds", rounds_a_turn, "--format", probe["format"], "--adam", probe["adam"]))
        if reduces:
            reduced.append(programs.peer(
                "step", *words, "--rounds", rounds_a_turn, "--format", reduced_probe["format"], "--adam",
                reduced_probe["adam"], "--autocast", "bfloat16"))
    if own[0]["parameters"] != peer[0]["parameters"]:
        raise Failed(f"{network}: MicroFold has {own[0]['parameters']} parameters, the peer {peer[0]['parameters']}")
    operations = own[0]["gflops"] * 1e9 * own[0]["medianSeconds"]
    return {
        "network": network, "settings": settings, "width": own[0]["width"], "batch": own[0]["batch"],
        "threads": own[0]["threads"], "vectors": own[0]["vectors"], "parameters": own[0]["parameters"],
        **compared(rounds(own), rounds(peer), operations),
        "peakBytes": max(turn["peakBytes"][0] for turn in own),
        "peerPeakBytes": max(turn["peakBytes"][0] for turn in peer), "peerStartBytes": peer[0]["startBytes"],
        "limitSeconds": statistics.median(turn["limitSeconds"] for turn in own), "coreGflops": own[0]["coreGflops"],
        "bfloat16Seconds": rounds(reduced), "peerProbe": probe, "bfloat16Probe": reduced_probe}


def rounds(turns):
    return [seconds for turn in turns for seconds in turn["seconds"]]


def compared(own, peer, operations):
    """Every round of both, medians, rates, and how many times faster MicroFold is."""
    ours, theirs = statistics.median(own), statistics.median(peer)
    return {
        "seconds": own, "peerSeconds": peer, "medianSeconds": ours, "peerMedianSeconds": theirs,
        "gflops": operations / ours / 1e9, "peerGflops": operations / theirs / 1e9, "ratio": theirs / ours}


def patterns(programs, effort):
    """LBP-TOP features of 100 clips, against the fastest way in NumPy."""
    own, peer = [], []
    for _ in range(effort.turns):
        own.append(programs.microfold("lbp-top", "--rounds", effort.pattern_rounds))
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(own[-1], file)
            file.flush()
            peer.append(programs.peer("lbp-top", file.name, "--rounds", effort.pattern_rounds))
    ours, theirs = rounds(own), rounds(peer)
    return {
        **{key: own[0][key] for key in ("clips", "frames", "size", "threads")}, "seconds": ours, "peerSeconds": theirs,
        "medianSeconds": statistics.median(ours), "peerMedianSeconds": statistics.median(theirs),
        "ratio": statistics.median(theirs) / statistics.median(ours), "peerWays": [turn["ways"] for turn in peer],
        "peerSettings": [turn["setting"] for turn in peer]}


def scaling(programs, effort):
    """MicroFold alone: one thread and two, one rank and two of one thread each, one group and two."""
    words = ["step", "--batch", effort.scaling_batch, "--rounds", effort.paper_rounds]
    ways = {
        "threads": lambda count: programs.microfold(*words, threads=count)["seconds"],
        "ranks": lambda count: programs.microfold(*words, threads=1, ranks=count)["seconds"],
    }
    with tempfile.TemporaryDirectory() as directory:
        sweep = Sweep(programs, Path(directory), effort)
        ways["groups"] = lambda count: [sweep.seconds(groups=count)]
        return [doubled(name, way, effort.turns) for name, way in ways.items()]


def doubled(name, way, turns):
    """One and two of something, in turn; the efficiency is the speed-up's half."""
    seconds = {1: [], 2: []}
    for _ in range(turns):
        for count in seconds:
            seconds[count] += way(count)
    one, two = (statistics.median(seconds[count]) for count in (1, 2))
    return {"what": name, "one": seconds[1], "two": seconds[2], "medianOne": one, "medianTwo": two,
            "speedUp": one / two, "efficiency": one / two / 2}


class Sweep:
    """A small cross-validation of four equal folds, on one rank a group and one thread a rank."""

    def __init__(self, programs, directory, effort):
        self.programs, self.directory = programs, directory
        programs.run([programs.microfold_path, "synth", "synth-samm", "--output", str(directory), "--clips", "48",
                      "--size", "32"])
        self.config = directory / "sweep.json"
        self.config.write_text(json.dumps({
            "name": "bench", "output": str(directory / "run"),
            "datasets": [
                {"name": "samm", "store": str(directory / "synth-samm.safetensors"), "classes": "samm-5"}],
            "folds": {"count": 4, "by": "sample"},
            "network": {"width": 8, "motionSize": 32, "identitySize": 32},
            "training": {"batch": 8, "identityEpochs": 2, "motionEpochs": 4 if effort.quick else 20}}))

    def seconds(self, groups):
        start = time.monotonic()
        self.programs.run([
            *self.programs.mpirun(groups), self.programs.microfold_path, "sweep", "--config", str(self.config),
            "--fresh", "--quiet", "--threads", "1", "--ranks-per-fold", "1"])
        return time.monotonic() - start


ALL = {"kernels": kernels, "steps": steps, "lbp-top": patterns, "scaling": scaling}
