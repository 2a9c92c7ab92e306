"""Writes siblings of the exports that have to fold wholly to src/test/resources/io/foldserve/fold/wholly/.

For each: `model.onnx` as one of PyTorch's exporters writes it, `input.npy` and `expected.npy` (PyTorch in float64), and
`most.json`, how many nodes of each kind may be left: counted by hand from the network, never taken from what a folder does.
Run with: python src/test/golden/wholly.py
"""

import json
import pathlib
import warnings
import zlib

import numpy as np
import torch
from systems_export import strip
from torch import nn
from torch.nn import functional

torch.set_num_threads(1)
warnings.filterwarnings("ignore")
OUT = pathlib.Path(__file__).parents[1] / "resources/io/foldserve/fold/wholly"
PROGRAMS = ("Shape", "Gather", "Cast", "CastLike", "Expand", "ConstantOfShape", "Transpose")


class PaddedNorm(nn.Module):
    """A batch norm that pads with what it makes of 0, as DBB's branches do."""

    def __init__(self, channels, padding):
        super().__init__()
        self.norm, self.padding = nn.BatchNorm2d(channels), padding

    def forward(self, x):
        y, norm = self.norm(x), self.norm
        offset = norm.bias - norm.running_mean * norm.weight / torch.sqrt(norm.running_var + norm.eps)
        offset = offset.view(1, -1, 1, 1)
        return functional.pad(y - offset, [self.padding] * 4) + offset


class DiverseBranches(nn.Module):
    """A 1×1 convolution and k×k ones or a pooling behind it, and a k×k convolution; all added."""

    def __init__(self, channels, k, stride=1, groups=1):
        super().__init__()

        def convolution(size, **options):
            return nn.Conv2d(channels, channels, size, groups=groups, bias=False, **options)

        self.plain = nn.Sequential(convolution(k, stride=stride, padding=k // 2), nn.BatchNorm2d(channels))
        self.wide = nn.Sequential(convolution(1), PaddedNorm(channels, k // 2), convolution(k, stride=stride),
                                  nn.BatchNorm2d(channels))
        self.mean = nn.Sequential(convolution(1), PaddedNorm(channels, k // 2), nn.AvgPool2d(k, stride),
                                  nn.BatchNorm2d(channels))

    def forward(self, x):
        return self.plain(x) + self.wide(x) + self.mean(x)


class Scaled(nn.Module):
    """A convolution whose channels are scaled and shifted by vectors made in the number of its channels."""

    def __init__(self):
        super().__init__()
        self.convolution = nn.Conv2d(4, 6, 3)

    def forward(self, x):
        y = self.convolution(x)
        return y * torch.full((y.shape[1], 1, 1), 0.5) + y.new_ones(y.shape[1:2]).view(-1, 1, 1)


class Cut(nn.Module):
    """A picture without its border: each bound is a constant that the exporter gives an axis."""

    def forward(self, x):
        return x[:, :, 1:-1, 1:-1]


class Doubled(nn.Module):
    """A resizing to twice the height and width by repeated elements."""

    def forward(self, x):
        return functional.interpolate(x, size=[2 * x.shape[2], 2 * x.shape[3]], mode="nearest")


def randomise(module):
    for norm in module.modules():
        if isinstance(norm, (nn.BatchNorm1d, nn.BatchNorm2d)):
            if norm.affine:
                norm.weight.data.uniform_(-1.5, 1.5)
                norm.bias.data.normal_()
            norm.running_mean.normal_()
            norm.running_var.uniform_(0.2, 2)
    return module.eval()


def write(name, build, shape, exporter, opset, fixed=False, **most):
    torch.manual_seed(zlib.crc32(name.encode()))
    module, x = randomise(build()), torch.randn(shape)
    directory = OUT / f"{name}.{exporter}"
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "model.onnx"
    names = dict(input_names=["x"], output_names=["y"], opset_version=opset)
    if exporter == "legacy":
        extents = {} if fixed else {axis: f"extent{axis}" for axis in (0, *range(2, len(shape)))}
        torch.onnx.export(module, (x,), str(path), dynamo=False, do_constant_folding=False, dynamic_axes={"x": extents},
                          **names)
    else:
        program = torch.onnx.export(module, (x,), dynamo=True, optimize=False, verbose=False, **names)
        program.save(str(path), external_data=False)
    strip(path)
    np.save(directory / "input.npy", x.numpy())
    np.save(directory / "expected.npy", module.double()(x.double()).detach().numpy())
    most = dict.fromkeys(PROGRAMS, 0) | dict(BatchNormalization=0) | most
    (directory / "most.json").write_text(json.dumps(most) + "\n")


def convolved(*before, **options):
    """A convolution with a batch norm, behind `before`."""
    return nn.Sequential(*before, nn.Conv2d(4, 6, 3, **options), nn.BatchNorm2d(6))


ONE = dict(Conv=1, Add=0, Mul=0, Concat=0)
BLOCK = ONE | dict(AveragePool=0, Pad=0)

write("dbb-strided", lambda: DiverseBranches(4, 3, stride=2), (2, 4, 7, 9), "legacy", 17, **BLOCK)
write("dbb-grouped", lambda: DiverseBranches(4, 3, groups=2), (1, 4, 6, 6), "dynamo", 18, **BLOCK)
write("dbb-five-by-five", lambda: DiverseBranches(2, 5), (1, 2, 8, 7), "legacy", 18, **BLOCK)

write("depthwise-without-affine", lambda: nn.Sequential(nn.Conv2d(4, 8, 3, groups=4, bias=False),
                                                        nn.BatchNorm2d(8, affine=False)),
      (2, 4, 6, 5), "dynamo", 18, **ONE)
write("linear-without-affine", lambda: nn.Sequential(nn.Linear(7, 5), nn.BatchNorm1d(5, affine=False)), (3, 7), "dynamo",
      18, Gemm=1, MatMul=0, Add=0, Mul=0)
write("scaled-by-its-channels", Scaled, (1, 4, 6, 7), "legacy", 17, **ONE)

write("reflected", lambda: convolved(padding=(1, 2), padding_mode="reflect"), (2, 4, 6, 7), "legacy", 13, Conv=1, Pad=1,
      Concat=0, Reshape=0, Slice=0)
write("cut", lambda: convolved(Cut()), (1, 4, 8, 9), "legacy", 17, Conv=1, Slice=2, Concat=0, Unsqueeze=0)
write("doubled", lambda: convolved(Doubled(), padding=1), (1, 4, 5, 6), "legacy", 17, fixed=True, Conv=1, Resize=1,
      Concat=0, Slice=0, Unsqueeze=0)
