"""What the questions say is so: every number is computed, every right answer tried."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from helpers.activations import ACTIVATIONS
from helpers.datasets import two_moons
from helpers.exercises.question import Question
from helpers.exercises.questions import QUESTIONS
from helpers.gradient_check import check_gradient, numerical_gradient, relative_error
from helpers.losses import accuracy, mean_squared_error, mean_squared_error_gradient
from helpers.network import MLP
from helpers.training import History, train
from helpers.validation import Array

each_question = pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)


def all_replies(question: Question) -> list[str]:
    return [*question.replies.values(), *([question.otherwise] if question.otherwise else [])]


def course_network() -> MLP:
    return MLP((2, 16, 8, 1), ("relu", "relu", "sigmoid"), seed=3)


@cache
def moons() -> tuple[Array, Array]:
    return two_moons(300, noise=0.15, seed=3)


def trained(network: MLP, learning_rate: float, epochs: int = 2000) -> History:
    return train(network, *moons(), epochs=epochs, learning_rate=learning_rate, progress=0)


@cache
def lesson_5() -> tuple[MLP, History]:
    network = course_network()
    return network, trained(network, 0.5)


def napkin() -> tuple[MLP, Array, Array]:
    """The network that lesson 3 works by hand."""
    network = MLP((2, 2, 1), ("relu", "linear"))
    network.theta[:] = [1, 1, -1, 2, -2, 1, 1, -1, 1]
    return network, np.array([[1.0, 3.0], [2.0, 1.0]]), np.array([[-1.0, 1.0]])


def says(name: str, *texts: str) -> None:
    """Require that the reply to the right answer holds these texts."""
    question = QUESTIONS[name]
    for text in texts:
        assert text in f"{question.right} {question.replies[question.right]}", text


def shown(*numbers: float) -> list[str]:
    return [f"{number:,g}" for number in numbers]


def is_asked(name: str, right: float, *slips: float) -> None:
    """Require that these are the numbers, the right one and those of the slips."""
    question = QUESTIONS[name]
    assert [question.right, *(a for a in question.replies if a != question.right)] == shown(
        right, *slips
    )


def multiplications() -> None:
    n_in, n_out, m = 2, 16, 300
    products = n_in * n_out * m
    is_asked("multiplications", products, n_in * n_out, n_in * m, n_out * m, 2 * products)


def greater_or_equal() -> None:
    Z = np.array([-2.0, -0.5, 0.0, 0.5, 2.0])
    A = ACTIVATIONS["relu"].function(Z)
    says("greater-or-equal", "Everywhere", "A > 0 would have done as well")
    assert (A >= 0).all()
    assert ((A > 0) == (Z > 0)).all()
    assert not (Z >= 0).all()


def overflow() -> None:
    with np.errstate(over="ignore"):
        says("overflow", f"{1 / (1 + np.exp(1000.0)):g}, as", "1 / (1 + ∞) = 0")
        assert np.exp(1000.0) == np.inf
    assert ACTIVATIONS["sigmoid"].function(-1000.0) == 0


def slope_place() -> None:
    z = np.linspace(-3, 3, 40)
    same = [
        name
        for name, activation in ACTIVATIONS.items()
        if np.allclose(activation.derivative(activation.function(z)), activation.derivative(z))
    ]
    assert QUESTIONS["slope-place"].right == "For ReLU and linear"
    assert same == ["relu", "linear"]
    sigmoid = ACTIVATIONS["sigmoid"]
    assert f"sigmoid's a is {sigmoid.function(2.0):.2f}" in all_replies(QUESTIONS["slope-place"])[0]
    assert sigmoid.derivative(sigmoid.function(2.0)) > sigmoid.derivative(2.0)


def ten_sigmoids() -> None:
    steepest = float(ACTIVATIONS["sigmoid"].derivative(np.linspace(-5, 5, 101)).max())
    assert steepest == 0.25
    words = {"fortieth": steepest / 10, "thousandth": steepest**5, "millionth": steepest**10}
    for option, (word, value) in zip(QUESTIONS["ten-sigmoids"].replies, words.items(), strict=True):
        assert word in option
        size = {"fortieth": 1 / 40, "thousandth": 1e-3, "millionth": 1e-6}[word]
        assert value == pytest.approx(size, rel=0.1)
    assert "millionth" in QUESTIONS["ten-sigmoids"].right


def rows() -> None:
    rng = np.random.default_rng(0)
    W, X = rng.normal(size=(16, 2)), rng.normal(size=(2, 300))
    says("rows", "Both have", "(W X)ᵀ = Xᵀ Wᵀ")
    assert np.allclose((W @ X).T, X.T @ W.T)


def zero_start() -> None:
    network = course_network()
    network.theta[:] = 0
    X, Y = moons()
    caches = network.forward(X)[1]
    gradient = network.backward(caches, Y)
    assert not caches.A[1].any() and not caches.A[2].any()
    assert not any(gradient.dW[l].any() for l in (1, 2, 3))
    history = trained(network, 0.5)
    says("zero-start", f"{history.loss[0]:.3f}", f"{history.loss[-1]:.3f}")
    says("zero-start", "the answer at 0.5 for every point", "As it began")
    assert np.allclose(network.predict(X), 0.5)


def memory() -> None:
    network = course_network()
    caches = network.forward(moons()[0])[1]
    says("memory", f"{caches.nbytes // 8:,} numbers against {network.theta.size}", "eighty times")
    assert caches.nbytes / network.theta.nbytes == pytest.approx(80, abs=2)


def plain_gradient(network: MLP, A: dict[int, Array], Z: dict[int, Array], Y: Array) -> Array:
    """Return what the formulas of lesson 3 give, which don't ask where the caches come from."""
    rows, dA = [], mean_squared_error_gradient(A[3], Y)
    for l in (3, 2, 1):
        delta = dA * network.activations[l - 1].derivative(Z[l])
        matrix = np.hstack([delta @ A[l - 1].T, delta.sum(axis=1, keepdims=True)])
        rows.append(matrix.ravel())
        dA = network.W[l].T @ delta
    return np.concatenate(rows[::-1])


def stale() -> None:
    network, (X, Y) = course_network(), moons()
    caches = network.forward(X)[1]
    gradient = network.backward(caches, Y)
    A, Z = dict(caches.A), dict(caches.Z)
    assert np.allclose(plain_gradient(network, A, Z, Y), gradient.vector)
    network.update(gradient, 0.5)
    right = network.backward(network.forward(X)[1], Y).vector
    off = np.linalg.norm(plain_gradient(network, A, Z, Y) - right) / np.linalg.norm(right)
    says("stale", "Plausible numbers that are wrong", f"off by {100 * off:.0f} %")
    with pytest.raises(ValueError, match="other parameters"):
        network.backward(caches, Y)


def bias_sum() -> None:
    network, X, Y = napkin()
    gradient = network.backward(network.forward(X)[1], Y)
    delta = gradient.delta[2][0]
    assert delta.tolist() == [2, -1]
    is_asked("bias-sum", gradient.db[2].item(), delta.mean(), *delta, np.abs(delta).sum())


def one_over_m() -> None:
    network, X, Y = napkin()
    A, caches = network.forward(X)
    dW = network.backward(caches, Y).dW[2]
    assert np.array_equal((A - Y) / X.shape[1] @ caches.A[1].T, dW)
    assert np.allclose(numerical_gradient(network, X, Y).W[2], dW)
    says("one-over-m", "Nothing")


def two_listeners() -> None:
    W, delta = np.array([[2.0], [0.5]]), np.array([[3.0], [-2.0]])
    shares = (W * delta).ravel()
    slips = (*shares, shares.mean(), delta.sum(), np.abs(shares).sum())
    is_asked("two-listeners", (W.T @ delta).item(), *slips)


def hidden_delta() -> None:
    network, X, Y = napkin()
    A, caches = network.forward(X)
    delta = network.backward(caches, Y).delta
    error, weight = (A - Y)[0, 1], network.W[2][0, 1]
    assert (error, delta[2][0, 1], weight, caches.Z[1][1, 1]) == (-2, -1, -1, 5)
    assert caches.Z[1][1, 0] < 0
    is_asked("hidden-delta", delta[1][1, 1], delta[2][0, 1], error, weight * error, 0)


def square() -> None:
    rng = np.random.default_rng(0)
    W, delta = rng.normal(size=(5, 5)), rng.normal(size=(5, 300))
    says("square", "Other numbers, of the right shape")
    assert (W.T @ delta).shape == (W @ delta).shape
    assert not np.allclose(W.T @ delta, W @ delta)
    network = course_network()
    assert network.W[2].shape == (8, 16)
    with pytest.raises(ValueError, match="mismatch"):
        network.W[2] @ np.ones((8, 300))


def update() -> None:
    network, (X, Y) = course_network(), moons()
    before = network.theta.copy()
    network.backward(network.forward(X)[1], Y)
    says("update", "Nothing")
    assert np.array_equal(network.theta, before)


def wrong_gradient(network: MLP, X: Array, Y: Array) -> Any:
    """Return the gradient of lesson 4, in which φ′ of the hidden layers is forgotten."""
    caches = network.forward(X)[1]
    gradient = network.backward(caches, Y)
    delta = gradient.delta[3]
    for l in (2, 1):
        delta = network.W[l + 1].T @ delta
        gradient.dW[l][:] = delta @ caches.A[l - 1].T
        gradient.db[l][:] = delta.sum(axis=1, keepdims=True)
    return gradient


def losses_of_both(seed: int, steps: int) -> tuple[float, float, float]:
    """Return the loss before, after training with the wrong gradient, and with the right one."""
    X, Y = two_moons(300, noise=0.15, seed=seed)
    network = MLP((2, 16, 8, 1), ("relu", "relu", "sigmoid"), seed=seed)
    twin, before = network.copy(), mean_squared_error(network.predict(X), Y)
    for _ in range(steps):
        network.update(wrong_gradient(network, X, Y), 0.1)
    train(twin, X, Y, epochs=steps, learning_rate=0.1, progress=0)
    after, right = (mean_squared_error(each.predict(X), Y) for each in (network, twin))
    return before, after, right


def falling() -> None:
    *losses, right = losses_of_both(3, 500)
    says("falling", "From {:.3f} to {:.3f}".format(*losses), f"gets to {right:.3f}")
    assert "from {:.3f} to {:.3f}".format(*losses) in all_replies(QUESTIONS["falling"])[1]
    assert f"to {right:.3f}" in all_replies(QUESTIONS["falling"])[1]
    says("falling", "about as low as with the right gradient (within 20 %)")
    for seed in (0, 3, 4, 6):  # among those of 0 to 11, the lowest and the highest are of 4 and 6
        before, after, right = losses_of_both(seed, 500)
        assert after < before / 2
        assert 0.8 < after / right < 1.2


def smaller_epsilon() -> None:
    network = MLP((2, 16, 8, 1), ("tanh", "tanh", "sigmoid"), seed=3)
    X, Y = (array[:, :20] for array in moons())
    exact = network.backward(network.forward(X)[1], Y).vector
    errors = [
        relative_error(exact, numerical_gradient(network, X, Y, epsilon).vector)
        for epsilon in (1e-1, 1e-3, 1e-5, 1e-8, 1e-12)
    ]
    says("smaller-epsilon", "falls, and then rises", "The best is near 10⁻⁵")
    assert errors[:3] == sorted(errors[:3], reverse=True)
    assert errors[2:] == sorted(errors[2:])


def on_a_kink() -> None:
    network = course_network()
    X, Y = moons()
    X, Y = np.hstack([X[:, :19], [[0], [0]]]), np.hstack([Y[:, :19], [[1]]])
    slips = network.copy()
    slips.activations = tuple(
        replace(phi, derivative=lambda Z, A=None: (Z >= 0).astype(float))
        if phi.name == "relu"
        else phi
        for phi in network.activations
    )
    for backward in (network, slips):
        exact = backward.backward(backward.forward(X)[1], Y).vector
        readings = [
            relative_error(exact, numerical_gradient(network, X, Y, epsilon).vector)
            for epsilon in (1e-2, 1e-4, 1e-6)
        ]
        assert min(readings) > 0.01
        assert max(readings) / min(readings) < 1.1
    says("on-a-kink", "It stays where it is", "would be 1, and differ as well")


def one_pass() -> None:
    passed = {}
    for m in (1, 5):
        network = course_network()
        X, Y = (array[:, :m] for array in moons())
        gradient = network.backward(network.forward(X)[1], Y)
        for l, delta in gradient.delta.items():
            gradient.db[l][:] = delta.mean(axis=1, keepdims=True)
        passed[m] = check_gradient(network, X, Y, gradient).passed
    says("one-pass", "It passes")
    assert passed == {1: True, 5: False}


def plus() -> None:
    network, (X, Y) = course_network(), moons()
    before = mean_squared_error(network.predict(X), Y)
    for _ in range(2000):
        network.theta[:] += 0.5 * network.backward(network.forward(X)[1], Y).vector
    A = network.predict(X)
    loss = mean_squared_error(A, Y)
    assert before < loss < 0.5
    says("plus", f"climbs to {loss:.2f}", f"with {100 * accuracy(A, Y):.0f} % of the points right")


def fresh() -> None:
    network, history = lesson_5()
    X, Y = two_moons(1000, noise=0.15, seed=100)
    assert history.train_accuracy[-1] == 1
    says("fresh", f"About {100 * accuracy(network.predict(X), Y):.0f} %")


def vanishing() -> None:
    network, (X, Y) = MLP((2, *[16] * 7, 1), ("sigmoid",) * 8, seed=3), moons()
    norms = network.backward(network.forward(X)[1], Y).norms()
    assert "eight layers" in QUESTIONS["vanishing"].text and network.n_layers == 8
    assert "five thousand" in QUESTIONS["vanishing"].text
    assert norms[8] / norms[1] == pytest.approx(5000, rel=0.1)
    says("vanishing", "It passes")
    assert check_gradient(network, X, Y, epsilon=1e-4).passed


def longer_steps() -> None:
    losses = {}
    for rate in (0.005, 200):
        network = course_network()
        losses[rate] = trained(network, rate).loss[-1]
    text = QUESTIONS["longer-steps"].text
    assert f"loss of {lesson_5()[1].loss[-1]:.4f}" in text
    assert f"0.005 got to {losses[0.005]:.2f}" in text
    says("longer-steps", f"To {losses[200]:.2f}: one answer for every point", "half of them right")
    X, Y = moons()
    A = network.predict(X)
    assert np.ptp(A) < 1e-6
    assert accuracy(A, Y) == 0.5
    assert np.linalg.norm(network.backward(network.forward(X)[1], Y).vector) < 1e-9


TRUE: dict[str, Callable[[], None]] = {
    check.__name__.replace("_", "-"): check
    for check in (
        *(multiplications, greater_or_equal, overflow, slope_place, ten_sigmoids),
        *(rows, zero_start, memory, stale),
        *(bias_sum, one_over_m, two_listeners, hidden_delta, square, update),
        *(falling, smaller_epsilon, on_a_kink, one_pass),
        *(plus, fresh, vanishing, longer_steps),
    )
}


@each_question
def test_what_is_said_is_what_the_course_computes(question: Question) -> None:
    TRUE[question.name]()
