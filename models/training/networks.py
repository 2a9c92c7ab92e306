"""The two bundled networks. `conv` is nn.Conv2d (baseline) or DOConv2d: nothing else differs between the variants.

State-dict keys are those of the networks' well-known public implementations, because that is what foldserve's
architectures `cifar-resnet20` and `unet` read.
"""

import torch
import torch.nn.functional as F
from torch import nn


class BasicBlock(nn.Module):
    """Two 3 x 3 convolutions and a parameter-free shortcut: every second pixel, new channels padded with zeros."""

    def __init__(self, conv, in_channels, channels, stride):
        super().__init__()
        self.conv1 = conv(in_channels, channels, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = conv(channels, channels, 3, stride=1, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.stride = stride
        self.new_channels = channels - in_channels

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.shortcut(x))

    def shortcut(self, x):
        if self.stride == 1 and self.new_channels == 0:
            return x
        half = self.new_channels // 2
        return F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, half, half))


class CifarResNet20(nn.Module):
    """He et al. 2015, section 4.2, n = 3: stages of 16, 32 and 64 channels, three blocks each."""

    def __init__(self, conv, channels, classes):
        super().__init__()
        self.conv1 = conv(channels, 16, 3, stride=1, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = _stage(conv, 16, 16, stride=1)
        self.layer2 = _stage(conv, 16, 32, stride=2)
        self.layer3 = _stage(conv, 32, 64, stride=2)
        self.linear = nn.Linear(64, classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(x.mean(dim=(2, 3)))


def _stage(conv, in_channels, channels, stride):
    first = BasicBlock(conv, in_channels, channels, stride)
    return nn.Sequential(first, BasicBlock(conv, channels, channels, 1), BasicBlock(conv, channels, channels, 1))


class DoubleConv(nn.Module):
    """(convolution, batch norm, ReLU) twice."""

    def __init__(self, conv, in_channels, out_channels, middle=None):
        super().__init__()
        middle = middle or out_channels
        self.double_conv = nn.Sequential(
            conv(in_channels, middle, 3, padding=1, bias=False),
            nn.BatchNorm2d(middle),
            nn.ReLU(inplace=True),
            conv(middle, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
        )

    def forward(self, x):
        return self.double_conv(x)


class Down(nn.Module):
    """Halves the image, then DoubleConv."""

    def __init__(self, conv, in_channels, out_channels):
        super().__init__()
        self.maxpool_conv = nn.Sequential(nn.MaxPool2d(2), DoubleConv(conv, in_channels, out_channels))

    def forward(self, x):
        return self.maxpool_conv(x)


class Up(nn.Module):
    """Doubles the image bilinearly (corners aligned), joins the skip connection in front, then DoubleConv."""

    def __init__(self, conv, in_channels, out_channels):
        super().__init__()
        self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
        self.conv = DoubleConv(conv, in_channels, out_channels, in_channels // 2)

    def forward(self, x, skip):
        x = self.up(x)
        missing_rows = skip.shape[2] - x.shape[2]
        missing_columns = skip.shape[3] - x.shape[3]
        left, top = missing_columns // 2, missing_rows // 2
        x = F.pad(x, (left, missing_columns - left, top, missing_rows - top))
        return self.conv(torch.cat([skip, x], dim=1))


class OutConv(nn.Module):
    """The 1 x 1 convolution that gives the logits."""

    def __init__(self, conv, in_channels, classes):
        super().__init__()
        self.conv = conv(in_channels, classes, 1)

    def forward(self, x):
        return self.conv(x)


class UNet(nn.Module):
    """Ronneberger et al. 2015 with padded convolutions, batch norm and bilinear upsampling; `width` is 64 in the paper."""

    def __init__(self, conv, channels, classes, width):
        super().__init__()
        self.inc = DoubleConv(conv, channels, width)
        self.down1 = Down(conv, width, 2 * width)
        self.down2 = Down(conv, 2 * width, 4 * width)
        self.down3 = Down(conv, 4 * width, 8 * width)
        self.down4 = Down(conv, 8 * width, 8 * width)
        self.up1 = Up(conv, 16 * width, 4 * width)
        self.up2 = Up(conv, 8 * width, 2 * width)
        self.up3 = Up(conv, 4 * width, width)
        self.up4 = Up(conv, 2 * width, width)
        self.outc = OutConv(conv, width, classes)

    def forward(self, x):
        x1 = self.inc(x)
        x2 = self.down1(x1)
        x3 = self.down2(x2)
        x4 = self.down3(x3)
        x5 = self.down4(x4)
        x = self.up4(self.up3(self.up2(self.up1(x5, x4), x3), x2), x1)
        return self.outc(x)
