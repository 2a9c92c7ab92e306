"""Writes fixtures of Keras's Sequential and subclassed networks and of batch norms without scale or centre, with Keras.

Needs keras (3, any backend) and h5py. Keras 2 is not at hand: the weights of its subclassed network are put together with
h5py in its layout. Run with the output folder as the only argument:
    python src/test/golden/keras_sequences.py src/test/resources/io/foldserve/checkpoint/keras/sequences

Every file is tiny. `expected.json` says, per file, which tensors must come out of it: name, type, shape and values as Keras
has them in memory. `answers.json` has an image and what each network makes of it, as Keras computes it.
"""

import json
import os
import shutil
import sys

import h5py
import keras
import numpy as np

OUT = sys.argv[1]
random = np.random.default_rng(11)
expected, answers = [], []


def at(name):
    return os.path.join(OUT, name)


def array(value):
    return keras.ops.convert_to_numpy(value)


def expect(file, tensors, ordered):
    described = {}
    for name, value in tensors.items():
        values = [float(v) for v in value.astype(np.float64).flatten()]
        described[name] = {"dtype": "FLOAT32", "shape": list(value.shape), "values": values}
    expected.append({"file": "sequences/" + file, "tensors": described, "ordered": ordered})


def answer(files, declared, model, image):
    logits = array(model(image[None], training=False))[0]
    answers.append({
        "files": files,
        "declared": declared,
        # Channels first, as a network's image is here.
        "image": {"shape": [1, image.shape[2], *image.shape[:2]], "values": image.transpose(2, 0, 1).flatten().tolist()},
        "logits": [float(v) for v in logits],
    })


def train(model):
    """Gives every weight a value of its own, the variances positive ones."""
    for weight in model.weights:
        low, high = (0.5, 1.5) if "variance" in weight.path or "gamma" in weight.path else (-1, 1)
        weight.assign(random.uniform(low, high, weight.shape).astype(np.float32))


def tensors(model, prefix=""):
    named = {}
    for layer in model.layers:
        if isinstance(layer, keras.Sequential):
            named |= tensors(layer, prefix + layer.name + "/")
        else:
            named |= {f"{prefix}{layer.name}/{weight.name}": array(weight) for weight in layer.weights}
    return named


def conv(name, out, kernel, **options):
    return {"conv": {"name": name, "out": out, "kernel": kernel, "padding": "same", **options}}


def sequential(image):
    layers = keras.layers
    inner = keras.Sequential([layers.Conv2D(4, 1, name="narrow"), layers.ReLU(name="inner_act")], name="inner")
    model = keras.Sequential([
        keras.Input(image.shape),
        layers.Rescaling(1.0, name="rescale"),
        layers.Conv2D(6, 3, strides=2, padding="same", use_bias=False, name="c1"),
        layers.BatchNormalization(name="b1"),
        layers.ReLU(name="act"),
        inner,
        layers.GlobalAveragePooling2D(name="pool"),
        layers.Dense(3, name="head"),
    ], name="flat")
    train(model)
    model.save(at("sequential-whole.h5"))
    named = tensors(model)
    expect("sequential-whole.h5", named, True)
    with h5py.File(at("subclassed-keras2-weights.h5"), "w") as file:
        keras2_weights(file, named)
    expect("subclassed-keras2-weights.h5", named, True)
    declared = {"channels": 2, "layers": [
        conv("c1", 6, 3, stride=2, bias=False), {"batchNorm": {"name": "b1"}}, "relu", conv("inner.narrow", 4, 1), "relu",
        {"adaptiveAvgPool": {"output": 1}}, "flatten", {"linear": {"name": "head", "out": 3}}]}
    answer(["sequential-whole.h5", "subclassed-keras2-weights.h5"], declared, model, image)


def keras2_weights(file, named):
    """What tf.keras 2 saves of a subclassed network: its name stands in front of every layer's."""
    layers = list(dict.fromkeys(name.split("/")[0] for name in named))
    file.attrs["layer_names"] = np.array([layer.encode() for layer in layers])
    file.attrs["backend"] = np.bytes_(b"tensorflow")
    file.attrs["keras_version"] = np.bytes_(b"2.15.0")
    for layer in layers:
        group = file.create_group(layer)
        own = {name: value for name, value in named.items() if name.split("/")[0] == layer}
        group.attrs["weight_names"] = np.array([f"my_model/{name}:0".encode() for name in own])
        for name, value in own.items():
            group.create_dataset(f"my_model/{name}:0", data=value)
    file.create_group("top_level_model_weights").attrs["weight_names"] = np.array([], dtype="S1")


def half_affine(image):
    layers = keras.layers
    entry = keras.Input(image.shape)
    x = layers.Conv2D(4, 3, padding="same", use_bias=False, name="c1")(entry)
    x = layers.BatchNormalization(scale=False, name="unscaled")(x)
    x = layers.ReLU(name="a1")(x)
    x = layers.Conv2D(4, 1, padding="same", use_bias=False, name="c2")(x)
    x = layers.BatchNormalization(center=False, name="uncentred")(x)
    x = layers.ReLU(name="a2")(x)
    x = layers.Conv2D(4, 1, padding="same", use_bias=False, name="c3")(x)
    x = layers.BatchNormalization(scale=False, center=False, name="bare")(x)
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    model = keras.Model(entry, layers.Dense(3, name="head")(x))
    train(model)
    for file in ("half-affine.keras", "half-affine-whole.h5"):
        model.save(at(file))
        expect(file, tensors(model), file.endswith(".h5"))
    model.save_weights(at("half-affine.weights.h5"))
    # These files number the variables of a layer, so that which of two is missing cannot be seen.
    unsaid = {name: value for name, value in tensors(model).items()}
    unsaid = {name.replace("unscaled/beta", "unscaled/gamma_or_beta").replace("uncentred/gamma", "uncentred/gamma_or_beta"):
              value for name, value in unsaid.items()}
    expect("half-affine.weights.h5", unsaid, False)
    norms = [{"name": "unscaled"}, {"name": "uncentred"}, {"name": "bare"}]
    said = [{"name": "unscaled", "scale": False}, {"name": "uncentred", "center": False}, {"name": "bare"}]
    for files, options in ((["half-affine.keras", "half-affine-whole.h5"], norms), (["half-affine.weights.h5"], said)):
        declared = {"channels": 2, "layers": [
            conv("c1", 4, 3, bias=False), {"batchNorm": options[0]}, "relu",
            conv("c2", 4, 1, bias=False), {"batchNorm": options[1]}, "relu",
            conv("c3", 4, 1, bias=False), {"batchNorm": options[2]},
            {"adaptiveAvgPool": {"output": 1}}, "flatten", {"linear": {"name": "head", "out": 3}}]}
        answer(files, declared, model, image)


shutil.rmtree(OUT, ignore_errors=True)
os.makedirs(OUT)
keras.utils.set_random_seed(11)
pixels = random.uniform(-2, 2, (6, 5, 2)).astype(np.float32)
sequential(pixels)
half_affine(pixels)
for name, content in (("expected.json", expected), ("answers.json", answers)):
    with open(at(name), "w") as out:
        json.dump(content, out, indent=0)
