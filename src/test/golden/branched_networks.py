"""What timm's RepVGG and MobileOne answer in float64, small, in training form and merged; for the room `architecture`.

Weights are computed on both sides; see architectures.py. The authors' names are timm's, renamed as timm's own conversion
of the authors' checkpoints does the other way round.

Usage: branched_networks.py OUTPUT_DIRECTORY
"""

import pathlib
import re
import sys

import architectures as common
from timm.models import byobnet

AUTHORS = {
    "repvgg": [("conv_kxk", "rbr_dense"), ("conv_1x1", "rbr_1x1"), ("identity", "rbr_identity"),
               ("reparam_conv", "rbr_reparam"), ("attn.fc1", "se.down"), ("attn.fc2", "se.up")],
    "mobileone": [("conv_kxk", "rbr_conv"), ("conv_scale", "rbr_scale"), ("identity", "rbr_skip"),
                  ("attn.fc1", "se.reduce"), ("attn.fc2", "se.expand")],
}


def bounds(made, name, tensor):
    """As elsewhere, but for batch norms, of which the results of up to six are added up in every block."""
    normalised = name.endswith(".weight") and tensor.dim() == 1
    return (0.1, 0.6) if normalised else elsewhere(made, name, tensor)


elsewhere, common.bounds = common.bounds, bounds


def authors_name(name, family):
    name = re.sub(r"^stem\.", "stage0.", name)
    name = re.sub(r"^stages\.(\d)\.", lambda match: f"stage{int(match[1]) + 1}.", name)
    name = name.replace("head.fc.", "linear.")
    for theirs, authors in AUTHORS[family]:
        name = name.replace(theirs, authors)
    return name


def rep_vgg(groups=0, **more):
    blocks = byobnet._rep_vgg_bcfg(d=(2, 3, 2, 1), wf=(0.125, 0.125, 0.09375, 0.0625), groups=groups)
    return network(blocks, "rep", **more)


def mobile_one(convolutions, excited=(0, 0, 0, 0)):
    return network(byobnet._mobileone_bcfg((2, 2, 3, 1), (0.125, 0.125, 0.0625, 0.0625), excited, convolutions), "one")


def network(blocks, stem, **more):
    made = byobnet.ByobNet(byobnet.ByoModelCfg(blocks=blocks, stem_type=stem, stem_chs=8, **more), num_classes=7)
    return made.eval()


def merged(made):
    for module in made.modules():
        if hasattr(module, "reparameterize"):
            module.reparameterize()
    return made


def main(directory):
    cases = []
    def case(name, family, made, size, authors):  # noqa: E306
        common.golden(cases, name, {"name": family, "classes": 7}, made, size)
        if authors:
            for tensor in cases[-1]["tensors"]:
                tensor[0] = authors_name(tensor[0], family)
    excited = {"attn_layer": "se", "attn_kwargs": {"rd_ratio": 0.25, "rd_divisor": 1}}
    case("RepVGG, timm's names", "repvgg", rep_vgg(), (47, 64), False)
    case("RepVGG, the authors' names", "repvgg", rep_vgg(), (64, 40), True)
    case("RepVGG of groups", "repvgg", rep_vgg(groups=2), (40, 40), True)
    case("RepVGG with excitations", "repvgg", rep_vgg(**excited), (33, 33), True)
    case("RepVGG with excitations, timm's names", "repvgg", rep_vgg(**excited), (33, 40), False)
    case("RepVGG of DO-Convs", "repvgg", common.FORMS["mixed"](rep_vgg()), (40, 47), True)
    case("RepVGG, merged", "repvgg", merged(rep_vgg()), (47, 47), True)
    case("MobileOne, timm's names", "mobileone", mobile_one(2), (47, 64), False)
    case("MobileOne, the authors' names", "mobileone", mobile_one(4), (64, 47), True)
    case("MobileOne with excitations", "mobileone", mobile_one(1, (0, 0, 2, 1)), (40, 40), True)
    case("MobileOne, merged", "mobileone", merged(mobile_one(1)), (40, 33), False)
    common.write(directory, "branched_networks", cases)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
