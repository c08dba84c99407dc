"""Is the gradient right? Nudge each parameter, watch the loss, and compare.

Two-sided, (L(θ+ε) − L(θ−ε)) / 2ε is off by O(ε²); one-sided, (L(θ+ε) − L(θ)) / ε by O(ε).
Rounding adds about u·L/ε, with u the dtype's machine epsilon, so a smaller ε isn't always
better. At the ε below, correct gradients of ReLU networks read 1e-9 to 1e-8 in float64, and
a derivative that is wrong by 1 % reads 5e-3: the tolerance lies between. In float32 correct
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
from html import escape

import numpy as np
from numpy.typing import ArrayLike

from helpers.activations import Activation
from helpers.layers import Caches, Gradient, LayeredVector
from helpers.network import MLP, samples_for
from helpers.validation import Array, as_floats, check_instance, positive_number

# (dtype, two-sided?) → ε, and the relative error up to which gradients agree
DEFAULTS = {
    ("float64", True): (1e-6, 1e-6),
    ("float64", False): (1e-7, 1e-5),
    ("float32", True): (1e-3, 2e-2),
    ("float32", False): (1e-3, 3e-2),
}
NUMBERS_AT_ONCE = 1_000_000  # in the largest array of a batch; bounds the memory
KINK = (
    "nudges carry samples across a kink of ReLU (at most {} of them), where the slope jumps and no "
    "difference can show it. Apart from that the gradient agrees. Move these samples a little, or "
    "draw the biases at random; unless z is exactly 0, a smaller ε helps too."
)
ROUNDING = {
    "float64": "A larger ε or other samples may tell.",
    "float32": "Check a float64 copy of the network, with the same theta.",
}
PHI = 20  # how many products an activation costs, about
HOUR = 7 * 10**12  # products, on one core


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
        If `X` or `Y` doesn't fit the network, `epsilon` isn't above 0, or the nudges would take
        hours.
    """
    X, Y = samples_for(network, X, Y)
    epsilon = _settings(network, epsilon, two_sided)[0]
    _, caches = network.forward(X)
    return _differences(network, caches, Y, epsilon, two_sided)


def _settings(network: MLP, epsilon: float | None, two_sided: bool) -> tuple[float, float]:
    check_instance(two_sided, bool, "two_sided", "True or False")
    usual, tolerance = DEFAULTS[network.theta.dtype.name, two_sided]
    return usual if epsilon is None else positive_number(epsilon, "epsilon"), tolerance


def _refuse_endless(network: MLP, m: int) -> None:
    sizes, weights = network.layer_sizes, [W.size for W in network.W.values()]
    hours = 0.0
    for l, matrix in network.parameters.matrix.items():
        # φ of the nudged unit and of all units after it; weights only of the layers after the next
        products = PHI * (1 + sum(sizes[l + 1 :])) + sum(weights[l + 1 :])
        hours += 2 * m * matrix.size * products / HOUR
    if hours > 1:
        raise ValueError(
            f"X has {m:,} samples; nudging all {network.theta.size:,} parameters on them takes "
            f"about {math.ceil(hours):,} hours. Check fewer samples, or a smaller network."
        )


class _Kinks:
    """How φ goes on beyond its kink in a check, and which samples the nudges carried there."""

    def __init__(self, caches: Caches) -> None:
        self.Z = caches.Z
        self.crossed = {l: np.zeros(Z.shape[1], bool) for l, Z in caches.Z.items()}
        self.nudged = 0  # the layer

    def straighten(self, activation: Activation, A: Array, Z: Array, Z_now: Array) -> None:
        """Let A (…, K, m) go on from Z_now (…, 1, m) as on its own side of the kink."""
        kink = activation.kink
        if kink is None:
            return
        across = np.greater(Z, kink) != np.greater(Z_now, kink)
        self.crossed[self.nudged] |= across.any(axis=tuple(range(across.ndim - 1)))
        # the point across is the mirror image, through the kink, of the one on this side
        mirrored = activation.function(2 * kink - Z[across])
        A[across] = 2 * activation.function(np.array([kink], Z.dtype)) - mirrored


def _differences(
    network: MLP,
    caches: Caches,
    Y: Array,
    epsilon: float,
    two_sided: bool,
    kinks: _Kinks | None = None,
) -> LayeredVector:
    _refuse_endless(network, Y.shape[1])
    result = LayeredVector(np.empty_like(network.theta), network.layer_sizes)
    batch = max(1, NUMBERS_AT_ONCE // (2 * max(network.layer_sizes) * Y.shape[1]))
    for l, matrix in result.matrix.items():
        if kinks:
            kinks.nudged = l
        # (n_{l-1} + 1, m), the last is b's
        nudges = epsilon * np.vstack([caches.A[l - 1], np.ones_like(Y[:1])])
        for start in range(0, len(nudges), batch):
            up = nudges[start : start + batch]
            down = -up if two_sided else 0 * up[:1]
            for unit in range(network.layer_sizes[l]):
                both = np.concatenate([up, down])
                losses = _nudged_losses(network, caches, Y, l, unit, both, kinks)
                rise = losses[: len(up)] - losses[len(up) :]
                matrix[unit, start : start + batch] = rise / (epsilon * (1 + two_sided))
    return result


def _nudged_losses(
    network: MLP,
    caches: Caches,
    Y: Array,
    l: int,
    unit: int,
    nudges: Array,
    kinks: _Kinks | None,
) -> Array:
    """Return the loss when row `unit` of Z[l] moves by each row of `nudges`; (K, m) to (K,)."""
    A, Z, m = caches.A, caches.Z, Y.shape[1]
    Z_row = Z[l][unit] + nudges
    A_row = network.activations[l - 1].function(Z_row)
    if kinks:
        kinks.straighten(network.activations[l - 1], A_row, Z_row, Z[l][unit])
    if l == network.n_layers:
        outputs = np.repeat(A[l][:, None], len(nudges), axis=1)
        outputs[unit] = A_row
    else:
        W_column = network.W[l + 1][:, unit, None, None]
        # (n_{l+1}, K, m) = (n_{l+1}, 1, 1) * (K, m) + (n_{l+1}, 1, m)
        Z_next = W_column * (A_row - A[l][unit])
        Z_next += Z[l + 1][:, None]
        outputs = _outputs_from(network, l + 1, Z_next, kinks)
    error = outputs - Y[:, None]
    return np.divide(np.vecdot(error, error).sum(axis=0), 2 * m)


def _outputs_from(network: MLP, first: int, Z: Array, kinks: _Kinks | None) -> Array:
    """Do the rest of the forward pass, without caches: A[L] from Z[first], both (n, K, m)."""
    for l in range(first, network.n_layers + 1):
        activation = network.activations[l - 1]
        A = np.empty_like(Z)
        activation.forward(Z, A)
        if kinks:
            kinks.straighten(activation, A, Z, kinks.Z[l][:, None])
        if l < network.n_layers:
            Z = network.W[l + 1] @ A.reshape(len(A), -1)
            Z += network.b[l + 1]
            Z = Z.reshape(-1, *A.shape[1:])
    return A


@np.errstate(over="ignore", invalid="ignore")
def relative_error(analytic: ArrayLike, numerical: ArrayLike) -> float:
    """Return ‖analytic − numerical‖ / (‖analytic‖ + ‖numerical‖) of two arrays of one shape.

    It is 0 if they are equal, 1 if they point opposite ways or one is 0, and |c − 1|/(c + 1)
    if one is c > 0 times the other.

    Raises
    ------
    TypeError, ValueError
        If the two aren't arrays of one shape.
    """
    a, b = as_floats(analytic, "analytic", float), as_floats(numerical, "numerical", float)
    if a.shape != b.shape:
        raise ValueError(
            f"analytic has shape {a.shape} and numerical {b.shape}; expected one shape."
        )
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
        rows = [["array", "relative error", "worst at", "backward", "numerical", "verdict"]]
        floor = self.tolerance / 10
        for array in self.arrays:
            # below the floor the digits are rounding, and differ between machines
            tiny = array.relative_error < floor
            error = f"< {floor:.0e}" if tiny else f"{array.relative_error:.1g}"
            # z takes the minus off a zero
            worst = [f"{list(array.worst)}", f"{array.analytic:z.3g}", f"{array.numerical:z.3g}"]
            shown = [""] * 3 if array.verdict == "agrees" else worst
            rows.append([array.name, error, *shown, array.verdict])
        return [row[:2] + row[-1:] for row in rows] if self.passed else rows

    def _summary(self) -> str:
        if self.passed:
            agree = f"arrays agree up to a relative error of {self.tolerance:g}"
            return f"Gradient check passed: ε = {self.epsilon:g}, {agree}."
        by_verdict: dict[str, list[ArrayCheck]] = {}
        for array in self.arrays:
            by_verdict.setdefault(array.verdict, []).append(array)
        by_verdict.pop("agrees", None)
        said = [self._said_of(verdict, arrays) for verdict, arrays in by_verdict.items()]
        return f"Gradient check NOT passed at ε = {self.epsilon:g}. {' '.join(said)}"

    def _said_of(self, verdict: str, arrays: list[ArrayCheck]) -> str:
        """Say which arrays have a verdict other than agreement, and what to do about it."""
        names, one = ", ".join(array.name for array in arrays), len(arrays) == 1
        if verdict == "differs":
            differ = "differs" if one else "differ"
            return f"{names} {differ} by a relative error of more than {self.tolerance:g}."
        if verdict == "on a kink":
            return f"In {names} {KINK.format(max(array.on_a_kink for array in arrays))}"
        cure = f" {ROUNDING[self.dtype]}" if verdict == "lost in rounding" else ""
        return f"{names} {'is' if one else 'are'} {verdict}.{cure}"

    def __str__(self) -> str:
        rows = self._table()
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
        return "\n".join([*lines, self._summary()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        def line(cells: list[str], tag: str) -> str:
            return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

        head, *rows = self._table()
        body = "".join(line(row, "td") for row in rows)
        return f"<table>{line(head, 'th')}{body}</table><p>{escape(self._summary())}</p>"


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
    """
    X, Y = samples_for(network, X, Y)
    epsilon, tolerance = _settings(network, epsilon, two_sided)
    A, caches = network.forward(X)
    gradient = network.backward(caches, Y) if gradient is None else gradient
    if isinstance(gradient, Gradient):
        network.refuse_foreign(gradient)
        gradient = gradient.vector
    analytic = _in_layers(network, as_floats(gradient, "gradient"))
    # what the last digit of each output is worth in the loss
    rounding = float((np.abs(A - Y) * (np.abs(A) + np.abs(Y))).sum() / A.shape[1])
    rounding *= float(np.finfo(A.dtype).eps)

    def compare(epsilon: float, kinks: _Kinks | None = None) -> tuple[Array, list[ArrayCheck]]:
        numerical = _differences(network, caches, Y, epsilon, two_sided, kinks)
        checks = _compare_all(analytic, numerical, tolerance, rounding / epsilon)
        return numerical.vector, checks

    numerical, checks = compare(epsilon)
    if any(check.verdict == "differs" for check in checks) and network.has_kinks:
        kinks = _Kinks(caches)
        straight = compare(epsilon, kinks)[1]
        # with a large ε they are off by truncation too, so the usual one says what is right
        right = compare(_settings(network, None, two_sided)[0], _Kinks(caches))[1]
        checks = [_excuse(*found, kinks) for found in zip(checks, straight, right, strict=True)]
    error = relative_error(analytic.vector, numerical)
    return Report(tuple(checks), error, epsilon, tolerance, A.dtype.name)


def _in_layers(network: MLP, vector: Array) -> LayeredVector:
    if vector.shape != network.theta.shape:
        hint = f" Did you mean epsilon={vector:g}?" if vector.ndim == 0 and vector > 0 else ""
        message = f"gradient has shape {vector.shape}; expected {network.theta.shape}.{hint}"
        raise ValueError(message)
    return LayeredVector(vector, network.layer_sizes)


def _compare_all(
    analytic: LayeredVector, numerical: LayeredVector, tolerance: float, noise: float
) -> list[ArrayCheck]:
    return [
        _compare(f"d{name}[{l}]", mine[l], theirs[l], tolerance, noise)
        for l in analytic.W
        for name, mine, theirs in (("W", analytic.W, numerical.W), ("b", analytic.b, numerical.b))
    ]


def _excuse(
    check: ArrayCheck, straight: ArrayCheck, right: ArrayCheck, kinks: _Kinks
) -> ArrayCheck:
    """Return the check, with another verdict where kinks explain why a right array differs."""
    samples = int(kinks.crossed[int(check.name[3:-1])].sum())
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
