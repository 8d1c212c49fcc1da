"""Makes Tests/Fixtures/rcn and Tests/Fixtures/bdcnn: what PyTorch says of RCN-A's and BDCNN's networks.

    pip install torch==2.13.0+cpu numpy==2.4.6 safetensors==0.8.0
    python Tests/Reference/make_flow_networks.py

Each file has the network's tensors, flow images and labels, the logits in evaluation, and of one training pass, without
dropout, the logits, the loss, the gradients (`gradient.NAME`) and the statistics afterwards (`after.NAME`). The same is
computed in float64 as well; a seed whose float32 gradients are off by more than rounding has met a kink of ReLU or of a
maximum and is passed over. BDCNN's loss is that of implicit semantic data augmentation with λ = 0.25, and its estimates
of means and covariances begin as if twelve clips had been seen.
"""

import platform
from pathlib import Path

import numpy
import safetensors
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional

FIXTURES = Path(__file__).resolve().parents[1] / "Fixtures"
VERSIONS = {"python": platform.python_version(), "torch": torch.__version__, "numpy": numpy.__version__,
            "safetensors": safetensors.__version__}
CLASSES, BATCH = 3, 6


def unit(inputs, outputs, taps):
    """A convolution that keeps the frame's size, normalised and cut off below zero; weights are Conv3d's of one frame."""
    return nn.Sequential(
        nn.Conv3d(inputs, outputs, (1, taps, taps), padding=(0, taps // 2, taps // 2), bias=False),
        nn.BatchNorm3d(outputs), nn.ReLU())


class RecurrentLayer(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.ffconv, self.rrconv = unit(channels, channels, 1), unit(channels, channels, 3)

    def forward(self, x):
        y = self.ffconv(x)
        for _ in range(2):
            y = self.rrconv(x + y)
        return functional.max_pool3d(y, (1, 2, 2))


class RecurrentNetwork(nn.Module):
    """Images of 24 × 24, so that the last maps have 3 × 3 places."""
    side, inputs, channels = 24, 3, 5

    def __init__(self):
        super().__init__()
        self.conv1 = unit(self.inputs, self.channels, 5)
        self.rcls = nn.ModuleList(RecurrentLayer(self.channels) for _ in range(2))
        self.classifier = nn.Linear(self.channels * 9, CLASSES)

    def forward(self, images):
        early = functional.max_pool3d(self.conv1(images.permute(0, 3, 1, 2).unsqueeze(2)), (1, 2, 2))
        x = early
        for layer in self.rcls:
            x = layer(x)
        averaged = functional.avg_pool3d(early, (1, 4, 4)).flatten(3).squeeze(2)
        weights = self.classifier.weight.reshape(CLASSES, self.channels, -1)
        maps = torch.einsum("kcp,ncp->nkp", weights, averaged) / self.channels
        maps = maps - maps.min(2, keepdim=True)[0]
        maps = maps / maps.max(2, keepdim=True)[0]
        return self.classifier((x.flatten(3).squeeze(2) * maps.mean(1, keepdim=True)).flatten(1))

    def loss(self, images, labels):
        logits = self(images)
        return logits, functional.cross_entropy(logits, labels)


class BlockNetwork(nn.Module):
    side, inputs, blocks, channels, mixed, hidden, features = 20, 4, 2, 3, 6, 7, 5
    strength = 0.25

    def __init__(self):
        super().__init__()
        self.conv1 = unit(1, self.channels, 3)
        self.conv2 = unit(self.inputs * self.blocks ** 2 * self.channels, self.mixed, 1)
        self.fc1 = nn.Linear(self.mixed * 25, self.hidden)
        self.fc2 = nn.Linear(self.hidden, self.features)
        self.classifier = nn.Linear(self.features, CLASSES)
        spread = torch.randn(CLASSES, self.features, self.features)
        self.register_buffer("augmentation_covariance", spread @ spread.transpose(1, 2) / 5)
        self.register_buffer("augmentation_mean", torch.randn(CLASSES, self.features))
        self.register_buffer("augmentation_amount", torch.tensor([5.0, 7.0, 0.0]))

    def feature(self, images):
        size = self.side // self.blocks
        stack = []
        for image in range(self.inputs):
            for y in range(self.blocks):
                for x in range(self.blocks):
                    stack.append(images[:, y * size:(y + 1) * size, x * size:(x + 1) * size, image])
        # The same convolution and the same statistics for all blocks: blocks are frames.
        pooled = functional.max_pool3d(self.conv1(torch.stack(stack, 1).unsqueeze(1)), (1, 3, 3), (1, 2, 2), (0, 1, 1))
        stacked = pooled.permute(0, 2, 1, 3, 4).flatten(1, 2).unsqueeze(2)
        return torch.relu(self.fc2(torch.relu(self.fc1(self.conv2(stacked).flatten(1)))))

    def forward(self, images):
        return self.classifier(self.feature(images))

    @torch.no_grad()
    def update(self, features, labels):
        """Wang et al. 2019, equations of the online estimate, class by class."""
        for label in range(CLASSES):
            own = features[labels == label]
            if len(own) == 0:
                continue
            mean, weight = own.mean(0), len(own) / (len(own) + self.augmentation_amount[label])
            moved = self.augmentation_mean[label] - mean
            self.augmentation_covariance[label] = (
                (1 - weight) * self.augmentation_covariance[label]
                + weight * (own - mean).T @ (own - mean) / len(own)
                + weight * (1 - weight) * torch.outer(moved, moved))
            self.augmentation_mean[label] = (1 - weight) * self.augmentation_mean[label] + weight * mean
            self.augmentation_amount[label] += len(own)

    def loss(self, images, labels):
        features = self.feature(images)
        logits = self.classifier(features)
        self.update(features.detach(), labels)
        weight = self.classifier.weight
        differences = weight.unsqueeze(0) - weight[labels].unsqueeze(1)
        covariance = self.augmentation_covariance[labels].detach()
        spread = torch.einsum("nki,nij,nkj->nk", differences, covariance, differences)
        return logits, functional.cross_entropy(logits + self.strength / 2 * spread, labels)


def known(name):
    """The name in MicroFold's files."""
    return name.replace("augmentation_", "augmentation.")


def trained(network, images, labels):
    network.train()
    network.zero_grad()
    logits, loss = network.loss(images, labels)
    loss.backward()
    tensors = {"training.logits": logits.detach(), "training.loss": loss.detach().reshape(1)}
    tensors |= {f"gradient.{name}": value.grad for name, value in network.named_parameters()}
    return tensors | {f"after.{known(name)}": value.clone() for name, value in network.named_buffers()}


def fixture(make, seed):
    torch.manual_seed(seed)
    network = make()
    with torch.no_grad():
        for name, value in network.named_parameters():
            if ".1." in name:
                value.add_(0.3 * torch.randn_like(value))
        for name, value in network.named_buffers():
            if name.endswith("running_mean"):
                value.copy_(0.2 * torch.randn_like(value))
            elif name.endswith("running_var"):
                value.copy_(0.5 + torch.rand_like(value))
    images = torch.randn(BATCH, make.side, make.side, make.inputs)
    labels = torch.tensor([0, 1, 2, 2, 0, 1])
    tensors = {known(name): value.clone() for name, value in network.state_dict().items()}
    double = make().double()
    double.load_state_dict(network.state_dict())
    network.eval()
    tensors |= {"images": images, "labels": labels, "evaluation.logits": network(images).detach()}
    results, reference = trained(network, images, labels), trained(double, images.double(), labels)
    gradients = [name for name in results if name.startswith("gradient.")]
    worst = max(((results[name] - reference[name]).norm() / reference[name].norm()).item() for name in gradients)
    # A gradient that vanishes has no digits to compare.
    return tensors | results, worst, min(reference[name].norm().item() for name in gradients)


def main():
    torch.set_num_threads(1)
    for name, make in [("rcn", RecurrentNetwork), ("bdcnn", BlockNetwork)]:
        for seed in range(200):
            tensors, worst, least = fixture(make, seed)
            if worst < 5e-6 and least > 1e-4:
                break
        else:
            raise SystemExit(f"{name}: every seed met a kink")
        print(f"{name}, seed {seed}: gradients within {worst:.1e} of float64's, the smallest {least:.1e}")
        (FIXTURES / name).mkdir(parents=True, exist_ok=True)
        save_file({key: value.detach().contiguous() for key, value in tensors.items()},
                  FIXTURES / name / "network.safetensors", metadata=VERSIONS)


if __name__ == "__main__":
    main()
