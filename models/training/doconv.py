"""The depthwise over-parameterised convolution (DO-Conv), written from its formulas.

An M x N kernel K is not learned directly but composed of two tensors:

    W  (O, I/g, S)    the kernel of a conventional convolution over S "depth multiplied" channels
    D  (I, M*N, S)    the depthwise kernel in front of it, initialised to zero
    d_diag (I, M*N, S)  floor(S / MN) copies of the identity side by side, zeros after them; never trained

    K[o, c, m] = sum_s (D + d_diag)[row(o, c), m, s] * W[o, c, s],   row(o, c) = (o mod g) * I/g + c

The row rule is the grouped semantics of the method's PyTorch implementation (W's (O, I/g) read again as (O/g, I)); with
one group it is the paper's K = (D + diag)^T o W. At the start D = 0, hence K is the sum of the M*N-wide tiles of W, and
with S = M*N simply K = W: a fresh DO-Conv network computes what a fresh plain one with the same weights computes.
Weight decay on D pulls D + d_diag to the identity, not to zero. A 1 x 1 layer has only W (O, I/g, 1).
"""

import math

import torch
import torch.nn.functional as F
from torch import nn


class DOConv2d(nn.Module):
    """A drop-in for nn.Conv2d with any kernel size, stride, zero padding, dilation and groups.

    Parameters are named as in published DO-Conv checkpoints: W, D, d_diag and bias.
    """

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True, depth=None):
        super().__init__()
        rows, columns = _pair(kernel_size)
        taps = rows * columns
        self.kernel = (rows, columns)
        self.groups = groups
        self.geometry = dict(stride=stride, padding=padding, dilation=dilation, groups=groups)
        depth = taps if depth is None or taps == 1 else depth

        self.W = nn.Parameter(torch.empty(out_channels, in_channels // groups, depth))
        nn.init.kaiming_uniform_(self.W, a=math.sqrt(5))  # the fan-in is I/g * S: nn.Conv2d's own rule with S for M*N
        if taps > 1:
            self.D = nn.Parameter(torch.zeros(in_channels, taps, depth))
            self.d_diag = nn.Parameter(tiled_identity(in_channels, taps, depth), requires_grad=False)
        self.bias = nn.Parameter(torch.empty(out_channels)) if bias else None
        if bias:
            bound = 1 / math.sqrt(self.W.shape[1] * depth)
            nn.init.uniform_(self.bias, -bound, bound)

    def composed_kernel(self):
        """K (O, I/g, M, N), differentiable in W and D."""
        out_channels, group_channels, depth = self.W.shape
        shape = (out_channels, group_channels, *self.kernel)
        if not hasattr(self, "D"):
            return self.W.reshape(shape)
        depthwise = self.D + self.d_diag
        weights = self.W.reshape(out_channels // self.groups, depthwise.shape[0], depth)
        with torch.autocast("cpu", enabled=False):  # the product of W and D is float32 wherever activations are narrower
            return torch.einsum("ims,ois->oim", depthwise, weights).reshape(shape)

    def forward(self, x):
        return F.conv2d(x, self.composed_kernel(), self.bias, **self.geometry)


def tiled_identity(channels, taps, depth):
    """(channels, taps, depth): floor(depth / taps) identities side by side, then zeros."""
    whole = depth // taps
    row = torch.cat([torch.eye(taps)] * whole + [torch.zeros(taps, depth - whole * taps)], dim=1)
    return row.expand(channels, taps, depth).clone()


def _pair(size):
    return (size, size) if isinstance(size, int) else tuple(size)
