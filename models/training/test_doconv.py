"""Checks of the DO-Conv layer and of what the comparison of the variants rests on. Run: python test_doconv.py"""

import itertools

import torch
from torch import nn

import bundled
from doconv import DOConv2d, tiled_identity


def composes_the_kernel_of_the_formula():
    """Against four plain loops, for dense, grouped and depthwise layers and any depth multiplier."""
    for (inputs, outputs, groups), depth in itertools.product([(4, 6, 1), (4, 6, 2), (4, 8, 4)], [5, 9, 13, 18]):
        layer = DOConv2d(inputs, outputs, 3, groups=groups, depth=depth).double()
        nn.init.normal_(layer.D)
        depthwise = (layer.D + layer.d_diag).detach()
        kernel = torch.zeros(outputs, inputs // groups, 9, dtype=torch.float64)
        for o, c, m in itertools.product(*map(range, kernel.shape)):
            row = (o % groups) * (inputs // groups) + c
            kernel[o, c, m] = sum(depthwise[row, m, s] * layer.W[o, c, s].item() for s in range(depth))
        torch.testing.assert_close(layer.composed_kernel().detach(), kernel.view(outputs, -1, 3, 3), rtol=1e-13, atol=1e-13)


def starts_as_the_sum_of_the_tiles_of_w():
    layer = DOConv2d(3, 5, 3, depth=20)
    tiles = layer.W[..., :9] + layer.W[..., 9:18]
    torch.testing.assert_close(layer.composed_kernel(), tiles.view(5, 3, 3, 3), rtol=0, atol=1e-7)
    assert tiled_identity(3, 9, 5).count_nonzero() == 0


def trains_w_and_d_but_never_the_diagonal():
    layer = DOConv2d(2, 3, 3, padding=1)
    layer(torch.randn(1, 2, 8, 8)).square().sum().backward()
    assert layer.W.grad.any() and layer.D.grad.any() and layer.d_diag.grad is None
    assert sorted(layer.state_dict()) == ["D", "W", "bias", "d_diag"]
    assert sorted(DOConv2d(2, 3, 1).state_dict()) == ["W", "bias"]


def starts_both_variants_of_a_seed_as_the_same_function():
    for model in bundled.NAMES:
        fresh = []
        for variant in bundled.VARIANTS:
            torch.manual_seed(7)
            fresh.append(bundled.network(model, variant).eval())
        channels, size = len(bundled.manifest(model)["input"]["mean"]), bundled.manifest(model)["input"]["width"]
        image = torch.randn(2, channels, size, size)
        torch.testing.assert_close(fresh[0](image), fresh[1](image), rtol=1e-5, atol=1e-6)


def ships_checkpoints_whose_d_was_trained():
    for model in bundled.NAMES:
        trained = bundled.load_trained(model, "doconv")
        layers = [layer for layer in trained.modules() if isinstance(layer, DOConv2d) and hasattr(layer, "D")]
        assert layers
        for layer in layers:
            assert layer.D.abs().max() > 1e-3
            assert torch.equal(layer.d_diag, tiled_identity(*layer.D.shape))


if __name__ == "__main__":
    composes_the_kernel_of_the_formula()
    starts_as_the_sum_of_the_tiles_of_w()
    trains_w_and_d_but_never_the_diagonal()
    starts_both_variants_of_a_seed_as_the_same_function()
    ships_checkpoints_whose_d_was_trained()
    print("all checks passed")
