"""Writes src/test/resources/io/foldserve/onnx/: small ONNX models, from both of PyTorch's exporters and built by hand.

`do-conv-*.onnx` are one DO-Conv network in evaluation mode, exported in several ways; `do-conv.safetensors` holds the
kernels that it folds to, computed in float64. Run with: python src/test/golden/onnx_models.py
"""

import pathlib
import warnings

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(9)
warnings.filterwarnings("ignore")
OUT = pathlib.Path(__file__).parents[1] / "resources/io/foldserve/onnx"
OUT.mkdir(parents=True, exist_ok=True)


class DOConv2d(nn.Module):
    """Row (o mod g)·(I/g) + c of D for output channel o and its input channel c; written as a product in two ways."""

    def __init__(self, i, o, k, multiplier, stride, groups, einsum):
        super().__init__()
        self.i, self.o, self.k, self.groups, self.stride, self.einsum = i, o, k, groups, stride, einsum
        taps = k * k
        self.W = nn.Parameter(torch.randn(o, i // groups, multiplier if k > 1 else 1))
        if k > 1:
            self.D = nn.Parameter(0.3 * torch.randn(i, taps, multiplier))
            tiles = torch.cat([torch.eye(taps).repeat(1, multiplier // taps),
                               torch.zeros(taps, multiplier % taps)], dim=1)
            self.d_diag = nn.Parameter(tiles.expand(i, taps, multiplier).clone(), requires_grad=False)

    def forward(self, x):
        shape = (self.o, self.i // self.groups, self.k, self.k)
        if self.k == 1:
            kernel = self.W.reshape(shape)
        else:
            w = self.W.reshape(self.o // self.groups, self.i, -1)
            total = self.D + self.d_diag
            if self.einsum:
                kernel = torch.einsum("ims,ois->oim", total, w).reshape(shape)
            else:
                kernel = torch.matmul(total, w.permute(1, 2, 0)).permute(2, 0, 1).reshape(shape)
        return nn.functional.conv2d(x, kernel, None, self.stride, self.k // 2, 1, self.groups)

    def folded(self):
        taps = self.k * self.k
        w = self.W.detach().double().numpy()
        if self.k == 1:
            return w.reshape(self.o, -1, 1, 1)
        total = self.D.detach().double().numpy() + self.d_diag.detach().double().numpy()
        kernel = np.zeros((self.o, self.i // self.groups, taps))
        for o in range(self.o):
            for c in range(self.i // self.groups):
                row = (o * (self.i // self.groups) + c) % self.i
                kernel[o, c] = total[row] @ w[o, c]
        return kernel.reshape(self.o, -1, self.k, self.k)


def network(einsum):
    torch.manual_seed(10)
    net = nn.Sequential(
        DOConv2d(3, 8, 3, 9, 1, 1, einsum), nn.BatchNorm2d(8), nn.ReLU(),
        DOConv2d(8, 12, 3, 13, 2, 2, einsum), nn.BatchNorm2d(12), nn.ReLU(),
        DOConv2d(12, 6, 1, 1, 1, 1, einsum), nn.BatchNorm2d(6, eps=1e-3), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.5), nn.Linear(6, 5))
    for norm in (layer for layer in net if isinstance(layer, nn.BatchNorm2d)):
        norm.weight.data.uniform_(-1.5, 1.5)
        norm.bias.data.normal_()
        norm.running_mean.normal_()
        norm.running_var.uniform_(0.2, 2)
    return net.eval()


def save_folded():
    net = network(True)
    tensors, index = {}, 0
    for layer, norm in zip(net, list(net)[1:]):
        if isinstance(layer, DOConv2d):
            t = norm.weight.double() / torch.sqrt(norm.running_var.double() + norm.eps)
            tensors[f"conv{index}.weight"] = t.detach().numpy()[:, None, None, None] * layer.folded()
            tensors[f"conv{index}.bias"] = (norm.bias.double() - t * norm.running_mean.double()).detach().numpy()
            index += 1
    save_file(tensors, str(OUT / "do-conv.safetensors"))


def export(name, net, opset, dynamo, x, dynamic=False, **options):
    if dynamo:
        program = torch.onnx.export(net, (x,), dynamo=True, opset_version=opset, external_data=False,
                                    verbose=False, **options)
        program.save(str(OUT / name), external_data=False)
        return
    axes = {"image": {0: "batch", 2: "height", 3: "width"}, "logits": {0: "batch"}} if dynamic else None
    torch.onnx.export(net, (x,), str(OUT / name), opset_version=opset, dynamo=False,
                      input_names=["image"], output_names=["logits"], dynamic_axes=axes, **options)


def pytorch():
    x = torch.randn(1, 3, 16, 12)
    training = torch.onnx.TrainingMode.PRESERVE
    for form, einsum in (("einsum", True), ("matmul", False)):
        net = network(einsum)
        for opset in (13, 17):
            for folding in (True, False):
                export(f"do-conv-{form}-script-{opset}{'' if folding else '-unfolded'}.onnx", net, opset, False, x,
                       do_constant_folding=folding, training=training)
        export(f"do-conv-{form}-script-dynamic.onnx", net, 17, False, x, dynamic=True, do_constant_folding=False,
               training=training)
        for optimize in (True, False):
            export(f"do-conv-{form}-dynamo{'-optimised' if optimize else ''}.onnx", net, 18, True, x,
                   optimize=optimize, input_names=["image"], output_names=["logits"])
    plain = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
                          nn.Upsample(scale_factor=2), nn.ZeroPad2d(1), nn.Conv2d(4, 4, 3, groups=2), nn.Hardtanh(),
                          nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3), nn.LogSoftmax(1)).eval()
    for opset in (9, 11, 13, 16, 18, 20):
        export(f"plain-script-{opset}.onnx", plain, opset, False, x, dynamic=opset == 16)


def tensor(name, array):
    return numpy_helper.from_array(array, name)


def info(name, dtype=TensorProto.FLOAT, shape=(1, 2, 3, 3)):
    return helper.make_tensor_value_info(name, dtype, shape)


def endless_loop():
    body = helper.make_graph(
        [helper.make_node("Identity", ["go_on"], ["go_on_out"]), helper.make_node("Add", ["v", "one"], ["v_out"])],
        "body",
        [info("i", TensorProto.INT64, ()), info("go_on", TensorProto.BOOL, ()), info("v", shape=None)],
        [info("go_on_out", TensorProto.BOOL, ()), info("v_out", shape=None)])
    nodes = [
        helper.make_node("Loop", ["", "true", "x"], ["loop"], name="endless", body=body),
        helper.make_node("GlobalAveragePool", ["loop"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["y"])]
    # Beside the models that tests run to their end.
    save("../session/endless-loop.onnx", helper.make_graph(
        nodes, "endless-loop", [info("x", shape=(1, 3, 8, 8))], [info("y", shape=(1, 3))],
        [tensor("true", np.array(True)), tensor("one", np.array([1], np.float32))]))


def save(name, graph, opset=17, ir=8, **options):
    opsets = [helper.make_opsetid("", opset)] + options.pop("opsets", [])
    model = helper.make_model(graph, opset_imports=opsets, ir_version=ir, producer_name="golden", **options)
    model.producer_version = "1.2"
    model.doc_string = "kept"
    helper.set_model_props(model, {"author": "nobody", "task": "round trip"})
    onnx.save(model, str(OUT / name))


def conv(kernel, x="x", y="y", name=""):
    return helper.make_node("Conv", [x, kernel], [y], name=name, kernel_shape=[1, 1])


def by_hand():
    rng = np.random.default_rng(3)
    kernel = rng.normal(size=(2, 2, 1, 1)).astype(np.float32)

    # An initializer that is an input, in the middle of the inputs; unnamed nodes; an omitted optional input.
    nodes = [conv("k", "x", "a"), conv("k", "a", "b"), helper.make_node("Clip", ["b", "", "high"], ["c"], name="clip"),
             helper.make_node("Add", ["c", "z"], ["y"], name="add", doc_string="a node's words")]
    graph = helper.make_graph(nodes, "overridable", [info("x"), info("k", shape=(2, 2, 1, 1)), info("z")], [info("y")],
                              [tensor("k", kernel), tensor("high", np.float32(0.5))], doc_string="a graph's words",
                              value_info=[info("b")])
    save("overridable.onnx", graph)
    save("format-3.onnx", helper.make_graph([conv("k")], "old", [info("x"), info("k", shape=(2, 2, 1, 1))], [info("y")],
                                            [tensor("k", kernel)]), opset=9, ir=3)

    # Subgraphs that read values around them: a kernel, a bias to be folded, and the value between convolution and norm.
    branch = lambda op, other: helper.make_graph(
        [helper.make_node(op, ["between", other], ["inner"])], "branch_" + op, [], [info("inner")])
    body = helper.make_graph(
        [helper.make_node("Add", ["carried", "scale"], ["carried_out"]),
         helper.make_node("Identity", ["condition_in"], ["condition_out"])], "body",
        [info("i", TensorProto.INT64, ()), info("condition_in", TensorProto.BOOL, ()), info("carried")],
        [info("condition_out", TensorProto.BOOL, ()), info("carried_out")])
    nodes = [conv("k", "x", "between", "conv"),
             helper.make_node("BatchNormalization", ["between", "scale1", "shift", "mean", "var"], ["normed"], name="bn"),
             helper.make_node("If", ["flag"], ["chosen"], name="if", then_branch=branch("Add", "scale"),
                              else_branch=branch("Mul", "scale")),
             helper.make_node("Loop", ["count", "", "chosen"], ["looped"], name="loop", body=body),
             helper.make_node("Add", ["looped", "normed"], ["y"], name="add")]
    two = np.array([0.5, 2], np.float32)
    graph = helper.make_graph(nodes, "subgraphs", [info("x"), info("flag", TensorProto.BOOL, ())], [info("y")],
                              [tensor("k", kernel), tensor("scale", np.ones((1, 2, 1, 1), np.float32) * 0.7),
                               tensor("scale1", two), tensor("shift", two), tensor("mean", two), tensor("var", two),
                               tensor("count", np.array(3, np.int64))])
    save("subgraphs.onnx", graph)

    # A local function, a foreign operator domain, and a function's attribute reference.
    function = helper.make_function("local", "Scaled", ["a"], ["b"], [
        helper.make_node("Constant", [], ["two"], value=tensor("", np.float32(2))),
        helper.make_node("Mul", ["a", "two"], ["b"])], [helper.make_opsetid("", 17)])
    graph = helper.make_graph([conv("k", "x", "a"), helper.make_node("Scaled", ["a"], ["b"], domain="local"),
                               helper.make_node("Gelu", ["b"], ["y"], domain="com.microsoft")], "function",
                              [info("x")], [info("y")], [tensor("k", kernel)])
    save("function.onnx", graph, functions=[function],
         opsets=[helper.make_opsetid("local", 1), helper.make_opsetid("com.microsoft", 1)])

    # Strings, sparse tensors and a sequence; constants in every attribute that Constant has.
    sparse = helper.make_sparse_tensor(tensor("sparse", np.array([3, 4], np.float32)),
                                       tensor("sparse_at", np.array([0, 3], np.int64)), [4])
    inner = helper.make_sparse_tensor(tensor("", np.array([1.5], np.float32)), tensor("", np.array([2], np.int64)), [4])
    values = {"f": 1.5, "fs": [1.0, 2.0, 3.0, 4.0], "i": 7, "is": [1, 2, 3, 4]}
    nodes = [helper.make_node("Constant", [], ["cf"], value_float=values["f"]),
             helper.make_node("Constant", [], ["cfs"], value_floats=values["fs"]),
             helper.make_node("Constant", [], ["ci"], value_int=values["i"]),
             helper.make_node("Constant", [], ["cis"], value_ints=values["is"]),
             helper.make_node("Constant", [], ["cs"], value_string="ü"),
             helper.make_node("Constant", [], ["css"], value_strings=["a", "b"]),
             helper.make_node("Constant", [], ["csp"], sparse_value=inner),
             helper.make_node("Constant", [], ["ct"], value=helper.make_tensor("t", TensorProto.FLOAT, [4], [1, 2, 3, 4])),
             helper.make_node("Sum", ["x", "cf", "cfs", "csp", "ct"], ["s"]),
             helper.make_node("Cast", ["cis"], ["cisf"], to=TensorProto.FLOAT),
             helper.make_node("Cast", ["ci"], ["cif"], to=TensorProto.FLOAT),
             helper.make_node("Sum", ["s", "cisf", "cif", "sparse"], ["y"]),
             helper.make_node("Identity", ["names"], ["labels"]),
             helper.make_node("SequenceConstruct", ["y", "y"], ["both"])]
    sequence = helper.make_tensor_sequence_value_info("both", TensorProto.FLOAT, [4])
    graph = helper.make_graph(nodes, "strings", [info("x", shape=(4,))],
                              [info("y", shape=(4,)), info("labels", TensorProto.STRING, (2,)), sequence],
                              [helper.make_tensor("names", TensorProto.STRING, [2], [b"zero", b"one"])],
                              sparse_initializer=[sparse])
    save("strings.onnx", graph)

    # Every element type, once in a typed field and once raw.
    types = ["FLOAT", "UINT8", "INT8", "UINT16", "INT16", "INT32", "INT64", "BOOL", "FLOAT16", "DOUBLE", "UINT32",
             "UINT64", "BFLOAT16", "FLOAT8E4M3FN"]
    nodes, outputs, constants = [], [], []
    for name in types:
        number = TensorProto.DataType.Value(name)
        values = [0, 1, 1, 0] if name == "BOOL" else [0, 1, 2, 3] if "UINT" in name else [-2, -1, 0, 3]
        typed = helper.make_tensor(name + "_typed", number, [2, 2], values)
        raw = TensorProto()
        raw.CopyFrom(typed)
        raw.name = name + "_raw"
        array = numpy_helper.to_array(typed)
        for field in ("float_data", "int32_data", "int64_data", "double_data", "uint64_data"):
            raw.ClearField(field)
        raw.raw_data = array.tobytes()
        constants += [typed, raw]
        for suffix in ("_typed", "_raw"):
            nodes.append(helper.make_node("Cast", [name + suffix], [name + suffix + "_out"], to=TensorProto.FLOAT))
            outputs.append(info(name + suffix + "_out", shape=(2, 2)))
    nodes.append(helper.make_node("Identity", ["x"], ["y"]))
    save("types.onnx", helper.make_graph(nodes, "types", [info("x")], [info("y")] + outputs, constants), opset=19, ir=9)

    # Half precision, whose kernels are not folded.
    two = np.array([0.5, 2], np.float16)
    nodes = [conv("k", "x", "c"), helper.make_node("BatchNormalization", ["c", "t", "t", "t", "t"], ["y"])]
    save("half.onnx", helper.make_graph(nodes, "half", [info("x", TensorProto.FLOAT16)],
                                        [info("y", TensorProto.FLOAT16)],
                                        [tensor("k", kernel.astype(np.float16)), tensor("t", two)]))

    # External data: two tensors in one file at offsets.
    graph = helper.make_graph([conv("k", "x", "a"), conv("l", "a", "y")], "external", [info("x")], [info("y")],
                              [tensor("k", kernel), tensor("l", 2 * kernel)])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    (OUT / "external.bin").unlink(missing_ok=True)
    onnx.save(model, str(OUT / "external.onnx"), save_as_external_data=True, location="external.bin", size_threshold=0)


save_folded()
pytorch()
by_hand()
endless_loop()
for path in sorted(OUT.iterdir()):
    print(path.name, path.stat().st_size)
