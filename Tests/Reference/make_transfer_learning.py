"""Makes Tests/Fixtures/transfer-learning: what PyTorch says of the ResNet-10 of Transfer Learning.

    pip install torch==2.13.0+cpu numpy==2.4.6 safetensors==0.8.0
    python Tests/Reference/make_transfer_learning.py

`network.safetensors` has the network's tensors under torchvision's names, frames and labels, the logits in evaluation,
and of one training step the logits, the loss, the gradients (`gradient.NAME`), and the parameters and statistics after a
step of Adam (`after.NAME`). The gradients are computed in float64 as well; a seed whose float32 gradients are off by more
than rounding has met a kink of ReLU or of a maximum and is passed over. `resnet10.safetensors` has the tensors as
torchvision's `ResNet(BasicBlock, [1, 1, 1, 1])` would, with 4-D kernels and a classifier of 4 classes;
`resnet18.safetensors` the same with a second block in each layer.
"""

import platform
from pathlib import Path

import numpy
import safetensors
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional

FOLDER = Path(__file__).resolve().parents[1] / "Fixtures" / "transfer-learning"
VERSIONS = {"python": platform.python_version(), "torch": torch.__version__, "numpy": numpy.__version__,
            "safetensors": safetensors.__version__}
WIDTH, SIDE, CLASSES, BATCH, RATE = 4, 48, 3, 6, 1e-2


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride > 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    def __init__(self, blocks=1, classes=CLASSES):
        super().__init__()
        self.conv1 = nn.Conv2d(3, WIDTH, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(WIDTH)
        inputs = WIDTH
        for layer in range(4):
            outputs = WIDTH << layer
            members = [Block(inputs if block == 0 else outputs, outputs, 2 if layer > 0 and block == 0 else 1)
                       for block in range(blocks)]
            setattr(self, f"layer{layer + 1}", nn.Sequential(*members))
            inputs = outputs
        self.fc = nn.Linear(8 * WIDTH, classes)

    def forward(self, frames):
        x = functional.max_pool2d(torch.relu(self.bn1(self.conv1(frames))), 3, 2, 1)
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.fc(x.mean((2, 3)))


def disturbed(network):
    """With normalisations that are not the initial ones."""
    with torch.no_grad():
        for name, value in network.named_parameters():
            if "bn" in name or "downsample.1" in name:
                value.add_(0.2 * torch.randn_like(value))
        for name, value in network.named_buffers():
            if name.endswith("running_mean"):
                value.copy_(0.2 * torch.randn_like(value))
            elif name.endswith("running_var"):
                value.copy_(0.5 + torch.rand_like(value))
    return network


def trained(network, frames, labels):
    network.train()
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
    logits = network(frames)
    loss = functional.cross_entropy(logits, labels)
    loss.backward()
    tensors = {"training.logits": logits.detach(), "training.loss": loss.detach().reshape(1)}
    tensors |= {f"gradient.{name}": value.grad.clone() for name, value in network.named_parameters()}
    optimizer.step()
    return tensors | {f"after.{name}": value.clone() for name, value in network.state_dict().items()}


def fixture(seed):
    torch.manual_seed(seed)
    network = disturbed(ResNet())
    frames = torch.randn(BATCH, 3, SIDE, SIDE)
    labels = torch.tensor([0, 1, 2, 2, 0, 1])
    tensors = {name: value.clone() for name, value in network.state_dict().items()}
    double = ResNet().double()
    double.load_state_dict(network.state_dict())
    network.eval()
    tensors |= {"frames": frames.unsqueeze(2), "labels": labels, "evaluation.logits": network(frames).detach()}
    results, reference = trained(network, frames, labels), trained(double, frames.double(), labels)
    gradients = [name for name in results if name.startswith("gradient.")]
    worst = max(((results[name] - reference[name]).norm() / reference[name].norm()).item() for name in gradients)
    return tensors | results, worst


def save(tensors, name):
    save_file({key: value.detach().contiguous() for key, value in tensors.items()}, FOLDER / f"{name}.safetensors",
              metadata=VERSIONS)


def main():
    torch.set_num_threads(1)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for seed in range(400):
        tensors, worst = fixture(seed)
        if worst < 5e-6:
            break
    else:
        raise SystemExit("every seed met a kink")
    print(f"seed {seed}: gradients within {worst:.1e} of float64's")
    save(tensors, "network")
    torch.manual_seed(1)
    save(disturbed(ResNet(classes=4)).state_dict(), "resnet10")
    save(disturbed(ResNet(blocks=2, classes=4)).state_dict(), "resnet18")


if __name__ == "__main__":
    main()
