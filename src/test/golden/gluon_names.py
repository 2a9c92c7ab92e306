"""What Gluon calls the parameters of its model zoo in an exported graph, beside their names in the tree of blocks.

MXNet's Python package does not run on today's Pythons, so this emulates its naming (python/mxnet/gluon/block.py,
_BlockScope.create): a block's prefix is its parent scope's, then its kind and how many of that kind the scope has made
before; a scope is entered explicitly, and entering that of a block with an empty prefix changes nothing. Below, the model
zoo's constructors are reduced to the order in which they make blocks and enter scopes.

Usage: gluon_names.py OUTPUT_DIRECTORY
"""

import contextlib
import gzip
import json
import pathlib
import sys

scopes = []


class Block:
    kind = None

    def __init__(self, prefix=None):
        self.counts, self.children, self.empty = {}, {}, prefix == ""
        parent = scopes[-1] if scopes else None
        hint = self.kind or type(self).__name__.lower()
        if prefix is None:
            count = parent.counts.get(hint, 0) if parent else 0
            if parent:
                parent.counts[hint] = count + 1
            prefix = f"{hint}{count}_"
        self.prefix = (parent.prefix if parent else "") + prefix

    @contextlib.contextmanager
    def scope(self):
        if not self.empty:
            scopes.append(self)
        yield
        if not self.empty:
            scopes.pop()

    def add(self, *blocks):
        for block in blocks:
            self.children[str(len(self.children))] = block

    def __setattr__(self, name, value):
        super().__setattr__(name, value)
        if isinstance(value, Block):
            self.children[name] = value

    def layers(self, path=""):
        yield path.removesuffix("."), self
        for name, child in self.children.items():
            yield from child.layers(f"{path}{name}.")


class HybridSequential(Block):
    pass


class Conv(Block):
    def __init__(self, kernel, prefix=None):
        super().__init__(prefix)
        self.kernel = kernel


class BatchNorm(Block):
    pass


class Dense(Block):
    pass


class Activation(Block):
    pass


class Pool(Block):
    pass


def conv_norm(sequence, kernel, active=True):
    sequence.add(Conv(kernel), BatchNorm())
    if active:
        sequence.add(Activation())


class V1Block(Block):
    def __init__(self, kernels, downsample):
        super().__init__("")
        self.body = HybridSequential("")
        for number, kernel in enumerate(kernels):
            conv_norm(self.body, kernel, number + 1 < len(kernels))
        if downsample:
            self.downsample = HybridSequential("")
            conv_norm(self.downsample, 1, False)


class V2Block(Block):
    def __init__(self, kernels, downsample):
        super().__init__("")
        for number, kernel in enumerate(kernels, 1):
            setattr(self, f"bn{number}", BatchNorm())
            setattr(self, f"conv{number}", Conv(kernel))
        if downsample:
            self.downsample = Conv(1)


class V1bBlock(Block):
    def __init__(self, kernels, downsample):
        super().__init__()
        for number, kernel in enumerate(kernels, 1):
            setattr(self, f"conv{number}", Conv(kernel))
            setattr(self, f"bn{number}", BatchNorm())
        if downsample:
            self.downsample = downsample


def kernels_of(depth):
    return [1, 3, 1] if depth >= 50 else [3, 3]


COUNTS = {18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 4, 23, 3]}


class Stages(Block):
    """ResNetV1, ResNetV2 and GluonCV's ResNext."""

    def __init__(self, depth, block):
        super().__init__()
        with self.scope():
            self.features = HybridSequential("")
            if block is V2Block:
                self.features.add(BatchNorm())
            conv_norm(self.features, 7)
            self.features.add(Pool())
            for stage, count in enumerate(COUNTS[depth], 1):
                layer = HybridSequential(f"stage{stage}_")
                with layer.scope():
                    for i in range(count):
                        layer.add(block(kernels_of(depth), i == 0 and (stage > 1 or depth >= 50)))
                self.features.add(layer)
            if block is V2Block:
                self.features.add(BatchNorm(), Activation())
            self.features.add(Pool())
            self.output = Dense()


class ResNetV1(Stages):
    pass


class ResNetV2(Stages):
    pass


class ResNext(Stages):
    pass


class ResNetV1b(Block):
    def __init__(self, depth, deep_stem=False):
        super().__init__()
        with self.scope():
            if deep_stem:
                self.conv1 = HybridSequential("conv1")
                conv_norm(self.conv1, 3)
                conv_norm(self.conv1, 3)
                self.conv1.add(Conv(3))
            else:
                self.conv1 = Conv(7)
            self.bn1 = BatchNorm()
            for stage, count in enumerate(COUNTS[depth], 1):
                downsample = None
                if stage > 1 or depth >= 50:
                    downsample = HybridSequential(f"down{stage}_")
                    with downsample.scope():
                        conv_norm(downsample, 1, False)
                layers = HybridSequential(f"layers{stage}_")
                with layers.scope():
                    for i in range(count):
                        layers.add(V1bBlock(kernels_of(depth), None if i else downsample))
                setattr(self, f"layer{stage}", layers)
            self.fc = Dense()


class MobileNet(Block):
    def __init__(self):
        super().__init__()
        with self.scope():
            self.features = HybridSequential("")
            with self.features.scope():
                conv_norm(self.features, 3)
                for _ in range(13):
                    conv_norm(self.features, 3)
                    conv_norm(self.features, 1)
                self.features.add(Pool(), Block())
            self.output = Dense()


class LinearBottleneck(Block):
    def __init__(self):
        super().__init__()
        with self.scope():
            self.out = HybridSequential()
            conv_norm(self.out, 1)
            conv_norm(self.out, 3)
            conv_norm(self.out, 1, False)


class MobileNetV2(Block):
    def __init__(self):
        super().__init__()
        with self.scope():
            self.features = HybridSequential("features_")
            with self.features.scope():
                conv_norm(self.features, 3)
                for _ in range(17):
                    self.features.add(LinearBottleneck())
                conv_norm(self.features, 1)
                self.features.add(Pool())
            self.output = HybridSequential("output_")
            with self.output.scope():
                self.output.add(Conv(1, prefix="pred_"), Block())


def names(network):
    """[kind and kernel, prefix in an exported graph, path in the tree] of every layer with parameters."""
    return [[f"conv{block.kernel}" if isinstance(block, Conv) else type(block).__name__.lower(), block.prefix, path]
            for path, block in network.layers() if isinstance(block, (Conv, BatchNorm, Dense))]


if __name__ == "__main__":
    made = {
        "resnet18-v1": ResNetV1(18, V1Block), "resnet50-v1": ResNetV1(50, V1Block),
        "resnet34-v2": ResNetV2(34, V2Block), "resnet50-v2": ResNetV2(50, V2Block),
        "resnet18-v1b": ResNetV1b(18), "resnet101-v1b": ResNetV1b(101), "resnet50-v1s": ResNetV1b(50, True),
        "resnext50-32x4d": ResNext(50, V1Block), "mobilenet-v1": MobileNet(), "mobilenet-v2": MobileNetV2()}
    content = json.dumps({name: names(network) for name, network in made.items()}, separators=(",", ":"))
    (pathlib.Path(sys.argv[1]) / "gluon_names.json.gz").write_bytes(gzip.compress(content.encode(), mtime=0))
