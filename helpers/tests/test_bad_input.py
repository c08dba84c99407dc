"""Whatever is passed in: the right result, or a sentence that names the argument.

`CALLS` is the table: each public function with good arguments, and for each argument what may
come instead. A value that means the same gives the same result; any other is refused with a
TypeError or ValueError, without a NumPy warning, and nothing has changed then.
"""

import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps
from matplotlib.figure import Figure

from helpers import activations, losses, plots
from helpers.activations import ACTIVATIONS
from helpers.datasets import two_moons
from helpers.gradient_check import Report, check_gradient, numerical_gradient, relative_error
from helpers.layers import Caches, Gradient, LayeredVector
from helpers.network import MLP
from helpers.tests.networks import random_case
from helpers.training import History, train, training_steps
from helpers.validation import Array

LONGEST = 420  # characters of a sentence, with all that it quotes
HUGE = 10**400


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


@dataclass(frozen=True)
class Instead:
    """A value in place of a good one; with `means` the good one that it stands for."""

    label: str
    value: Any
    means: Any = None
    is_right: bool = False
    rtol: float = 1e-12

    def __repr__(self) -> str:
        return self.label


def the_same(label: str, value: Any, means: Any, rtol: float = 1e-12) -> Instead:
    return Instead(label, value, means, True, rtol)


def frozen(array: Array) -> Array:
    array = array.copy()
    array.flags.writeable = False
    return array


def spread_out(array: Array) -> Array:
    """The same numbers with gaps between them."""
    wide = np.full([2 * n for n in array.shape], np.nan)
    view = wide[tuple(slice(None, None, 2) for _ in array.shape)]
    view[...] = array
    return view


def as_matrix(array: Array) -> Array:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        return np.asmatrix(array)


def with_one(array: Array, value: Any, dtype: Any = None) -> Array:
    changed = array.astype(dtype or array.dtype)
    changed.flat[array.size // 2] = value
    return changed


def same_arrays(array: Array) -> Iterator[Instead]:
    half, single = (array.astype(d).astype(float) for d in (np.float16, np.float32))
    yield the_same("list", array.tolist(), array)
    yield the_same("float32", array.astype(np.float32), single, 1e-5)
    yield the_same("float16", array.astype(np.float16), half)
    yield the_same("long double", array.astype(np.longdouble), array)
    yield the_same("big-endian", array.astype(">f8"), array)
    yield the_same("whole numbers", np.rint(9 * array).astype(int), np.rint(9 * array))
    yield the_same("small whole numbers", (array > 0).astype(np.int8), (array > 0) * 1.0)
    yield the_same("booleans", array > 0, (array > 0) * 1.0)
    yield the_same("gaps in memory", spread_out(array), array)
    yield the_same("turned in memory", np.asfortranarray(array), array)
    yield the_same("backwards in memory", array[..., ::-1].copy()[..., ::-1], array)
    yield the_same("read-only", frozen(array), array)
    yield the_same("mask that hides nothing", ma.array(array), array)
    yield the_same("a kind of its own", AsArray(array), array)
    if array.ndim == 2:
        yield the_same("np.matrix", as_matrix(array), array)


def no_numbers(array: Array) -> Iterator[Instead]:
    mask = ma.masked_greater(array, np.median(array) - 1e-9)
    yield Instead("None", None)
    yield Instead("text", "moons")
    yield Instead("array of text", array.astype(str))
    yield Instead("bytes", array.astype("S5"))
    yield Instead("complex", array + 0j)
    yield Instead("objects", array.astype(object))
    yield Instead("None within", with_one(array, None, object))
    yield Instead("dates", array.astype("M8[s]"))
    yield Instead("times", array.astype("m8[s]"))
    yield Instead("masked", mask)
    yield Instead("ragged", [[1.0, 2.0], [3.0]])
    yield Instead("dict", {"X": array})
    yield Instead("set", {1.0, 2.0})
    yield Instead("generator", (row for row in array))
    yield Instead("stubborn", Stubborn())
    yield Instead("a function", len)


def other_shapes(array: Array) -> Iterator[Instead]:
    yield Instead("swapped axes", array.T)
    yield Instead("flat", array.ravel())
    yield Instead("flat labels", array[0])
    yield Instead("three axes", array[None])
    yield Instead("a number", 0.5)
    yield Instead("empty list", [])
    yield Instead("no samples", array[:, :0])
    yield Instead("no rows", array[:0])
    yield Instead("a row too many", np.vstack([array, array[:1]]))


def other_counts(array: Array) -> Iterator[Instead]:
    yield Instead("one sample", array[:, :1])
    yield Instead("a sample too few", array[:, 1:])
    yield Instead("a sample too many", np.hstack([array, array[:, :1]]))


def not_finite(array: Array) -> Iterator[Instead]:
    for value in (np.nan, np.inf, -np.inf):
        yield Instead(f"{value} within", with_one(array, value))
        yield Instead(f"{value} in float32", with_one(array, value, np.float32))


def data(array: Array) -> list[Instead]:
    """Features: any number of samples passes."""
    one, many = array[:, :1], np.tile(array, 3)
    more = [the_same("one sample", one, one.copy()), the_same("more samples", many, many.copy())]
    sources = (same_arrays, no_numbers, other_shapes, not_finite)
    return [*more, *(case for source in sources for case in source(array))]


def matched(array: Array) -> list[Instead]:
    """Labels: their number is that of the features."""
    sources = (same_arrays, no_numbers, other_shapes, other_counts, not_finite)
    return [case for source in sources for case in source(array)]


def beside(array: Array) -> list[Instead]:
    """What may hold NaN and has the shape of its neighbour."""
    sources = (same_arrays, no_numbers, other_shapes, other_counts)
    return [case for source in sources for case in source(array)]


def of_any_shape(array: Array) -> list[Instead]:
    flat, three = array.ravel(), array[None]
    more = [the_same("flat", flat, flat.copy()), the_same("three axes", three, three.copy())]
    more += [the_same("a number", 0.5, np.array(0.5)), the_same("empty", array[:0], array[:0])]
    return [*more, *same_arrays(array), *no_numbers(array)]


def positive(value: float, or_zero: bool = False) -> list[Instead]:
    same: list[Any] = [np.float64(value), np.float32(value), Fraction(value), 1, np.int64(2)]
    bad: list[Any] = [-1, -0.5, np.nan, np.inf, -np.inf, "0.1", None, True, np.True_, [0.1], 1j]
    bad += [np.array(0.5), np.array([0.5]), HUGE, -HUGE, 10**400, 1.7e308, Decimal(1)]
    bad += [np.float32(np.inf), Fraction(10**400), len]
    (same if or_zero else bad).extend([0, 0.0])
    right = [the_same(repr(number), number, float(number)) for number in same]
    return [*right, *others(bad)]


def whole(value: int, least: int) -> list[Instead]:
    same: list[Any] = [np.int64(value), np.uint8(value), value + 1]
    bad: list[Any] = [least - 1, -(10**9), float(value), np.float64(value), 2.5, np.nan, "3", True]
    bad += [[3], np.array(3), 1j, HUGE, -HUGE, Fraction(1, 2), len]
    return [*(the_same(repr(number), number, int(number)) for number in same), *others(bad)]


def others(values: list[Any]) -> list[Instead]:
    """Values to be refused; the label is short, whatever they are."""
    return [Instead(f"{type(value).__name__} {i}", value) for i, value in enumerate(values)]


OPTIONAL = [the_same("None", None, None)]
SEEDS = [
    *(case for case in whole(3, 0) if case.value is not HUGE),
    *others([np.random.RandomState(0), np.random, "0"]),
]
SIZES = others(["2-3-1", 3, None, {2, 3}, np.array([2, 3, 1]), b"ab", [2, 0, 1], [2, -1, 1]])
SIZES += others([[2, 2.5, 1], [2, "3", 1], [2, None, 1], [2, True, 1], [2, HUGE, 1], [np.nan] * 3])
TOO_LARGE = others([[2, 10**7, 10**7], [10**9, 10**9, 1]])
NO_NAMES: list[Any] = ["Relu", "TANH", "sigmoind", "", None, 3, ["relu"], "x" * 1000, HUGE, len]
NO_KIND: list[Any] = [None, "network", 3, np.ones((2, 3)), [], len]


def wrong(cases: list[Instead]) -> list[Instead]:
    return [case for case in cases if not case.is_right]


def no_numbers_only(array: Array) -> list[Instead]:
    return list(no_numbers(array))


def beside_vector(vector: Array) -> list[Instead]:
    right = [
        case
        for case in same_arrays(vector)
        if case.label in ("list", "read-only", "gaps in memory")
    ]
    return [*right, *(case for case in no_numbers(vector) if case.label != "None")]


def no_size() -> list[Instead]:
    return others([0, -1, np.nan, np.inf, "3", None, [3], True, HUGE, 1j])


def no_count() -> list[Instead]:
    return others([-1, 1.5, 10**9, "2", None, np.nan, True, HUGE])


def relu_itself() -> Any:
    return ACTIVATIONS["relu"]


@dataclass
class World:
    """A network with all that goes with it, and what of it must stay as it is."""

    network: MLP
    X: Array
    Y: Array
    caches: Caches = field(init=False)
    gradient: Gradient = field(init=False)
    other: MLP = field(init=False)
    rng: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        _, self.caches = self.network.forward(self.X)
        self.gradient = self.network.backward(self.caches, self.Y)
        self.other = MLP([2, 4, 1], ["relu", "relu"])
        self.rng = np.random.default_rng(5)

    def state(self) -> list[Any]:
        drawn = np.random.get_state(legacy=False)  # noqa: NPY002
        again = self.network.backward(self.caches, self.Y).vector.tobytes()  # they are as good
        arrays = [self.network.theta, self.X, self.Y, self.gradient.vector]
        arrays += [*self.caches.A.values(), *self.caches.Z.values(), *self.gradient.delta.values()]
        return [
            again,
            *(a.tobytes() for a in arrays),
            str(self.rng.bit_generator.state),
            drawn["state"]["key"].tobytes(),
        ]


def small_world() -> World:
    case = random_case([3, 4, 2], ["tanh", "sigmoid"], 5, seed=2)
    return World(case.network, case.X, case.Y)


def flat_world() -> World:
    case = random_case([2, 4, 1], ["tanh", "sigmoid"], 5, seed=2)
    return World(case.network, case.X, (case.Y > 0) * 1.0)


WORLD, PLANE = small_world(), flat_world()
Z, A, X, Y = WORLD.X, np.tanh(WORLD.X), WORLD.X, WORLD.Y
POINTS, CLASSES = PLANE.X, PLANE.Y
FIGURE = Figure()
AX: Any = FIGURE.subplots()
ma: Any = np.ma  # NumPy 2.0 has no types for it
PAST = train(PLANE.network.copy(), POINTS, CLASSES, epochs=2, learning_rate=0.1, progress=0)
Good = dict[str, Any]
Instances = dict[str, list[Instead]]


def other_gradients(world: World) -> list[Instead]:
    _, caches = world.other.forward(np.ones((2, 5)))
    return others([world.other.backward(caches, np.ones((1, 5)))])


def other_outs(array: Array) -> list[Instead]:
    """What doesn't take the result of Z."""
    shapes = [np.zeros(s) for s in ((2, 3, 5), (5, 3), (3, 1), (15,), ())]
    dtypes = [array.astype(np.float32), array.astype(int), array.astype(object)]
    return others([*shapes, *dtypes, array.tolist(), 0.5, "out"])


@dataclass(frozen=True)
class Call:
    """A public function: good arguments, made anew for a world, and what may come instead."""

    name: str
    call: Callable[..., Any]
    good: Callable[[World], Good]
    instead: Instances
    world: Callable[[], World] = small_world
    also_named: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return self.name


def all_of(steps: Callable[..., Any]) -> Callable[..., Any]:
    return lambda **settings: History(tuple(steps(**settings)))


def quiet_train(network: Any, X: Any, Y: Any, **settings: Any) -> History:
    """Train a copy, where there is one: a right call may change what it is given."""
    twin = network.copy() if isinstance(network, MLP) else network
    history = train(twin, X, Y, **{"progress": 0, **settings})
    return history


METHODS = {
    "forward": lambda network, **given: network.forward(**given),
    "backward": lambda network, **given: network.backward(**given),
    "update": lambda network, **given: network.update(**given) or network.theta,
    "predict": lambda network, **given: network.predict(**given),
}
SETTINGS: Instances = {
    "network": others(NO_KIND),
    "X": [case for case in data(X) if "sample" not in case.label],
    "Y": matched(Y),
    "epochs": whole(3, 0),
    "learning_rate": positive(0.5),
    "batch_size": [*whole(2, 1), *OPTIONAL],
    "seed": SEEDS,
    "record_every": whole(2, 1),
    "test": [
        *OPTIONAL,
        *others([(), (X,), (X, Y, Y), X, {"X": X, "Y": Y}, "test", (X.T, Y)]),
        *others([(X, Y[0]), (X, Y[:, 1:]), (Y, X), (X * np.nan, Y), (None, None), ("X", "Y")]),
    ],
}


def settings_of(world: World) -> Good:
    good: Good = {"network": world.network.copy(), "X": world.X, "Y": world.Y}
    good |= {"epochs": 3, "learning_rate": 0.5, "batch_size": 2, "seed": world.rng}
    return good | {"record_every": 2, "test": (world.X, world.Y)}


def checked(world: World) -> Good:
    return {"network": world.network, "X": world.X, "Y": world.Y}


CHECKED: Instances = {
    "network": others(NO_KIND),
    "X": [case for case in data(X) if "sample" not in case.label],
    "Y": matched(Y),
    "epsilon": [case for case in positive(1e-3) if case.value is not None],
    "two_sided": others([None, 0, 1, 2, 5.0, "no", np.array([True]), []]),
}
CALLS = [
    *(
        Call(f"{name}, {which}", way, lambda _: {"Z": Z.copy()}, {"Z": of_any_shape(Z)})
        for name, phi in ACTIVATIONS.items()
        for which, way in (("φ", phi.function), ("φ′", phi.derivative))
    ),
    Call(
        "find_activation",
        activations.find_activation,
        lambda _: {"name": "relu"},
        {"name": others(NO_NAMES)},
        also_named=("activation",),
    ),
    *(
        Call(
            name,
            getattr(losses, name),
            lambda _: {"A": Y + 1, "Y": Y},
            {"A": beside(Y + 1), "Y": beside(Y)},
        )
        for name in ("mean_squared_error", "mean_squared_error_gradient", "accuracy")
    ),
    Call(
        "two_moons",
        two_moons,
        lambda world: {"n_samples": 4, "noise": 0.5, "seed": world.rng},
        {
            "n_samples": [*whole(4, 1), *others([10**11, 10**400])],
            "noise": positive(0.5, or_zero=True),
            "seed": SEEDS,
        },
    ),
    Call(
        "MLP",
        MLP,
        lambda world: {
            "layer_sizes": [2, 3, 1],
            "activations": ["relu", "tanh"],
            "seed": world.rng,
            "dtype": "float64",
        },
        {
            "layer_sizes": [
                *SIZES,
                *TOO_LARGE,
                the_same("tuple", (2, 3, 1), [2, 3, 1]),
                the_same("range", range(3, 0, -1), [3, 2, 1]),
                the_same("NumPy's", [np.int8(2), np.int64(3), 1], [2, 3, 1]),
            ],
            "activations": [
                the_same("tuple", ("relu", "tanh"), ["relu", "tanh"]),
                *others(
                    [
                        "relu",
                        None,
                        3,
                        {"relu", "tanh"},
                        ["relu"],
                        ["relu"] * 3,
                        [],
                        ["Relu", "tanh"],
                        [None, "tanh"],
                        [relu_itself(), "tanh"],
                    ]
                ),
            ],
            "seed": SEEDS,
            "dtype": [
                the_same("type", float, "float64"),
                the_same("NumPy's", np.float64, "float64"),
                *others(
                    [
                        "float23",
                        "float16",
                        np.float16,
                        int,
                        ">f8",
                        3,
                        [],
                        "",
                        len,
                        np.longdouble,
                        complex,
                    ]
                ),
            ],
        },
        also_named=("activation",),
    ),
    Call("forward", METHODS["forward"], lambda w: {"network": w.network, "X": w.X}, {"X": data(X)}),
    Call("predict", METHODS["predict"], lambda w: {"network": w.network, "X": w.X}, {"X": data(X)}),
    Call(
        "backward",
        METHODS["backward"],
        lambda w: {"network": w.network, "caches": w.caches, "Y": w.Y},
        {"Y": matched(Y), "caches": others([*NO_KIND, PLANE.caches])},
    ),
    Call(
        "update",
        METHODS["update"],
        lambda w: {"network": w.network, "gradient": w.gradient, "learning_rate": 0.5},
        {
            "gradient": [*others([*NO_KIND, WORLD.gradient.vector]), *other_gradients(WORLD)],
            "learning_rate": positive(0.5),
        },
    ),
    Call("numerical_gradient", numerical_gradient, checked, CHECKED),
    Call(
        "check_gradient",
        check_gradient,
        checked,
        CHECKED
        | {
            "gradient": [
                *others([1e-6, "right", np.ones(3), np.ones((26, 1)), [], len]),
                *other_gradients(WORLD),
                *OPTIONAL,
                *beside_vector(WORLD.gradient.vector),
            ]
        },
    ),
    Call(
        "relative_error",
        relative_error,
        lambda _: {"analytic": Y + 1, "numerical": Y},
        {"analytic": beside(Y + 1), "numerical": beside(Y)},
    ),
    Call(
        "train", quiet_train, settings_of, SETTINGS | {"progress": others([-1, 2.5, None, "all"])}
    ),
    Call(
        "training_steps",
        all_of(training_steps),
        settings_of,
        {name: SETTINGS[name] for name in ("network", "learning_rate", "test", "epochs")},
    ),
    Call(
        "new_figure",
        plots.new_figure,
        lambda _: {"width": 2, "height": 2, "columns": 1, "rows": 1},
        {"width": no_size(), "height": no_size(), "columns": no_count(), "rows": no_count()},
    ),
    Call(
        "save_picture",
        plots.save_picture,
        lambda _: {"figure": FIGURE, "path": "x.png"},
        {"figure": others(NO_KIND), "path": others([None, 3, 2.5, []])},
    ),
    Call(
        "plot_activation",
        plots.plot_activation,
        lambda _: {"ax": AX, "activation": ACTIVATIONS["relu"]},
        {"ax": others([*NO_KIND, FIGURE]), "activation": others([*NO_KIND, "relu"])},
    ),
    Call(
        "plot_points",
        plots.plot_points,
        lambda _: {"ax": AX, "X": POINTS, "Y": CLASSES},
        {"ax": others(NO_KIND), "X": wrong(data(POINTS)), "Y": wrong(matched(CLASSES))},
        flat_world,
    ),
    Call(
        "plot_boundary",
        plots.plot_boundary,
        lambda w: {"ax": AX, "network": w.network, "X": POINTS, "Y": CLASSES},
        {
            "ax": others(NO_KIND),
            "network": others([*NO_KIND, WORLD.network]),
            "X": wrong(data(POINTS)),
            "Y": wrong(matched(CLASSES)),
        },
        flat_world,
    ),
    *(
        Call(
            name,
            getattr(plots, name),
            lambda _: {"ax": AX, "history": PAST},
            {"ax": others(NO_KIND), "history": others([*NO_KIND, History(()), PAST.records])},
        )
        for name in ("plot_loss", "plot_gradient_norms")
    ),
    Call(
        "plot_weight_heatmaps",
        plots.plot_weight_heatmaps,
        lambda w: {"figure": FIGURE, "before": w.network, "after": w.network},
        {
            "figure": others([*NO_KIND, AX]),
            "before": others([*NO_KIND, PLANE.network]),
            "after": others([*NO_KIND, PLANE.network]),
        },
    ),
    Call(
        "plot_epsilon_sweep",
        plots.plot_epsilon_sweep,
        lambda _: {"ax": AX, "epsilons": [0.1, 0.2], "errors": {"a": [1, 2], "b": [1, 2]}},
        {
            "ax": others(NO_KIND),
            "epsilons": others([[1], [[1, 2]], "12", None, [1, "x"], 0.5]),
            "errors": others([*NO_KIND, {"a": [1, 2], "b": [1]}, {"a": [1, 2], "b": "two"}]),
        },
    ),
    Call(
        "draw_network",
        plots.draw_network,
        lambda _: {"ax": AX, "layer_sizes": [2, 3, 1]},
        {"ax": others(NO_KIND), "layer_sizes": SIZES},
    ),
    Call("unit_heights", plots.unit_heights, lambda _: {"n": 3}, {"n": whole(3, 1)}),
]


def numbers_of(result: Any) -> list[Array]:  # noqa: PLR0911
    """All numbers of a result, whatever it is, to compare it with another."""
    if isinstance(result, MLP):
        return [result.theta]
    if isinstance(result, Gradient | LayeredVector):
        return [result.vector]
    if isinstance(result, Caches):
        return [*result.A.values(), *result.Z.values()]
    if isinstance(result, Report):
        return [np.array([[array.analytic, array.numerical] for array in result.arrays])]
    if isinstance(result, History):
        return [result.epoch, result.loss, result.gradient_norms]
    if isinstance(result, tuple):
        return [array for part in result for array in numbers_of(part)]
    return [np.asarray(result)]


def outcome(call: Call, changed: Good) -> Any:
    """Call with a world of its own, so that nothing is left over from another call."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return call.call(**{**call.good(call.world()), **changed})


def drawn() -> list[str]:
    return [str(part) for ax in FIGURE.axes for part in ax.get_children()]


@pytest.mark.parametrize("call", CALLS, ids=repr)
def test_every_argument_gives_the_right_result_or_a_sentence(call: Call) -> None:
    for name, cases in call.instead.items():
        for case in cases:
            if not case.is_right:
                check_refusal(call, name, case.value)
                continue
            got, expected = (outcome(call, {name: value}) for value in (case.value, case.means))
            for ours, theirs in zip(numbers_of(got), numbers_of(expected), strict=True):
                message = f"{name}: {case.label}"
                np.testing.assert_allclose(ours, theirs, case.rtol, 1e-9, err_msg=message)


def check_refusal(call: Call, name: str, value: Any) -> None:
    world = call.world()
    arguments = {**call.good(world), name: value}
    before, figure = world.state(), drawn()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises((TypeError, ValueError)) as error:
            call.call(**arguments)
    assert_is_a_sentence(error.value, (name, *call.also_named))
    assert (world.state(), drawn()) == (before, figure)


def assert_is_a_sentence(error: Exception, names: tuple[str, ...]) -> None:
    said = str(error)
    assert type(error) in (TypeError, ValueError), said
    assert any(name in said for name in names), said
    assert any(part in said for part in ("expected", "there are", "can't be an array")), said
    assert len(said) < LONGEST, said
    assert said[-1] in ".?)", said


# what would take its time, or its memory, if it is a right one; and A, which is taken for φ(Z)
LONG = {"epochs", "n_samples", "columns", "rows", "path", "record_every", "A"}
ARGUMENTS = [(call, name) for call in CALLS for name in call.instead if name not in LONG]
DTYPES = nps.scalar_dtypes() | nps.unicode_string_dtypes() | st.just(np.dtype(object))
SHAPES = nps.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5)
FITTING = st.sampled_from([(3, 5), (2, 5), (2, 1), (3, 1), (1, 5)])
NUMBERS = st.integers() | st.floats() | st.booleans() | st.fractions() | st.complex_numbers()
ANYTHING = st.recursive(
    st.none() | NUMBERS | st.text() | st.binary() | st.dates() | nps.arrays(DTYPES, SHAPES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=5,
)
FLOATS = nps.arrays(nps.floating_dtypes(), FITTING)


@settings(max_examples=120)
@given(place=st.sampled_from(ARGUMENTS), value=ANYTHING | FLOATS | FLOATS)
def test_anything_gives_a_result_or_a_sentence(place: tuple[Call, str], value: Any) -> None:
    call, name = place
    world = call.world()
    arguments = {**call.good(world), name: value}
    before = world.state()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", UserWarning)  # Matplotlib's, of axes that it can't scale
        try:
            call.call(**arguments)
        except (TypeError, ValueError) as error:
            # of two that don't fit together, either may be named
            assert_is_a_sentence(error, (*arguments, *call.also_named))
            assert world.state() == before
    AX.clear()


@pytest.mark.parametrize("names", [["relu", "relu"], ["tanh", "linear"], ["linear", "sigmoid"]])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_numbers_at_the_end_of_the_range_pass_without_a_warning(
    names: list[str], dtype: type[np.floating[Any]]
) -> None:
    most = np.finfo(dtype).max
    network = MLP([2, 4, 1], names, dtype=dtype)
    far = np.array([[most, -most, most], [most, most, -most]], dtype)
    labels = np.array([[most, -most, 0]], dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        outputs, caches = network.forward(far)
        network.backward(caches, labels).norms()
        check_gradient(network, far, labels)
        for loss in (losses.mean_squared_error, losses.mean_squared_error_gradient):
            loss(-labels, labels)
            loss([[np.inf]], [[np.inf]])
        share = losses.accuracy(outputs, labels > 0)
    assert np.isnan(share) == np.isnan(outputs).any()


# What a message proposes


IMAGES = np.arange(7 * 64.0).reshape(7, 8, 8) / 64
PICTURES = MLP([64, 2], ["tanh"])
CLASS_NUMBERS = np.array([2, 0, 1, 2, 1])
MANY = MLP([3, 3], ["tanh"])
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
    return numbers_of(MANY.backward(MANY.forward(X)[1], Y))[0]


def seen(test: Any) -> Array:
    (record,) = training_steps(PLANE.network, POINTS, CLASSES, epochs=0, learning_rate=1, test=test)
    return np.array(record.test_accuracy)


def points(Y: Any) -> Array:
    AX.clear()
    plots.plot_points(AX, POINTS, Y)
    return np.concatenate([np.array(line.get_data()) for line in AX.lines], axis=1)


ONE_HOT = np.eye(3)[:, CLASS_NUMBERS]
# the call, what it wants, and what comes instead
PROPOSED: list[tuple[Callable[[Any], Array], Array, Array]] = [
    (WORLD.network.predict, X, X.T),
    (WORLD.network.predict, X[:, :1], X[:, 0]),
    (MLP([1, 2], ["tanh"]).predict, X[:1], X[0]),
    (PICTURES.predict, IMAGES.reshape(7, -1).T, IMAGES),
    (PICTURES.predict, IMAGES.reshape(7, -1).T, IMAGES.reshape(7, -1)),
    (PICTURES.predict, IMAGES.reshape(7, -1).T, np.moveaxis(IMAGES, 0, -1)),
    (PICTURES.predict, IMAGES[0].reshape(64, 1), IMAGES[0]),
    (learn, ONE_HOT, ONE_HOT.T),
    (learn, ONE_HOT, CLASS_NUMBERS),
    (learn, ONE_HOT, CLASS_NUMBERS[None]),
    (learn, ONE_HOT, CLASS_NUMBERS[:, None] + 1.0),
    (lambda Y: numbers_of(losses.accuracy(CLASSES, Y))[0], CLASSES, CLASSES[0]),
    (lambda Y: numbers_of(losses.accuracy(ONE_HOT, Y))[0], ONE_HOT, CLASS_NUMBERS),
    (lambda Y: numbers_of(losses.mean_squared_error(ONE_HOT, Y))[0], ONE_HOT, ONE_HOT.T),
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
    names = {"np": np, "X": value, "Y": value, "test": (value, value)}
    return eval(code, names)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_message_proposes_works(kind: Callable[[Array], Any]) -> None:
    for call, wanted, array in PROPOSED:
        value = kind(array)
        if np.asarray(value).dtype.kind in "OU":
            value = proposal(call, value)  # numbers first, then their shape
        value = proposal(call, value)
        np.testing.assert_array_equal(call(value), call(wanted))


def test_ranges_text_epsilons_and_names_are_proposed_too() -> None:
    value = proposal(MLP([3, 3], ["tanh"]).predict, range(3))
    np.testing.assert_array_equal(value, [[0], [1], [2]])
    assert proposal(WORLD.network.predict, X.astype(str)).shape == X.shape
    with pytest.raises(ValueError, match=r"Did you mean epsilon=1e-05\?$"):
        check_gradient(WORLD.network, X, Y, 1e-5)
    assert proposal(activations.find_activation, "Relu") == "relu"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (np.array([["red", 1.0]], object), "Turn text and dates into numbers first"),
        (X.astype("M8[s]"), "Turn text and dates into numbers first"),
        (with_one(X, None, object), "leave out what is missing"),
    ],
)
def test_columns_that_hold_no_numbers_get_a_cure(values: Any, said: str) -> None:
    with pytest.raises(TypeError, match=rf"^X holds .*; expected real numbers\. .*{said}"):
        WORLD.network.predict(values)


def test_classes_that_are_not_drawn_are_named() -> None:
    for Y, said in (
        ([[1, 2, 3, 4, 5]], r"1\.0, 2\.0, 3\.0, …; .* np.equal\(Y, 5\.0\) draws one class"),
        ([[0.5, 0, 1, 0, 1]], r"0\.0, 0\.5, 1\.0; expected 0 and 1, [^?=]*\.$"),
    ):
        for draw in (points, lambda Y: plots.plot_boundary(AX, PLANE.network, POINTS, Y)):
            with pytest.raises(ValueError, match=f"^Y holds {said}"):
                draw(Y)


def test_pandas_frames_are_taken_or_refused_as_arrays_are() -> None:
    """`AsArray` stands for frames in the table, so that pandas isn't needed for the tests."""
    reason = "pandas isn't installed; `pip install pandas` to try its frames too"
    pandas: Any = pytest.importorskip("pandas", reason=reason)
    network, frame = small_world().network, pandas.DataFrame(X)
    np.testing.assert_array_equal(network.predict(frame), network.predict(X))
    with pytest.raises(
        ValueError, match=r"^X has shape \(5, 3\); .* Did you mean np\.array\(X\)\.T\?"
    ):
        network.predict(frame.T)
    with pytest.raises(ValueError, match=r"^Y has shape \(5,\); expected"):
        network.backward(network.forward(frame)[1], frame.loc[0])
    with pytest.raises(TypeError, match=r"^X holds str; expected real numbers"):
        network.predict(frame.astype(object).where(frame < 0, "moon"))
