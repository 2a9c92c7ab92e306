"""Larger blocks of published networks in training form, with what is between their re-parameterised parts."""

import torch
from torch import nn

from systems_blocks import SqueezeExcite, Total, conv_norm, mobileone


class Residual(nn.Module):
    """x + scale·f(x); the scale is one value for each channel, or absent."""

    def __init__(self, inner, channels=0):
        super().__init__()
        self.inner = inner
        self.scale = nn.Parameter(torch.randn(channels, 1, 1)) if channels else None

    def forward(self, x):
        y = self.inner(x)
        return x + (y if self.scale is None else self.scale * y)


class RepMixer(nn.Module):
    """Vasu et al., "FastViT", arXiv 2303.14189: a mixed value less a normed one, scaled, and added."""

    def __init__(self, c):
        super().__init__()
        self.mixer, self.norm = mobileone(c, c, 3, g=c, branches=1), nn.BatchNorm2d(c)
        self.layer_scale = nn.Parameter(torch.randn(c, 1, 1))

    def forward(self, x):
        return x + self.layer_scale * (self.mixer(x) - self.norm(x))


def conv_ffn(c, kernel=7):
    """FastViT's ConvFFN: a depthwise kernel with batch norm, then two pointwise ones."""
    return Residual(nn.Sequential(*conv_norm(c, c, kernel, 1, kernel // 2, c), nn.Conv2d(c, 3 * c, 1), nn.GELU(),
                                  nn.Conv2d(3 * c, c, 1)), c)


class Attention(nn.Module):
    """FastViT's attention over positions, after a batch norm."""

    def __init__(self, c, heads):
        super().__init__()
        self.norm, self.qkv, self.proj = nn.BatchNorm2d(c), nn.Linear(c, 3 * c, bias=False), nn.Linear(c, c)
        self.heads = heads

    def forward(self, x):
        n, c, h, w = x.shape
        tokens = self.norm(x).flatten(2).transpose(1, 2)
        q, k, v = self.qkv(tokens).reshape(n, h * w, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        weights = (q * (c // self.heads) ** -0.5 @ k.transpose(-2, -1)).softmax(-1)
        return self.proj((weights @ v).transpose(1, 2).reshape(n, h * w, c)).transpose(1, 2).reshape(n, c, h, w)


def replknet(c, k):
    """Ding et al., "RepLKNet", arXiv 2203.06717: a large depthwise kernel beside a small one, between pointwise ones."""
    large = Total(conv_norm(2 * c, 2 * c, k, 1, k // 2, 2 * c), conv_norm(2 * c, 2 * c, 5, 1, 2, 2 * c))
    return nn.Sequential(
        Residual(nn.Sequential(nn.BatchNorm2d(c), *conv_norm(c, 2 * c, 1), nn.ReLU(), large, nn.ReLU(),
                               *conv_norm(2 * c, c, 1))),
        Residual(nn.Sequential(nn.BatchNorm2d(c), *conv_norm(c, 3 * c, 1), nn.ReLU(), *conv_norm(3 * c, c, 1))))


def dilated(c, k, branches):
    """Ding et al., "UniRepLKNet", arXiv 2311.15599: a large depthwise kernel beside small, dilated ones."""
    return Total(conv_norm(c, c, k, 1, k // 2, c),
                 *(conv_norm(c, c, small, 1, rate * (small - 1) // 2, c, rate) for small, rate in branches))


class ResponseNorm(nn.Module):
    """Woo et al., "ConvNeXt V2", arXiv 2301.00808, equations 1 to 3, channels last."""

    def __init__(self, c):
        super().__init__()
        self.gamma, self.beta = nn.Parameter(torch.randn(c)), nn.Parameter(torch.randn(c))

    def forward(self, x):
        size = torch.linalg.vector_norm(x, dim=(1, 2), keepdim=True)
        share = size / (size.mean(-1, keepdim=True) + 1e-6)
        return (self.gamma * share + 1) * x + self.beta


class UniRep(nn.Module):
    """UniRepLKNet's block: dilated kernels, batch norm, gate, and a channels-last feed-forward part."""

    def __init__(self, c, k, branches):
        super().__init__()
        self.large = nn.Sequential(dilated(c, k, branches), nn.BatchNorm2d(c), SqueezeExcite(c))
        self.first, self.grn = nn.Linear(c, 3 * c), ResponseNorm(3 * c)
        self.second, self.norm = nn.Linear(3 * c, c, bias=False), nn.BatchNorm2d(c)
        self.gamma = nn.Parameter(torch.randn(c))

    def forward(self, x):
        y = self.grn(torch.relu(self.first(self.large(x).permute(0, 2, 3, 1))))
        y = self.norm(self.second(y).permute(0, 3, 1, 2))
        return x + self.gamma.view(1, -1, 1, 1) * y


def repvgg_dw(c, outer):
    """Wang et al., "RepViT", arXiv 2307.09283: depthwise 3x3, 1x1 and identity; in later files under one batch norm."""
    if outer:
        small = nn.Conv2d(c, c, 1, groups=c)
        return nn.Sequential(Total(conv_norm(c, c, 3, 1, 1, c), small, nn.Identity()), nn.BatchNorm2d(c))
    return Total(conv_norm(c, c, 3, 1, 1, c), conv_norm(c, c, 1, 1, 0, c), nn.Identity())


def repvit(c, outer):
    """RepViT's block of stride 1: the depthwise mixer, then a residual pair of pointwise kernels."""
    return nn.Sequential(repvgg_dw(c, outer),
                         Residual(nn.Sequential(*conv_norm(c, 2 * c, 1), nn.ReLU(), *conv_norm(2 * c, c, 1))))


class TwoHeads(nn.Module):
    """RepViT's classifier after distillation: the mean of two heads."""

    def __init__(self, c, classes):
        super().__init__()
        self.pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.head = nn.Sequential(nn.BatchNorm1d(c), nn.Linear(c, classes))
        self.other = nn.Sequential(nn.BatchNorm1d(c), nn.Linear(c, classes))

    def forward(self, x):
        x = self.pool(x)
        return (self.head(x) + self.other(x)) / 2


class SpatialMean(nn.Module):
    def forward(self, x):
        return x.mean((2, 3))


class Implicit(nn.Module):
    """Wang et al., "YOLOv7", arXiv 2207.02696: learned values that are added before, or multiplied after, a head's 1x1."""

    def __init__(self, c, op):
        super().__init__()
        self.implicit, self.op = nn.Parameter(torch.randn(1, c, 1, 1)), op

    def forward(self, x):
        return self.implicit + x if self.op == "add" else self.implicit * x


class Joined(nn.Module):
    """The concatenation of what branches make of one value."""

    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


class SplitJoined(Joined):
    """Each branch reads its share of the channels."""

    def forward(self, x):
        shares = x.chunk(len(self.branches), 1)
        return torch.cat([branch(share) for branch, share in zip(self.branches, shares)], 1)


class GlobalPerceptron(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.fc1, self.fc2 = nn.Conv2d(c, 4, 1), nn.Conv2d(4, c, 1)

    def forward(self, x):
        y = nn.functional.adaptive_avg_pool2d(x, 1)
        return torch.sigmoid(self.fc2(torch.relu(self.fc1(y))))


class RepMLPNetBlock(nn.Module):
    """Ding et al., "RepMLPNet", arXiv 2112.11081: tiles, a matrix over each tile's positions beside small kernels, a gate."""

    def __init__(self, c, h, w, sets, kernels, gated=True):
        super().__init__()
        self.h, self.w, self.sets = h, w, sets
        self.fc3 = nn.Conv2d(h * w * sets, h * w * sets, 1, groups=sets, bias=False)
        self.fc3_bn = nn.BatchNorm2d(sets)
        self.local = Total(*(conv_norm(sets, sets, k, 1, k // 2, sets) for k in kernels))
        self.gate = GlobalPerceptron(c) if gated else None

    def forward(self, x):
        n, c, height, width = x.shape
        rows, columns = height // self.h, width // self.w
        tiles = x.reshape(n, c, rows, self.h, columns, self.w).permute(0, 2, 4, 1, 3, 5)
        whole = self.fc3(tiles.reshape(-1, self.sets * self.h * self.w, 1, 1))
        whole = self.fc3_bn(whole.reshape(-1, self.sets, self.h, self.w))
        y = whole + self.local(tiles.reshape(-1, self.sets, self.h, self.w))
        y = y.reshape(n, rows, columns, c, self.h, self.w).permute(0, 3, 1, 4, 2, 5).reshape(n, c, height, width)
        return y if self.gate is None else y * self.gate(x)


class RepMLP(nn.Module):
    """Ding et al., "RepMLP", arXiv 2105.01883: the mean of each tile through two layers, added to it; then FC3 and kernels."""

    def __init__(self, c, o, h, w, kernels, groups):
        super().__init__()
        self.c, self.o, self.h, self.w = c, o, h, w
        self.mean, self.mean_bn = nn.AvgPool2d((h, w)), nn.BatchNorm2d(c)
        self.fc1, self.fc2 = nn.Linear(c, 4), nn.Linear(4, c)
        self.fc3 = nn.Conv2d(c * h * w, o * h * w, 1, groups=groups, bias=False)
        self.fc3_bn = nn.BatchNorm1d(o * h * w)
        self.local = Total(*(conv_norm(c, o, k, 1, k // 2, groups) for k in kernels))

    def forward(self, x):
        n, c, height, width = x.shape
        rows, columns = height // self.h, width // self.w
        mean = self.mean_bn(self.mean(x)).permute(0, 2, 3, 1).reshape(-1, c)
        mean = self.fc2(torch.relu(self.fc1(mean))).reshape(n, rows, columns, c, 1, 1)
        tiles = x.reshape(n, c, rows, self.h, columns, self.w).permute(0, 2, 4, 1, 3, 5) + mean
        whole = self.fc3(tiles.reshape(-1, c * self.h * self.w, 1, 1))
        whole = self.fc3_bn(whole.reshape(-1, self.o * self.h * self.w)).reshape(-1, self.o, self.h, self.w)
        y = whole + self.local(tiles.reshape(-1, c, self.h, self.w))
        y = y.reshape(n, rows, columns, self.o, self.h, self.w).permute(0, 3, 1, 4, 2, 5)
        return y.reshape(n, self.o, height, width)
