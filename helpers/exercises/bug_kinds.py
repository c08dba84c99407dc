"""The mistakes of the bug hunt of lesson 4: the lines that can have each, and its mark.

The backward pass has nine lines here: δ[l], dW[l] and db[l] of three layers. A bug is one of
them, its place, and what is there instead, its kind.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from helpers.exercises.misconceptions import Misconception
from helpers.gradient_check import ArrayCheck
from helpers.layers import Arrays, Caches, Gradient
from helpers.network import MLP
from helpers.validation import Array

LEARNING_RATE = 1.0  # of the hunt's trainings; an update that comes too early has it too
CHECKED = 20  # samples in a report
DELTA, HANDED_BACK = ("δ[3]", "δ[2]", "δ[1]"), ("δ[2]", "δ[1]")
DW, DB = ("dW[3]", "dW[2]", "dW[1]"), ("db[3]", "db[2]", "db[1]")
# every line of the backward pass, as it should be
PLACES = {
    "δ[3]": "δ[3] = (A[3] − Y) / m ⊙ φ′(Z[3])",
    "δ[2]": "δ[2] = W[3]ᵀ δ[3] ⊙ φ′(Z[2])",
    "δ[1]": "δ[1] = W[2]ᵀ δ[2] ⊙ φ′(Z[1])",
    **{f"dW[{l}]": f"dW[{l}] = δ[{l}] A[{l - 1}]ᵀ" for l in (3, 2, 1)},
    **{f"db[{l}]": f"db[{l}] = δ[{l}] 1" for l in (3, 2, 1)},
}


@dataclass(frozen=True)
class Scene:
    """What the lines of layer `l` have before them: all of the forward pass, δ of the layers above.

    Attributes
    ----------
    right : ndarray
        What the line should give.
    """

    network: MLP
    caches: Arrays | Caches
    Y: Array
    gradient: Gradient
    l: int
    right: Array

    @property
    def m(self) -> int:
        """The number of samples."""
        return self.Y.shape[1]

    @property
    def delta(self) -> Array:
        """δ[l], of shape (n_l, m)."""
        return self.gradient.delta[self.l]

    @property
    def blame(self) -> Array:
        """∂L/∂A[l], of shape (n_l, m): what is then multiplied by φ′."""
        if self.l == self.network.n_layers:
            return (self.caches.A[self.l] - self.Y) / self.m
        return self.network.W[self.l + 1].T @ self.gradient.delta[self.l + 1]

    def slope(self, at: Array) -> Array:
        """Return φ′ of layer l, of the shape of `at`."""
        return self.network.activations[self.l - 1].derivative(at)


def _without_transpose(scene: Scene) -> Array:
    blame = scene.network.W[scene.l + 1] @ scene.gradient.delta[scene.l + 1]
    return blame * scene.slope(scene.caches.Z[scene.l])


def _with_updated_weights(scene: Scene) -> Array:
    above = scene.l + 1
    W = scene.network.W[above] - LEARNING_RATE * scene.gradient.dW[above]
    return W.T @ scene.gradient.delta[above] * scene.slope(scene.caches.Z[scene.l])


def _last_sample_alone(scene: Scene) -> Array:
    inputs = scene.caches.A[scene.l - 1]
    if scene.right.shape[1] == 1:
        inputs = np.ones((1, scene.m))
    return scene.delta[:, -1:] @ inputs[:, -1:].T


# What one reads in a report: the ratio backward ÷ numerical at the worst entry of each array
# that differs, and the largest relative error, to the one digit that is printed


def _ratios(arrays: Iterable[ArrayCheck]) -> Array:
    return np.array([array.analytic / array.numerical for array in arrays])


def _largest(arrays: Iterable[ArrayCheck]) -> float:
    return max(float(f"{array.relative_error:.1g}") for array in arrays)


def _always(factor: float) -> Callable[[list[ArrayCheck]], bool]:
    return lambda arrays: np.allclose(_ratios(arrays), factor, rtol=1e-3, atol=1e-6)


def _no_factor(arrays: list[ArrayCheck]) -> bool:
    return not any(_always(factor)(arrays) for factor in (-1, 0, 2, CHECKED, 1 / CHECKED))


@dataclass(frozen=True)
class Kind:
    """A mistake, whichever line it is in.

    Attributes
    ----------
    name, formula : str
        What it is called, and what it looks like.
    places : tuple of str
        The lines that can have it.
    wrong : callable
        What such a line gives, from a `Scene`.
    shows : callable
        Whether the arrays that differ in a report bear its mark.
    mark, elsewhere : str
        That mark in words; why the other lines can't have this mistake.
    misconception : Misconception
        The belief behind it.
    """

    name: str
    formula: str
    places: tuple[str, ...]
    wrong: Callable[[Scene], Array]
    shows: Callable[[list[ArrayCheck]], bool]
    mark: str
    elsewhere: str
    misconception: Misconception


M = Misconception
KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "φ′ left out",
            "1 in place of φ′(Z)",
            DELTA,
            lambda scene: scene.blame,
            lambda arrays: (
                _no_factor(arrays) and _largest(arrays) >= 0.4 and bool((_ratios(arrays) > 1).all())
            ),
            "Slopes are at most 1, a sigmoid's at most ¼. In this hunt's networks backward is then "
            "too large at the worst entry of every array that differs, by no fixed factor, and the "
            "largest error is 0.4 or more.",
            "There is no φ′ in this line.",
            M.SLOPE_PLACE,
        ),
        Kind(
            "φ′ of A",
            "φ′(A) in place of φ′(Z)",
            DELTA,
            lambda scene: scene.blame * scene.slope(scene.caches.A[scene.l]),
            lambda arrays: _no_factor(arrays) and 0.08 <= _largest(arrays) <= 0.3,
            "At the output A lies between 0 and 1, where a sigmoid's slope hardly changes; in a "
            "tanh layer A lies nearer to 0 than Z, where the slope is larger. In this hunt's "
            "networks backward is then somewhat wrong, by no fixed factor, and the largest error "
            "lies between 0.08 and 0.3.",
            "There is no φ′ in this line.",
            M.SLOPE_PLACE,
        ),
        Kind(
            "sign turned",
            "− in place of +",
            (*DELTA, *DW, *DB),
            lambda scene: -scene.right,
            _always(-1),
            "A turned sign reads 1, and both values are the same but for the sign.",
            "",
            M.SIGN,
        ),
        Kind(
            "1/m missing",
            "(A − Y) in place of (A − Y) / m",
            ("δ[3]",),
            lambda scene: scene.m * scene.right,
            _always(CHECKED),
            "With m = 20 points backward would be 20 times numerical, and every error 19/21 (0.9).",
            "1/m is in δ[3] and nowhere else, so it can't be missing anywhere else.",
            M.MEAN_FACTOR,
        ),
        Kind(
            "1/m once too often",
            "divided by m again (as a mean does)",
            (*DELTA, *DW, *DB),
            lambda scene: scene.right / scene.m,
            _always(1 / CHECKED),
            "With m = 20 points numerical would be 20 times backward, and every error 19/21 (0.9).",
            "",
            M.MEAN_FACTOR,
        ),
        Kind(
            "factor 2 left in",
            "2 (A − Y) in place of (A − Y)",
            ("δ[3]",),
            lambda scene: 2 * scene.right,
            _always(2),
            "Backward would be exactly twice numerical, and every error 1/3 (0.3).",
            "The square is in the loss, so its 2 can only be left in δ[3].",
            M.MEAN_FACTOR,
        ),
        Kind(
            "W without the transpose",
            "W δ in place of Wᵀ δ",
            ("δ[1]",),
            _without_transpose,
            lambda arrays: (
                _no_factor(arrays) and _largest(arrays) >= 0.4 and bool((_ratios(arrays) < 0).any())
            ),
            "The blame would go to the wrong units. In this hunt's networks there is then no fixed "
            "factor, the largest error is 0.4 or more, and at the worst entry of some array the "
            "two values have opposite signs.",
            "Without the transpose only a square W fits, and W[2], which hands δ back to "
            "layer 1, is the only square one.",
            M.WHICH_W,
        ),
        Kind(
            "W already updated",
            "(W − η dW)ᵀ δ in place of Wᵀ δ",
            HANDED_BACK,
            _with_updated_weights,
            lambda arrays: _no_factor(arrays) and _largest(arrays) <= 0.06,
            "One step moves W a little, so backward is a little wrong: in this hunt's networks by "
            "no fixed factor, with errors of 0.06 at most.",
            "There is no W in this line.",
            M.CACHES,
        ),
        Kind(
            "A of the wrong layer",
            "A[l] in place of A[l−1]",
            ("dW[2]",),
            lambda scene: scene.delta @ scene.caches.A[scene.l].T,
            lambda arrays: _no_factor(arrays) and _largest(arrays) < 0.8,
            "Other inputs give other products: in this hunt's networks there is then no fixed "
            "factor, and the error is below 0.8.",
            "Only in dW[2] do A[l] and A[l−1] have the same shape, 6 rows each.",
            M.CACHES,
        ),
        Kind(
            "only the last sample",
            "one column in place of the sum",
            (*DW, *DB),
            _last_sample_alone,
            lambda arrays: _no_factor(arrays) and _largest(arrays) >= 0.8,
            "Of the 20 terms of the sum only one would be left. In this hunt's networks there is "
            "then no fixed factor, and the error is 0.8 or more.",
            "Nothing is summed over the samples in this line.",
            M.SAMPLES,
        ),
        Kind(
            "left at zero",
            "0 in place of the gradient",
            (*DW, *DB),
            lambda scene: 0 * scene.right,
            _always(0),
            "Backward would be 0, and the error 1.",
            "A δ of zeros would leave zeros in every array that differs.",
            M.FALLING_LOSS,
        ),
    )
}
