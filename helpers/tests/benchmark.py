"""How fast training and the gradient check are: python -m helpers.tests.benchmark.

Only the ratios carry over to other machines: medians over repetitions in which the
implementations take turns, so that whatever slows the machine slows them all. One thread.
"""

import importlib
import os
import time
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import Any

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")

import numpy as np

from helpers.datasets import two_moons
from helpers.gradient_check import numerical_gradient
from helpers.losses import mean_squared_error
from helpers.network import MLP
from helpers.training import train
from helpers.validation import Array

LEARNING_RATE, EPSILON = 0.01, 1e-6
MOONS = (2, 16, 8, 1)
# layer sizes, samples, and steps in a repetition
SIZES = (
    (MOONS, 300, 200),
    (MOONS, 30, 400),
    ((2, 64, 64, 1), 300, 60),
    ((64, 64, 32, 10), 1500, 20),
    ((784, 256, 128, 10), 1000, 16),
)
Task = Callable[[], object]
Data = tuple[Array, Array]
PHI: dict[str, Callable[[Array], Array]] = {
    "relu": lambda Z: np.maximum(0, Z),
    "sigmoid": lambda Z: 1 / (1 + np.exp(-np.clip(Z, -500, 500))),
}
PHI_PRIME: dict[str, Callable[[Array], Array]] = {
    "relu": lambda Z: (Z > 0).astype(float),
    "sigmoid": lambda Z: PHI["sigmoid"](Z) * (1 - PHI["sigmoid"](Z)),
}


def network_of(sizes: tuple[int, ...]) -> MLP:
    """Return a network of ReLU with sigmoid outputs."""
    return MLP(sizes, ["relu"] * (len(sizes) - 2) + ["sigmoid"])


def data_for(sizes: tuple[int, ...], m: int) -> Data:
    """Return random samples."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(sizes[0], m)), (rng.random((sizes[-1], m)) > 0.5).astype(float)


def ours(sizes: tuple[int, ...], data: Data, steps: int) -> list[Array]:
    """Train as lesson 5 does."""
    network = network_of(sizes)
    settings: dict[str, Any] = {"learning_rate": LEARNING_RATE, "record_every": steps}
    train(network, *data, epochs=steps, progress=0, **settings)
    return list(network.W.values())


def script(sizes: tuple[int, ...], data: Data, steps: int) -> list[Array]:
    """Train the demonstration's way: dictionaries, φ′ from Z again, new arrays each time."""
    (X, Y), network, L = data, network_of(sizes), len(sizes) - 1
    names = [phi.name for phi in network.activations]
    p = {f"{name}{l}": getattr(network, name)[l] for l in network.W for name in "Wb"}
    for _ in range(steps):
        caches, A = [], X
        for l, name in enumerate(names, start=1):
            Z = p[f"W{l}"] @ A + p[f"b{l}"]
            caches.append({"A_prev": A, "Z": Z, "A": PHI[name](Z)})
            A = caches[-1]["A"]
        float(np.mean((A - Y) ** 2) / 2)
        d, error = {}, (A - Y) / Y.shape[1]
        for l in range(L, 0, -1):
            delta = error * PHI_PRIME[names[l - 1]](caches[l - 1]["Z"])
            d[f"W{l}"] = delta @ caches[l - 1]["A_prev"].T
            d[f"b{l}"] = delta.sum(axis=1, keepdims=True)
            error = p[f"W{l}"].T @ delta if l > 1 else error
        p = {name: p[name] - LEARNING_RATE * d[name] for name in p}
    return [p[f"W{l}"] for l in network.W]


def products(sizes: tuple[int, ...], data: Data, steps: int) -> None:
    """Do only the matrix products of a step, into arrays that are there already."""
    network = network_of(sizes)
    caches, gradient = network.new_arrays(data[0].shape[1]), network.new_gradient(data[0].shape[1])
    triples = [
        (network.parameters.matrix[l], caches.A_with_ones[l - 1], caches.Z[l]) for l in network.W
    ]
    for l in network.W:
        delta, matrix = gradient.delta, gradient.parameters.matrix
        delta[l][:] = 0.1
        triples.append((delta[l], caches.A_with_ones[l - 1].T, matrix[l]))
        triples += [(network.W[l].T, delta[l], delta[l - 1])] if l > 1 else []
    for _ in range(steps):
        for left, right, out in triples:
            np.dot(left, right, out=out)


def pytorch(sizes: tuple[int, ...], data: Data, steps: int) -> list[Array]:
    """Train with PyTorch's layers and SGD, eager, in double precision on one thread."""
    torch: Any = importlib.import_module("torch")
    torch.set_num_threads(1)
    network, layers = network_of(sizes), []
    for l, phi in enumerate(network.activations, start=1):
        layers.append(torch.nn.Linear(*sizes[l - 1 : l + 1], dtype=torch.float64))
        layers[-1].weight.data = torch.tensor(network.W[l])
        layers[-1].bias.data = torch.tensor(network.b[l][:, 0])
        layers.append(torch.nn.ReLU() if phi.name == "relu" else torch.nn.Sigmoid())
    model, (rows, labels) = torch.nn.Sequential(*layers), (torch.tensor(a.T) for a in data)
    optimiser = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    for _ in range(steps):
        loss = ((model(rows) - labels) ** 2).sum() / (2 * len(rows))
        loss.item()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return [layer.weight.detach().numpy() for layer in layers[::2]]


TRAINING = {"ours": ours, "script": script}
TRAINING |= {"PyTorch": pytorch} if find_spec("torch") else {}


def agrees(name: str) -> bool:
    """Whether an implementation arrives at our weights, which have moved."""
    sizes = 3, 4, 2
    ours_then, theirs = (loop(sizes, data_for(sizes, 5), 20) for loop in (ours, TRAINING[name]))
    moved = not np.allclose(ours_then[0], network_of(sizes).W[1])
    same = [np.allclose(a, b, rtol=0, atol=1e-9) for a, b in zip(ours_then, theirs, strict=True)]
    return moved and all(same)


def batched() -> Array:
    """Check the gradient as helpers do."""
    return numerical_gradient(network_of(MOONS), *two_moons(300), EPSILON).vector


def two_passes() -> Array:
    """Check the gradient the plain way: two whole forward passes a parameter."""
    network, (X, Y) = network_of(MOONS), two_moons(300)
    theta, result = network.theta.copy(), np.empty_like(network.theta)
    for i in range(theta.size):
        loss = {}
        for nudge in (EPSILON, -EPSILON):
            network.theta[i] = theta[i] + nudge
            loss[nudge] = mean_squared_error(network.forward(X)[0], Y)
        network.theta[i] = theta[i]
        result[i] = (loss[EPSILON] - loss[-EPSILON]) / (2 * EPSILON)
    return result


def compare(title: str, tasks: dict[str, Task], repeats: int, turns: int) -> None:
    """Print the median µs of each of the `repeats` that a task does, and its ratio to the first."""
    times = np.empty((turns + 1, len(tasks)))
    for turn, column in np.ndindex(times.shape):
        start = time.perf_counter()
        list(tasks.values())[column]()
        times[turn, column] = (time.perf_counter() - start) / repeats * 1e6
    times = times[1:]  # the first turn warms up
    ratios = np.median(times / times[:, :1], axis=0)
    print(f"{title:34}{'µs':>10}   ÷ {next(iter(tasks))}")
    for name, median, ratio in zip(tasks, np.median(times, axis=0), ratios, strict=True):
        print(f"  {name:32}{median:10.1f}   {ratio:.2f}")


def main(turns: int = 15) -> None:
    """Refuse to time what doesn't agree, then print a table for each size, and one of the check."""
    for name in TRAINING:
        assert agrees(name), f"{name} arrives at other weights"
    assert np.allclose(batched(), two_passes(), rtol=0, atol=1e-8), "the checks differ"
    for sizes, m, steps in SIZES:
        given, tasks = (sizes, data_for(sizes, m), steps), TRAINING | {"the products": products}
        title = f"a step, {'-'.join(map(str, sizes))} × {m}"
        compare(title, {name: partial(task, *given) for name, task in tasks.items()}, steps, turns)
    if "PyTorch" not in TRAINING:
        print("  PyTorch isn't installed; `pip install torch` to compare with it.")
    compare("a gradient check", {"batched": batched, "two passes": two_passes}, 1, turns)


if __name__ == "__main__":
    main()
