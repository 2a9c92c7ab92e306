"""Writes src/test/resources/io/foldserve/fold/islands.json: linear islands of published systems in training form, as ONNX
nodes, and what PyTorch's own modules make of them in float64 and evaluation mode.

Parameters are float32 values; tensors are base64 of little-endian bytes. Run with: python src/test/golden/islands.py
"""

import base64
import json
import pathlib

import torch
from torch import nn
from torch.nn import functional

torch.set_num_threads(1)
torch.manual_seed(30)
OUT = pathlib.Path(__file__).parents[1] / "resources/io/foldserve/fold/islands.json"


def encoded(tensor, dtype="<f4"):
    array = tensor.detach().numpy().astype(dtype)
    return {
        "dtype": array.dtype.name,
        "shape": list(array.shape),
        "bytes": base64.b64encode(array.tobytes()).decode(),
    }


def norm(channels, eps=1e-5, kind=nn.BatchNorm2d):
    made = kind(channels, eps=eps)
    with torch.no_grad():
        made.weight.copy_(torch.randn(channels))
        made.bias.copy_(torch.randn(channels))
        made.running_mean.copy_(torch.randn(channels))
        made.running_var.copy_(torch.rand(channels) + 0.05)
    return made


class Sketch:
    """The nodes and tensors of one network."""

    def __init__(self):
        self.nodes, self.tensors = [], {}

    def constant(self, name, tensor):
        self.tensors[name] = encoded(tensor, "<i8" if tensor.dtype == torch.int64 else "<f4")
        return name

    def add(self, op, name, inputs, **attributes):
        self.nodes.append({"op": op, "name": name, "inputs": inputs, "attributes": attributes})
        return name

    def conv(self, name, x, module, pads=None, weight=None):
        ph, pw = module.padding
        inputs = [x, self.constant(name + ".weight", module.weight if weight is None else weight)]
        if module.bias is not None:
            inputs.append(self.constant(name + ".bias", module.bias))
        return self.add("Conv", name, inputs, strides=list(module.stride), dilations=list(module.dilation),
                        group=module.groups, pads=pads or [ph, pw, ph, pw], kernel_shape=list(module.kernel_size))

    def norm(self, name, x, module):
        keys = ("weight", "bias", "running_mean", "running_var")
        inputs = [x] + [self.constant(f"{name}.{key}", getattr(module, key)) for key in keys]
        return self.add("BatchNormalization", name, inputs, epsilon=module.eps)

    def linear(self, name, x, module):
        inputs = [x, self.constant(name + ".weight", module.weight)]
        if module.bias is not None:
            inputs.append(self.constant(name + ".bias", module.bias))
        return self.add("Gemm", name, inputs, transB=1)


cases = []


def record(name, sketch, module, x, forward=None):
    module = module.double().eval()
    with torch.no_grad():
        y = (forward or module)(x.double())
    cases.append({"name": name, "nodes": sketch.nodes, "tensors": sketch.tensors, "x": encoded(x),
                  "y": encoded(y, "<f8")})


def normed(s, name, x, conv, bn, **more):
    return s.norm(name + ".bn", s.conv(name + ".conv", x, conv, **more), bn)


def total(s, name, values):
    result = values[0]
    for i, value in enumerate(values[1:], 1):
        result = s.add("Add", f"{name}{i}", [result, value])
    return result


class Branches(nn.Module):
    """The sum of sequences of modules that read the same value."""

    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(nn.Sequential(*branch) for branch in branches)

    def forward(self, x):
        return sum(branch(x) for branch in self.branches)


def convs_and_norms(name, i, o, x, convs, identity=False):
    s = Sketch()
    made, values = [], []
    for n, conv in enumerate(convs):
        bn = norm(o)
        made.append([conv, bn])
        values.append(normed(s, f"branch{n}", "image", conv, bn))
    if identity:
        bn = norm(i)
        made.append([bn])
        values.append(s.norm("identity", "image", bn))
    total(s, "sum", values)
    record(name, s, Branches(*made), x)


def image(channels, height=8, width=7):
    return torch.randn(1, channels, height, width)


# ACNet: square, vertical and horizontal kernels.
for stride, groups in ((1, 1), (2, 2)):
    more = dict(stride=stride, groups=groups, bias=False)
    convs_and_norms(f"ACNet, stride {stride}, groups {groups}", 4, 6, image(4), [
        nn.Conv2d(4, 6, 3, padding=1, **more),
        nn.Conv2d(4, 6, (3, 1), padding=(1, 0), **more),
        nn.Conv2d(4, 6, (1, 3), padding=(0, 1), **more)])
convs_and_norms("ACNet, biased 5x5", 3, 4, image(3), [
    nn.Conv2d(3, 4, 5, padding=2), nn.Conv2d(3, 4, (5, 1), padding=(2, 0)), nn.Conv2d(3, 4, (1, 5), padding=(0, 2))])

# RepVGG: 3x3, 1x1 and identity.
for groups in (1, 2):
    convs_and_norms(f"RepVGG, groups {groups}, identity", 4, 4, image(4), [
        nn.Conv2d(4, 4, 3, padding=1, groups=groups, bias=False),
        nn.Conv2d(4, 4, 1, groups=groups, bias=False)], identity=True)
convs_and_norms("RepVGG, stride 2", 4, 6, image(4), [
    nn.Conv2d(4, 6, 3, 2, 1, bias=False), nn.Conv2d(4, 6, 1, 2, 0, bias=False)])

# MobileOne: several equal branches, a scale branch and a skip, depthwise and pointwise.
convs_and_norms("MobileOne, depthwise", 4, 4, image(4), [
    *(nn.Conv2d(4, 4, 3, padding=1, groups=4, bias=False) for _ in range(3)),
    nn.Conv2d(4, 4, 1, groups=4, bias=False)], identity=True)
convs_and_norms("MobileOne, pointwise", 4, 4, image(4), [
    nn.Conv2d(4, 4, 1, bias=False), nn.Conv2d(4, 4, 1, bias=False)], identity=True)

# RepLKNet and UniRepLKNet: large and small, and dilated, depthwise kernels.
convs_and_norms("RepLKNet", 3, 3, image(3, 14, 13), [
    nn.Conv2d(3, 3, 11, padding=5, groups=3, bias=False), nn.Conv2d(3, 3, 5, padding=2, groups=3, bias=False)])
convs_and_norms("UniRepLKNet", 3, 3, image(3, 14, 13), [
    nn.Conv2d(3, 3, 9, padding=4, groups=3, bias=False),
    nn.Conv2d(3, 3, 5, padding=2, groups=3, bias=False),
    nn.Conv2d(3, 3, 5, padding=4, dilation=2, groups=3, bias=False),
    nn.Conv2d(3, 3, 3, padding=3, dilation=3, groups=3, bias=False)])


class QARepVGG(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.dense, self.bn = nn.Conv2d(channels, channels, 3, padding=1, bias=False), norm(channels)
        self.pointwise = nn.Conv2d(channels, channels, 1, bias=False)
        self.last = norm(channels)

    def forward(self, x):
        return self.last(self.bn(self.dense(x)) + self.pointwise(x) + x + functional.avg_pool2d(x, 3, 1, 1))


m, s = QARepVGG(4), Sketch()
mean = s.add("AveragePool", "pool", ["image"], kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[1, 1],
             count_include_pad=1)
value = total(s, "sum", [normed(s, "dense", "image", m.dense, m.bn), s.conv("pointwise", "image", m.pointwise),
                         "image", mean])
s.norm("last", value, m.last)
record("QARepVGG", s, m, image(4))


class RepMixer(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv, self.bn = nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False), norm(channels)
        self.point, self.point_bn = nn.Conv2d(channels, channels, 1, groups=channels, bias=False), norm(channels)
        self.skip, self.norm = norm(channels), norm(channels)
        self.scale = nn.Parameter(torch.randn(channels, 1, 1))

    def forward(self, x):
        mixed = self.bn(self.conv(x)) + self.point_bn(self.point(x)) + self.skip(x)
        return x + self.scale * (mixed - self.norm(x))


m, s = RepMixer(4), Sketch()
mixed = total(s, "mixer", [normed(s, "conv", "image", m.conv, m.bn),
                           normed(s, "point", "image", m.point, m.point_bn), s.norm("skip", "image", m.skip)])
difference = s.add("Sub", "difference", [mixed, s.norm("norm", "image", m.norm)])
scaled = s.add("Mul", "scaled", [s.constant("layer_scale", m.scale), difference])
s.add("Add", "out", ["image", scaled])
record("RepMixer with layer scale", s, m, image(4))


class BNAndPad(nn.Module):
    """A batch norm whose border is what it makes of zero."""

    def __init__(self, channels, pad):
        super().__init__()
        self.bn, self.pad = norm(channels), pad

    def forward(self, x):
        shift = self.bn.bias - self.bn.running_mean * self.bn.weight / torch.sqrt(self.bn.running_var + self.bn.eps)
        y = functional.pad(self.bn(x) - shift[:, None, None], [self.pad] * 4)
        return y + shift[:, None, None]


def dbb(name, i, o, kernel, stride, groups, x):
    p = kernel // 2
    more = dict(groups=groups, bias=False)
    origin = nn.Conv2d(i, o, kernel, stride, p, **more)
    point = nn.Conv2d(i, o, 1, stride, 0, **more)
    first, second = nn.Conv2d(i, i, 1, **more), nn.Conv2d(i, o, kernel, stride, 0, **more)
    reduce = nn.Conv2d(i, o, 1, **more)
    first_pad, reduce_pad = BNAndPad(i, p), BNAndPad(o, p)
    norms = [norm(o) for _ in range(4)]
    with torch.no_grad():  # the identity that the block adds to its residual 1x1 kernel
        for c in range(i):
            first.weight[c, c % (i // groups)] += 1
    model = Branches([origin, norms[0]], [point, norms[1]], [first, first_pad, second, norms[2]],
                     [reduce, reduce_pad, nn.AvgPool2d(kernel, stride, 0), norms[3]])
    s = Sketch()
    # A padded 1x1 kernel is zero on its border, which the batch norm then shifts: the reference's padding.
    inner = normed(s, "first", "image", first, first_pad.bn, pads=[p] * 4)
    mean = s.add("AveragePool", "avg.pool", [normed(s, "avg", "image", reduce, reduce_pad.bn, pads=[p] * 4)],
                 kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[0] * 4)
    total(s, "sum", [normed(s, "origin", "image", origin, norms[0]), normed(s, "point", "image", point, norms[1]),
                     normed(s, "second", inner, second, norms[2]), s.norm("avg.last", mean, norms[3])])
    record(name, s, model, x)


dbb("DBB", 4, 6, 3, 1, 1, image(4))
dbb("DBB, grouped, stride 2, 5x5", 4, 6, 5, 2, 2, image(4, 9, 8))


def chain(name, modules, x):
    s, value = Sketch(), "image"
    for n, module in enumerate(modules):
        node = f"layer{n}"
        if isinstance(module, nn.Conv2d):
            value = s.conv(node, value, module)
        elif isinstance(module, nn.Linear):
            value = s.linear(node, value, module)
        elif isinstance(module, (nn.BatchNorm2d, nn.BatchNorm1d)):
            value = s.norm(node, value, module)
        elif isinstance(module, nn.AdaptiveAvgPool2d):
            value = s.add("GlobalAveragePool", node, [value])
        elif isinstance(module, nn.AvgPool2d):
            k, p = module.kernel_size, module.padding
            value = s.add("AveragePool", node, [value], kernel_shape=[k, k], pads=[p] * 4,
                          strides=[module.stride] * 2, count_include_pad=int(module.count_include_pad))
        elif isinstance(module, nn.Flatten):
            value = s.add("Flatten", node, [value], axis=1)
        elif isinstance(module, nn.ZeroPad2d):
            left, right, top, bottom = module.padding
            pads = s.constant(node + ".pads", torch.tensor([0, 0, top, left, 0, 0, bottom, right]))
            value = s.add("Pad", node, [value, pads])
        else:
            raise ValueError(module)
    record(name, s, nn.Sequential(*modules), x)


# ExpandNet: 1x1 (padded), KxK, 1x1; stacked 3x3 with all padding on the first; linear layers.
chain("ExpandNet-CL", [nn.Conv2d(3, 12, 1, padding=1), nn.Conv2d(12, 16, 3), nn.Conv2d(16, 4, 1)], image(3))
chain("ExpandNet-CL, stride 2", [nn.Conv2d(3, 12, 1, padding=1), nn.Conv2d(12, 16, 3, 2), nn.Conv2d(16, 4, 1)],
      image(3))
chain("ExpandNet-CL, depthwise", [
    nn.Conv2d(4, 16, 1, padding=1, groups=4), nn.Conv2d(16, 16, 3, groups=4), nn.Conv2d(16, 4, 1, groups=4)], image(4))
chain("ExpandNet-CK", [nn.Conv2d(3, 6, 3, padding=3), nn.Conv2d(6, 6, 3), nn.Conv2d(6, 4, 3)], image(3, 9, 8))
chain("ExpandNet-FC", [nn.Linear(5, 11), nn.Linear(11, 9), nn.Linear(9, 3)], torch.randn(1, 5))
chain("batch norm before a convolution without padding", [norm(4), nn.Conv2d(4, 5, 3)], image(4))
chain("batch norm before a padded convolution", [norm(4), nn.Conv2d(4, 5, 3, padding=1)], image(4))
chain("padding before a convolution", [nn.ZeroPad2d((1, 2, 0, 1)), nn.Conv2d(4, 5, 3, 2)], image(4))
chain("classifier head", [norm(6), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 9), nn.Linear(9, 5)], image(6))
chain("classifier head with vector norms", [
    nn.AdaptiveAvgPool2d(1), nn.Flatten(), norm(6, kind=nn.BatchNorm1d), nn.Linear(6, 5),
    norm(5, kind=nn.BatchNorm1d)], image(6))
chain("padded 3x3 after padded 3x3", [nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 3, 3, padding=1)], image(3))
chain("average without its padding", [nn.Conv2d(3, 3, 1), nn.AvgPool2d(3, 1, 1, count_include_pad=False)], image(3))


class Concat(nn.Module):
    def __init__(self, *convs):
        super().__init__()
        self.convs = nn.ModuleList(convs)

    def forward(self, x):
        return torch.cat([conv(x) for conv in self.convs], 1)


m, s = Concat(nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(3, 5, 3, padding=1, bias=False)), Sketch()
s.add("Concat", "concat", [s.conv("a", "image", m.convs[0]), s.conv("b", "image", m.convs[1])], axis=1)
record("concatenation of equal geometry", s, m, image(3))


def crop(s, name, x, starts, ends, axes, steps=None):
    inputs = [x] + [s.constant(f"{name}.{key}", torch.tensor(value))
                    for key, value in (("starts", starts), ("ends", ends), ("axes", axes))]
    return s.add("Slice", name, inputs + ([s.constant(name + ".steps", torch.tensor(steps))] if steps else []))


def pad(s, name, x, top, left, mode):
    return s.add("Pad", name, [x, s.constant(name + ".pads", torch.tensor([0, 0, top, left, 0, 0, top, left]))], mode=mode)


class PSConv(nn.Module):
    """A dense kernel, a grouped one, and a grouped and dilated one that reads the halves of the input in turn."""

    def __init__(self, i, o, parts):
        super().__init__()
        self.conv = nn.Conv2d(i, o, 3, padding=1, bias=False)
        self.gwconv = nn.Conv2d(i, o, 3, padding=1, groups=parts, bias=False)
        self.gwconv_shift = nn.Conv2d(i, o, 3, padding=2, dilation=2, groups=parts, bias=False)
        self.bn = norm(o)

    def forward(self, x):
        first, second = torch.chunk(x, 2, 1)
        return self.bn(self.gwconv(x) + self.conv(x) + self.gwconv_shift(torch.cat([second, first], 1)))


m, s = PSConv(8, 4, 4), Sketch()
halves = [crop(s, "second", "image", [4], [8], [1]), crop(s, "first", "image", [0], [4], [1])]
shifted = s.conv("shift", s.add("Concat", "swapped", halves, axis=1), m.gwconv_shift)
s.norm("bn", total(s, "sum", [s.conv("gwconv", "image", m.gwconv), s.conv("conv", "image", m.conv), shifted]), m.bn)
record("PSConv", s, m, image(8))


class Parts(nn.Module):
    """A convolution for each half of the channels, then their concatenation."""

    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(3, 4, (1, 3), padding=(0, 1))])
        self.bn = norm(8)

    def forward(self, x):
        return self.bn(torch.cat([conv(part) for conv, part in zip(self.convs, torch.chunk(x, 2, 1))], 1))


m, s = Parts(), Sketch()
parts = [s.conv("a", crop(s, "first", "image", [0], [3], [1]), m.convs[0]),
         s.conv("b", crop(s, "second", "image", [3], [6], [1]), m.convs[1])]
s.norm("bn", s.add("Concat", "concat", parts, axis=1), m.bn)
record("convolutions of the halves", s, m, image(6))


class Shuffle(nn.Module):
    def __init__(self):
        super().__init__()
        self.before, self.after = nn.Conv2d(6, 6, 3, padding=1, groups=6), nn.Conv2d(6, 4, 1)

    def forward(self, x):
        return self.after(functional.channel_shuffle(self.before(x), 3))


m, s = Shuffle(), Sketch()
view = s.add("Reshape", "view", [s.conv("before", "image", m.before), s.constant("blocks", torch.tensor([0, 3, 2, 8, 7]))])
turned = s.add("Transpose", "turned", [view], perm=[0, 2, 1, 3, 4])
s.conv("after", s.add("Reshape", "shuffled", [turned, s.constant("whole", torch.tensor([0, 6, 8, 7]))]), m.after)
record("shuffle between depthwise and pointwise", s, m, image(6))


class Focus(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.bn = nn.Conv2d(8, 3, 3, padding=1, bias=False), norm(3)

    def forward(self, x):
        corners = [x[..., ::2, ::2], x[..., 1::2, ::2], x[..., ::2, 1::2], x[..., 1::2, 1::2]]
        return self.bn(self.conv(torch.cat(corners, 1)))


m, s = Focus(), Sketch()
corners = [crop(s, f"corner{i}", "image", start, [9223372036854775807] * 2, [2, 3], [2, 2])
           for i, start in enumerate(([0, 0], [1, 0], [0, 1], [1, 1]))]
s.norm("bn", s.conv("conv", s.add("Concat", "focus", corners, axis=1), m.conv), m.bn)
record("focus, then a convolution", s, m, image(2, 8, 10))


class Cropped(nn.Module):
    """ACNet where the padding is smaller than half the kernel, so that the branches crop."""

    def __init__(self):
        super().__init__()
        self.square, self.square_bn = nn.Conv2d(4, 5, 3, bias=False), norm(5)
        self.ver, self.ver_bn = nn.Conv2d(4, 5, (3, 1), bias=False), norm(5)
        self.hor, self.hor_bn = nn.Conv2d(4, 5, (1, 3), bias=False), norm(5)

    def forward(self, x):
        return (self.square_bn(self.square(x)) + self.ver_bn(self.ver(x[..., 1:-1]))
                + self.hor_bn(self.hor(x[:, :, 1:-1])))


m, s = Cropped(), Sketch()
total(s, "sum", [normed(s, "square", "image", m.square, m.square_bn),
                 normed(s, "ver", crop(s, "columns", "image", [1], [-1], [3]), m.ver, m.ver_bn),
                 normed(s, "hor", crop(s, "rows", "image", [1], [-1], [2]), m.hor, m.hor_bn)])
record("ACNet, cropped", s, m, image(4))

for torch_mode, mode in (("reflect", "reflect"), ("circular", "wrap"), ("replicate", "edge")):
    more = dict(bias=False, padding_mode=torch_mode)
    made = [nn.Conv2d(4, 5, 3, padding=1, **more), nn.Conv2d(4, 5, (3, 1), padding=(1, 0), **more),
            nn.Conv2d(4, 5, (1, 3), padding=(0, 1), **more), nn.Conv2d(4, 5, 1, bias=False)]
    norms, s = [norm(5) for _ in made], Sketch()
    padded = [pad(s, "pad0", "image", 1, 1, mode), pad(s, "pad1", "image", 1, 0, mode),
              pad(s, "pad2", "image", 0, 1, mode), "image"]
    total(s, "sum", [normed(s, f"branch{i}", x, made[i], norms[i], pads=[0] * 4) for i, x in enumerate(padded)])
    record(f"ACNet, padding mode {torch_mode}", s, Branches(*zip(made, norms)), image(4))

m = nn.Sequential(norm(4), nn.Conv2d(4, 5, 3, padding=2, padding_mode="reflect"))
s = Sketch()
s.conv("conv", pad(s, "pad", s.norm("bn", "image", m[0]), 2, 2, "reflect"), m[1], pads=[0] * 4)
record("batch norm before a reflected padding", s, m, image(4))


def transposed(s, name, x, module):
    inputs = [x, s.constant(name + ".weight", module.weight)]
    if module.bias is not None:
        inputs.append(s.constant(name + ".bias", module.bias))
    ph, pw = module.padding
    return s.add("ConvTranspose", name, inputs, strides=list(module.stride), dilations=list(module.dilation),
                 group=module.groups, pads=[ph, pw, ph, pw], kernel_shape=list(module.kernel_size),
                 output_padding=list(module.output_padding))


first, last = nn.Conv2d(4, 6, 1, bias=False), nn.Conv2d(8, 3, 1)
middle, bn = nn.ConvTranspose2d(6, 8, 3, 2, 1, output_padding=1, groups=2), norm(8)
s = Sketch()
s.conv("last", s.norm("bn", transposed(s, "middle", s.conv("first", "image", first), middle), bn), last)
record("transposed convolution between pointwise ones", s, nn.Sequential(first, middle, bn, last), image(4))

ups, norms = [nn.ConvTranspose2d(4, 6, k, 2, p, bias=k == 4) for k, p in ((4, 1), (2, 0))], [norm(6), norm(6)]
s = Sketch()
total(s, "sum", [s.norm(f"bn{i}", transposed(s, f"up{i}", "image", up), norms[i]) for i, up in enumerate(ups)])
record("sum of transposed convolutions", s, Branches(*zip(ups, norms)), image(4))

OUT.write_text(json.dumps(cases, indent=0) + "\n")
print(OUT.stat().st_size, "bytes,", len(cases), "cases")
