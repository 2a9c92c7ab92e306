"""Draws the sample images beside the models, all from the test part: the first ones, none picked by what a model answers.

digits/samples: the first test digit of each class, as the clean 32 x 32 image the accuracy is measured on, and two larger
pictures made like photographs of a digit on paper, which have to be resized (a JPEG in landscape, a PNG in portrait).
digit-scenes/samples: the first five test scenes, and the sixth enlarged to 192 x 192 as a JPEG.
"""

import numpy as np
from PIL import Image

import bundled
import data


def main():
    digits = folder("digits")
    inks, labels, _ = data.digit_split("test")
    for label in range(10):
        Image.fromarray(data.clean_digit(nth(inks, labels, label, 0))).save(digits / f"digit-{label}.png", optimize=True)
    random = np.random.default_rng(3)
    photograph(nth(inks, labels, 5, 1), 200, 150, random).save(digits / "photo-5.jpg", quality=90)
    photograph(nth(inks, labels, 2, 1), 120, 160, random).save(digits / "photo-2.png", optimize=True)

    scenes = folder("digit-scenes")
    images, _ = data.scenes("test")
    for number, image in enumerate(images[:5]):
        Image.fromarray(image).save(scenes / f"scene-{number}.png", optimize=True)
    Image.fromarray(images[5]).resize((192, 192), Image.Resampling.BICUBIC).save(scenes / "scene-5-large.jpg", quality=92)


def folder(model):
    path = bundled.MODELS / model / "samples"
    path.mkdir(exist_ok=True)
    return path


def nth(inks, labels, label, n):
    """The n-th digit of a class, in scikit-learn's order."""
    return inks[np.flatnonzero(labels == label)[n]]


def photograph(ink, width, height, random):
    """Blue-black ink on warm, fibrous, unevenly lit paper; the digit fills three quarters of the shorter side."""
    side = int(0.75 * min(width, height))
    digit = Image.fromarray(data.enlarge(ink, side)).rotate(7, Image.Resampling.BICUBIC)
    strength = np.zeros((height, width))
    top, left = (height - side) // 2 + 4, (width - side) // 2 - 5
    strength[top : top + side, left : left + side] = np.clip(digit, 0, 1)
    grains = random.normal(0, 5, (height // 2, width // 3)).astype(np.float32)
    fibres = Image.fromarray(grains).resize((width, height), Image.Resampling.BICUBIC)
    y, x = np.mgrid[0:height, 0:width]
    light = 1.05 - 0.18 * x / width - 0.12 * y / height
    paper = (np.array([228, 219, 198]) + np.asarray(fibres)[..., None]) * light[..., None]
    picture = paper + (np.array([35, 38, 70]) - paper) * np.clip(1.2 * strength, 0, 1)[..., None]
    return Image.fromarray(np.clip(picture + random.normal(0, 3, picture.shape), 0, 255).astype(np.uint8))


if __name__ == "__main__":
    main()
