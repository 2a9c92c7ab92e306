"""Writes the `.params` fixtures of the room `checkpoint` with MXNet's own library, through its C interface.

MXNet's Python package does not run on today's Pythons; its library does. Take `libmxnet.so` and what lies beside it from
the jar `ai.djl.mxnet:mxnet-native-mkl:1.9.1`, classifier `linux-x86_64`, and run with its folder and the output folder:
    python src/test/golden/mxnet_params.py native/lib src/test/resources/io/foldserve/checkpoint

Files of the two layouts from before MXNet 0.12 are written by hand, since no library of today writes them.
`expected-mxnet.json` says which tensors must come out of each file.
"""

import ctypes
import json
import os
import struct
import sys

import numpy as np

LIBRARY, OUT = sys.argv[1:3]
REFUSED = os.path.join(OUT, "refused")
for needed in ("libgomp.so.1", "libquadmath.so.0", "libgfortran.so.3", "libopenblas.so.0"):
    ctypes.CDLL(os.path.join(LIBRARY, needed), mode=ctypes.RTLD_GLOBAL)
mxnet = ctypes.CDLL(os.path.join(LIBRARY, "libmxnet.so"))
mxnet.MXGetLastError.restype = ctypes.c_char_p
random = np.random.default_rng(5)

FLAGS = {"float32": 0, "float64": 1, "float16": 2, "uint8": 3, "int32": 4, "int8": 5, "int64": 6, "bool": 7}
CPU = 1
expected = []


def check(result):
    assert result == 0, mxnet.MXGetLastError()


def dense(values):
    values = np.asarray(values, order="C")
    shape = (ctypes.c_int * values.ndim)(*values.shape)
    handle = ctypes.c_void_p()
    check(mxnet.MXNDArrayCreateEx(shape, values.ndim, CPU, 0, 0, FLAGS[str(values.dtype)], ctypes.byref(handle)))
    check(mxnet.MXNDArraySyncCopyFromCPU(handle, values.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(values.size)))
    return handle


def sparse(kind, shape, aux_shapes):
    handle = ctypes.c_void_p()
    dims = (ctypes.c_int * len(shape))(*shape)
    types = (ctypes.c_int * len(aux_shapes))(*[FLAGS["int64"]] * len(aux_shapes))
    ndims = (ctypes.c_uint * len(aux_shapes))(*[1] * len(aux_shapes))
    aux = (ctypes.c_uint * len(aux_shapes))(*aux_shapes)
    check(mxnet.MXNDArrayCreateSparseEx(
        kind, dims, len(shape), CPU, 0, 0, FLAGS["float32"], len(aux_shapes), types, ndims, aux, ctypes.byref(handle)))
    return handle


def save(path, handles, names):
    keys = (ctypes.c_char_p * len(names))(*[name.encode() for name in names]) if names else None
    check(mxnet.MXNDArraySave(path.encode(), len(handles), (ctypes.c_void_p * len(handles))(*handles), keys))


def expect(file, tensors, entry=None):
    described = {}
    for name, values in tensors.items():
        values = np.asarray(values)
        described[name] = {"dtype": str(values.dtype).upper(), "shape": list(values.shape),
                           "values": [float(v) for v in values.flatten()]}
    expected.append({"file": file, "entry": entry, "path": None, "tensors": described})


def normal(*shape):
    return random.standard_normal(shape).astype(np.float32)


def norm(prefix, channels):
    return {prefix + "gamma": normal(channels), prefix + "beta": normal(channels),
            prefix + "running_mean": normal(channels), prefix + "running_var": normal(channels) ** 2}


block = {"features.0.weight": normal(2, 3, 3, 3), "features.0.D": normal(9, 9, 3), "features.0.bias": normal(2),
         **norm("features.1.", 2), "output.weight": normal(4, 2), "output.bias": normal(4)}
save(os.path.join(OUT, "block.params"), [dense(v) for v in block.values()], list(block))
expect("block.params", block)

exported = {"resnetv1b0_conv0_weight": normal(2, 3, 3, 3), **norm("resnetv1b0_batchnorm0_", 2)}
auxiliary = ("running_mean", "running_var")
names = [("aux:" if name.endswith(auxiliary) else "arg:") + name for name in exported]
save(os.path.join(OUT, "exported.params"), [dense(v) for v in exported.values()], names)
expect("exported.params", exported)

types = {t: np.array([[0, 1, 100], [5, 7, 9]]).astype(t) for t in FLAGS}
types["many"] = np.arange(24, dtype=np.float64).reshape(1, 2, 3, 4)
save(os.path.join(OUT, "types.params"), [dense(v) for v in types.values()], list(types))
expect("types.params", types)

previous = ctypes.c_int()
check(mxnet.MXSetIsNumpyShape(1, ctypes.byref(previous)))
numpy = {"scalar": np.array(3.5, dtype=np.float32), "empty": np.zeros((0, 3), dtype=np.float32), "w": normal(2, 2)}
save(os.path.join(OUT, "numpy-shapes.params"), [dense(v) for v in numpy.values()], list(numpy))
expect("numpy-shapes.params", numpy)
check(mxnet.MXSetIsNumpyShape(0, ctypes.byref(previous)))

save(os.path.join(REFUSED, "sparse.params"),
     [dense(normal(2)), sparse(1, (4, 2), [0]), sparse(2, (4, 2), [5, 0]), dense(normal(1))], ["a", "rows", "csr", "b"])
save(os.path.join(REFUSED, "nameless.params"), [dense(normal(2)), dense(normal(3))], [])


def by_hand(path, arrays, names):
    with open(path, "wb") as out:
        out.write(struct.pack("<QQQ", 0x112, 0, len(arrays)) + b"".join(arrays) + struct.pack("<Q", len(names)))
        for name in names:
            out.write(struct.pack("<Q", len(name)) + name.encode())


def elements(values):
    return struct.pack("<iii", CPU, 0, FLAGS[str(values.dtype)]) + values.tobytes()


old = {"arg:conv0_weight": normal(2, 1, 3, 3), "aux:bn_moving_mean": np.array([1.5, 2.5])}
first = [struct.pack(f"<I{v.ndim}I", v.ndim, *v.shape) + elements(v) for v in old.values()]
by_hand(os.path.join(OUT, "layout-0.params"), first, list(old))
wide = [struct.pack(f"<II{v.ndim}q", 0xF993FAC8, v.ndim, *v.shape) + elements(v) for v in old.values()]
by_hand(os.path.join(OUT, "layout-1.params"), wide, list(old))
# The library reads both as they were meant.
for file in ("layout-0.params", "layout-1.params"):
    count, handles = ctypes.c_uint(), ctypes.POINTER(ctypes.c_void_p)()
    names_count, names_read = ctypes.c_uint(), ctypes.POINTER(ctypes.c_char_p)()
    check(mxnet.MXNDArrayLoad(os.path.join(OUT, file).encode(), ctypes.byref(count), ctypes.byref(handles),
                              ctypes.byref(names_count), ctypes.byref(names_read)))
    for i, (name, values) in enumerate(old.items()):
        read = np.empty_like(values)
        check(mxnet.MXNDArraySyncCopyToCPU(
            ctypes.c_void_p(handles[i]), read.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(read.size)))
        assert names_read[i].decode() == name and np.array_equal(read, values)
    expect(file, {name[4:]: values for name, values in old.items()})

with open(os.path.join(OUT, "expected-mxnet.json"), "w") as out:
    json.dump(expected, out, indent=0)
