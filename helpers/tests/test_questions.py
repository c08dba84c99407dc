"""What the questions say is so: every number is computed, every right answer tried."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from helpers.datasets import two_moons
from helpers.exercises.question import Question
from helpers.exercises.questions import QUESTIONS
from helpers.gradient_check import check_gradient, numerical_gradient, relative_error
from helpers.losses import accuracy, mean_squared_error
from helpers.network import MLP
from helpers.training import History, train
from helpers.validation import Array


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


def says(name: str, *texts: str) -> None:
    """Require that the reply to the right answer holds these texts."""
    question = QUESTIONS[name]
    for text in texts:
        assert text in f"{question.right} {question.replies[question.right]}", text


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
        *(falling, smaller_epsilon, on_a_kink, one_pass),
        *(plus, fresh, vanishing, longer_steps),
    )
}


@pytest.mark.parametrize("name", TRUE)
def test_what_is_said_is_what_the_course_computes(name: str) -> None:
    TRUE[name]()
