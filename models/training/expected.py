"""Writes what PyTorch answers for every bundled sample and variant, for foldserve's tests to agree with.

Images are read by Pillow and resized, cropped and normalised by torchvision's transforms exactly as the manifest declares;
the shipped checkpoints run unfolded, in evaluation mode and float32, on one thread. Written to
src/test/resources/io/foldserve/bundled: <model>-expected.json; for digits with all logits; for digit-scenes with the names
of the class masks beside it (8-bit grey PNG, the grey level is the class), and the smallest difference between the two
largest logits of any pixel: how far the nearest pixel is from changing its class. For samples that are not at the
network's size, <sample>-pixels.png is what the network is given, before normalising.
"""

import json

import numpy as np
import PIL
import torch
from PIL import Image

import bundled

try:
    import torchvision
except RuntimeError:  # a torchvision without its compiled operators; none of them is used here
    for operator in ("nms", "qnms"):
        torch.library.define(f"torchvision::{operator}", "(Tensor boxes, Tensor scores, float threshold) -> Tensor")
    import torchvision
from torchvision import transforms

TARGET = bundled.MODELS.parent / "src/test/resources/io/foldserve/bundled"


def main():
    torch.set_num_threads(1)
    TARGET.mkdir(parents=True, exist_ok=True)
    for model in bundled.NAMES:
        networks = {variant: bundled.load_trained(model, variant) for variant in bundled.VARIANTS}
        paths = sorted((bundled.MODELS / model / "samples").iterdir())
        samples = [expected_of_sample(model, path, networks) for path in paths]
        versions = dict(torch=torch.__version__, torchvision=torchvision.__version__, pillow=PIL.__version__)
        text = json.dumps(dict(model=model, versions=versions, samples=samples), indent=1)
        (TARGET / f"{model}-expected.json").write_text(text + "\n")


def expected_of_sample(model, path, networks):
    declared = bundled.manifest(model)["input"]
    mode = "L" if declared["colour"] == "grey" else "RGB"
    picture = Image.open(path).convert(mode)
    shown = transforms.Compose(geometry(declared))(picture)
    if shown.size != picture.size:
        shown.save(TARGET / f"{path.stem}-pixels.png", optimize=True)
    pixels = transforms.Compose([transforms.ToTensor(), transforms.Normalize(declared["mean"], declared["std"])])(shown)
    answer = classified if model == "digits" else segmented
    with torch.no_grad():
        answers = {variant: answer(network(pixels[None])[0], path, variant) for variant, network in networks.items()}
    return dict(file=path.name, answers=answers)


def geometry(declared):
    """The declared resize and crop as transforms on Pillow images (bilinear, antialiased)."""
    resize = declared["resize"]
    size = resize["shorterSide"] if "shorterSide" in resize else (resize["height"], resize["width"])
    steps = [transforms.Resize(size, transforms.InterpolationMode.BILINEAR, antialias=True)]
    if declared.get("crop") == "center":
        steps.append(transforms.CenterCrop((declared["height"], declared["width"])))
    return steps


def classified(logits, path, variant):
    return dict(top=int(logits.argmax()), logits=[float(value) for value in logits])


def segmented(logits, path, variant):
    name = f"{path.stem}-{variant}-mask.png"
    classes = logits.argmax(dim=0)
    Image.fromarray(classes.numpy().astype(np.uint8)).save(TARGET / name, optimize=True)
    largest = logits.topk(2, dim=0).values
    areas = torch.bincount(classes.flatten(), minlength=len(logits)).tolist()
    return dict(mask=name, areas=areas, smallestMargin=float((largest[0] - largest[1]).min()))


if __name__ == "__main__":
    main()
