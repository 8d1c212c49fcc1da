"""A method of your own with PyTorch: a small network on the difference of apex and onset, on a GPU where there is one.

In a sweep file: "methods": [{"name": "small", "command": ["python3", "examples/torch_method.py"]}]
MicroFold runs it once per fold with the path of a JSON file; see docs/methods.md, "Any program". If it is killed, it
is run again with the same file, and resumes from its own checkpoint.
"""

import csv
import json
import os
import sys

import numpy as np

os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # so that a GPU gives the same answer twice
import torch
from torch import nn
from torch.nn import functional

SIZE, BATCH, EVERY = 32, 16, 5


def read(path, clips):
    """Apex minus onset of each clip, [clips, 3, SIZE, SIZE]; the store is a safetensors file."""
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    data, pictures = np.memmap(path, np.uint8, "r", offset=8 + length), []
    for clip in clips:
        begin, end = header[clip["clip"]]["data_offsets"]
        frames = data[begin:end].reshape(header[clip["clip"]]["shape"])
        about = json.loads(header["__metadata__"][clip["clip"]])
        onset, apex = (torch.tensor(frames[about[name]], dtype=torch.float32) for name in ("onset", "apex"))
        pictures.append(functional.adaptive_avg_pool2d(((apex - onset) / 255).permute(2, 0, 1), SIZE))
    pictures = torch.stack(pictures)
    return pictures / pictures.flatten(1).std(1).clamp(min=1e-6)[:, None, None, None]


def main():
    epochs = int(sys.argv[1]) if len(sys.argv) > 2 else 60
    with open(sys.argv[-1], encoding="utf-8") as file:
        fold = json.load(file)
    torch.manual_seed(fold["seed"])
    torch.set_num_threads(fold["threads"])
    torch.use_deterministic_algorithms(True)
    gpus = torch.cuda.device_count()
    device = torch.device(f"cuda:{fold['fold'] % gpus}" if gpus else "cpu")
    pictures = read(fold["store"], fold["training"]).to(device)
    labels = torch.tensor([clip["label"] for clip in fold["training"]], device=device)
    network = nn.Sequential(
        nn.Conv2d(3, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 3, 2, 1), nn.ReLU(), nn.Flatten(),
        nn.Linear(32 * (SIZE // 4) ** 2, len(fold["classes"]))).to(device)
    optimizer = torch.optim.AdamW(network.parameters(), 1e-3, weight_decay=0.05)
    checkpoint, begun = os.path.join(fold["checkpoints"], "last.pt"), 0
    if os.path.exists(checkpoint):
        kept = torch.load(checkpoint, map_location=device)
        network.load_state_dict(kept["network"])
        optimizer.load_state_dict(kept["optimizer"])
        begun = kept["epochs"]
    print(f"{len(labels)} clips on {device}, from epoch {begun} of {epochs}")
    for epoch in range(begun, epochs):
        # The order depends on seed and epoch alone, so that a resumed training gives the same network.
        order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(fold["seed"] + epoch))
        for batch in order.to(device).split(BATCH):
            optimizer.zero_grad()
            functional.cross_entropy(network(pictures[batch]), labels[batch]).backward()
            optimizer.step()
        if (epoch + 1) % EVERY == 0:
            states = {"network": network.state_dict(), "optimizer": optimizer.state_dict()}
            torch.save({**states, "epochs": epoch + 1}, checkpoint + ".part")
            os.replace(checkpoint + ".part", checkpoint)

    probabilities = network(read(fold["store"], fold["test"]).to(device)).detach().double().softmax(1).tolist()
    with open(fold["output"], "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerow(["clip", *fold["classes"]])
        csv.writer(file).writerows([clip["clip"], *row] for clip, row in zip(fold["test"], probabilities))


main()
