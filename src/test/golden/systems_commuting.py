"""What changes places: affine maps and 1x1 convolutions with a Resize."""

from torch import nn

from systems_blocks import conv_norm
from systems_export import record

SMALL = (4, 7, 6)


def up(size=None, factor=None, mode="bilinear", corners=None):
    return nn.Upsample(size=size, scale_factor=factor, mode=mode, align_corners=corners)


def resizes():
    system = "Batch norm or 1x1 convolution behind an upsampling"
    conv = lambda o: nn.Conv2d(4, o, 3, 1, 1)
    record("resize-norm", system, lambda: nn.Sequential(conv(6), up(factor=2), nn.BatchNorm2d(6), nn.ReLU()), SMALL,
           ["Conv 6x4x3x3 p1", "Resize", "Relu"])
    record("resize-norm-export", system, lambda: nn.Sequential(
        conv(6), up(factor=2, mode="nearest"), nn.BatchNorm2d(6), nn.ReLU()), SMALL,
        ["Conv 6x4x3x3 p1", "Resize", "Relu"], exporter="export", opset=18)
    record("resize-head", system, lambda: nn.Sequential(
        *conv_norm(4, 8, 3, 1, 1), nn.ReLU(), up((13, 17), corners=True), nn.Conv2d(8, 3, 1)), SMALL,
        ["Conv 8x4x3x3 p1", "Relu", "Conv 3x8x1x1", "Resize"])
    record("resize-head-export", system, lambda: nn.Sequential(
        conv(8), up((14, 18)), nn.Conv2d(8, 3, 1), up((28, 35), mode="nearest"), nn.BatchNorm2d(3)), SMALL,
        ["Conv 3x4x3x3 p1", "Resize", "Resize"], exporter="export-optimised", opset=18)
    record("resize-down", "1x1 convolution before a downsampling", lambda: nn.Sequential(
        nn.Conv2d(4, 8, 1), up(factor=0.5, mode="nearest"), nn.Conv2d(8, 6, 3)), (4, 16, 15),
        ["Resize", "Conv 6x4x3x3"])


def staying():
    record("resize-neighbours", "3x3 convolution behind an upsampling", lambda: nn.Sequential(
        nn.Conv2d(4, 6, 3, 1, 1), up(factor=2), nn.Conv2d(6, 4, 3, 1, 1)), SMALL,
        ["Conv 6x4x3x3 p1", "Resize", "Conv 4x6x3x3 p1"], ["reads neighbours of what Resize"], stays=True)
    record("resize-cubic", "Batch norm behind a cubic upsampling", lambda: nn.Sequential(
        nn.Conv2d(4, 6, 3, 1, 1), up(factor=2, mode="bicubic"), nn.BatchNorm2d(6)), SMALL,
        ["Conv 6x4x3x3 p1", "Resize", "BatchNormalization"], ["interpolates by mode cubic"], stays=True,
        unknown=["Resize"])


def write():
    resizes()
    staying()
