"""What PyTorch answers for every architecture, in float64, for the tests of the room `architecture`.

Weights are not stored. Both sides compute them: element i of a tensor is low + (high - low) * u(seed + i), rounded to
float32, where u(x) is the top 53 bits of splitmix64(x) as a fraction. A tensor without a seed is DO-Conv's diagonal.

Usage: architectures.py OUTPUT_DIRECTORY
"""

import gzip
import json
import math
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

for operator in ("nms", "qnms"):
    torch.library.define(f"torchvision::{operator}", "(Tensor a, Tensor b, float c) -> Tensor")
import torchvision  # noqa: E402

torch.set_num_threads(1)
torch.manual_seed(0)


class DOConv2d(nn.Module):
    """Cao et al. 2020 with the reference's reshapes for groups and its order of padding amounts."""

    def __init__(self, inputs, outputs, kernel, multiplier=None, stride=1, padding=0, dilation=1, groups=1, bias=True,
                 padding_mode="zeros"):
        super().__init__()
        pair = nn.modules.utils._pair
        self.kernel, self.stride, self.padding, self.dilation = map(pair, (kernel, stride, padding, dilation))
        self.inputs, self.outputs, self.groups, self.padding_mode = inputs, outputs, groups, padding_mode
        taps = self.kernel[0] * self.kernel[1]
        self.multiplier = taps if multiplier is None or taps == 1 else multiplier
        self.W = nn.Parameter(torch.zeros(outputs, inputs // groups, self.multiplier))
        if taps > 1:
            self.D = nn.Parameter(torch.zeros(inputs, taps, self.multiplier))
            tiles = [torch.eye(taps)] * (self.multiplier // taps) + [torch.zeros(taps, self.multiplier % taps)]
            self.d_diag = nn.Parameter(torch.cat(tiles, 1).repeat(inputs, 1, 1), requires_grad=False)
        self.bias = nn.Parameter(torch.zeros(outputs)) if bias else None

    def forward(self, x):
        kernel = self.W
        if self.kernel != (1, 1):
            rows = self.W.reshape(self.outputs // self.groups, self.inputs, self.multiplier)
            kernel = torch.einsum("ims,ois->oim", self.D + self.d_diag, rows)
        kernel = kernel.reshape(self.outputs, self.inputs // self.groups, *self.kernel)
        padding = self.padding
        if self.padding_mode != "zeros":
            h, w = padding
            x = F.pad(x, (h, h, w, w), mode=self.padding_mode)
            padding = 0
        return F.conv2d(x, kernel, self.bias, self.stride, padding, self.dilation, self.groups)


def over_parameterise(network, chosen, multiplier):
    """Replaces every convolution whose number is `chosen` by a DO-Conv with the D_mul that `multiplier` gives."""
    number = 0
    for parent in list(network.modules()):
        for name, conv in list(parent.named_children()):
            if not isinstance(conv, nn.Conv2d):
                continue
            number += 1
            if chosen(number):
                taps = conv.kernel_size[0] * conv.kernel_size[1]
                setattr(parent, name, DOConv2d(
                    conv.in_channels, conv.out_channels, conv.kernel_size, multiplier(number, taps), conv.stride,
                    conv.padding, conv.dilation, conv.groups, conv.bias is not None, conv.padding_mode))
    return network


FORMS = {
    "plain": lambda network: network,
    "doconv": lambda network: over_parameterise(network, lambda number: True, lambda number, taps: taps),
    "mixed": lambda network: over_parameterise(
        network, lambda number: number % 3 != 0, lambda number, taps: (taps, taps + 4, 2 * taps, 5)[number % 4]),
}


def uniform(seed, count, low, high):
    x = np.arange(count, dtype=np.uint64) + np.uint64(seed)
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x = x ^ (x >> np.uint64(31))
    u = (x >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return (low + (high - low) * u).astype(np.float32)


def bounds(network, name, tensor):
    """A range for each tensor that keeps activations around 1."""
    path, _, leaf = name.rpartition(".")
    module = network.get_submodule(path)
    if leaf == "D":
        return -0.2, 0.2
    if leaf == "W":
        taps = module.kernel[0] * module.kernel[1]
        return symmetric(4 / (tensor.shape[1] * taps))
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)) and leaf == "weight":
        return symmetric((4 if tensor.dim() == 4 else 3) / (tensor.numel() / tensor.shape[0]))
    last = ".bn2" if isinstance(network, CifarResNet) else ".bn3"
    if isinstance(network, GluonResNet):
        last = network.last
    if path.endswith(last) and leaf == "weight":
        return 0.1, 0.5  # the end of a residual branch: dozens of them are added up
    return {"running_var": (0.5, 1.5), "weight": (0.5, 1.5)}.get(leaf, (-0.3, 0.3))


def symmetric(squared):
    bound = round(math.sqrt(squared), 6)
    return -bound, bound


def describe(case, network, diagonal):
    """Fills the network by formula; returns the formulas of the checkpoint's tensors."""
    tensors = []
    state = network.state_dict()
    for index, (name, tensor) in enumerate(state.items()):
        if name.endswith("num_batches_tracked"):
            continue
        shape = list(tensor.shape)
        if name.endswith(".d_diag"):
            if diagonal:
                tensors.append([name.removesuffix("d_diag") + diagonal, shape])
            continue
        low, high = bounds(network, name, tensor)
        seed = (case * 4096 + index + 1) << 24
        tensor.copy_(torch.from_numpy(uniform(seed, tensor.numel(), low, high)).reshape(shape))
        tensors.append([name, shape, seed, low, high])
    return tensors


def golden(cases, name, declared, network, size, diagonal="d_diag", run=None):
    """Appends one case: what `network` answers for an image of `size`."""
    number = golden.count = golden.count + 1
    channels = declared.get("channels", 3)
    tensors = describe(number, network, diagonal)
    seed = (number * 4096) << 24
    image = torch.from_numpy(uniform(seed, channels * size[0] * size[1], -2, 2)).reshape(1, channels, *size)
    network = network.double().eval()
    with torch.no_grad():
        logits = (run or network)(image.double())
    flat = logits.flatten().numpy()
    positions = np.arange(flat.size)
    if flat.size > 200:
        positions = (uniform(number, 200, 0, 1).astype(np.float64) * flat.size).astype(int)
    print(name, list(logits.shape), "largest", np.abs(flat).max())
    assert 0.01 < np.abs(flat).max() < 1000
    cases.append({
        "name": name, "declared": declared, "image": {"size": list(size), "seed": seed}, "tensors": tensors,
        "shape": list(logits.shape), "largest": float(np.abs(flat).max()),
        "positions": [int(i) for i in positions], "values": [float(flat[i]) for i in positions]})


golden.count = 0


def resnets():
    cases = []
    cases_of = [
        ("resnet18", "plain", 64, (65, 49), "d_diag"), ("resnet18", "doconv", 64, (47, 33), "d_diag"),
        ("resnet18", "mixed", 16, (64, 64), "D_diag"), ("resnet34", "doconv", 16, (39, 61), None),
        ("resnet50", "plain", 16, (53, 70), "d_diag"), ("resnet50", "doconv", 16, (61, 47), "d_diag"),
        ("resnet50", "mixed", 16, (33, 33), None), ("resnet101", "mixed", 8, (47, 33), "d_diag"),
        ("resnet152", "doconv", 8, (33, 47), "D_diag"),
    ]
    for name, form, width, size, diagonal in cases_of:
        network = residual(name, width, classes=10)
        declared = {"name": name, "classes": 10, "width": width}
        golden(cases, f"{name} {form} of width {width}", declared, FORMS[form](network), size, diagonal)
    grey = FORMS["mixed"](residual("resnet18", 8, 7))
    grey.conv1 = nn.Conv2d(1, 8, 7, 2, 3, bias=False)
    declared = {"name": "resnet18", "classes": 7, "width": 8, "channels": 1, "bnEpsilon": 1e-3}
    golden(cases, "resnet18 mixed for grey images with another epsilon", declared, with_epsilon(grey, 1e-3), (37, 40))
    return cases


def with_epsilon(network, epsilon):
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eps = epsilon
    return network


def residual(name, width, classes, dilate=(False, False, False), **grouping):
    """torchvision's ResNet with other base planes than 64, which its constructor does not offer."""
    resnet = torchvision.models.resnet
    block, counts = {
        "resnet18": (resnet.BasicBlock, [2, 2, 2, 2]), "resnet34": (resnet.BasicBlock, [3, 4, 6, 3]),
        "resnet50": (resnet.Bottleneck, [3, 4, 6, 3]), "resnet101": (resnet.Bottleneck, [3, 4, 23, 3]),
        "resnet152": (resnet.Bottleneck, [3, 8, 36, 3])}[name]
    network = resnet.ResNet(block, [1, 1, 1, 1], num_classes=classes, **grouping)
    network.inplanes, network.dilation = width, 1
    network.conv1 = nn.Conv2d(3, width, 7, 2, 3, bias=False)
    network.bn1 = nn.BatchNorm2d(width)
    for stage in range(4):
        dilated = stage > 0 and dilate[stage - 1]
        layers = network._make_layer(block, width << stage, counts[stage], 1 if stage == 0 else 2, dilated)
        setattr(network, f"layer{stage + 1}", layers)
    network.fc = nn.Linear((width << 3) * block.expansion, classes)
    return network


def relatives():
    """What differs from torchvision's ResNet in a block only."""
    cases = []

    def case(name, form, network, size, width, diagonal="d_diag"):
        declared = {"name": name, "classes": 6, "width": width}
        golden(cases, f"{name} {form} at {size[0]}x{size[1]}", declared, FORMS[form](network), size, diagonal)

    case("resnext50-32x4d", "plain", residual("resnet50", 64, 6, groups=32, width_per_group=4), (33, 38), 64)
    case("resnext50-32x4d", "mixed", residual("resnet50", 64, 6, groups=32, width_per_group=4), (40, 33), 64, None)
    case("wide-resnet50-2", "doconv", residual("resnet50", 8, 6, width_per_group=128), (47, 33), 8)
    case("wide-resnet101-2", "mixed", residual("resnet101", 8, 6, width_per_group=128), (33, 64), 8, "D_diag")
    for form, size in (("plain", (65, 49)), ("doconv", (33, 47)), ("mixed", (48, 48))):
        network = residual("resnet18", 16, 6)
        for block in network.modules():
            if isinstance(block, torchvision.models.resnet.BasicBlock):
                block.downsample = None
                block.forward = lambda x, b=block: b.relu(b.bn2(b.conv2(b.relu(b.bn1(b.conv1(x))))))
        case("plain18", form, network, size, 16)
    for form, size in (("doconv", (49, 65)), ("mixed", (64, 33))):
        network = residual("resnet50", 16, 6)
        for block in network.modules():
            if isinstance(block, torchvision.models.resnet.Bottleneck):
                block.conv1.stride, block.conv2.stride = block.conv2.stride, (1, 1)
        case("resnet50-v1", form, network, size, 16)
    return cases


class GluonBlock(nn.Module):
    """The blocks of Gluon's model zoo, v1: layers are positions in `body`."""

    def __init__(self, inputs, outputs, stride, deep):
        super().__init__()
        planes = outputs // 4 if deep else outputs
        convs = ([nn.Conv2d(inputs, planes, 1, stride), nn.Conv2d(planes, planes, 3, 1, 1, bias=False),
                  nn.Conv2d(planes, outputs, 1)] if deep else
                 [nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)])
        layers = []
        for conv in convs:
            layers += [conv, nn.BatchNorm2d(conv.out_channels), nn.ReLU()]
        self.body = nn.Sequential(*layers[:-1])
        self.downsample = nn.Sequential()
        if inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return F.relu(self.body(x) + self.downsample(x))


class GluonPreActivation(nn.Module):
    """The blocks of Gluon's model zoo, v2."""

    def __init__(self, inputs, outputs, stride, deep):
        super().__init__()
        planes = outputs // 4 if deep else outputs
        self.bn1, self.bn2, self.deep = nn.BatchNorm2d(inputs), nn.BatchNorm2d(planes), deep
        if deep:
            self.conv1 = nn.Conv2d(inputs, planes, 1, bias=False)
            self.conv2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False)
            self.bn3, self.conv3 = nn.BatchNorm2d(planes), nn.Conv2d(planes, outputs, 1, bias=False)
        else:
            self.conv1 = nn.Conv2d(inputs, planes, 3, stride, 1, bias=False)
            self.conv2 = nn.Conv2d(planes, outputs, 3, 1, 1, bias=False)
        self.downsample = nn.Conv2d(inputs, outputs, 1, stride, bias=False) if inputs != outputs else None

    def forward(self, x):
        active = F.relu(self.bn1(x))
        shortcut = self.downsample(active) if self.downsample else x
        y = self.conv2(F.relu(self.bn2(self.conv1(active))))
        if self.deep:
            y = self.conv3(F.relu(self.bn3(y)))
        return y + shortcut


class GluonResNet(nn.Module):
    def __init__(self, block, counts, width, classes, deep):
        super().__init__()
        stem = [nn.Conv2d(3, width, 7, 2, 3, bias=False), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
        pre = block is GluonPreActivation
        layers = ([nn.BatchNorm2d(3, affine=False)] if pre else []) + stem
        inputs = width
        for stage, count in enumerate(counts):
            outputs = (width << stage) * (4 if deep else 1)
            blocks = [block(inputs, outputs, 2 if stage else 1, deep)]
            blocks += [block(outputs, outputs, 1, deep) for _ in range(count - 1)]
            layers.append(nn.Sequential(*blocks))
            inputs = outputs
        layers += [nn.BatchNorm2d(inputs), nn.ReLU()] if pre else []
        self.features = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.output = nn.Linear(inputs, classes)
        self.last = (".bn3" if deep else ".bn2") if pre else f".body.{7 if deep else 4}"

    def forward(self, x):
        return self.output(self.features(x))


def gluon_resnets():
    cases = []
    counts = {18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3]}
    for version, depth, form, size in [
            ("v1", 18, "plain", (49, 33)), ("v1", 34, "doconv", (33, 47)), ("v1", 50, "mixed", (64, 49)),
            ("v1", 101, "doconv", (33, 33)), ("v1", 152, "mixed", (33, 33)), ("v2", 18, "plain", (33, 64)),
            ("v2", 34, "mixed", (47, 33)), ("v2", 50, "doconv", (49, 65)), ("v2", 101, "mixed", (33, 39)),
            ("v2", 152, "doconv", (33, 33))]:
        block = GluonBlock if version == "v1" else GluonPreActivation
        network = FORMS[form](GluonResNet(block, counts[depth], 8, 6, depth >= 50))
        name = f"resnet{depth}-{version}"
        golden(cases, f"{name} {form}, Gluon's names", {"name": name, "classes": 6, "width": 8}, network, size, None)
    return cases


class MobileNetV1(nn.Module):
    ROWS = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)] + 5 * [(512, 1)] + [(1024, 2), (1024, 1)]

    def __init__(self, multiplier, classes):
        super().__init__()
        inputs = int(32 * multiplier)
        layers = [nn.Sequential(nn.Conv2d(3, inputs, 3, 2, 1, bias=False), nn.BatchNorm2d(inputs), nn.ReLU())]
        for channels, stride in self.ROWS:
            outputs = int(channels * multiplier)
            layers.append(nn.Sequential(
                nn.Conv2d(inputs, inputs, 3, stride, 1, groups=inputs, bias=False), nn.BatchNorm2d(inputs), nn.ReLU(),
                nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()))
            inputs = outputs
        self.model = nn.Sequential(*layers)
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x):
        return self.fc(self.model(x).mean((2, 3)))


class GluonMobileNetV1(nn.Module):
    def __init__(self, multiplier, classes):
        super().__init__()
        port = MobileNetV1(multiplier, classes)
        self.features = nn.Sequential(*[layer for block in port.model for layer in block])
        self.output = port.fc

    def forward(self, x):
        return self.output(self.features(x).mean((2, 3)))


def mobiles():
    cases = []
    for name, build, form, multiplier, size, diagonal in [
            ("mobilenet-v1", MobileNetV1, "plain", 0.25, (64, 49), None),
            ("mobilenet-v1", MobileNetV1, "doconv", 0.5, (33, 47), "d_diag"),
            ("mobilenet-v1", GluonMobileNetV1, "mixed", 0.25, (49, 64), None),
            ("mobilenet-v2", torchvision.models.MobileNetV2, "plain", 1.4, (33, 38), None),
            ("mobilenet-v2", torchvision.models.MobileNetV2, "doconv", 0.35, (64, 49), "d_diag"),
            ("mobilenet-v2", torchvision.models.MobileNetV2, "mixed", 0.5, (49, 33), "D_diag"),
            ("mobilenet-v3-large", "mobilenet_v3_large", "plain", 0.5, (64, 47), None),
            ("mobilenet-v3-large", "mobilenet_v3_large", "doconv", 0.35, (47, 64), "d_diag"),
            ("mobilenet-v3-small", "mobilenet_v3_small", "plain", 1.0, (33, 64), None),
            ("mobilenet-v3-small", "mobilenet_v3_small", "mixed", 0.75, (64, 33), None)]:
        if isinstance(build, str):
            network = getattr(torchvision.models, build)(width_mult=multiplier, num_classes=6)
        elif build is torchvision.models.MobileNetV2:
            network = build(num_classes=6, width_mult=multiplier)
        else:
            network = build(multiplier, 6)
        declared = {"name": name, "classes": 6, "multiplier": multiplier}
        golden(cases, f"{name} x{multiplier} {form}", declared, FORMS[form](network), size, diagonal)
    return cases


def vggs():
    cases = []
    configurations = {11: "A", 13: "B", 16: "D", 19: "E"}
    for depth, form, size, diagonal in [(11, "plain", (64, 97), None), (13, "doconv", (224, 33), "d_diag"),
                                        (16, "mixed", (72, 100), "D_diag"), (19, "doconv", (33, 47), None)]:
        layers = [c if c == "M" else c // 16 for c in torchvision.models.vgg.cfgs[configurations[depth]]]
        network = torchvision.models.VGG(nn.Sequential(), num_classes=6)
        network.features = torchvision.models.vgg.make_layers(layers, batch_norm=True)
        network.classifier[0], network.classifier[3] = nn.Linear(32 * 49, 24), nn.Linear(24, 24)
        network.classifier[6] = nn.Linear(24, 6)
        declared = {"name": f"vgg{depth}-bn", "classes": 6, "width": 4, "hidden": 24}
        golden(cases, f"vgg{depth}-bn {form} at {size[0]}x{size[1]}", declared, FORMS[form](network), size, diagonal)
    return cases


class CifarBlock(nn.Module):
    def __init__(self, inputs, planes, stride, option):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.added, self.stride = planes - inputs, stride
        self.shortcut = nn.Sequential()
        if self.added and option == "B":
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, planes, 1, stride, bias=False), nn.BatchNorm2d(planes))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        shortcut = self.shortcut(x)
        if self.added and not len(self.shortcut):
            half = self.added // 2
            shortcut = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, half, half))
        return F.relu(y + shortcut)


class CifarResNet(nn.Module):
    def __init__(self, blocks, width, classes, option, head):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        inputs = width
        for stage in range(3):
            layers = []
            for i in range(blocks):
                layers.append(CifarBlock(inputs, width << stage, 2 if stage and not i else 1, option))
                inputs = width << stage
            setattr(self, f"layer{stage + 1}", nn.Sequential(*layers))
        setattr(self, head, nn.Linear(inputs, classes))
        self.head = head

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return getattr(self, self.head)(x.mean((2, 3)))


def cifar_resnets():
    cases = []
    for layers, form, option, size, head, diagonal in [
            (20, "plain", "A", (32, 32), "linear", None), (20, "doconv", "A", (31, 33), "linear", "d_diag"),
            (32, "mixed", "B", (32, 32), "linear", None), (44, "doconv", "B", (19, 30), "fc", "D_diag"),
            (56, "mixed", "A", (32, 32), "linear", "d_diag"), (56, "plain", "B", (17, 17), "fc", None)]:
        network = FORMS[form](CifarResNet((layers - 2) // 6, 16, 10, option, head))
        golden(cases, f"cifar-resnet{layers} {form} with option {option}", {"name": f"cifar-resnet{layers}"}, network,
               size, diagonal)
    return cases


class DoubleConv(nn.Module):
    def __init__(self, inputs, outputs, middle=None, bias=False):
        super().__init__()
        middle = middle or outputs
        self.double_conv = nn.Sequential(
            nn.Conv2d(inputs, middle, 3, padding=1, bias=bias), nn.BatchNorm2d(middle), nn.ReLU(),
            nn.Conv2d(middle, outputs, 3, padding=1, bias=bias), nn.BatchNorm2d(outputs), nn.ReLU())

    def forward(self, x):
        return self.double_conv(x)


class Down(nn.Module):
    def __init__(self, inputs, outputs, bias):
        super().__init__()
        self.maxpool_conv = nn.Sequential(nn.MaxPool2d(2), DoubleConv(inputs, outputs, bias=bias))

    def forward(self, x):
        return self.maxpool_conv(x)


class Up(nn.Module):
    def __init__(self, inputs, outputs, bilinear, bias):
        super().__init__()
        if bilinear:
            self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
            self.conv = DoubleConv(inputs, outputs, inputs // 2, bias)
        else:
            self.up = nn.ConvTranspose2d(inputs, inputs // 2, 2, 2)
            self.conv = DoubleConv(inputs, outputs, bias=bias)

    def forward(self, x, skipped):
        x = self.up(x)
        h, w = skipped.shape[2] - x.shape[2], skipped.shape[3] - x.shape[3]
        x = F.pad(x, (w // 2, w - w // 2, h // 2, h - h // 2))
        return self.conv(torch.cat([skipped, x], 1))


class OutConv(nn.Module):
    def __init__(self, inputs, classes):
        super().__init__()
        self.conv = nn.Conv2d(inputs, classes, 1)

    def forward(self, x):
        return self.conv(x)


class UNet(nn.Module):
    def __init__(self, width, classes, bilinear, bias):
        super().__init__()
        factor = 2 if bilinear else 1
        self.inc = DoubleConv(3, width, bias=bias)
        self.down1, self.down2 = Down(width, 2 * width, bias), Down(2 * width, 4 * width, bias)
        self.down3, self.down4 = Down(4 * width, 8 * width, bias), Down(8 * width, 16 * width // factor, bias)
        self.up1 = Up(16 * width, 8 * width // factor, bilinear, bias)
        self.up2 = Up(8 * width, 4 * width // factor, bilinear, bias)
        self.up3 = Up(4 * width, 2 * width // factor, bilinear, bias)
        self.up4 = Up(2 * width, width, bilinear, bias)
        self.outc = OutConv(width, classes)

    def forward(self, x):
        levels = [self.inc(x)]
        for down in (self.down1, self.down2, self.down3, self.down4):
            levels.append(down(levels[-1]))
        x = levels.pop()
        for up in (self.up1, self.up2, self.up3, self.up4):
            x = up(x, levels.pop())
        return self.outc(x)


def unets():
    cases = []
    for form, bilinear, size, bias, diagonal in [
            ("plain", False, (37, 51), False, None), ("doconv", False, (48, 32), False, "d_diag"),
            ("mixed", True, (51, 38), False, None), ("doconv", True, (31, 47), True, "D_diag"),
            ("mixed", False, (16, 16), True, "d_diag")]:
        network = FORMS[form](UNet(8, 5, bilinear, bias))
        declared = {"name": "unet", "classes": 5, "width": 8, "bilinear": bilinear}
        golden(cases, f"unet {form} at {size[0]}x{size[1]}", declared, network, size, diagonal)
    return cases


def segmentations():
    cases = []
    segmentation = torchvision.models.segmentation
    for head, depth, form, size, diagonal in [
            ("fcn", 50, "plain", (65, 97), None), ("fcn", 50, "doconv", (48, 41), "d_diag"),
            ("fcn", 101, "mixed", (41, 57), None), ("deeplabv3", 50, "plain", (97, 65), None),
            ("deeplabv3", 50, "doconv", (65, 90), None), ("deeplabv3", 101, "mixed", (57, 41), "D_diag")]:
        width, classes = 8, 6
        features = residual(f"resnet{depth}", width, classes, (False, True, True))
        layers = {"layer4": "out", "layer3": "aux"}
        backbone = torchvision.models._utils.IntermediateLayerGetter(features, layers)
        if head == "fcn":
            network = segmentation.FCN(backbone, segmentation.fcn.FCNHead(32 * width, classes),
                                       segmentation.fcn.FCNHead(16 * width, classes))
        else:
            network = segmentation.DeepLabV3(backbone, deep_lab_head(32 * width, 4 * width, classes),
                                             segmentation.fcn.FCNHead(16 * width, classes))
        network = FORMS[form](network)
        declared = {"name": f"{head}-resnet{depth}", "classes": classes, "width": width}
        golden(cases, f"{head}-resnet{depth} {form}", declared, network, size, diagonal,
               run=lambda image, network=network: network(image)["out"])
    return cases


class DeepLabV3Plus(nn.Module):
    def __init__(self, backbone, width, classes, rates):
        super().__init__()
        channels = 4 * width
        self.backbone = backbone
        aspp = torchvision.models.segmentation.deeplabv3.ASPP(32 * width, rates, channels)
        narrow = channels * 3 // 16
        self.classifier = nn.ModuleDict({
            "project": nn.Sequential(nn.Conv2d(channels, narrow, 1, bias=False), nn.BatchNorm2d(narrow), nn.ReLU()),
            "aspp": aspp,
            "classifier": nn.Sequential(
                nn.Conv2d(channels + narrow, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels), nn.ReLU(),
                nn.Conv2d(channels, classes, 1))})

    def forward(self, image):
        features = self.backbone(image)
        low = self.classifier["project"](features["low"])
        high = self.classifier["aspp"](features["high"])
        high = F.interpolate(high, low.shape[2:], mode="bilinear", align_corners=False)
        logits = self.classifier["classifier"](torch.cat([low, high], 1))
        return F.interpolate(logits, image.shape[2:], mode="bilinear", align_corners=False)


class PspNet(nn.Module):
    """The authors' PyTorch version: a stem of three convolutions; every block of the last stages dilates."""

    def __init__(self, blocks, width, classes):
        super().__init__()
        resnet = torchvision.models.resnet
        network = resnet.ResNet(resnet.Bottleneck, [1, 1, 1, 1])
        network.inplanes = 2 * width
        stem, inputs = [], 3
        for outputs, stride in ((width, 2), (width, 1), (2 * width, 1)):
            stem += [nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
            inputs = outputs
        self.layer0 = nn.Sequential(*stem, nn.MaxPool2d(3, 2, 1))
        for stage in range(4):
            stride = 2 if stage else 1
            layer = network._make_layer(resnet.Bottleneck, width << stage, blocks[stage], stride)
            for name, module in layer.named_modules():
                if stage > 1 and "conv2" in name:
                    module.dilation, module.padding, module.stride = 2 * [2 * stage - 2], 2 * [2 * stage - 2], (1, 1)
                if stage > 1 and "downsample.0" in name:
                    module.stride = (1, 1)
            setattr(self, f"layer{stage + 1}", layer)
        features, channels = 32 * width, 8 * width
        self.ppm = nn.Module()
        self.ppm.features = nn.ModuleList([nn.Sequential(
            nn.AdaptiveAvgPool2d(size), nn.Conv2d(features, channels, 1, bias=False), nn.BatchNorm2d(channels),
            nn.ReLU()) for size in (1, 2, 3, 6)])
        self.cls = nn.Sequential(nn.Conv2d(2 * features, channels, 3, padding=1, bias=False),
                                 nn.BatchNorm2d(channels), nn.ReLU(), nn.Dropout2d(0.1), nn.Conv2d(channels, classes, 1))
        self.aux = nn.Sequential(nn.Conv2d(16 * width, 4 * width, 3, padding=1, bias=False))

    def forward(self, image):
        x = self.layer4(self.layer3(self.layer2(self.layer1(self.layer0(image)))))
        parts = [x] + [F.interpolate(part(x), x.shape[2:], mode="bilinear", align_corners=True)
                       for part in self.ppm.features]
        return F.interpolate(self.cls(torch.cat(parts, 1)), image.shape[2:], mode="bilinear", align_corners=True)


def decoders():
    cases = []
    classes, width = 6, 16
    for depth, form, stride, size, diagonal in [(50, "plain", 16, (65, 49), None), (50, "doconv", 8, (47, 64), "d_diag"),
                                                (101, "mixed", 16, (49, 65), None)]:
        features = residual(f"resnet{depth}", width, classes, (False, stride == 8, True))
        backbone = torchvision.models._utils.IntermediateLayerGetter(features, {"layer1": "low", "layer4": "high"})
        network = DeepLabV3Plus(backbone, width, classes, [12, 24, 36] if stride == 8 else [6, 12, 18])
        declared = {"name": f"deeplabv3plus-resnet{depth}", "classes": classes, "width": width, "outputStride": stride}
        golden(cases, f"deeplabv3plus-resnet{depth} {form}", declared, FORMS[form](network), size, diagonal)
    for depth, form, size, diagonal in [(50, "plain", (97, 97), None), (50, "doconv", (65, 89), "d_diag"),
                                        (101, "mixed", (73, 64), "D_diag")]:
        network = FORMS[form](PspNet([3, 4, 6 if depth == 50 else 23, 3], 8, classes))
        declared = {"name": f"pspnet-resnet{depth}", "classes": classes, "width": 8}
        golden(cases, f"pspnet-resnet{depth} {form}", declared, network, size, diagonal)
    segmentation = torchvision.models.segmentation
    for head, form, size, diagonal in [("lraspp", "plain", (65, 49), None), ("lraspp", "doconv", (48, 64), "d_diag"),
                                       ("lraspp", "mixed", (49, 33), None), ("deeplabv3", "plain", (49, 65), None),
                                       ("deeplabv3", "mixed", (64, 48), "d_diag")]:
        backbone = torchvision.models.mobilenet_v3_large(dilated=True, width_mult=0.35)
        build = segmentation.lraspp._lraspp_mobilenetv3 if head == "lraspp" else None
        if build:
            network = build(backbone, classes)
        else:
            network = segmentation.deeplabv3._deeplabv3_mobilenetv3(backbone, classes, True)
        network = FORMS[form](network)
        declared = {"name": f"{head}-mobilenet-v3-large", "classes": classes, "multiplier": 0.35}
        golden(cases, f"{head}-mobilenet-v3-large {form}", declared, network, size, diagonal,
               run=lambda image, network=network: network(image)["out"])
    return cases


def deep_lab_head(inputs, channels, classes):
    aspp = torchvision.models.segmentation.deeplabv3.ASPP(inputs, [12, 24, 36], channels)
    return nn.Sequential(aspp, nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels),
                         nn.ReLU(), nn.Conv2d(channels, classes, 1))


class GluonGroupedBlock(nn.Module):
    """GluonCV's block of ResNeXt-50 32×4d: nothing has a bias, and the stride is in the 3×3."""

    def __init__(self, inputs, outputs, stride, deep):
        super().__init__()
        middle = outputs // 4 // 64 * 4 * 32
        self.body = nn.Sequential(
            nn.Conv2d(inputs, middle, 1, bias=False), nn.BatchNorm2d(middle), nn.ReLU(),
            nn.Conv2d(middle, middle, 3, stride, 1, groups=32, bias=False), nn.BatchNorm2d(middle), nn.ReLU(),
            nn.Conv2d(middle, outputs, 1, bias=False), nn.BatchNorm2d(outputs))
        self.downsample = nn.Sequential()
        if inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return F.relu(self.body(x) + self.downsample(x))


def conv_norm_relu(inputs, outputs, kernel, stride=1, groups=1, dilation=1, activation=nn.ReLU):
    """The layers as a list, so that the caller says at which positions they are."""
    padding = kernel // 2 * dilation
    conv = nn.Conv2d(inputs, outputs, kernel, stride, padding, dilation, groups, bias=False)
    return [conv, nn.BatchNorm2d(outputs)] + ([activation()] if activation else [])


def gluon_head(inputs, channels, classes):
    head = nn.Module()
    head.block = nn.Sequential(*conv_norm_relu(inputs, channels, 3), nn.Dropout(0.1), nn.Conv2d(channels, classes, 1))
    return head


class GluonSegmentation(nn.Module):
    """GluonCV's FCN, PSPNet and DeepLabV3 on its ResNet v1s; BilinearResize2D keeps the corners by default."""

    def __init__(self, kind, blocks, width, classes, deep_stem=True):
        super().__init__()
        resnet = torchvision.models.resnet
        network = resnet.ResNet(resnet.Bottleneck, [1, 1, 1, 1])
        if deep_stem:
            self.conv1 = nn.Sequential(*conv_norm_relu(3, width, 3, 2), *conv_norm_relu(width, width, 3),
                                       nn.Conv2d(width, 2 * width, 3, 1, 1, bias=False))
        else:
            self.conv1 = nn.Conv2d(3, width, 7, 2, 3, bias=False)
        network.inplanes = 2 * width if deep_stem else width
        self.bn1 = nn.BatchNorm2d(network.inplanes)
        for stage in range(4):
            layer = network._make_layer(resnet.Bottleneck, width << stage, blocks[stage], 2 if stage else 1, stage > 1)
            setattr(self, f"layer{stage + 1}", layer)
        features, self.kind = 32 * width, kind
        if kind == "fcn":
            self.head = gluon_head(features, features // 4, classes)
        elif kind == "pspnet":
            self.head = gluon_head(2 * features, features // 4, classes)
            self.head.psp = nn.Module()
            for number in range(1, 5):
                part = nn.Sequential(*conv_norm_relu(features, features // 4, 1))
                self.head.psp.add_module(f"conv{number}", part)
        else:
            channels = features // 8
            self.head = gluon_head(channels, channels, classes)
            parts = [nn.Sequential(*conv_norm_relu(features, channels, 1))]
            parts += [nn.Sequential(*conv_norm_relu(features, channels, 3, dilation=rate)) for rate in (12, 24, 36)]
            average = nn.Module()
            average.gap = nn.Sequential(nn.AdaptiveAvgPool2d(1), *conv_norm_relu(features, channels, 1))
            self.head.aspp = nn.Module()
            self.head.aspp.concurent = nn.ModuleList(parts + [average])
            self.head.aspp.project = nn.Sequential(*conv_norm_relu(5 * channels, channels, 1), nn.Dropout(0.5))
        self.auxlayer = gluon_head(features // 2, features // 8, classes)

    def forward(self, image):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(image))), 3, 2, 1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        resize = lambda y, size: F.interpolate(y, size, mode="bilinear", align_corners=True)
        if self.kind == "pspnet":
            parts = [self.head.psp.get_submodule(f"conv{bins}")(F.adaptive_avg_pool2d(x, bins)) for bins in (1, 2, 3, 4)]
            x = torch.cat([x] + [resize(part, x.shape[2:]) for part in parts], 1)
        elif self.kind == "deeplabv3":
            *parts, average = self.head.aspp.concurent
            parts = [part(x) for part in parts] + [resize(average.gap(x), x.shape[2:])]
            x = self.head.aspp.project(torch.cat(parts, 1))
        return resize(self.head.block(x), image.shape[2:])


class GluonMobileNetV2(nn.Module):
    ROWS = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]

    def __init__(self, multiplier, classes):
        super().__init__()
        inputs = int(32 * multiplier)
        layers = conv_norm_relu(3, inputs, 3, 2, activation=nn.ReLU6)
        for expansion, channels, repeats, stride in self.ROWS:
            for i in range(repeats):
                outputs, middle = int(channels * multiplier), inputs * expansion
                block = nn.Module()
                block.out = nn.Sequential(
                    *conv_norm_relu(inputs, middle, 1, activation=nn.ReLU6),
                    *conv_norm_relu(middle, middle, 3, 1 if i else stride, middle, activation=nn.ReLU6),
                    *conv_norm_relu(middle, outputs, 1, activation=None))
                block.forward = lambda x, b=block, add=(i > 0 or stride == 1) and inputs == outputs: (
                    b.out(x) + x if add else b.out(x))
                layers.append(block)
                inputs = outputs
        last = int(1280 * max(1, multiplier))
        layers += conv_norm_relu(inputs, last, 1, activation=nn.ReLU6) + [nn.AdaptiveAvgPool2d(1)]
        self.features = nn.Sequential(*layers)
        self.output = nn.Sequential(nn.Conv2d(last, classes, 1, bias=False), nn.Flatten())

    def forward(self, x):
        return self.output(self.features(x))


class GluonUnit(nn.Module):
    def __init__(self, inputs, outputs, kernel, activation, stride=1, groups=1):
        super().__init__()
        self.conv, self.bn, *rest = conv_norm_relu(inputs, outputs, kernel, stride, groups, activation=activation)
        self.act = rest[0] if rest else nn.Identity()

    def forward(self, x):
        return self.act(self.bn(self.conv(x)))


class GluonMobileNetV3Block(nn.Module):
    def __init__(self, inputs, told, middle, outputs, kernel, gated, activation, stride):
        super().__init__()
        self.expand = GluonUnit(inputs, middle, 1, activation) if outputs != middle else nn.Identity()
        self.conv1 = GluonUnit(middle, middle, kernel, activation, stride, middle)
        self.conv2, self.se, self.add = GluonUnit(middle, outputs, 1, None), None, told == outputs and stride == 1
        if gated:
            self.se = nn.Module()
            quarter = math.ceil(middle // 4 / 8) * 8
            self.se.conv1, self.se.conv2 = nn.Conv2d(middle, quarter, 1), nn.Conv2d(quarter, middle, 1)

    def forward(self, x):
        y = self.conv1(self.expand(x))
        if self.se:
            y = y * F.hardsigmoid(self.se.conv2(F.relu(self.se.conv1(F.adaptive_avg_pool2d(y, 1)))))
        y = self.conv2(y)
        return x + y if self.add else y


class GluonMobileNetV3(nn.Module):
    """The rows are torchvision's, which GluonCV has too; all else is GluonCV's."""

    def __init__(self, size, multiplier, classes):
        super().__init__()
        rows, _ = torchvision.models.mobilenetv3._mobilenet_v3_conf(f"mobilenet_v3_{size}")
        scaled = lambda channels: math.ceil(channels * multiplier / 8) * 8
        inputs, told = scaled(16), 16
        layers = conv_norm_relu(3, inputs, 3, 2, activation=nn.Hardswish)
        for row in rows:
            outputs = scaled(row.out_channels)
            activation = nn.Hardswish if row.use_hs else nn.ReLU
            layers.append(GluonMobileNetV3Block(inputs, told, scaled(row.expanded_channels), outputs, row.kernel,
                                                row.use_se, activation, row.stride))
            inputs = told = outputs
        last = scaled(960 if size == "large" else 576)
        layers += conv_norm_relu(inputs, last, 1, activation=nn.Hardswish)
        layers += [nn.AdaptiveAvgPool2d(1), nn.Conv2d(last, 1280, 1, bias=False), nn.Hardswish(), nn.Dropout(0.2)]
        self.features = nn.Sequential(*layers)
        self.output = nn.Sequential(nn.Conv2d(1280, classes, 1), nn.Flatten())

    def forward(self, x):
        return self.output(self.features(x))


def gluon_relatives():
    """GluonCV's networks beyond the model zoo of MXNet itself, with its names."""
    cases = []
    counts = {50: [3, 4, 6, 3], 101: [3, 4, 23, 3]}
    for kind, depth, form, size in [
            ("fcn", 50, "plain", (49, 65)), ("fcn", 101, "mixed", (64, 33)), ("pspnet", 50, "doconv", (65, 89)),
            ("pspnet", 101, "plain", (73, 64)), ("deeplabv3", 50, "mixed", (65, 49)),
            ("deeplabv3", 101, "doconv", (33, 47))]:
        network = FORMS[form](GluonSegmentation(kind, counts[depth], 8, 6))
        name = f"{kind}-resnet{depth}"
        golden(cases, f"{name} {form}, GluonCV's names", {"name": name, "classes": 6, "width": 8}, network, size, None)
    for form, size in (("plain", (33, 38)), ("mixed", (40, 33))):
        network = GluonResNet(GluonGroupedBlock, counts[50], 64, 6, True)
        declared = {"name": "resnext50-32x4d", "classes": 6}
        golden(cases, f"resnext50-32x4d {form}, GluonCV's names", declared, FORMS[form](network), size, None)
    for name, network, form, multiplier, size in [
            ("mobilenet-v2", GluonMobileNetV2, "plain", 0.75, (64, 49)),
            ("mobilenet-v2", GluonMobileNetV2, "doconv", 0.5, (33, 47)),
            ("mobilenet-v3-large", "large", "plain", 1.0, (49, 64)),
            ("mobilenet-v3-large", "large", "mixed", 0.5, (64, 33)),
            ("mobilenet-v3-small", "small", "doconv", 0.75, (47, 64))]:
        built = GluonMobileNetV3(network, multiplier, 6) if isinstance(network, str) else network(multiplier, 6)
        declared = {"name": name, "classes": 6, "multiplier": multiplier}
        golden(cases, f"{name} x{multiplier} {form}, GluonCV's names", declared, FORMS[form](built), size, None)
    return cases


def layer_lists():
    cases = []

    def sequential(name, layers, size, diagonal="d_diag", **options):
        """`layers` pairs what foldserve is told with the module it stands for."""
        declared = {"layers": [told for told, _ in layers], **options}
        network = nn.Sequential(*[module for _, module in layers])
        if "prefix" in options:
            network = nn.ModuleDict({options["prefix"]: network})
            golden(cases, name, declared, network, size, diagonal, run=lambda x: network[options["prefix"]](x))
        else:
            golden(cases, name, declared, network, size, diagonal)

    def conv(kind, inputs, outputs, kernel, multiplier=None, **options):
        told = {"out": outputs, "kernel": kernel}
        renamed = {"padding_mode": "paddingMode"}
        for key, value in options.items():
            told[renamed.get(key, key)] = list(value) if isinstance(value, tuple) else value
        if multiplier:
            told["dMul"] = multiplier
        module = (nn.Conv2d(inputs, outputs, kernel, **options) if kind == "plain"
                  else DOConv2d(inputs, outputs, kernel, multiplier, **options))
        return {"conv": told}, module

    def norm(channels, **options):
        return ({"batchNorm": {"epsilon": options["eps"]}} if "eps" in options else "batchNorm",
                nn.BatchNorm2d(channels, **options))

    relu, relu6 = ("relu", nn.ReLU()), ("relu6", nn.ReLU6())
    head = [({"adaptiveAvgPool": {"output": 1}}, nn.AdaptiveAvgPool2d(1)), ("flatten", nn.Flatten())]

    for kind in ("plain", "doconv"):
        sequential(f"all four padding modes, unequal on the axes, {kind}", [
            conv(kind, 3, 8, (3, 5), padding=(1, 2), padding_mode="reflect"), norm(8), relu,
            conv(kind, 8, 6, (5, 3), padding=(2, 1), padding_mode="replicate", stride=(2, 1)), norm(6, eps=1e-3), relu6,
            conv(kind, 6, 8, 3, padding=(2, 3), padding_mode="circular", dilation=(1, 2), bias=False), norm(8), relu,
            conv(kind, 8, 4, (1, 3), padding=(0, 1), stride=2),
            conv(kind, 4, 5, 1, padding=(1, 0), padding_mode="reflect", bias=False),
        ], (23, 17))
    sequential("groups and every D_mul", [
        conv("doconv", 3, 12, 3, padding=1), norm(12), relu,
        conv("doconv", 12, 8, 3, 13, padding=1, groups=4, bias=False), norm(8), relu,
        conv("doconv", 8, 16, 3, 18, padding=2, dilation=2, groups=8), norm(16), relu,
        conv("doconv", 16, 16, 3, 5, stride=2, groups=16, bias=False), norm(16, affine=False), relu6,
        conv("doconv", 16, 12, 1, groups=2), relu,
        conv("plain", 12, 6, (3, 2), groups=3), ("dropout", nn.Dropout()),
    ] + head + [({"linear": {"out": 10}}, nn.Linear(6, 10))], (29, 20), diagonal="D_diag")
    sequential("every pooling, declared under a prefix", [
        conv("doconv", 1, 4, 3, padding=1), relu,
        ({"maxPool": {"kernel": 3, "stride": 2, "padding": 1, "ceilMode": True}}, nn.MaxPool2d(3, 2, 1, ceil_mode=True)),
        ({"avgPool": {"kernel": 3, "stride": 2, "padding": 1, "ceilMode": True}}, nn.AvgPool2d(3, 2, 1, ceil_mode=True)),
        ({"maxPool": {"kernel": [2, 3], "stride": 1}}, nn.MaxPool2d((2, 3), 1)),
        ({"avgPool": {"kernel": 3, "stride": 1, "padding": 1, "countIncludePad": False}},
         nn.AvgPool2d(3, 1, 1, count_include_pad=False)),
        ({"avgPool": {"kernel": 3, "stride": 1, "padding": 1}}, nn.AvgPool2d(3, 1, 1)),
        ({"avgPool": {"kernel": 2, "ceilMode": True}}, nn.AvgPool2d(2, ceil_mode=True)),
        ({"adaptiveAvgPool": {"output": [3, 2]}}, nn.AdaptiveAvgPool2d((3, 2))), ("flatten", nn.Flatten()),
        ({"linear": {"out": 16, "bias": False}}, nn.Linear(24, 16, bias=False)), ("batchNorm", nn.BatchNorm1d(16)), relu,
        ({"linear": {"out": 3}}, nn.Linear(16, 3)),
    ], (42, 34), diagonal=None, prefix="model", channels=1)
    return cases


def poolings():
    """One pooling each, where the windows reach beyond the border in every way; and adaptive ones with equal windows."""
    cases = []

    def pooling(told, module, size):
        name = f"{told} of {size[0]}x{size[1]}"
        golden(cases, name, {"layers": [told], "channels": 2}, nn.Sequential(module), size)

    for size in ((7, 9), (8, 6), (11, 5)):
        for kernel, stride, padding in ((3, 2, 1), (2, 2, 1), (3, 3, 1), (4, 3, 2), (2, 3, 0), (5, 4, 2)):
            for ceil in (False, True):
                window = {"kernel": kernel, "stride": stride, "padding": padding, "ceilMode": ceil}
                pooling({"maxPool": window}, nn.MaxPool2d(kernel, stride, padding, ceil_mode=ceil), size)
                for count in (False, True):
                    average = nn.AvgPool2d(kernel, stride, padding, ceil, count)
                    pooling({"avgPool": {**window, "countIncludePad": count}}, average, size)
    for size, output in (((5, 7), (4, 3)), ((12, 7), (4, 7)), ((9, 10), (1, 5)), ((3, 3), (2, 2)), ((6, 5), (6, 1))):
        pooling({"adaptiveAvgPool": {"output": list(output)}}, nn.AdaptiveAvgPool2d(output), size)
    return cases


def keys():
    """Names and shapes of the tensors that torchvision's own constructors make."""
    models = torchvision.models
    segmentation = models.segmentation
    made = {}
    with torch.device("meta"):
        for name in ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152"):
            made[name] = getattr(models, name)()
        for head in ("fcn", "deeplabv3"):
            for depth in (50, 101):
                build = getattr(segmentation, f"{head}_resnet{depth}")
                made[f"{head}-resnet{depth}"] = build(weights=None, weights_backbone=None, aux_loss=True)
        for name in ("resnext50_32x4d", "resnext101_32x8d", "wide_resnet50_2", "wide_resnet101_2", "vgg11_bn", "vgg13_bn",
                     "vgg16_bn", "vgg19_bn", "mobilenet_v2", "mobilenet_v3_large", "mobilenet_v3_small"):
            made[name.replace("_", "-")] = getattr(models, name)()
        for name in ("lraspp", "deeplabv3"):
            build = getattr(segmentation, f"{name}_mobilenet_v3_large")
            made[f"{name}-mobilenet-v3-large"] = build(weights=None, weights_backbone=None)
    return {name: {key: list(tensor.shape) for key, tensor in network.state_dict().items()}
            for name, network in made.items()}


def write(directory, name, content):
    packed = gzip.compress(json.dumps(content, separators=(",", ":")).encode(), mtime=0)
    (directory / f"{name}.json.gz").write_bytes(packed)
    print(name, len(packed), "bytes")


if __name__ == "__main__":
    directory = pathlib.Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    for family in (layer_lists, poolings, resnets, cifar_resnets, unets, segmentations, relatives, gluon_resnets,
                   mobiles, vggs, decoders, gluon_relatives):
        write(directory, family.__name__, family())
    write(directory, "keys", keys())
