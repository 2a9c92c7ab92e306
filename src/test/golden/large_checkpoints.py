"""Writes the large checkpoints that CheckpointBenchmark measures: DO-Conv ResNet-152 and 1 GiB of plain tensors.

Seeded; about 10 GiB with everything. What is importable decides which formats are written, so run it with PyTorch (and
safetensors), then, in another environment if need be, with TensorFlow:
    python src/test/golden/large_checkpoints.py target/checkpoints
"""

import os
import struct
import sys

import numpy as np

try:
    import torch
except ImportError:
    torch = None
try:
    import keras
    import tensorflow
except ImportError:
    tensorflow = None

BLOCKS = (3, 8, 36, 3)
CLASSES = 1000
random = np.random.default_rng(152)


def normal(*shape):
    return random.standard_normal(shape, dtype=np.float32) * np.float32(0.05)


def do_conv(path, inputs, outputs, kernel):
    """The tensors of PyTorch's DO-Conv; one of a single tap has only W."""
    taps = kernel * kernel
    tensors = {f"{path}.W": normal(outputs, inputs, taps)}
    if taps > 1:
        tensors[f"{path}.D"] = normal(inputs, taps, taps)
        tensors[f"{path}.d_diag"] = np.tile(np.eye(taps, dtype=np.float32), (inputs, 1, 1))
    return tensors


def norm(path, channels):
    return {f"{path}.weight": normal(channels) + 1, f"{path}.bias": normal(channels),
            f"{path}.running_mean": normal(channels), f"{path}.running_var": np.abs(normal(channels)) + 1}


def resnet152():
    """torchvision's names."""
    tensors = {**do_conv("conv1", 3, 64, 7), **norm("bn1", 64)}
    inputs = 64
    for stage, blocks in enumerate(BLOCKS):
        planes = 64 << stage
        for block in range(blocks):
            path = f"layer{stage + 1}.{block}"
            widths = [(inputs, planes, 1), (planes, planes, 3), (planes, 4 * planes, 1)]
            for number, (before, after, kernel) in enumerate(widths, 1):
                tensors.update(do_conv(f"{path}.conv{number}", before, after, kernel))
                tensors.update(norm(f"{path}.bn{number}", after))
            if block == 0:
                tensors.update(do_conv(f"{path}.downsample.0", inputs, 4 * planes, 1))
                tensors.update(norm(f"{path}.downsample.1", 4 * planes))
            inputs = 4 * planes
    return {**tensors, "fc.weight": normal(CLASSES, inputs), "fc.bias": normal(CLASSES)}


def plain():
    return {f"layer{i}.weight": normal(2048, 2048) for i in range(64)}


def in_mxnet(tensors):
    """The tensors as GluonCV's version of DO-Conv and its batch norms save them."""
    leaves = {"weight": "gamma", "bias": "beta"}
    for name, values in tensors.items():
        path, _, leaf = name.rpartition(".")
        if leaf == "W":
            kernel = round(values.shape[2] ** 0.5)
            yield f"{path}.weight", values.reshape(*values.shape[:2], kernel, kernel)
        elif leaf == "D":
            yield name, values.transpose(1, 2, 0)
        elif leaf != "d_diag":
            yield (f"{path}.{leaves.get(leaf, leaf)}" if f"{path}.running_mean" in tensors else name), values


def write_mxnet(path, tensors):
    """A list of dense NDArrays, as MXNet 1.9 writes it (src/ndarray/ndarray.cc, NDArray::Save)."""
    named = list(tensors)
    with open(path, "wb") as out:
        out.write(struct.pack("<QQQ", 0x112, 0, len(named)))
        for _, values in named:
            out.write(struct.pack("<Iii", 0xF993FAC9, 0, values.ndim) + struct.pack(f"<{values.ndim}q", *values.shape))
            out.write(struct.pack("<iii", 1, 0, 0))
            out.write(np.ascontiguousarray(values, dtype=np.float32).data)
        out.write(struct.pack("<Q", len(named)))
        for name, _ in named:
            out.write(struct.pack("<Q", len(name)) + name.encode())


class Recorded(torch.nn.Module if torch else object):
    """A module that only holds tensors, so that TorchScript saves them under their names."""

    def forward(self, x):
        return x


def scripted(tensors):
    root = Recorded()
    for name, tensor in tensors.items():
        *path, leaf = name.split(".")
        module = root
        for part in path:
            if part not in module._modules:
                module.add_module(part, Recorded())
            module = module._modules[part]
        if "running" in leaf:
            module.register_buffer(leaf, tensor)
        else:
            module.register_parameter(leaf, torch.nn.Parameter(tensor, requires_grad=leaf != "d_diag"))
    return torch.jit.script(root)


def write_torch(base, arrays):
    from safetensors.torch import save_file

    tensors = {name: torch.from_numpy(values) for name, values in arrays.items()}
    torch.save(tensors, base + ".pth")
    torch.save(tensors, base + "-legacy.pth", _use_new_zipfile_serialization=False)
    lightning = {"epoch": 3, "global_step": 9, "pytorch-lightning_version": "2.5.0", "callbacks": {},
                 "state_dict": {"model." + name: tensor for name, tensor in tensors.items()}}
    torch.save(lightning, base + ".ckpt")
    scripted(tensors).save(base + "-script.pt")
    save_file(tensors, base + ".safetensors")


class DoConv2D(keras.layers.Layer if tensorflow else object):
    """The variables of the TensorFlow version of DO-Conv: kernel (S, I, O) and D (M·N, S, I), no diagonal."""

    def __init__(self, filters, kernel_size, strides, padding, use_bias, **options):
        super().__init__(**options)
        self.filters, self.taps, self.size = filters, kernel_size[0] * kernel_size[1], kernel_size
        self.strides, self.padding, self.use_bias = strides, padding, use_bias

    def build(self, shape):
        inputs = shape[-1]
        self.W = self.add_weight(name="W", shape=(self.taps, inputs, self.filters))
        if self.use_bias:
            self.bias = self.add_weight(name="bias", shape=(self.filters,))
        if self.taps > 1:
            self.D = self.add_weight(name="D", shape=(self.taps, self.taps, inputs))

    def compute_output_shape(self, shape):
        return keras.layers.Conv2D(self.filters, self.size, self.strides, self.padding).compute_output_shape(shape)

    def call(self, x):
        kernel = self.W
        if self.taps > 1:
            total = self.D + tensorflow.eye(self.taps)[:, :, None]
            kernel = tensorflow.einsum("msi,sio->mio", total, self.W)
        kernel = tensorflow.reshape(kernel, (*self.size, x.shape[-1], self.filters))
        y = tensorflow.nn.conv2d(x, kernel, self.strides, self.padding.upper())
        return y + self.bias if self.use_bias else y


def over_parameterised(layer):
    if not isinstance(layer, keras.layers.Conv2D):
        return layer.__class__.from_config(layer.get_config())
    return DoConv2D(
        layer.filters, layer.kernel_size, layer.strides, layer.padding, layer.use_bias, name=layer.name)


def write_tensorflow(base, model):
    for variable in model.weights:
        variance = variable.path.endswith("variance")
        values = normal(*variable.shape)
        variable.assign(np.abs(values) + 1 if variance else values)
    model.save_weights(base + ".weights.h5")
    tensorflow.train.Checkpoint(model=model).write(base + "-tf")


def plain_model():
    inputs = keras.Input((2048,))
    layers = [keras.layers.Dense(2048, use_bias=False, name=f"layer{i}") for i in range(64)]
    return keras.Model(inputs, [layer(inputs) for layer in layers])


if __name__ == "__main__":
    directory = sys.argv[1]
    os.makedirs(directory, exist_ok=True)
    network, gibibyte = (os.path.join(directory, name) for name in ("resnet152", "plain-1g"))
    if torch:
        for base, tensors in ((network, resnet152()), (gibibyte, plain())):
            write_torch(base, tensors)
            write_mxnet(base + ".params", in_mxnet(tensors))
    if tensorflow:
        keras.utils.set_random_seed(152)
        trained = keras.applications.ResNet152(weights=None, classes=CLASSES)
        write_tensorflow(network, keras.models.clone_model(trained, clone_function=over_parameterised))
        write_tensorflow(gibibyte, plain_model())
    for name in sorted(os.listdir(directory)):
        print(name, os.path.getsize(os.path.join(directory, name)) >> 20, "MiB")
