"""How fast training and the gradient check are: python -m helpers.tests.benchmark.

Only the ratios carry over to other machines: medians over repetitions in which the
implementations take turns, so that whatever slows the machine slows them all. One thread.
"""

import importlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")

import numpy as np

from helpers.datasets import digits, two_moons
from helpers.gradient_check import numerical_gradient
from helpers.losses import mean_squared_error
from helpers.network import MLP
from helpers.training import train
from helpers.validation import Array, random_generator

LEARNING_RATE, EPSILON = 0.01, 1e-6
MOONS, DIGITS = (2, 16, 8, 1), (64, 32, 10)
ROUNDS = 10  # of all digits
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
    "softmax": lambda Z: np.exp(Z - Z.max(axis=0)) / np.exp(Z - Z.max(axis=0)).sum(axis=0),
}
PHI_PRIME: dict[str, Callable[[Array], Array]] = {
    "relu": lambda Z: (Z > 0).astype(float),
    "sigmoid": lambda Z: PHI["sigmoid"](Z) * (1 - PHI["sigmoid"](Z)),
    "softmax": np.ones_like,  # with cross-entropy, δ[L] is (A − Y)/m
}


@dataclass(frozen=True)
class Job:
    """A training: layer sizes, samples, rounds of them, how many make a step, and outputs."""

    sizes: tuple[int, ...]
    data: Data
    epochs: int
    batch: int | None = None
    outputs: str = "sigmoid"

    @property
    def m(self) -> int:
        """Samples in a step."""
        return self.batch or self.data[0].shape[1]

    @property
    def loss(self) -> str:
        """Cross-entropy of softmax, squared error of sigmoid."""
        return "cross-entropy" if self.outputs == "softmax" else "squared error"

    def network(self) -> MLP:
        """Return a network of ReLU with these outputs."""
        hidden = ["relu"] * (len(self.sizes) - 2)
        return MLP(self.sizes, [*hidden, self.outputs], loss=self.loss)

    def steps(self) -> Iterator[Any]:
        """Yield the columns of each step, as `train` draws them."""
        rng, total = random_generator(0, "batches"), self.data[0].shape[1]
        for _ in range(self.epochs):
            order = rng.permutation(total) if self.batch else None
            for start in range(0, total, self.m):
                yield slice(None) if order is None else order[start : start + self.m]


def data_for(sizes: tuple[int, ...], m: int) -> Data:
    """Return random samples."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(sizes[0], m)), (rng.random((sizes[-1], m)) > 0.5).astype(float)


def ours(job: Job) -> list[Array]:
    """Train as lessons 5 and 6 do."""
    network = job.network()
    settings: dict[str, Any] = {"learning_rate": LEARNING_RATE, "record_every": job.epochs}
    train(network, *job.data, epochs=job.epochs, batch_size=job.batch, progress=0, **settings)
    return list(network.W.values())


def script(job: Job) -> list[Array]:
    """Train the demonstration's way: dictionaries, φ′ from Z again, new arrays each time."""
    network, L = job.network(), len(job.sizes) - 1
    names = [phi.name for phi in network.activations]
    p = {f"{name}{l}": getattr(network, name)[l] for l in network.W for name in "Wb"}
    for columns in job.steps():
        X, Y = (array[:, columns] for array in job.data)
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


def products(job: Job) -> None:
    """Do only the matrix products of a step, into arrays that are there already."""
    network = job.network()
    caches, gradient = network.new_arrays(job.m), network.new_gradient(job.m)
    triples = [
        (network.parameters.matrix[l], caches.A_with_ones[l - 1], caches.Z[l]) for l in network.W
    ]
    for l in network.W:
        delta, matrix = gradient.delta, gradient.parameters.matrix
        delta[l][:] = 0.1
        triples.append((delta[l], caches.A_with_ones[l - 1].T, matrix[l]))
        triples += [(network.W[l].T, delta[l], delta[l - 1])] if l > 1 else []
    for _ in job.steps():
        for left, right, out in triples:
            np.dot(left, right, out=out)


def pytorch(job: Job) -> list[Array]:
    """Train with PyTorch's layers and SGD, eager, in double precision on one thread."""
    torch: Any = importlib.import_module("torch")
    torch.set_num_threads(1)
    network, layers = job.network(), []
    for l, phi in enumerate(network.activations, start=1):
        layers.append(torch.nn.Linear(*job.sizes[l - 1 : l + 1], dtype=torch.float64))
        layers[-1].weight.data = torch.tensor(network.W[l])
        layers[-1].bias.data = torch.tensor(network.b[l][:, 0])
        layers += {"relu": [torch.nn.ReLU()], "sigmoid": [torch.nn.Sigmoid()]}.get(phi.name, [])
    model, data = torch.nn.Sequential(*layers), [torch.tensor(a.T.copy()) for a in job.data]
    optimiser = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    for columns in job.steps():
        rows, labels = (array[columns] for array in data)
        if job.outputs == "softmax":
            loss = torch.nn.functional.cross_entropy(model(rows), labels)
        else:
            loss = ((model(rows) - labels) ** 2).sum() / (2 * len(rows))
        loss.item()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return [layer.weight.detach().numpy() for layer in layers if isinstance(layer, torch.nn.Linear)]


TRAINING = {"ours": ours, "script": script}
TRAINING |= {"PyTorch": pytorch} if find_spec("torch") else {}


def agrees(name: str) -> bool:
    """Whether an implementation arrives at our weights, which have moved."""
    sizes = 3, 4, 2
    X, Y = data_for(sizes, 5)
    jobs = Job(sizes, (X, Y), 20), Job(sizes, (X, np.vstack([Y[0], 1 - Y[0]])), 20, 2, "softmax")
    return all(map(partial(_agrees_on, TRAINING[name]), jobs))


def _agrees_on(loop: Callable[[Job], list[Array]], job: Job) -> bool:
    pairs = zip(ours(job), loop(job), job.network().W.values(), strict=True)
    return all(
        np.allclose(a, b, rtol=0, atol=1e-9) and not np.allclose(a, start) for a, b, start in pairs
    )


def network_of_moons() -> MLP:
    """Return the network that is checked."""
    return Job(MOONS, two_moons(300), 0).network()


def batched() -> Array:
    """Check the gradient as helpers do."""
    return numerical_gradient(network_of_moons(), *two_moons(300), EPSILON).vector


def two_passes() -> Array:
    """Check the gradient the plain way."""
    return plain_differences(network_of_moons(), *two_moons(300), EPSILON)


def plain_differences(network: MLP, X: Array, Y: Array, epsilon: float, down: bool = True) -> Array:
    """Return the differences of the loss: two whole forward passes a parameter, up and `down`."""
    theta, result = network.theta.copy(), np.empty_like(network.theta)
    nudges = epsilon, -epsilon if down else 0
    for i in range(theta.size):
        losses = []
        for nudge in nudges:
            network.theta[i] = theta[i] + nudge
            losses.append(mean_squared_error(network.forward(X)[0], Y))
        network.theta[i] = theta[i]
        result[i] = (losses[0] - losses[1]) / (nudges[0] - nudges[1])
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


def compare_on(job: Job, turns: int) -> None:
    """Print a table of a step of a training, done in all ways."""
    tasks: dict[str, Task] = {
        name: partial(task, job) for name, task in (TRAINING | {"the products": products}).items()
    }
    title = f"a step, {'-'.join(map(str, job.sizes))} × {job.m}, {job.outputs}"
    compare(title, tasks, len([*job.steps()]), turns)


def main(turns: int = 15) -> None:
    """Refuse to time what doesn't agree, then print a table for each size, and one of the check."""
    for name in TRAINING:
        assert agrees(name), f"{name} arrives at other weights"
    assert np.allclose(batched(), two_passes(), rtol=0, atol=1e-8), "the checks differ"
    for sizes, m, steps in SIZES:
        compare_on(Job(sizes, data_for(sizes, m), steps), turns)
    compare_on(Job(DIGITS, digits()[0], ROUNDS, 32, "softmax"), turns)
    if "PyTorch" not in TRAINING:
        print("  PyTorch isn't installed; `pip install torch` to compare with it.")
    compare("a gradient check", {"batched": batched, "two passes": two_passes}, 1, turns)


if __name__ == "__main__":
    main()
