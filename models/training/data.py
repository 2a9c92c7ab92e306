"""The data of both bundled models: scikit-learn's 1797 handwritten digits (8 x 8, ink 0..16) and what is drawn from them.

The split is fixed: 1257 digits to train with, 540 to test with, every class in proportion. Nothing made for the test,
neither images nor scenes, uses a digit of the training part, and the other way round.
"""

import functools

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw, ImageFilter
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

DIGIT_SIZE = 32
SCENE_SIZE = 96
TEST_DIGITS = 540
SPLIT_SEED = 20240229
SCENES = {"train": (9600, 1), "test": (300, 2), "fit": (9600, 3), "validation": (300, 4)}  # how many, from which seed
VALIDATION_DIGITS = 252
PAPER, INK = 235, 30  # the grey levels of a clean digit image


# ---------------------------------------------------------------- digits


@functools.cache
def digit_split(part):
    """(ink in [0, 1] as float32 (n, 8, 8), labels (n,), index in scikit-learn's order (n,)) of "train" or "test", or of
    the two that "train" is cut into to choose a recipe: "fit" and "validation".
    """
    digits = load_digits()
    order = np.arange(len(digits.target))
    train, test = _cut(order, TEST_DIGITS, digits.target)
    fit, validation = _cut(train, VALIDATION_DIGITS, digits.target[train])
    chosen = np.sort({"train": train, "test": test, "fit": fit, "validation": validation}[part])
    return digits.images[chosen].astype(np.float32) / 16, digits.target[chosen], chosen


def _cut(order, taken, labels):
    return train_test_split(order, test_size=taken, random_state=SPLIT_SEED, stratify=labels)


def enlarge(ink, size):
    """Ink (8, 8) in [0, 1] to ink (size, size) in [0, 1], bicubic."""
    image = Image.fromarray(ink).resize((size, size), Image.Resampling.BICUBIC)
    return np.clip(np.asarray(image), 0, 1)


def clean_digit(ink):
    """The 8-bit grey image (32, 32) of a digit: dark ink on light paper, nothing else."""
    return np.rint(PAPER + (INK - PAPER) * enlarge(ink, DIGIT_SIZE)).astype(np.uint8)


def clean_digits(part):
    """Images (n, 1, 32, 32) as float32 grey levels, and labels."""
    inks, labels, _ = digit_split(part)
    images = np.stack([clean_digit(ink) for ink in inks]).astype(np.float32)
    return torch.from_numpy(images)[:, None], torch.from_numpy(labels)


def inks(part):
    """Enlarged ink (n, 1, 32, 32) in [0, 1], and labels: what `on_paper` draws."""
    small, labels, _ = digit_split(part)
    return torch.from_numpy(np.stack([enlarge(ink, DIGIT_SIZE) for ink in small]))[:, None], torch.from_numpy(labels)


def on_paper(ink, generator):
    """Ink (n, 1, 32, 32), turned, scaled, sheared, moved and drawn with a random pen on random, unevenly lit, stained paper."""
    n = len(ink)

    def uniform(low, high, *shape):
        return low + (high - low) * torch.rand(*(shape or (n, 1, 1, 1)), generator=generator)

    ink = F.grid_sample(ink, F.affine_grid(_placement(uniform, n), list(ink.shape), align_corners=False), align_corners=False)
    ink = (ink * uniform(0.8, 1.4)).clamp(0, 1)
    ramp = torch.linspace(-1, 1, DIGIT_SIZE)
    light = uniform(-25, 25) * ramp.view(1, 1, -1, 1) + uniform(-25, 25) * ramp.view(1, 1, 1, -1)
    stains = F.interpolate(uniform(-15, 15, n, 1, 6, 6), DIGIT_SIZE, mode="bicubic", align_corners=False)
    paper = uniform(150, 250) + light + stains * uniform(0, 1)
    image = paper + (uniform(0, 90) - paper) * ink
    noise = torch.randn(image.shape, generator=generator) * uniform(0, 10)
    return (image + noise).clamp(0, 255)


def _placement(uniform, n):
    """Affine maps (n, 2, 3) from the picture to the digit, in coordinates from -1 to 1."""
    angle, shear = uniform(-0.22, 0.22, n), uniform(-0.15, 0.15, n)
    scale_x, scale_y = 1 / uniform(0.6, 1.05, n), 1 / uniform(0.6, 1.05, n)
    move_x, move_y = uniform(-0.2, 0.2, n), uniform(-0.2, 0.2, n)
    cos, sin = torch.cos(angle), torch.sin(angle)
    row_x = torch.stack([scale_x * cos, scale_x * (shear * cos - sin), move_x], dim=1)
    row_y = torch.stack([scale_y * sin, scale_y * (shear * sin + cos), move_y], dim=1)
    return torch.stack([row_x, row_y], dim=1)


# ---------------------------------------------------------------- scenes


def scenes(part):
    """(RGB images uint8 (n, 96, 96, 3), class masks uint8 (n, 96, 96)): class 0 is the background, class d + 1 the digit d."""
    count, seed = SCENES[part]
    small, labels, _ = digit_split(part)
    random = np.random.default_rng(seed)
    drawn = [scene(small, labels, random) for _ in range(count)]
    return np.stack([image for image, _ in drawn]), np.stack([mask for _, mask in drawn])


def scene(small, labels, random, size=SCENE_SIZE):
    """One cluttered canvas with two to five digits; a later digit covers an earlier one where they touch."""
    canvas = _background(random, size)
    mask = np.zeros((size, size), np.uint8)
    for _ in range(random.integers(2, 6)):
        pick = random.integers(len(labels))
        ink, (top, left) = _placed_ink(small[pick], mask, random)
        rows, columns = slice(top, top + len(ink)), slice(left, left + len(ink))
        under = canvas[rows, columns]
        colour = _contrasting(under.mean(axis=(0, 1)), random)
        strength = np.clip(ink * 1.5, 0, 1)[..., None]
        canvas[rows, columns] = under + (colour - under) * strength
        mask[rows, columns][ink > 0.4] = labels[pick] + 1
    canvas += random.normal(0, random.uniform(1, 8), canvas.shape)
    return np.clip(np.rint(canvas), 0, 255).astype(np.uint8), mask


def _background(random, size):
    """Float RGB (size, size, 3): a gradient of two colours, soft blotches, and distracting strokes, rings and boxes."""
    first, second = random.uniform(40, 215, 3), random.uniform(40, 215, 3)
    angle = random.uniform(0, 2 * np.pi)
    y, x = np.mgrid[0:size, 0:size] / (size - 1) - 0.5
    way = np.clip(0.5 + x * np.cos(angle) + y * np.sin(angle), 0, 1)[..., None]
    blotches = Image.fromarray(random.uniform(-1, 1, (6, 6)).astype(np.float32)).resize((size, size), Image.Resampling.BICUBIC)
    plain = first + (second - first) * way + random.uniform(0, 30) * np.asarray(blotches)[..., None]
    image = Image.fromarray(np.clip(plain, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for _ in range(random.integers(3, 9)):
        _distractor(draw, random, size)
    return np.asarray(image.filter(ImageFilter.GaussianBlur(random.uniform(0.3, 0.9)))).astype(np.float64)


def _distractor(draw, random, size):
    colour = tuple(int(level) for level in random.integers(0, 256, 3))
    width = int(random.integers(1, 4))
    x, y = random.uniform(0, size, 2)
    reach_x, reach_y = random.uniform(4, 18, 2)
    box = (x - reach_x, y - reach_y, x + reach_x, y + reach_y)
    kind = random.integers(5)
    if kind == 0:
        draw.line([tuple(random.uniform(0, size, 2)) for _ in range(random.integers(2, 4))], fill=colour, width=width)
    elif kind == 1:
        draw.arc(box, random.uniform(0, 180), random.uniform(180, 360), fill=colour, width=width)
    elif kind == 2:
        draw.rectangle(box, outline=colour, width=width)
    elif kind == 3:
        draw.line([(x, y), (x + reach_x, y + reach_y)], fill=colour, width=width)
    else:
        draw.ellipse((x - reach_x / 3, y - reach_x / 3, x + reach_x / 3, y + reach_x / 3), fill=colour)


def _placed_ink(small, mask, random):
    """A digit scaled to 22..44 pixels and turned up to 15 degrees, and the free-est of eight random places for it."""
    side = int(random.integers(22, 45))
    image = Image.fromarray(enlarge(small, side)).rotate(random.uniform(-15, 15), Image.Resampling.BICUBIC)
    places = random.integers(0, len(mask) - side + 1, (8, 2))
    covered = [np.count_nonzero(mask[top : top + side, left : left + side]) for top, left in places]
    return np.clip(np.asarray(image), 0, 1), places[int(np.argmin(covered))]


def _contrasting(under, random):
    """A colour at least 90 grey levels lighter or darker than what lies under it."""
    while True:
        colour = random.uniform(0, 255, 3)
        if abs(colour.mean() - under.mean()) > 90:
            return colour
