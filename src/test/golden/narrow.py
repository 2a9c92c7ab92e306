"""Writes networks of float16 and bfloat16 to src/test/resources/io/foldserve/fold/narrow/.

For each: `model.onnx` as one of PyTorch's exporters writes it; `input.npy` and `expected.npy`, what PyTorch computes in
float64 with the same weights and no rounding between; and `kernel0.npy`, `bias0.npy`, `kernel1.npy`, `bias1.npy`, what
the two convolutions fold to, in float64. Run with: python src/test/golden/narrow.py
"""

import pathlib
import warnings

import numpy as np
import torch
from systems_export import randomise, strip
from torch import nn
from torch.nn import functional

torch.set_num_threads(1)
warnings.filterwarnings("ignore")
OUT = pathlib.Path(__file__).parents[1] / "resources/io/foldserve/fold/narrow"


def folded(conv, norm):
    """K and b of a batch norm after a convolution."""
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return conv * scale.view(-1, 1, 1, 1), norm.bias - scale * norm.running_mean


class Network(nn.Module):
    """A RepVGG block, a grouped DO-Conv with a batch norm, and a linear layer."""

    def __init__(self):
        super().__init__()
        self.dense, self.dense_norm = nn.Conv2d(4, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4)
        self.point, self.point_norm = nn.Conv2d(4, 4, 1, bias=False), nn.BatchNorm2d(4)
        self.norm = nn.BatchNorm2d(4)
        self.W, self.D = nn.Parameter(torch.randn(6, 2, 9)), nn.Parameter(0.3 * torch.randn(4, 9, 9))
        self.register_buffer("d_diag", torch.eye(9).repeat(4, 1, 1))
        self.last_norm = nn.BatchNorm2d(6)
        self.head = nn.Linear(6, 3)

    def kernel(self):
        return torch.einsum("ims,ois->oim", self.D + self.d_diag, self.W.reshape(3, 4, 9)).reshape(6, 2, 3, 3)

    def forward(self, x):
        x = self.dense_norm(self.dense(x)) + self.point_norm(self.point(x)) + self.norm(x)
        x = functional.relu(x)
        x = self.last_norm(functional.conv2d(x, self.kernel(), None, 2, 1, 1, 2))
        return self.head(functional.relu(x).mean((2, 3)))

    def layers(self):
        dense, dense_bias = folded(self.dense.weight, self.dense_norm)
        point, point_bias = folded(functional.pad(self.point.weight, [1] * 4), self.point_norm)
        same, same_bias = folded(functional.pad(torch.eye(4, dtype=dense.dtype).view(4, 4, 1, 1), [1] * 4), self.norm)
        yield dense + point + same, dense_bias + point_bias + same_bias
        yield folded(self.kernel(), self.last_norm)


for name, dtype in (("half", torch.float16), ("bfloat16", torch.bfloat16)):
    for exporter in ("legacy", "dynamo"):
        torch.manual_seed(16)
        model = randomise(Network()).to(dtype).eval()
        x = torch.randn(1, 4, 6, 6).to(dtype)
        directory = OUT / f"{name}.{exporter}"
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / "model.onnx"
        if exporter == "legacy":
            torch.onnx.export(model, (x,), str(path), dynamo=False, opset_version=17, do_constant_folding=False,
                              training=torch.onnx.TrainingMode.PRESERVE)
        else:
            torch.onnx.export(model, (x,), dynamo=True, optimize=False, external_data=False, verbose=False,
                              opset_version=18).save(str(path), external_data=False)
        strip(path)
        double = model.double()
        with torch.no_grad():
            np.save(directory / "input.npy", x.double().numpy())
            np.save(directory / "expected.npy", double(x.double()).numpy())
            for i, (kernel, bias) in enumerate(double.layers()):
                np.save(directory / f"kernel{i}.npy", kernel.numpy())
                np.save(directory / f"bias{i}.npy", bias.numpy())
