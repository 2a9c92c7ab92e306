"""What TensorFlow answers for Keras's networks, in float64, for the tests of the room `architecture`.

The networks are those of keras.applications, with narrower convolutions where their constructors offer no width, and with
DO-Conv layers in place of some or all. Weights follow the formula of architectures.py and are not stored, but for a small
network of DO-Conv layers that Keras and TensorFlow save themselves.

Usage: keras_networks.py OUTPUT_DIRECTORY
"""

import gzip
import json
import math
import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import keras
import numpy as np
import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(1)
layers = keras.layers


class DOConv2D(layers.Layer):
    """Cao et al. 2020 with the TensorFlow reference's variables, their order, and its reshapes for groups."""

    def __init__(self, filters, kernel_size, strides=1, padding="valid", dilation_rate=1, groups=1, use_bias=True,
                 activation=None, multiplier=None, **options):
        super().__init__(**options)
        self.filters, self.kernel_size, self.strides = filters, tuple(kernel_size), strides
        self.padding, self.dilation_rate, self.groups, self.use_bias = padding, dilation_rate, groups, use_bias
        self.activation = keras.activations.get(activation)
        taps = self.kernel_size[0] * self.kernel_size[1]
        self.multiplier = taps if taps == 1 or multiplier is None else multiplier

    def build(self, input_shape):
        inputs, taps = input_shape[-1], self.kernel_size[0] * self.kernel_size[1]
        self.inputs = inputs
        if self.groups == "inputs":
            self.groups, self.filters = inputs, inputs
        self.W = self.add_weight(name="kernel", shape=(self.multiplier, inputs // self.groups, self.filters))
        self.bias = self.add_weight(name="bias", shape=(self.filters,)) if self.use_bias else None
        self.D = None
        if taps > 1:
            self.D = self.add_weight(name="D", shape=(taps, self.multiplier, inputs))
            tiles = [np.eye(taps)] * (self.multiplier // taps) + [np.zeros((taps, self.multiplier % taps))]
            self.diagonal = np.concatenate(tiles, 1)[:, :, None]

    def call(self, x):
        kernel = self.W
        if self.D is not None:
            rows = tf.reshape(self.W, (self.multiplier, self.inputs, self.filters // self.groups))
            kernel = tf.einsum("msi,sio->mio", self.D + tf.cast(self.diagonal, self.D.dtype), rows)
        kernel = tf.reshape(kernel, (*self.kernel_size, self.inputs // self.groups, self.filters))
        y = tf.nn.conv2d(x, kernel, self.strides, self.padding.upper(), dilations=self.dilation_rate)
        return self.activation(y if self.bias is None else y + self.bias)

    def get_config(self):
        return {**super().get_config(), "filters": self.filters, "kernel_size": self.kernel_size}


def uniform(seed, count, low, high):
    x = np.arange(count, dtype=np.uint64) + np.uint64(seed)
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x = x ^ (x >> np.uint64(31))
    u = (x >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return (low + (high - low) * u).astype(np.float32)


def symmetric(squared):
    bound = round(math.sqrt(squared), 6)
    return -bound, bound


def bounds(path, shape, depthwise):
    """A range for each tensor that keeps activations around 1."""
    layer, _, leaf = path.rpartition("/")
    if leaf == "D":
        return -0.2, 0.2
    if leaf == "kernel":
        fan_in = shape[0] * shape[1] if depthwise else math.prod(shape[:-1])
        return symmetric((3 if len(shape) == 2 else 4) / fan_in)
    if leaf == "gamma" and (layer.endswith("_3_bn") or layer.endswith("_project_BN")):
        return 0.1, 0.5
    return (0.5, 1.5) if leaf in ("gamma", "moving_variance") else (-0.3, 0.3)


def describe(case, network):
    """Fills the network by formula; returns the formulas of the checkpoint's tensors."""
    tensors = []
    index = 0
    for layer in network.layers:
        for variable in layer.weights:
            index += 1
            shape = list(variable.shape)
            low, high = bounds(variable.path, shape, isinstance(layer, layers.DepthwiseConv2D))
            seed = (case * 4096 + index) << 24
            variable.assign(uniform(seed, math.prod(shape), low, high).reshape(shape).astype(np.float64))
            tensors.append([variable.path, shape, seed, low, high])
    return tensors


def golden(cases, name, declared, network, size):
    """Appends one case: what `network` answers for an image of `size`; images and dense answers are stored channels first."""
    number = golden.count = golden.count + 1
    channels = declared.get("channels", 3)
    tensors = describe(number, network)
    seed = (number * 4096) << 24
    image = uniform(seed, channels * size[0] * size[1], -2, 2).astype(np.float64).reshape(1, channels, *size)
    logits = network(tf.constant(image.transpose(0, 2, 3, 1)), training=False).numpy()
    assert logits.dtype == np.float64
    logits = logits.transpose(0, 3, 1, 2) if logits.ndim == 4 else logits
    flat = logits.flatten()
    positions = np.arange(flat.size)
    if flat.size > 60:
        positions = (uniform(number, 60, 0, 1).astype(np.float64) * flat.size).astype(int)
    print(name, list(logits.shape), "largest", np.abs(flat).max(), "std", flat.std(), flush=True)
    assert 0.01 < np.abs(flat).max() < 1000
    cases.append({
        "name": name, "framework": "KERAS", "declared": declared, "image": {"size": list(size), "seed": seed},
        "tensors": tensors, "shape": list(logits.shape), "largest": float(np.abs(flat).max()),
        "positions": [int(i) for i in positions], "values": [float(flat[i]) for i in positions]})


golden.count = 500


def remade(model, form, size, narrower=1, head=()):
    """`model` in float64 for images of `size`, with fewer filters, and with DO-Conv layers where `form` says so."""
    numbers = iter(range(1, 10000))

    def layer(old):
        config = old.get_config()
        config["dtype"] = "float64"
        conv = isinstance(old, layers.Conv2D) and not isinstance(old, layers.DepthwiseConv2D)
        depthwise = isinstance(old, layers.DepthwiseConv2D)
        if conv and old.name not in head:
            config["filters"] //= narrower
        if conv or depthwise:
            number = next(numbers)
            taps = config["kernel_size"][0] * config["kernel_size"][1]
            multiplier = {"plain": None, "doconv": taps, "mixed": (taps, taps + 4, 2 * taps, 5)[number % 4]}[form]
            if form == "doconv" or (form == "mixed" and number % 3 != 0):
                return DOConv2D(
                    None if depthwise else config["filters"], config["kernel_size"], config["strides"], config["padding"],
                    groups="inputs" if depthwise else 1, use_bias=config["use_bias"], multiplier=multiplier,
                    name=config["name"], dtype="float64")
        return type(old).from_config(config)

    image = keras.Input((*size, 3), dtype="float64")
    return keras.models.clone_model(model, input_tensors=image, clone_function=layer)


def chain(image, *of):
    """A functional network: the variables of a Sequential are named after it, too."""
    x = image
    for layer in of:
        x = layer(x)
    return keras.Model(image, x)


def applications():
    cases = []
    classes = 5
    made = keras.applications
    for depth, form, narrower, size in [
            (50, "plain", 4, (65, 49)), (50, "plain", 8, (64, 48)), (50, "doconv", 4, (47, 61)), (50, "doconv", 8, (48, 64)),
            (50, "mixed", 8, (33, 70)), (101, "plain", 8, (47, 33)), (101, "doconv", 8, (33, 64)),
            (152, "plain", 8, (33, 33)), (152, "mixed", 8, (34, 47))]:
        build = {50: made.ResNet50, 101: made.ResNet101, 152: made.ResNet152}[depth]
        network = build(input_shape=(*size, 3), weights=None, classes=classes, classifier_activation=None)
        declared = {"name": f"resnet{depth}" + ("-v1" if form == "mixed" else ""), "classes": classes,
                    "width": 64 // narrower}
        golden(cases, f"keras resnet{depth} {form} of {size[0]}x{size[1]}", declared,
               remade(network, form, size, narrower), size)
    for form, alpha, size in [("plain", 0.25, (65, 49)), ("plain", 0.5, (64, 48)), ("doconv", 0.25, (47, 61)),
                              ("doconv", 0.25, (48, 64)), ("mixed", 0.25, (39, 70))]:
        network = made.MobileNet(input_shape=(*size, 3), alpha=alpha, weights=None, classes=classes,
                                 classifier_activation=None)
        declared = {"name": "mobilenet-v1", "classes": classes, "multiplier": alpha}
        golden(cases, f"keras mobilenet-v1 {form} of {size[0]}x{size[1]}", declared, remade(network, form, size), size)
    for form, alpha, size in [("plain", 0.35, (65, 49)), ("plain", 1.4, (64, 48)), ("doconv", 0.35, (47, 61)),
                              ("doconv", 0.35, (48, 64)), ("mixed", 0.5, (39, 70))]:
        network = made.MobileNetV2(input_shape=(*size, 3), alpha=alpha, weights=None, classes=classes,
                                   classifier_activation=None)
        declared = {"name": "mobilenet-v2", "classes": classes, "multiplier": alpha}
        golden(cases, f"keras mobilenet-v2 {form} of {size[0]}x{size[1]}", declared, remade(network, form, size), size)
    return cases


def same_paddings():
    """One layer each, padded as TensorFlow does, over every remainder of the input by the stride."""
    cases = []

    def sequential(name, told, layer, size):
        network = chain(keras.Input((*size, 2), dtype="float64"), layer)
        golden(cases, f"{name} of {size[0]}x{size[1]}", {"layers": [told], "channels": 2}, network, size)

    for size in ((7, 9), (8, 6), (11, 5), (12, 13)):
        for kernel, stride, dilation in (((3, 3), 1, 1), ((3, 3), 2, 1), ((2, 5), 2, 1), ((3, 4), 3, 1), ((3, 2), 1, 2),
                                         ((1, 1), 2, 1), ((2, 2), 1, 3)):
            told = {"out": 3, "kernel": list(kernel), "stride": stride, "dilation": dilation, "padding": "same", "name": "c"}
            options = {"padding": "same", "strides": stride, "dilation_rate": dilation, "name": "c", "dtype": "float64"}
            sequential(f"{kernel} stride {stride} dilation {dilation}", {"conv": told}, layers.Conv2D(3, kernel, **options),
                       size)
            sequential(f"DO-Conv {kernel} stride {stride} dilation {dilation}", {"conv": told},
                       DOConv2D(3, kernel, **options), size)
        for kernel, stride in ((2, 2), (3, 2), (3, 1), (2, 1), (3, 3), (2, 3)):
            told = {"kernel": kernel, "stride": stride, "padding": "same"}
            sequential(f"maximum {kernel} stride {stride}", {"maxPool": told},
                       layers.MaxPooling2D(kernel, stride, "same", dtype="float64"), size)
            sequential(f"average {kernel} stride {stride}", {"avgPool": told},
                       layers.AveragePooling2D(kernel, stride, "same", dtype="float64"), size)
    return cases


def do_conv_network(dtype, size):
    """Every feature of the reference's layer, with groups, and a flattened image that is more than one pixel."""
    options = {"dtype": dtype}
    return chain(
        keras.Input((*size, 3), dtype=dtype),
        DOConv2D(8, (3, 3), 2, "same", activation="relu", name="stem", **options),
        DOConv2D(6, (3, 2), 1, "same", groups=2, use_bias=False, multiplier=7, name="grouped", **options),
        layers.BatchNormalization(name="grouped_bn", **options),
        layers.ReLU(6.0, name="act", **options),
        DOConv2D(12, (2, 3), 2, "same", groups=3, multiplier=4, activation="sigmoid", name="wide", **options),
        DOConv2D(24, (3, 3), 1, "same", groups=12, use_bias=False, multiplier=13, name="depthwise", **options),
        layers.BatchNormalization(name="depthwise_bn", **options),
        layers.MaxPooling2D(2, 2, "same", name="pool", **options),
        DOConv2D(4, (1, 1), groups=4, activation="relu", name="point", **options),
        layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2, name="plain", **options),
        layers.Flatten(name="flatten", **options),
        layers.Dense(5, name="fc", **options),
    )


class Layer(tf.Module):
    """A DO-Conv layer as an object with the reference's attributes, whose names are then those of its tensors."""

    def __init__(self, layer):
        super().__init__()
        self.W, self.D = tf.Variable(layer.W.numpy(), name="kernel"), tf.Variable(layer.D.numpy(), name="D")
        if layer.bias is not None:
            self.bias = tf.Variable(layer.bias.numpy(), name="bias")


def saved(directory):
    size = (13, 18)
    network = do_conv_network("float64", size)
    cases = []
    told = [
        {"conv": {"name": "stem", "out": 8, "kernel": 3, "stride": 2, "padding": "same"}}, "relu",
        {"conv": {"name": "grouped", "out": 6, "kernel": [3, 2], "padding": "same", "groups": 2, "bias": False}},
        {"batchNorm": {"name": "grouped_bn"}}, "relu6",
        {"conv": {"name": "wide", "out": 12, "kernel": [2, 3], "stride": 2, "padding": "same", "groups": 3}}, "sigmoid",
        {"conv": {"name": "depthwise", "out": 24, "kernel": 3, "padding": "same", "groups": 12, "bias": False}},
        {"batchNorm": {"name": "depthwise_bn"}},
        {"maxPool": {"kernel": 2, "padding": "same"}},
        {"conv": {"name": "point", "out": 4, "kernel": 1, "groups": 4}}, "relu",
        {"conv": {"name": "plain", "out": 8, "kernel": 3, "padding": "same", "groups": 4}},
        "flatten", {"linear": {"name": "fc", "out": 5}},
    ]
    golden(cases, "saved network", {"layers": told}, network, size)
    single = do_conv_network("float32", size)
    single.set_weights(network.get_weights())
    single.save_weights(directory / "doconv.weights.h5")
    single.save(directory / "doconv.keras")
    tf.train.Checkpoint(model=single).write(str(directory / "doconv"))
    stem, grouped = Layer(single.get_layer("stem")), Layer(single.get_layer("grouped"))
    two = keras.Model(network.input, network.get_layer("grouped").output)
    modules = tf.Module()
    modules.stem, modules.blocks = stem, [grouped]
    tf.train.Checkpoint(modules).write(str(directory / "modules"))
    told = [told[0], "relu", {"conv": {**told[2]["conv"], "name": "blocks.0"}}]
    image = cases[0]["image"]
    channels_last = uniform(image["seed"], 3 * size[0] * size[1], -2, 2).astype(np.float64).reshape(1, 3, *size)
    answer = two(tf.constant(channels_last.transpose(0, 2, 3, 1))).numpy().transpose(0, 3, 1, 2)
    flat = answer.flatten()
    cases.append({"name": "saved modules", "declared": {"layers": told}, "image": image, "shape": list(answer.shape),
                  "largest": float(np.abs(flat).max()), "positions": list(range(flat.size)), "values": list(map(float, flat))})
    return cases


def write(directory, name, content):
    packed = gzip.compress(json.dumps(content, separators=(",", ":")).encode(), mtime=0)
    (directory / f"{name}.json.gz").write_bytes(packed)
    print(name, len(packed), "bytes")


if __name__ == "__main__":
    directory = pathlib.Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "keras").mkdir(exist_ok=True)
    write(directory, "keras_saved", saved(directory / "keras"))
    write(directory, "keras_same_paddings", same_paddings())
    write(directory, "keras_networks", applications())
