"""Figures of io.foldserve.statistics by SciPy and statsmodels, or by another way to the same figure where they have none.

Writes src/test/resources/io/foldserve/statistics/golden.json. Needs scipy 1.17.1 and statsmodels 0.15.0.
"""

import json
import math
import pathlib
import sys

# This file has the name of a module of the standard library, which the libraries below import.
sys.path.pop(0)

import numpy as np
from scipy import integrate, optimize, special, stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

OUT = pathlib.Path(__file__).resolve().parents[1] / "resources/io/foldserve/statistics/golden.json"


def wilson():
    for k, n in [(0, 10), (10, 10), (3, 10), (1, 1), (81, 263), (981, 1000), (500_000, 1_000_000)]:
        yield {"k": k, "n": n, "interval": list(proportion_confint(k, n, method="wilson"))}


def kappa():
    for table in [[[20, 5], [10, 15]], [[7, 1, 0], [2, 9, 3], [1, 0, 30]], [[0, 5], [5, 0]], [[90, 3], [4, 3]]]:
        found = cohens_kappa(np.array(table))
        interval = [max(-1, found.kappa_low), min(1, found.kappa_upp)]
        yield {"table": table, "value": found.kappa, "interval": interval}


TABLES = [(10, 8, 2, 5), (0, 1, 0, 0), (5, 4, 4, 1), (900, 60, 31, 9), (20, 0, 12, 0), (36, 12, 2, 0), (53, 2, 0, 1), (1, 30, 40, 2)]


def mcnemar_p():
    for both, b, c, neither in TABLES:
        exact = mcnemar([[both, b], [c, neither]], exact=True).pvalue
        n, least = b + c, min(b, c)
        below, at = stats.binom.cdf(least - 1, n, 0.5), stats.binom.pmf(least, n, 0.5)
        mid = 1 - at / 2 if b == c else 2 * (below + at / 2)
        yield {"table": [both, b, c, neither], "exact": exact, "midP": mid}


def newcombe_unpaired():
    for first, second in [((56, 70), (48, 80)), ((9, 10), (3, 10)), ((10, 10), (0, 20)), ((950, 1000), (930, 1000))]:
        low, high = confint_proportions_2indep(*first, *second, method="newcomb", compare="diff")
        yield {"first": first, "second": second, "interval": [low, high]}


def newcombe_paired():
    """Newcombe's own example among them: 36, 12, 2, 0 gives 0.2000, 0.0569 to 0.3404 in his table."""
    for a, b, c, d in TABLES:
        n = a + b + c + d
        l1, u1 = proportion_confint(a + b, n, method="wilson")
        l2, u2 = proportion_confint(a + c, n, method="wilson")
        product = (a + b) * (c + d) * (a + c) * (b + d)
        cross = a * d - b * c
        cross = cross - n / 2 if cross > n / 2 else (0 if cross >= 0 else cross)
        phi = cross / math.sqrt(product) if product else 0
        p1, p2 = (a + b) / n, (a + c) / n
        below = (p1 - l1) ** 2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2) ** 2
        above = (u1 - p1) ** 2 - 2 * phi * (u1 - p1) * (p2 - l2) + (p2 - l2) ** 2
        theta = p1 - p2
        yield {"table": [a, b, c, d], "value": theta, "interval": [theta - math.sqrt(below), theta + math.sqrt(above)]}


def e_values():
    """The mixture itself, integrated over the arcsine density with p = sin²(angle)."""
    for wins, losses in [(0, 0), (1, 0), (8, 2), (3, 3), (147, 98), (400, 300)]:
        def density(angle):
            logs = special.xlogy(2 * wins, math.sin(angle)) + special.xlogy(2 * losses, math.cos(angle))
            return math.exp(logs + (wins + losses) * math.log(2)) * 2 / math.pi

        peak = math.atan2(math.sqrt(wins), math.sqrt(losses)) if wins + losses else 0.5
        value = integrate.quad(density, 0, math.pi / 2, points=[peak], epsabs=0, epsrel=1e-12, limit=500)[0]
        yield {"wins": wins, "losses": losses, "value": value}


def radii():
    """Where the normal mixture martingale, integrated numerically, first reaches 20."""
    log_alpha = -2 * math.log(0.05)
    rho = math.sqrt((log_alpha + math.log(log_alpha) + 1) / 1000)
    for t, variance in [(100, 0.25), (1000, 0.09), (5000, 0.0475)]:
        def martingale(total):
            peak = total / (t + 1 / rho**2)
            spread = 1 / math.sqrt(t + 1 / rho**2)
            integrand = lambda x: math.exp(x * total - t * x * x / 2) * stats.norm.pdf(x, 0, rho)
            return integrate.quad(integrand, peak - 12 * spread, peak + 12 * spread, epsabs=0, epsrel=1e-12)[0]

        total = optimize.brentq(lambda s: math.log(martingale(s)) - math.log(20), 1, 20 * math.sqrt(t), xtol=1e-12)
        yield {"t": t, "variance": variance, "radius": math.sqrt(variance) * total / t}


def sample_ratios():
    for counts, shares in [([500, 500], [50, 50]), ([5210, 4790], [50, 50]), ([95, 820, 85], [10, 80, 10])]:
        expected = np.array(shares) / sum(shares) * sum(counts)
        yield {"counts": counts, "shares": shares, "pValue": stats.chisquare(counts, expected).pvalue}


def equivalences():
    random = np.random.default_rng(7)
    for mean, spread, n in [(0.0, 0.005, 10), (0.012, 0.01, 20), (0.03, 0.004, 8), (-0.005, 0.04, 12)]:
        logs = np.round(random.normal(mean, spread, n), 6)
        described = DescrStatsW(logs)
        p = described.ttost_mean(math.log(0.98), math.log(1.02))[0]
        low, high = described.tconfint_mean(alpha=0.1)
        yield {"logs": logs.tolist(), "ratio": math.exp(described.mean), "interval": [math.exp(low), math.exp(high)], "pValue": p}


def main():
    figures = [wilson, kappa, mcnemar_p, newcombe_unpaired, newcombe_paired, e_values, radii, sample_ratios, equivalences]
    golden = {figure.__name__: list(figure()) for figure in figures}
    lines = [f'"{name}": [\n  ' + ",\n  ".join(map(json.dumps, cases)) + "\n]" for name, cases in golden.items()]
    OUT.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
