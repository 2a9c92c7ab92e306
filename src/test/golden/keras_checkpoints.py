"""Writes the Keras and TensorFlow checkpoint fixtures of the room `checkpoint` with those frameworks themselves.

Needs tensorflow-cpu (with Keras 3) and h5py. Keras 2 is not at hand: its files are put together with h5py in its layout.
Run with the output folder as the only argument:
    python src/test/golden/keras_checkpoints.py src/test/resources/io/foldserve/checkpoint

It writes the folders `keras` and `tensorflow` in there. Every file is tiny. `expected.json` in each says, per file, which
tensors must come out of it, in which order: name, type, shape and values as the framework has them in memory. Files in
`refused/` must be refused; the tests say with which words.
"""

import json
import os
import shutil
import sys
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import h5py
import keras
import ml_dtypes
import numpy as np
import tensorflow as tf
from keras.src.legacy.saving import legacy_h5_format

OUT = sys.argv[1]
DTYPES = {
    "float64": "FLOAT64", "float32": "FLOAT32", "float16": "FLOAT16", "bfloat16": "BFLOAT16", "int64": "INT64",
    "int32": "INT32", "int16": "INT16", "int8": "INT8", "uint8": "UINT8", "uint16": "UINT16", "uint32": "UINT32",
    "uint64": "UINT64", "bool": "BOOL",
}
TYPES = {
    "f64": np.array([[1.5, -2.25], [1e300, -0.0]]),
    "f32": np.array([1.1, -3.0, 2**-149, 3e38], dtype=np.float32),
    "f16": np.array([1.1, -65504.0, 2**-24, 0.0], dtype=np.float16),
    "i64": np.array([1, -(2**52), 3]),
    "i32": np.array([1, -(2**31), 2**31 - 1], dtype=np.int32),
    "i16": np.array([-32768, 32767], dtype=np.int16),
    "i8": np.array([-128, 127], dtype=np.int8),
    "u8": np.array([0, 255], dtype=np.uint8),
    "u16": np.array([0, 65535], dtype=np.uint16),
    "u32": np.array([0, 2**32 - 1], dtype=np.uint32),
    "u64": np.array([0, 2**40], dtype=np.uint64),
    "scalar": np.array(42.0, dtype=np.float32),
    "empty": np.zeros((0, 3), dtype=np.float32),
}
expected = []
random = np.random.default_rng(5)


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(os.path.join(folder, "refused"))


def expect(file, tensors, **facts):
    described = {}
    for name, value in tensors.items():
        value = np.asarray(value)
        values = [float(v) for v in value.astype(np.float64).flatten()]
        described[name] = {"dtype": DTYPES[value.dtype.name], "shape": list(value.shape), "values": values}
    expected.append({"file": file, "tensors": described, **facts})


def write_expected(folder):
    with open(os.path.join(folder, "expected.json"), "w") as out:
        json.dump(expected, out, indent=0)
    expected.clear()


def do_conv_weights(self, layers, shape, filters, bias):
    """What the reference's layer makes, in its order: W, the bias, D; D only where the kernel is larger than 1x1."""
    size, channels = shape[0] * shape[1], shape[2]
    self.W = self.add_weight(name="kernel", shape=(size, channels, filters), initializer="glorot_uniform")
    self.bias = self.add_weight(name="bias", shape=(filters,), initializer="random_normal") if bias else None
    self.D = None
    if size > 1:
        self.D = self.add_weight(name="D", shape=(size, size, channels), initializer="random_normal")


def do_conv_class(layers):
    class DOConv2D(layers.Layer):
        def __init__(self, filters, kernel_size, use_bias=True, **options):
            super().__init__(**options)
            self.filters, self.kernel_size, self.use_bias = filters, kernel_size, use_bias

        def build(self, input_shape):
            shape = (*self.kernel_size, input_shape[-1])
            do_conv_weights(self, layers, shape, self.filters, self.use_bias)

        def call(self, x):
            rows, columns = self.kernel_size
            if self.D is None:
                kernel = tf.reshape(self.W, (rows, columns, x.shape[-1], self.filters))
            else:
                diagonal = tf.eye(rows * columns)[:, :, None]
                kernel = tf.einsum("msi,sio->mio", self.D + diagonal, self.W)
                kernel = tf.reshape(kernel, (rows, columns, x.shape[-1], self.filters))
            y = tf.nn.conv2d(x, kernel, 1, "SAME")
            return y if self.bias is None else y + self.bias

        def get_config(self):
            return {**super().get_config(), "filters": self.filters, "kernel_size": self.kernel_size}

    return DOConv2D


def network(k, do_conv):
    layers = k.layers
    image = k.Input((4, 4, 2), name="image")
    x = do_conv(2, (1, 3), name="stem")(image)
    x = layers.BatchNormalization(name="stem_bn")(x)
    x = layers.ReLU(name="act")(x)
    inner = k.Sequential([layers.Conv2D(2, 1), layers.Dropout(0.5), layers.Conv2D(2, 1, use_bias=False)], name="inner")
    x = inner(x)
    x = do_conv(2, (1, 1), use_bias=False, name="point")(x)
    x = do_conv(1, (2, 1), use_bias=False, name="last")(x)
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    x = layers.Dense(2, name="fc")(x)
    model = k.Model(image, x)
    model.compile(k.optimizers.Adam(0.1), "mse")
    model.fit(random.normal(size=(2, 4, 4, 2)), np.ones((2, 2)), verbose=0)
    return model


def weights(model):
    """The network's tensors by the names that this project gives them, in the order of the network's layers."""
    named = {}
    inner = model.get_layer("inner")
    for layer in model.layers:
        if layer is inner:
            for part in inner.layers:
                add(named, "inner/" + part.name, part)
        else:
            add(named, layer.name, layer)
    return named


ORDER = {"Conv2D": ["kernel", "bias"], "Dense": ["kernel", "bias"], "DOConv2D": ["kernel", "bias", "D"],
         "BatchNormalization": ["gamma", "beta", "moving_mean", "moving_variance"]}


def add(named, path, layer):
    attributes = ORDER.get(type(layer).__name__, [])
    for name in attributes:
        attribute = "W" if type(layer).__name__ == "DOConv2D" and name == "kernel" else name
        value = getattr(layer, attribute, None)
        if value is not None:
            named[f"{path}/{name}"] = value.numpy()


def write_keras(folder):
    fresh(folder)
    at = lambda name: os.path.join(folder, name)
    keras.utils.set_random_seed(3)
    model = network(keras, do_conv_class(keras.layers))
    tensors = weights(model)
    model.save_weights(at("keras3.weights.h5"))
    expect("keras3.weights.h5", tensors, ordered=False)
    model.save(at("keras3.keras"))
    expect("keras3.keras", tensors, ordered=False)
    model.save(at("keras3-whole.h5"))
    expect("keras3-whole.h5", tensors, ordered=True)
    with h5py.File(at("keras3-weights.h5"), "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, model)
    expect("keras3-weights.h5", tensors, ordered=True)

    keras2(at, tensors)
    for dtype in ("float16", "bfloat16"):
        dense = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, dtype=dtype, name="fc")])
        values = [np.array(v, dtype=ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype) for v in ([[1.1], [-2.3]], [0.5])]
        dense.set_weights(values)
        dense.save_weights(at(dtype + ".weights.h5"))
        expect(dtype + ".weights.h5", {"fc/kernel": values[0], "fc/bias": values[1]}, ordered=True)
    for name, options in (("types", {}), ("types-latest", {"libver": "latest"})):
        with h5py.File(at(name + ".weights.h5"), "w", **options) as file:
            for index, value in enumerate(TYPES.values()):
                # Eight members is what the newer format keeps in a group's header.
                file[f"layers/many/part{index // 7}/vars/{index % 7}"] = value
            file["layers"]["many"].create_group("vars").attrs["name"] = np.bytes_(b"every_type")
        named = {f"every_type/part{i // 7}/{i % 7}": value for i, value in enumerate(TYPES.values())}
        expect(name + ".weights.h5", named, ordered=True)
    with h5py.File(at("eleven.weights.h5"), "w") as file:
        for index in range(11):
            file[f"layers/custom_{index}/vars/0"] = np.float32([index])
            file[f"layers/custom/vars/{index}"] = np.float32([-index])
    eleven = {f"custom/{i}": np.float32([-i]) for i in range(11)} | {f"custom_{i}/0": np.float32([i]) for i in range(11)}
    expect("eleven.weights.h5", eleven, ordered=True)
    write_refused_keras(os.path.join(folder, "refused"), at("keras3.keras"))
    write_expected(folder)


def keras2(at, tensors):
    """What Keras 2 writes: fixed-length names, variables with `:0`, and a nested network's weights without its name."""
    layers = {}
    for name, value in tensors.items():
        layer, weight = name.split("/", 1)
        layers.setdefault(layer, {})[(weight if layer == "inner" else name) + ":0"] = value
    layers = {"image": {}, **layers}

    def write(group):
        # Keras cuts a list of more than 64 kB into numbered pieces; two short ones look the same.
        names = [name.encode() for name in layers]
        group.attrs["layer_names0"], group.attrs["layer_names1"] = np.array(names[:3]), np.array(names[3:])
        group.attrs["backend"], group.attrs["keras_version"] = b"tensorflow", b"2.15.0"
        for layer, weights_of_layer in layers.items():
            made = group.create_group(layer)
            made.attrs["weight_names"] = np.array([name.encode() for name in weights_of_layer], dtype="S40")
            for name, value in weights_of_layer.items():
                made[name] = value

    with h5py.File(at("keras2-weights.h5"), "w") as file:
        write(file)
    with h5py.File(at("keras2-whole.h5"), "w") as file:
        file.attrs["model_config"] = b"{}"
        write(file.create_group("model_weights"))
        file["optimizer_weights/Adam/iter:0"] = np.int64(1)
    expect("keras2-weights.h5", tensors, ordered=True)
    expect("keras2-whole.h5", tensors, ordered=True)
    with h5py.File(at("keras2.weights.h5"), "w") as file:
        # The format of Keras 2.12 to 2.15: other names for the containers, and no names of layers.
        for index in range(2):
            file[f"_layer_checkpoint_dependencies/conv2d{'_1' * index}/vars/0"] = tensors["fc/kernel"] * (index + 1)
        file["optimizer/vars/0"] = np.int64(1)
    named = {"conv2d/kernel": tensors["fc/kernel"], "conv2d_1/kernel": tensors["fc/kernel"] * 2}
    expect("keras2.weights.h5", named, ordered=True)


def write_refused_keras(folder, archive):
    def file(name, write, **options):
        with h5py.File(os.path.join(folder, name + ".h5"), "w", **options) as made:
            write(made)

    kernel = np.ones((1, 1, 2, 2), np.float32)

    def chunked(made):
        made.create_dataset("layers/conv2d/vars/0", data=np.zeros((64, 64), np.float32), compression="gzip")
        made.create_dataset("layers/conv2d/vars/1", data=np.zeros(64, np.float32), chunks=(8,))

    def linked(made, link):
        made["layers/conv2d/vars/0"] = kernel
        made["layers/conv2d/vars/1"] = link

    def twice(made):
        made["layers/conv2d/vars/0"] = kernel
        made["layers/conv2d/vars/1"] = made["layers/conv2d/vars/0"]

    def circle(made):
        made.create_group("layers/conv2d")
        made["layers/conv2d/again"] = made["layers"]

    def outside(made):
        made.create_dataset("layers/conv2d/vars/0", (4,), "f4", external=[("/etc/hostname", 0, 16)])

    def virtual(made):
        layout = h5py.VirtualLayout((4,), "f4")
        layout[:] = h5py.VirtualSource("other.h5", "data", (4,))
        made.create_virtual_dataset("layers/conv2d/vars/0", layout)

    def legacy(made):
        made.attrs["layer_names"] = np.array([b"a", b"b"])
        made.create_group("a").attrs["weight_names"] = np.array([b"a/kernel:0", b"a/bias:0"])
        made["a/a/kernel:0"] = kernel
        made["a/a/other:0"] = kernel

    def shared_type(made):
        made["type"] = np.dtype("f4")
        made.create_dataset("layers/conv2d/vars/0", (4,), made["type"])

    file("chunked", chunked)
    file("soft", lambda made: linked(made, h5py.SoftLink("/layers/conv2d/vars/0")))
    file("external", lambda made: linked(made, h5py.ExternalLink("/etc/passwd", "/data")))
    file("twice", twice)
    file("circle", circle)
    file("outside", outside)
    file("virtual", virtual, libver="latest")
    file("legacy", legacy)
    file("shared-type", shared_type)
    file("never-written", lambda made: made.create_dataset("layers/conv2d/vars/0", (4,), "f4"))
    file("null", lambda made: made.create_dataset("layers/conv2d/vars/0", data=h5py.Empty("f4")))
    file("big-endian", lambda made: made.create_dataset("layers/conv2d/vars/0", data=kernel.astype(">f4")))
    file("text", lambda made: made.create_dataset("layers/conv2d/vars/0", data="text"))
    file("complex", lambda made: made.create_dataset("layers/conv2d/vars/0", data=kernel.astype(np.complex64)))
    file("opaque", lambda made: made.create_dataset("layers/conv2d/vars/0", data=np.array([b"ab"], "V2")))
    file("elsewhere", lambda made: made.create_dataset("layers/conv2d/kernel", data=kernel))
    file("nothing", lambda made: made.create_group("layers/conv2d/vars"))
    file("deep", lambda made: made.create_group("/".join("d" * 70)))
    file("many-latest", lambda made: [made.create_group(f"layers/l{i}") for i in range(20)], libver="latest")
    file("many-attributes", lambda made: [made.attrs.create(f"a{i}", i) for i in range(20)], libver="latest")
    file("user-block", lambda made: made.create_group("layers"), userblock_size=512)
    with zipfile.ZipFile(archive) as stored:
        members = {info.filename: stored.read(info) for info in stored.infolist()}
    with zipfile.ZipFile(os.path.join(folder, "compressed.keras"), "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    with zipfile.ZipFile(os.path.join(folder, "not-hdf5.keras"), "w") as made:
        made.writestr("config.json", "{}")
        made.writestr("model.weights.h5", "weights")


class Conv(tf.Module):
    """A DO-Conv layer with the reference's variables, attributes and order of creation."""

    def __init__(self, shape, filters, bias=True, name=None):
        super().__init__(name)
        size, channels = shape[0] * shape[1], shape[2]
        values = lambda *extents: random.normal(size=extents).astype(np.float32)
        self.W = tf.Variable(values(size, channels, filters), name="kernel")
        if bias:
            self.bias = tf.Variable(values(filters), name="bias")
        if size > 1:
            self.D = tf.Variable(values(size, size, channels), name="D")


class Net(tf.Module):
    def __init__(self):
        super().__init__()
        self.stem = Conv((3, 1, 2), 3)
        self.blocks = [Conv((1, 2, 3), 2, bias=False), Conv((1, 1, 2), 2)]


def write_tensorflow(folder):
    fresh(folder)
    at = lambda name: os.path.join(folder, name)
    net = Net()
    modules = {"stem": net.stem, "blocks/0": net.blocks[0], "blocks/1": net.blocks[1]}
    tensors = {f"{path}/{variable}": getattr(module, variable).numpy()
               for path, module in modules.items() for variable in ("W", "bias", "D") if hasattr(module, variable)}
    tf.train.Checkpoint(net).write(at("module"))
    expect("module", tensors)
    step = tf.Variable(3, dtype=tf.int64, name="step")
    tf.train.Checkpoint(net=net, step=step).save(at("saved"))
    expect("saved-1", {"net/" + name: value for name, value in tensors.items()} | {"step": step.numpy()})
    lone = Conv((3, 3, 1), 2)
    tf.train.Checkpoint(lone).write(at("lone"))
    expect("lone", {"W": lone.W.numpy(), "bias": lone.bias.numpy(), "D": lone.D.numpy()})

    keras.utils.set_random_seed(3)
    model = network(keras, do_conv_class(keras.layers))
    tf.train.Checkpoint(model=model, optimizer=model.optimizer).write(at("keras3"))
    expect("keras3", weights(model))
    types = dict(TYPES) | {"bf16": np.array([1.1, -3e38, 1e-40, 7.0], ml_dtypes.bfloat16), "b": np.array([True, False])}
    named("types", at, types)
    expect("types", types)
    trained = {"conv/kernel": np.arange(6, dtype=np.float32).reshape(1, 1, 2, 3), "conv/bias": np.float32([1, 2, 3]),
               "fc/kernel": np.float32([[4, 5]])}
    named("named", at, trained, train=True)
    expect("named", trained)
    named("sharded", at, trained, shards=3)
    expect("sharded", trained)
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        tf.compat.v1.get_variable("whole", initializer=np.float32([1]))
        tf.compat.v1.get_variable(
            "parts", shape=(4, 3), partitioner=tf.compat.v1.fixed_size_partitioner(2), use_resource=False)
        session.run(tf.compat.v1.global_variables_initializer())
        tf.compat.v1.train.Saver().save(session, at("refused/partitioned"), write_meta_graph=False, write_state=False)
    tf.train.Checkpoint(note=tf.Variable(["a", "b"])).write(at("refused/texts"))
    for leftover in ("checkpoint", "refused/checkpoint"):
        if os.path.exists(at(leftover)):
            os.remove(at(leftover))
    write_expected(folder)


def named(file, at, tensors, train=False, shards=1):
    with tf.Graph().as_default():
        session = tf.compat.v1.Session(config=tf.compat.v1.ConfigProto(device_count={"CPU": shards}))
        variables = []
        for index, (name, value) in enumerate(tensors.items()):
            with tf.device(f"/cpu:{index % shards}"):
                variables.append(tf.compat.v1.get_variable(name, initializer=value, use_resource=False))
        if train:
            loss = tf.add_n([tf.reduce_sum(v * v) for v in variables])
            tf.compat.v1.train.AdamOptimizer(0.1).minimize(loss, tf.compat.v1.train.get_or_create_global_step())
        session.run(tf.compat.v1.global_variables_initializer())
        saver = tf.compat.v1.train.Saver(sharded=shards > 1)
        saver.save(session, at(file), write_meta_graph=False, write_state=False)


write_keras(os.path.join(OUT, "keras"))
write_tensorflow(os.path.join(OUT, "tensorflow"))
