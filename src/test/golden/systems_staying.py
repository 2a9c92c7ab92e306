"""What looks like a linear detour and has to stay: it would be inexact, slower, or cross something that is no linear map.

Where only the cost decides, shapes are large enough that it does: small networks cost what starting their operators costs.
"""

import torch
from torch import nn
from torch.nn import functional

from systems_blocks import Total, conv_norm, feature_composition, mobileone, repvgg
from systems_export import record
from systems_networks import Joined

IMAGE = (3, 24, 24)
SMALL = (4, 8, 7)


def stem(c):
    return [*conv_norm(3, c, 1), nn.ReLU()]


def end(c):
    return [nn.ReLU(), *conv_norm(c, 3, 1)]


class SecondReader(nn.Module):
    def __init__(self, caller):
        super().__init__()
        self.first, self.second, self.caller = nn.Conv2d(4, 6, 1), nn.Conv2d(6, 4, 3, bias=False), caller

    def forward(self, x):
        y = self.first(x)
        return (y, self.second(y)) if self.caller else self.second(y) + torch.relu(y)[:, :4, 1:-1, 1:-1]


class Gated(nn.Module):
    def __init__(self):
        super().__init__()
        self.value, self.gate = conv_norm(4, 4, 3, 1, 1), conv_norm(4, 4, 1)

    def forward(self, x):
        return self.value(x) * torch.sigmoid(self.gate(x)) + x


class BottleRep(nn.Module):
    """Li et al., "YOLOv6", arXiv 2209.02976: two blocks, and a learned share of what they read."""

    def __init__(self, c):
        super().__init__()
        self.first, self.second, self.alpha = repvgg(c, c), repvgg(c, c), nn.Parameter(torch.tensor([0.7]))

    def forward(self, x):
        return torch.relu(self.second(torch.relu(self.first(x)))) + self.alpha * x


def single(tensor):
    return tensor.float() if tensor.dtype == torch.float64 else tensor


class TrainingNorm(nn.BatchNorm2d):
    """A batch norm that nothing puts into evaluation mode."""

    def train(self, mode=True):
        return super().train(True)


class Quantised(nn.Module):
    """Quantisation that training saw, of values and kernels."""

    def __init__(self):
        super().__init__()
        self.conv, self.bn = nn.Conv2d(4, 6, 3, 1, 1, bias=False), nn.BatchNorm2d(6)
        self.register_buffer("scales", torch.full((6,), 0.01))
        self.register_buffer("zeros", torch.zeros(6, dtype=torch.int32))

    def forward(self, x):
        values = torch.fake_quantize_per_tensor_affine(single(x), 0.02, 0, -128, 127)
        kernel = torch.fake_quantize_per_channel_affine(single(self.conv.weight), single(self.scales), self.zeros, 0, -128,
                                                        127)
        return self.bn(functional.conv2d(values.type_as(x) if x.dtype == torch.float64 else values,
                                         kernel.type_as(x) if x.dtype == torch.float64 else kernel, None, 1, 1))


def costly():
    record("separable", "Depthwise-separable convolution", lambda: nn.Sequential(
        *stem(16), *conv_norm(16, 16, 3, 1, 1, 16), *conv_norm(16, 24, 1), *end(24)), IMAGE,
        ["Conv 16x3x1x1", "Relu", "Conv 16x1x3x3 g16 p1", "Conv 24x16x1x1", "Relu", "Conv 3x24x1x1"],
        ["would take"], stays=True)
    record("do-conv-multiplier-1", "DO-Conv, D_mul = 1, feature composition", lambda: nn.Sequential(
        *stem(16), *feature_composition(16, 24, 3, 1, 1), nn.BatchNorm2d(24), *end(24)), IMAGE,
        ["Conv 16x3x1x1", "Relu", "Conv 16x1x3x3 g16 p1", "Conv 24x16x1x1", "Relu", "Conv 3x24x1x1"],
        ["would take"], stays=True)
    record("bottleneck", "Narrow linear bottleneck", lambda: nn.Sequential(
        *stem(24), nn.Conv2d(24, 6, 1, bias=False), nn.Conv2d(6, 24, 3, 1, 1), *end(24)), IMAGE,
        ["Conv 24x3x1x1", "Relu", "Conv 6x24x1x1", "Conv 24x6x3x3 p1", "Relu", "Conv 3x24x1x1"],
        ["would take"], stays=True)
    record("bottleneck-after", "Narrow linear bottleneck", lambda: nn.Sequential(
        *stem(24), nn.Conv2d(24, 6, 3, 1, 1), nn.BatchNorm2d(6), nn.Conv2d(6, 24, 1), *end(24)), IMAGE,
        ["Conv 24x3x1x1", "Relu", "Conv 6x24x3x3 p1", "Conv 24x6x1x1", "Relu", "Conv 3x24x1x1"],
        ["would take"], stays=True)
    record("fire", "Fire concat", lambda: nn.Sequential(
        *stem(16), Joined(nn.Conv2d(16, 24, 1), nn.Conv2d(16, 24, 3, 1, 1)), *end(48)), IMAGE,
        ["Conv 16x3x1x1", "Relu", "Conv 24x16x1x1", "Conv 24x16x3x3 p1", "Concat", "Relu", "Conv 3x48x1x1"], stays=True)
    record("dilated-sum", "Dilations that do not fit", lambda: nn.Sequential(
        *stem(12), Total(nn.Conv2d(12, 12, 3, 1, 1), nn.Conv2d(12, 12, 3, 1, 4, 4)), *end(12)), IMAGE,
        ["Conv 12x3x1x1", "Relu", "Conv 12x12x3x3 p1", "Conv 12x12x3x3 d4 p4", "Add", "Relu", "Conv 3x12x1x1"],
        stays=True)


def inexact():
    record("padded-pair", "Padded 3x3 after padded 3x3", lambda: nn.Sequential(
        nn.Conv2d(4, 6, 3, 1, 1, bias=False), nn.Conv2d(6, 4, 3, 1, 1)), SMALL, ["Conv 6x4x3x3 p1", "Conv 4x6x3x3 p1"],
        ["pads with zeros where /0/Conv before it still reads its input"], stays=True)
    record("bn-padded-conv", "BN before convolution, padding 1", lambda: nn.Sequential(
        nn.BatchNorm2d(4), nn.Conv2d(4, 6, 3, 1, 1)), SMALL, ["BatchNormalization", "Conv 6x4x3x3 p1"],
        ["pads"], stays=True)
    record("pool-without-padding", "Pooling that excludes padding", lambda: Total(
        nn.Conv2d(4, 4, 3, 1, 1), nn.AvgPool2d(3, 1, 1, count_include_pad=False)), SMALL,
        ["Conv 4x4x3x3 p1", "AveragePool", "Add"], ["leaves its padding out of the mean"], stays=True)
    record("pool-rounding-up", "Pooling that rounds up", lambda: nn.Sequential(
        nn.Conv2d(4, 4, 1), nn.AvgPool2d(2, 2, ceil_mode=True)), (4, 9, 7), ["Conv 4x4x1x1", "AveragePool"],
        ["rounds its output size up"], stays=True)
    record("padded-pool", "Padded pooling", lambda: nn.Sequential(
        nn.BatchNorm2d(4), nn.AvgPool2d(3, 1, 1), nn.ReLU(), nn.Conv2d(4, 6, 3, 1, 1, bias=False), nn.AvgPool2d(3, 1, 1)),
        SMALL, ["BatchNormalization", "AveragePool", "Relu", "Conv 6x4x3x3 p1", "AveragePool"], ["pads"], stays=True)
    record("zero-pad-max-pool", "Zero Pad before MaxPool", lambda: nn.Sequential(
        *conv_norm(3, 6, 3, 1, 1), nn.ZeroPad2d(1), nn.MaxPool2d(3, 2), nn.Conv2d(6, 4, 1)), (3, 9, 8),
        ["Conv 6x3x3x3 p1", "Pad", "MaxPool", "Conv 4x6x1x1"], stays=True)
    record("padding-modes", "Different padding modes", lambda: Total(
        conv_norm(4, 6, 3, 1, 1), nn.Sequential(nn.Conv2d(4, 6, 3, 1, 1, padding_mode="reflect"), nn.BatchNorm2d(6))),
        SMALL, ["Conv 6x4x3x3 p1", "Pad", "Conv 6x4x3x3", "Add"], stays=True)


def barriers():
    record("activation", "Across an activation", lambda: nn.Sequential(
        nn.Conv2d(3, 12, 1, padding=1), nn.ReLU(), nn.Conv2d(12, 16, 3), nn.ReLU(), nn.Conv2d(16, 4, 1)), (3, 8, 7),
        ["Conv 12x3x1x1 p1", "Relu", "Conv 16x12x3x3", "Relu", "Conv 4x16x1x1"], stays=True)
    record("activated-branch", "Across an activation", lambda: Total(
        conv_norm(4, 4, 3, 1, 1), nn.Sequential(*conv_norm(4, 4, 1), nn.ReLU())), SMALL,
        ["Conv 4x4x3x3 p1", "Conv 4x4x1x1", "Relu", "Add"], stays=True)
    record("gate", "Across a gate", Gated, SMALL, ["Conv 4x4x3x3 p1", "Conv 4x4x1x1", "Sigmoid", "Mul", "Add"],
           stays=True, gain=4)
    record("second-reader", "Across a second reader", lambda: SecondReader(False), SMALL,
           ["Conv 6x4x1x1", "Conv 4x6x3x3", "Relu", "Slice", "Slice", "Slice", "Add"], ["which /Relu reads too"], stays=True)
    record("graph-output", "Across a graph output", lambda: SecondReader(True), SMALL, ["Conv 6x4x1x1", "Conv 4x6x3x3"],
           ["is also a graph output; remove features from the outputs to fold"], stays=True)
    record("alpha-shortcut", "YOLOv6: alpha shortcut across an activation", lambda: BottleRep(5), (5, 8, 7),
           ["Conv 5x5x3x3 p1", "Relu", "Conv 5x5x3x3 p1", "Relu", "Mul", "Add"], stays=True)
    record("group-norm", "GroupNorm, LayerNorm, InstanceNorm", lambda: nn.Sequential(
        nn.Conv2d(4, 6, 1), nn.GroupNorm(2, 6), nn.ReLU(), nn.Conv2d(6, 4, 3, bias=False)), SMALL,
        ["Conv 6x4x1x1", "Reshape", "InstanceNormalization", "Reshape", "Mul", "Add", "Relu", "Conv 4x6x3x3"], stays=True,
        gain=64, unknown=["InstanceNormalization"])
    record("layer-norm", "GroupNorm, LayerNorm, InstanceNorm", lambda: nn.Sequential(
        nn.Linear(6, 9), nn.LayerNorm(9), nn.Linear(9, 4)), (6,), ["Gemm 9x6", "LayerNormalization", "Gemm 4x9"],
        stays=True, gain=64, unknown=["LayerNormalization"])
    record("instance-norm", "GroupNorm, LayerNorm, InstanceNorm", lambda: nn.Sequential(
        nn.Conv2d(4, 6, 1), nn.InstanceNorm2d(6, affine=True), nn.Conv2d(6, 4, 3)), SMALL,
        ["Conv 6x4x1x1", "InstanceNormalization", "Conv 4x6x3x3"], stays=True, gain=64, unknown=["InstanceNormalization"])
    record("batch-statistics", "Batch norm with the batch's statistics", lambda: nn.Sequential(
        nn.Conv2d(4, 6, 3, bias=False), TrainingNorm(6), nn.ReLU()), SMALL,
        ["Conv 6x4x3x3", "BatchNormalization", "Relu"], ["the statistics of its batch"], stays=True, gain=64, unknown=["BatchNormalization"])
    record("quantised", "Quantised weights", Quantised, SMALL,
           ["QuantizeLinear", "DequantizeLinear", "Conv", "BatchNormalization"], ["DequantizeLinear"],
           stays=True, unknown=["QuantizeLinear", "DequantizeLinear"])
    record("gated-mobileone", "Across a gate", lambda: nn.Sequential(
        mobileone(4, 4, 3, g=4, branches=1), nn.Hardswish(), mobileone(4, 6, 1, branches=1)), SMALL,
        ["Conv 4x1x3x3 g4 p1", "HardSwish", "Conv 6x4x1x1"], stays=True)


def write():
    costly()
    inexact()
    barriers()
