"""ONNX files as people have them, with what ONNX Runtime (not optimising) says of one picture.

python served_networks.py TARGET_FOLDER: writes picture.png, expected.json and a folder for each model with model.onnx,
model.yaml and labels.txt. Needs numpy, onnx, onnxruntime and Pillow. Seeded; ONNX Runtime's float32 may differ in the last
bits between machines.
"""
import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper as nh
from PIL import Image

SIZE = 16
MEAN, STD = [0.4, 0.5, 0.6], [0.25, 0.2, 0.3]
target = pathlib.Path(sys.argv[1])
expected = {}


def picture():
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    rng = np.random.default_rng(9)
    planes = [127 + 90 * np.sin(x * a + y * b + c) + rng.normal(0, 12, (SIZE, SIZE)) for a, b, c in [(0.5, 0.2, 0), (0.3, 0.6, 1), (0.9, 0.1, 2)]]
    return np.clip(np.stack(planes, -1), 0, 255).astype(np.uint8)


PIXELS = picture()


def normalised():
    return ((PIXELS / 255.0 - MEAN) / STD).transpose(2, 0, 1)[None].astype(np.float32)


class Net:
    """Convolution, batch norm, ReLU, then a head; grown node by node."""

    def __init__(self, opset=17, ir=9, dtype=np.float32, seed=1):
        self.opset, self.ir, self.dtype = opset, ir, dtype
        self.rng, self.nodes, self.consts = np.random.default_rng(seed), [], []
        self.inputs, self.outputs, self.n = [], [], 0

    def const(self, value, name=None):
        name = name or f"c{len(self.consts)}"
        self.consts.append(nh.from_array(np.asarray(value), name))
        return name

    def weight(self, *shape, name=None):
        return self.const((self.rng.normal(size=shape) / np.sqrt(max(1, np.prod(shape[1:])))).astype(self.dtype), name)

    def add(self, op, *inputs, name=None, outputs=None, **attributes):
        self.n += 1
        out = outputs or [name or f"v{self.n}"]
        self.nodes.append(h.make_node(op, list(inputs), out, name=f"{op}_{self.n}", **attributes))
        return out[0]

    def input(self, name="input", shape=(1, 3, SIZE, SIZE), dtype=T.FLOAT):
        self.inputs.append(h.make_tensor_value_info(name, dtype, shape))
        return name

    def output(self, name, shape, dtype=T.FLOAT):
        self.outputs.append(h.make_tensor_value_info(name, dtype, shape))

    def body(self, x, channels=8):
        c = self.add("Conv", x, self.weight(channels, 3, 3, 3), self.weight(channels), pads=[1, 1, 1, 1], kernel_shape=[3, 3])
        f = self.dtype
        stats = [self.const((np.abs(self.rng.normal(size=channels)) + 0.5).astype(f)), self.weight(channels), self.weight(channels),
                 self.const((np.abs(self.rng.normal(size=channels)) + 0.5).astype(f))]
        return self.add("Relu", self.add("BatchNormalization", c, *stats))

    def scores(self, x, classes=5, gain=3.0):
        pooled = self.add("Flatten", self.add("AveragePool", self.body(x), kernel_shape=[4, 4], strides=[4, 4]))
        w = self.const((self.rng.normal(size=(128, classes)) * gain / 11).astype(self.dtype))
        return self.add("Gemm", pooled, w, self.weight(classes))

    def pixels(self, x, classes=3, stride=1, gain=1.0):
        y = self.body(x)
        w = self.const((self.rng.normal(size=(classes, 8, 3, 3)) * gain / 6).astype(self.dtype))
        return self.add("Conv", y, w, pads=[1, 1, 1, 1], strides=[stride, stride], kernel_shape=[3, 3])

    def model(self):
        graph = h.make_graph(self.nodes, "net", self.inputs, self.outputs, self.consts)
        model = h.make_model(graph, opset_imports=[h.make_opsetid("", self.opset)], ir_version=self.ir)
        return model


def run(model, feed, outputs=None):
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    return ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"]).run(outputs, feed)


def write(name, model, labels, task="classification", extra="", output="", normalise=True):
    folder = target / name
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    (folder / "labels.txt").write_text("".join(f"label{i}\n" for i in range(labels)))
    norm = f", mean: {MEAN}, std: {STD}" if normalise else ""
    (folder / "model.yaml").write_text(
        f"task: {task}\n{extra}labels: labels.txt\ninput: {{ width: {SIZE}, height: {SIZE}{norm} }}\n"
        f"variants:\n  file: {{ checkpoint: model.onnx{output} }}\n")


def numbers(values):
    return [float(f"{v:.7g}") for v in np.asarray(values, np.float64).ravel()]


def softmax(z):
    e = np.exp(np.asarray(z, np.float64) - np.max(z))
    return e / e.sum()


def sigmoid(z):
    return 1 / (1 + np.exp(-np.asarray(z, np.float64)))


def runs(mask):
    flat, out = np.asarray(mask).astype(int).ravel(), []
    for v in flat:
        if out and out[-2] == v:
            out[-1] += 1
        else:
            out += [int(v), 1]
    return out


def refused(name, model, labels, words, **kw):
    write(name, model, labels, **kw)
    expected[name] = {"refused": words}


def ending(name, end, opset=17, classes=5, labels=5, gain=3.0, truth=None, words=None, out_type=T.FLOAT, scores=False, **kw):
    """A classifier ended by end(net, scores); right is truth(scores) or what the file itself gives; scores are told."""
    net = Net(opset)
    z = net.scores(net.input(), classes, gain)
    out = end(net, z)
    net.output(out, None, out_type)
    model = net.model()
    if words:
        return refused(name, model, labels, words, **kw)
    write(name, model, labels, **kw)
    net.output(z, None) if z != out else None
    got = run(net.model(), {"input": normalised()})
    p = truth(got[-1].ravel()) if truth else got[0]
    expected[name] = {"probabilities": numbers(p)}
    if scores:
        expected[name]["scores"] = numbers(got[-1])


def endings():
    def views(net, z):
        v = net.add("Softmax", net.add("Reshape", z, net.const(np.array([1, 5, 1, 1]))), axis=1)
        v = net.add("Squeeze", v, net.const(np.array([2, 3])))
        return net.add("Identity", net.add("Cast", net.add("Flatten", v), to=T.FLOAT))

    def written(net, z, shift):
        if shift:
            z = net.add("Sub", z, net.add("ReduceMax", z, axes=[1]))
        e = net.add("Exp", z)
        return net.add("Div", e, net.add("ReduceSum", e, net.const(np.array([1]))))

    ending("softmax-behind-views", views, scores=True)
    ending("softmax-opset-9", lambda n, z: n.add("Softmax", z), opset=9, scores=True)
    ending("softmax-opset-11-flatten", lambda n, z: n.add("Flatten", n.add("Softmax", n.add("Reshape", z, n.const(np.array([1, 5, 1, 1]))), axis=1)), opset=11, scores=True)
    ending("softmax-written-out", lambda n, z: written(n, z, False))
    ending("softmax-written-out-shifted", lambda n, z: written(n, z, True))
    ending("log-softmax", lambda n, z: n.add("LogSoftmax", z, axis=1), truth=softmax)
    ending("exp-of-log-softmax", lambda n, z: n.add("Exp", n.add("LogSoftmax", z, axis=1)))
    ending("mean-of-two-softmaxes", lambda n, z: n.add("Mul", n.add("Add", n.add("Softmax", z), n.add("Softmax", n.add("Neg", z))), n.const(np.float32(0.5))))
    ending("softmax-over-the-batch", lambda n, z: n.add("Softmax", z, axis=0), words=["head: probabilities", "head: softmax or sigmoid"])
    ending("sigmoid-multi-label", lambda n, z: n.add("Sigmoid", z), scores=True)
    ending("sigmoid-by-division", lambda n, z: n.add("Div", n.const(np.float32(1)), n.add("Add", n.add("Exp", n.add("Neg", z)), n.const(np.float32(1)))), scores=True)
    ending("sigmoid-by-reciprocal", lambda n, z: n.add("Flatten", n.add("Reciprocal", n.add("Add", n.const(np.float32(1)), n.add("Exp", n.add("Neg", z))))), scores=True)
    tanh = lambda n, z: n.add("Mul", n.add("Add", n.add("Tanh", n.add("Mul", z, n.const(np.float32(0.5)))), n.const(np.float32(1))), n.const(np.float32(0.5)))
    ending("sigmoid-by-tanh", tanh, words=["head: probabilities"])
    ending("sigmoid-by-tanh-declared", tanh, extra="head: probabilities\n")
    ending("hard-sigmoid", lambda n, z: n.add("HardSigmoid", z), words=["head: probabilities"])
    ending("hard-sigmoid-declared", lambda n, z: n.add("HardSigmoid", z), extra="head: probabilities\n")
    ending("scores-declared-multi-label", lambda n, z: z, extra="head: sigmoid\n", truth=sigmoid)
    ending("scores-declared-probabilities", lambda n, z: z, extra="head: probabilities\n", words=["not between 0 and 1"])
    ending("softmax-declared-sigmoid", lambda n, z: n.add("Softmax", z), extra="head: sigmoid\n", words=["ends in its own softmax"])
    ending("probabilities-declared-softmax", lambda n, z: written(n, z, True), extra="head: softmax\n", words=["sum to 1", "expected probabilities"])
    ending("one-score-two-labels", lambda n, z: z, classes=1, labels=2, truth=lambda z: [1 - sigmoid(z[0]), sigmoid(z[0])])
    ending("one-score-one-label", lambda n, z: z, classes=1, labels=1, truth=sigmoid)
    ending("one-score-declared-softmax", lambda n, z: z, classes=1, labels=1, extra="head: softmax\n", words=["always 1"])
    ending("one-score-three-labels", lambda n, z: z, classes=1, labels=3, words=["single output", "found 3"])
    ending("one-softmax", lambda n, z: n.add("Softmax", z), classes=1, labels=1, words=["softmax of a single output is always 1"])
    ending("one-sigmoid-two-labels", lambda n, z: n.add("Sigmoid", z), classes=1, labels=2, truth=lambda z: [1 - sigmoid(z[0]), sigmoid(z[0])])
    ending("one-probability-two-labels-declared", tanh, classes=1, labels=2, extra="head: probabilities\n", truth=lambda z: [1 - sigmoid(z[0]), sigmoid(z[0])])
    ending("arg-max-of-classes", lambda n, z: n.add("Cast", n.add("ArgMax", z, axis=1, keepdims=0), to=T.INT32), truth=softmax, out_type=T.INT32, scores=True)


def segment(name, end, labels=3, classes=3, stride=1, gain=1.0, mask=None, words=None, out_type=T.FLOAT, opset=17, agree=0.995, **kw):
    net = Net(opset)
    z = net.pixels(net.input(), classes, stride, gain)
    out = end(net, z)
    net.output(out, None, out_type)
    model = net.model()
    if words:
        return refused(name, model, labels, words, task="segmentation", **kw)
    write(name, model, labels, task="segmentation", **kw)
    expected[name] = {"runs": runs(mask(run(model, {"input": normalised()})[0])), "agree": agree}


def resized(values, size=SIZE):
    """Bilinear, half-pixel centres, edges held: torch's interpolate with align_corners=False."""
    c, hh, ww = values.shape
    def taps(n):
        at = np.clip((np.arange(size) + 0.5) * n / size - 0.5, 0, None)
        low = np.minimum(np.floor(at).astype(int), n - 1)
        return low, np.minimum(low + 1, n - 1), at - low
    a, b, f = taps(hh)
    rows = values[:, a] * (1 - f)[None, :, None] + values[:, b] * f[None, :, None]
    a, b, f = taps(ww)
    return rows[:, :, a] * (1 - f) + rows[:, :, b] * f


def segmentations():
    best = lambda y: y[0].argmax(0)
    segment("mask-of-scores", lambda n, z: z, mask=best)
    segment("mask-of-softmax", lambda n, z: n.add("Softmax", z, axis=1), mask=best)
    segment("mask-of-sigmoids", lambda n, z: n.add("Sigmoid", z), words=["overlap", "head: softmax"])
    segment("mask-of-sigmoids-declared", lambda n, z: n.add("Sigmoid", z), mask=best, extra="head: softmax\n")
    segment("mask-channels-last", lambda n, z: n.add("Transpose", z, perm=[0, 2, 3, 1]), mask=lambda y: y[0].argmax(-1))
    segment("mask-without-batch", lambda n, z: n.add("Squeeze", z, n.const(np.array([0]))), mask=lambda y: y.argmax(0))
    segment("mask-flattened", lambda n, z: n.add("Reshape", z, n.const(np.array([1, 3, SIZE * SIZE]))), mask=lambda y: y[0].argmax(0).reshape(SIZE, SIZE))
    segment("mask-arg-max", lambda n, z: n.add("ArgMax", z, axis=1, keepdims=0), mask=lambda y: y[0], out_type=T.INT64)
    segment("mask-arg-max-kept", lambda n, z: n.add("Cast", n.add("ArgMax", z, axis=1), to=T.UINT8), mask=lambda y: y[0, 0], out_type=T.UINT8)
    segment("mask-arg-max-half-size", lambda n, z: n.add("ArgMax", z, axis=1, keepdims=0), stride=2, mask=lambda y: y[0].repeat(2, 0).repeat(2, 1), out_type=T.INT64)
    segment("mask-of-more-classes", lambda n, z: n.add("ArgMax", z, axis=1, keepdims=0), classes=7, out_type=T.INT64, words=["class indices from 0 to 2"])
    segment("mask-half-size", lambda n, z: z, stride=2, mask=lambda y: resized(y[0].astype(np.float64)).argmax(0))
    segment("mask-quarter-size-opset-10", lambda n, z: z, stride=4, opset=10, mask=lambda y: resized(y[0].astype(np.float64)).argmax(0))
    segment("one-channel-score", lambda n, z: z, classes=1, labels=2, mask=lambda y: y[0, 0] > 0)
    segment("one-channel-sigmoid", lambda n, z: n.add("Sigmoid", z), classes=1, labels=2, mask=lambda y: y[0, 0] > 0.5)
    segment("one-channel-sigmoid-half-size", lambda n, z: n.add("Sigmoid", z), classes=1, labels=2, stride=2, gain=6.0, mask=lambda y: resized(y[0].astype(np.float64))[0] > 0.5)
    segment("one-channel-threshold", lambda n, z: n.add("Greater", n.add("Sigmoid", z), n.const(np.float32(0.5))), classes=1, labels=2, mask=lambda y: y[0, 0], out_type=T.BOOL)
    segment("one-channel-squeezed", lambda n, z: n.add("Squeeze", z, n.const(np.array([1]))), classes=1, labels=2, mask=lambda y: y[0] > 0)
    segment("one-channel-one-label", lambda n, z: z, classes=1, labels=1, words=["name both classes"])
    segment("one-channel-hard-sigmoid", lambda n, z: n.add("HardSigmoid", z), classes=1, labels=2, words=["head: probabilities"])


def classifier(name, build, right=None, words=None, labels=5, tolerance=None, **kw):
    """build() gives the model, what to feed it, and where the scores are in what it gives."""
    model, feed, pick = build()
    if words:
        return refused(name, model, labels, words, **kw)
    write(name, model, labels, **kw)
    expected[name] = {"logits": numbers(pick(run(model, feed)))}
    if tolerance:
        expected[name]["tolerance"] = tolerance


def inputs():
    planar, last = normalised(), normalised().transpose(0, 2, 3, 1)

    def of(shape, front, feed, dtype=T.FLOAT, pick=lambda y: y[0], body=np.float32, name="input", opset=17, ir=9, back=None, inner=None):
        def build():
            net = Net(opset, ir, body)
            x = net.input(name, shape, dtype)
            z = net.scores(front(net, x))
            if back:
                z = back(net, z)
            net.output(z, None, T.FLOAT if body == np.float32 or back else T.FLOAT16)
            return net.model(), {name: feed}, pick
        return build

    nchw = lambda n, x: n.add("Transpose", x, perm=[0, 3, 1, 2])
    classifier("channels-last-open", of([None, None, None, 3], nchw, last))
    classifier("channels-last-all-open", of(["n", "a", "b", "c"], nchw, last))
    classifier("channels-last-without-batch", of([SIZE, SIZE, 3], lambda n, x: n.add("Unsqueeze", n.add("Transpose", x, perm=[2, 0, 1]), n.const(np.array([0]))), last[0]))
    classifier("without-batch", of([3, SIZE, SIZE], lambda n, x: n.add("Unsqueeze", x, n.const(np.array([0]))), planar[0]))
    classifier("batch-of-four", of([4, 3, SIZE, SIZE], lambda n, x: x, np.repeat(planar, 4, 0), pick=lambda y: y[0][:1]))
    classifier("open-extents", of(["n", 3, "h", "w"], lambda n, x: x, planar))
    scaled = lambda n, x: n.add("Div", n.add("Sub", n.add("Cast", nchw(n, x), to=T.FLOAT), n.const(np.float32(127))), n.const(np.float32(64)))
    classifier("eight-bit-pixels", of([1, SIZE, SIZE, 3], scaled, PIXELS[None], dtype=T.UINT8), normalise=False)
    classifier("eight-bit-pixels-normalised", of([1, SIZE, SIZE, 3], scaled, PIXELS[None], dtype=T.UINT8), words=["whole numbers", "leave out input.mean"])
    whole = lambda n, x: n.add("Div", n.add("Cast", x, to=T.FLOAT), n.const(np.float32(64)))
    classifier("whole-numbers", of([1, 3, SIZE, SIZE], whole, PIXELS.transpose(2, 0, 1)[None].astype(np.int32), dtype=T.INT32), normalise=False)
    classifier("half-inside-and-out", of([1, 3, SIZE, SIZE], lambda n, x: x, planar.astype(np.float16), dtype=T.FLOAT16, body=np.float16), tolerance=0.01)
    classifier("half-inside", of([1, 3, SIZE, SIZE], lambda n, x: n.add("Cast", x, to=T.FLOAT16), planar, body=np.float16, back=lambda n, z: n.add("Cast", z, to=T.FLOAT)), tolerance=0.01)
    classifier("scores-as-vector", of([1, 3, SIZE, SIZE], lambda n, x: x, planar, back=lambda n, z: n.add("Squeeze", z, n.const(np.array([0])))))
    classifier("scores-1x1x1xC", of([1, 3, SIZE, SIZE], lambda n, x: x, planar, back=lambda n, z: n.add("Reshape", z, n.const(np.array([1, 1, 1, 5])))))
    classifier("input-called-image", of([1, 3, SIZE, SIZE], lambda n, x: x, planar, name="image", back=lambda n, z: n.add("Identity", n.add("Identity", z, name="logits"), name="probabilities")))
    classifier("newest-format", of([1, 3, SIZE, SIZE], lambda n, x: x, planar, ir=13))
    classifier("two-pictures", two_inputs, words=["expected one input"])


def two_inputs():
    net = Net()
    x = net.add("Add", net.input("a"), net.input("b"))
    net.output(net.scores(x), None)
    return net.model(), {}, None


def structures():
    x = normalised()

    def captured():
        net = Net()
        z = net.scores(net.input("picture"))
        inner = lambda name, op: h.make_graph([h.make_node("ReduceMean", ["picture"], ["image"], axes=[1, 2, 3], keepdims=0), h.make_node(op, ["logits", "image"], [name])], name, [], [h.make_tensor_value_info(name, T.FLOAT, None)])
        z = net.add("Identity", z, name="logits")
        out = net.add("If", net.const(np.array(True)), then_branch=inner("then", "Add"), else_branch=inner("else", "Sub"))
        net.output(out, [1, 5])
        return net.model(), {"picture": x}, lambda y: y[0]

    def stale():
        net = Net()
        net.output(net.scores(net.input()), [1, 1000])
        return net.model(), {"input": x}, lambda y: y[0]

    def computed():
        net = Net()
        z = net.scores(net.input(shape=["n", 3, SIZE, SIZE]))
        shape = net.add("Concat", net.add("Slice", net.add("Shape", z), net.const(np.array([0])), net.const(np.array([1]))), net.const(np.array([-1])), axis=0)
        net.output(net.add("Reshape", z, shape), ["n", "what"])
        return net.model(), {"input": x}, lambda y: y[0]

    def indices():
        net = Net()
        y = net.body(net.input())
        net.nodes.append(h.make_node("MaxPool", [y], ["pooled", "where"], name="pool", kernel_shape=[2, 2], strides=[2, 2]))
        up = net.add("MaxUnpool", "pooled", "where", kernel_shape=[2, 2], strides=[2, 2])
        w = net.const((net.rng.normal(size=(8 * SIZE * SIZE, 5)) / 45).astype(np.float32))
        net.output(net.add("Gemm", net.add("Flatten", up), w), None)
        return net.model(), {"input": x}, lambda y: y[0]

    def outputs(names, sizes, pick):
        def build():
            net = Net()
            f = net.add("Flatten", net.add("AveragePool", net.body(net.input()), kernel_shape=[4, 4], strides=[4, 4]))
            for name, size in zip(names, sizes):
                net.output(net.add("Gemm", f, net.weight(128, size), name=name), None)
            return net.model(), {"input": x}, lambda y: y[names.index(pick)]
        return build

    def function():
        net = Net()
        z = net.scores(net.input())
        net.nodes.append(h.make_node("Odds", [z], ["p"], domain="acme"))
        net.output("p", None)
        model = net.model()
        model.functions.append(h.make_function("acme", "Odds", ["a"], ["b"], [h.make_node("Softmax", ["a"], ["b"])], [h.make_opsetid("", 17)]))
        model.opset_import.append(h.make_opsetid("acme", 1))
        return model

    def contradictory():
        net = Net()
        net.output(net.scores(net.input()), None)
        net.nodes[-1].input[1] = "c0"
        return net.model(), {}, None

    def labelled():
        net = Net()
        z = net.scores(net.input())
        net.output(net.add("ArgMax", z, axis=1, keepdims=0, name="label"), None, T.INT64)
        net.output(net.add("Softmax", z, name="probabilities"), None)
        return net.model()

    for name, model, at in [("softmax-in-a-function", function(), 0), ("label-beside-probabilities", labelled(), 1)]:
        write(name, model, 5)
        expected[name] = {"probabilities": numbers(run(model, {"input": x})[at])}
    classifier("contradictory-shapes", contradictory, words=["Gemm"])
    classifier("subgraph-reads-the-picture", captured)
    classifier("stale-output-shape", stale)
    classifier("shape-by-nodes", computed)
    classifier("max-pool-indices", indices)
    classifier("outputs-by-shape", outputs(["features", "scores"], [64, 5], "scores"))
    classifier("outputs-by-name", outputs(["aux", "output"], [5, 5], "output"))
    classifier("outputs-unclear", outputs(["head_a", "head_b"], [5, 5], "head_a"), words=["output: head_a", "head_b"])
    classifier("outputs-declared", outputs(["head_a", "head_b"], [5, 5], "head_b"), output=", output: head_b")
    classifier("outputs-declared-wrong", outputs(["head_a", "head_b"], [5, 5], "head_b"), output=", output: head_c", words=["head_c", "head_a"])


def quantised():
    net = Net()
    def qdq(v, scale):
        s, zero = net.const(np.float32(scale)), net.const(np.int8(0))
        return net.add("DequantizeLinear", net.add("QuantizeLinear", v, s, zero), s, zero)
    x = qdq(net.input(), 0.03)
    w = net.const((np.random.default_rng(4).integers(-90, 90, (8, 3, 3, 3))).astype(np.int8))
    wd = net.add("DequantizeLinear", w, net.const(np.float32(0.003)), net.const(np.int8(0)))
    y = qdq(net.add("Relu", net.add("Conv", x, wd, pads=[1, 1, 1, 1], kernel_shape=[3, 3])), 0.03)
    f = net.add("Flatten", net.add("AveragePool", y, kernel_shape=[4, 4], strides=[4, 4]))
    net.output(net.add("Gemm", f, net.weight(128, 5)), None)
    return net.model(), {"input": normalised()}, lambda y: y[0]


def unsound():
    def broken(change):
        def build():
            net = Net()
            net.output(net.scores(net.input()), None)
            return change(net.model()), {}, None
        return build

    def constant(index, at, value):
        def change(model):
            init = model.graph.initializer[index]
            a = nh.to_array(init).copy()
            a.ravel()[at] = value
            init.CopyFrom(nh.from_array(a, init.name))
            return model
        return change

    def training(model):
        node = next(n for n in model.graph.node if n.op_type == "BatchNormalization")
        node.attribute.append(h.make_attribute("training_mode", 1))
        node.output.extend(["m", "v"])
        return model

    def dropout(model):
        node = model.graph.node[-1]
        model.graph.initializer.extend([nh.from_array(np.float32(0.5), "ratio"), nh.from_array(np.array(True), "on")])
        model.graph.node.insert(len(model.graph.node) - 1, h.make_node("Dropout", [node.input[0], "ratio", "on"], ["dropped"], name="drop"))
        node.input[0] = "dropped"
        return model

    def opset(model):
        model.opset_import[0].version = 27
        return model

    classifier("weight-not-a-number", broken(constant(0, 7, np.nan)), words=["c0 holds NaN"])
    classifier("weight-infinite", broken(constant(6, 7, np.inf)), words=["c6 holds an infinite number"])
    classifier("variance-negative", broken(constant(5, 1, -0.5)), words=["c5 .* holds a negative variance"])
    classifier("batch-norm-training", broken(training), words=["training mode", "model.eval"])
    classifier("dropout-on", broken(dropout), words=["drop is a Dropout that is on", "model.eval"])
    classifier("opset-too-new", broken(opset), words=["version 27, up to 26"])


Image.fromarray(PIXELS).save((target.mkdir(parents=True, exist_ok=True) or target) / "picture.png")
endings()
segmentations()
inputs()
structures()
classifier("quantised", quantised, tolerance=0.05)
unsound()
(target / "expected.json").write_text(json.dumps(expected, indent=1))
