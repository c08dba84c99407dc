"""What holds of any network and any data, whatever the numbers are."""

from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from helpers import plots
from helpers.gradient_check import check_gradient
from helpers.layers import Gradient
from helpers.losses import accuracy, mean_squared_error, mean_squared_error_gradient
from helpers.network import MLP
from helpers.tests.independent import Rounding, clear_of_kinks, reference, rounding_of
from helpers.tests.networks import EVERY_ACTIVATION, Case, cases, random_case
from helpers.training import train
from helpers.validation import Array


def gradient_of(network: MLP, X: Array, Y: Array) -> Gradient:
    return network.backward(network.forward(X)[1], Y)


def loss_of(network: MLP, X: Array, Y: Array) -> float:
    return mean_squared_error(network.forward(X)[0], Y)


def reach_of(case: Case) -> Rounding:
    """Return how far rounding reaches, of a network that it carries over no ReLU's corner."""
    exact = reference(case)
    off = rounding_of(case, exact)
    assume(clear_of_kinks(case, exact, off))
    return off


def assert_same_but_for_rounding(first: Gradient, second: Gradient, off: Rounding) -> None:
    # each of the two may be off
    for l in off.dW:
        assert (np.abs(first.dW[l] - second.dW[l]) <= 2 * off.dW[l]).all(), f"dW[{l}]"
        assert (np.abs(first.db[l] - second.db[l]) <= 2 * off.db[l]).all(), f"db[{l}]"


# The samples


@settings(max_examples=30)
@given(case=cases(), seed=st.integers(0, 1000))
def test_the_order_of_the_samples_changes_no_gradient(case: Case, seed: int) -> None:
    off = reach_of(case)
    order = np.random.default_rng(seed).permutation(case.X.shape[1])
    ordered = gradient_of(case.network, case.X, case.Y)
    shuffled = gradient_of(case.network, case.X[:, order], case.Y[:, order])
    assert_same_but_for_rounding(ordered, shuffled, off)
    for l, delta in shuffled.delta.items():
        assert (np.abs(delta - ordered.delta[l][:, order]) <= 2 * off.delta[l][:, order]).all()


@settings(max_examples=30)
@given(case=cases(), data=st.data())
def test_the_mean_of_two_parts_weighted_by_their_size_is_the_whole(
    case: Case, data: st.DataObject
) -> None:
    m = case.X.shape[1]
    assume(m > 1)
    off, cut = reach_of(case), data.draw(st.integers(1, m - 1))
    whole, loss = gradient_of(case.network, case.X, case.Y), 0.0
    mean = gradient_of(case.network, case.X, case.Y)
    mean.vector[:] = 0
    for part in (slice(cut), slice(cut, m)):
        X, Y = case.X[:, part], case.Y[:, part]
        mean.vector[:] += gradient_of(case.network, X, Y).vector * X.shape[1] / m
        loss += loss_of(case.network, X, Y) * X.shape[1] / m
    assert_same_but_for_rounding(whole, mean, off)
    assert abs(loss - loss_of(case.network, case.X, case.Y)) <= 2 * off.loss


@settings(max_examples=30)
@given(case=cases(), times=st.integers(2, 4))
def test_every_sample_again_leaves_loss_and_gradient_as_they_are(case: Case, times: int) -> None:
    X, Y = np.tile(case.X, times), np.tile(case.Y, times)
    off = reach_of(Case(case.network, X, Y))
    once, again = gradient_of(case.network, case.X, case.Y), gradient_of(case.network, X, Y)
    assert_same_but_for_rounding(once, again, off)
    apart = loss_of(case.network, X, Y) - loss_of(case.network, case.X, case.Y)
    assert abs(apart) <= 2 * off.loss


# The symmetry of ReLU


@st.composite
def scaled(draw: st.DrawFn) -> tuple[Case, int, float]:
    """Draw a network, the number of a ReLU layer that isn't its last, and a factor."""
    sizes = draw(st.lists(st.integers(1, 7), min_size=3, max_size=5))
    names = draw(
        st.lists(
            st.sampled_from(EVERY_ACTIVATION), min_size=len(sizes) - 1, max_size=len(sizes) - 1
        )
    )
    l = draw(st.integers(1, len(names) - 1))
    names[l - 1] = "relu"
    case = random_case(sizes, names, draw(st.integers(1, 40)), draw(st.integers(0, 2**32 - 1)))
    return case, l, draw(st.floats(0.01, 100))


@settings(max_examples=30)
@given(drawn=scaled())
def test_a_relu_layer_times_c_and_the_next_weights_by_c_are_the_same_network(
    drawn: tuple[Case, int, float],
) -> None:
    case, l, c = drawn
    exact = reference(case)
    off = rounding_of(case, exact)
    assume(clear_of_kinks(case, exact, off))
    other = case.network.copy()
    other.W[l][:] *= c
    other.b[l][:] *= c
    other.W[l + 1][:] /= c
    # to multiply by c and to divide rounds each weight once more
    (A, caches), (B, other_caches) = case.network.forward(case.X), other.forward(case.X)
    assert (np.abs(A - B) <= 4 * off.A[case.network.n_layers]).all()
    first = case.network.backward(caches, case.Y)
    second = other.backward(other_caches, case.Y)
    # what grows c-fold as a weight falls c-fold as a gradient
    second.dW[l][:] *= c
    second.db[l][:] *= c
    second.dW[l + 1][:] /= c
    for k in off.dW:
        assert (np.abs(first.dW[k] - second.dW[k]) <= 4 * off.dW[k]).all(), f"dW[{k}]"
        assert (np.abs(first.db[k] - second.db[k]) <= 4 * off.db[k]).all(), f"db[{k}]"


# Nothing is changed by looking


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
    gradient = gradient_of(network, case.X, case.Y)
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
