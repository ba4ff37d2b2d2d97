"""Writes otava.json: the change points that Apache Otava finds in series.json.

    python -m venv venv && venv/bin/pip install apache-otava==0.8.0
    venv/bin/python run_otava.py

Both of its methods are asked, with the options it has by default: `hunter` is the one it uses,
`edivisive` the one of Matteson and James, with permutations from a fixed seed.
"""

import importlib.metadata
import json
import pathlib

from otava.analysis import compute_change_points, compute_change_points_orig

HERE = pathlib.Path(__file__).parent


def found(method, values):
    """The indices of the change points, in order."""
    points, _ = method([float(value) for value in values])
    return [int(point.index) for point in points]


def main():
    series = json.loads((HERE / "series.json").read_text())
    methods = {
        "hunter": compute_change_points,
        "edivisive": lambda values: compute_change_points_orig(values, seed=1),
    }
    result = {
        "version": importlib.metadata.version("apache-otava"),
        "command": "python run_otava.py",
        "found": {
            method: {name: found(run, it["values"]) for name, it in series.items()}
            for method, run in methods.items()
        },
    }
    text = json.dumps(result, indent=1)
    (HERE / "otava.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
