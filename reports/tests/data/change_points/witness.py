"""Writes witness.json: what numpy and scipy say of statistics that change points rest on.

    python -m venv venv && venv/bin/pip install numpy==2.2.0 scipy==1.16.3
    venv/bin/python witness.py
"""

import json
import pathlib

import numpy as np
import scipy
from scipy import stats

SIDE = 5
HERE = pathlib.Path(__file__).parent


def best_scores(count, first, tries, numbers):
    """The largest t statistic of all splits from `first` on, for normal series."""
    values = numbers.normal(size=(tries, count))
    sums = values.cumsum(axis=1)
    squares = (values**2).sum(axis=1)
    best = np.zeros(tries)
    for split in range(first, count - SIDE + 1):
        left, right = sums[:, split - 1], sums[:, -1] - sums[:, split - 1]
        rest = squares - left**2 / split - right**2 / (count - split)
        apart = left / split - right / (count - split)
        error = np.sqrt(rest / (count - 2) * (1 / split + 1 / (count - split)))
        best = np.maximum(best, abs(apart) / error)
    return best


def scan(count, newest, numbers):
    first = max(SIDE, count - 2 * SIDE) if newest else SIDE
    best = best_scores(count, first, 100_000, numbers)
    quantiles = {str(p): float(np.quantile(best, 1 - p)) for p in (0.05, 0.01)}
    return {"count": count, "newest": newest, "score_by_chance": quantiles}


def rank_sum(few, many):
    """The probabilities of at most so many pairs, from scipy's exact test."""
    def at_most(pairs):
        # Values in such an order that the first group exceeds exactly `pairs` of the second.
        first = [0.5 + pairs // few + (1 if it < pairs % few else 0) for it in range(few)]
        second = list(range(1, many + 1))
        test = stats.mannwhitneyu(first, second, alternative="less", method="exact")
        assert test.statistic == pairs
        return float(test.pvalue)

    return {"few": few, "many": many, "at_most": [at_most(it) for it in range(few * many + 1)]}


def main():
    numbers = np.random.default_rng(1)
    result = {
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "scans": [scan(n, newest, numbers) for n in (30, 100, 300) for newest in (False, True)],
        "rank_sums": [rank_sum(few, many) for few, many in ((2, 3), (4, 6), (5, 12))],
        "normal_scores": [float(stats.norm.ppf(it / 8)) for it in (1, 2.5, 2.5, 4, 5, 6, 7)],
    }
    (HERE / "witness.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
