"""How the bundled models are trained: the recipe of every variant, and the candidates of the search that chose it.

A recipe is what is searched: optimiser, peak rate, weight decay, decay of D (of a DO-Conv alone), warm-up, weight of the
background pixels in the loss, batch, and length in epochs. `search.py` walks the same candidates for both variants.
"""

import dataclasses

import torch

MOMENTUM = 0.9


@dataclasses.dataclass(frozen=True)
class Recipe:
    """One way to train. `warm_up` is the part of the steps in which the rate rises from rate / 25 to `rate`; then it
    falls along a cosine to rate / 250000. `decay` acts on every weight but D, `decay_of_d` on D, where it pulls D + d_diag to the identity.
    """

    optimiser: str
    rate: float
    decay: float
    decay_of_d: float
    warm_up: float
    batch: int
    epochs: int
    background: float = 1.0  # weight of background pixels in the loss of a segmentation; most pixels are background

    def optimiser_of(self, network):
        of_d = [parameter for name, parameter in network.named_parameters() if name.endswith(".D")]
        others = [p for name, p in network.named_parameters() if p.requires_grad and not name.endswith(".D")]
        groups = [dict(params=others, weight_decay=self.decay)]
        if of_d:
            groups.append(dict(params=of_d, weight_decay=self.decay_of_d))
        if self.optimiser == "sgd":
            return torch.optim.SGD(groups, lr=self.rate, momentum=MOMENTUM, nesterov=True)
        return torch.optim.AdamW(groups, lr=self.rate)

    def rates(self, optimiser, steps):
        return torch.optim.lr_scheduler.OneCycleLR(
            optimiser, self.rate, total_steps=steps, pct_start=self.warm_up, cycle_momentum=False
        )


_DIGITS = Recipe("adamw", rate=0.01, decay=1e-3, decay_of_d=1e-3, warm_up=0.2, batch=64, epochs=12)

_SCENES = Recipe("adamw", rate=0.005, decay=1e-3, decay_of_d=0.0, warm_up=0.4, batch=16, epochs=6, background=0.5)

CHOSEN = {
    ("digits", "doconv"): _DIGITS,
    ("digits", "baseline"): _DIGITS,
    ("digit-scenes", "doconv"): _SCENES,
    ("digit-scenes", "baseline"): dataclasses.replace(_SCENES, optimiser="sgd", rate=0.1, decay_of_d=1e-3),
}

# Of digit-scenes, for both variants. Every trial changes one row of the best recipe so far, in this order.
START = Recipe("adamw", rate=0.005, decay=1e-3, decay_of_d=1e-3, warm_up=0.2, batch=16, epochs=3, background=0.5)
CANDIDATES = [
    [dict(rate=0.015), dict(optimiser="sgd", rate=0.1), dict(optimiser="sgd", rate=0.4)],
    [dict(decay_of_d=0.0)],
    [dict(warm_up=0.4)],
]
LENGTHS = [6]  # epochs
