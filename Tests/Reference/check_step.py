"""Compares one training step of a `microfold` binary with the reference, on random weights and clips.

    python Tests/Reference/check_step.py PATH/TO/microfold --width 8 --motion-size 64

Runs `microfold step --stage S --weights DIR --batch FILE --output DIR` for each stage and compares every file it
writes with a float64 run of the reference. Errors are relative to the tensor's norm; beside the binary's error stands
that of PyTorch's own float32 run, so that a tolerance can be judged. Exit status 1 when any error is beyond:

    forward    1e-5   losses, outputs, running statistics
    gradient   1e-4   gradients
    update     1e-6   weights after the step, against Adam on the binary's own gradients (see `update_error`)

An output or a gradient may be farther off where the question itself is ill-conditioned: twice as far as PyTorch's own float32
run on that tensor, or eight times what the float64 reference moves by when nothing but the layers' outputs and their
gradients is rounded to float32 (`conditioning`); eight, because a layer that adds n products in float32 is off by about
√n such roundings. Batch normalisation over a batch of two is such a case: its output is ±1 whatever goes in, so that
the gradient is a small difference of large numbers.
"""

import argparse
import copy
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from fixtures.draw import Draw
from fixtures.kinks import clear_seed
from fixtures.training import changed
from reference.networks import IDNet, MENet, MutualInformationEstimator, places_after_layer3
from reference.stages import Batch, Training

TOLERANCES = {"forward": 1e-5, "gradient": 1e-4, "update": 1e-6}
NETWORKS = ("menet", "idnet", "mine")


def drawn(seed, sizes):
    """Random networks and a random batch, float32."""
    draw = Draw(seed)
    menet_clips = draw.clips(sizes.batch, sizes.frames, sizes.motion_size)
    idnet_clips = draw.clips(sizes.batch, sizes.frames, sizes.identity_size)
    batch = Batch(menet_clips, idnet_clips, draw.integers(sizes.batch, sizes.emotions),
                  draw.integers(sizes.batch, sizes.identities), draw.derangement(sizes.batch))
    with torch.no_grad():
        places = places_after_layer3(sizes.motion_size, sizes.motion_size, sizes.stem)
        menet = draw.settled(MENet(sizes.width, sizes.emotions, sizes.frames, places,
                                   not sizes.without_attention, sizes.stem), menet_clips)
        idnet = draw.settled(IDNet(sizes.width, sizes.identities, sizes.stem), idnet_clips)
        mine = draw.fill(MutualInformationEstimator(16 * sizes.width, linear=sizes.estimator == "linear"))
    return [menet, idnet, mine], batch


PENALTY = {}  # what `Training` is made with besides the networks, from --decoupling and --given


def reference_step(stage, networks, batch, dtype):
    training = Training(*(copy.deepcopy(network).to(dtype) for network in networks), **PENALTY)
    return training, training.step(stage, batch.to(dtype))


class Comparison:
    """The errors of one stage, file by file; prints the largest of each and remembers whether any was too large."""

    def __init__(self):
        self.rows = {}  # (file, kind) -> (error / tolerance, error, own error, tensor)
        self.faults = []

    def add(self, file, kind, tensor, error, own=None, conditioning=0.0):
        limit = max(TOLERANCES[kind], 8 * conditioning, 2 * (own or 0))
        row = (error / limit, error, own, tensor, limit)
        if error != error or (file, kind) not in self.rows or row[0] > self.rows[file, kind][0]:
            self.rows[file, kind] = row

    def fault(self, text):
        self.faults.append(text)

    def is_good(self):
        return not self.faults and all(row[0] <= 1 for row in self.rows.values())

    def show(self):
        for (file, kind), (share, error, own, tensor, limit) in self.rows.items():
            mark = "ok  " if share <= 1 else "FAIL"
            beside = "" if own is None else f"  (PyTorch's own {own:.1e})"
            print(f"  {mark} {file:24} {kind:8} {error:.1e} of {limit:.0e} at {tensor}{beside}")
        for fault in self.faults:
            print(f"  FAIL {fault}")


def tensors_of(path, comparison, wanted, optional=()):
    """The file's tensors, or what of them is there; absent ones and wrong shapes are faults."""
    if not path.exists():
        comparison.fault(f"{path.name} was not written")
        return {}
    found = {}
    for name, value in load_file(path).items():
        if name in wanted and value.shape == wanted[name].shape:
            found[name] = value
        elif name in wanted:
            comparison.fault(f"{path.name}: {name} is {list(value.shape)}, not {list(wanted[name].shape)}")
    for name in wanted:
        if name not in found and name not in optional:
            comparison.fault(f"{path.name}: {name} is absent or of a wrong shape")
    return found


def relative(a, b, scale):
    error = ((a.double() - b.double()).norm() / scale).item()
    return error if error == error else float("inf")


def compare_outputs(folder, comparison, stage, double, single, rounding):
    # Stage 3 does not use the frozen MENet's maps, so a program need not write them.
    optional = {"attention_maps"} if stage == 3 else ()
    found = tensors_of(folder / "outputs.safetensors", comparison, double.outputs, optional)
    for name, value in found.items():
        want = double.outputs[name]
        comparison.add("outputs.safetensors", "forward", name, relative(value, want, want.norm()),
                       relative(single.outputs[name], want, want.norm()), rounding[name] / want.norm())


def compare_losses(folder, comparison, double, single):
    if not (folder / "losses.json").exists():
        return comparison.fault("losses.json was not written")
    found = json.loads((folder / "losses.json").read_text())
    for name in found.keys() - double.losses.keys():
        comparison.fault(f"losses.json: {name} is there, but the stage has no such loss")
    for name, want in double.losses.items():
        if not isinstance(found.get(name), (int, float)):
            comparison.fault(f"losses.json: {name} is absent")
            continue
        scale = max(1.0, abs(want))  # the mutual information may be next to nothing
        comparison.add("losses.json", "forward", name, abs(found[name] - want) / scale,
                       abs(single.losses[name] - want) / scale)


def rounded(stage, networks, batch, seed):
    """The step in float64, but every layer's output, and every gradient that reaches one, is moved by up to half a unit
    in the last place of float32: what any program that keeps float32 tensors has to be off by, at the least."""
    random = torch.Generator().manual_seed(seed)

    def move(values):
        return values * (1 + 2.0 ** -24 * (2 * torch.rand(values.shape, generator=random, dtype=torch.float64) - 1))

    def after_forward(module, inputs, output):
        if isinstance(output, torch.Tensor):
            output = move(output)
            if output.requires_grad:
                output.register_hook(move)
            return output

    training = Training(*(copy.deepcopy(network).double() for network in networks), **PENALTY)
    for network in (training.menet, training.idnet, training.mine):
        for module in network.modules():
            if not list(module.children()):
                module.register_forward_hook(after_forward)
    return training.step(stage, batch.to(torch.float64))


def conditioning(stage, networks, batch, double):
    """How far each output and gradient moves by rounding alone, the largest of three draws: {name: norm}."""
    draws = [rounded(stage, networks, batch, seed) for seed in range(3)]
    return {name: max((getattr(draw, kind)[name] - want).norm() for draw in draws)
            for kind in ("outputs", "gradients") for name, want in getattr(double, kind).items()}


def compare_gradients(folder, comparison, double, single, rounding):
    """Each gradient by its own norm; one that is zero but for rounding, by the norm of its network's whole gradient."""
    found = tensors_of(folder / "gradients.safetensors", comparison, double.gradients)
    whole = {is_mine: torch.cat([g.flatten() for name, g in double.gradients.items()
                                 if name.startswith("mine.") == is_mine] or [torch.ones(1)]).norm()
             for is_mine in (True, False)}
    for name, value in found.items():
        want, total = double.gradients[name], whole[name.startswith("mine.")]
        scale = total if want.norm() < 1e-10 * total else want.norm()
        comparison.add("gradients.safetensors", "gradient", name, relative(value, want, scale),
                       relative(single.gradients[name], want, scale),
                       rounding[name] / scale)
    return found


def compare_networks(folder, comparison, stage, start, gradients, double, single):
    for index, name in enumerate(NETWORKS):
        file, before = f"{name}.safetensors", start[index].state_dict()
        after, own = getattr(double, name).state_dict(), getattr(single, name).state_dict()
        found = tensors_of(folder / file, comparison, after)
        if name not in changed(stage) or name == "mine" and PENALTY:
            moved = [key for key, value in found.items() if not torch.equal(value, before[key])]
            if moved:
                comparison.fault(f"{file}: {len(moved)} tensors changed, though the network is frozen: {moved[0]}, …")
            continue
        parameters = dict(start[index].named_parameters())
        for key, value in found.items():
            if key in parameters:
                gradient = gradients.get(f"mine.{key}" if name == "mine" else key)
                if gradient is not None:
                    comparison.add(file, "update", key, update_error(before[key], gradient, value))
            elif not value.is_floating_point():
                if value != after[key]:
                    comparison.fault(f"{file}: {key} is {value}, not {after[key]}")
            else:
                want = after[key]
                comparison.add(file, "forward", key, relative(value, want, want.norm()),
                               relative(own[key], want, want.norm()))


def update_error(before, gradient, after):
    """How far `after` is from Adam's first step on the given gradient, relative to the largest weight.

    Not from the reference's weights: Adam makes a step of the full learning rate even of a gradient that is
    nothing but rounding, so two correct programs may differ there by twice that.
    """
    weight = before.double().requires_grad_()
    weight.grad = gradient.double()
    torch.optim.Adam([weight], lr=1e-4, betas=(0.9, 0.999), eps=1e-8).step()
    error = ((after.double() - weight.detach()).abs().max() / before.abs().max().clamp_min(1e-2)).item()
    return error if error == error else float("inf")


def check(sizes, stage, networks, batch, folder):
    """Runs one stage of the binary in `folder` and compares; returns the comparison."""
    comparison = Comparison()
    output = folder / f"stage-{stage}"
    launch = ["mpirun", "--oversubscribe", "-n", str(sizes.ranks)] if sizes.ranks > 1 else []
    command = launch + [str(sizes.binary), "step", "--stage", str(stage), "--weights", str(folder / "weights"),
               "--batch", str(folder / "batch.safetensors"), "--output", str(output)]
    if sizes.without_attention:
        command += ["--stem", sizes.stem]  # only the size of the attention's tensors tells it
    if PENALTY:
        command += ["--decoupling", sizes.decoupling, "--given", sizes.given]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        comparison.fault(f"exit status {done.returncode}: {done.stderr.strip() or done.stdout.strip()}")
        return comparison
    double, wanted = reference_step(stage, networks, batch, torch.float64)
    single, own = reference_step(stage, networks, batch, torch.float32)
    rounding = conditioning(stage, networks, batch, wanted)
    compare_losses(output, comparison, wanted, own)
    compare_outputs(output, comparison, stage, wanted, own, rounding)
    gradients = compare_gradients(output, comparison, wanted, own, rounding)
    compare_networks(output, comparison, stage, networks, gradients, double, single)
    return comparison


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=Path, help="the microfold program")
    parser.add_argument("--stages", type=int, nargs="+", default=[1, 2, 3, 4], choices=[1, 2, 3, 4])
    parser.add_argument("--width", type=int, default=4)
    parser.add_argument("--frames", type=int, default=4)
    parser.add_argument("--motion-size", type=int, default=48)
    parser.add_argument("--identity-size", type=int, default=24)
    parser.add_argument("--batch", type=int, default=6)
    parser.add_argument("--emotions", type=int, default=5)
    parser.add_argument("--identities", type=int, default=9)
    parser.add_argument("--stem", choices=["paper", "code"], default="paper")
    parser.add_argument("--estimator", choices=["paper", "linear"], default="paper")
    parser.add_argument("--without-attention", action="store_true", help="MENet as in the variants ce and mi")
    parser.add_argument("--decoupling", choices=["mutual-information", "distance-correlation"],
                        default="mutual-information")
    parser.add_argument("--given", choices=["none", "emotion"], default="none", help="with distance-correlation")
    parser.add_argument("--ranks", type=int, default=1, help="run the program under mpirun on so many ranks")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--margin", type=float, default=5e-6, help="wanted distance from kinks; 0: take the seed")
    parser.add_argument("--tries", type=int, default=20, help="seeds to try for the margin")
    parser.add_argument("--keep", type=Path, help="leave the files here instead of in a temporary folder")
    sizes = parser.parse_args()
    if sizes.decoupling == "distance-correlation":
        PENALTY.update(decoupling=sizes.decoupling, given=None if sizes.given == "none" else sizes.given)
    return sizes


def chosen_seed(sizes):
    """A seed whose step is a fair question: clear of kinks, and PyTorch's own float32 is within half the tolerances."""

    def both_trained(seed, is_too_near):
        networks, batch = drawn(seed, sizes)
        for stage in (1, 2):
            if not is_too_near():
                reference_step(stage, networks, batch, torch.float64)

    first, last = sizes.seed, sizes.seed + sizes.tries
    while first < last:
        seed, margin = clear_seed(both_trained, sizes.margin, first, last - first)
        own = own_error(*drawn(seed, sizes))
        if margin >= sizes.margin and own <= 0.5:
            print(f"seed {seed}: {margin:.1e} away from every kink, PyTorch's own error {own:.2f} of the tolerance")
            return seed
        if margin < sizes.margin:
            break
        first = seed + 1
    print(f"warning: no seed of {sizes.tries} is both {sizes.margin:.0e} away from all kinks (a ReLU at 0, two equal "
          f"maxima) and well conditioned; seed {seed} is taken, and errors may exceed the tolerances without a fault")
    return seed


def own_error(networks, batch):
    """The largest error of PyTorch's float32 step, as a share of the tolerance."""
    worst = 0.0
    for stage in (1, 2):
        single, double = (reference_step(stage, networks, batch, dtype)[1] for dtype in (torch.float32, torch.float64))
        for kind, ones, twos in (("forward", single.outputs, double.outputs),
                                 ("gradient", single.gradients, double.gradients)):
            whole = torch.cat([want.flatten() for want in twos.values()]).norm()
            for name, want in twos.items():
                if want.norm() > 1e-10 * whole:
                    worst = max(worst, relative(ones[name], want, want.norm()) / TOLERANCES[kind])
    return worst


def main():
    sizes = arguments()
    seed = chosen_seed(sizes) if sizes.margin > 0 else sizes.seed
    networks, batch = drawn(seed, sizes)
    with tempfile.TemporaryDirectory() as temporary:
        folder = sizes.keep or Path(temporary)
        (folder / "weights").mkdir(parents=True, exist_ok=True)
        for name, network in zip(NETWORKS, networks):
            metadata = {"estimator": sizes.estimator} if name == "mine" else None
            save_file(network.state_dict(), folder / "weights" / f"{name}.safetensors", metadata=metadata)
        save_file(vars(batch), folder / "batch.safetensors")
        good = True
        for stage in sizes.stages:
            comparison = check(sizes, stage, networks, batch, folder)
            print(f"stage {stage}")
            comparison.show()
            good = good and comparison.is_good()
    print("agrees with the reference" if good else "DISAGREES with the reference")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
