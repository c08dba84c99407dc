"""Networks whose backward pass has one mistake in it, for the bug hunt of lesson 4.

Each mistake leaves a mark in the gradient check's report, and a network is dealt only if the
mark of its own kind, and of no other that its place can have, is in its report: so reading the
report is enough.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from helpers.datasets import two_moons
from helpers.exercises.bug_kinds import CHECKED, KINDS, TEXTS, Kind, scene
from helpers.gradient_check import Report, check_gradient
from helpers.layers import Arrays, Gradient
from helpers.network import MLP
from helpers.validation import Array, random_generator

LAYERS, ACTIVATIONS = (2, 6, 6, 1), ("tanh", "tanh", "sigmoid")
MOST_DRAWS = 2000  # of weights; one in eight will do for the bug that is hardest to tell


@dataclass(frozen=True)
class Bug:
    """A mistake in its place.

    Attributes
    ----------
    where : str
        Of `PLACES`.
    kind : Kind
    """

    where: str
    kind: Kind

    @property
    def arrays(self) -> tuple[str, ...]:
        """The arrays of the gradient that it makes wrong."""
        return reach(self.where)


def reach(where: str) -> tuple[str, ...]:
    """Return the arrays that are wrong if this line is: δ[l] spoils its layer and all below."""
    if not where.startswith("δ"):
        return (where,)
    return tuple(f"{name}[{l}]" for l in range(1, int(where[2]) + 1) for name in ("dW", "db"))


class BrokenMLP(MLP):
    """A network of the hunt with a bug in its backward pass; its forward pass is right.

    Parameters
    ----------
    bug : Bug
    rng : Generator
        Where the weights and the biases come from.
    """

    def __init__(self, bug: Bug, rng: np.random.Generator) -> None:
        super().__init__(LAYERS, ACTIVATIONS, rng)
        self.bug = bug
        for b in self.b.values():
            b[:] = rng.normal(0, 0.3, b.shape)

    def fill_backward(self, gradient: Gradient, arrays: Arrays, Y: Array) -> None:
        """Compute the gradient, line by line, with the bug in one of them."""
        for l in range(self.n_layers, 0, -1):
            names = scene(self, arrays, Y, gradient, l)
            names["right"] = names["blame"] * names["slope"](arrays.Z[l])
            gradient.delta[l][:] = self._line(f"δ[{l}]", names)
            names |= {"inputs": arrays.A[l - 1], "right": gradient.delta[l] @ arrays.A[l - 1].T}
            gradient.dW[l][:] = self._line(f"dW[{l}]", names)
            db = gradient.delta[l].sum(axis=1, keepdims=True)
            names |= {"inputs": np.ones((1, Y.shape[1])), "right": db}
            gradient.db[l][:] = self._line(f"db[{l}]", names)

    def _line(self, place: str, names: Mapping[str, Any]) -> Array:
        """Return what the line at `place` gives."""
        return self.bug.kind.wrong(names) if place == self.bug.where else names["right"]

    def repaired(self) -> MLP:
        """Return a right network with the same parameters."""
        network = MLP(self.layer_sizes, ACTIVATIONS)
        network.theta[:] = self.theta
        return network


@cache
def moons() -> tuple[Array, Array]:
    """Return the points that the networks of the hunt train on; the first are checked."""
    return two_moons(200, noise=0.1, seed=3)


def report_of(network: MLP) -> Report:
    """Return the gradient check of a network on the first points."""
    X, Y = moons()
    return check_gradient(network, X[:, :CHECKED], Y[:, :CHECKED])


def tells(bug: Bug, report: Report) -> bool:
    """Whether the report says which bug it is: its mark is there, in its arrays, and no other."""
    differ = [array for array in report.arrays if array.verdict != "agrees"]
    if tuple(array.name for array in differ) != bug.arrays:
        return False
    possible = [kind for kind in KINDS.values() if bug.where in kind.places]
    return [kind for kind in possible if kind.shows(differ)] == [bug.kind]


def plant(bug: Bug, rng: np.random.Generator) -> BrokenMLP:
    """Return a network with this bug whose report shows it: the first of those that `rng` gives.

    Raises
    ------
    RuntimeError
        If there is none among `MOST_DRAWS`: then the bug's mark isn't what it leaves.
    """
    for _ in range(MOST_DRAWS):
        network = BrokenMLP(bug, rng)
        if tells(bug, report_of(network)):
            return network
    raise RuntimeError(f"no report of {MOST_DRAWS} tells that {bug.where} has {bug.kind.key!r}.")


def bugs() -> list[Bug]:
    """Return every bug there is: each kind in each of its places."""
    return [Bug(where, kind) for kind in KINDS.values() for where in kind.places]


def deal(seed: int) -> list[BrokenMLP]:
    """Return six networks with six kinds of mistakes, the same for the same seed.

    Two are wrong at the output's δ: one learns nevertheless, one learns badly. Two are wrong
    where δ is handed back, one in a dW and one in a db. Their order is shuffled.
    """
    rng = random_generator(seed, "bug hunt")
    dealt: list[Bug] = []
    for places, kinds in TEXTS["deal"]:
        unused = set(kinds or KINDS) - {bug.kind.key for bug in dealt}
        left = [bug for bug in bugs() if bug.where in places and bug.kind.key in unused]
        dealt.append(left[rng.integers(len(left))])
    return [plant(dealt[i], rng) for i in rng.permutation(len(dealt))]
