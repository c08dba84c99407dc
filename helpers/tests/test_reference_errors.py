"""Errors that a well-known demonstration of backpropagation has, and ours must not.

There are twelve; the others are tried where what they are about is tested: several outputs (1)
with the losses, odd numbers of samples (2) with the data, spoilt caches (3), float32 (7) and too
many or unknown activations (8) with the network, a second mean (4) against automatic
differentiation, NaN and saturated outputs (6) with the gradient check, labels of another shape
(9) with bad input, and the scale of heat maps (12) with the pictures.
"""

import pkgutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import helpers
from helpers.datasets import DATASETS, digits
from helpers.network import MLP
from helpers.training import train


def test_error_05_weights_are_normal() -> None:
    W = MLP([100, 100], ["relu"]).W[1].ravel() / np.sqrt(2 / 100)
    # the fourth moment: 3 if normal, 1.8 if uniform; √(96/N) is its standard deviation
    assert np.mean(W**4) == pytest.approx(3, abs=6 * np.sqrt(96 / W.size))


def test_error_10_nothing_seeds_the_global_stream_or_draws_from_it() -> None:
    np.random.random()  # noqa: NPY002  # so that it isn't as a seed leaves it
    before = np.random.get_state(legacy=False)  # noqa: NPY002
    for seed in (0, None):
        for points in DATASETS.values():
            network, (X, Y) = MLP([2, 3, 1], ["relu", "sigmoid"], seed), points(9, seed=seed)
            train(network, X, Y, epochs=1, learning_rate=0.1, batch_size=4, seed=seed, progress=0)
        digits(seed)
    np.testing.assert_equal(np.random.get_state(legacy=False), before)  # noqa: NPY002


def test_error_11_the_network_loads_numpy_alone_and_importing_leaves_nothing_behind(
    tmp_path: Path,
) -> None:
    found = pkgutil.walk_packages(helpers.__path__, "helpers.")
    modules = [module.name for module in found if ".tests" not in module.name]
    assert "helpers.training" in modules
    code = f"""
import importlib, sys, helpers.network
print(*sorted({{name.split('.')[0] for name in sys.modules}}))
for module in {modules}:
    importlib.import_module(module)
print(sys.modules['matplotlib.pyplot'].get_fignums() if 'matplotlib.pyplot' in sys.modules else [])
"""
    run = [sys.executable, "-c", code]
    said = subprocess.check_output(run, cwd=tmp_path, text=True).splitlines()
    assert {"helpers", "numpy"} <= set(said[0].split())
    assert not {"matplotlib", "ipywidgets", "IPython", "scipy"} & set(said[0].split())
    assert said[1] == "[]"
    assert list(tmp_path.iterdir()) == []
