"""Twelve errors that a well-known demonstration of backpropagation has, and ours must not."""

import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure

import helpers
from helpers.activations import find_activation
from helpers.datasets import two_moons
from helpers.gradient_check import check_gradient, numerical_gradient
from helpers.losses import accuracy, mean_squared_error, mean_squared_error_gradient
from helpers.network import MLP
from helpers.plots import plot_weight_heatmaps
from helpers.tests.networks import random_case
from helpers.training import train


def moons_network(seed: int = 0) -> MLP:
    return MLP([2, 16, 8, 1], ["relu", "relu", "sigmoid"], seed)


@pytest.mark.parametrize("outputs", [1, 2, 3, 5])
def test_error_01_several_outputs_divide_loss_and_gradient_alike(outputs: int) -> None:
    case = random_case([3, 4, outputs], ["tanh", "linear"], 7)
    A, _ = case.network.forward(case.X)
    samples = [np.sum((A[:, j] - case.Y[:, j]) ** 2) / 2 for j in range(7)]
    assert mean_squared_error(A, case.Y) == pytest.approx(np.mean(samples), rel=1e-12)
    report = check_gradient(case.network, case.X, case.Y)
    assert report.passed, report
    wrong = (outputs - 1) / (outputs + 1)
    if wrong:
        assert max(array.relative_error for array in report.arrays) < 1e-3 * wrong


@pytest.mark.parametrize("n", [1, 3, 299, 301])
def test_error_02_an_odd_number_of_samples_works(n: int) -> None:
    X, Y = two_moons(n)
    assert X.shape == (2, n)
    assert [np.count_nonzero(Y == 0), np.count_nonzero(Y == 1)] == [(n + 1) // 2, n // 2]


def test_error_03_nobody_can_spoil_the_caches_between_forward_and_backward() -> None:
    X, Y = two_moons(50)
    network = moons_network()
    _, caches = network.forward(X)
    right = network.backward(caches, Y).vector.copy()
    # drawing a boundary, on as many points as there are samples and on others
    network.predict(X + 1)
    network.predict(np.zeros((2, 9)))
    network.forward(X - 1)
    check_gradient(network, X, Y)
    numerical_gradient(network, X, Y)
    np.testing.assert_array_equal(network.backward(caches, Y).vector, right)

    network.update(network.backward(caches, Y), 0.5)
    with pytest.raises(ValueError, match="other parameters"):
        network.backward(caches, Y)


def test_error_04_the_mean_is_in_delta_and_nowhere_else() -> None:
    case = random_case([3, 4, 2], ["tanh", "sigmoid"], 6)
    A, caches = case.network.forward(case.X)
    gradient = case.network.backward(caches, case.Y)
    delta = (A - case.Y) / 6 * A * (1 - A)
    np.testing.assert_allclose(gradient.delta[2], delta, rtol=1e-12)
    for l in (1, 2):
        np.testing.assert_allclose(
            gradient.dW[l], gradient.delta[l] @ caches.A[l - 1].T, rtol=1e-10, atol=1e-14
        )
        np.testing.assert_allclose(
            gradient.db[l], gradient.delta[l].sum(axis=1, keepdims=True), rtol=1e-10, atol=1e-14
        )


def test_error_05_there_are_193_parameters_all_checked_and_weights_are_normal() -> None:
    network = moons_network()
    assert network.theta.size == (2 * 16 + 16) + (16 * 8 + 8) + (8 * 1 + 1) == 193

    X, Y = two_moons(30)
    right = network.backward(network.forward(X)[1], Y).vector
    for i in range(193):
        wrong = right.copy()
        wrong[i] += 1
        assert not check_gradient(network, X, Y, wrong).passed, i

    W = MLP([100, 100], ["relu"]).W[1].ravel() / np.sqrt(2 / 100)
    # the fourth moment: 3 if normal, 1.8 if uniform; √(96/N) is its standard deviation
    assert np.mean(W**4) == pytest.approx(3, abs=6 * np.sqrt(96 / W.size))


def test_error_06_nan_and_gradients_three_times_too_large_do_not_pass() -> None:
    X, Y = two_moons(30)
    network = moons_network()
    gradient = network.backward(network.forward(X)[1], Y).vector
    for i in (0, 100, 192):
        wrong = gradient.copy()
        wrong[i] = np.nan
        assert not check_gradient(network, X, Y, wrong).passed
    for bias in (0, 10, 20, 40):
        network.b[3][:] = bias  # saturates the output more and more
        right = network.backward(network.forward(X)[1], Y).vector
        verdicts = {array.verdict for array in check_gradient(network, X, Y, 3 * right).arrays}
        assert "agrees" not in verdicts


@pytest.mark.parametrize("name", ["relu", "sigmoid", "tanh", "linear"])
def test_error_07_float32_stays_float32_in_every_derivative(name: str) -> None:
    Z = np.linspace(-1, 1, 5, dtype=np.float32)
    phi = find_activation(name)
    assert phi.derivative(Z).dtype == np.float32
    case = random_case([2, 3, 1], [name, name], 4, dtype=np.float32)
    gradient = case.network.backward(case.network.forward(case.X)[1], case.Y)
    assert gradient.vector.dtype == np.float32
    assert all(delta.dtype == np.float32 for delta in gradient.delta.values())


def test_error_08_a_network_is_refused_when_it_is_made() -> None:
    for names in (["relu", "relu", "sigmoid"], ["sigmoid"]):
        with pytest.raises(ValueError, match="expected 2 names"):
            MLP([2, 4, 1], names)
    with pytest.raises(ValueError, match="activation 'softplus' is unknown"):
        MLP([2, 4, 1], ["relu", "softplus"])


@pytest.mark.parametrize("shape", [(30, 1), (30,)])
def test_error_09_labels_of_another_shape_are_refused_with_a_hint(shape: tuple[int, ...]) -> None:
    X, Y = two_moons(30)
    Y_wrong = Y.reshape(shape)
    network = moons_network()
    A, caches = network.forward(X)
    hint = r"Did you mean Y\.(T|reshape\(1, -1\))\?"
    for of_outputs in (mean_squared_error, mean_squared_error_gradient, accuracy):
        with pytest.raises(ValueError, match=hint):
            of_outputs(A, Y_wrong)
    with pytest.raises(ValueError, match=hint):
        network.backward(caches, Y_wrong)
    with pytest.raises(ValueError, match=hint):
        check_gradient(network, X, Y_wrong)
    with pytest.raises(ValueError, match=hint):
        train(network, X, Y_wrong, epochs=1, learning_rate=0.1)


def test_error_10_no_global_seed_and_no_stream_shared_by_data_and_weights() -> None:
    before = np.random.get_state(legacy=False)  # noqa: NPY002
    X, Y = two_moons(30)
    network = moons_network()
    train(network, X, Y, epochs=2, learning_rate=0.1, batch_size=10, progress=0)
    check_gradient(network, X, Y)
    np.testing.assert_equal(np.random.get_state(legacy=False), before)  # noqa: NPY002

    noise = two_moons(noise=1)[0] - two_moons(noise=0)[0]
    for W in moons_network().W.values():
        draws = W / np.sqrt(2 / W.shape[1])
        gaps = np.abs(np.subtract.outer(noise.ravel(), draws.ravel()))
        assert gaps.min() > 1e-12


def run_python(code: str, folder: Path) -> str:
    source = str(Path(helpers.__file__).parents[1])
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": source},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_error_11_the_network_loads_numpy_alone(tmp_path: Path) -> None:
    code = "import sys, helpers.network; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = set(run_python(code, tmp_path).split())
    assert {"helpers", "numpy"} <= loaded
    assert not loaded & {"matplotlib", "ipywidgets", "IPython", "scipy"}


def test_error_11_importing_leaves_no_file_and_no_figure_behind(tmp_path: Path) -> None:
    modules = [
        module.name
        for module in pkgutil.walk_packages(helpers.__path__, "helpers.")
        if not module.name.startswith("helpers.tests")
    ]
    assert "helpers.training" in modules
    imports = "\n".join(f"import {module}" for module in modules)
    figures = "sys.modules['matplotlib.pyplot'].get_fignums()"
    code = f"import sys\n{imports}\nprint({figures} if 'matplotlib.pyplot' in sys.modules else [])"
    assert run_python(code, tmp_path).strip() == "[]"
    assert list(tmp_path.iterdir()) == []


def test_error_12_all_heat_maps_share_one_scale_symmetric_about_zero() -> None:
    X, Y = two_moons(60)
    before = moons_network()
    after = before.copy()
    train(after, X, Y, epochs=200, learning_rate=0.5, progress=0)
    figure = Figure()
    plot_weight_heatmaps(figure, before, after)
    maps = [
        drawn
        for ax in figure.axes
        for drawn in (*ax.images, *ax.collections)
        if isinstance(drawn, ScalarMappable) and drawn.get_array() is not None
    ]
    assert len(maps) >= 2 * before.n_layers
    limits = {drawn.get_clim() for drawn in maps}
    assert len(limits) == 1
    ((low, high),) = limits
    assert low is not None
    assert high is not None
    assert low == -high
    largest = max(np.abs(W).max() for network in (before, after) for W in network.W.values())
    assert high >= largest
