"""Errors that a well-known demonstration of backpropagation has, and ours must not.

There are twelve; the others are tried where what they are about is tested: several outputs (1)
with the losses, odd numbers of samples (2) with the data, spoilt caches (3), float32 (7) and too
many or unknown activations (8) with the network, NaN and saturated outputs (6) with the gradient
check, and labels of another shape (9) with bad input.
"""

import os
import pkgutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

import helpers
from helpers.datasets import two_moons
from helpers.gradient_check import numerical_gradient
from helpers.network import MLP
from helpers.plots import plot_weight_heatmaps
from helpers.tests.networks import random_case
from helpers.training import train


def moons_network() -> MLP:
    return MLP([2, 16, 8, 1], ["relu", "relu", "sigmoid"])


def test_error_04_the_mean_is_in_delta_and_nowhere_else() -> None:
    case = random_case([3, 4, 2], ["tanh", "sigmoid"], 6)
    A, caches = case.network.forward(case.X)
    gradient = case.network.backward(caches, case.Y)
    np.testing.assert_allclose(gradient.delta[2], (A - case.Y) / 6 * A * (1 - A), rtol=1e-12)
    for l, delta in gradient.delta.items():
        dW, db = delta @ caches.A[l - 1].T, delta.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(gradient.dW[l], dW, rtol=1e-10, atol=1e-14)
        np.testing.assert_allclose(gradient.db[l], db, rtol=1e-10, atol=1e-14)


def test_error_05_there_are_193_parameters_all_checked_and_weights_are_normal() -> None:
    network = moons_network()
    assert network.theta.size == (2 * 16 + 16) + (16 * 8 + 8) + (8 * 1 + 1) == 193
    X, Y = two_moons(9)
    numerical = numerical_gradient(network, X, Y).vector
    np.testing.assert_allclose(
        numerical, network.backward(network.forward(X)[1], Y).vector, atol=1e-8
    )
    W = MLP([100, 100], ["relu"]).W[1].ravel() / np.sqrt(2 / 100)
    # the fourth moment: 3 if normal, 1.8 if uniform; √(96/N) is its standard deviation
    assert np.mean(W**4) == pytest.approx(3, abs=6 * np.sqrt(96 / W.size))


def test_error_10_nothing_seeds_the_global_stream_or_draws_from_it() -> None:
    np.random.random()  # noqa: NPY002  # so that it isn't as a seed leaves it
    before = np.random.get_state(legacy=False)  # noqa: NPY002
    train(moons_network(), *two_moons(9), epochs=1, learning_rate=0.1, batch_size=4, progress=0)
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
    environment = {**os.environ, "PYTHONPATH": str(Path(helpers.__file__).parents[1])}
    run = [sys.executable, "-c", code]
    said = subprocess.check_output(run, cwd=tmp_path, env=environment, text=True).splitlines()
    assert {"helpers", "numpy"} <= set(said[0].split())
    assert not {"matplotlib", "ipywidgets", "IPython", "scipy"} & set(said[0].split())
    assert said[1] == "[]"
    assert list(tmp_path.iterdir()) == []


def test_error_12_all_heat_maps_share_one_scale_symmetric_about_zero() -> None:
    before = moons_network()
    after, figure = before.copy(), Figure()
    train(after, *two_moons(60), epochs=50, learning_rate=0.5, progress=0)
    plot_weight_heatmaps(figure, before, after)
    drawn: list[Any] = [map_ for ax in figure.axes for map_ in (*ax.images, *ax.collections)]
    limits = [map_.get_clim() for map_ in drawn if map_.get_array() is not None]
    assert len(limits) >= 2 * before.n_layers
    ((low, high),) = set(limits)
    assert low == -high
    largest = max(np.abs(W).max() for network in (before, after) for W in network.W.values())
    assert high >= largest
