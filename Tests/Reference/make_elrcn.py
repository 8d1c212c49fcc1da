"""Makes Tests/Fixtures/elrcn: what PyTorch says of ELRCN's network and of its long short-term memory.

    pip install torch==2.13.0+cpu numpy==2.4.6 safetensors==0.8.0
    python Tests/Reference/make_elrcn.py

`lstm`: torch.nn.LSTM on drawn rows, with the gradients of sum(output · output_gradient). `network`: the whole network,
without dropout, in training (batch statistics, cross-entropy and its gradients, running statistics afterwards) and in
evaluation. Gradients are called `gradient.NAME`, running statistics `after.NAME`. The same is computed in float64 as
well; a seed whose float32 gradients are off by more than rounding has met a kink of ReLU or of a maximum and is
passed over.
"""

import platform
from pathlib import Path

import numpy
import safetensors
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional

FOLDER = Path(__file__).resolve().parents[1] / "Fixtures" / "elrcn"
VERSIONS = {"python": platform.python_version(), "torch": torch.__version__, "numpy": numpy.__version__,
            "safetensors": safetensors.__version__}
# Odd sizes on purpose: channels that are no multiple of eight, a side that pools do not divide.
SIDE, STEPS, CHANNELS, WIDTH, BLOCKS, CODE, UNITS, HIDDEN, CLASSES, BATCH = 18, 4, 4, 3, (1, 1, 2), 7, 6, 5, 3, 5


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        inputs, number, self.ends = CHANNELS, 0, []
        for block, count in enumerate(BLOCKS):
            for _ in range(count):
                number += 1
                outputs = WIDTH << block
                setattr(self, f"conv{number}", nn.Conv3d(inputs, outputs, (1, 3, 3), padding=(0, 1, 1), bias=False))
                setattr(self, f"bn{number}", nn.BatchNorm3d(outputs))
                inputs = outputs
            self.ends.append(number)
        self.layers = number
        side = SIDE // 2 ** len(BLOCKS)
        self.fc = nn.Linear(inputs * side * side, CODE)
        self.lstm = nn.LSTM(CODE, UNITS, batch_first=True)
        self.dense = nn.Linear(UNITS, HIDDEN)
        self.classifier = nn.Linear(HIDDEN, CLASSES)

    def forward(self, clips):
        """`clips`: [batch, steps, side, side, channels]."""
        x = clips.permute(0, 4, 1, 2, 3)
        for number in range(1, self.layers + 1):
            x = torch.relu(getattr(self, f"bn{number}")(getattr(self, f"conv{number}")(x)))
            if number in self.ends:
                x = functional.max_pool3d(x, (1, 2, 2))
        codes = torch.relu(self.fc(x.permute(0, 2, 1, 3, 4).flatten(2)))
        states, _ = self.lstm(codes)
        return self.classifier(torch.relu(self.dense(states[:, -1])))


def trained(network, clips, labels):
    """Logits, loss and gradients of one training pass, and the running statistics after it."""
    network.train()
    network.zero_grad()
    logits = network(clips)
    loss = functional.cross_entropy(logits, labels)
    loss.backward()
    tensors = {"training.logits": logits.detach(), "training.loss": loss.detach().reshape(1)}
    tensors |= {f"gradient.{name}": value.grad for name, value in network.named_parameters()}
    return tensors | {f"after.{name}": value.clone() for name, value in network.named_buffers()}


def network_fixture(seed):
    torch.manual_seed(seed)
    network = Network()
    with torch.no_grad():
        for name, value in network.named_parameters():
            if name.startswith("bn"):
                value.add_(0.3 * torch.randn_like(value))
            elif not name.startswith("conv"):
                value.mul_(2)  # so that the gates are far from their middle
        for name, value in network.named_buffers():
            if name.endswith("running_mean"):
                value.copy_(0.2 * torch.randn_like(value))
            elif name.endswith("running_var"):
                value.copy_(0.5 + torch.rand_like(value))
    clips = torch.randn(BATCH, STEPS, SIDE, SIDE, CHANNELS)
    labels = torch.randint(CLASSES, (BATCH,))
    tensors = {name: value.clone() for name, value in network.state_dict().items()}
    double = Network().double()
    double.load_state_dict(network.state_dict())
    network.eval()
    tensors |= {"clips": clips, "labels": labels, "evaluation.logits": network(clips).detach()}
    results = trained(network, clips, labels)
    reference = trained(double, clips.double(), labels)
    worst = max(((results[name] - reference[name]).norm() / reference[name].norm()).item()
                for name in results if name.startswith("gradient."))
    # A gradient that vanishes has no digits to compare.
    least = min(reference[name].norm().item() for name in results if name.startswith("gradient."))
    return tensors | results, worst, least


def lstm_fixture():
    torch.manual_seed(3)
    layer = nn.LSTM(5, 11, batch_first=True)
    with torch.no_grad():
        for value in layer.parameters():
            value.mul_(3)
    x = torch.randn(6, 7, 5, requires_grad=True)
    y, _ = layer(x)
    slope = torch.randn_like(y)
    (y * slope).sum().backward()
    tensors = {"input": x.detach(), "output": y.detach(), "output_gradient": slope, "input_gradient": x.grad}
    tensors |= {f"lstm.{name}": value.detach() for name, value in layer.named_parameters()}
    return tensors | {f"gradient.lstm.{name}": value.grad for name, value in layer.named_parameters()}


def write(name, tensors):
    FOLDER.mkdir(parents=True, exist_ok=True)
    save_file({key: value.detach().contiguous() for key, value in tensors.items()}, FOLDER / f"{name}.safetensors",
              metadata=VERSIONS)


def main():
    torch.set_num_threads(1)
    write("lstm", lstm_fixture())
    for seed in range(100):
        tensors, worst, least = network_fixture(seed)
        if worst < 5e-6 and least > 1e-3:
            print(f"seed {seed}: gradients within {worst:.1e} of float64's, the smallest {least:.1e}")
            return write("network", tensors)
    raise SystemExit("every seed met a kink")


if __name__ == "__main__":
    main()
