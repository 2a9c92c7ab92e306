"""The bundled models as their manifests declare them: networks, pixels and checkpoint files."""

import functools
import pathlib

import torch
import yaml
from safetensors.torch import load_file, save_file
from torch import nn

from doconv import DOConv2d
from networks import CifarResNet20, UNet

MODELS = pathlib.Path(__file__).resolve().parent.parent
NAMES = ("digits", "digit-scenes")
VARIANTS = ("doconv", "baseline")


@functools.cache
def manifest(model):
    return yaml.safe_load((MODELS / model / "model.yaml").read_text())


def network(model, variant):
    """The declared network with fresh weights: DO-Convs or plain convolutions in the same places."""
    declared = manifest(model)["variants"][variant]["architecture"]
    conv = DOConv2d if variant == "doconv" else nn.Conv2d
    if declared["name"] == "cifar-resnet20":
        return CifarResNet20(conv, declared["channels"], declared["classes"])
    return UNet(conv, declared["channels"], declared["classes"], declared["width"])


def normalised(model, images):
    """Grey levels (n, channels, h, w) from 0 to 255, to what the network was trained on."""
    declared = manifest(model)["input"]
    mean = torch.tensor(declared["mean"]).view(1, -1, 1, 1)
    std = torch.tensor(declared["std"]).view(1, -1, 1, 1)
    return (images / 255 - mean) / std


def checkpoint_path(model, variant):
    return MODELS / model / manifest(model)["variants"][variant]["checkpoint"]


def save_checkpoint(model, variant, trained, epochs, score):
    """Writes the training form: W, D, d_diag or weight, batch-norm statistics. The layouts differ on purpose.

    digits/doconv nests the tensors under "state_dict", digit-scenes/doconv under "model", beside how the training went;
    digits/baseline is safetensors; digit-scenes/baseline is the bare state dict.
    """
    state = {name: tensor.contiguous().clone() for name, tensor in trained.state_dict().items()}
    path = checkpoint_path(model, variant)
    if path.suffix == ".safetensors":
        save_file(state, path)
    elif variant == "baseline":
        torch.save(state, path)
    elif model == "digits":
        torch.save({"state_dict": state, "epoch": epochs, "accuracy": score}, path)
    else:
        torch.save({"model": state, "epoch": epochs, "miou": score}, path)


def load_trained(model, variant):
    """The shipped network, ready to evaluate."""
    path = checkpoint_path(model, variant)
    content = load_file(path) if path.suffix == ".safetensors" else torch.load(path, weights_only=True)
    trained = network(model, variant)
    trained.load_state_dict(content.get("state_dict", content.get("model", content)))
    return trained.eval()
