"""Makes bare DO-Conv checkpoints in many forms, and judges the way from each to a served model without a text editor.

python bare_checkpoints.py make FOLDER [SEED]: a folder for each checkpoint, with the file, `image.png`, what PyTorch
computes in float64 (`expected.json`) and what its author knows and no checkpoint says (`known.json`): the order of the
layers, those without tensors, strides, paddings, padding modes, dilations.
python bare_checkpoints.py answer FOLDER COMMAND…: asks `COMMAND… inspect` about each file (without COMMAND: reads
what it said before), answers what it asks with
known.json and nothing else, and writes the printed manifest to FOLDER/models.
python bare_checkpoints.py judge FOLDER URL: asks the service at URL, which serves FOLDER/models, about each image.
"""

import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request

import numpy as np
import torch
import yaml
from PIL import Image
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional

torch.set_num_threads(1)
SIZE, CLASSES = 16, 5


class DOConv2d(nn.Module):
    """Row (o mod g)·(I/g) + c of D + diagonal for output o and input c of its group; 1×1 layers have W alone."""

    def __init__(
        self,
        i,
        o,
        kernel,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
        mode="zeros",
        multiplier=None,
        diagonal="d_diag",
    ):
        super().__init__()
        self.shape, self.o, self.groups, self.mode = (o, i // groups, *kernel), o, groups, mode
        self.stride, self.padding, self.dilation, self.diagonal = stride, padding, dilation, diagonal
        taps = kernel[0] * kernel[1]
        s = multiplier or taps
        self.W = nn.Parameter(0.3 * torch.randn(o, i // groups, s if taps > 1 else 1))
        if taps > 1:
            self.D = nn.Parameter(0.2 * torch.randn(i, taps, s))
            eye = torch.cat([torch.eye(taps).repeat(1, s // taps), torch.zeros(taps, s % taps)], 1)
            if diagonal:
                self.register_parameter(diagonal, nn.Parameter(eye.repeat(i, 1, 1), requires_grad=False))
            self.eye = eye
        self.bias = nn.Parameter(torch.randn(o)) if bias else None

    def forward(self, x):
        kernel = self.W.reshape(self.shape) if self.W.shape[2] == 1 and self.shape[2:] == (1, 1) else self.composed()
        padding = self.padding
        if self.mode != "zeros":
            # As the original does it: the width's padding first, which F.pad takes for the last axis.
            x = functional.pad(x, (padding[0], padding[0], padding[1], padding[1]), self.mode)
            padding = 0
        return functional.conv2d(x, kernel, self.bias, self.stride, padding, self.dilation, self.groups)

    def composed(self):
        total = self.D + self.eye.to(self.D.dtype)
        w = self.W.reshape(self.o // self.groups, total.shape[0], -1)
        return torch.einsum("ims,ois->oim", total, w).reshape(self.shape)


def pair(low, high):
    return (
        [random.randint(low, high), random.randint(low, high)]
        if random.random() < 0.3
        else [random.randint(low, high)] * 2
    )


def layers(options):
    """A random network: pairs of a module and what its author knows of it."""
    channels, built, size = options.get("channels", 3), [], [SIZE, SIZE]
    blocks = random.randint(2, 4)
    for block in range(blocks):
        out = random.choice([6, 8, 12])
        kernel = options.get("kernel") or random.choice([[3, 3], [3, 3], [5, 5], [3, 1], [1, 1]])
        groups = 1
        if options.get("groups") and block:
            groups = random.choice([g for g in (2, 3, channels) if channels % g == 0])
            out = groups * random.choice([1, 2]) if groups == channels else random.choice([6, 12])
            groups = groups if out % groups == 0 else 1
        dilation = [2, 2] if options.get("dilation") and block == 1 else [1, 1]
        padding = [d * (k // 2) for k, d in zip(kernel, dilation)]
        mode = options.get("mode", "zeros")
        if options.get("padding") == "none":
            padding = [0, 0]
        elif options.get("padding") == "odd" and mode == "zeros":
            padding = [random.randint(0, k // 2) for k in kernel]
        stride = [2, 2] if options.get("stride") and block < 2 else [1, 1]
        bias = options.get("bias", random.random() < 0.5)
        known = dict(
            kind="conv",
            out=out,
            kernel=kernel,
            stride=stride,
            padding=padding,
            dilation=dilation,
            groups=groups,
            paddingMode=mode,
        )
        if options.get("plain") == block:
            module = nn.Conv2d(
                channels,
                out,
                tuple(kernel),
                tuple(stride),
                tuple(padding),
                tuple(dilation),
                groups,
                bias,
                padding_mode=mode,
            )
        else:
            module = DOConv2d(
                channels,
                out,
                kernel,
                stride,
                padding,
                dilation,
                groups,
                bias,
                mode,
                options.get("multiplier"),
                options.get("diagonal", "d_diag"),
            )
        built.append((module, known))
        if options.get("norm", True):
            norm = nn.BatchNorm2d(out, eps=options.get("epsilon", 1e-5))
            with torch.no_grad():
                norm.weight.copy_(1 + 0.3 * torch.randn(out)), norm.bias.copy_(0.3 * torch.randn(out))
                norm.running_mean.copy_(torch.randn(out)), norm.running_var.copy_(torch.rand(out) + 0.5)
            built.append((norm, dict(kind="batchNorm", epsilon=norm.eps)))
        built.append(
            random.choice(
                [
                    (nn.ReLU(), dict(kind="relu")),
                    (nn.ReLU(), dict(kind="relu")),
                    (nn.ReLU6(), dict(kind="relu6")),
                    (nn.Hardswish(), dict(kind="hardSwish")),
                ]
            )
        )
        channels = out
        size = [
            (s + 2 * p - d * (k - 1) - 1) // t + 1 for s, p, d, k, t in zip(size, padding, dilation, kernel, stride)
        ]
        if options.get("pool") and block == 0:
            built.append((nn.MaxPool2d(2), dict(kind="maxPool", kernel=2)))
            size = [s // 2 for s in size]
    if options.get("segments"):
        built.append(
            (
                nn.Conv2d(channels, CLASSES, 1),
                dict(
                    kind="conv",
                    out=CLASSES,
                    kernel=[1, 1],
                    stride=[1, 1],
                    padding=[0, 0],
                    dilation=[1, 1],
                    groups=1,
                    paddingMode="zeros",
                ),
            )
        )
        return built
    if options.get("head") == "positions":
        built += [
            (nn.AdaptiveAvgPool2d(2), dict(kind="adaptiveAvgPool", output=2)),
            (nn.Flatten(), dict(kind="flatten")),
        ]
        channels *= 4
    else:
        built += [
            (nn.AdaptiveAvgPool2d(1), dict(kind="adaptiveAvgPool", output=1)),
            (nn.Flatten(), dict(kind="flatten")),
        ]
    if options.get("hidden"):
        built += [(nn.Linear(channels, 10), dict(kind="linear")), (nn.ReLU(), dict(kind="relu"))]
        channels = 10
    if options.get("dropout"):
        built.append((nn.Dropout(0.5), dict(kind="dropout")))
    built.append((nn.Linear(channels, CLASSES, bias=options.get("headBias", True)), dict(kind="linear")))
    return built


def names(built, style):
    """Where each module with tensors stands in the state dict."""
    found, convolutions, norms, linears, stage = [], 0, 0, 0, 0
    split = max(i for i, (module, _) in enumerate(built) if isinstance(module, (DOConv2d, nn.Conv2d, nn.BatchNorm2d)))
    for i, (module, known) in enumerate(built):
        if style == "sequential":
            name = str(i)
        elif style == "features":
            name = f"features.{i}" if i <= split else f"classifier.{i - split - 1}"
        elif style == "nested":
            convolutions += isinstance(module, (DOConv2d, nn.Conv2d))
            part = {"conv": "conv", "batchNorm": "bn", "linear": "fc"}.get(known["kind"], "act")
            name = f"net.body.stage{convolutions}.{part}" if i <= split else f"net.head.{part}{i}"
        elif style == "dashed":
            name = f"part-{i}.{known['kind']}" if i <= split else f"head.fc-{i}"
        elif style == "wrapped":
            convolutions += isinstance(module, (DOConv2d, nn.Conv2d))
            part = {"conv": "conv.0", "batchNorm": "conv.1", "linear": "linear"}.get(known["kind"], "act")
            name = f"encoder.layers.{convolutions}.{part}" if i <= split else f"head.{i}.{part}"
        elif style == "blocks":
            convolutions += isinstance(module, (DOConv2d, nn.Conv2d))
            part = {"conv": 0, "batchNorm": 1}.get(known["kind"], 2)
            name = f"blocks.{convolutions - 1}.{part}" if i <= split else f"head.{i - split - 1}"
        else:
            convolutions += known["kind"] == "conv"
            norms += known["kind"] == "batchNorm"
            linears += known["kind"] == "linear"
            count = {"conv": convolutions, "batchNorm": norms, "linear": linears}.get(known["kind"], 0)
            name = {"conv": "conv", "batchNorm": "bn", "linear": "fc"}.get(known["kind"], "act") + str(count)
        found.append(name)
    return found


def state_of(built, places):
    return {
        f"{place}.{key}": value.detach().clone().contiguous()
        for (module, _), place in zip(built, places)
        for key, value in module.state_dict().items()
    }


def shadow(state):
    return {
        key: value + 0.05 if value.is_floating_point() and "diag" not in key else value for key, value in state.items()
    }


def prefixed(prefix, state):
    return {prefix + key: value for key, value in state.items()}


def save(path, form, state):
    training = {
        "epoch": 3,
        "optimizer": {"state": {0: {"exp_avg": torch.zeros(4)}}, "param_groups": [{"lr": 0.1, "params": [0]}]},
    }
    if form == "bare":
        torch.save(state, path / "weights.pth")
    elif form == "legacy":
        torch.save(state, path / "weights.pt", _use_new_zipfile_serialization=False)
    elif form == "training":
        torch.save({**training, "state_dict": state, "best_acc1": torch.tensor(71.5)}, path / "checkpoint.pth.tar")
    elif form == "model":
        torch.save({**training, "model": state, "args": {"lr": 0.1}}, path / "last.pt")
    elif form == "ema":
        torch.save({**training, "state_dict": shadow(state), "state_dict_ema": state}, path / "checkpoint-9.pth.tar")
        return "state_dict_ema"
    elif form == "model_ema":
        torch.save({**training, "model": state, "model_ema": shadow(state)}, path / "checkpoint.pth")
        return "model"
    elif form == "lightning":
        torch.save(
            {
                **training,
                "pytorch-lightning_version": "2.4.0",
                "global_step": 7,
                "loops": {},
                "callbacks": {},
                "lr_schedulers": [],
                "hyper_parameters": {"lr": 0.1},
                "state_dict": {**prefixed("model.", state), "criterion.weight": torch.ones(CLASSES)},
            },
            path / "epoch=3.ckpt",
        )
    elif form == "ddp":
        torch.save(prefixed("module.", state), path / "ddp.pth")
    elif form == "compiled":
        torch.save({"model": prefixed("_orig_mod.", state)}, path / "compiled.pth")
    elif form == "safetensors":
        save_file(state, path / "model.safetensors")
    elif form == "gan":
        torch.save({"generator": {"weights": state}, "step": 4}, path / "net.pth")
    elif form == "thop":
        extra = {
            f"{key.rsplit('.', 1)[0]}.{name}": torch.zeros(1, dtype=torch.float64)
            for key in state
            for name in ("total_ops", "total_params")
        }
        torch.save(
            {
                **state,
                **extra,
                "total_ops": torch.zeros(1, dtype=torch.float64),
                "total_params": torch.zeros(1, dtype=torch.float64),
            },
            path / "counted.pth",
        )
    elif form == "half":
        torch.save(
            {key: value.half() if value.is_floating_point() else value for key, value in state.items()},
            path / "half.pth",
        )
    elif form == "double":
        torch.save(
            {key: value.double() if value.is_floating_point() else value for key, value in state.items()},
            path / "double.pth",
        )
    elif form == "bfloat":
        torch.save(
            {key: value.bfloat16() if value.is_floating_point() else value for key, value in state.items()},
            path / "bfloat.pth",
        )
    elif form == "ema_module":
        torch.save({"epoch": 2, "model": shadow(state), "ema": {"module": state, "updates": 10}}, path / "best.pth")
        return "ema/module"
    elif form == "ema_dot":
        torch.save(
            {"net": shadow(state), "ema_net": prefixed("module.", state), "scheduler": {"last_epoch": 3}},
            path / "ema.pth",
        )
        return "ema_net"
    elif form == "list":
        torch.save([state, {"lr": 0.1}], path / "pair.pt")
    elif form == "bin":
        torch.save(state, path / "pytorch_model.bin")
    elif form == "two_nets":
        torch.save({"student": state, "teacher": shadow(state)}, path / "distilled.pth")
        return "student"
    elif form == "timm":
        torch.save(
            {
                "epoch": 1,
                "arch": "mine",
                "state_dict": prefixed("module.", shadow(state)),
                "state_dict_ema": prefixed("module.", state),
                "version": 2,
                "metric": 71.2,
                "amp_scaler": {"scale": 65536.0},
            },
            path / "model_best.pth.tar",
        )
        return "state_dict_ema"
    elif form == "parameters":
        torch.save(
            {key: nn.Parameter(value) if value.is_floating_point() else value for key, value in state.items()},
            path / "parameters.pth",
        )
    return ""


CASES = [
    ("sequential", "bare", {}),
    ("sequential", "bare", dict(bias=False)),
    ("sequential", "training", dict(stride=True)),
    ("sequential", "safetensors", dict(pool=True)),
    ("sequential", "ema", dict(bias=False)),
    ("sequential", "bare", dict(channels=1)),
    ("sequential", "bare", dict(mode="reflect")),
    ("sequential", "bare", dict(norm=False)),
    ("sequential", "legacy", dict(hidden=True, dropout=True)),
    ("sequential", "bare", dict(segments=True)),
    ("features", "bare", dict(pool=True, hidden=True)),
    ("features", "ddp", dict(bias=False)),
    ("features", "training", dict(groups=True)),
    ("features", "lightning", dict(stride=True)),
    ("features", "model", dict(mode="replicate")),
    ("features", "model_ema", dict(mode="circular")),
    ("features", "compiled", dict(dilation=True)),
    ("features", "bare", dict(head="positions")),
    ("features", "safetensors", dict(head="positions", hidden=True)),
    ("features", "thop", dict(pool=True)),
    ("nested", "bare", dict(bias=False)),
    ("nested", "training", dict(stride=True)),
    ("nested", "gan", dict(segments=True)),
    ("nested", "safetensors", dict(groups=True)),
    ("nested", "lightning", dict(channels=1, bias=False)),
    ("nested", "half", {}),
    ("nested", "double", dict(pool=True)),
    ("blocks", "bare", dict(bias=False)),
    ("blocks", "training", dict(groups=True, bias=False)),
    ("blocks", "ema", dict(mode="reflect")),
    ("blocks", "ddp", dict(padding="odd")),
    ("blocks", "legacy", dict(padding="none")),
    ("blocks", "parameters", dict(plain=0)),
    ("blocks", "safetensors", dict(plain=1, bias=False)),
    ("named", "bare", dict(multiplier=18)),
    ("named", "training", dict(multiplier=13)),
    ("named", "model", dict(kernel=[3, 5])),
    ("named", "bare", dict(diagonal="D_diag")),
    ("named", "safetensors", dict(diagonal="", bias=False)),
    ("named", "lightning", dict(norm=False, bias=True)),
    ("named", "bare", dict(channels=1, segments=True, bias=False)),
    ("named", "thop", dict(headBias=False)),
    ("named", "ema", dict(kernel=[1, 3], padding="odd")),
    ("named", "bare", dict(epsilon=1e-3)),
    ("named", "compiled", dict(mode="reflect", kernel=[3, 3], bias=False)),
    ("named", "model_ema", dict(groups=True, kernel=[3, 3])),
    ("named", "ddp", dict(mode="reflect", kernel=[3, 5])),
    ("sequential", "lightning", dict(groups=True, kernel=[3, 3], mode="circular")),
    ("dashed", "bare", {}),
    ("dashed", "safetensors", dict(bias=False)),
    ("wrapped", "training", dict(hidden=True)),
    ("wrapped", "bfloat", {}),
    ("wrapped", "ema_module", dict(bias=False)),
    ("features", "ema_dot", {}),
    ("sequential", "list", {}),
    ("sequential", "bin", dict(bias=False)),
    ("features", "two_nets", dict(channels=1)),
    ("blocks", "timm", dict(stride=True)),
    ("wrapped", "bare", dict(groups=True, kernel=[1, 1])),
    ("named", "bare", dict(groups=True, kernel=[1, 1], bias=False)),
    ("features", "bare", dict(plain=0, groups=True)),
    ("named", "safetensors", dict(plain=0, channels=1)),
    ("wrapped", "compiled", dict(mode="replicate", kernel=[5, 5])),
    ("sequential", "half", dict(channels=1, mode="reflect", bias=False)),
    ("blocks", "double", dict(multiplier=9, kernel=[3, 3])),
]


def make(folder, seed):
    for index, (style, form, options) in enumerate(CASES):
        random.seed(1000 * seed + index), torch.manual_seed(1000 * seed + index)
        path = folder / f"{index:02d}-{style}-{form}-{'-'.join(options) or 'usual'}"
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        built = layers(options)
        places = names(built, style)
        entry = save(path, form, state_of(built, places))
        network = nn.Sequential(*[module for module, _ in built]).eval()
        if form in ("half", "bfloat"):
            network = network.half() if form == "half" else network.bfloat16()
        network = network.double()
        channels = options.get("channels", 3)
        picture = np.random.default_rng(index).integers(0, 256, (SIZE, SIZE, channels), np.uint8)
        Image.fromarray(picture[..., 0] if channels == 1 else picture).save(path / "image.png")
        mean, std = [0.25] * channels, [0.5] * channels
        x = (torch.from_numpy(picture).double().permute(2, 0, 1) / 255 - 0.25) / 0.5
        with torch.no_grad():
            y = network(x[None])[0]
        task = "segmentation" if options.get("segments") else "classification"
        answer = y.argmax(0).flatten().tolist() if task == "segmentation" else y.tolist()
        (path / "expected.json").write_text(json.dumps(answer))
        known = dict(
            task=task,
            width=int(y.shape[-1]) if task == "segmentation" else SIZE,
            mean=mean,
            std=std,
            colour="grey" if channels == 1 else "rgb",
            entry=entry,
            layers=[
                dict(known, name=place if module.state_dict() else "") for (module, known), place in zip(built, places)
            ],
        )
        (path / "known.json").write_text(json.dumps(known))


QUESTION = re.compile(r"\s+# (.*)$")


def answered(printed, known):
    """The printed manifest with its questions answered, or a complaint of what it neither says nor asks."""
    lines, listed, out, complaints = printed.splitlines(), {}, [], []
    first = next((i for i, line in enumerate(lines) if line.startswith("        - ")), None)
    if first is None:
        return printed, ["no list of layers"]
    rest = [line for line in lines if not line.startswith("        - ")]
    for line in lines:
        if line.startswith("        - "):
            question = QUESTION.search(line)
            entry = yaml.safe_load(QUESTION.sub("", line[8:]))[0]
            if isinstance(entry, dict) and isinstance(next(iter(entry.values())), dict):
                ((kind, options),) = entry.items()
                if "name" in options:
                    listed[str(options["name"])] = (kind, options, question.group(1) if question else "")
    order = []
    for layer in known["layers"]:
        if not layer["name"]:
            options = {key: value for key, value in layer.items() if key not in ("kind", "name")}
            order.append({layer["kind"]: options} if options else layer["kind"])
            continue
        found = [name for name in listed if f".{name}".endswith("." + layer["name"])]
        if not found:
            complaints.append(f"{layer['name']} is not listed")
            continue
        kind, options, question = listed[found[0]]
        options = dict(options)
        for key in ("stride", "padding", "paddingMode", "dilation", "groups", "epsilon"):
            if key in layer and key in question:
                options[key] = layer[key]
        if "kernel's shape" in question:
            options["kernel"] = layer["kernel"]
        order.append({kind: options})
    for line in rest:
        question = QUESTION.search(line)
        key = line.strip().split(":")[0]
        if key == "layers" or (line.strip().startswith("#") and key != "layers"):
            out.append(QUESTION.sub("", line))
            if key == "layers":
                out += ["        - " + json.dumps(layer) for layer in order]
            continue
        answers = dict(
            task=known["task"],
            width=known["width"],
            height=known["width"],
            colour=known["colour"],
            mean=known["mean"],
            std=known["std"],
            entry=known["entry"],
            guessed=False,
            resize=dict(width=known["width"], height=known["width"]),
        )
        if question and key == "crop":
            continue
        if question and key in answers and answers[key] != "":
            out.append(line.split(":")[0] + ": " + json.dumps(answers[key]))
        else:
            out.append(QUESTION.sub("", line))
    return "\n".join(out) + "\n", complaints


def answer(folder, command):
    models = folder / "models"
    shutil.rmtree(models, ignore_errors=True)
    for path in sorted(p for p in folder.iterdir() if (p / "known.json").exists()):
        known = json.loads((path / "known.json").read_text())
        file = next(p for p in path.iterdir() if p.suffix in (".pt", ".pth", ".tar", ".ckpt", ".safetensors", ".bin"))
        told = path / "inspect.txt"
        if command:
            run = subprocess.run([*command, "inspect", str(file)], capture_output=True, text=True)
            if "name the entry to read" in run.stderr:
                run = subprocess.run(
                    [*command, "inspect", "--entry", known["entry"], str(file)], capture_output=True, text=True
                )
            told.write_text(run.stdout + run.stderr)
        printed = told.read_text()
        begin = printed.find("# model.yaml to start from")
        if begin < 0:
            print("WRONG ", path.name, "no manifest is printed:", printed.strip()[-300:])
            continue
        manifest, complaints = answered(printed[begin:], known)
        for complaint in complaints:
            print("LACKS ", path.name, complaint)
        target = models / path.name
        target.mkdir(parents=True)
        shutil.copy(file, target)
        (target / "model.yaml").write_text(manifest)
        (target / "labels.txt").write_text("".join(f"class {i}\n" for i in range(CLASSES)))


def get(url, data=None):
    try:
        with urllib.request.urlopen(
            urllib.request.Request(url, data, {"Content-Type": "image/png"} if data else {}), timeout=60
        ) as f:
            return json.loads(f.read())
    except urllib.error.HTTPError as e:
        return json.loads(e.read() or b"{}")


def judge(folder, url):
    right = total = 0
    for path in sorted(p for p in folder.iterdir() if (p / "known.json").exists()):
        total += 1
        state = get(f"{url}/v1/models/{path.name}")
        if str(state.get("state")).lower() != "ready":
            print("WRONG ", path.name, state)
            continue
        expected = json.loads((path / "expected.json").read_text())
        found = get(f"{url}/v1/models/{path.name}/predict?topK={CLASSES}", (path / "image.png").read_bytes())
        if "mask" in found:
            runs = found["mask"]["runs"]
            pixels = [c for c, n in zip(runs[::2], runs[1::2]) for _ in range(n)]
            good = len(pixels) == len(expected) and sum(a == b for a, b in zip(pixels, expected)) >= 0.995 * len(
                expected
            )
        else:
            logits = {c["index"]: c["logit"] for c in found.get("classes", [])}
            good = len(logits) == len(expected) and all(
                abs(logits[i] - e) <= 1e-4 * max(map(abs, expected)) for i, e in enumerate(expected)
            )
        right += good
        if not good:
            print("WRONG ", path.name, str(found)[:300], expected[:5])
    print(f"{right} right of {total}")


if __name__ == "__main__":
    task, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    if task == "make":
        make(folder, int(sys.argv[3]) if len(sys.argv) > 3 else 0)
    elif task == "answer":
        answer(folder, sys.argv[3:])
    else:
        judge(folder, sys.argv[3].rstrip("/"))
