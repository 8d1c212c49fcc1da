"""The machine that is measured."""

import os
from pathlib import Path
import platform
import subprocess

VECTOR_FLAGS = ["avx", "avx2", "fma", "avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512_bf16", "amx_tile",
                "amx_bf16", "asimd", "sve"]
# With these a CPU multiplies bfloat16 faster than float32.
BFLOAT16_FLAGS = ["avx512_bf16", "amx_bf16"]


def description():
    model, flags = cpu()
    return {
        "cpu": model, "cores": os.cpu_count(), "vectorFlags": [flag for flag in VECTOR_FLAGS if flag in flags],
        "memoryBytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": f"{platform.system()} {platform.release()}", "architecture": platform.machine()}


def cpu():
    """Name and flags, from /proc/cpuinfo where there is one."""
    fields = {}
    if Path("/proc/cpuinfo").exists():
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            name, _, value = line.partition(":")
            fields.setdefault(name.strip(), value.strip())
    name = fields.get("model name") or platform.processor() or platform.machine()
    if "model" in fields:
        name += f" (family {fields.get('cpu family')}, model {fields['model']})"
    return name, (fields.get("flags") or fields.get("Features") or "").split()


def multiplies_bfloat16():
    return any(flag in cpu()[1] for flag in BFLOAT16_FLAGS)


def commit(root):
    """The commit that is measured, and whether files differ from it; None outside a repository."""
    command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()


def busy_seconds():
    """Processor time that the whole machine has worked; None where it cannot be told."""
    try:
        fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    except (OSError, ValueError):
        return None
    user, nice, system, _, _, irq, softirq, steal = fields[:8]
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
