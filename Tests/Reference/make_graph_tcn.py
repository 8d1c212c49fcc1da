"""Makes Tests/Fixtures/graph-tcn: what PyTorch says of Graph-TCN's network and of its causal convolutions.

    pip install torch==2.13.0+cpu numpy==2.4.6 safetensors==0.8.0
    python Tests/Reference/make_graph_tcn.py

`convolution`: one causal, dilated convolution over two sequences, normalised and cut off below zero, with the gradients
of sum(output · output_gradient). `network`: the whole network, without dropout, in training (batch statistics,
cross-entropy and its gradients, running statistics afterwards) and in evaluation. Gradients are called `gradient.NAME`,
running statistics `after.NAME`. The same is computed in float64 as well; a seed whose float32 gradients are off by more
than rounding has met a kink of ReLU and is passed over.
"""

import platform
from pathlib import Path

import numpy
import safetensors
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional

FOLDER = Path(__file__).resolve().parents[1] / "Fixtures" / "graph-tcn"
VERSIONS = {"python": platform.python_version(), "torch": torch.__version__, "numpy": numpy.__version__,
            "safetensors": safetensors.__version__}
# Odd sizes on purpose: channels that are no multiple of eight, taps that reach beyond the start of a sequence.
NODES, CELLS, TAPS, DILATIONS, CHANNELS, HIDDEN, CLASSES, BATCH = (2, 3), 5, 3, (1, 2), 3, 6, 3, 6


class Causal(nn.Sequential):
    """Each sequence is padded with zeros at its start alone; the moments are over all positions of all sequences."""

    def __init__(self, inputs, outputs, taps, dilation, lengths):
        super().__init__(nn.Conv1d(inputs, outputs, taps, dilation=dilation, bias=False), nn.BatchNorm1d(outputs))
        self.reach, self.lengths = (taps - 1) * dilation, lengths

    def forward(self, x):
        parts = [self[0](functional.pad(part, (self.reach, 0))) for part in x.split(self.lengths, dim=2)]
        return torch.relu(self[1](torch.cat(parts, 2)))


class Block(nn.Module):
    def __init__(self, inputs, outputs, dilation, lengths):
        super().__init__()
        self.conv1 = Causal(inputs, outputs, TAPS, dilation, lengths)
        self.conv2 = Causal(outputs, outputs, TAPS, dilation, lengths)
        if inputs != outputs:
            self.downsample = nn.Conv1d(inputs, outputs, 1, bias=False)
        else:
            self.downsample = nn.Identity()

    def forward(self, x):
        return torch.relu(self.conv2(self.conv1(x)) + self.downsample(x))


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        lengths = [count * CELLS for count in NODES]
        self.nodes = nn.Sequential(*(
            Block(1 if index == 0 else CHANNELS, CHANNELS, dilation, lengths)
            for index, dilation in enumerate(DILATIONS)))
        self.edges = nn.Sequential(Block(1, CHANNELS, CELLS, lengths))
        self.fc = nn.Linear(CHANNELS * sum(lengths), HIDDEN)
        self.classifier = nn.Linear(HIDDEN, CLASSES)

    def forward(self, patches):
        """`patches`: [batch, positions]."""
        x = patches.unsqueeze(1)
        return self.classifier(torch.relu(self.fc((self.nodes(x) + self.edges(x)).flatten(1))))


def vary(module):
    """Draws what a new batch normalisation has as ones and zeros."""
    with torch.no_grad():
        for part in module.modules():
            if isinstance(part, nn.BatchNorm1d):
                for value in (part.weight, part.bias):
                    value.add_(0.3 * torch.randn_like(value))
                part.running_mean.copy_(0.2 * torch.randn_like(part.running_mean))
                part.running_var.copy_(0.5 + torch.rand_like(part.running_var))


def gradients(module):
    return {f"gradient.{name}": value.grad for name, value in module.named_parameters()}


def after(module):
    return {f"after.{name}": value.clone() for name, value in module.named_buffers()}


def trained_network(network, patches, labels):
    network.train()
    logits = network(patches)
    loss = functional.cross_entropy(logits, labels)
    loss.backward()
    return {"training.logits": logits.detach(), "training.loss": loss.detach().reshape(1)} | gradients(network) | after(
        network)


def network_fixture(seed):
    torch.manual_seed(seed)
    network = Network()
    vary(network)
    patches, labels = torch.randn(BATCH, sum(NODES) * CELLS), torch.tensor([0, 1, 2, 2, 0, 1])
    tensors = {name: value.clone() for name, value in network.state_dict().items()}
    double = Network().double()
    double.load_state_dict(network.state_dict())
    network.eval()
    tensors |= {"patches": patches, "labels": labels, "evaluation.logits": network(patches).detach()}
    return tensors, trained_network(network, patches, labels), trained_network(double, patches.double(), labels)


def trained_convolution(layer, x, slope):
    layer.train()
    x = x.clone().requires_grad_()
    y = layer(x)
    (y * slope).sum().backward()
    return {"output": y.detach(), "gradient.input": x.grad} | gradients(layer) | after(layer)


def convolution_fixture(seed):
    """Sequences of 4 and 9 positions, three taps that are four positions apart: some reach beyond both starts."""
    torch.manual_seed(seed)
    layer = Causal(5, 7, 3, 4, [4, 9])
    vary(layer)
    x, slope = torch.randn(BATCH, 5, 13), torch.randn(BATCH, 7, 13)
    tensors = {name: value.clone() for name, value in layer.state_dict().items()}
    double = Causal(5, 7, 3, 4, [4, 9]).double()
    double.load_state_dict(layer.state_dict())
    tensors |= {"input": x, "output_gradient": slope}
    return tensors, trained_convolution(layer, x, slope), trained_convolution(double, x.double(), slope.double())


def write(name, make):
    for seed in range(100):
        tensors, results, reference = make(seed)
        names = [key for key in results if key.startswith("gradient.")]
        worst = max(((results[key] - reference[key]).norm() / reference[key].norm()).item() for key in names)
        # A gradient that vanishes has no digits to compare.
        least = min(reference[key].norm().item() for key in names)
        if worst < 5e-6 and least > 1e-3:
            break
    else:
        raise SystemExit(f"{name}: every seed met a kink")
    print(f"{name}, seed {seed}: gradients within {worst:.1e} of float64's, the smallest {least:.1e}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    save_file({key: value.detach().contiguous() for key, value in (tensors | results).items()},
              FOLDER / f"{name}.safetensors", metadata=VERSIONS)


def main():
    torch.set_num_threads(1)
    write("convolution", convolution_fixture)
    write("network", network_fixture)


if __name__ == "__main__":
    main()
