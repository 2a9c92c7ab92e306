"""What has to fold, and what to: worked out by hand from the algebra, with kernels as outputs x group inputs x height x
width."""

from torch import nn

from systems_blocks import (DOConv, Orepa, PSConv, SqueezeExcite, Total, acnet, conv_norm, dbb, feature_composition,
                            mobileone, qarepvgg, repvgg)
from systems_export import record
from systems_networks import (Attention, Implicit, Joined, RepMixer, RepMLP, RepMLPNetBlock, Residual, SpatialMean,
                              SplitJoined, TwoHeads, UniRep, conv_ffn, dilated, replknet, repvgg_dw, repvit)

IMAGE = (3, 9, 8)
SMALL, LARGE = (4, 7, 6), (4, 12, 11)
GELU = ["Div", "Erf", "Add", "Mul"]  # the last factor of 0.5 belongs to the next kernel


def do_conv():
    def network(einsum):
        return nn.Sequential(DOConv(3, 8, 3, 9, 1, 1, einsum=einsum), nn.BatchNorm2d(8), nn.ReLU(),
                             DOConv(8, 6, 3, 13, 2, 1, einsum=einsum), nn.BatchNorm2d(6), nn.ReLU())

    folded = ["Conv 8x3x3x3 p1", "Relu", "Conv 6x8x3x3 s2 p1", "Relu"]
    record("do-conv-5x5", "DO-Conv", lambda: DOConv(3, 4, 5, 25, 1, 2), IMAGE, ["Conv 4x3x5x5 p2"])
    record("do-conv-einsum", "DO-Conv", lambda: network(True), IMAGE, folded)
    record("do-conv-matmul", "DO-Conv", lambda: network(False), IMAGE, folded)
    record("do-conv-export", "DO-Conv", lambda: network(True), IMAGE, folded, exporter="export", opset=18)
    record("do-conv-reflect", "DO-Conv", lambda: nn.Sequential(
        DOConv(3, 6, 3, 9, 1, 1, mode="reflect"), nn.BatchNorm2d(6)), IMAGE, ["Pad", "Conv 6x3x3x3"])
    for name, size in (("small", (3, 7, 6)), ("large", (3, 13, 14))):
        record(f"do-conv-features-{name}", "DO-Conv, feature composition", lambda: nn.Sequential(
            *feature_composition(3, 8, 3, 9, pad=1), nn.BatchNorm2d(8), nn.ReLU(),
            *feature_composition(8, 6, 3, 9, stride=2), nn.BatchNorm2d(6)), size,
            ["Conv 8x3x3x3 p1", "Relu", "Conv 6x8x3x3 s2"])
    record("do-dconv", "DO-DConv", lambda: nn.Sequential(
        DOConv(4, 4, 3, 9, 1, 1, 4), nn.BatchNorm2d(4), nn.ReLU(), DOConv(4, 8, 3, 9, 2, 1, 4), nn.BatchNorm2d(8)),
        LARGE, ["Conv 4x1x3x3 g4 p1", "Relu", "Conv 8x1x3x3 g4 s2 p1"])
    record("do-gconv", "DO-GConv", lambda: nn.Sequential(
        DOConv(4, 6, 3, 18, 1, 1, 2), nn.BatchNorm2d(6), nn.ReLU(), DOConv(6, 9, 3, 5, 1, 1, 3, einsum=False)),
        SMALL, ["Conv 6x2x3x3 g2 p1", "Relu", "Conv 9x2x3x3 g3 p1"])


def norms():
    def convs():
        return nn.Sequential(*conv_norm(3, 6, 3, 2, 1, bias=True), nn.ReLU(), *conv_norm(6, 8, 3, 1, 2, 2, 2), nn.ReLU(),
                             *conv_norm(8, 5, (1, 3), 1, (0, 1), eps=1e-3))

    folded = ["Conv 6x3x3x3 s2 p1", "Relu", "Conv 8x3x3x3 g2 d2 p2", "Relu", "Conv 5x8x1x3 p0,1,0,1"]
    record("conv-bn", "Conv + BN", convs, (3, 12, 11), folded)
    record("conv-bn-export", "Conv + BN", convs, (3, 12, 11), folded, exporter="export", opset=18)
    record("bn-conv", "BN before convolution, no padding", lambda: nn.Sequential(
        nn.BatchNorm2d(4), nn.Conv2d(4, 6, 3), nn.ReLU(), nn.BatchNorm2d(6), nn.Conv2d(6, 4, 3, 2, groups=2)),
        LARGE, ["Conv 6x4x3x3", "Relu", "Conv 4x3x3x3 g2 s2"])
    record("bn-conv-bn", "BN before convolution, no padding", lambda: nn.Sequential(
        nn.BatchNorm2d(4), *conv_norm(4, 6, 1), nn.ReLU()), SMALL, ["Conv 6x4x1x1", "Relu"])
    record("linear-bn", "Linear + BN", lambda: nn.Sequential(
        nn.Linear(7, 9, bias=False), nn.BatchNorm1d(9), nn.ReLU(), nn.Linear(9, 5), nn.BatchNorm1d(5)), (7,),
        ["Gemm 9x7", "Relu", "Gemm 5x9"])
    record("linear-bn-export", "Linear + BN", lambda: nn.Sequential(
        nn.Linear(7, 9), nn.BatchNorm1d(9), nn.ReLU(), nn.Linear(9, 5), nn.BatchNorm1d(5)), (7,),
        ["Gemm 9x7", "Relu", "Gemm 5x9"], exporter="export", opset=18)
    record("transposed-bn", "ConvTranspose + BN", lambda: nn.Sequential(
        nn.ConvTranspose2d(4, 6, 3, 2, 1, 1, groups=2, bias=False), nn.BatchNorm2d(6), nn.ReLU(),
        nn.ConvTranspose2d(6, 4, 2, 2), nn.BatchNorm2d(4)), (4, 5, 4),
        ["ConvTranspose 4x3x3x3 g2 s2 p1 o1", "Relu", "ConvTranspose 6x4x2x2 s2"])
    record("transposed-bn-export", "ConvTranspose + BN", lambda: nn.Sequential(
        nn.ConvTranspose2d(4, 6, 3, 2, 1, 1, groups=2), nn.BatchNorm2d(6)), (4, 5, 4),
        ["ConvTranspose 4x3x3x3 g2 s2 p1 o1"], exporter="export", opset=18)
    record("transposed-branches", "ConvTranspose + BN", lambda: nn.Sequential(
        Total(nn.Sequential(nn.ConvTranspose2d(4, 6, 4, 2, 1, bias=False), nn.BatchNorm2d(6)),
              nn.Sequential(nn.ConvTranspose2d(4, 6, 4, 2, 1), nn.BatchNorm2d(6))), nn.ReLU()), (4, 5, 4),
        ["ConvTranspose 4x6x4x4 s2 p1", "Relu"])
    record("transposed-pointwise", "ConvTranspose + BN", lambda: nn.Sequential(
        nn.BatchNorm2d(4), nn.Conv2d(4, 8, 1, bias=False), nn.ConvTranspose2d(8, 8, 2, 2), nn.BatchNorm2d(8),
        nn.Conv2d(8, 4, 1)), (4, 5, 4), ["BatchNormalization", "ConvTranspose 4x4x2x2 s2"])


def branches():
    record("acnet", "ACNet", lambda: nn.Sequential(acnet(4, 6, 3), nn.ReLU(), acnet(6, 4, 5, 2)), LARGE,
           ["Conv 6x4x3x3 p1", "Relu", "Conv 4x6x5x5 s2 p2"])
    record("acnet-grouped", "ACNet", lambda: acnet(4, 6, 3, 2, g=2), SMALL, ["Conv 6x2x3x3 g2 s2 p1"])
    record("acnet-cropped", "ACNet", lambda: acnet(4, 6, 3, p=0), SMALL, ["Conv 6x4x3x3"])
    record("acnet-reflect", "ACNet", lambda: acnet(4, 6, 3, mode="reflect"), SMALL, ["Pad", "Conv 6x4x3x3"])
    record("acnet-export", "ACNet", lambda: acnet(4, 6, 3), SMALL, ["Conv 6x4x3x3 p1"], exporter="export", opset=18)
    for name, size in (("small", SMALL), ("large", LARGE)):
        record(f"repvgg-{name}", "RepVGG", lambda: nn.Sequential(
            repvgg(4, 4), nn.ReLU(), repvgg(4, 6, 2), nn.ReLU(), repvgg(6, 6, g=2), nn.ReLU(), repvgg(6, 8, 2, 2),
            nn.ReLU()), size, ["Conv 4x4x3x3 p1", "Relu", "Conv 6x4x3x3 s2 p1", "Relu", "Conv 6x3x3x3 g2 p1", "Relu",
                               "Conv 8x3x3x3 g2 s2 p1", "Relu"])
    record("repvgg-gated", "RepVGG", lambda: nn.Sequential(repvgg(6, 6), SqueezeExcite(6), nn.ReLU()), (6, 8, 7),
           ["Conv 6x6x3x3 p1", "GlobalAveragePool", "Conv 4x6x1x1", "Relu", "Conv 6x4x1x1", "Sigmoid", "Mul", "Relu"])
    record("repvgg-export", "RepVGG", lambda: nn.Sequential(repvgg(4, 4, g=2), nn.ReLU(), repvgg(4, 6, 2)), SMALL,
           ["Conv 4x2x3x3 g2 p1", "Relu", "Conv 6x4x3x3 s2 p1"], exporter="export", opset=18)
    for version in (1, 2):
        record(f"qarepvgg-v{version}", "QARepVGG", lambda: nn.Sequential(
            qarepvgg(5, version), nn.ReLU(), qarepvgg(5, version)), (5, 8, 7),
            ["Conv 5x5x3x3 p1", "Relu", "Conv 5x5x3x3 p1"])
    record("dbb", "DBB", lambda: nn.Sequential(dbb(4, 6, 3), nn.ReLU(), dbb(6, 5, 3, 2)), LARGE,
           ["Conv 6x4x3x3 p1", "Relu", "Conv 5x6x3x3 s2 p1"])
    record("dbb-grouped", "DBB", lambda: nn.Sequential(dbb(4, 6, 3, 2, 2), nn.ReLU(), dbb(6, 6, 3, 1, 6)), LARGE,
           ["Conv 6x2x3x3 g2 s2 p1", "Relu", "Conv 6x1x3x3 g6 p1"])
    record("dbb-5x5", "DBB", lambda: dbb(4, 6, 5, 2, 2), LARGE, ["Conv 6x2x5x5 g2 s2 p2"])
    record("dbb-export", "DBB", lambda: dbb(4, 6, 3), SMALL, ["Conv 6x4x3x3 p1"], exporter="export", opset=18)
    record("orepa", "OREPA", lambda: nn.Sequential(Orepa(4, 6, 3), nn.ReLU(), Orepa(6, 4, 3, 2)), SMALL,
           ["Conv 6x4x3x3 p1", "Relu", "Conv 4x6x3x3 s2 p1"])
    record("orepa-grouped", "OREPA", lambda: Orepa(4, 6, 3, g=2), SMALL, ["Conv 6x2x3x3 g2 p1"])
    record("orepa-5x5", "OREPA", lambda: Orepa(4, 4, 5), LARGE, ["Conv 4x4x5x5 p2"])
    record("orepa-export", "OREPA", lambda: Orepa(4, 6, 3, g=2), SMALL, ["Conv 6x2x3x3 g2 p1"], exporter="export",
           opset=18)
    record("mobileone", "MobileOne", lambda: nn.Sequential(
        mobileone(6, 6, 3, g=6), nn.ReLU(), mobileone(6, 8, 1), nn.ReLU(), mobileone(8, 8, 3, 2, 8, skip=False),
        nn.ReLU(), mobileone(8, 8, 1, branches=4)), (6, 12, 11),
        ["Conv 6x1x3x3 g6 p1", "Relu", "Conv 8x6x1x1", "Relu", "Conv 8x1x3x3 g8 s2 p1", "Relu", "Conv 8x8x1x1"])
    record("mobileone-gated", "MobileOne", lambda: nn.Sequential(
        mobileone(6, 6, 3, g=6, branches=2), SqueezeExcite(6), nn.ReLU(), mobileone(6, 6, 1, branches=2), nn.ReLU()),
        (6, 8, 7), ["Conv 6x1x3x3 g6 p1", "GlobalAveragePool", "Conv 4x6x1x1", "Relu", "Conv 6x4x1x1", "Sigmoid", "Mul",
                    "Relu", "Conv 6x6x1x1", "Relu"])


def sequences():
    record("expandnet-cl", "ExpandNet-CL", lambda: nn.Sequential(
        nn.Conv2d(3, 12, 1, padding=1), nn.Conv2d(12, 16, 3), nn.Conv2d(16, 4, 1), nn.ReLU(),
        nn.Conv2d(4, 16, 1, padding=1), nn.Conv2d(16, 20, 3, 2), nn.Conv2d(20, 5, 1), nn.BatchNorm2d(5)), IMAGE,
        ["Conv 4x3x3x3 p1", "Relu", "Conv 5x4x3x3 s2 p1"])
    record("expandnet-cl-unbiased", "ExpandNet-CL", lambda: nn.Sequential(
        nn.Conv2d(3, 12, 1, bias=False), nn.Conv2d(12, 16, 3, padding=1, bias=False), nn.Conv2d(16, 4, 1, bias=False)),
        IMAGE, ["Conv 4x3x3x3 p1"])
    record("expandnet-cl-inner-padding", "ExpandNet-CL, padding in the middle", lambda: nn.Sequential(
        nn.Conv2d(3, 12, 1), nn.Conv2d(12, 16, 3, padding=1), nn.Conv2d(16, 4, 1)), (3, 14, 13),
        ["Conv 4x3x3x3 p1", "Add"])
    record("expandnet-ck", "ExpandNet-CK", lambda: nn.Sequential(
        nn.Conv2d(3, 12, 3, padding=3), nn.Conv2d(12, 12, 3), nn.Conv2d(12, 4, 3), nn.ReLU(),
        nn.Conv2d(4, 16, 3, padding=2), nn.Conv2d(16, 4, 3, 2)), IMAGE, ["Conv 4x3x7x7 p3", "Relu", "Conv 4x4x5x5 s2 p2"])
    record("expandnet-fc", "ExpandNet-FC", lambda: nn.Sequential(
        nn.Linear(6, 24), nn.Linear(24, 20), nn.Linear(20, 5)), (6,), ["Gemm 5x6"])
    record("expandnet-depthwise", "ExpandNet-CL, depthwise", lambda: nn.Sequential(
        nn.Conv2d(4, 16, 1, padding=1, groups=4), nn.Conv2d(16, 16, 3, 2, groups=4), nn.Conv2d(16, 4, 1, groups=4),
        nn.BatchNorm2d(4)), LARGE, ["Conv 4x1x3x3 g4 s2 p1"])
    record("head", "Classifier heads", lambda: nn.Sequential(
        nn.BatchNorm2d(6), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 9), nn.Linear(9, 5)), (6, 5, 4),
        ["GlobalAveragePool", "Flatten", "Gemm 5x6"])
    record("head-norms", "Classifier heads", lambda: nn.Sequential(
        nn.BatchNorm2d(6), nn.AvgPool2d((5, 4)), nn.Flatten(), nn.BatchNorm1d(6), nn.Dropout(0.5), nn.Linear(6, 9),
        nn.BatchNorm1d(9), nn.Linear(9, 5)), (6, 5, 4), ["AveragePool", "Flatten", "Gemm 5x6"])
    record("head-mean", "Classifier heads", lambda: nn.Sequential(nn.BatchNorm2d(6), SpatialMean(), nn.Linear(6, 5)), (6, 5, 4),
           ["ReduceMean", "Gemm 5x6"], exporter="export", opset=18)
    record("head-export", "Classifier heads", lambda: nn.Sequential(
        nn.BatchNorm2d(6), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 9), nn.Linear(9, 5)), (6, 5, 4),
        ["ReduceMean", "Reshape", "Gemm 5x6"], exporter="export", opset=18)
    record("concat", "Same-geometry concat", lambda: nn.Sequential(
        Joined(conv_norm(4, 6, 3, 1, 1), conv_norm(4, 5, 3, 1, 1), nn.Conv2d(4, 3, 3, 1, 1)), nn.ReLU()), LARGE,
        ["Conv 14x4x3x3 p1", "Relu"])
    record("concat-then-norm", "Same-geometry concat", lambda: nn.Sequential(
        Joined(nn.Conv2d(4, 6, 1), nn.Conv2d(4, 6, 1)), nn.BatchNorm2d(12), nn.ReLU(), *conv_norm(12, 4, 1)), LARGE,
        ["Conv 12x4x1x1", "Relu", "Conv 4x12x1x1"])
    record("split-concat", "Same-geometry concat", lambda: nn.Sequential(
        SplitJoined(nn.Conv2d(4, 6, 3, 1, 1), nn.Conv2d(4, 6, 3, 1, 1)), nn.BatchNorm2d(12), nn.ReLU()), (8, 9, 8),
        ["Conv 12x4x3x3 g2 p1", "Relu"])


def networks():
    record("psconv", "PSConv", lambda: nn.Sequential(
        *conv_norm(3, 20, 1), nn.ReLU(), PSConv(20, 20), nn.BatchNorm2d(20), nn.ReLU(), nn.Conv2d(20, 3, 1)), (3, 24, 24),
        ["Conv 20x3x1x1", "Relu", "Conv 20x20x3x3 p1", "Gather", "Conv 20x5x3x3 g4 d2 p2", "Add", "Relu", "Conv 3x20x1x1"])
    record("psconv-small", "PSConv", lambda: nn.Sequential(
        PSConv(4, 4), nn.BatchNorm2d(4), nn.ReLU(), PSConv(4, 8, stride=2)), SMALL,
        ["Conv 4x4x5x5 p2", "Relu", "Conv 8x4x5x5 s2 p2"])
    record("repmixer", "FastViT: RepMixer", lambda: nn.Sequential(RepMixer(6), nn.ReLU(), RepMixer(6)), (6, 9, 8),
           ["Conv 6x1x3x3 g6 p1", "Relu", "Conv 6x1x3x3 g6 p1"])
    record("repcpe", "FastViT: RepCPE", lambda: Residual(nn.Conv2d(6, 6, 7, padding=3, groups=6)), (6, 9, 8),
           ["Conv 6x1x7x7 g6 p3"])
    record("convffn", "FastViT: ConvFFN", lambda: conv_ffn(6), (6, 16, 15),
           ["Conv 6x1x7x7 g6 p3", "Conv 18x6x1x1", *GELU, "Conv 6x18x1x1", "Add"], gain=2)
    record("fastvit-attention", "FastViT: attention", lambda: Residual(Attention(8, 2), 8), (8, 4, 3),
           ["Reshape", "Transpose", "MatMul 8x24", "Add", "Reshape", "Transpose", "Split", "Squeeze", "Squeeze",
            "Squeeze", "Mul", "Transpose", "MatMul", "Softmax", "MatMul", "Transpose", "Reshape", "Transpose", "Reshape",
            "Conv 8x8x1x1", "Add"], gain=16)
    record("fastvit-stem", "FastViT: stem", lambda: nn.Sequential(
        mobileone(3, 8, 3, 2, branches=2), nn.ReLU(), mobileone(8, 8, 3, 2, 8, branches=2), nn.ReLU(),
        mobileone(8, 8, 1, branches=2), nn.ReLU(),
        Total(conv_norm(8, 16, 7, 2, 3, 8), conv_norm(8, 16, 3, 2, 1, 8)), nn.ReLU(), mobileone(16, 16, 1, branches=1)),
        (3, 33, 30), ["Conv 8x3x3x3 s2 p1", "Relu", "Conv 8x1x3x3 g8 s2 p1", "Relu", "Conv 8x8x1x1", "Relu",
                      "Conv 16x1x7x7 g8 s2 p3", "Relu", "Conv 16x16x1x1"])
    record("replknet", "RepLKNet", lambda: replknet(4, 13), (4, 16, 15),
           ["Conv 8x4x1x1", "Relu", "Conv 8x1x13x13 g8 p6", "Relu", "Conv 4x8x1x1", "Add", "Conv 12x4x1x1", "Relu",
            "Conv 4x12x1x1", "Add"])
    record("unireplknet-kernels", "UniRepLKNet", lambda: nn.Sequential(
        dilated(4, 9, ((5, 1), (5, 2), (3, 3), (3, 4))), nn.BatchNorm2d(4), nn.ReLU(),
        dilated(4, 13, ((5, 1), (7, 2), (3, 3), (3, 4), (3, 5))), nn.BatchNorm2d(4)), (4, 16, 15),
        ["Conv 4x1x9x9 g4 p4", "Relu", "Conv 4x1x13x13 g4 p6"])
    record("unireplknet-block", "UniRepLKNet", lambda: UniRep(4, 9, ((5, 1), (5, 2), (3, 3), (3, 4))), (4, 12, 11),
           ["Conv 4x1x9x9 g4 p4", "GlobalAveragePool", "Conv 4x4x1x1", "Relu", "Conv 4x4x1x1", "Sigmoid", "Mul",
            "Transpose", "MatMul 4x12", "Add", "Relu", "ReduceL2", "ReduceMean", "Add", "Div", "Mul", "Add", "Mul",
            "MatMul 12x4", "Add", "Transpose", "Add"], gain=16)
    for outer in (False, True):
        record(f"repvgg-dw-{'new' if outer else 'old'}", "RepViT: RepVGGDW", lambda: repvgg_dw(6, outer), (6, 9, 8),
               ["Conv 6x1x3x3 g6 p1"])
        record(f"repvit-{'new' if outer else 'old'}", "RepViT", lambda: repvit(6, outer), (6, 16, 15),
               ["Conv 6x1x3x3 g6 p1", "Conv 12x6x1x1", "Relu", "Conv 6x12x1x1", "Add"])
    record("repvit-heads", "RepViT: two heads", lambda: TwoHeads(8, 5), (8, 4, 3),
           ["GlobalAveragePool", "Flatten", "Gemm 5x8"])
    record("bn-linear", "RepViT: BN_Linear", lambda: nn.Sequential(
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.BatchNorm1d(8), nn.Linear(8, 5)), (8, 4, 3),
        ["GlobalAveragePool", "Flatten", "Gemm 5x8"])
    record("yolov6", "YOLOv6", lambda: nn.Sequential(
        *conv_norm(3, 6, 3, 2, 1, eps=1e-3), nn.ReLU(), repvgg(6, 6, eps=1e-3), nn.ReLU(), repvgg(6, 6, eps=1e-3),
        nn.ReLU()), (3, 16, 15), ["Conv 6x3x3x3 s2 p1", "Relu", "Conv 6x6x3x3 p1", "Relu", "Conv 6x6x3x3 p1", "Relu"])
    record("yolov7-repconv", "YOLOv7", lambda: nn.Sequential(
        repvgg(6, 6, eps=1e-3), nn.SiLU(), repvgg(6, 8, 2, eps=1e-3), nn.SiLU()), (6, 9, 8),
        ["Conv 6x6x3x3 p1", "Sigmoid", "Mul", "Conv 8x6x3x3 s2 p1", "Sigmoid", "Mul"], gain=8)
    record("yolov7-implicit", "YOLOv7: implicit add and multiply", lambda: nn.Sequential(
        *conv_norm(4, 6, 3, 1, 1, eps=1e-3), nn.SiLU(), Implicit(6, "add"), nn.Conv2d(6, 9, 1), Implicit(9, "multiply")),
        LARGE, ["Conv 6x4x3x3 p1", "Sigmoid", "Mul", "Conv 9x6x1x1"], gain=8)
    record("yolov7-implicit-export", "YOLOv7: implicit add and multiply", lambda: nn.Sequential(
        Implicit(4, "add"), nn.Conv2d(4, 9, 1), Implicit(9, "multiply")), SMALL, ["Conv 9x4x1x1"], exporter="export",
        opset=18)
    record("repmlp", "RepMLP", lambda: RepMLP(4, 4, 4, 3, (1, 3), 2), (4, 8, 9),
           ["AveragePool", "Transpose", "Reshape", "Gemm 4x4", "Relu", "Gemm 4x4", "Reshape", "Reshape", "Transpose",
            "Add", "Reshape", "Conv 48x24x1x1 g2", "Reshape", "Reshape", "Transpose", "Reshape"])
    record("repmlpnet", "RepMLPNet", lambda: RepMLPNetBlock(4, 4, 5, 2, (1, 3), gated=False), (4, 8, 10),
           ["Reshape", "Transpose", "Reshape", "Conv 40x20x1x1 g2", "Reshape", "Reshape", "Transpose", "Reshape"])
    record("repmlpnet-gated", "RepMLPNet", lambda: RepMLPNetBlock(4, 4, 3, 4, (3,)), (4, 4, 6),
           ["Reshape", "Transpose", "Reshape", "Conv 48x12x1x1 g4", "Reshape", "Reshape", "Transpose", "Reshape",
            "GlobalAveragePool", "Conv 4x4x1x1", "Relu", "Conv 4x4x1x1", "Sigmoid", "Mul"])


def write():
    do_conv()
    norms()
    branches()
    sequences()
    networks()
