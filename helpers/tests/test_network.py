"""The network: its parameters and their views, forward, caches, backward, update."""

import copy
import pickle
from collections.abc import Callable
from itertools import chain
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings

from helpers import network as network_module
from helpers import validation
from helpers.layers import Gradient
from helpers.losses import mean_squared_error_gradient
from helpers.network import MLP
from helpers.tests.networks import Case, cases, random_case
from helpers.training import train

WAYS: list[Callable[[Any], Any]] = [
    copy.copy,
    copy.deepcopy,
    lambda value: pickle.loads(pickle.dumps(value)),
]


def small_case(samples: int = 6, seed: int = 0, dtype: type[np.floating[Any]] = np.float64) -> Case:
    return random_case([2, 4, 3, 2], ["relu", "tanh", "sigmoid"], samples, seed, dtype)


def assert_same_gradient(first: Gradient, second: Gradient) -> None:
    np.testing.assert_array_equal(first.vector, second.vector)
    for l, delta in first.delta.items():
        np.testing.assert_array_equal(delta, second.delta[l])


# Parameters


def test_a_vector_and_its_layers_are_views_of_one_another() -> None:
    case = small_case()
    _, gradient = case.passes()
    for layers in (case.network.parameters, gradient.parameters):
        layers.vector[:] = np.arange(layers.vector.size)
        rows = [np.hstack([layers.W[l], layers.b[l]]) for l in layers.W]
        np.testing.assert_array_equal(np.concatenate([r.ravel() for r in rows]), layers.vector)
        for l, row in zip(layers.W, rows, strict=True):
            np.testing.assert_array_equal(layers.matrix[l], row)
            layers.W[l][-1, -1], layers.b[l][-1, 0] = -l, -10 * l
            assert {-l, -10 * l} <= set(layers.vector)


@pytest.mark.filterwarnings("error")
def test_norms_are_those_of_weights_and_biases_together_and_may_be_infinite() -> None:
    _, gradient = small_case().passes()
    for l, norm in gradient.norms().items():
        squares = np.sum(gradient.dW[l] ** 2) + np.sum(gradient.db[l] ** 2)
        assert norm == pytest.approx(np.sqrt(squares), rel=1e-12)
    gradient.vector[:] = 1e200
    assert set(gradient.norms().values()) == {np.inf}


def test_there_is_no_layer_zero_nor_a_last_but_one() -> None:
    case = small_case()
    _, gradient = case.passes()
    for mapping in (case.network.W, case.network.b, gradient.dW, gradient.db):
        for l in (0, -1, 4):
            with pytest.raises(KeyError, match=f"there is no layer {l}; there are 1 to 3"):
                mapping[l]


def test_what_holds_arrays_is_equal_to_itself_alone() -> None:
    case = small_case()
    caches, gradient = case.passes()
    # comparing arrays with == gives no truth value, and arrays have no hash
    for value in (case.network.parameters, gradient, caches):
        assert value in {value}
        assert value != copy.copy(value)


@pytest.mark.parametrize("seed", range(10))
def test_weights_start_normal_with_the_spread_of_he_and_biases_at_zero(seed: int) -> None:
    network = MLP([50, 300, 40], ["relu", "sigmoid"], seed)
    for W in network.W.values():
        variance = 2 / W.shape[1]
        # the variance of N normal draws is off by about √(2/N) of itself; six times that
        assert W.var() == pytest.approx(variance, rel=6 * np.sqrt(2 / W.size))
        assert W.mean() == pytest.approx(0, abs=6 * np.sqrt(variance / W.size))
        # the fourth moment: 3 if normal, 1.8 if uniform; √(96/N) is its standard deviation
        assert np.mean(W**4) / variance**2 == pytest.approx(3, abs=6 * np.sqrt(96 / W.size))
    assert not any(b.any() for b in network.b.values())


def test_the_seed_decides_the_weights() -> None:
    first, again, other = (MLP([3, 2], ["relu"], seed).theta for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    np.testing.assert_array_equal(MLP([3, 2], ["relu"]).theta, MLP([3, 2], ["relu"], 0).theta)
    rng = np.random.default_rng(0)
    drawn, next_drawn = (MLP([3, 2], ["relu"], rng).theta for _ in range(2))
    assert not np.array_equal(drawn, next_drawn)


@pytest.mark.parametrize(("sizes", "n"), [((2, 3, 1), 0), ((2, 3, 1), 3), ((3,), 0), ((3,), 1)])
def test_each_layer_after_the_input_has_its_activation(sizes: tuple[int, ...], n: int) -> None:
    with pytest.raises(ValueError, match=f"expected {len(sizes) - 1} names, one for each layer"):
        MLP(sizes, ["tanh"] * n)


def test_it_knows_whether_a_slope_jumps() -> None:
    for names, jumps in (("relu tanh", True), ("tanh relu", True), ("tanh sigmoid", False)):
        assert MLP((2, 2, 1), names.split()).has_kinks is jumps


def test_repr_says_what_it_is() -> None:
    network = MLP([2, 16, 8, 1], ["relu", "relu", "sigmoid"])
    assert repr(network) == "MLP 2-16-8-1 (relu, relu, sigmoid), 193 parameters, float64"
    single = MLP([30, 40], ["tanh"], dtype=np.float32)
    assert repr(single) == "MLP 30-40 (tanh), 1,240 parameters, float32"
    assert repr(network.parameters) == "193 numbers for layer sizes (2, 16, 8, 1)"
    case = random_case([2, 3], ["relu"], 5)
    caches, gradient = case.passes()
    assert repr(caches) == f"Caches of 5 samples, {case.network!r}"
    assert repr(gradient) == "Gradient: 9 numbers for layer sizes (2, 3), 5 samples"


# Copies


@pytest.mark.parametrize("make", [MLP.copy, *WAYS])
def test_a_copy_is_equal_independent_and_has_views_of_its_own(make: Callable[[MLP], MLP]) -> None:
    case = small_case()
    network = case.network
    before, outputs = network.theta.copy(), network.predict(case.X)
    twin = make(network)
    np.testing.assert_array_equal(twin.theta, before)
    np.testing.assert_array_equal(twin.predict(case.X), outputs)
    assert repr(twin) == repr(network)

    twin.W[2][0, 0] = 99
    twin.b[1][0, 0] = 98
    assert {98, 99} <= set(twin.theta)
    np.testing.assert_array_equal(network.theta, before)
    assert not np.array_equal(twin.predict(case.X), outputs)

    twin.update(Case(twin, case.X, case.Y).passes()[1], 1)
    assert not any(np.shares_memory(twin.W[l], network.theta) for l in twin.W)
    assert all(np.shares_memory(twin.W[l], twin.theta) for l in twin.W)
    np.testing.assert_array_equal(network.predict(case.X), outputs)


def test_steps_in_place_are_taken_once_and_all_else_is_refused() -> None:
    network = random_case([2, 3, 1], ["tanh", "sigmoid"], 4).network
    before = network.theta.copy()
    network.theta -= 1
    np.testing.assert_array_equal(network.theta, before - 1)
    W, b = network.W[1].copy(), network.b[2].copy()
    network.W[1] *= 2
    network.b[2] += 0.5
    np.testing.assert_array_equal(network.W[1], 2 * W)
    np.testing.assert_array_equal(network.b[2], b + 0.5)
    before = network.theta.copy()
    with pytest.raises(AttributeError, match=r"write into it: theta\[:\] = …"):
        network.theta = network.theta.copy()
    np.testing.assert_array_equal(network.theta, before)


@pytest.mark.parametrize("make", WAYS)
def test_weights_can_be_put_aside_by_a_copy(make: Callable[[Any], Any]) -> None:
    W = random_case([2, 3, 1], ["tanh", "sigmoid"], 4).network.W
    twin = make(W)
    assert list(twin) == list(W)
    for l in W:
        np.testing.assert_array_equal(twin[l], W[l])
        assert np.shares_memory(twin[l], W[l]) == (make is copy.copy)
    with pytest.raises(TypeError, match="replaced"):
        twin[1] = W[1] + 1


# Forward


@settings(max_examples=25)
@given(case=cases())
def test_looking_twice_gives_the_same(case: Case) -> None:
    A, caches = case.network.forward(case.X)
    first = case.network.backward(caches, case.Y)
    for again in (case.network.backward(caches, case.Y), case.passes()[1]):
        assert_same_gradient(first, again)
    outputs = case.network.predict(case.X)
    for same in (case.network.forward(case.X)[0], outputs):
        np.testing.assert_array_equal(same, A)
        assert not np.shares_memory(same, A)
    assert outputs.flags.owndata


def test_a_later_change_of_the_data_does_not_reach_the_caches() -> None:
    case = small_case()
    caches, gradient = case.passes()
    case.X[:] = 0
    assert_same_gradient(case.network.backward(caches, case.Y), gradient)


# Caches


EXCHANGES: list[Callable[[Any], object]] = [
    lambda arrays: arrays.pop(1),
    lambda arrays: arrays.clear(),
    lambda arrays: arrays.update({1: arrays[1]}),
    lambda arrays: arrays.__delitem__(1),
    lambda arrays: arrays.__setitem__(1, arrays[1].copy()),
]


@pytest.mark.parametrize("make", WAYS)
def test_a_copy_is_as_true_as_what_it_was_made_of(make: Callable[[Any], Any]) -> None:
    case = small_case()
    network, (caches, gradient) = case.network, case.passes()
    history = train(network.copy(), case.X, case.Y, epochs=2, learning_rate=0.1, progress=0)
    numbers, norms, losses = gradient.vector.copy(), gradient.norms(), history.loss

    for seen in (caches, make(caches)):  # nobody can write to caches
        for array in (seen.A[3], *seen.A.values(), *seen.Z.values()):
            with pytest.raises(ValueError, match="read-only"):
                array[0, 0] = 1
            with pytest.raises(ValueError, match="WRITEABLE"):
                array.flags.writeable = True
        assert_same_gradient(network.backward(seen, case.Y), gradient)

    twin = make(gradient)
    assert_same_gradient(twin, gradient)
    twin.vector[:] *= 2  # and what is written to a gradient reaches all of it
    assert twin.norms() == {l: 2 * norm for l, norm in norms.items()}
    assert all(np.array_equal(twin.dW[l], twin.parameters.matrix[l][:, :-1]) for l in twin.dW)
    assert np.array_equal(gradient.vector, numbers) == (make is not copy.copy)

    make(history).loss[:] = 0
    np.testing.assert_array_equal(make(history).loss, losses)

    for owner in (make(network), make(gradient), make(caches)):
        for name in {"W", "b", "dW", "db", "A", "Z"} & set(dir(owner)):
            for exchange in EXCHANGES:
                with pytest.raises((TypeError, AttributeError)):
                    exchange(getattr(owner, name))
            with pytest.raises(TypeError, match=r"write into it: \[…\]\[1\]\[:\] = …"):
                getattr(owner, name)[1] = numbers


def test_a_change_of_any_one_parameter_is_noticed_and_taken_back() -> None:
    case = small_case()
    network = case.network
    _, caches = network.forward(case.X)
    for i, before in enumerate(network.theta.copy()):
        network.theta[i] = np.nextafter(before, 1)
        with pytest.raises(ValueError, match="other parameters"):
            network.backward(caches, case.Y)
        network.theta[i] = before
        network.backward(caches, case.Y)


def test_caches_of_an_equal_network_are_taken_and_of_another_refused() -> None:
    case, twin = small_case(), small_case()
    _, caches = twin.network.forward(case.X)
    assert_same_gradient(case.network.backward(caches, case.Y), case.passes()[1])
    for network, said in (
        (MLP([2, 4, 3, 2], ["relu", "tanh", "sigmoid"], seed=5), "other parameters"),
        (MLP([2, 4, 3, 2], ["relu", "relu", "sigmoid"]), "caches belong to MLP"),
        (MLP([2, 5, 2], ["relu", "sigmoid"]), "caches belong to MLP 2-5-2"),
    ):
        with pytest.raises(ValueError, match=said):
            case.network.backward(network.forward(case.X)[1], case.Y)


# Update


def test_update_goes_against_the_gradient_in_place() -> None:
    case, twin = small_case(), small_case()  # a network of the same sizes gives a gradient, too
    theta, before = case.network.theta, case.network.theta.copy()
    gradient = twin.passes()[1]
    case.network.update(gradient, 0.5)
    assert case.network.theta is theta
    np.testing.assert_array_equal(theta, before - 0.5 * gradient.vector)


def test_a_prediction_in_pieces_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    network, X = moons_sized(), np.random.default_rng(0).normal(size=(2, 10))
    A = network.forward(X)[0]
    # as many samples as the memory may hold, but one at least
    for numbers, expected in ((3 * 27 + 26, [3, 3, 3, 1]), (10 * 27, [10]), (26, [1] * 10)):
        monkeypatch.setattr(network_module, "NUMBERS_AT_ONCE", numbers)
        with patch.object(network, "filled", side_effect=network.filled) as filled:
            np.testing.assert_allclose(network.predict(X), A, rtol=1e-12)
        assert [call.args[0].shape[1] for call in filled.call_args_list] == expected


def test_the_memory_asked_for_is_what_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(validation, "check_memory", lambda numbers, *_, **__: asked.append(numbers))
    moons_sized().forward(np.zeros((2, 300)))
    # θ, gradient, step and copy; A, Z and δ of every layer, and of the widest once more
    assert asked == [4 * 193, 3 * 300 * (2 + 16 + 8 + 1 + 16)]


def moons_sized() -> MLP:
    return MLP([2, 16, 8, 1], ["relu", "relu", "sigmoid"])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_step_that_is_not_finite_is_refused(dtype: type[np.floating[Any]]) -> None:
    case = small_case(dtype=dtype)
    before, gradient = case.network.theta.copy(), case.passes()[1]
    gradient.vector[:] = 1e30
    said = (
        rf"learning_rate is 1e\+290, and a step of it isn't finite; .* {np.dtype(dtype)} can hold"
    )
    with pytest.raises(ValueError, match=said):
        case.network.update(gradient, 1e290)
    np.testing.assert_array_equal(case.network.theta, before)
    case.network.update(gradient, 1e-3)
    assert np.isfinite(case.network.theta).all()


# float32


@settings(max_examples=25)
@given(case=cases(dtype=np.float32))
def test_float32_stays_float32(case: Case) -> None:
    network = case.network
    _, caches = network.forward(case.X.astype(np.float64))
    gradient = network.backward(caches, case.Y.astype(np.float64))
    rate: Any = np.float64(0.1)
    network.update(gradient, rate)
    arrays = [network.predict(case.X), network.theta, network.copy().theta, gradient.vector]
    arrays.append(mean_squared_error_gradient(arrays[0], case.Y))
    arrays += chain(caches.A.values(), caches.Z.values(), gradient.delta.values())
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
