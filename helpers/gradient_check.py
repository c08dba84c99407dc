"""Is the gradient right? Nudge each parameter, watch the loss, and compare.

Two-sided, (L(θ+ε) − L(θ−ε)) / 2ε is off by O(ε²); one-sided, (L(θ+ε) − L(θ)) / ε by O(ε).
Rounding adds about u·L/ε, with u the dtype's machine epsilon, so a smaller ε isn't always
better. At the ε below, correct gradients of ReLU networks read 1e-9 to 1e-8 in float64, and
a derivative that is wrong by 1% reads 5e-3: the tolerance lies between. In float32 correct
ones read up to 5e-3, so only larger mistakes show there: check in float64.

Where a nudge carries a sample across a ReLU's kink, the difference joins points on two slopes,
and a right gradient can read anything. So what differs is compared again, with differences of the
loss as it would be if φ went on beyond the kink as before it: if it agrees with these, the
kink is all there is to it.

Nudging W[l][i, j] by ε moves row i of Z[l] by ε A[l-1][j] and no other row, and nudging
b[l][i] moves it by ε. So a check starts from the caches at that row, takes all j at once, and
θ itself is never touched.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from helpers.layers import Caches, Gradient, LayeredVector
from helpers.network import MLP, samples_for
from helpers.tables import NOT_YET, OPEN, RIGHT, as_html, as_text, in_prose
from helpers.texts import read, say, together
from helpers.validation import Array, as_floats, check_instance, positive_number

# (dtype, two-sided?) → ε, and the relative error up to which gradients agree
DEFAULTS = {
    ("float64", True): (1e-6, 1e-6),
    ("float64", False): (1e-7, 1e-5),
    ("float32", True): (1e-3, 2e-2),
    ("float32", False): (1e-3, 3e-2),
}
NUMBERS_AT_ONCE = 1_000_000  # in the largest array of a batch; bounds the memory
WORDS = read("common/gradient_check")
UNLIKE = NOT_YET._replace(mark="≠")
LOOKS = {"agrees": RIGHT, "differs": UNLIKE, "not finite": UNLIKE}
LOOKS = {said: LOOKS.get(verdict, OPEN) for verdict, said in WORDS["verdict"].items()}


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def numerical_gradient(
    network: MLP, X: ArrayLike, Y: ArrayLike, epsilon: float | None = None, two_sided: bool = True
) -> LayeredVector:
    """Return ∂L/∂θ from differences of the loss, in the layout of `network.parameters`.

    Parameters
    ----------
    network : MLP
        Not changed, not even for a moment.
    X : array_like, shape (n_0, m)
    Y : array_like, shape (n_L, m)
    epsilon : float, optional
        How far each parameter is nudged; from `DEFAULTS` without it.
    two_sided : bool
        Nudge up and down, or up alone.

    Raises
    ------
    TypeError, ValueError
        If `X` or `Y` doesn't fit the network, or `epsilon` isn't above 0.

    Examples
    --------
    One weight, one bias: the loss is (wx + b − y)²/2, and its slopes are (wx + b − y) x and
    (wx + b − y).

    >>> network = MLP([1, 1], ["linear"])
    >>> network.theta[:] = [2, 1]
    >>> numerical_gradient(network, X=[[3]], Y=[[5]]).vector.round(6)
    array([6., 2.])
    """
    return _nudged(network, X, Y, epsilon, two_sided).gradient()


@dataclass(frozen=True)
class _Nudged:
    """The losses of a network on some samples, with each parameter nudged by ε."""

    network: MLP
    caches: Caches
    Y: Array
    epsilon: float
    tolerance: float
    two_sided: bool
    # which samples the nudges carry over a kink; if that is kept, φ goes straight on beyond it
    carried: NDArray[np.bool] | None = None

    @property
    def rounding(self) -> float:
        """What the last digit of all outputs and of the loss is worth in the differences."""
        A, Y = self.caches.A[self.network.n_layers], self.Y
        slope = np.empty_like(A)
        self.network.loss.backward(slope, A, Y)
        worth = float(np.abs(slope * A).sum() + 2 * self.network.loss.value(A, Y))
        return worth * float(np.finfo(A.dtype).eps) / self.epsilon

    def gradient(self) -> LayeredVector:
        """Return the differences of the loss for all parameters."""
        result = LayeredVector(np.empty_like(self.network.theta), self.network.layer_sizes)
        for l, matrix in result.matrix.items():
            matrix[:] = self.differences(l)
        return result

    def differences(self, l: int) -> Array:
        """Return the differences of the loss for [W[l] b[l]]."""
        result = np.empty_like(self.network.parameters.matrix[l])
        # (n_{l-1} + 1, m), the last is b's
        nudges = self.epsilon * np.vstack([self.caches.A[l - 1], np.ones_like(self.Y[:1])])
        batch = max(1, NUMBERS_AT_ONCE // (2 * max(self.network.layer_sizes) * nudges.shape[1]))
        for start in range(0, len(nudges), batch):
            up = nudges[start : start + batch]
            both = np.vstack([up, -up if self.two_sided else np.zeros_like(up[:1])])
            for unit in range(len(result)):
                losses = self.network.loss.value(self._outputs(l, unit, both), self.Y[:, None])
                result[unit, start : start + batch] = losses[: len(up)] - losses[len(up) :]
        return result / (2 * self.epsilon if self.two_sided else self.epsilon)

    def compare(self, l: int, analytic: Array, numerical: Array) -> list["ArrayCheck"]:
        """Return the verdicts on dW[l] and on db[l]; both arrays are [dW[l] db[l]]."""
        parts = {f"dW[{l}]": np.s_[:, :-1], f"db[{l}]": np.s_[:, -1:]}
        limits = self.tolerance, self.rounding
        return [_compare(name, analytic[p], numerical[p], *limits) for name, p in parts.items()]

    def _outputs(self, l: int, unit: int, nudges: Array) -> Array:
        """Return A[L] when row `unit` of Z[l] moves by each of `nudges`; (K, m) to (n_L, K, m)."""
        network, A, Z = self.network, self.caches.A, self.caches.Z
        if l == network.n_layers:
            # here one z may move all outputs
            Z_new = np.repeat(Z[l][:, None], len(nudges), axis=1)
            Z_new[unit] += nudges
            return self._phi(l, Z_new, Z[l][:, None])
        A_row = self._phi(l, Z[l][unit] + nudges, Z[l][unit])
        # (n_{l+1}, K, m) = (n_{l+1}, 1, 1) * (K, m) + (n_{l+1}, 1, m)
        Z_new = network.W[l + 1][:, unit, None, None] * (A_row - A[l][unit])
        Z_new += Z[l + 1][:, None]
        for k in range(l + 1, network.n_layers):
            A_new = self._phi(k, Z_new, Z[k][:, None])
            Z_new = np.tensordot(network.W[k + 1], A_new, axes=1)
            Z_new += network.b[k + 1][:, None]
        return self._phi(network.n_layers, Z_new, Z[network.n_layers][:, None])

    def _phi(self, l: int, Z: Array, Z_now: Array) -> Array:
        """Return φ of Z (…, K, m), nudged from Z_now (…, 1, m)."""
        activation = self.network.activations[l - 1]
        function, kink = activation.function, activation.kink
        A = function(Z)
        if self.carried is None or kink is None:
            return A
        beyond = np.greater(Z, kink) != np.greater(Z_now, kink)
        self.carried[:] |= beyond.reshape(-1, len(self.carried)).any(axis=0)
        # the point beyond is the mirror image, through the kink, of the one on this side
        A[beyond] = 2 * function(np.array([kink], Z.dtype)) - function(2 * kink - Z[beyond])
        return A


def _nudged(
    network: MLP, X: ArrayLike, Y: ArrayLike, epsilon: float | None, two_sided: bool
) -> _Nudged:
    """Check the arguments, do a forward pass and return what a check needs."""
    X, Y = samples_for(network, X, Y)
    check_instance(two_sided, bool, "two_sided", "true_or_false")
    usual, tolerance = DEFAULTS[network.theta.dtype.name, two_sided]
    epsilon = usual if epsilon is None else positive_number(epsilon, "epsilon")
    return _Nudged(network, network.forward(X)[1], Y, epsilon, tolerance, two_sided)


@np.errstate(over="ignore", invalid="ignore")
def relative_error(analytic: ArrayLike, numerical: ArrayLike) -> float:
    """Return ‖analytic − numerical‖ / (‖analytic‖ + ‖numerical‖) of two arrays of one shape.

    It is 0 if they are equal, 1 if they point opposite ways or one is 0, and |c − 1|/(c + 1)
    if one is c > 0 times the other.

    Raises
    ------
    TypeError, ValueError
        If the two aren't arrays of one shape.

    Examples
    --------
    >>> relative_error([6, 8], [3, 4])  # 2 times the other: (2 − 1)/(2 + 1)
    0.3333333333333333
    """
    a, b = as_floats(analytic, "analytic", float), as_floats(numerical, "numerical", float)
    if a.shape != b.shape:
        raise ValueError(say("gradient_check.two_shapes", analytic=a.shape, numerical=b.shape))
    # as shares of the largest number, whose square may be too small or too large for a float
    largest = max(np.abs(a).max(initial=0), np.abs(b).max(initial=0)) or 1
    a, b = a / largest, b / largest
    return float(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b) or 1))


@dataclass(frozen=True)
class ArrayCheck:
    """What the check found for one parameter array.

    Attributes
    ----------
    name : str
        'dW[1]', 'db[1]', …
    relative_error : float
        Of the two gradients, as `relative_error` gives it.
    worst : tuple of int
        Where the two differ most, as row and column from 0.
    analytic, numerical : float
        Both gradients there.
    verdict : str
        'agrees', 'differs', 'not finite', 'lost in rounding' where what differs may all be
        rounding, and a gradient that is off by the tolerance would look the same, or 'on a kink'
        where it agrees but for the samples that the nudges carry across a kink.
    on_a_kink : int
        How many samples these are; 0 for any other verdict.
    """

    name: str
    relative_error: float
    worst: tuple[int, ...]
    analytic: float
    numerical: float
    verdict: str
    on_a_kink: int = 0


@dataclass(frozen=True)
class Report:
    """The gradient check of a network, array by array; prints as a table.

    Attributes
    ----------
    arrays : tuple of ArrayCheck
    relative_error : float
        Of all parameters as one vector.
    epsilon, tolerance : float
        How far each parameter was nudged, and up to which relative error arrays agree.
    dtype : str
        Of the network that was checked.
    """

    arrays: tuple[ArrayCheck, ...]
    relative_error: float
    epsilon: float
    tolerance: float
    dtype: str = "float64"

    @property
    def passed(self) -> bool:
        """Whether every array agrees; 'lost in rounding' and 'on a kink' aren't agreement."""
        return all(array.verdict == "agrees" for array in self.arrays)

    def _table(self) -> list[list[str]]:
        """Return the header and one row per array; where it went wrong only if it did."""
        rows, floor = [WORDS["columns"]], self.tolerance / 10
        for array in self.arrays:
            # below the floor the digits are rounding, and differ between machines
            tiny = array.relative_error < floor
            error = f"< {_written(floor, 1)}" if tiny else _written(array.relative_error, 1)
            both = [_written(gradient, 3) for gradient in (array.analytic, array.numerical)]
            shown = [""] * 3 if array.verdict == "agrees" else [f"{list(array.worst)}", *both]
            rows.append([array.name, error, *shown, WORDS["verdict"][array.verdict]])
        return [row[:2] + row[-1:] for row in rows] if self.passed else rows

    def _summary(self) -> str:
        verdicts = dict.fromkeys(array.verdict for array in self.arrays)
        said = together(self._said_of(verdict) for verdict in verdicts if verdict != "agrees")
        summary: str = WORDS["passed" if self.passed else "not passed"]
        epsilon, tolerance = _written(self.epsilon, 3), _written(self.tolerance, 3)
        return summary.format(epsilon=epsilon, tolerance=tolerance, said=said)

    def _said_of(self, verdict: str) -> str:
        arrays = [array for array in self.arrays if array.verdict == verdict]
        names = say("comma").join(array.name for array in arrays)
        samples, cure = max(array.on_a_kink for array in arrays), WORDS["cure"][self.dtype]
        sentence: str = WORDS[verdict]["one" if len(arrays) == 1 else "several"]
        tolerance = _written(self.tolerance, 3)
        return sentence.format(names=names, samples=samples, cure=cure, tolerance=tolerance)

    def __str__(self) -> str:
        return as_text(self._table(), self._summary(), LOOKS)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return as_html(self._table(), self._summary(), LOOKS)


def _written(number: float, digits: int) -> str:
    """Return a number as it is written, none with a minus before 0, and none on two lines."""
    return in_prose(number + 0.0, digits).replace(" ", "\N{NO-BREAK SPACE}").replace("-", "−")


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def check_gradient(
    network: MLP,
    X: ArrayLike,
    Y: ArrayLike,
    gradient: Gradient | ArrayLike | None = None,
    *,
    epsilon: float | None = None,
    two_sided: bool = True,
) -> Report:
    """Compare a gradient with differences of the loss, parameter array by parameter array.

    Parameters
    ----------
    network, X, Y, epsilon, two_sided
        As in `numerical_gradient`.
    gradient : Gradient or array_like, shape (number of parameters,), optional
        The gradient to check, in the layout of `network.theta`; `network.backward`'s
        without it.

    Returns
    -------
    Report

    Raises
    ------
    TypeError, ValueError
        As `numerical_gradient`, and if `gradient` has another shape than `network.theta`.

    Examples
    --------
    >>> network = MLP([1, 1], ["linear"])
    >>> network.theta[:] = [2, 1]
    >>> check_gradient(network, X=[[3]], Y=[[5]], gradient=[12, 2])
    array  relative error  worst at  backward  numerical  verdict
    dW[1]  0.3             [0, 0]    12        6          ≠ differs
    db[1]  < 10⁻⁷                                         ✓ agrees
    Gradient check NOT passed at ε = 10⁻⁶. dW[1] differs by a relative error of more than 10⁻⁶.
    """
    nudged = _nudged(network, X, Y, epsilon, two_sided)
    gradient = network.backward(nudged.caches, nudged.Y) if gradient is None else gradient
    analytic, numerical = _in_layers(network, gradient), nudged.gradient()
    checks: list[ArrayCheck] = []
    for l, mine in analytic.matrix.items():
        found = nudged.compare(l, mine, numerical.matrix[l])
        if network.has_kinks and any(check.verdict == "differs" for check in found):
            found = _without_kinks(nudged, l, mine, found)
        checks += found
    error = relative_error(analytic.vector, numerical.vector)
    return Report(tuple(checks), error, nudged.epsilon, nudged.tolerance, network.theta.dtype.name)


def _in_layers(network: MLP, gradient: Gradient | ArrayLike) -> LayeredVector:
    if isinstance(gradient, Gradient):
        network.refuse_foreign(gradient)
        gradient = gradient.vector
    vector = as_floats(gradient, "gradient")
    if vector.shape != network.theta.shape:
        hint = say("hint.epsilon", epsilon=vector) if vector.ndim == 0 and vector > 0 else ""
        shape, expected = vector.shape, network.theta.shape
        raise ValueError(say("gradient_check.shape", shape=shape, expected=expected, hint=hint))
    return LayeredVector(vector, network.layer_sizes)


def _without_kinks(
    nudged: _Nudged, l: int, analytic: Array, found: list[ArrayCheck]
) -> list[ArrayCheck]:
    """Compare again as if φ went on straight beyond its kinks, and excuse what then agrees."""
    # with a large ε it is off by truncation too, so the usual one says what is right
    usual, _ = DEFAULTS[nudged.Y.dtype.name, nudged.two_sided]
    carried, unused = np.zeros((2, nudged.Y.shape[1]), bool)
    straight = replace(nudged, carried=carried)
    right = replace(nudged, carried=unused, epsilon=usual)
    beyond, best = (n.compare(l, analytic, n.differences(l)) for n in (straight, right))
    samples = int(carried.sum())
    return [_excuse(*checks, samples) for checks in zip(found, beyond, best, strict=True)]


def _excuse(check: ArrayCheck, straight: ArrayCheck, right: ArrayCheck, samples: int) -> ArrayCheck:
    """Return the check, with another verdict where kinks explain that it differs."""
    smaller = straight.relative_error <= check.relative_error / 2
    explained = samples and (smaller or straight.verdict == "lost in rounding")
    if check.verdict != "differs" or not explained:
        return check
    if right.verdict == "agrees" or right.relative_error == 0:
        return replace(check, verdict="on a kink", on_a_kink=samples)
    return replace(check, verdict=right.verdict)


def _compare(
    name: str, analytic: Array, numerical: Array, tolerance: float, noise: float
) -> ArrayCheck:
    error = relative_error(analytic, numerical)
    difference = np.abs(analytic - numerical)
    scale = float(np.linalg.norm(analytic) + np.linalg.norm(numerical))
    if not math.isfinite(error):
        verdict, difference = "not finite", ~np.isfinite(difference)
    elif max(error, tolerance) * scale <= noise * math.sqrt(difference.size):
        verdict = "lost in rounding"
    else:
        verdict = "agrees" if error <= tolerance else "differs"
    worst = divmod(int(difference.argmax()), difference.shape[1])
    return ArrayCheck(name, error, worst, float(analytic[worst]), float(numerical[worst]), verdict)
