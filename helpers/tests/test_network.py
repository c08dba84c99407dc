"""The network: its parameters and their views, forward, caches, backward, update."""

import copy
import pickle
import warnings
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import network as network_module
from helpers import validation
from helpers.layers import Gradient
from helpers.network import MLP
from helpers.tests.networks import Case, cases, random_case
from helpers.training import train
from helpers.validation import Array

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


@given(case=cases())
def test_shapes_are_those_of_the_notation(case: Case) -> None:
    network, sizes, m = case.network, case.network.layer_sizes, case.X.shape[1]
    A, caches = network.forward(case.X)
    gradient = network.backward(caches, case.Y)
    assert network.n_layers == len(sizes) - 1
    assert network.theta.shape == gradient.vector.shape == (network.theta.size,)
    assert A.shape == network.predict(case.X).shape == (sizes[-1], m)
    assert [a.shape for a in caches.A.values()] == [(n, m) for n in sizes]
    assert [z.shape for z in caches.Z.values()] == [(n, m) for n in sizes[1:]]
    layers = list(range(1, network.n_layers + 1))
    for mapping in (network.W, network.b, caches.Z, gradient.dW, gradient.db, gradient.delta):
        assert sorted(mapping) == layers
    assert list(caches.A) == [0, *layers]
    for l, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
        assert network.W[l].shape == gradient.dW[l].shape == (n_out, n_in)
        assert network.b[l].shape == gradient.db[l].shape == (n_out, 1)
        assert gradient.delta[l].shape == (n_out, m)


@given(case=cases())
def test_every_parameter_belongs_to_one_entry_of_w_or_b(case: Case) -> None:
    network = case.network
    network.theta[:] = np.arange(network.theta.size)
    arrays = [*network.W.values(), *network.b.values()]
    entries = np.concatenate([array.ravel() for array in arrays])
    np.testing.assert_array_equal(np.sort(entries), network.theta)


def test_theta_and_the_layers_are_views_of_one_another() -> None:
    network = small_case().network
    network.theta[:] = np.arange(network.theta.size)
    rows = [np.hstack([network.W[l], network.b[l]]).ravel() for l in network.W]
    np.testing.assert_array_equal(np.concatenate(rows), network.theta)
    for l in network.W:
        network.W[l][-1, -1] = -l
        network.b[l][-1, 0] = -10 * l
        assert -l in network.theta
        assert -10 * l in network.theta
        np.testing.assert_array_equal(
            network.parameters.matrix[l], np.hstack([network.W[l], network.b[l]])
        )


def test_the_gradient_and_its_layers_are_views_of_one_another() -> None:
    case = small_case()
    gradient = case.network.backward(case.network.forward(case.X)[1], case.Y)
    rows = [np.hstack([gradient.dW[l], gradient.db[l]]).ravel() for l in gradient.dW]
    np.testing.assert_array_equal(np.concatenate(rows), gradient.vector)
    gradient.vector[:] = 0
    assert not any(array.any() for array in (*gradient.dW.values(), *gradient.db.values()))


def test_norms_are_those_of_weights_and_biases_together() -> None:
    case = small_case()
    gradient = case.network.backward(case.network.forward(case.X)[1], case.Y)
    for l, norm in gradient.norms().items():
        squares = np.sum(gradient.dW[l] ** 2) + np.sum(gradient.db[l] ** 2)
        assert norm == pytest.approx(np.sqrt(squares), rel=1e-12)
    total = np.linalg.norm(list(gradient.norms().values()))
    assert total == pytest.approx(np.linalg.norm(gradient.vector), rel=1e-12)


def test_a_norm_beyond_the_largest_number_is_infinite_without_a_warning() -> None:
    case = small_case()
    gradient = case.network.backward(case.network.forward(case.X)[1], case.Y)
    gradient.vector[:] = 1e200
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert set(gradient.norms().values()) == {np.inf}


@pytest.mark.parametrize("l", [0, -1, 4])
def test_there_is_no_layer_zero_nor_a_last_but_one(l: int) -> None:
    case = small_case()
    gradient = case.network.backward(case.network.forward(case.X)[1], case.Y)
    for mapping in (case.network.W, case.network.b, gradient.dW, gradient.db):
        with pytest.raises(KeyError):
            mapping[l]


def test_parameters_gradients_and_caches_keep_their_arrays() -> None:
    case = small_case()
    _, caches = case.network.forward(case.X)
    gradient = case.network.backward(caches, case.Y)
    with pytest.raises(AttributeError):
        case.network.parameters.vector = case.network.theta  # type: ignore[misc]
    with pytest.raises(AttributeError):
        gradient.delta = {}  # type: ignore[misc]
    with pytest.raises(AttributeError):
        caches.theta = b""  # type: ignore[misc]


def test_what_holds_arrays_is_equal_to_itself_alone() -> None:
    case = small_case()
    _, caches = case.network.forward(case.X)
    gradient = case.network.backward(caches, case.Y)
    # comparing arrays with == gives no truth value, and arrays have no hash
    for value in (case.network.parameters, gradient, caches):
        assert value in {value}
        assert value != copy.copy(value)


@given(seed=st.integers(0, 1000), n_in=st.sampled_from([50, 200]))
def test_weights_start_with_the_spread_of_he_and_biases_at_zero(seed: int, n_in: int) -> None:
    network = MLP([n_in, 300, 40], ["relu", "sigmoid"], seed)
    for W in network.W.values():
        variance = 2 / W.shape[1]
        # the variance of N normal draws is off by about √(2/N) of itself; six times that
        assert W.var() == pytest.approx(variance, rel=6 * np.sqrt(2 / W.size))
        assert W.mean() == pytest.approx(0, abs=6 * np.sqrt(variance / W.size))
    assert not any(b.any() for b in network.b.values())


def test_the_seed_decides_the_weights() -> None:
    first, again, other = (MLP([3, 2], ["relu"], seed).theta for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    np.testing.assert_array_equal(MLP([3, 2], ["relu"]).theta, MLP([3, 2], ["relu"], 0).theta)
    rng = np.random.default_rng(0)
    drawn, next_drawn = (MLP([3, 2], ["relu"], rng).theta for _ in range(2))
    assert not np.array_equal(drawn, next_drawn)


def test_the_global_stream_is_neither_used_nor_seeded() -> None:
    before = np.random.get_state(legacy=False)  # noqa: NPY002
    for seed in (0, None):
        case = small_case()
        network = MLP([2, 2], ["relu"], seed)
        network.update(network.backward(network.forward(case.X)[1], case.Y), 0.1)
    np.testing.assert_equal(np.random.get_state(legacy=False), before)  # noqa: NPY002


@pytest.mark.parametrize(
    ("arguments", "kind", "said"),
    [
        (([2, 3, 1], ["relu"]), ValueError, "expected 2 names"),
        (([2, 1], ["relu", "relu"]), ValueError, "expected 1 names"),
        (([2, 1], "relu"), ValueError, "activations is 'relu'"),
        (([1, 1, 1, 1, 1], "relu"), ValueError, "activations is 'relu'; expected 4 names"),
        (("21", ["relu"]), TypeError, "layer_sizes is '21'"),
        ((2, ["relu"]), TypeError, "layer_sizes is 2"),
        (([2], []), ValueError, "activations is"),
        (([], []), ValueError, "activations is"),
        (([2, 1], ["ReLU"]), ValueError, "Did you mean 'relu'"),
        (([2, 0], ["relu"]), ValueError, r"layer_sizes\[1\] is 0"),
        (([2.0, 1], ["relu"]), TypeError, r"layer_sizes\[0\] is 2.0"),
        (([2, 1], ["relu"], -1), ValueError, "seed is -1"),
        (([2, 1], ["relu"], 0, np.int64), ValueError, "dtype is int64"),
        (([2, 1], ["relu"], 0, np.float16), ValueError, "dtype is float16"),
    ],
)
def test_a_network_that_cannot_be_is_refused_at_once(
    arguments: tuple[Any, ...], kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind, match=said):
        MLP(*arguments)


def test_repr_says_what_it_is() -> None:
    network = MLP([2, 16, 8, 1], ["relu", "relu", "sigmoid"])
    assert repr(network) == "MLP 2-16-8-1 (relu, relu, sigmoid), 193 parameters, float64"
    assert repr(network.parameters) == "193 numbers for layer sizes (2, 16, 8, 1)"
    one_layer = MLP([2, 3], ["relu"])
    A, caches = one_layer.forward(np.zeros((2, 5)))
    gradient = one_layer.backward(caches, np.zeros_like(A))
    assert repr(caches) == f"Caches of 5 samples, {one_layer!r}"
    assert repr(gradient) == "Gradient: 9 numbers for layer sizes (2, 3), 5 samples"


def test_a_network_may_have_hundreds_of_layers() -> None:
    network = MLP([1] * 301, ["linear"] * 300)
    assert network.n_layers == 300
    assert network.theta.shape == (600,)


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

    twin.update(twin.backward(twin.forward(case.X)[1], case.Y), 1)
    assert not any(np.shares_memory(twin.W[l], network.theta) for l in twin.W)
    assert all(np.shares_memory(twin.W[l], twin.theta) for l in twin.W)
    np.testing.assert_array_equal(network.predict(case.X), outputs)


def test_steps_in_place_are_taken_once_and_all_else_is_refused() -> None:
    network = random_case([2, 3, 1], ["tanh", "sigmoid"], 4).network
    before = network.theta.copy()
    network.theta -= 1
    network.W[1] *= 2
    network.b[2] += 0.5
    twin = MLP([2, 3, 1], ["tanh", "sigmoid"])
    twin.theta[:] = before - 1
    twin.W[1][:] = 2 * twin.W[1]
    twin.b[2][:] = twin.b[2] + 0.5
    np.testing.assert_array_equal(network.theta, twin.theta)
    with pytest.raises(TypeError, match=r"write into it: \[…\]\[1\]\[:\] = …"):
        network.W[1] = network.W[1].copy()  # type: ignore[index]
    with pytest.raises(TypeError, match="write into it"):
        network.W[3] = network.W[2]  # type: ignore[index]
    with pytest.raises(AttributeError, match=r"write into it: theta\[:\] = …"):
        network.theta = network.theta.copy()
    np.testing.assert_array_equal(network.theta, twin.theta)


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


@given(case=cases())
def test_forward_follows_the_formula_layer_by_layer(case: Case) -> None:
    network = case.network
    A, caches = network.forward(case.X)
    np.testing.assert_array_equal(caches.A[0], case.X)
    for l, phi in enumerate(network.activations, start=1):
        Z = network.W[l] @ caches.A[l - 1] + network.b[l]
        np.testing.assert_allclose(caches.Z[l], Z, rtol=1e-10, atol=1e-12)
        np.testing.assert_array_equal(caches.A[l], phi.function(caches.Z[l]))
    np.testing.assert_array_equal(A, caches.A[network.n_layers])


@given(case=cases())
def test_forward_and_backward_twice_give_the_same(case: Case) -> None:
    network = case.network
    theta, X, Y = network.theta.copy(), case.X.copy(), case.Y.copy()
    A, caches = network.forward(X)
    again, more_caches = network.forward(X)
    np.testing.assert_array_equal(again, A)
    assert not np.shares_memory(A, again)
    first = network.backward(caches, Y)
    assert_same_gradient(first, network.backward(caches, Y))
    assert_same_gradient(first, network.backward(more_caches, Y))
    for changed, before in ((network.theta, theta), (X, case.X), (Y, case.Y)):
        np.testing.assert_array_equal(changed, before)


@given(case=cases())
def test_predict_gives_the_outputs_and_changes_nothing(case: Case) -> None:
    network = case.network
    A, caches = network.forward(case.X)
    state = {name: repr(value) for name, value in vars(network).items()}
    theta, kept = network.theta.copy(), {l: a.copy() for l, a in caches.A.items()}
    gradient = network.backward(caches, case.Y)
    outputs = network.predict(case.X)
    network.predict(case.X[:, :1])
    np.testing.assert_array_equal(outputs, A)
    np.testing.assert_array_equal(network.theta, theta)
    assert {name: repr(value) for name, value in vars(network).items()} == state
    for l, a in kept.items():
        np.testing.assert_array_equal(caches.A[l], a)
    assert_same_gradient(network.backward(caches, case.Y), gradient)
    outputs[:] = 0
    assert outputs.flags.owndata


@given(case=cases())
def test_a_sample_alone_gives_the_same_as_among_others(case: Case) -> None:
    together = case.network.predict(case.X)
    alone = np.hstack([case.network.predict(case.X[:, [j]]) for j in range(case.X.shape[1])])
    np.testing.assert_allclose(alone, together, rtol=1e-10, atol=1e-12)


def test_lists_and_whole_numbers_are_taken() -> None:
    network = small_case().network
    np.testing.assert_array_equal(
        network.predict([[1, 2], [3, 4]]), network.predict(np.array([[1.0, 2.0], [3.0, 4.0]]))
    )


def test_a_later_change_of_the_data_does_not_reach_the_caches() -> None:
    case = small_case()
    _, caches = case.network.forward(case.X)
    gradient = case.network.backward(caches, case.Y)
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
    network, caches = case.network, case.network.forward(case.X)[1]
    gradient = network.backward(caches, case.Y)
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
            with pytest.raises(TypeError, match="can't be replaced; write into it"):
                getattr(owner, name)[1] = numbers


def test_caches_know_their_size() -> None:
    case = small_case(samples=6)
    numbers = 6 * (2 + 4 + 3 + 2) + 6 * (4 + 3 + 2)
    assert case.network.forward(case.X)[1].nbytes == 8 * numbers


def test_caches_made_before_the_parameters_changed_are_refused() -> None:
    case = small_case()
    network = case.network
    _, caches = network.forward(case.X)
    network.update(network.backward(caches, case.Y), 0.1)
    with pytest.raises(ValueError, match="other parameters"):
        network.backward(caches, case.Y)


@pytest.mark.parametrize("i", range(0, 31, 5))
def test_a_change_of_any_one_parameter_is_noticed_and_taken_back(i: int) -> None:
    case = small_case()
    network = case.network
    _, caches = network.forward(case.X)
    before = network.theta[i]
    network.theta[i] = np.nextafter(before, 1)
    with pytest.raises(ValueError, match="other parameters"):
        network.backward(caches, case.Y)
    network.theta[i] = before
    network.backward(caches, case.Y)


def test_caches_of_an_equal_network_are_taken() -> None:
    case, twin = small_case(), small_case()
    _, caches = twin.network.forward(case.X)
    _, own = case.network.forward(case.X)
    assert_same_gradient(case.network.backward(caches, case.Y), case.network.backward(own, case.Y))


def test_caches_of_another_network_are_refused() -> None:
    case = small_case()
    _, same_sizes = MLP([2, 4, 3, 2], ["relu", "tanh", "sigmoid"], seed=5).forward(case.X)
    _, other_phi = MLP([2, 4, 3, 2], ["relu", "relu", "sigmoid"]).forward(case.X)
    _, other_sizes = MLP([2, 5, 2], ["relu", "sigmoid"]).forward(case.X)
    _, first_by_name = MLP([2, 3, 2], ["relu", "sigmoid"]).forward(case.X)
    for caches, said in (
        (first_by_name, "caches belong to MLP 2-3-2"),
        (same_sizes, "other parameters"),
        (other_phi, "caches belong to MLP"),
        (other_sizes, "caches belong to MLP"),
    ):
        with pytest.raises(ValueError, match=said):
            case.network.backward(caches, case.Y)


# Shapes that don't fit


@pytest.mark.parametrize(
    ("X", "said"),
    [
        (np.ones((5, 2)), "Did you mean X.T?"),
        (np.ones((3, 5)), "X has shape (3, 5); expected (2, m)"),
        (np.ones(2), "X has shape (2,)"),
        (np.ones((2, 0)), "X has shape (2, 0)"),
        ([[1, 2], [3, np.nan]], "X[1, 1] is nan"),
    ],
)
def test_data_that_do_not_fit_are_refused(X: Any, said: str) -> None:
    network = small_case().network
    for function in (network.forward, network.predict):
        with pytest.raises(ValueError, match=r"^X") as error:
            function(X)
        assert said in str(error.value)


@pytest.mark.parametrize(
    ("Y", "said"),
    [
        (np.ones((6, 2)), "Did you mean Y.T?"),
        (np.ones((1, 6)), "Y has shape (1, 6); expected (2, 6)"),
        (np.ones((2, 1)), "Y has shape (2, 1); expected (2, 6)"),
        (np.ones(6), "Y has shape (6,)"),
        (np.full((2, 6), np.inf), "Y[0, 0] is inf"),
    ],
)
def test_labels_that_do_not_fit_are_refused(Y: Array, said: str) -> None:
    case = small_case(samples=6)
    _, caches = case.network.forward(case.X)
    with pytest.raises(ValueError, match=r"^Y") as error:
        case.network.backward(caches, Y)
    assert said in str(error.value)


# Update


@given(case=cases(), rate=st.floats(1e-3, 10))
def test_update_goes_against_the_gradient_in_place(case: Case, rate: float) -> None:
    network = case.network
    theta, before = network.theta, network.theta.copy()
    gradient = network.backward(network.forward(case.X)[1], case.Y)
    network.update(gradient, rate)
    assert network.theta is theta
    np.testing.assert_allclose(theta, before - rate * gradient.vector, rtol=1e-12, atol=1e-12)


def test_pieces_take_the_memory_that_they_may_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    samples, pieces = np.arange(1_000_000), moons_sized().pieces(1_000_000)
    np.testing.assert_array_equal(np.concatenate([samples[part] for part in pieces]), samples)
    size = len(samples[pieces[0]])
    assert size * (2 + 16 + 8 + 1) <= network_module.NUMBERS_AT_ONCE < (size + 1) * (2 + 16 + 8 + 1)
    assert {len(samples[part]) for part in pieces[:-1]} == {size}
    monkeypatch.setattr(network_module, "NUMBERS_AT_ONCE", 1)
    assert [len(samples[part]) for part in moons_sized().pieces(3)] == [1, 1, 1]


def test_a_prediction_in_pieces_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    network, X = moons_sized(), np.random.default_rng(0).normal(size=(2, 10))
    A = network.forward(X)[0].copy()
    monkeypatch.setattr(network_module, "NUMBERS_AT_ONCE", 3 * (2 + 16 + 8 + 1))
    np.testing.assert_allclose(network.predict(X), A, rtol=1e-12)


def test_the_memory_asked_for_is_what_training_and_a_pass_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(validation, "check_memory", lambda numbers, *_: asked.append(numbers))
    moons_sized().forward(np.zeros((2, 300)))
    # θ, gradient, step and copy; A, Z and δ of every layer, and of the widest once more
    assert asked == [4 * 193, 3 * 300 * (2 + 16 + 8 + 1 + 16)]


def moons_sized() -> MLP:
    return MLP([2, 16, 8, 1], ["relu", "relu", "sigmoid"])


@given(case=cases(["sigmoid", "tanh"]))
def test_a_small_step_lowers_the_loss_by_its_length_times_the_slope(case: Case) -> None:
    network, X, Y = case.network, case.X, case.Y

    def loss() -> float:
        return float(np.sum((network.predict(X) - Y) ** 2)) / 2 / X.shape[1]

    before = loss()
    gradient = network.backward(network.forward(X)[1], Y)
    slope = float(np.linalg.norm(gradient.vector))
    step = 1e-5
    network.update(gradient, step)
    # what remains is of second order in the step, and rounding
    assert before - loss() == pytest.approx(step * slope**2, rel=1e-2, abs=1e-13)


@pytest.mark.parametrize("rate", [0, -0.1, np.nan, np.inf, "fast", None])
def test_a_bad_learning_rate_is_refused(rate: Any) -> None:
    case = small_case()
    before = case.network.theta.copy()
    gradient = case.network.backward(case.network.forward(case.X)[1], case.Y)
    with pytest.raises((TypeError, ValueError), match="learning_rate is"):
        case.network.update(gradient, rate)
    np.testing.assert_array_equal(case.network.theta, before)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_step_that_is_not_finite_is_refused(dtype: type[np.floating[Any]]) -> None:
    case = small_case(dtype=dtype)
    before = case.network.theta.copy()
    gradient = case.network.backward(case.network.forward(case.X)[1], case.Y)
    gradient.vector[:] = 1e30
    said = (
        rf"learning_rate is 1e\+290, and a step of it isn't finite; .* {np.dtype(dtype)} can hold"
    )
    with warnings.catch_warnings(), pytest.raises(ValueError, match=said):
        warnings.simplefilter("error")
        case.network.update(gradient, 1e290)
    np.testing.assert_array_equal(case.network.theta, before)
    case.network.update(gradient, 1e-3)
    assert np.isfinite(case.network.theta).all()


@pytest.mark.parametrize("hidden", [3, 5])
def test_the_gradient_of_another_network_is_refused(hidden: int) -> None:
    case = small_case()
    other = MLP([2, hidden, 2], ["relu", "sigmoid"])
    gradient = other.backward(other.forward(case.X)[1], case.Y)
    said = rf"gradient has layer sizes \(2, {hidden}, 2\); expected \(2, 4, 3, 2\)"
    with pytest.raises(ValueError, match=said):
        case.network.update(gradient, 0.1)


def test_the_gradient_of_a_network_with_the_same_sizes_is_taken() -> None:
    case, twin = small_case(), small_case()
    gradient = twin.network.backward(twin.network.forward(twin.X)[1], twin.Y)
    expected = case.network.theta - 0.5 * gradient.vector
    case.network.update(gradient, 0.5)
    np.testing.assert_array_equal(case.network.theta, expected)


# float32


@given(case=cases(dtype=np.float32))
def test_float32_stays_float32(case: Case) -> None:
    network = case.network
    A, caches = network.forward(case.X.astype(np.float64))
    gradient = network.backward(caches, case.Y.astype(np.float64))
    learning_rate: Any = np.float64(0.1)
    network.update(gradient, learning_rate)
    arrays = [A, network.predict(case.X), network.theta, gradient.vector]
    for mapping in (
        network.W,
        network.b,
        network.copy().W,
        caches.A,
        caches.Z,
        gradient.dW,
        gradient.db,
        gradient.delta,
    ):
        arrays += mapping.values()
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


@given(case=cases(["sigmoid", "tanh"], dtype=np.float32))
def test_float32_gives_what_float64_gives_to_its_precision(case: Case) -> None:
    names = [phi.name for phi in case.network.activations]
    double = MLP(case.network.layer_sizes, names)
    double.theta[:] = case.network.theta
    gradients = [
        network.backward(network.forward(case.X)[1], case.Y).vector
        for network in (case.network, double)
    ]
    distance = np.linalg.norm(gradients[0] - gradients[1])
    # a saturated unit, 1 − A, loses digits beyond those of float32
    assert distance <= 1e-4 * np.linalg.norm(gradients[1]) + 1e-6
