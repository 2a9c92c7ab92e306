"""Writes the labelled test set beside each model, for the `compare` command: from the test part only, none picked.

digits/test/<label>: all 540 test digits, as the clean 32 x 32 images the accuracy is measured on, named by scikit-learn's order.
digit-scenes/test/images and masks: the first 60 test scenes, as JPEGs to keep them small (so the mIoU is not quite that of
the tables), and the class of every pixel as a palette PNG.
"""

from PIL import Image

import bundled
import data

SCENES = 60


def main():
    inks, labels, order = data.digit_split("test")
    for ink, label, number in zip(inks, labels, order):
        Image.fromarray(data.clean_digit(ink)).save(folder("digits", str(label)) / f"{number:04}.png", optimize=True)
    images, masks = data.scenes("test")
    for number in range(SCENES):
        image = Image.fromarray(images[number])
        image.save(folder("digit-scenes", "images") / f"scene-{number:02}.jpg", quality=90, optimize=True)
        mask = Image.fromarray(masks[number], mode="P")
        mask.putpalette(palette())
        mask.save(folder("digit-scenes", "masks") / f"scene-{number:02}.png", optimize=True)


def folder(model, name):
    path = bundled.MODELS / model / "test" / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def palette():
    """Grey for the background, then ten hues around the circle: for people alone."""
    hues = [tuple(int(level) for level in Image.new("HSV", (1, 1), (hue * 25, 200, 230)).convert("RGB").getpixel((0, 0))) for hue in range(10)]
    return [level for colour in [(40, 40, 40), *hues] for level in colour]


if __name__ == "__main__":
    main()
