"""Writes src/test/resources/io/foldserve/fold/layers.json: layers in training form and what PyTorch makes of them.

Parameters are float32 values; everything is computed in float64, in evaluation mode. Tensors are base64 of little-endian
bytes. Run with: python src/test/golden/fold.py
"""

import base64
import json
import pathlib

import torch
from torch import nn
from torch.nn import functional

torch.set_num_threads(1)
torch.manual_seed(20)
OUT = pathlib.Path(__file__).parents[1] / "resources/io/foldserve/fold/layers.json"


class DOConv2d(nn.Module):
    """W [O, I/g, S] and D [I, MN, S]; for groups > 1 the row-major flat index of (o, c) is read as (O/g, I)."""

    def __init__(self, i, o, kernel, multiplier, stride, padding, dilation, groups, bias, mode):
        super().__init__()
        self.i, self.o, self.kernel, self.groups = i, o, kernel, groups
        self.stride, self.padding, self.dilation, self.mode = stride, padding, dilation, mode
        taps = kernel[0] * kernel[1]
        self.pointwise = taps == 1
        s = 1 if self.pointwise else multiplier
        self.W = nn.Parameter(torch.randn(o, i // groups, s))
        if not self.pointwise:
            self.D = nn.Parameter(0.3 * torch.randn(i, taps, s))
            tiles = torch.eye(taps).repeat(1, s // taps)
            rest = torch.zeros(taps, s % taps)
            diagonal = torch.cat([tiles, rest], dim=1).expand(i, taps, s).clone()
            self.d_diag = nn.Parameter(diagonal, requires_grad=False)
        self.bias = nn.Parameter(torch.randn(o)) if bias else None

    def forward(self, x):
        kernel_shape = (self.o, self.i // self.groups, *self.kernel)
        if self.pointwise:
            kernel = self.W.reshape(kernel_shape)
        else:
            w = self.W.reshape(self.o // self.groups, self.i, -1)
            # einsum written out as a product per input channel, [I, MN, S] x [I, S, O/g]
            product = torch.bmm(self.D + self.d_diag, w.permute(1, 2, 0))
            kernel = product.permute(2, 0, 1).reshape(kernel_shape)
        padding = self.padding
        if self.mode != "zeros":
            ph, pw = padding
            # The reference hands (ph, ph, pw, pw) to pad, which lists the last axis first: H grows by pw, W by ph.
            x = functional.pad(x, (ph, ph, pw, pw), mode=self.mode)
            padding = (0, 0)
        return functional.conv2d(x, kernel, self.bias, self.stride, padding, self.dilation, self.groups)


def encoded(tensor, dtype):
    array = tensor.detach().numpy().astype(dtype)
    return {
        "dtype": array.dtype.name,
        "shape": list(array.shape),
        "bytes": base64.b64encode(array.tobytes()).decode(),
    }


def batch_norm(kind, channels, eps):
    norm = kind(channels, eps=eps)
    with torch.no_grad():
        norm.weight.copy_(torch.randn(channels))
        norm.bias.copy_(torch.randn(channels))
        norm.running_mean.copy_(torch.randn(channels))
        norm.running_var.copy_(torch.rand(channels) + 0.05)
    return norm


def record(name, kind, layer, norm, x, facts):
    tensors = {key: encoded(value, "<f4") for key, value in layer.state_dict().items()}
    if norm is not None:
        for key in ("weight", "bias", "running_mean", "running_var"):
            tensors["bn." + key] = encoded(norm.state_dict()[key], "<f4")
    model = nn.Sequential(layer, norm) if norm is not None else layer
    y = model.double().eval()(x.double())
    return {
        "name": name,
        "kind": kind,
        "eps": norm.eps if norm is not None else 0,
        **facts,
        "tensors": tensors,
        "x": encoded(x, "<f4"),
        "y": encoded(y, "<f8"),
    }


def do_conv(name, i, o, kernel, multiplier, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1, bias=False,
            mode="zeros", eps=None, size=(7, 6)):
    layer = DOConv2d(i, o, kernel, multiplier, stride, padding, dilation, groups, bias, mode)
    norm = batch_norm(nn.BatchNorm2d, o, eps) if eps else None
    return record(name, "doconv", layer, norm, torch.randn(1, i, *size), {
        "kernel": [o, i // groups, *kernel], "stride": stride, "padding": padding, "dilation": dilation,
        "groups": groups, "mode": mode,
    })


def plain(name, layer, norm, size=(7, 6)):
    transposed = isinstance(layer, nn.ConvTranspose2d)
    return record(name, "convTranspose" if transposed else "conv", layer, norm,
                  torch.randn(1, layer.in_channels, *size), {
        "stride": layer.stride, "padding": layer.padding, "dilation": layer.dilation, "groups": layer.groups,
        "mode": "zeros", "outputPadding": layer.output_padding,
    })


cases = [
    do_conv("DO-Conv 3x3", 3, 4, (3, 3), 9, padding=(1, 1), eps=1e-5),
    do_conv("DO-Conv 3x3 with bias and without batch norm", 3, 4, (3, 3), 9, padding=(1, 1), bias=True),
    do_conv("DO-Conv with D_mul 13, no multiple of 9", 3, 4, (3, 3), 13, bias=True, eps=1e-3),
    do_conv("DO-Conv with D_mul 18, two tiles", 2, 4, (3, 3), 18, padding=(1, 1), eps=1e-5),
    do_conv("DO-Conv with D_mul 5, below 9", 3, 4, (3, 3), 5, padding=(2, 1), stride=(2, 1), eps=1e-5),
    do_conv("DO-Conv with an even 2x4 kernel", 3, 4, (2, 4), 8, padding=(1, 2), eps=1e-5),
    do_conv("DO-Conv 1x1", 4, 6, (1, 1), 9, eps=1e-5),
    do_conv("grouped DO-Conv 1x1 with bias", 4, 6, (1, 1), 1, groups=2, bias=True, eps=1e-5),
    do_conv("DO-DConv, multiplier 1", 4, 4, (3, 3), 9, groups=4, padding=(1, 1), eps=1e-5),
    do_conv("DO-DConv, multiplier 3", 4, 12, (3, 3), 9, groups=4, padding=(1, 1), eps=1e-5),
    do_conv("DO-GConv, 2 groups", 4, 6, (3, 3), 9, groups=2, padding=(1, 1), bias=True, eps=1e-5),
    do_conv("DO-GConv, 3 groups, dilated", 6, 6, (3, 3), 11, groups=3, padding=(2, 2), dilation=(2, 2), eps=1e-5),
    do_conv("DO-Conv 1x5, dilation of one axis", 2, 3, (1, 5), 5, padding=(0, 2), dilation=(1, 2), size=(5, 9)),
    do_conv("reflect, H and W padded differently", 2, 3, (3, 3), 9, padding=(1, 2), mode="reflect", eps=1e-5),
    do_conv("replicate, H and W padded differently", 2, 3, (3, 3), 9, padding=(2, 1), mode="replicate", bias=True),
    do_conv("circular, strided", 2, 3, (3, 3), 9, padding=(2, 1), stride=(2, 2), mode="circular", eps=1e-5),
    plain("Conv and batch norm", nn.Conv2d(3, 4, 3, padding=1), batch_norm(nn.BatchNorm2d, 4, 1e-5)),
    plain("grouped strided Conv and batch norm", nn.Conv2d(4, 6, 3, 2, 1, groups=2, bias=False),
          batch_norm(nn.BatchNorm2d, 6, 1e-3)),
    plain("ConvTranspose and batch norm", nn.ConvTranspose2d(4, 3, 3, 2, 1, 1), batch_norm(nn.BatchNorm2d, 3, 1e-5)),
    plain("grouped ConvTranspose and batch norm", nn.ConvTranspose2d(4, 6, (2, 3), 2, groups=2, bias=False),
          batch_norm(nn.BatchNorm2d, 6, 1e-5)),
    record("Linear and batch norm", "linear", nn.Linear(5, 7), batch_norm(nn.BatchNorm1d, 7, 1e-5),
           torch.randn(1, 5), {"groups": 1}),
]
OUT.write_text(json.dumps(cases, indent=0) + "\n")
print(OUT.stat().st_size, "bytes,", len(cases), "cases")
