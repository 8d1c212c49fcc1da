"""MENet, IDNet, their attention modules and MINE, with torchvision's tensor names."""

import torch
from torch import nn
import torch.nn.functional as F


def places_after_layer3(height, width, stem="paper"):
    """P: the number of places of the feature map that the attention sees, for frames of height x width."""

    def length(n):
        n = (n + 2 * 3 - 7) // 2 + 1  # conv1: kernel 7, stride 2, padding 3
        n = (n + 2 * 1 - 3) // 2 + 1  # max pool: kernel 3, stride 2, padding 1
        if stem == "code":
            n = n // 2                # the extra max pool: kernel 2, stride 2
        n = (n + 2 * 1 - 3) // 2 + 1  # layer2: kernel 3, stride 2, padding 1
        n = (n + 2 * 1 - 3) // 2 + 1  # layer3: the same
        return n

    return length(height) * length(width)


def softmax_of_channel_mean(x):
    """Eq. 1's map of each frame: x [B, C, T, H, W] -> maps [B, T, P], softmax over the P = H*W places."""
    return torch.softmax(x.mean(dim=1).flatten(2), dim=2)


def attend(maps, x):
    """y_k = the sum over places of M_k * F_k: maps [B, T, P], x [B, C, T, H, W] -> y [B, T, C]."""
    return torch.einsum("btp,bctp->btc", maps, x.flatten(3))


def spread(y):
    """y [B, T, C] -> [B, C, T, 1, 1], to be added to every place of its frame."""
    return y.permute(0, 2, 1)[:, :, :, None, None]


def zero_scale_and_shift(norm):
    """Attention's output norms start at scale 0 and shift 0, so that attention starts as the identity."""
    nn.init.zeros_(norm.weight)
    nn.init.zeros_(norm.bias)
    return norm


class SelfAttention(nn.Module):
    """IDNet's attention: Eq. 1 on every frame, one batch norm over batch and frames."""

    def __init__(self, channels):
        super().__init__()
        self.norm = zero_scale_and_shift(nn.BatchNorm1d(channels))

    def forward(self, x):
        batch, channels, frames = x.shape[:3]
        maps = softmax_of_channel_mean(x)
        y = attend(maps, x)
        y = self.norm(y.reshape(batch * frames, channels)).reshape(batch, frames, channels)
        return x + spread(y), maps


class Score(nn.Module):
    """A 1x1x1 convolution C -> 1 with bias, on one frame: [B, C, H, W] -> scores [B, P]."""

    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(channels))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, frame):
        return torch.einsum("c,bcp->bp", self.weight, frame.flatten(2)) + self.bias


class DiverseAttention(nn.Module):
    """MENet's attention (DAO): frame 0 as self-attention, each later frame with a branch of its own."""

    def __init__(self, channels, frames, places):
        super().__init__()
        later = [str(k) for k in range(1, frames)]
        every = [str(k) for k in range(0, frames)]
        self.score = nn.ModuleDict({k: Score(channels) for k in later})
        self.mix = nn.ModuleDict({k: nn.Linear(places, places) for k in later})
        self.mix_norm = nn.ModuleDict({k: nn.BatchNorm1d(places) for k in later})
        self.norm = nn.ModuleDict({k: zero_scale_and_shift(nn.BatchNorm1d(channels)) for k in every})

    def forward(self, x):
        frames = x.shape[2]
        maps, ys = [], []
        for k in range(frames):
            frame = x[:, :, k]  # [B, C, H, W]
            if k == 0:
                m = torch.softmax(frame.mean(dim=1).flatten(1), dim=1)
            else:
                scores = self.score[str(k)](frame)
                m = torch.softmax(self.mix_norm[str(k)](self.mix[str(k)](scores)), dim=1)
            y = torch.einsum("bp,bcp->bc", m, frame.flatten(2))
            maps.append(m)
            ys.append(self.norm[str(k)](y))
        return x + spread(torch.stack(ys, dim=1)), torch.stack(maps, dim=1)


class BasicBlock(nn.Module):
    """conv-bn-ReLU-conv-bn, plus the input (through a 1x1x1 convolution and bn where the shape changes), ReLU."""

    def __init__(self, inputs, outputs, kernel, stride):
        super().__init__()
        padding = tuple(k // 2 for k in kernel)
        self.conv1 = nn.Conv3d(inputs, outputs, kernel, stride, padding, bias=False)
        self.bn1 = nn.BatchNorm3d(outputs)
        self.conv2 = nn.Conv3d(outputs, outputs, kernel, 1, padding, bias=False)
        self.bn2 = nn.BatchNorm3d(outputs)
        self.downsample = None
        if inputs != outputs or stride != (1, 1, 1):
            self.downsample = nn.Sequential(
                nn.Conv3d(inputs, outputs, 1, stride, 0, bias=False), nn.BatchNorm3d(outputs))

    def forward(self, x):
        shortcut = x if self.downsample is None else self.downsample(x)
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return F.relu(y + shortcut)


class Network(nn.Module):
    """What MENet and IDNet share. `time` is the time extent of the kernels: (stem, pool, blocks)."""

    def __init__(self, width, classes, attention, time, stem):
        super().__init__()
        stem_time, self.pool_time, block_time = time
        self.stem = stem
        kernel = (block_time, 3, 3)
        self.conv1 = nn.Conv3d(
            3, width, (stem_time, 7, 7), (1, 2, 2), (stem_time // 2, 3, 3), bias=False)
        self.bn1 = nn.BatchNorm3d(width)

        def layer(inputs, outputs, stride):
            return nn.Sequential(
                BasicBlock(inputs, outputs, kernel, stride), BasicBlock(outputs, outputs, kernel, (1, 1, 1)))

        self.layer1 = layer(width, width, (1, 1, 1))
        self.layer2 = layer(width, 2 * width, (1, 2, 2))
        self.layer3 = layer(2 * width, 4 * width, (1, 2, 2))
        self.attention = attention
        self.layer4 = layer(4 * width, 8 * width, (1, 1, 1))
        self.bn = nn.BatchNorm1d(8 * width)
        self.classifier = nn.Linear(8 * width, classes)

    def forward(self, clips):
        """clips [B, 3, T, H, W] -> logits [B, classes], feature [B, 8w], maps [B, T, P] (None without attention)."""
        x = F.relu(self.bn1(self.conv1(clips)))
        x = F.max_pool3d(x, (self.pool_time, 3, 3), (1, 2, 2), (self.pool_time // 2, 1, 1))
        if self.stem == "code":
            x = F.max_pool3d(x, (1, 2, 2), (1, 2, 2))
        x = self.layer3(self.layer2(self.layer1(x)))
        maps = None
        if self.attention is not None:
            x, maps = self.attention(x)
        x = self.layer4(x)
        feature = maximum_then_mean(x)
        return self.classifier(self.bn(feature)), feature, maps


def maximum_then_mean(x):
    """x [B, C, T, H, W] -> [B, C]: the spatial maximum of each frame, then the mean over frames."""
    return x.flatten(3).max(dim=3).values.mean(dim=2)


class MENet(Network):
    """The motion network. `places` is P, needed for the diverse attention only; see `places_after_layer3`."""

    def __init__(self, width, classes, frames=6, places=None, attention=True, stem="paper"):
        module = DiverseAttention(4 * width, frames, places) if attention else None
        super().__init__(width, classes, module, time=(7, 3, 3), stem=stem)


class IDNet(Network):
    """The identity network; it looks at each frame by itself until the mean over frames."""

    def __init__(self, width, classes, stem="paper"):
        super().__init__(width, classes, SelfAttention(4 * width), time=(1, 1, 1), stem=stem)


class MutualInformationEstimator(nn.Module):
    """MINE's statistic T (Table 3): `inputs` is 16w, f^e and f^d one after the other; `linear`: no last leaky ReLU."""

    def __init__(self, inputs, hidden=64, linear=False):
        super().__init__()
        self.linear = linear
        self.fc1 = nn.Linear(inputs, hidden)
        self.fc2 = nn.Linear(hidden, 1)

    def forward(self, identity_feature, motion_feature):
        """T(d, e): f^d [B, 8w], f^e [B, 8w] -> [B]."""
        joined = torch.cat([motion_feature, identity_feature], dim=1)
        hidden = F.leaky_relu(self.fc1(joined), 0.01)
        output = self.fc2(hidden)
        return (output if self.linear else F.leaky_relu(output, 0.01)).squeeze(1)
