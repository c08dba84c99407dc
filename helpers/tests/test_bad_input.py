"""Whatever is passed in: the right result, or a sentence that names the argument.

`CALLS` is the table: each public function with good arguments, and for each argument what may
come instead. A value that means the same gives the same result; any other is refused with a
TypeError or ValueError, without a NumPy warning. Neither changes a network, its data, or a state
that all programs share; what is refused draws nothing, on paper or from a generator.
"""

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import wraps
from inspect import signature
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from helpers import activations, gradient_check, losses, plots
from helpers.activations import ACTIVATIONS
from helpers.datasets import DATASETS, digits, points_of_two_classes
from helpers.gradient_check import ArrayCheck, Report
from helpers.layers import Caches, Gradient, LayeredVector
from helpers.network import MLP, samples_for
from helpers.tests.networks import random_case
from helpers.training import History, Record, train, training_steps
from helpers.validation import Array

LONGEST = 420  # characters of a sentence, with all that it quotes
HUGE = 10**400
ma: Any = np.ma  # NumPy 2.0 has no types for it


class AsArray:
    """What can be made into an array by NumPy and is none, as a pandas frame is."""

    def __init__(self, array: Array) -> None:
        self.array = array

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return self.array.copy()


class Stubborn:
    """Refuses to become an array, as a PyTorch tensor that wants its gradient does."""

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        raise RuntimeError("Call detach() first.")


# What may come in place of a good value: `Same` means what it means, any other is to be refused


@dataclass(frozen=True)
class Same:
    value: Any
    means: Any
    rtol: float = 1e-12


Values = list[Any]


def as_matrix(array: Array) -> Array:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        return np.asmatrix(array)


def with_one(array: Array, value: Any, dtype: Any = None) -> Array:
    changed = array.astype(dtype or array.dtype)
    changed.flat[array.size // 2] = value
    return changed


def same_arrays(array: Array) -> Values:
    gaps = np.full([2 * n for n in array.shape], np.nan)[
        tuple(slice(None, None, 2) for _ in array.shape)
    ]
    gaps[...] = array
    frozen = array.copy()
    frozen.flags.writeable = False
    alike: Values = [array.tolist(), array.astype(np.longdouble), array.astype(">f8"), gaps, frozen]
    alike += [np.asfortranarray(array), array[..., ::-1].copy()[..., ::-1], ma.array(array)]
    alike += [AsArray(array), *([as_matrix(array)] if array.ndim == 2 else [])]
    return [
        *(Same(value, array) for value in alike),
        Same(array.astype(np.float32), array.astype(np.float32).astype(float), 1e-5),
        Same(array.astype(np.float16), array.astype(np.float16).astype(float)),
        Same(np.rint(9 * array).astype(int), np.rint(9 * array)),
        Same((array > 0).astype(np.int8), (array > 0) * 1.0),
        Same(array > 0, (array > 0) * 1.0),
    ]


def no_numbers(array: Array) -> Values:
    odd: Values = [None, "moons", {"X": array}, {1.0, 2.0}, (row for row in array), Stubborn(), len]
    odd += [array.astype(kind) for kind in (str, "S5", complex, object, "M8[s]", "m8[s]")]
    odd += [with_one(array, None, object), with_one(array, 1j, object), [[1.0, 2.0], [3.0]]]
    return [*odd, ma.masked_greater(array, np.median(array) - 1e-9)]


def other_shapes(array: Array) -> Values:
    shapes: Values = [array.T, array.ravel(), array[0], array[None], 0.5, [], array[:, :0]]
    return [*shapes, array[:0], np.vstack([array, array[:1]])]


def other_counts(array: Array) -> Values:
    return [array[:, :1], array[:, 1:], np.hstack([array, array[:, :1]])]


def not_finite(array: Array) -> Values:
    bad = (np.nan, np.inf, -np.inf)
    return [with_one(array, value, dtype) for value in bad for dtype in (float, np.float32)]


def wrong_data(array: Array) -> Values:
    return [*no_numbers(array), *other_shapes(array), *not_finite(array)]


def matched(array: Array) -> Values:
    """Labels: their number is that of the features."""
    return [*same_arrays(array), *wrong_data(array), *other_counts(array)]


def data(array: Array) -> Values:
    """Features: any number of samples passes."""
    counts = [array[:, :1], np.tile(array, 3)]
    return [*(Same(a, a.copy()) for a in counts), *same_arrays(array), *wrong_data(array)]


def a_few(array: Array) -> Values:
    """What tells whether an argument goes through a door that is tried with all there is."""
    return [Same(array.tolist(), array), "moons", None, array.T, array[:, :0], array * np.nan]


def beside(array: Array) -> Values:
    """What may hold NaN and has the shape of its neighbour."""
    return [*same_arrays(array), *no_numbers(array), *other_shapes(array), *other_counts(array)]


def shares(array: Array) -> Values:
    """What may hold NaN, and nothing below 0 or above 1."""
    whole_numbers = 12  # of which some are larger
    return [value for i, value in enumerate(beside(array)) if i != whole_numbers] + [array + 1, -1]


def of_any_shape(array: Array) -> Values:
    shapes = [Same(a, np.array(a)) for a in (array.ravel(), array[None], 0.5, array[:0])]
    return [*shapes, *same_arrays(array), *no_numbers(array)]


def positive(value: float, or_zero: bool = False) -> Values:
    same: Values = [np.float64(value), np.float32(value), Fraction(value), 1, np.int64(2)]
    bad: Values = [-1, -0.5, np.nan, np.inf, -np.inf, "0.1", None, True, np.True_, [0.1], 1j, len]
    bad += [np.array(0.5), np.array([0.5]), HUGE, -HUGE, 1.7e308, Decimal(1), Fraction(HUGE)]
    bad += [np.float32(np.inf)]
    (same if or_zero else bad).extend([0, 0.0])
    return [*(Same(number, float(number)) for number in same), *bad]


def whole(value: int, least: int) -> Values:
    same: Values = [np.int64(value), np.uint8(value), value + 1]
    bad: Values = [least - 1, -(10**9), float(value), np.float64(value), 2.5, np.nan, "3", True]
    bad += [[3], np.array(3), 1j, HUGE, -HUGE, Fraction(1, 2), len]
    return [*(Same(number, int(number)) for number in same), *bad]


NOTHING = Same(None, None)
SEEDS = [*(v for v in whole(3, 0) if v is not HUGE), np.random.RandomState(0), np.random, "0"]
SIZES: Values = ["2-3-1", 3, None, {2, 3}, np.array([2, 3, 1]), b"ab", [2, 0, 1], [2, -1, 1]]
SIZES += [[2, 2.5, 1], [2, "3", 1], [2, None, 1], [2, True, 1], [2, HUGE, 1], [np.nan] * 3]
RIGHT_SIZES = [Same((2, 3, 1), [2, 3, 1]), Same(range(3, 0, -1), [3, 2, 1])]
RIGHT_SIZES += [Same([np.int8(2), np.int64(3), 1], [2, 3, 1])]
NAMES: Values = [Same(("relu", "tanh"), ["relu", "tanh"]), "relu", None, 3, {"relu", "tanh"}]
NAMES += [["relu"], ["relu"] * 3, [], ["Relu", "tanh"], [None, "tanh"]]
NO_NAMES: Values = ["Relu", "TANH", "sigmoind", "", None, 3, ["relu"], "x" * 1000, HUGE, len]
NO_KIND: Values = [None, "network", 3, np.ones((2, 3)), [], len]
NO_SIZE: Values = [0, -1, np.nan, np.inf, "3", None, [3], True, HUGE, 1j]
NO_COUNT: Values = [-1, 1.5, 10**9, "2", None, np.nan, True, HUGE]
DTYPES_OF_NETWORKS: Values = [Same(float, "float64"), Same(np.float64, "float64"), ">f8", 3, [], ""]
DTYPES_OF_NETWORKS += ["float23", "float16", np.float16, int, len, complex]


# The table


SIZES_OF_WORLDS = (3, 4, 2)
FLAT = (2, 4, 1)  # sizes of a network whose data can be drawn


class World:
    """A network with all that goes with it, by the names of arguments; what must stay as it is."""

    def __init__(self, sizes: Sequence[int] = SIZES_OF_WORLDS) -> None:
        case = random_case(sizes, ["tanh", "sigmoid"], 5, seed=2)
        self.network, self.X = case.network, case.X
        self.Y = case.Y if sizes[-1] > 1 else (case.Y > 0) * 1.0
        _, self.caches = self.network.forward(self.X)
        self.gradient = self.network.backward(self.caches, self.Y)
        self.rng = np.random.default_rng(5)

    def good(self) -> dict[str, Any]:
        networks = dict.fromkeys(("self", "network", "before", "after"), self.network)
        outputs = {"A": self.Y + 1, "analytic": self.Y + 1, "numerical": self.Y}
        given = {"X": self.X, "Y": self.Y, "Z": self.X, "test": (self.X, self.Y), "seed": self.rng}
        passes = {"caches": self.caches, "gradient": self.gradient}
        return GOOD | networks | outputs | given | passes

    def state(self) -> list[bytes]:
        shared = np.random.get_state(legacy=False)  # noqa: NPY002
        again = self.network.backward(self.caches, self.Y).vector  # they are as good
        arrays = [again, self.network.theta, self.X, self.Y, self.gradient.vector]
        arrays += [*self.caches.A.values(), *self.caches.Z.values(), *self.gradient.delta.values()]
        return [array.tobytes() for array in (*arrays, shared["state"]["key"])]

    def drawn(self) -> list[str]:
        """Return what a call that is refused leaves as it is, too."""
        drawings = [str(part) for part in (*FIGURE.get_children(), *AX.get_children())]
        return [str(self.rng.bit_generator.state), *drawings]


def settings_of_all() -> list[Any]:
    """Return what all programs share, but for NumPy's stream of random numbers."""
    return [plt.get_fignums(), mpl.rcParams.copy(), np.geterr(), np.get_printoptions()]


FIGURE = Figure()
AX: Any = FIGURE.subplots()
WORLD, PLANE = World(), World(FLAT)
AS_MANY = World((5, 3, 2)).gradient  # as many parameters, of other layers
X, Y, Z = WORLD.X, WORLD.Y, WORLD.X
POINTS, CLASSES = PLANE.X, PLANE.Y
PAST = train(PLANE.network.copy(), POINTS, CLASSES, epochs=2, learning_rate=0.1, progress=0)
TESTS: Values = [NOTHING, (), (X,), (X, Y, Y), X, {"X": X, "Y": Y}, "test", (X.T, Y), (X, Y[0])]
TESTS += [(X, Y[:, 1:]), (Y, X), (X * np.nan, Y), (None, None), ("X", "Y")]
GRADIENTS: Values = [1e-6, "right", np.ones(3), np.ones((26, 1)), [], len, PLANE.gradient, NOTHING]
GRADIENTS += [
    AS_MANY,
    *same_arrays(WORLD.gradient.vector)[:5],
    *no_numbers(WORLD.gradient.vector)[1:],
]
# what the arguments of this name are
GOOD: dict[str, Any] = {
    "ax": AX, "figure": FIGURE, "path": "x.png", "width": 2, "height": 2, "columns": 1, "rows": 1,
    "history": PAST, "epsilons": [0.1, 0.2], "errors": {"a": [1, 2], "b": [1, 2]}, "n": 3,
    "name": "relu", "activation": ACTIVATIONS["relu"], "layer_sizes": [2, 3, 1],
    "activations": ["relu", "tanh"], "n_samples": 4, "noise": 0.5, "epochs": 3,
    "learning_rate": 0.5, "batch_size": 2, "record_every": 2,
}  # fmt: skip
# and what may come instead
INSTEAD: dict[str, Values] = {
    **dict.fromkeys(("network", "history", "ax", "figure", "activation"), NO_KIND),
    **dict.fromkeys(("width", "height"), NO_SIZE),
    **dict.fromkeys(("columns", "rows"), NO_COUNT),
    **dict.fromkeys(("before", "after"), NO_KIND),
    "X": a_few(X),
    "Y": a_few(Y),
    "Z": of_any_shape(Z),
    "A": beside(Y + 1),
    "analytic": beside(Y + 1),
    "numerical": beside(Y),
    "caches": [*NO_KIND, PLANE.caches],
    "name": NO_NAMES,
    "loss": NO_NAMES,
    "layer_sizes": [*SIZES, *RIGHT_SIZES, [2, 10**7, 10**7], [10**9, 10**9, 1]],
    "activations": [*NAMES, [ACTIVATIONS["relu"], "tanh"]],
    "dtype": DTYPES_OF_NETWORKS,
    "seed": SEEDS,
    "n_samples": [*whole(4, 1), 10**11],
    "n": whole(3, 1),
    "noise": positive(0.5, or_zero=True),
    "epochs": whole(3, 0),
    "learning_rate": positive(0.5),
    "batch_size": [*whole(2, 1), NOTHING],
    "record_every": whole(2, 1),
    "test": TESTS,
    "epsilon": [value for value in positive(1e-3) if value is not None],
    "two_sided": [None, 0, 1, 2, 5.0, "no", np.array([True]), []],
    "epsilons": [[1], [[1, 2]], "12", None, [1, "x"], 0.5],
    "errors": [*NO_KIND, {"a": [1, 2], "b": [1]}, {"a": [1, 2], "b": "two"}],
    "path": [None, 3, 2.5, []],
}


def twin_of(network: Any) -> Any:
    """Return a copy, where there is one: a right call may change what it is given."""
    return network.copy() if isinstance(network, MLP) else network


@wraps(MLP.update, assigned=())
def update(self: Any, **given: Any) -> Array:
    network = twin_of(self)
    MLP.update(network, **given)
    return network.theta


as_training = wraps(training_steps, assigned=())


@as_training
def quiet_train(network: Any, X: Any, Y: Any, **given: Any) -> History:
    return train(network=twin_of(network), X=X, Y=Y, **{"progress": 0, **given})


@as_training
def all_steps(network: Any, X: Any, Y: Any, **given: Any) -> History:
    return History(tuple(training_steps(network=twin_of(network), X=X, Y=Y, **given)))


class Call:
    """A public function; its arguments and what may come for them, where it isn't as everywhere."""

    def __init__(
        self,
        call: Callable[..., Any],
        sizes: Sequence[int] = SIZES_OF_WORLDS,
        good: dict[str, Any] | None = None,
        /,
        **other: Values,
    ) -> None:
        self.call, self.sizes, self.good = call, sizes, good or {}
        self.names = [*signature(call).parameters, *other]
        instead = INSTEAD | other
        self.instead = {name: instead[name] for name in self.names if name in instead}

    def __repr__(self) -> str:
        return self.call.__qualname__


WRONG_POINTS: dict[str, Values] = {"X": wrong_data(POINTS)}
WRONG_POINTS["Y"] = [*wrong_data(CLASSES), *other_counts(CLASSES)]
SHARES = np.array([[0.2, 0.9, 0.5, 0.75, 0.1]])
SQUARES = (4, 3, 2)  # features of 2 × 2
IN_IMAGES = {"titles": [None, 3, len, ["a"]], "signed": INSTEAD["two_sided"]}
NO_HISTORY: Values = [*NO_KIND, History(()), PAST.records]
CALLS = [
    *(Call(way) for phi in ACTIVATIONS.values() for way in (phi.function, phi.derivative)),
    Call(activations.find_activation),
    Call(losses.mean_squared_error, Y=beside(Y)),
    Call(losses.mean_squared_error_gradient, Y=beside(Y)),
    Call(losses.accuracy, Y=beside(Y)),
    Call(losses.cross_entropy, FLAT, {"A": SHARES}, A=shares(SHARES), Y=shares(CLASSES)),
    Call(digits),
    *(Call(points) for points in DATASETS.values()),
    Call(points_of_two_classes, FLAT, **WRONG_POINTS),
    Call(samples_for, X=data(X)[2:], Y=matched(Y)),  # [2:] are of as many samples
    Call(MLP),
    Call(MLP.forward, X=data(X)),
    Call(MLP.predict, X=data(X)),
    Call(MLP.backward, Y=matched(Y)),
    Call(update, gradient=[*NO_KIND, WORLD.gradient.vector, PLANE.gradient, AS_MANY]),
    Call(gradient_check.numerical_gradient),
    Call(gradient_check.check_gradient, gradient=GRADIENTS),
    Call(gradient_check.relative_error),
    Call(quiet_train, progress=[-1, 2.5, None, "all"]),
    Call(all_steps),
    Call(plots.new_figure),
    Call(plots.save_picture),
    Call(plots.plot_activation, ax=[*NO_KIND, FIGURE], activation=[*NO_KIND, "relu"]),
    Call(plots.plot_points, FLAT, **WRONG_POINTS),
    Call(plots.plot_boundary, FLAT, network=[*NO_KIND, WORLD.network], **WRONG_POINTS),
    Call(plots.plot_loss, history=NO_HISTORY),
    Call(plots.plot_gradient_norms, history=NO_HISTORY),
    Call(plots.plot_weight_heatmaps, figure=[*NO_KIND, AX], after=[*NO_KIND, PLANE.network]),
    Call(plots.plot_images, SQUARES, X=a_few(World(SQUARES).X), **IN_IMAGES),
    Call(plots.plot_epsilon_sweep),
    Call(plots.draw_network, layer_sizes=SIZES),
    Call(plots.unit_heights),
]


# what the numbers of a result are, by its kind
NUMBERS_OF: dict[type, tuple[str, ...]] = {
    MLP: ("theta",),
    Caches: ("A", "Z"),
    ArrayCheck: ("analytic", "numerical"),
    Report: ("arrays",),
    History: ("epoch", "loss", "gradient_norms"),
    **dict.fromkeys((Gradient, LayeredVector), ("vector",)),
}


def numbers_of(result: Any) -> list[Array]:
    """All numbers of a result, whatever it is, to compare it with another."""
    if isinstance(result, tuple | Mapping):
        parts: Any = result.values() if isinstance(result, Mapping) else result
    elif type(result) in NUMBERS_OF:
        parts = [getattr(result, name) for name in NUMBERS_OF[type(result)]]
    else:  # of what is drawn there are none
        return [] if result is None else [np.asarray(result)]
    return [array for part in parts for array in numbers_of(part)]


def outcome(call: Call, instead: dict[str, Any]) -> Any:
    """Call in a world of its own; what is refused gets a sentence."""
    world = World(call.sizes)
    good = world.good() | call.good
    arguments = {known: good[known] for known in call.names if known in good} | instead
    before, drawn = world.state(), world.drawn()
    try:
        return call.call(**arguments)
    except (TypeError, ValueError) as error:
        assert_is_a_sentence(error, *instead)
        assert world.drawn() == drawn
        raise
    finally:
        assert world.state() == before


def assert_is_a_sentence(error: Exception, name: str) -> None:
    said = str(error)
    assert type(error) in (TypeError, ValueError), said
    of_a_name = re.match("activation|loss", said) and name in ("name", "activations")
    assert of_a_name or name in said, said
    assert any(part in said for part in ("expected", "there are", "can't be an array")), said
    assert len(said) < LONGEST, said
    assert said[-1] in ".?)", said


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("call", CALLS, ids=repr)
def test_every_argument_gives_the_right_result_or_a_sentence(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)  # there a picture is saved
    before = settings_of_all()
    AX.clear()
    outcome(call, {"seed": None} if "seed" in call.names else {})
    for name, value in ((name, value) for name, values in call.instead.items() for value in values):
        if isinstance(value, Same):
            got, expected = (outcome(call, {name: v}) for v in (value.value, value.means))
            for ours, theirs in zip(numbers_of(got), numbers_of(expected), strict=True):
                message = f"{name}: {type(value.value)}"
                np.testing.assert_allclose(ours, theirs, value.rtol, 1e-9, err_msg=message)
        else:
            with pytest.raises((TypeError, ValueError)):
                pytest.fail(f"{name}={value!r} gives {outcome(call, {name: value})}")
    assert settings_of_all() == before


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("names", [["relu", "relu"], ["tanh", "linear"], ["linear", "sigmoid"]])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_numbers_at_the_end_of_the_range_pass_in_silence(names: list[str], dtype: Any) -> None:
    most = np.finfo(dtype).max
    network = MLP([2, 4, 1], names, dtype=dtype)
    far = np.array([[most, -most, most], [most, most, -most]], dtype)
    labels = np.array([[most, -most, 0]], dtype)
    outputs, caches = network.forward(far)
    network.backward(caches, labels).norms()
    gradient_check.check_gradient(network, far, labels)
    of_two = losses.mean_squared_error, losses.mean_squared_error_gradient
    for function in (*of_two, gradient_check.relative_error):
        function(-labels, labels)
        function([[np.inf]], [[np.inf]])
    assert np.isnan(losses.accuracy(outputs, labels > 0)) == np.isnan(outputs).any()


# What a message proposes


IMAGES = np.arange(7 * 64.0).reshape(7, 8, 8) / 64
PICTURES, MANY = MLP([64, 2], ["tanh"]), MLP([3, 3], ["tanh"])
CLASS_NUMBERS = np.array([2, 0, 1, 2, 1])
KINDS: list[Callable[[Array], Any]] = [
    np.asarray,
    np.ndarray.tolist,
    lambda array: tuple(array.tolist()),
    AsArray,
    ma.array,
    lambda array: AsArray(array.astype(object)),
    lambda array: array.astype(str).tolist(),
    lambda array: as_matrix(array) if array.ndim == 2 else array,
]


def learn(Y: Any) -> Array:
    return MANY.backward(MANY.forward(X)[1], Y).vector


def seen(test: Any) -> Any:
    (record,) = training_steps(PLANE.network, POINTS, CLASSES, epochs=0, learning_rate=1, test=test)
    return record.test_accuracy


def points(Y: Any) -> Array:
    AX.clear()
    plots.plot_points(AX, POINTS, Y)
    return np.concatenate([np.array(line.get_data()) for line in AX.lines], axis=1)


ONE_HOT = np.eye(3)[:, CLASS_NUMBERS]
# the call, what it wants, and what comes instead
PROPOSED: list[tuple[Callable[[Any], Any], Array, Array]] = [
    (WORLD.network.predict, X, X.T),
    (WORLD.network.predict, X[:, :1], X[:, 0]),
    (MLP([1, 2], ["tanh"]).predict, X[:1], X[0]),
    (PICTURES.predict, IMAGES.reshape(7, -1).T, IMAGES),
    (PICTURES.predict, IMAGES.reshape(7, -1).T, IMAGES.reshape(7, -1)),
    (PICTURES.predict, IMAGES.reshape(7, -1).T, np.moveaxis(IMAGES, 0, -1)),
    (PICTURES.predict, IMAGES[0].reshape(64, 1), IMAGES[0]),
    *((learn, ONE_HOT, given) for given in (ONE_HOT.T, CLASS_NUMBERS, CLASS_NUMBERS[None])),
    (learn, ONE_HOT, CLASS_NUMBERS[:, None] + 1.0),
    (lambda Y: losses.accuracy(CLASSES, Y), CLASSES, CLASSES[0]),
    (lambda Y: losses.accuracy(ONE_HOT, Y), ONE_HOT, CLASS_NUMBERS),
    (lambda Y: losses.mean_squared_error(ONE_HOT, Y), ONE_HOT, ONE_HOT.T),
    (lambda Y: seen((POINTS, Y)), CLASSES, CLASSES[0]),
    (lambda X: seen((X, CLASSES)), POINTS, POINTS.T),
    (points, CLASSES, CLASSES + 1),
    (points, CLASSES, 2 * CLASSES - 1),
]


def proposal(call: Callable[[Any], object], value: Any) -> Any:
    """Return what the message of a refused value proposes in its place, evaluated."""
    with pytest.raises((TypeError, ValueError)) as error:
        call(value)
    assert len(str(error.value)) < LONGEST
    (code,) = re.findall(r"Did you mean (.*)\?$", str(error.value))
    return eval(code, {"np": np, "X": value, "Y": value, "test": (value, value)})


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_message_proposes_works(kind: Callable[[Array], Any]) -> None:
    for call, wanted, array in PROPOSED:
        value = kind(array)
        if np.asarray(value).dtype.kind in "OU":
            value = proposal(call, value)  # numbers first, then their shape
        value = proposal(call, value)
        np.testing.assert_array_equal(call(value), call(wanted))


def test_columns_that_hold_no_numbers_get_a_cure() -> None:
    cure = "Turn text and dates into numbers first, and leave out what is missing."
    dates, missing = X.astype("M8[s]"), with_one(X, None, object)
    texts = {"str": np.array([["red"]]), "bytes": np.array([[b"red"]])}
    objects = {"str": np.array([["red", 1.0]], object), "NoneType": missing, "datetime64": dates}
    for what, values in (*texts.items(), *objects.items()):
        with pytest.raises(TypeError, match=rf"^X holds {what}; expected real numbers\.\n{cure}$"):
            WORLD.network.predict(values)


def test_classes_that_are_not_drawn_are_named() -> None:
    for Y, said in (
        ([[1, 2, 3, 4, 5]], r"\[1\.0, 2\.0, .*, 5\.0\]; .* one class against the others"),
        ([[0.5, 0, 1, 0, 1]], r"\[0\.0, 0\.5, 1\.0\]; expected 0 and 1"),
    ):
        for draw in (points, lambda Y: plots.plot_boundary(AX, PLANE.network, POINTS, Y)):
            with pytest.raises(ValueError, match=f"^Y holds {said}"):
                draw(Y)


def test_what_is_handed_out_is_not_changed_by_accident() -> None:
    kinds: list[Any] = [activations.Activation, losses.Loss, LayeredVector, Gradient, Caches]
    for kind in (*kinds, History, Record, Report, ArrayCheck, plots.Picture):
        assert kind.__dataclass_params__.frozen, kind
