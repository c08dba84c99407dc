"""How fast a training step and a gradient check are: python -m helpers.tests.benchmark.

Only the ratios carry over to other machines: medians over repetitions in which the
implementations take turns, so that whatever slows the machine slows them all.
"""

import importlib
import os
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")

import numpy as np

from helpers.datasets import two_moons
from helpers.gradient_check import numerical_gradient
from helpers.losses import mean_squared_error
from helpers.network import MLP
from helpers.validation import Array

SIZES, NAMES, LEARNING_RATE, EPSILON = (2, 16, 8, 1), ("relu", "relu", "sigmoid"), 0.5, 1e-6
X, Y = two_moons(300)
Task = Callable[[int], list[float] | Array]
PHI: dict[str, Callable[[Array], Array]] = {
    "relu": lambda Z: np.maximum(0, Z),
    "sigmoid": lambda Z: 1 / (1 + np.exp(-np.clip(Z, -500, 500))),
}
PHI_PRIME: dict[str, Callable[[Array], Array]] = {
    "relu": lambda Z: (Z > 0).astype(float),
    "sigmoid": lambda Z: PHI["sigmoid"](Z) * (1 - PHI["sigmoid"](Z)),
}


def script(steps: int) -> list[float]:
    """Train the demonstration's way: dictionaries, φ′ from Z again, new arrays each time."""
    network, losses, L = MLP(SIZES, NAMES), [], len(NAMES)
    p = {f"{name}{l}": getattr(network, name)[l] for l in network.W for name in "Wb"}
    for _ in range(steps):
        caches, A = [], X
        for l, name in enumerate(NAMES, start=1):
            Z = p[f"W{l}"] @ A + p[f"b{l}"]
            caches.append({"A_prev": A, "Z": Z, "A": PHI[name](Z)})
            A = caches[-1]["A"]
        losses.append(float(np.mean((A - Y) ** 2) / 2))
        d, error = {}, (A - Y) / Y.shape[1]
        for l in range(L, 0, -1):
            delta = error * PHI_PRIME[NAMES[l - 1]](caches[l - 1]["Z"])
            d[f"W{l}"] = delta @ caches[l - 1]["A_prev"].T
            d[f"b{l}"] = delta.sum(axis=1, keepdims=True)
            error = p[f"W{l}"].T @ delta if l > 1 else error
        p = {name: p[name] - LEARNING_RATE * d[name] for name in p}
    return losses


def ours(steps: int) -> list[float]:
    """Train as the notebooks show it."""
    network, losses = MLP(SIZES, NAMES), []
    for _ in range(steps):
        A, caches = network.forward(X)
        losses.append(mean_squared_error(A, Y))
        gradient = network.backward(caches, Y)
        network.update(gradient, LEARNING_RATE)
    return losses


def products(steps: int) -> list[float]:
    """Do only the eight matrix products of a step, into arrays that are there already."""
    W, caches = MLP(SIZES, NAMES).W, MLP(SIZES, NAMES).forward(X)[1]
    A, Z = ({l: np.array(a) for l, a in arrays.items()} for arrays in (caches.A, caches.Z))
    triples = [(W[l], A[l - 1], Z[l]) for l in W]
    triples += [(Z[l], A[l - 1].T, np.empty(W[l].shape)) for l in W]
    triples += [(W[l].T, Z[l], A[l - 1]) for l in W if l > 1]
    for _ in range(steps):
        for left, right, out in triples:
            np.dot(left, right, out=out)
    return []


def pytorch(steps: int) -> list[float]:
    """Train with PyTorch's layers and SGD, eager, in double precision on one thread."""
    torch: Any = importlib.import_module("torch")
    torch.set_num_threads(1)
    network, losses, layers = MLP(SIZES, NAMES), [], []
    for l, name in enumerate(NAMES, start=1):
        layers.append(torch.nn.Linear(*SIZES[l - 1 : l + 1], dtype=torch.float64))
        layers[-1].weight.data = torch.tensor(network.W[l])
        layers[-1].bias.data = torch.tensor(network.b[l][:, 0])
        layers.append(torch.nn.ReLU() if name == "relu" else torch.nn.Sigmoid())
    model, rows, labels = torch.nn.Sequential(*layers), torch.tensor(X.T), torch.tensor(Y.T)
    optimiser = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    for _ in range(steps):
        loss = ((model(rows) - labels) ** 2).mean() / 2
        losses.append(loss.item())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return losses


def batched(checks: int) -> Array:
    """Check the gradient as helpers do."""
    network = MLP(SIZES, NAMES)
    return [numerical_gradient(network, X, Y, EPSILON).vector for _ in range(checks)][-1]


def two_passes(checks: int) -> Array:
    """Check the gradient the plain way: two whole forward passes a parameter."""
    network = MLP(SIZES, NAMES)
    theta, result = network.theta.copy(), np.empty_like(network.theta)
    for i in list(range(theta.size)) * checks:
        loss = {}
        for nudge in (EPSILON, -EPSILON):
            network.theta[i] = theta[i] + nudge
            loss[nudge] = mean_squared_error(network.forward(X)[0], Y)
        network.theta[i] = theta[i]
        result[i] = (loss[EPSILON] - loss[-EPSILON]) / (2 * EPSILON)
    return result


TRAINING: dict[str, Task] = {"ours": ours, "script": script}
TRAINING |= {"PyTorch": pytorch} if find_spec("torch") else {}
CHECKS: dict[str, Task] = {"batched": batched, "two passes a parameter": two_passes}


def compare(title: str, tasks: dict[str, Task], repeats: int, turns: int = 31) -> None:
    """Print median µs, and medians of the ratio to the first task."""
    times = np.empty((turns + 1, len(tasks)))
    for turn, column in np.ndindex(times.shape):
        start = time.perf_counter()
        list(tasks.values())[column](repeats)
        times[turn, column] = (time.perf_counter() - start) / repeats * 1e6
    times = times[1:]  # the first turn warms up
    ratios = np.median(times / times[:, :1], axis=0)
    print(f"{title:34}{'µs':>10}   ÷ {next(iter(tasks))}")
    for name, median, ratio in zip(tasks, np.median(times, axis=0), ratios, strict=True):
        print(f"  {name:32}{median:10.1f}   {ratio:.2f}")


def main() -> None:
    """Refuse to time what doesn't agree, then print the two tables."""
    for name, train in TRAINING.items():
        assert np.allclose(train(20), ours(20), rtol=0, atol=1e-9), f"{name} has other losses"
    assert np.allclose(batched(1), two_passes(1), rtol=0, atol=1e-8), "the checks differ"
    compare("a step", TRAINING | {"the eight matrix products": products}, repeats=200)
    if "PyTorch" not in TRAINING:
        print("  PyTorch isn't installed; `pip install torch` to compare with it.")
    compare("a gradient check", CHECKS, repeats=1)


if __name__ == "__main__":
    main()
