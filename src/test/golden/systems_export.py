"""Writes the networks of systems.py, in training form and as ONNX, with what PyTorch makes of them in float64.

For each case: `<name>.onnx`; `<name>.safetensors` with the input `x` and the outputs `y0`, `y1`, …; and a paragraph of
`systems.txt` with what it has to fold to, which is written by hand and never taken from what a folder does.
"""

import pathlib
import warnings
import zlib

import onnx
import torch
from safetensors.torch import save_file
from torch import nn

torch.set_num_threads(1)
warnings.filterwarnings("ignore")
OUT = pathlib.Path(__file__).parents[1] / "resources/io/foldserve/fold/systems"
paragraphs = []


def randomise(module):
    """Batch norms with positive, negative and zero scales; float32 values."""
    with torch.no_grad():
        for norm in module.modules():
            if isinstance(norm, (nn.BatchNorm1d, nn.BatchNorm2d)):
                norm.weight.copy_(torch.randn(norm.num_features))
                norm.weight[1 % norm.num_features] = 0
                norm.bias.copy_(torch.randn(norm.num_features))
                if norm.track_running_stats:
                    norm.running_mean.copy_(torch.randn(norm.num_features))
                    norm.running_var.copy_(torch.rand(norm.num_features) + 0.05)
            elif isinstance(norm, (nn.GroupNorm, nn.LayerNorm, nn.InstanceNorm2d)) and norm.weight is not None:
                norm.weight.copy_(torch.randn(norm.weight.shape))
                norm.bias.copy_(torch.randn(norm.bias.shape))
    return module


def export(path, module, x, exporter, opset):
    names = dict(input_names=["image"], output_names=["features"])
    if exporter == "script":
        torch.onnx.export(module, (x,), str(path), dynamo=False, opset_version=opset, do_constant_folding=False,
                          training=torch.onnx.TrainingMode.PRESERVE, **names)
    else:
        program = torch.onnx.export(module, (x,), dynamo=True, opset_version=opset, external_data=False, verbose=False,
                                    optimize=exporter == "export-optimised", **names)
        program.save(str(path), external_data=False)


def strip(path):
    """Leaves out stack traces and inferred shapes: what folding does may not rest on them."""
    model = onnx.load(str(path))
    model.doc_string = ""
    del model.metadata_props[:], model.graph.metadata_props[:], model.graph.value_info[:]
    model.graph.doc_string = ""
    for item in [*model.graph.node, *model.graph.initializer, *model.graph.input, *model.graph.output]:
        item.doc_string = ""
        del item.metadata_props[:]
    for node in model.graph.node:
        for attribute in node.attribute:
            attribute.doc_string = ""
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
    return model


def record(name, system, build, shape, folded, reasons=(), stays=False, exporter="script", opset=17, gain=1,
           unknown=()):
    """One case.

    folded: the operators on data that have to be left, in order: kernel shape, then groups, strides, dilations, pads and
    output paddings where they are not the default. reasons: parts of sentences that have to be among the declined.
    unknown: operators that foldserve's evaluator does not know. gain: by how much more than their sum of magnitudes the network's activations amplify a rounding error.
    """
    torch.manual_seed(zlib.crc32(name.encode()))
    module = randomise(build()).eval()
    x = torch.randn(1, *shape)
    OUT.mkdir(parents=True, exist_ok=True)
    path = OUT / f"{name}.onnx"
    export(path, module, x, exporter, opset)
    model = strip(path)
    norms = sum(isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d)) for m in module.modules())
    kept = sum(node.op_type == "BatchNormalization" for node in model.graph.node)
    assert exporter == "export-optimised" or kept >= norms, f"{name}: {kept} of {norms} batch norms were exported"
    with torch.no_grad():
        y = module.double()(x.double())
    tensors = {f"y{i}": value.contiguous() for i, value in enumerate(y if isinstance(y, tuple) else (y,))}
    write(name, system, x, tensors, folded, reasons, stays, gain, unknown)


def write(name, system, x, tensors, folded, reasons, stays, gain, unknown):
    save_file({"x": x, **tensors}, str(OUT / f"{name}.safetensors"))
    lines = [f"case {name}", f"system {system}", f"verdict {'stays' if stays else 'folds'}"]
    lines += [f"gain {gain}"] if gain != 1 else []
    lines += [f"unknown {operator}" for operator in unknown]
    lines += [f"expect {line}" for line in folded] + [f"reason {reason}" for reason in reasons]
    paragraphs.append((name, "\n".join(lines)))


def finish():
    """Writes the manifest, and removes files of cases that are no more."""
    names = [name for name, _ in paragraphs]
    assert len(names) == len(set(names)), "two cases of one name"
    (OUT / "systems.txt").write_text("\n\n".join(text for _, text in paragraphs) + "\n")
    for path in OUT.iterdir():
        if path.stem not in names and path.name != "systems.txt":
            path.unlink()
    print(len(names), "cases,", sum(path.stat().st_size for path in OUT.iterdir()), "bytes")
