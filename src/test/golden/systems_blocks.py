"""Blocks of published systems in training form, one kernel size after folding: written from the formulas of their papers.

Each says its source; names of parameters are free, for an ONNX file has its own.
"""

import torch
from torch import nn
from torch.nn import functional


def conv_norm(i, o, k, s=1, p=0, g=1, d=1, eps=1e-5, bias=False):
    return nn.Sequential(nn.Conv2d(i, o, k, s, p, d, g, bias), nn.BatchNorm2d(o, eps=eps))


class Total(nn.Module):
    """The sum of branches that read the same value."""

    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        total = self.branches[0](x)
        for branch in self.branches[1:]:
            total = total + branch(x)
        return total


class DOConv(nn.Module):
    """Cao et al., "DO-Conv", arXiv 2006.12030, kernel composition, with the reference implementation's grouped reshape."""

    def __init__(self, i, o, k, multiplier, stride=1, pad=0, groups=1, mode="zeros", einsum=True):
        super().__init__()
        self.i, self.o, self.k, self.stride, self.pad, self.groups = i, o, k, stride, pad, groups
        self.mode, self.einsum = mode, einsum
        self.W = nn.Parameter(0.4 * torch.randn(o, i // groups, multiplier))
        self.D = nn.Parameter(0.3 * torch.randn(i, k * k, multiplier))
        copies = torch.cat([torch.eye(k * k).repeat(1, multiplier // (k * k)),
                            torch.zeros(k * k, multiplier % (k * k))], 1)
        self.d_diag = nn.Parameter(copies.expand(i, -1, -1).clone(), requires_grad=False)

    def forward(self, x):
        w = self.W.reshape(self.o // self.groups, self.i, -1)
        depthwise = self.D + self.d_diag
        if self.einsum:
            kernel = torch.einsum("ims,ois->oim", depthwise, w)
        else:
            kernel = torch.matmul(depthwise, w.permute(1, 2, 0)).permute(2, 0, 1)
        kernel = kernel.reshape(self.o, self.i // self.groups, self.k, self.k)
        pad = self.pad
        if self.mode != "zeros":
            x, pad = functional.pad(x, [pad] * 4, self.mode), 0
        return functional.conv2d(x, kernel, None, self.stride, pad, 1, self.groups)


def feature_composition(i, o, k, multiplier, pad=0, stride=1):
    """DO-Conv's other order of evaluation: the depthwise kernels over the image, then the conventional ones."""
    return nn.Sequential(nn.Conv2d(i, i * multiplier, k, stride, pad, groups=i, bias=False),
                         nn.Conv2d(i * multiplier, o, 1, bias=False))


class Cropped(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.rows, self.columns = rows, columns

    def forward(self, x):
        x = x[:, :, self.rows:-self.rows] if self.rows else x
        return x[:, :, :, self.columns:-self.columns] if self.columns else x


def acnet(i, o, k, s=1, p=None, g=1, mode="zeros"):
    """Ding et al., "ACNet", arXiv 1908.03930: a square, a vertical and a horizontal kernel."""
    p = k // 2 if p is None else p

    def branch(kernel):
        missing = [p - (k - extent) // 2 for extent in kernel]
        conv = nn.Conv2d(i, o, kernel, s, [max(m, 0) for m in missing], groups=g, bias=False, padding_mode=mode)
        crop = [max(-m, 0) for m in missing]
        return nn.Sequential(*([Cropped(*crop)] if any(crop) else []), conv, nn.BatchNorm2d(o))

    return Total(branch((k, k)), branch((k, 1)), branch((1, k)))


def repvgg(i, o, s=1, g=1, eps=1e-5):
    """Ding et al., "RepVGG", arXiv 2101.03697: 3x3, 1x1 and, where shapes allow, identity, each with its batch norm."""
    identity = [nn.BatchNorm2d(i, eps=eps)] if i == o and s == 1 else []
    return Total(conv_norm(i, o, 3, s, 1, g, eps=eps), conv_norm(i, o, 1, s, 0, g, eps=eps), *identity)


def qarepvgg(c, version):
    """Chu et al., "QARepVGG", arXiv 2212.01593: one batch norm over the sum; V2 also averages."""
    mean = [nn.AvgPool2d(3, 1, 1)] if version == 2 else []
    return nn.Sequential(Total(conv_norm(c, c, 3, 1, 1), nn.Conv2d(c, c, 1, bias=False), nn.Identity(), *mean),
                         nn.BatchNorm2d(c))


class IdentityConv(nn.Module):
    """A 1x1 convolution whose kernel is stored less the identity."""

    def __init__(self, c, g, pad=0):
        super().__init__()
        self.conv = nn.Conv2d(c, c, 1, groups=g, bias=False)
        identity = torch.zeros(c, c // g, 1, 1)
        for o in range(c):
            identity[o, o % (c // g)] = 1
        self.register_buffer("identity", identity)
        self.g, self.pad = g, pad

    def forward(self, x):
        return functional.conv2d(x, self.conv.weight + self.identity, None, 1, self.pad, 1, self.g)


class NormAndPad(nn.Module):
    """A batch norm whose border is what it makes of zero, written into a padded copy."""

    def __init__(self, c, pad):
        super().__init__()
        self.bn, self.pad = nn.BatchNorm2d(c), pad

    def forward(self, x):
        y = self.bn(x)
        border = self.bn.bias - self.bn.running_mean * self.bn.weight / torch.sqrt(self.bn.running_var + self.bn.eps)
        y = functional.pad(y, [self.pad] * 4)
        border = border.view(1, -1, 1, 1)
        y[:, :, :self.pad, :] = border
        y[:, :, -self.pad:, :] = border
        y[:, :, :, :self.pad] = border
        y[:, :, :, -self.pad:] = border
        return y


def dbb(i, o, k, s=1, g=1, border="padded"):
    """Ding et al., "Diverse Branch Block", arXiv 2103.13425.

    border="padded" pads the 1x1 convolution instead of its batch norm, which gives the same border; "written" pads as the
    reference does.
    """
    p = k // 2

    def padded(conv, channels):
        if border == "padded":
            return [conv(p), nn.BatchNorm2d(channels)]
        return [conv(0), NormAndPad(channels, p)]

    origin = conv_norm(i, o, k, s, p, g)
    if g == o:
        inner = 2 * i
        point = padded(lambda pad: nn.Conv2d(i, inner, 1, 1, pad, groups=g, bias=False), inner)
        return Total(origin, nn.Sequential(*point, *conv_norm(inner, o, k, s, 0, g)),
                     nn.Sequential(nn.AvgPool2d(k, s, p), nn.BatchNorm2d(o)))
    reduce = padded(lambda pad: nn.Conv2d(i, o, 1, 1, pad, groups=g, bias=False), o)
    return Total(
        origin, conv_norm(i, o, 1, s, 0, g),
        nn.Sequential(*padded(lambda pad: IdentityConv(i, g, pad), i), *conv_norm(i, o, k, s, 0, g)),
        nn.Sequential(*reduce, nn.AvgPool2d(k, s, 0), nn.BatchNorm2d(o)))


class Orepa(nn.Module):
    """Hu et al., "Online Convolutional Re-parameterization", arXiv 2204.00826: one kernel, computed from six branches."""

    def __init__(self, i, o, k, s=1, g=1):
        super().__init__()
        self.i, self.o, self.k, self.s, self.g = i, o, k, s, g
        wide = 8 * i
        self.origin = nn.Parameter(0.4 * torch.randn(o, i // g, k, k))
        self.mean = nn.Parameter(torch.randn(o, i // g, 1, 1))
        self.frequency = nn.Parameter(torch.randn(o, i // g, 1, 1))
        self.first = nn.Parameter(0.4 * torch.randn(i, i // g, 1, 1))
        self.second = nn.Parameter(0.4 * torch.randn(o, i // g, k, k))
        self.point = nn.Parameter(torch.randn(o, i // g, 1, 1))
        self.depthwise = nn.Parameter(0.3 * torch.randn(wide, 1, k, k))
        self.pointwise = nn.Parameter(0.3 * torch.randn(o, wide // g, 1, 1))
        self.vector = nn.Parameter(torch.randn(6, o))
        self.register_buffer("averaging", torch.full((k, k), 1 / k**2))
        self.register_buffer("prior", torch.randn(o, k, k))
        identity = torch.zeros(i, i // g, 1, 1)
        for c in range(i):
            identity[c, c % (i // g)] = 1
        self.register_buffer("identity", identity)
        self.bn = nn.BatchNorm2d(o)

    def kernel(self):
        i, o, k, g = self.i, self.o, self.k, self.g
        first = (self.first + self.identity).reshape(g, i // g, i // g)
        second = self.second.reshape(g, o // g, i // g, k, k)
        sequence = torch.einsum("gti,gothw->goihw", first, second).reshape(o, i // g, k, k)
        depthwise = self.depthwise.reshape(g, i // g, 8, 1, k, k)
        # Row j·g + c of the pointwise kernel is of output c·(O/g) + j.
        pointwise = self.pointwise.reshape(o // g, g, i // g, 8)
        separable = torch.einsum("cgtihw,ocgt->cogihw", depthwise, pointwise).reshape(o, i // g, k, k)
        pad = (k - 1) // 2
        terms = [self.origin, torch.einsum("oihw,hw->oihw", self.mean.expand(-1, -1, k, k), self.averaging),
                 torch.einsum("oihw,ohw->oihw", self.frequency.expand(-1, -1, k, k), self.prior),
                 sequence, functional.pad(self.point, [pad] * 4), separable]
        total = 0
        for n, term in enumerate(terms):
            total = total + torch.einsum("oihw,o->oihw", term, self.vector[n])
        return total.reshape(o, i // g, k, k)

    def forward(self, x):
        return self.bn(functional.conv2d(x, self.kernel(), None, self.s, self.k // 2, 1, self.g))


class PSConv(nn.Module):
    """Li et al., "PSConv", arXiv 2007.06191: a dense kernel, a grouped one, and a dilated grouped one over swapped halves."""

    def __init__(self, i, o, parts=4, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(i, o, 3, stride, 1, bias=False)
        self.gwconv = nn.Conv2d(i, o, 3, stride, 1, 1, parts, bias=False)
        self.gwconv_shift = nn.Conv2d(i, o, 3, stride, 2, 2, parts, bias=False)

    def forward(self, x):
        left, right = x.chunk(2, dim=1)
        return self.gwconv(x) + self.conv(x) + self.gwconv_shift(torch.cat((right, left), dim=1))


class SqueezeExcite(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.gate = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(c, 4, 1), nn.ReLU(), nn.Conv2d(4, c, 1), nn.Sigmoid())

    def forward(self, x):
        return x * self.gate(x)


def mobileone(i, o, k, s=1, g=1, branches=3, skip=True):
    """Vasu et al., "MobileOne", arXiv 2206.04040: equal branches, a 1x1 one if the kernel is larger, and a batch norm."""
    made = [conv_norm(i, o, k, s, k // 2, g) for _ in range(branches)]
    made += [conv_norm(i, o, 1, s, 0, g)] if k > 1 else []
    made += [nn.BatchNorm2d(i)] if skip and i == o and s == 1 else []
    return Total(*made)
