"""Looking changes nothing: no network, no data, and no state that all programs share."""

from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import plots
from helpers.gradient_check import check_gradient
from helpers.losses import accuracy, mean_squared_error_gradient
from helpers.tests.networks import Case, cases, random_case
from helpers.training import train


def everything(case: Case) -> tuple[Any, ...]:
    """Return the bits of the network and the data, and the state that all programs share."""
    network = case.network
    state: Any = np.random.get_state()  # noqa: NPY002
    return (
        repr(network),
        *(array.tobytes() for array in (network.theta, case.X, case.Y)),
        (state[1].tobytes(), *state[2:]),
        plt.get_fignums(),
        dict(matplotlib.rcParams),
        np.geterr(),
        np.get_printoptions(),
    )


def draw_everything(case: Case) -> None:
    """Draw one after the other everything that can be drawn of a network and its data."""
    other = random_case([2, 5, 3, 1], ["relu", "tanh", "sigmoid"], 9, seed=8)
    history = train(other.network, case.X, case.Y, epochs=3, learning_rate=0.1, progress=0)
    small, ax = plots.new_figure(2, 2)
    plots.plot_activation(ax, case.network.activations[0])
    plots.Picture(small, "An activation.")._repr_html_()
    _, axes = plots.new_figure(12, 4, columns=6)
    plots.plot_points(axes[0], case.X, case.Y)
    plots.plot_boundary(axes[1], case.network, case.X, case.Y)
    plots.plot_loss(axes[2], history)
    plots.plot_gradient_norms(axes[3], history)
    plots.plot_epsilon_sweep(axes[4], np.array([1e-6, 1e-3]), {"errors": [1e-8, 1e-3]})
    plots.draw_network(axes[5], case.network.layer_sizes)
    heatmaps, _ = plots.new_figure(4, 2, rows=0)
    plots.plot_weight_heatmaps(heatmaps, case.network, other.network)
    plots.plot_images(plots.new_figure(2, 2, rows=0)[0], np.ones((4, 3)), signed=True)


def test_plotting_changes_nothing() -> None:
    case = random_case([2, 5, 3, 1], ["relu", "tanh", "sigmoid"], 9)
    case.Y[:] = case.Y > 0
    before = everything(case)
    draw_everything(case)
    assert everything(case) == before


@settings(max_examples=30)
@given(case=st.one_of(cases(), cases(dtype=np.float32)))
def test_predicting_and_checking_change_nothing(case: Case) -> None:
    # Hypothesis seeds the shared stream with 0, so a seed(0) of ours would go unseen at its start
    np.random.random()  # noqa: NPY002
    network, before = case.network, everything(case)
    gradient = network.backward(network.forward(case.X)[1], case.Y)
    bits = gradient.vector.tobytes()
    A = network.predict(case.X)
    accuracy(A, case.Y)
    mean_squared_error_gradient(A, case.Y)
    str(check_gradient(network, case.X, case.Y, gradient))
    check_gradient(network, case.X, case.Y, two_sided=False)
    gradient.norms()
    network.copy().update(gradient, 0.1)
    assert everything(case) == before
    assert gradient.vector.tobytes() == bits
