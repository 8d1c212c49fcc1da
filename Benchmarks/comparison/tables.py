"""The results as Markdown tables."""

import statistics

PASSES = {"forward": "forward", "inputGradient": "input gradient", "weightGradient": "weight gradient"}
# Above this share of the machine, other programs spoil the figures.
QUIET = 0.05


def table(heads, rows):
    """A Markdown table, its columns aligned for reading as text; all but the first are to the right."""
    cells = [heads, *rows]
    widths = [max(3, *(len(row[column]) for row in cells)) for column in range(len(heads))]
    lines = [" | ".join(cell.ljust(width) if index == 0 else cell.rjust(width)
                        for index, (cell, width) in enumerate(zip(row, widths))) for row in cells]
    rule = " | ".join("-" * width if index == 0 else "-" * (width - 1) + ":" for index, width in enumerate(widths))
    return "\n".join(f"| {line} |" for line in [lines[0], rule, *lines[1:]])


def heading(results):
    machine, versions = results["machine"], results["versions"]
    return (
        f"{machine['cpu']}, {machine['cores']} cores, {machine['memoryBytes'] / 1e9:.0f} GB, "
        f"{' '.join(machine['vectorFlags'])}; {results['threads']} threads each\n"
        f"{versions['microfold']} ({versions['commit']}), PyTorch {versions['peer']['torch']} "
        f"({versions['peer']['capability']}); {results['date']}{'; quick' if results['quick'] else ''}")


def kernels(section):
    return "\n\n".join(kernels_of(name, part) for name, part in section.items())


def kernels_of(name, part):
    def cell(figures):
        return f"{figures['gflops']:.0f} / {figures['peerGflops']:.0f} = {figures['ratio']:.2f}" if figures else "–"

    rows, slower = [], {}
    for shape in part["convolutions"]:
        taps = "×".join(map(str, shape["kernel"]))
        rows.append([
            f"{shape['network']} {shape['layer']}", f"{shape['inputChannels']}→{shape['outputChannels']}", taps,
            str(shape["stride"][2]), f"{shape['size']}²", *(cell(shape["passes"].get(key)) for key in PASSES)])
        behind = [PASSES[key] for key in PASSES if shape["passes"].get(key, {}).get("ratio", 1) < 1]
        if behind:
            slower[rows[-1][0]] = behind
    heads = ["layer", "channels", "kernel", "stride", "frame", *PASSES.values()]
    return (
        f"Convolutions at {name} settings, batch of {part['batch']}, {part['vectors']}: GFLOP/s of the plain sum, "
        f"MicroFold / PyTorch = times faster\n\n{table(heads, rows)}\n\n"
        f"Slower than PyTorch: {'' if slower else 'none'}"
        + "".join(f"\n- {layer}: {', '.join(behind)}" for layer, behind in slower.items()))


def steps(section):
    return f"{glance(section)}\n\n{details(section)}"


def glance(section):
    """One table for a first look: both programs, how many times faster, and how far from the limit."""
    heads = ["training step", "batch", "MicroFold s", "PyTorch s", "times faster", "PyTorch bfloat16 s", "limit s",
             "above the limit"]
    rows = [
        [f"{row['network']}, {row['settings']}", str(row["batch"]), f"{row['medianSeconds']:.4g}",
         f"{row['peerMedianSeconds']:.4g}", f"{row['ratio']:.2f}",
         f"{statistics.median(row['bfloat16Seconds']):.4g}" if row["bfloat16Seconds"] else "–",
         f"{row['limitSeconds']:.4g}", f"{row['medianSeconds'] / row['limitSeconds']:.2f}"]
        for row in section]
    first = section[0]
    skipped = "" if any(row["bfloat16Seconds"] for row in section) else (
        "\n\nPyTorch under bfloat16 autocast was not measured: this CPU has neither AVX512-BF16 nor AMX.")
    return (f"Training steps, median, {first['threads']} threads, {first['vectors']}; the limit is what the "
            f"multiplications that are left take at {first['coreGflops']:.0f} GFLOP/s per core\n\n"
            f"{table(heads, rows)}{skipped}")


def details(section):
    heads = ["step", "GFLOP/s", "PyTorch", "peak MB", "PyTorch", "PyTorch's setting"]
    rows = [
        [f"{row['network']}, {row['settings']}", f"{row['gflops']:.0f}", f"{row['peerGflops']:.0f}",
         f"{row['peakBytes'] / 1e6:.0f}", f"{row['peerPeakBytes'] / 1e6:.0f}",
         f"{row['peerProbe']['format']}, {row['peerProbe']['adam']} Adam"]
        for row in section]
    return f"The same steps: rates, memory, settings\n\n{table(heads, rows)}"


def patterns(section):
    heads = ["features", "MicroFold ms", "NumPy ms", "times faster", "NumPy's way"]
    row = ["LBP-TOP", f"{1e3 * section['medianSeconds']:.4g}", f"{1e3 * section['peerMedianSeconds']:.4g}",
           f"{section['ratio']:.1f}", " or ".join(sorted(set(section["peerSettings"])))]
    return (f"{section['clips']} clips of {section['frames']} frames of {section['size']}², "
            f"{section['threads']} threads, median\n\n{table(heads, [row])}")


def scaling(section):
    heads = ["1 → 2", "one s", "two s", "speed-up", "efficiency"]
    rows = [
        [row["what"], f"{row['medianOne']:.4g}", f"{row['medianTwo']:.4g}", f"{row['speedUp']:.2f}",
         f"{100 * row['efficiency']:.0f} %"]
        for row in section]
    return f"MicroFold's scaling\n\n{table(heads, rows)}"


def ending(results, output):
    shares = [run["othersShare"] for run in results["disturbance"]]
    lines = [f"\nall rounds: {output}"]
    if shares and max(shares) > QUIET:
        lines.append(
            f"bench: other programs used up to {100 * max(shares):.0f} % of the machine during a run; "
            "these figures are noisy, run it again on a quiet machine")
    return "\n".join(lines)


ALL = {"kernels": kernels, "steps": steps, "lbp-top": patterns, "scaling": scaling}
