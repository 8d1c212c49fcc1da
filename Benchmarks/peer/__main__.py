"""The peer: the same convolutions and training steps in PyTorch on the CPU. Prints JSON on standard output.

    python Benchmarks/peer versions
    python Benchmarks/peer kernels SHAPES.json --threads 2 --rounds 5
    python Benchmarks/peer probe --network menet --batch 4 --threads 2
    python Benchmarks/peer bandwidth --threads 2
    python Benchmarks/peer lbp-top FIGURES.json --threads 2 --rounds 20
    python Benchmarks/peer step --network menet --batch 8 --threads 2 --format contiguous --adam fused

SHAPES.json is what `microfold bench kernels --json` printed, FIGURES.json what `microfold bench lbp-top --json` did.
`probe` says which settings are the fastest.
"""

import argparse
import json
import platform

import torch

import convolutions
import memory
import patterns
import steps


def arguments():
    parser = argparse.ArgumentParser(prog="peer", description="PyTorch's side of the comparison.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("versions")

    kernels = commands.add_parser("kernels")
    kernels.add_argument("shapes")

    bandwidth = commands.add_parser("bandwidth")
    lbp_top = commands.add_parser("lbp-top")
    lbp_top.add_argument("figures")

    probe, step = commands.add_parser("probe"), commands.add_parser("step")
    for command in (probe, step):
        command.add_argument("--network", choices=["menet", "idnet"], default="menet")
        command.add_argument("--width", type=int, default=64)
        command.add_argument("--batch", type=int, default=32)
        command.add_argument("--motion-size", type=int, default=256)
        command.add_argument("--identity-size", type=int, default=128)
        command.add_argument("--frames", type=int, default=6)
        command.add_argument("--autocast", choices=list(steps.AUTOCASTS), default="none")
    step.add_argument("--format", choices=list(steps.FORMATS), default="contiguous")
    step.add_argument("--adam", choices=list(steps.ADAMS), default="fused")

    for command, rounds in ((kernels, 7), (bandwidth, 7), (lbp_top, 20), (probe, 1), (step, 3)):
        command.add_argument("--threads", type=int, required=True)
        command.add_argument("--rounds", type=int, default=rounds)
    return parser.parse_args()


def versions():
    return {"torch": torch.__version__, "python": platform.python_version(),
            "capability": torch.backends.cpu.get_cpu_capability(), "oneDNN": torch.backends.mkldnn.is_available()}


def main():
    asked = arguments()
    if asked.command == "versions":
        result = versions()
    else:
        torch.set_num_threads(asked.threads)
        torch.set_num_interop_threads(1)
        run = {"kernels": convolutions.measure, "bandwidth": memory.bandwidth, "lbp-top": patterns.measure,
               "probe": steps.probe, "step": steps.measure}[asked.command]
        result = run(asked)
    print(json.dumps(result))


main()
