"""A roofline as SVG: what each convolution reaches beside what arithmetic and memory allow."""

import math

WIDTH, HEIGHT = 860, 520
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 56, 56
PASSES = {"forward": "circle", "inputGradient": "square", "weightGradient": "triangle"}
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #222 } .head { font-weight: 600; font-size: 14px } .small { fill: #666 }
.grid { stroke: #e4e4e4 } .roof { stroke: #444; fill: none; stroke-width: 1.5 } .own { fill: #0b6e4f }
.peer { fill: none; stroke: #b3541e; stroke-width: 1.3 }
@media (prefers-color-scheme: dark) { text { fill: #ddd } .small { fill: #999 } .grid { stroke: #333 }
  .roof { stroke: #bbb } .own { fill: #4cc38a } .peer { stroke: #f0a36b } .page { fill: #16181a } }
"""


def svg(section, bandwidth):
    """The picture of a section of kernels at the paper's settings.

    Rates count the plain sum, so a point above the roof of arithmetic needed fewer multiplications. A point's intensity
    is that of the plain sum over the least traffic: input, weights and output once.
    """
    points = [point for shape in section["convolutions"] for point in points_of(shape, section["batch"])]
    peak = section["coreGflops"] * section["threads"]
    rates = [point[key] for point in points for key in ("own", "peer")] + [peak]
    # So far to the left that the slope of memory is seen.
    x = Axis([point["intensity"] for point in points] + [0.5 * peak / bandwidth], LEFT, WIDTH - RIGHT)
    y = Axis(rates, HEIGHT - BOTTOM, TOP)
    ridge = max(x.low, peak / bandwidth)
    roof = [(x.low, min(peak, x.low * bandwidth)), (ridge, peak), (x.high, peak)]
    parts = [f'<rect class="page" width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>']
    for value in x.ticks:
        parts.append(line(x(value), TOP, x(value), HEIGHT - BOTTOM) + label(x(value), HEIGHT - BOTTOM + 18, value))
    for value in y.ticks:
        parts.append(line(LEFT, y(value), WIDTH - RIGHT, y(value)) + label(LEFT - 8, y(value) + 4, value, "end"))
    parts.append('<polyline class="roof" points="'
                 + " ".join(f"{x(a):.1f},{y(max(b, y.low)):.1f}" for a, b in roof) + '"/>')
    parts.append(text(x(ridge), y(peak) - 8, f"{peak:.0f} GFLOP/s: all multiplications of the plain sum", "start"))
    parts.append(text(LEFT + 8, HEIGHT - BOTTOM - 8, f"memory {bandwidth:.0f} GB/s", "start", "small"))
    for kind in ("peer", "own"):
        for point in points:
            parts.append(mark(kind, PASSES[point["pass"]], x(point["intensity"]), y(point[kind]), point["name"]))
    parts.append(text(LEFT, 22, "Convolutions of both networks at paper settings", "start", "head"))
    parts.append(text(LEFT, 40, f"batch of {section['batch']}, {section['threads']} threads, {section['vectors']}; "
                      "filled: MicroFold, outlined: PyTorch; ● forward, ■ input's, ▲ weights' gradient", "start",
                      "small"))
    parts.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, "operations of the plain sum per byte of input, weights "
                      "and output", "middle"))
    parts.append(f'<text transform="translate(18 {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">'
                 "GFLOP/s of the plain sum</text>")
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            f'aria-label="Roofline of the convolutions"><style>{STYLE}</style>' + "\n".join(parts) + "</svg>\n")


def points_of(shape, batch):
    """A point for each direction, with both rates."""
    stride = shape["stride"][2]
    outputs = (shape["size"] + stride - 1) // stride
    frames = batch * shape["frames"]
    weights = shape["inputChannels"] * shape["outputChannels"] * math.prod(shape["kernel"])
    floats = weights + frames * (
        shape["inputChannels"] * shape["size"] ** 2 + shape["outputChannels"] * outputs ** 2)
    for name, figures in shape["passes"].items():
        yield {"pass": name, "name": f"{shape['network']} {shape['layer']}, {name}: {figures['gflops']:.0f} and "
               f"{figures['peerGflops']:.0f} GFLOP/s", "intensity": shape["operations"] / (4 * floats),
               "own": figures["gflops"], "peer": figures["peerGflops"]}


class Axis:
    """A logarithmic axis from `first` to `last` pixels."""

    def __init__(self, values, first, last):
        self.low, self.high = min(values) / 1.25, max(values) * 1.25
        self.first, self.last = first, last

    def __call__(self, value):
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.first + share * (self.last - self.first)

    @property
    def ticks(self):
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        return [value for power in powers for value in (10.0 ** power, 2 * 10.0 ** power, 5 * 10.0 ** power)
                if self.low <= value <= self.high]


def line(x1, y1, x2, y2):
    return f'<line class="grid" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def label(x, y, value, anchor="middle"):
    return text(x, y, f"{value:g}", anchor)


def text(x, y, words, anchor, kind=""):
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{words}</text>'


def mark(kind, shape, x, y, name):
    title = f"<title>{name}</title>"
    if shape == "circle":
        return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="4.5">{title}</circle>'
    if shape == "square":
        return f'<rect class="{kind}" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8">{title}</rect>'
    return (f'<path class="{kind}" d="M{x:.1f} {y - 5.5:.1f}l5 9h-10z">{title}</path>')
