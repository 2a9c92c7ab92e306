"""Makes pictures resized without antialiasing, to their longer side and into a letterbox, as torch, torchvision and
Ultralytics' LetterBox do.

Needs pillow, numpy and torch, and the pictures that images.py wrote. Writes resizing.json and its expected pictures into
src/test/resources/io/foldserve/task/preprocess.
"""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

FOLDER = Path(__file__).parents[1] / "resources/io/foldserve/task/preprocess"


def resized(array, width, height, antialias):
    """Pillow's antialiased bilinear, or torch's without antialiasing, on float32 and rounded once."""
    if antialias:
        return np.asarray(Image.fromarray(array).resize((width, height), Image.Resampling.BILINEAR))
    planes = torch.from_numpy(array.reshape(*array.shape[:2], -1).copy()).permute(2, 0, 1)[None].float()
    result = F.interpolate(planes, size=(height, width), mode="bilinear", align_corners=False, antialias=False)
    return result.round().clamp(0, 255).to(torch.uint8)[0].permute(1, 2, 0).numpy().reshape(height, width, *array.shape[2:])


def letterbox(array, width, height, fill, antialias):
    """LetterBox(auto=False, scale_fill=False, scaleup=True, center=True)."""
    full_height, full_width = array.shape[:2]
    ratio = min(height / full_height, width / full_width)
    new_width, new_height = round(full_width * ratio), round(full_height * ratio)
    left, top = round((width - new_width) / 2 - 0.1), round((height - new_height) / 2 - 0.1)
    out = np.full((height, width, *array.shape[2:]), fill, np.uint8)
    out[top:top + new_height, left:left + new_width] = resized(array, new_width, new_height, antialias)
    return out


def longer_side(array, width, height, length, antialias):
    """torchvision's Resize(None, max_size=length), then CenterCrop."""
    full_height, full_width = array.shape[:2]
    short = int(length * min(full_width, full_height) / max(full_width, full_height))
    new_width, new_height = (short, length) if full_width <= full_height else (length, short)
    picture = resized(array, new_width, new_height, antialias)
    out = np.zeros((height, width, *array.shape[2:]), np.uint8)
    def place(full, side):  # noqa: E306
        if full >= side:
            return slice(0, side), slice(round((full - side) / 2), round((full - side) / 2) + side)
        before = (side - full) // 2
        return slice(before, before + full), slice(0, full)
    (to_y, from_y), (to_x, from_x) = place(new_height, height), place(new_width, width)
    out[to_y, to_x] = picture[from_y, from_x]
    return out


def main():
    cases = []
    for name in ("chelsea.png", "text.png"):
        array = np.asarray(Image.open(FOLDER / name))
        height, width = array.shape[:2]
        def case(expected, size, resize, crop="none", **more):  # noqa: E306
            file = f"expected/resizing-{len(cases):02d}.png"
            Image.fromarray(expected).save(FOLDER / file, optimize=True)
            declared = {"width": size[0], "height": size[1], "resize": resize, "crop": crop, **more}
            if array.ndim == 2:
                declared["colour"] = "grey"
            cases.append({"source": name, "input": declared, "expected": file})
        grown = [(131, height), (180, 260)] if name == "text.png" else []
        for size in [(56, 56), (33, 21), (90, 61), (width, 20), *grown]:
            case(resized(array, *size, False), size, {"width": size[0], "height": size[1]}, antialias=False)
        for antialias in (True, False):
            for size in ((64, 64), (61, 40), (40, 61), (59, 58)):
                case(letterbox(array, *size, 114, antialias), size, {"letterbox": 114}, antialias=antialias)
            case(letterbox(array, 37, 50, 0, antialias), (37, 50), {"letterbox": 0}, antialias=antialias)
            for size, length in (((64, 64), 64), ((45, 44), 71), ((80, 30), 61)):
                case(longer_side(array, *size, length, antialias), size, {"longerSide": length}, "center",
                     antialias=antialias)
    (FOLDER / "resizing.json").write_text(json.dumps(cases, indent=1) + "\n")


main()
