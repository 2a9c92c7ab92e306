"""Writes PyTorch's own float64 results for many parameter combinations of every operator of the evaluator.

Run from the project's root: python src/test/golden/operators.py
Output: src/test/resources/io/foldserve/evaluate/operators.json, a list of cases
{name, op, attributes, inputs, outputs}; a tensor is {shape, values, integer}, an omitted input null.
"""

import json

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
torch.backends.mkldnn.enabled = False
generator = torch.Generator().manual_seed(20240917)
cases = []


def real(*shape):
    """Seeded normal values of three decimals, which are short in the file."""
    return (torch.randn(*shape, generator=generator) * 1000).round() / 1000


def positive(*shape):
    return real(*shape).abs() + 0.25


def ints(*values):
    return torch.tensor(values, dtype=torch.int64)


def tensor(value):
    if value is None:
        return None
    value = value.detach()
    return {
        "shape": list(value.shape),
        "values": value.reshape(-1).tolist(),
        "integer": not value.dtype.is_floating_point,
    }


def case(name, op, attributes, inputs, *outputs):
    cases.append(
        {
            "name": name,
            "op": op,
            "attributes": attributes,
            "inputs": [tensor(i) for i in inputs],
            "outputs": [tensor(o) for o in outputs],
        }
    )


def window(stride, padding, dilation):
    return {
        "strides": list(stride),
        "pads": list(padding) * 2,
        "dilations": list(dilation),
    }


def convolutions():
    for groups in (1, 2, 4):
        for stride in ((1, 1), (2, 1), (2, 3)):
            for dilation in ((1, 1), (2, 1)):
                for padding in ((0, 0), (1, 2)):
                    x, w = real(1, 4, 7, 6), real(4, 4 // groups, 3, 2)
                    b = real(4) if stride != (2, 1) else None
                    y = F.conv2d(x, w, b, stride, padding, dilation, groups)
                    attributes = window(stride, padding, dilation) | {"group": groups}
                    case(
                        f"conv g{groups} s{stride} d{dilation} p{padding}",
                        "Conv",
                        attributes,
                        [x, w] + ([b] if b is not None else []),
                        y,
                    )
    x, w = real(2, 3, 5, 6), real(6, 1, 3, 3)
    case("depthwise multiplier 2, batch 2", "Conv", window((1, 1), (1, 1), (1, 1)) | {"group": 3}, [x, w],
         F.conv2d(x, w, padding=1, groups=3))
    x, w = real(1, 2, 5, 5), real(3, 2, 3, 3)
    case("asymmetric pads", "Conv", {"pads": [0, 1, 2, 3]}, [x, w], F.conv2d(F.pad(x, (1, 3, 0, 2)), w))
    case("negative pads crop", "Conv", {"pads": [-1, 0, 0, 0]}, [x, w], F.conv2d(x[:, :, 1:], w))
    x, w = real(1, 2, 6, 5), real(3, 2, 4, 2)
    case("auto_pad same upper", "Conv", {"auto_pad": "SAME_UPPER"}, [x, w], F.conv2d(x, w, padding="same"))
    case("auto_pad same lower", "Conv", {"auto_pad": "SAME_LOWER"}, [x, w], F.conv2d(F.pad(x, (1, 0, 2, 1)), w))
    case("auto_pad valid", "Conv", {"auto_pad": "VALID"}, [x, w], F.conv2d(x, w))
    x, w = real(1, 4, 9), real(4, 2, 3)
    case("conv 1-D", "Conv", window((2,), (1,), (2,)) | {"group": 2}, [x, w],
         F.conv1d(x, w, None, 2, 1, 2, 2))
    x, w = real(1, 2, 4, 3, 4), real(2, 2, 2, 3, 2)
    case("conv 3-D", "Conv", window((1, 2, 1), (1, 1, 0), (2, 1, 1)), [x, w],
         F.conv3d(x, w, None, (1, 2, 1), (1, 1, 0), (2, 1, 1)))
    x, w, b = real(1, 3, 70, 66), real(1, 3, 3, 3), real(1)
    y = F.conv2d(x, w, b, 2, 2, 3)
    case("conv of a larger plane", "Conv", window((2, 2), (2, 2), (3, 3)), [x, w, b], y)


def transposed():
    for groups in (1, 2):
        for stride in ((1, 1), (2, 3)):
            for dilation in ((1, 1), (2, 1)):
                for padding, extra in (((0, 0), (0, 0)), ((1, 0), (0, 0)), ((1, 1), (1, 0))):
                    if any(e >= max(s, d) for e, s, d in zip(extra, stride, dilation)):
                        continue
                    x, w, b = real(1, 4, 4, 3), real(4, 6 // groups, 3, 2), real(6)
                    y = F.conv_transpose2d(x, w, b, stride, padding, extra, groups, dilation)
                    attributes = window(stride, padding, dilation)
                    attributes |= {"group": groups, "output_padding": list(extra)}
                    case(
                        f"transposed g{groups} s{stride} d{dilation} p{padding} e{extra}",
                        "ConvTranspose",
                        attributes,
                        [x, w, b],
                        y,
                    )
    x, w = real(2, 3, 5), real(3, 2, 4)
    case("transposed 1-D", "ConvTranspose", window((2,), (1,), (1,)), [x, w], F.conv_transpose1d(x, w, None, 2, 1))


def pools():
    for ceil in (0, 1):
        for stride in ((1, 1), (2, 2), (3, 2)):
            for padding in ((0, 0), (1, 1)):
                for dilation in ((1, 1), (2, 1)):
                    x = real(1, 2, 7, 8) - 2
                    y = F.max_pool2d(x, 3, stride, padding, dilation, bool(ceil))
                    case(
                        f"max pool s{stride} p{padding} d{dilation} ceil {ceil}",
                        "MaxPool",
                        window(stride, padding, dilation) | {"kernel_shape": [3, 3], "ceil_mode": ceil},
                        [x],
                        y,
                    )
                for include in (0, 1):
                    x = real(1, 2, 7, 8)
                    y = F.avg_pool2d(x, (3, 2), stride, padding, bool(ceil), bool(include))
                    attributes = window(stride, padding, (1, 1))
                    attributes |= {"kernel_shape": [3, 2], "ceil_mode": ceil, "count_include_pad": include}
                    case(f"average pool s{stride} p{padding} ceil {ceil} include {include}", "AveragePool",
                         attributes, [x], y)
    x = real(1, 3, 10)
    case("max pool 1-D", "MaxPool", window((3,), (1,), (1,)) | {"kernel_shape": [4], "ceil_mode": 1}, [x],
         F.max_pool1d(x, 4, 3, 1, ceil_mode=True))
    x = real(1, 2, 4, 6)
    case("max pool ceil drops a window that starts in the padding", "MaxPool",
         window((3, 3), (1, 1), (1, 1)) | {"kernel_shape": [2, 2], "ceil_mode": 1}, [x],
         F.max_pool2d(x, 2, 3, 1, ceil_mode=True))
    x = real(2, 3, 5, 4)
    case("global average pool", "GlobalAveragePool", {}, [x], F.adaptive_avg_pool2d(x, 1))


def normalisation():
    for shape in ((1, 3, 4, 5), (2, 3, 4), (3, 3)):
        x, g, b, m, v = real(*shape), real(3), real(3), real(3), positive(3)
        case(f"batch norm {shape}", "BatchNormalization", {"epsilon": 0.001}, [x, g, b, m, v],
             F.batch_norm(x, m, v, g, b, eps=0.001))
    x, g, b, m, v = real(1, 3, 2, 2), real(3), real(3), real(3), positive(3)
    case("batch norm, default epsilon", "BatchNormalization", {}, [x, g, b, m, v], F.batch_norm(x, m, v, g, b))


def elementwise():
    x = real(2, 3, 4) * 3
    case("relu", "Relu", {}, [x], F.relu(x))
    case("leaky relu", "LeakyRelu", {"alpha": 0.2}, [x], F.leaky_relu(x, 0.2))
    case("leaky relu, default slope", "LeakyRelu", {}, [x], F.leaky_relu(x))
    case("sigmoid", "Sigmoid", {}, [x * 10], torch.sigmoid(x * 10))
    case("hard sigmoid", "HardSigmoid", {"alpha": 1 / 6}, [x], F.hardsigmoid(x))
    case("hard swish", "HardSwish", {}, [x], F.hardswish(x))
    case("clip", "Clip", {}, [x, torch.tensor(0.0), torch.tensor(6.0)], F.relu6(x))
    case("clip below only", "Clip", {}, [x, torch.tensor(-1.0)], x.clamp(min=-1))
    case("clip above only", "Clip", {}, [x, None, torch.tensor(1.0)], x.clamp(max=1))
    case("sqrt", "Sqrt", {}, [x.abs()], x.abs().sqrt())
    for axis in (0, 1, -1):
        case(f"softmax {axis}", "Softmax", {"axis": axis}, [x * 100], torch.softmax(x * 100, axis))
    a, b = real(2, 1, 4), real(3, 1)
    case("add", "Add", {}, [a, b], a + b)
    case("sub", "Sub", {}, [a, b], a - b)
    case("mul", "Mul", {}, [a, b], a * b)
    case("div", "Div", {}, [a, b + 5], a / (b + 5))
    case("pow", "Pow", {}, [a.abs(), b], a.abs() ** b)
    case("add scalar", "Add", {}, [a, torch.tensor(2.5)], a + 2.5)
    i, j = ints(7, -7, 9), ints(2)
    case("integer div", "Div", {}, [i, j], torch.div(i, j, rounding_mode="trunc"))
    case("integer mul", "Mul", {}, [i, j], i * j)
    case("cast to integer", "Cast", {"to": 7}, [x], x.to(torch.int64))
    case("identity", "Identity", {}, [i], i)
    case("dropout", "Dropout", {}, [x], x)


def products():
    for ta in (0, 1):
        for tb in (0, 1):
            a, b, c = real(3, 5), real(5, 4), real(4)
            attributes = {"transA": ta, "transB": tb, "alpha": 0.5, "beta": -2.0}
            y = torch.addmm(c, a, b, beta=-2, alpha=0.5)
            case(f"gemm {ta}{tb}", "Gemm", attributes, [a.t() if ta else a, b.t() if tb else b, c], y)
    x, w, b = real(1, 9), real(7, 9), real(7)
    case("linear", "Gemm", {"transB": 1}, [x, w, b], F.linear(x, w, b))
    case("linear without bias", "Gemm", {"transB": 1}, [x, w], F.linear(x, w))
    column = real(3, 1)
    a, b = real(3, 5), real(5, 4)
    case("gemm with a column", "Gemm", {}, [a, b, column], a @ b + column)
    for left, right in (((3, 4), (4, 5)), ((2, 3, 4), (4, 5)), ((2, 1, 3, 4), (3, 4, 2)), ((4,), (4, 3)),
                        ((2, 3, 4), (4,)), ((4,), (4,)), ((3, 4), (2, 4, 2))):
        a, b = real(*left), real(*right)
        case(f"matmul {left} {right}", "MatMul", {}, [a, b], torch.matmul(a, b))


def einsums():
    for equation, shapes in (
        ("ims,ois->oim", ((3, 4, 5), (6, 3, 5))),
        ("ims,ois->oim", ((2, 9, 13), (3, 2, 13))),
        ("ij,jk->ik", ((3, 4), (4, 2))),
        ("ij,jk->ki", ((3, 4), (4, 2))),
        ("bij,bjk->bik", ((2, 3, 4), (2, 4, 5))),
        ("i,j->ij", ((3,), (4,))),
        ("i,i", ((5,), (5,))),
        ("ij->ji", ((2, 3),)),
        ("ij->j", ((2, 3),)),
        ("ij->", ((2, 3),)),
        ("ii->i", ((4, 4),)),
        ("ii", ((4, 4),)),
        ("ba", ((2, 3),)),
        ("ij,kj->i", ((2, 3), (4, 3))),
        ("i,ij,j->", ((3,), (3, 4), (4,))),
        ("...ij,...jk->...ik", ((2, 3, 4), (2, 4, 5))),
        ("...ij,...jk->...ik", ((2, 1, 3, 4), (5, 4, 2))),
        ("b...,b...->...", ((3, 2, 4), (3, 2, 4))),
        (" oi, i o -> o i ", ((2, 3), (3, 2))),
        ("oihw,po->pihw", ((4, 2, 3, 3), (3, 4))),
    ):
        operands = [real(*shape) for shape in shapes]
        case(f"einsum {equation} {shapes}", "Einsum", {"equation": equation}, operands,
             torch.einsum(equation.replace(" ", ""), *operands))


def views():
    x = real(2, 3, 4)
    case("reshape", "Reshape", {}, [x, ints(4, 6)], x.reshape(4, 6))
    case("reshape copies and infers", "Reshape", {}, [x, ints(0, -1)], x.reshape(2, 12))
    case("flatten", "Flatten", {}, [x], x.reshape(2, 12))
    case("flatten 0", "Flatten", {"axis": 0}, [x], x.reshape(1, 24))
    case("flatten -1", "Flatten", {"axis": -1}, [x], x.reshape(6, 4))
    case("flatten past the end", "Flatten", {"axis": 3}, [x], x.reshape(24, 1))
    case("transpose", "Transpose", {"perm": [2, 0, 1]}, [x], x.permute(2, 0, 1))
    case("transpose reverses", "Transpose", {}, [x], x.permute(2, 1, 0))
    case("transpose integers", "Transpose", {}, [ints(1, 2, 3, 4, 5, 6).reshape(2, 3)], ints(1, 4, 2, 5, 3, 6).reshape(3, 2))
    y = real(2, 2, 4)
    case("concat", "Concat", {"axis": 1}, [x, y, x], torch.cat([x, y, x], 1))
    z = real(2, 3, 1)
    case("concat last", "Concat", {"axis": -1}, [x, z], torch.cat([x, z], -1))
    case("concat integers", "Concat", {"axis": 0}, [ints(1, 2), ints(3)], ints(1, 2, 3))
    case("slice", "Slice", {}, [x, ints(1, 0), ints(3, 2)], x[1:3, 0:2])
    case("slice axes and steps", "Slice", {}, [x, ints(0, 1), ints(2**62, 4), ints(2, 1), ints(2, 1)], x[:, 1:4, ::2])
    case("slice option A", "Slice", {}, [x, ints(0, 0), ints(2**62, 2**62), ints(-1, -2), ints(2, 2)], x[:, ::2, ::2])
    case("slice backwards", "Slice", {}, [x, ints(-1), ints(-(2**62)), ints(2), ints(-1)], x.flip(2))
    case("slice negative", "Slice", {}, [x, ints(-3), ints(-1), ints(2)], x[:, :, -3:-1])
    case("split sizes", "Split", {"axis": 2}, [x, ints(1, 3)], x[:, :, :1], x[:, :, 1:])
    case("split evenly", "Split", {"axis": 1, "num_outputs": 3}, [x], *x.split(1, 1))
    u = real(1, 5)
    case("split unevenly", "Split", {"axis": -1, "num_outputs": 3}, [u], *u.split(2, 1))
    case("gather", "Gather", {"axis": 1}, [x, ints(2, 0, -1)], x[:, [2, 0, 2]])
    case("gather a scalar index", "Gather", {"axis": 0}, [x, torch.tensor(1)], x[1])
    case("gather a matrix", "Gather", {"axis": 2}, [x, ints(0, 1, 3, 2).reshape(2, 2)], x[:, :, [[0, 1], [3, 2]]])
    s = real(1, 3, 1, 2)
    case("squeeze all", "Squeeze", {}, [s], s.squeeze())
    case("squeeze one", "Squeeze", {}, [s, ints(-2)], s.squeeze(2))
    case("unsqueeze", "Unsqueeze", {}, [x, ints(-1, 0)], x[None, ..., None])
    column = real(3, 1)
    case("expand", "Expand", {}, [column, ints(2, 1, 4)], column.expand(2, 3, 4))
    case("expand keeps", "Expand", {}, [x, ints(1)], x)
    case("shape", "Shape", {}, [x], ints(2, 3, 4))
    case("shape of some axes", "Shape", {"start": -2, "end": -1}, [x], ints(3))


def reductions():
    x = real(2, 3, 4)
    case("mean of all", "ReduceMean", {}, [x], x.mean().reshape(1, 1, 1))
    case("mean of two", "ReduceMean", {"keepdims": 0}, [x, ints(0, -1)], x.mean((0, 2)))
    case("mean, axes as attribute", "ReduceMean", {"axes": [1]}, [x], x.mean(1, keepdim=True))
    case("sum", "ReduceSum", {}, [x, ints(1)], x.sum(1, keepdim=True))
    case("sum of nothing", "ReduceSum", {"noop_with_empty_axes": 1}, [x], x)
    for axis in (0, 1, -1):
        case(f"arg max {axis}", "ArgMax", {"axis": axis, "keepdims": 0}, [x], x.argmax(axis))
    case("arg max kept", "ArgMax", {"axis": 1}, [x], x.argmax(1, keepdim=True))


def pads():
    x = real(1, 2, 5, 4)
    for mode, torch_mode in (("constant", "constant"), ("reflect", "reflect"), ("edge", "replicate"), ("wrap", "circular")):
        for top, left, bottom, right in ((1, 1, 1, 1), (2, 1, 2, 1), (0, 3, 2, 1)):
            y = F.pad(x, (left, right, top, bottom), torch_mode)
            case(f"pad {mode} {top, left, bottom, right}", "Pad", {"mode": mode},
                 [x, ints(0, 0, top, left, 0, 0, bottom, right)], y)
    case("pad with a value", "Pad", {}, [x, ints(0, 1, 0, 2, 0, 0, 1, 0), torch.tensor(1.5)],
         F.pad(x, (2, 0, 0, 1, 1, 0), value=1.5))
    case("pad crops", "Pad", {}, [x, ints(0, 0, -1, 1, 0, 0, 0, -2)], F.pad(x, (1, -2, -1, 0)))
    case("pad axes", "Pad", {"mode": "edge"}, [x, ints(1, 2, 0, 1), None, ints(-1, 2)], F.pad(x, (1, 0, 2, 1), "replicate"))


def resizes():
    x = real(1, 2, 5, 4)
    for size in ((10, 8), (7, 9), (3, 2), (1, 1), (5, 4), (1, 7)):
        sizes = ints(1, 2, *size)
        for align in (False, True):
            case(f"bilinear {size} align {align}", "Resize",
                 {"mode": "linear", "coordinate_transformation_mode": "align_corners" if align else "half_pixel"},
                 [x, None, None, sizes], F.interpolate(x, size, mode="bilinear", align_corners=align))
        case(f"nearest {size}", "Resize",
             {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"},
             [x, None, None, sizes], F.interpolate(x, size, mode="nearest"))
        case(f"nearest exact {size}", "Resize", {"mode": "nearest", "nearest_mode": "round_prefer_ceil"},
             [x, None, None, sizes], F.interpolate(x, size, mode="nearest-exact"))
    for scale in ((2.0, 3.0), (1.7, 0.6), (0.5, 2.5)):
        scales = torch.tensor([1.0, 1.0, *scale])
        y = F.interpolate(x, scale_factor=scale, mode="bilinear", align_corners=False)
        case(f"bilinear scales {scale}", "Resize", {"mode": "linear"}, [x, None, scales], y)
        case(f"bilinear scales of two axes {scale}", "Resize", {"mode": "linear", "axes": [-2, -1]},
             [x, None, torch.tensor(scale)], y)
    line = real(1, 2, 6)
    case("linear 1-D", "Resize", {"mode": "linear"}, [line, None, None, ints(1, 2, 11)],
         F.interpolate(line, 11, mode="linear"))


def programs():
    """What exporters compute shapes and constants with."""
    x, column = real(2, 3, 4), real(3, 1)
    case("erf", "Erf", {}, [torch.linspace(-7, 7, 57)], torch.erf(torch.linspace(-7, 7, 57)))
    case("expand", "Expand", {}, [column, ints(2, 1, 4)], column.expand(2, 3, 4))
    case("expand integers", "Expand", {}, [ints(5, 6), ints(2, 2)], ints(5, 6).expand(2, 2))
    chosen = ints(1, 0, 0, 1)
    case("where", "Where", {}, [chosen, x, column], torch.where(chosen.bool(), x, column))
    case("zeros of a shape", "ConstantOfShape", {}, [ints(2, 3)], torch.zeros(2, 3))
    for start, limit, delta in ((2, 11, 3), (7, -2, -4), (3, 3, 1)):
        case(f"range {start} {limit} {delta}", "Range", {}, [torch.tensor(n) for n in (start, limit, delta)],
             torch.arange(start, limit, delta))
    case("range of reals", "Range", {}, [torch.tensor(n) for n in (0.5, 2.25, 0.5)], torch.arange(0.5, 2.25, 0.5))
    for axes, keep in (([1], 1), ([0, 2], 0), ([-1], 1)):
        y = torch.linalg.vector_norm(x, dim=axes, keepdim=bool(keep))
        case(f"length {axes}", "ReduceL2", {"keepdims": keep}, [x, ints(*axes)], y)


convolutions()
transposed()
pools()
normalisation()
elementwise()
products()
einsums()
views()
reductions()
pads()
resizes()
programs()
with open("src/test/resources/io/foldserve/evaluate/operators.json", "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
print(len(cases), "cases")
