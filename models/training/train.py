"""Trains one variant of one bundled model with the given seeds, and writes results/<model>-<variant>-seed<n>.json for each.

    python train.py digits doconv 0 1 2 3 4

Seed 0 also writes the checkpoint that is shipped: seed 0 and not the best one, decided before training. The test part
is looked at once, after the last epoch. Both variants share schedule, data and, at the same seed, the order of the
batches, the augmentation and the function computed at the start (DO-Conv starts with D = 0, hence K = W).
"""

import argparse
import json
import pathlib
import platform
import time

import numpy as np
import torch
import torch.nn.functional as F

import bundled
import data

SCHEDULES = {
    "digits": dict(epochs=12, batch=64, rate=0.01, weight_decay=1e-3),
    "digit-scenes": dict(epochs=7, batch=4, rate=0.006, weight_decay=1e-4),
}
RESULTS = pathlib.Path(__file__).resolve().parent / "results"
BACKGROUND_WEIGHT = 0.2  # of the loss: most pixels are background
CLASSES = 11


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("model", choices=bundled.NAMES)
    arguments.add_argument("variant", choices=bundled.VARIANTS)
    arguments.add_argument("seeds", type=int, nargs="+")
    chosen = arguments.parse_args()
    torch.set_num_threads(1)
    task = Digits() if chosen.model == "digits" else Scenes()
    for seed in chosen.seeds:
        train(task, chosen.model, chosen.variant, seed)


def train(task, model, variant, seed):
    schedule = SCHEDULES[model]
    torch.manual_seed(seed)
    network = bundled.network(model, variant).to(memory_format=torch.channels_last)
    order = torch.Generator().manual_seed(1000 + seed)
    batches = task.size // schedule["batch"]
    trainable = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(trainable, lr=schedule["rate"], weight_decay=schedule["weight_decay"])
    rates = torch.optim.lr_scheduler.OneCycleLR(optimiser, schedule["rate"], total_steps=schedule["epochs"] * batches, pct_start=0.2)
    wall, cpu, losses = time.perf_counter(), time.process_time(), []
    for epoch in range(schedule["epochs"]):
        total = 0.0
        for indices in torch.randperm(task.size, generator=order)[: batches * schedule["batch"]].split(schedule["batch"]):
            images, targets = task.batch(indices, order)
            images = bundled.normalised(model, images).contiguous(memory_format=torch.channels_last)
            loss = task.loss(network(images), targets)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            rates.step()
            total += loss.item()
        losses.append(round(total / batches, 4))
        print(f"{model} {variant} seed {seed} epoch {epoch + 1}: loss {losses[-1]} after {time.perf_counter() - wall:.0f} s", flush=True)
    seconds = dict(wallSeconds=round(time.perf_counter() - wall, 1), cpuSeconds=round(time.process_time() - cpu, 1))
    network.eval()
    scores = task.test(network)
    record(model, variant, seed, schedule, scores, losses, seconds)
    if seed == 0:
        bundled.save_checkpoint(model, variant, network, schedule["epochs"], scores[task.headline])


def record(model, variant, seed, schedule, scores, losses, seconds):
    versions = dict(python=platform.python_version(), torch=torch.__version__, numpy=np.__version__)
    result = dict(model=model, variant=variant, seed=seed, **scores, **seconds, schedule=schedule, losses=losses, versions=versions)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{model}-{variant}-seed{seed}.json").write_text(json.dumps(result) + "\n")
    print(json.dumps(scores), flush=True)


class Digits:
    """Classification of single digits; every epoch draws every training digit anew on other paper."""

    headline = "accuracy"

    def __init__(self):
        self.inks, self.labels = data.inks("train")
        self.size = len(self.labels)

    def batch(self, indices, generator):
        return data.on_paper(self.inks[indices], generator), self.labels[indices]

    def loss(self, logits, labels):
        return F.cross_entropy(logits, labels)

    def test(self, network):
        """Accuracy on the clean test images, and on the same digits drawn once on random paper."""
        clean, labels = data.clean_digits("test")
        paper = data.on_paper(data.inks("test")[0], torch.Generator().manual_seed(99))
        return dict(accuracy=accuracy(network, clean, labels), accuracyOnPaper=accuracy(network, paper, labels))


@torch.no_grad()
def accuracy(network, images, labels):
    predicted = network(bundled.normalised("digits", images)).argmax(dim=1)
    return (predicted == labels).double().mean().item()


class Scenes:
    """Segmentation of the fixed training scenes; only the order of the colour channels is changed at random."""

    headline = "miou"

    def __init__(self):
        self.images, self.masks = (torch.from_numpy(part) for part in data.scenes("train"))
        self.size = len(self.masks)
        self.weights = torch.tensor([BACKGROUND_WEIGHT] + [1.0] * (CLASSES - 1))

    def batch(self, indices, generator):
        channels = torch.randperm(3, generator=generator)
        return self.images[indices][..., channels].permute(0, 3, 1, 2).float(), self.masks[indices].long()

    def loss(self, logits, masks):
        return F.cross_entropy(logits, masks, self.weights)

    def test(self, network):
        """Mean intersection over union of the 11 classes over all test pixels, of the 10 digits alone, and pixel accuracy."""
        confusion = confusion_matrix(network, *(torch.from_numpy(part) for part in data.scenes("test")))
        hit = confusion.diagonal()
        iou = hit / (confusion.sum(0) + confusion.sum(1) - hit)
        return dict(
            miou=iou.mean().item(),
            miouDigits=iou[1:].mean().item(),
            pixelAccuracy=(hit.sum() / confusion.sum()).item(),
            iou=[round(value, 4) for value in iou.tolist()],
        )


@torch.no_grad()
def confusion_matrix(network, images, masks):
    """Pixel counts (true class, predicted class)."""
    counts = torch.zeros(CLASSES * CLASSES, dtype=torch.float64)
    for some, truth in zip(images.split(50), masks.split(50)):
        pixels = bundled.normalised("digit-scenes", some.permute(0, 3, 1, 2).float())
        predicted = network(pixels).argmax(dim=1)
        counts += torch.bincount((truth.long() * CLASSES + predicted).flatten(), minlength=CLASSES * CLASSES)
    return counts.view(CLASSES, CLASSES)


if __name__ == "__main__":
    main()
