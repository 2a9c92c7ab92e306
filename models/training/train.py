"""Trains one variant of one bundled model with the given seeds, and writes results/<model>-<variant>-seed<n>.json for each.

    python train.py digits doconv 0 1 2 3 4

Seed 0 also writes the checkpoint that is shipped: seed 0 and not the best one, decided before training. The test part
is looked at once, after the last epoch. Both variants share the data and, at the same seed, the order of the batches, the
augmentation and the function computed at the start (DO-Conv starts with D = 0, hence K = W); `recipes.py` holds the rest.
"""

import argparse
import dataclasses
import json
import pathlib
import platform
import time

import numpy as np
import torch
import torch.nn.functional as F

import bundled
import data
from recipes import CHOSEN

RESULTS = pathlib.Path(__file__).resolve().parent / "results"
CLASSES = 11


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("model", choices=bundled.NAMES)
    arguments.add_argument("variant", choices=bundled.VARIANTS)
    arguments.add_argument("seeds", type=int, nargs="+")
    chosen = arguments.parse_args()
    torch.set_num_threads(1)
    recipe = CHOSEN[chosen.model, chosen.variant]
    task = Digits() if chosen.model == "digits" else Scenes()
    for seed in chosen.seeds:
        network, course = train(task, chosen.model, chosen.variant, recipe, seed)
        scores = task.test(network)
        record(chosen.model, chosen.variant, seed, recipe, scores, course)
        if seed == 0:
            bundled.save_checkpoint(chosen.model, chosen.variant, network, recipe.epochs, scores[task.headline])


def train(task, model, variant, recipe, seed):
    """The trained network, in evaluation mode, and how it went: the mean loss of every epoch, and the times."""
    torch.manual_seed(seed)
    network = bundled.network(model, variant).to(memory_format=torch.channels_last)
    order = torch.Generator().manual_seed(1000 + seed)
    batches = task.size // recipe.batch
    optimiser = recipe.optimiser_of(network)
    rates = recipe.rates(optimiser, recipe.epochs * batches)
    wall, cpu, losses = time.perf_counter(), time.process_time(), []
    for epoch in range(recipe.epochs):
        total = 0.0
        for indices in torch.randperm(task.size, generator=order)[: batches * recipe.batch].split(recipe.batch):
            images, targets = task.batch(indices, order)
            images = bundled.normalised(model, images).contiguous(memory_format=torch.channels_last)
            with torch.autocast("cpu", torch.bfloat16, enabled=task.narrow):
                logits = network(images)
            loss = task.loss(logits.float(), targets, recipe)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            rates.step()
            total += loss.item()
        losses.append(round(total / batches, 4))
        print(f"{model} {variant} seed {seed} epoch {epoch + 1}: loss {losses[-1]} after {time.perf_counter() - wall:.0f} s", flush=True)
    seconds = dict(wallSeconds=round(time.perf_counter() - wall, 1), cpuSeconds=round(time.process_time() - cpu, 1))
    return network.eval(), dict(losses=losses, **seconds)


def record(model, variant, seed, recipe, scores, course):
    versions = dict(python=platform.python_version(), torch=torch.__version__, numpy=np.__version__)
    told = dict(model=model, variant=variant, seed=seed, recipe=dataclasses.asdict(recipe))
    result = dict(**told, **scores, **course, versions=versions)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{model}-{variant}-seed{seed}.json").write_text(json.dumps(result) + "\n")
    print(json.dumps(scores), flush=True)


class Digits:
    """Classification of single digits; every epoch draws every training digit anew on other paper."""

    headline = "accuracy"
    narrow = False

    def __init__(self):
        self.inks, self.labels = data.inks("train")
        self.size = len(self.labels)

    def batch(self, indices, generator):
        return data.on_paper(self.inks[indices], generator), self.labels[indices]

    def loss(self, logits, labels, recipe):
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
    """Segmentation of the scenes of one part, tested on those of another; the order of the colour channels is changed
    at random. Trained with the activations in bfloat16, which halves the time; weights, sums and the test are float32.
    """

    headline = "miou"
    narrow = True

    def __init__(self, trained="train", tested="test"):
        self.images, self.masks = (torch.from_numpy(part) for part in data.scenes(trained))
        self.tested = tested
        self.size = len(self.masks)

    def batch(self, indices, generator):
        channels = torch.randperm(3, generator=generator)
        return self.images[indices][..., channels].permute(0, 3, 1, 2).float(), self.masks[indices].long()

    def loss(self, logits, masks, recipe):
        """Over a row of class scores for every pixel, which is how they lie in memory: a quarter of the time less."""
        rows = logits.permute(0, 2, 3, 1).reshape(-1, CLASSES)
        return F.cross_entropy(rows, masks.flatten(), torch.tensor([recipe.background] + [1.0] * (CLASSES - 1)))

    def test(self, network):
        """Mean intersection over union of the 11 classes over all test pixels, of the 10 digits alone, and pixel accuracy."""
        confusion = confusion_matrix(network, *(torch.from_numpy(part) for part in data.scenes(self.tested)))
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
