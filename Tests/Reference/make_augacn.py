"""Makes Tests/Fixtures/augacn: what PyTorch says of AU-GACN's network, of graph attention and of its loss.

    pip install torch==2.13.0+cpu numpy==2.4.6 safetensors==0.8.0
    python Tests/Reference/make_augacn.py

`attention`: one layer of graph attention on drawn rows, with the gradients of sum(output · output_gradient); one node
has no edges. `network`: the whole network, without dropout, in training (batch statistics, both losses and the
gradients of their weighted sum, running statistics afterwards) and in evaluation; one node has no action unit, and a
target below 0 is not known. Gradients are called `gradient.NAME`, running statistics `after.NAME`. The same is computed
in float64 as well; a seed whose float32 gradients are off by more than rounding has met a kink of ReLU or of a maximum
and is passed over.
"""

import platform
from pathlib import Path

import numpy
import safetensors
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional

FOLDER = Path(__file__).resolve().parents[1] / "Fixtures" / "augacn"
VERSIONS = {"python": platform.python_version(), "torch": torch.__version__, "numpy": numpy.__version__,
            "safetensors": safetensors.__version__}
# Odd sizes on purpose: channels that are no multiple of eight, a side that pools do not divide.
STEPS, SIDE, CHANNELS, NODES, WIDTH, LAYERS, CLASSES, BATCH, UNIT_WEIGHT = 4, 10, (3, 5), 5, 6, 2, 3, 6, 0.7
UNITS = 4
# Which clip shows which unit; below 0 is not known.
TARGETS = ((1, 0, 1, 0), (-1, -1, -1, -1), (1, -1, 0, 0), (0, 1, 0, 1), (0, 0, 1, 1), (1, 1, 0, 0))


class GraphAttention(nn.Module):
    """Veličković et al. 2018 with one head; log A is added to the scores, so that A weighs their exponentials."""

    def __init__(self, inputs, outputs):
        super().__init__()
        linear = nn.Linear(inputs, outputs)
        self.weight, self.bias = linear.weight, linear.bias
        self.source, self.target = nn.Parameter(torch.randn(outputs)), nn.Parameter(torch.randn(outputs))

    def forward(self, x, adjacency):
        """`x`: [rows, nodes, inputs]."""
        z = functional.linear(x, self.weight, self.bias)
        scores = functional.leaky_relu((z @ self.source).unsqueeze(2) + (z @ self.target).unsqueeze(1), 0.2)
        linked = adjacency.sum(1) > 0
        own = torch.where(linked[:, None], adjacency, torch.eye(len(adjacency), dtype=adjacency.dtype))
        attention = torch.softmax(scores + own.log(), dim=2) * linked[:, None]
        return functional.elu(attention @ z)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        inputs, side = 1, SIDE
        for number, outputs in enumerate(CHANNELS, 1):
            setattr(self, f"conv{number}", nn.Sequential(
                nn.Conv3d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm3d(outputs), nn.ReLU()))
            inputs, side = outputs, side // 2
        self.nodes = nn.Linear(inputs * side * side, NODES * WIDTH)
        self.graph = nn.ModuleList(GraphAttention(WIDTH, WIDTH) for _ in range(LAYERS))
        self.units = nn.Linear(NODES * WIDTH, NODES)
        self.classifier = nn.Linear(NODES * WIDTH, CLASSES)

    def forward(self, clips, adjacency):
        """`clips`: [batch, steps, side, side, 1]; logits of the emotions and of the units."""
        x = clips.permute(0, 4, 1, 2, 3)
        for number in range(1, len(CHANNELS) + 1):
            x = functional.max_pool3d(getattr(self, f"conv{number}")(x), (1, 2, 2))
        nodes = torch.relu(self.nodes(x.mean(2).flatten(1))).reshape(len(clips), NODES, WIDTH)
        for layer in self.graph:
            nodes = layer(nodes, adjacency)
        return self.classifier(nodes.flatten(1)), self.units(nodes.flatten(1))


def graph():
    """A random adjacency of the first UNITS nodes with a missing edge, and nothing at the others."""
    adjacency = torch.zeros(NODES, NODES)
    adjacency[:UNITS, :UNITS] = 0.1 + 0.8 * torch.rand(UNITS, UNITS)
    adjacency[0, 2] = 0
    adjacency[range(UNITS), range(UNITS)] = 1
    return adjacency


def trained(network, clips, labels, targets, adjacency):
    """Logits, losses and gradients of one training pass, and the running statistics after it."""
    network.train()
    network.zero_grad()
    logits, units = network(clips, adjacency)
    entropy = functional.cross_entropy(logits, labels)
    known = (targets >= 0).to(clips.dtype)
    each = functional.binary_cross_entropy_with_logits(units[:, :UNITS], targets.clamp(min=0), reduction="none")
    unit_loss = (each * known).sum() / (BATCH * UNITS)
    (entropy + UNIT_WEIGHT * unit_loss).backward()
    tensors = {"training.logits": logits.detach(), "training.loss": torch.stack([entropy, unit_loss]).detach()}
    tensors |= {f"gradient.{name}": value.grad for name, value in network.named_parameters()}
    return tensors | {f"after.{name}": value.clone() for name, value in network.named_buffers()}


def network_fixture(seed):
    torch.manual_seed(seed)
    network = Network()
    with torch.no_grad():
        for name, value in network.named_parameters():
            if name.startswith("conv") and value.dim() == 1:
                value.add_(0.3 * torch.randn_like(value))
            elif not name.startswith("conv"):
                value.mul_(2)
        for name, value in network.named_buffers():
            if name.endswith("running_mean"):
                value.copy_(0.2 * torch.randn_like(value))
            elif name.endswith("running_var"):
                value.copy_(0.5 + torch.rand_like(value))
    clips = torch.randn(BATCH, STEPS, SIDE, SIDE, 1)
    labels = torch.randint(CLASSES, (BATCH,))
    targets = torch.tensor(TARGETS).float()
    adjacency = graph()
    tensors = {name: value.clone() for name, value in network.state_dict().items()}
    double = Network().double()
    double.load_state_dict(network.state_dict())
    network.eval()
    tensors |= {"clips": clips, "labels": labels, "targets": targets, "graph.adjacency": adjacency,
                "graph.units": torch.tensor([1.0, 4, 12, 17, 0]), "evaluation.logits": network(clips, adjacency)[0].detach()}
    results = trained(network, clips, labels, targets, adjacency)
    reference = trained(double, clips.double(), labels, targets.double(), adjacency.double())
    worst = max(((results[name] - reference[name]).norm() / reference[name].norm()).item()
                for name in results if name.startswith("gradient."))
    # A gradient that vanishes has no digits to compare.
    least = min(reference[name].norm().item() for name in results if name.startswith("gradient."))
    return tensors | results, worst, least


def attention_fixture():
    torch.manual_seed(3)
    layer, adjacency = GraphAttention(4, 7), graph()
    x = torch.randn(3, NODES, 4, requires_grad=True)
    y = layer(x, adjacency)
    slope = torch.randn_like(y)
    (y * slope).sum().backward()
    tensors = {"input": x.detach(), "adjacency": adjacency, "output": y.detach(), "output_gradient": slope,
               "input_gradient": x.grad}
    tensors |= {f"attention.{name}": value.detach() for name, value in layer.named_parameters()}
    return tensors | {f"gradient.attention.{name}": value.grad for name, value in layer.named_parameters()}


def write(name, tensors):
    FOLDER.mkdir(parents=True, exist_ok=True)
    save_file({key: value.detach().contiguous() for key, value in tensors.items()}, FOLDER / f"{name}.safetensors",
              metadata=VERSIONS)


def main():
    torch.set_num_threads(1)
    write("attention", attention_fixture())
    for seed in range(100):
        tensors, worst, least = network_fixture(seed)
        if worst < 5e-6 and least > 1e-3:
            print(f"seed {seed}: gradients within {worst:.1e} of float64's, the smallest {least:.1e}")
            return write("network", tensors)
    raise SystemExit("every seed met a kink")


if __name__ == "__main__":
    main()
