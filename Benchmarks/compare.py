"""MicroFold and PyTorch on this machine, in turn, never both at once; a table, and all rounds as JSON.

    make bench
    make bench QUICK=1 SECTIONS="kernels steps"

Run by hand: python3 Benchmarks/compare.py --peer-python PATH [--quick] [--sections kernels steps lbp-top scaling]
"""

import argparse
import datetime
import json
import os
from pathlib import Path
import sys

from comparison import machine, roofline, sections, tables
from comparison.programs import Failed, Programs

ROOT = Path(__file__).resolve().parents[1]


def arguments():
    parser = argparse.ArgumentParser(prog="compare.py", description="Compares MicroFold with PyTorch on this machine.")
    parser.add_argument("--peer-python", required=True, help="a Python interpreter that has PyTorch")
    parser.add_argument("--microfold", default=str(ROOT / ".build/release/microfold"), help="the program")
    parser.add_argument("--sections", nargs="+", choices=list(sections.ALL), default=list(sections.ALL))
    parser.add_argument("--quick", action="store_true", help="small batches and few rounds; for a first look")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)) if hasattr(
        os, "sched_getaffinity") else os.cpu_count(), help="threads of both")
    parser.add_argument("--output", help="the JSON file (runs/bench/DATE.json)")
    return parser.parse_args()


def main():
    asked = arguments()
    now = datetime.datetime.now(datetime.timezone.utc)
    output = Path(asked.output or ROOT / "runs/bench" / now.strftime("%Y-%m-%d-%H%M%S.json"))
    programs = Programs(asked.microfold, asked.peer_python, asked.threads)
    results = {
        "date": now.isoformat(timespec="seconds"), "machine": machine.description(),
        "versions": {
            "microfold": programs.version(), "commit": machine.commit(ROOT), "peer": programs.peer("versions")},
        "threads": asked.threads, "quick": asked.quick, "sections": {}}
    print(tables.heading(results), flush=True)
    for name in asked.sections:
        results["sections"][name] = sections.ALL[name](programs, sections.Effort(asked.quick))
        print("\n" + tables.ALL[name](results["sections"][name]), flush=True)
        # What is there stays, should a later section fail.
        results["disturbance"] = programs.disturbance
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(json.dumps(results, indent=1) + "\n")
        if name == "kernels":
            paper = results["sections"][name]["paper"]
            picture = output.with_suffix(".svg")
            picture.write_text(roofline.svg(paper, paper["bytesPerSecond"] / 1e9))
            print(f"\nroofline: {picture}", flush=True)
    print(tables.ending(results, output))


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"bench: {failure}")
