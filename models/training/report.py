"""Prints the tables of models/README.md from results/*.json: every trial of the search; every run, then mean and standard
deviation.
"""

import json
import statistics
import sys

import bundled
from train import RESULTS

SCORES = {
    "digits": {"accuracy": "accuracy", "accuracyOnPaper": "accuracy, redrawn on paper"},
    "digit-scenes": {"miou": "mIoU", "miouDigits": "mIoU of the ten digits", "pixelAccuracy": "pixel accuracy"},
}


def main():
    search()
    for model in bundled.NAMES:
        found = {variant: read(model, variant) for variant in bundled.VARIANTS}
        seeds = sorted(found["doconv"].keys() & found["baseline"].keys())
        for variant, runs in found.items():
            if runs.keys() - seeds:
                print(f"{model}: {variant} alone has seeds {sorted(runs.keys() - seeds)}: left out", file=sys.stderr)
        runs = {variant: [found[variant][seed] for seed in seeds] for variant in bundled.VARIANTS}
        print(f"| `{model}`, % | " + " | ".join(f"seed {seed}" for seed in seeds) + " | mean ± std |")
        print("| --- |" + " ---: |" * (len(seeds) + 1))
        for score, title in SCORES[model].items():
            for variant in bundled.VARIANTS:
                print(row(f"{title}, {variant}", [100 * run[score] for run in runs[variant]]))
            paired = zip(runs["doconv"], runs["baseline"])
            print(row(f"{title}, doconv − baseline", [100 * (one[score] - other[score]) for one, other in paired], "+"))
        for variant in bundled.VARIANTS:
            print(row(f"training time in CPU seconds, {variant}", [run["cpuSeconds"] for run in runs[variant]]))
        print()


def search():
    """What every trial changed, and its mIoU on the validation scenes."""
    print("| variant | optimiser | peak rate | decay of D | warm-up | epochs | loss of the last | mIoU, % |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for variant in bundled.VARIANTS:
        for line in (RESULTS / f"digit-scenes-search-{variant}.json").read_text().splitlines():
            trial = json.loads(line)
            recipe = trial["recipe"]
            told = [recipe[name] for name in ("optimiser", "rate", "decay_of_d", "warm_up", "epochs")]
            cells = [variant, *map(str, told), f"{trial['losses'][-1]:.3f}", f"{100 * trial['miou']:.2f}"]
            print("| " + " | ".join(cells) + " |")
    print()


def read(model, variant):
    """The runs of one variant by seed."""
    runs = [json.loads(path.read_text()) for path in RESULTS.glob(f"{model}-{variant}-seed*.json")]
    return {run["seed"]: run for run in runs}


def row(title, values, sign=""):
    cells = [f"{value:{sign}.2f}" for value in values]
    spread = f"{statistics.mean(values):{sign}.2f}" + (f" ± {statistics.stdev(values):.2f}" if len(values) > 1 else "")
    return f"| {title} | " + " | ".join(cells) + f" | {spread} |"


if __name__ == "__main__":
    main()
