/// MENet in PyTorch: the `menet.py` of an export, which reads what else it needs from `model.json`.
enum NetworkDefinition {
  static let python = #"""
    """A MENet that MicroFold trained, in PyTorch.

        network = load()                   # model.json and model.safetensors beside this file
        network.predict(clip)              # a clip as model.json's "array" says -> {class: probability}
        network(network.inputs(clip))      # what the network sees, [batch, 3, frames, size, size] -> logits
    """

    import json
    import os

    import torch
    from torch import nn
    from torch.nn import functional


    class Attention(nn.Module):
        """Diverse attention: frame 0 attends where its channel mean is high, each later frame by its own branch."""

        def __init__(self, channels, frames, positions):
            super().__init__()
            names = [str(frame) for frame in range(frames)]
            self.score = nn.ModuleDict({name: Attention.scores(channels) for name in names[1:]})
            self.mix = nn.ModuleDict({name: nn.Linear(positions, positions) for name in names[1:]})
            self.mix_norm = nn.ModuleDict({name: nn.BatchNorm1d(positions) for name in names[1:]})
            self.norm = nn.ModuleDict({name: nn.BatchNorm1d(channels) for name in names})

        @staticmethod
        def scores(channels):
            """A score per position: the weight of each channel, and a bias."""
            return nn.ParameterDict({"weight": torch.zeros(channels), "bias": torch.zeros(1)})

        def forward(self, x):
            """[batch, channels, frames, height, width] -> the same."""
            sums = []
            for frame, name in enumerate(self.norm):
                maps = x[:, :, frame].flatten(2)
                if frame == 0:
                    scores = maps.mean(1)
                else:
                    score = self.score[name]
                    scores = torch.einsum("c,bcp->bp", score["weight"], maps) + score["bias"]
                    scores = self.mix_norm[name](self.mix[name](scores))
                sums.append(self.norm[name](torch.einsum("bp,bcp->bc", scores.softmax(1), maps)))
            return x + torch.stack(sums, 2)[..., None, None]


    class Block(nn.Module):
        """Two convolutions and the input, which is convolved too where the shape changes."""

        def __init__(self, inputs, outputs, stride=1):
            super().__init__()
            steps = (1, stride, stride)
            self.conv1 = nn.Conv3d(inputs, outputs, 3, steps, 1, bias=False)
            self.bn1 = nn.BatchNorm3d(outputs)
            self.conv2 = nn.Conv3d(outputs, outputs, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm3d(outputs)
            self.downsample = nn.Identity()
            if inputs != outputs:
                convolution = nn.Conv3d(inputs, outputs, 1, steps, bias=False)
                self.downsample = nn.Sequential(convolution, nn.BatchNorm3d(outputs))

        def forward(self, x):
            y = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
            return (y + self.downsample(x)).relu()


    class MENet(nn.Module):
        """The network of a model.json, in evaluation mode once `load` has read its weights."""

        def __init__(self, about):
            super().__init__()
            self.about, width, positions = about, about["width"], about["attentionPositions"]
            self.conv1 = nn.Conv3d(3, width, 7, (1, 2, 2), 3, bias=False)
            self.bn1 = nn.BatchNorm3d(width)
            pools = [nn.MaxPool3d(3, (1, 2, 2), 1)] + [nn.MaxPool3d((1, 2, 2))] * (about["stem"] == "code")
            self.pool = nn.Sequential(*pools)
            self.layer1 = nn.Sequential(Block(width, width), Block(width, width))
            self.layer2 = nn.Sequential(Block(width, 2 * width, 2), Block(2 * width, 2 * width))
            self.layer3 = nn.Sequential(Block(2 * width, 4 * width, 2), Block(4 * width, 4 * width))
            self.attention = Attention(4 * width, about["frames"], positions) if positions else nn.Identity()
            self.layer4 = nn.Sequential(Block(4 * width, 8 * width), Block(8 * width, 8 * width))
            self.bn = nn.BatchNorm1d(8 * width)
            self.classifier = nn.Linear(8 * width, len(about["classes"]))

        def features(self, x):
            """[batch, 3, frames, size, size] -> [batch, 8 width]: maximum over each frame, mean over frames."""
            x = self.layer1(self.pool(self.bn1(self.conv1(x)).relu()))
            x = self.layer4(self.attention(self.layer3(self.layer2(x))))
            return x.amax((3, 4)).mean(2)

        def forward(self, x):
            """[batch, 3, frames, size, size] -> logits, [batch, classes]."""
            return self.classifier(self.bn(self.features(x)))

        def chosen(self, onset, offset):
            """The frames that are seen: spread evenly from onset to offset, halves rounded up."""
            count, last = self.about["frames"], offset - onset
            if count == 1:
                return [onset + (last + 1) // 2]
            return [onset + (2 * k * last + count - 1) // (2 * (count - 1)) for k in range(count)]

        def inputs(self, clip, onset=0, offset=None, registered=False):
            """What the network sees of a clip, [1, 3, frames, size, size].

            clip: as model.json's "array" says, any number of frames. onset, offset: its first and last unless given.
            registered: that the head's motion has been taken away, where the network was trained so.
            """
            clip, kind, size = torch.as_tensor(clip), self.about["input"], self.about["size"]
            takes = (4, 2, True) if kind == "flow" else (4, 3, False)
            if (clip.ndim, clip.shape[-1], clip.is_floating_point()) != takes:
                raise ValueError(f"the clip is {clip.dtype} {list(clip.shape)}; needed is {self.about['array']}")
            if self.about["registration"] != "none" and not registered:
                raise ValueError("the network was trained on registered clips: see README.md, and say registered=True")
            offset = len(clip) - 1 if offset is None else offset
            x = clip[self.chosen(onset, offset)].float()
            if kind == "flow":
                units = self.about["flow"]["unitsPerWidth"]
                x = (x * (units / x.shape[2])).round().clamp(1 - units, units - 1)
                x = x * (self.about["flow"]["inputPerWidth"] / units)
                x = torch.cat([x, x.square().sum(3, keepdim=True).sqrt()], 3)
            if kind == "difference":
                x = (x - clip[onset].float()) * (2 / 255)
            x = torch.einsum("yh,thwc,xw->ctyx", area(x.shape[1], size), x, area(x.shape[2], size))[None]
            return (x / 255 - 0.5) * 2 if kind == "frames" else x

        def predict(self, clip, onset=0, offset=None, registered=False):
            """The probability of each class, by its name; the arguments are those of `inputs`."""
            with torch.no_grad():
                probabilities = self(self.inputs(clip, onset, offset, registered)).softmax(1)[0]
            return dict(zip(self.about["classes"], probabilities.tolist()))


    def area(length, size):
        """[size, length]: how much of each new pixel each old one covers, for scaling by area averaging."""
        new, old = torch.arange(size)[:, None], torch.arange(length)
        overlap = torch.minimum((new + 1) * length, (old + 1) * size) - torch.maximum(new * length, old * size)
        return overlap.clamp(min=0) / length


    def load(folder=os.path.dirname(os.path.abspath(__file__))):
        """The network of a folder, in evaluation mode."""
        with open(os.path.join(folder, "model.json"), encoding="utf-8") as file:
            network = MENet(json.load(file))
        types = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "I64": torch.int64}
        with open(os.path.join(folder, "model.safetensors"), "rb") as file:
            header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
            data, weights = file.read(), {}
        for name, tensor in header.items():
            if name != "__metadata__":
                begin, end = tensor["data_offsets"]
                values = torch.frombuffer(bytearray(data[begin:end]), dtype=types[tensor["dtype"]])
                weights[name] = values.reshape(tensor["shape"])
        network.load_state_dict(weights)
        return network.eval()

    """#
}
