"""Writes the checkpoint fixtures of the room `checkpoint` with PyTorch and safetensors themselves.

Run with the output folder as the only argument:
    python src/test/golden/checkpoints.py src/test/resources/io/foldserve/checkpoint

Every file is tiny. `expected.json` says, per file (and entry), which tensors must come out of it: name, type, shape and
values as PyTorch reads them back. Files in `refused/` must be refused; the tests say with which words.
"""

import argparse
import collections
import dataclasses
import datetime
import enum
import functools
import io
import json
import os
import pathlib
import pickle
import sys
import types as python_types
import zipfile

import numpy as np
import safetensors.torch
import torch

torch.set_num_threads(1)
torch.manual_seed(7)

OUT = sys.argv[1]
REFUSED = os.path.join(OUT, "refused")
os.makedirs(REFUSED, exist_ok=True)

DTYPES = {
    torch.float64: "FLOAT64", torch.float32: "FLOAT32", torch.float16: "FLOAT16", torch.bfloat16: "BFLOAT16",
    torch.int64: "INT64", torch.int32: "INT32", torch.int16: "INT16", torch.int8: "INT8", torch.uint8: "UINT8",
    torch.uint16: "UINT16", torch.uint32: "UINT32", torch.uint64: "UINT64", torch.bool: "BOOL",
}
expected = []


def describe(tensors):
    described = {}
    for name, tensor in tensors.items():
        tensor = tensor.detach()
        values = [float(v) for v in tensor.flatten().tolist()]
        described[name] = {"dtype": DTYPES[tensor.dtype], "shape": list(tensor.shape), "values": values}
    return described


def expect(file, tensors, entry=None, path=None):
    expected.append({"file": file, "entry": entry, "path": path, "tensors": describe(tensors)})


def save(name, value, **options):
    torch.save(value, os.path.join(OUT, name), **options)


def network():
    torch.manual_seed(11)
    net = torch.nn.Sequential(
        collections.OrderedDict(
            conv=torch.nn.Conv2d(1, 2, 3), bn=torch.nn.BatchNorm2d(2), fc=torch.nn.Linear(2, 3, bias=False)
        )
    )
    net.bn.running_mean.uniform_(-1, 1)
    return net


def types():
    return {
        "f64": torch.tensor([[1.5, -2.25], [1e300, -0.0]], dtype=torch.float64),
        "f32": torch.tensor([1.1, -3.0, 2**-149, 3e38]),
        "f16": torch.tensor([1.1, -65504.0, 2**-24, 0.0], dtype=torch.float16),
        "bf16": torch.tensor([1.1, -3e38, 1e-40, 7.0], dtype=torch.bfloat16),
        "i64": torch.tensor([1, -(2**52), 3]),
        "i32": torch.tensor([1, -(2**31), 2**31 - 1], dtype=torch.int32),
        "i16": torch.tensor([-32768, 32767], dtype=torch.int16),
        "i8": torch.tensor([-128, 127], dtype=torch.int8),
        "u8": torch.tensor([0, 255], dtype=torch.uint8),
        "b": torch.tensor([True, False, True]),
        "scalar": torch.tensor(42.0),
        "empty": torch.zeros(0, 3),
    }


def unsigned():
    return {
        "u16": torch.tensor([0, 65535], dtype=torch.uint16),
        "u32": torch.tensor([0, 2**32 - 1], dtype=torch.uint32),
        "u64": torch.tensor([0, 2**40], dtype=torch.uint64),
    }


def views():
    base = torch.arange(24, dtype=torch.float32)
    block = base.view(2, 3, 4)
    return {
        "whole": block,
        "tail": base[20:],
        "transposed": block.transpose(0, 2),
        "column": block[:, 1, 2:],
        "stepped": base[1::5],
        "channels_last": base.view(1, 2, 3, 4).contiguous(memory_format=torch.channels_last),
        "expanded": torch.tensor([1.0, 2.0]).view(2, 1).expand(2, 3),
        "element": base[7],
        "empty_slice": base[24:],
        "tied": block,
        "half_t": torch.arange(6, dtype=torch.float16).view(2, 3).t(),
        "byte_t": torch.arange(6, dtype=torch.uint8).view(2, 3).t(),
        "long_t": torch.arange(6).view(2, 3).t(),
        "unit_axis": base.as_strided((1, 4, 1), (99, 1, 77), 3),
    }


def write_accepted():
    net = network()
    state = net.state_dict()
    save("state-dict.pth", state)
    expect("state-dict.pth", state, path=".")
    save("state-dict-protocol4.pth", state, pickle_protocol=4)
    expect("state-dict-protocol4.pth", state, path=".")
    save("state-dict-protocol5.pth", state, pickle_protocol=5)
    expect("state-dict-protocol5.pth", state, path=".")
    torch.serialization.set_crc32_options(False)
    save("without-checksums.pth", state)
    torch.serialization.set_crc32_options(True)
    expect("without-checksums.pth", state, path=".")

    save("types.pth", dict(types()))
    expect("types.pth", types(), path=".")
    save("unsigned.pth", unsigned())
    expect("unsigned.pth", unsigned(), path=".")
    save("views.pth", views())
    expect("views.pth", views(), path=".")
    big_endian("big-endian.pth", {**types(), **views()})

    tagged = torch.nn.Parameter(torch.ones(2))
    tagged.tag = "kept by nobody"
    plain_tagged = torch.ones(3)
    plain_tagged.tag = 1
    parameters = collections.OrderedDict(
        weight=torch.nn.Parameter(torch.randn(2, 2)), frozen=torch.nn.Parameter(torch.ones(1), requires_grad=False),
        tagged=tagged, plain_tagged=plain_tagged, buffer=torch.nn.Buffer(torch.zeros(2)),
    )
    save("parameters.pth", parameters)
    expect("parameters.pth", parameters, path=".")

    prefixed()
    training(net)
    safe()
    streams(net)
    lightning(net)
    programs(net)


def streams(net):
    """What torch.save wrote before PyTorch 1.6."""
    state = net.state_dict()
    for name, value, tensors in [
        ("stream.pth", state, state), ("stream-types.pth", dict(types()), types()), ("stream-views.pth", views(), views()),
        ("stream-training.tar", {"epoch": 1, "state_dict": {"module." + k: v for k, v in state.items()}}, state),
    ]:
        save(name, value, _use_new_zipfile_serialization=False)
        expect(name, tensors)
    save("stream-protocol4.pth", state, _use_new_zipfile_serialization=False, pickle_protocol=4)
    expect("stream-protocol4.pth", state, path=".")


def lightning(net):
    """The structure of Lightning's checkpoints, with objects of classes that only the training script has."""
    project = python_types.ModuleType("training_project")
    sys.modules["training_project"] = project

    class Hyper(dict):
        pass

    class Kind(enum.Enum):
        SGD = 1

    @dataclasses.dataclass
    class Config:
        rate: float
        layers: list

    class Items(list):
        pass

    Point = collections.namedtuple("Point", "x y")
    for thing in (Hyper, Kind, Config, Items, Point):
        thing.__module__, thing.__qualname__ = "training_project", thing.__name__
        setattr(project, thing.__name__, thing)
    hyper = Hyper(
        lr=0.1, optimizer=torch.optim.SGD, kind=Kind.SGD, config=Config(0.1, [1, 2]), where=pathlib.PurePosixPath("/data/x"),
        when=datetime.datetime(2024, 1, 2, 3, 4), items=Items([1, 2]), point=Point(1, 2), array=np.arange(3.0),
        make=functools.partial(torch.nn.Linear, 3, bias=False), weights=torch.ones(2), span=range(3), z=1j,
    )
    state = net.state_dict()

    def full(prefix):
        return {
            "epoch": 2, "global_step": 20, "pytorch-lightning_version": "2.4.0",
            "state_dict": collections.OrderedDict((prefix + key, tensor) for key, tensor in state.items()),
            "loops": {"fit_loop": {"state_dict": {}, "epoch_progress": {"total": {"ready": 2}}}},
            "callbacks": {"ModelCheckpoint{'monitor': 'loss'}": {
                "best_model_score": torch.tensor(0.5), "best_k_models": {"/a/b.ckpt": torch.tensor(0.5)}, "kth_value": Items()}},
            "optimizer_states": [{"state": {0: {"momentum_buffer": torch.ones(3)}}, "param_groups": [{"lr": 0.1}]}],
            "lr_schedulers": [], "MixedPrecision": {"scale": 65536.0}, "hparams_name": "kwargs",
            "hyper_parameters": hyper, "datamodule_hyper_parameters": {"hyper": hyper},
        }

    for prefix, title in [("model.", "model"), ("net.", "net"), ("", "bare"), ("model._orig_mod.", "compiled")]:
        for protocol in (2, 4) if prefix == "model." else (2,):
            name = f"lightning-{title}-{protocol}.ckpt"
            save(name, full(prefix), pickle_protocol=protocol)
            expect(name, state, path="state_dict")
    mixed = full("model.")
    mixed["state_dict"]["criterion.weight"] = torch.ones(2)
    save("lightning-mixed.ckpt", mixed)
    expect("lightning-mixed.ckpt", {**{"model." + key: tensor for key, tensor in state.items()},
                                    "criterion.weight": torch.ones(2)}, path="state_dict")
    expect("lightning-mixed.ckpt", state, entry="state_dict/model", path="state_dict/model")
    save("restoration.pth", {"params": state, "params_ema": {key: tensor + 1 for key, tensor in state.items()}})
    expect("restoration.pth", state, path="params")
    expect("restoration.pth", {key: tensor + 1 for key, tensor in state.items()}, entry="params_ema", path="params_ema")
    averaged = torch.optim.swa_utils.AveragedModel(net)
    save("averaged.pth", averaged.state_dict())
    expect("averaged.pth", {**state, "n_averaged": torch.tensor(0)}, path=".")


class OverParameterised(torch.nn.Module):
    """A DO-Conv's tensors; what it computes does not matter here."""

    def __init__(self):
        super().__init__()
        self.W = torch.nn.Parameter(torch.randn(2, 1, 9))
        self.D = torch.nn.Parameter(torch.randn(1, 9, 9))
        self.d_diag = torch.nn.Parameter(torch.eye(9).reshape(1, 9, 9), requires_grad=False)

    def forward(self, x):
        kernel = torch.einsum("ims,ois->oim", self.D + self.d_diag, self.W).reshape(2, 1, 3, 3)
        return torch.nn.functional.conv2d(x, kernel)


class Program(torch.nn.Module):
    def __init__(self, net):
        super().__init__()
        self.first = OverParameterised()
        self.blocks = torch.nn.Sequential(torch.nn.Conv2d(2, 2, 1), torch.nn.BatchNorm2d(2))
        self.tied = self.blocks
        self.scale = 2.0
        self.names = ["a", "b"]
        self.register_buffer("halves", torch.ones(2, dtype=torch.float16))

    def forward(self, x):
        return self.tied(self.blocks(self.first(x))) * self.scale


def programs(net):
    program = Program(net).eval()
    for name, made in [("program-scripted.pt", torch.jit.script(program)),
                       ("program-traced.pt", torch.jit.trace(program, torch.ones(1, 1, 5, 5)))]:
        torch.jit.save(made, os.path.join(OUT, name))
        expect(name, torch.jit.load(os.path.join(OUT, name)).state_dict())
        assert set(made.state_dict()) == set(program.state_dict())
    torch.jit.save(torch.jit.freeze(torch.jit.script(program)), os.path.join(REFUSED, "program-frozen.pt"))


def big_endian(name, tensors):
    """What torch.save writes on a big-endian machine: swapped storages and the entry `byteorder` = big."""
    little = io.BytesIO()
    torch.save(tensors, little)
    sizes = {}
    with zipfile.ZipFile(little) as archive:
        pickled = archive.read("archive/data.pkl")
    # Each storage key is read back with its type, to know how wide its elements are.

    class Keys(pickle.Unpickler):
        def persistent_load(self, id):
            kind, key, elements = id[1], id[2], id[4]
            width = 1 if kind is torch.UntypedStorage else kind(0).element_size()
            sizes[key] = width
            return torch.storage.TypedStorage(
                wrap_storage=torch.UntypedStorage(elements * width), dtype=kind(0).dtype, _internal=True)

    Keys(io.BytesIO(pickled)).load()
    big = torch._C.PyTorchFileWriter(os.path.join(OUT, name))
    with zipfile.ZipFile(little) as archive:
        for info in archive.infolist():
            entry = info.filename.split("/", 1)[1]
            data = archive.read(info)
            if entry.startswith("data/"):
                width = sizes[entry[5:]]
                data = np.frombuffer(data, dtype=f"u{width}").byteswap().tobytes()
            elif entry == "byteorder":
                data = b"big"
            elif entry in ("version", ".data/serialization_id"):
                continue
            big.write_record(entry, data, len(data))
    big.write_end_of_file()
    read_back = torch.load(os.path.join(OUT, name))
    for key, tensor in tensors.items():
        assert torch.equal(read_back[key], tensor), key
    expect(name, tensors, path=".")


def prefixed():
    weight = torch.tensor([1.0, 2.0])
    bare = {"conv.weight": weight, "block.module.bias": weight + 1}
    for index, prefix in enumerate(["module.", "_orig_mod.", "module._orig_mod.", "_orig_mod.module.", "module.module."]):
        name = f"prefix-{index}.pth"
        save(name, {prefix + key: tensor for key, tensor in bare.items()})
        expect(name, bare, path=".")
    save("prefix-inside.pth", {"block._orig_mod.weight": weight, "n": weight, "module.m": weight})
    expect("prefix-inside.pth", {"block.weight": weight, "n": weight, "m": weight}, path=".")


def training(net):
    optimizer = torch.optim.AdamW(net.parameters(), lr=0.1)
    for parameter in net.parameters():
        parameter.grad = torch.ones_like(parameter)
    optimizer.step()
    state = net.state_dict()
    ema = {"module." + key: tensor * 2 if tensor.is_floating_point() else tensor for key, tensor in state.items()}
    bare_ema = {key[len("module."):]: tensor for key, tensor in ema.items()}
    counts = collections.defaultdict(dict)
    counts["a"]["b"] = 1
    full = {
        "epoch": 3, "loss": 0.25, "arch": "tiny", "nothing": None, "flag": True, "huge": 2**90, "negative": -7,
        "best": torch.tensor(0.9), "model": state, "model_ema": ema, "optimizer": optimizer.state_dict(),
        "scheduler": {"step": 1, "milestones": [1, 2, (3, 4)]},
        "counts": counts, "numpy": np.float64(0.5), "numpy32": np.float32(0.25), "size": torch.Size([1, 2]),
        "device": torch.device("cpu"), "dtype": torch.bfloat16, "args": argparse.Namespace(lr=0.1, name="x"),
        "set": {1, 2}, "bytes": b"\x00\xff", "complex": torch.zeros(2, dtype=torch.complex64),
    }
    for protocol in (2, 4):
        name = f"training-protocol{protocol}.pt"
        save(name, full, pickle_protocol=protocol)
        expect(name, state, path="model")
        expect(name, bare_ema, entry="model_ema", path="model_ema")
    for key in ("state_dict", "model_state_dict", "model", "net", "network", "params", "module", "ema"):
        name = f"under-{key}.pth"
        save(name, {"epoch": 1, "best": torch.tensor(1.0), key: state})
        expect(name, state, path=key)
    save("preferred.pth", {"model": ema, "ema": ema, "state_dict": state})
    expect("preferred.pth", state, path="state_dict")
    expect("preferred.pth", bare_ema, entry="ema", path="ema")
    save("nested-twice.pth", {"ema": {"decay": 0.9, "state_dict": state}, "epoch": 1})
    expect("nested-twice.pth", state, path="ema/state_dict")
    save("list-of-state-dicts.pth", [bare_ema, state])
    expect("list-of-state-dicts.pth", bare_ema, entry="0", path="0")
    expect("list-of-state-dicts.pth", state, entry="1", path="1")
    save("tuple-of-one-state-dict.pth", (3, state, optimizer.state_dict()))
    expect("tuple-of-one-state-dict.pth", state, path="1")
    save("list-of-one.pth", [{"epoch": 1, "state_dict": state}])
    expect("list-of-one.pth", state, path="0/state_dict")
    save("list-of-names.pth", list(state.items()))
    expect("list-of-names.pth", state, path=".")
    save("list-inside.pth", {"epoch": 1, "models": [bare_ema, [state]]})
    expect("list-inside.pth", bare_ema, entry="models/0", path="models/0")
    expect("list-inside.pth", state, entry="models/1/0", path="models/1/0")
    save("extra-state.pth", {"weight": torch.ones(1), "layer._extra_state": {"scale": torch.ones(1)}})
    expect("extra-state.pth", {"weight": torch.ones(1)}, path=".")


def safe():
    tensors = {**types(), **unsigned()}
    safetensors.torch.save_file(tensors, os.path.join(OUT, "types.safetensors"), metadata={"format": "pt", "é": "ü"})
    expect("types.safetensors", tensors)
    state = {"module." + key: tensor.contiguous() for key, tensor in network().state_dict().items()}
    safetensors.torch.save_file(state, os.path.join(OUT, "state-dict.safetensors"))
    expect("state-dict.safetensors", {key[7:]: tensor for key, tensor in state.items()})


class Calls:
    """Pickles as a call of `function` with `arguments`."""

    def __init__(self, function, *arguments):
        self.reduced = (function, arguments)

    def __reduce__(self):
        return self.reduced


def refused(name, value, **options):
    torch.save(value, os.path.join(REFUSED, name), **options)


def write_refused():
    weight = torch.ones(2)
    refused("os-system.pth", {"weight": weight, "evil": Calls(os.system, "echo executed > /tmp/executed")})
    refused("builtins-eval.pth", {"weight": weight, "evil": Calls(eval, "1+1")})
    refused("builtins-eval-protocol4.pth", {"weight": weight, "evil": Calls(eval, "1+1")}, pickle_protocol=4)
    refused("whole-module.pth", torch.nn.Linear(1, 1))
    refused("ordered-dict-arguments.pth", {"weight": weight, "evil": Calls(collections.OrderedDict, 7)})
    refused("rebuild-arguments.pth", {"weight": Calls(torch._utils._rebuild_tensor_v2, 1, 2, 3)})
    refused("rebuild-kinds.pth", {"weight": Calls(torch._utils._rebuild_tensor_v2, 1, 0, (1,), (1,), False, {})})
    refused("calls-a-type.pth", {"weight": weight, "evil": Calls(torch.Tensor, 3)})
    refused("list.pth", [weight])
    refused("number.pth", 3)
    refused("no-tensors.pth", {"epoch": 3, "names": {"a": 1}})
    refused("several-in-a-list.pth", [{"w": weight}, {"w": weight}])
    refused("names-of-no-tensors.pth", [("epoch", 3), ("best", 0.5)])
    refused("several.pth", {"student": {"w": weight}, "teacher": {"w": weight}})
    refused("unknown-tensor.pth", {"weight": weight, "bias": collections.Counter(a=1)})
    refused("hidden-system.ckpt", {"state_dict": {"weight": weight}, "hyper": {"x": [Calls(os.system, "echo executed > /tmp/executed")]}})
    refused("complex.pth", {"weight": torch.zeros(2, dtype=torch.complex64), "half": weight})
    refused("float8.pth", {"weight": torch.ones(2, dtype=torch.float8_e4m3fn)})
    refused("integer-key.pth", {"weight": weight, 3: weight})
    refused("prefix-collision.pth", {"module.weight": weight, "weight": weight})
    refused("stream-module.pth", torch.nn.Linear(1, 1), _use_new_zipfile_serialization=False)
    with open(os.path.join(REFUSED, "bare.pkl"), "wb") as out:
        pickle.dump({"weight": [1.0]}, out, protocol=2)
    np.savez(os.path.join(REFUSED, "arrays.npz"), weight=np.ones(2))
    with zipfile.ZipFile(os.path.join(OUT, "state-dict.pth")) as stored, zipfile.ZipFile(
        os.path.join(REFUSED, "compressed.pth"), "w", zipfile.ZIP_DEFLATED
    ) as deflated:
        for info in stored.infolist():
            deflated.writestr(info.filename, stored.read(info))


write_accepted()
write_refused()
with open(os.path.join(OUT, "expected.json"), "w") as out:
    json.dump(expected, out, indent=0)
