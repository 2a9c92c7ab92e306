"""Writes re-parameterised layers and lazily negated tensors with PyTorch, and the weights that PyTorch computes with.

    python src/test/golden/reparametrizations.py src/test/resources/io/foldserve/architecture

`reparametrized.pth` has the state dict; `reparametrized.json` has, by name, the weights of the modules in evaluation mode,
computed in double precision and rounded to float32 once.
"""

import json
import os
import sys
import warnings

import torch
from torch import nn
from torch.nn.utils import parametrizations, prune

warnings.filterwarnings("ignore")
torch.manual_seed(11)
OUT = sys.argv[1]

net = nn.ModuleDict({
    "weight_norm": nn.utils.weight_norm(nn.Conv2d(3, 4, 3)),
    "weight_norm_of_all": nn.utils.weight_norm(nn.Linear(5, 3), dim=None),
    "weight_norm_transposed": nn.utils.weight_norm(nn.ConvTranspose2d(3, 4, 2), dim=1),
    "weight_norm_parametrized": parametrizations.weight_norm(nn.Conv2d(3, 4, 3)),
    "spectral_norm": nn.utils.spectral_norm(nn.Conv2d(3, 4, 3)),
    "spectral_norm_transposed": nn.utils.spectral_norm(nn.ConvTranspose2d(3, 4, 2)),
    "spectral_norm_parametrized": parametrizations.spectral_norm(nn.Linear(5, 3)),
    "spectral_norm_parametrized_transposed": parametrizations.spectral_norm(nn.ConvTranspose2d(3, 4, 2)),
    "pruned": prune.l1_unstructured(nn.Conv2d(3, 4, 3), "weight", amount=0.4),
    "pruned_bias": prune.random_unstructured(nn.Linear(5, 3), "bias", amount=0.5),
})
for module in net.values():
    for name, parameter in module.named_parameters():
        if name.endswith("_g") or name.endswith("original0"):
            with torch.no_grad():
                parameter.mul_(torch.rand_like(parameter) + 0.5)
net.train()
net["spectral_norm"](torch.randn(1, 3, 5, 5))
net["spectral_norm_transposed"](torch.randn(1, 3, 5, 5))
net.eval()
state = {name: tensor.clone() for name, tensor in net.state_dict().items()}
state["negated"] = torch.tensor([1 + 2j, -3 + 0.5j, 0.25j], dtype=torch.complex64).conj().imag
assert state["negated"].is_neg()
torch.save(state, os.path.join(OUT, "reparametrized.pth"))

net.double()
expected = {"negated": state["negated"].resolve_neg()}
shapes = {
    "weight_norm": (1, 3, 5, 5), "weight_norm_of_all": (1, 5), "weight_norm_transposed": (1, 3, 5, 5),
    "spectral_norm": (1, 3, 5, 5), "spectral_norm_transposed": (1, 3, 5, 5), "pruned": (1, 3, 5, 5),
    "pruned_bias": (1, 5),
}
for name, shape in shapes.items():
    net[name](torch.randn(shape, dtype=torch.double))
for name, module in net.items():
    expected[name + ".weight"] = module.weight.detach().float()
expected["pruned_bias.bias"] = net["pruned_bias"].bias.detach().float()
with open(os.path.join(OUT, "reparametrized.json"), "w") as out:
    json.dump({
        name: {"shape": list(tensor.shape), "values": tensor.flatten().tolist()} for name, tensor in expected.items()
    }, out)
    out.write("\n")
