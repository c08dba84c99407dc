"""What lesson 1 says, computes and draws."""

import math

import numpy as np
from autograd import elementwise_grad
from numpy.testing import assert_allclose

from helpers.activations import ACTIVATIONS
from helpers.labs.activation import what_is_left
from helpers.network import MLP
from helpers.tests.independent import PHI
from helpers.tests.notebooks.claims import claim, in_words, part
from helpers.tests.notebooks.formulas.cells import Cell, cells_of, numbers_printed, of, run_in_order
from helpers.tests.notebooks.formulas.numbers import layer, numbers, same
from helpers.tests.seen import assert_curves, curves, reads
from helpers.validation import Array

LESSON = "01_activations"
Z = np.linspace(-6, 6, 4801)  # 0 is among them
Z = Z[np.abs(Z) > 1e-9]  # but for the corner
SLOPE = {name: np.asarray(elementwise_grad(phi)(Z)) for name, phi in PHI.items()}
BEST = {name: float(f"{slope.max():.4f}") for name, slope in SLOPE.items()}


def slope_at(name: str, z: float) -> float:
    return float(elementwise_grad(PHI[name])(z))


# From single numbers to matrices


@claim(LESSON)
def nodes_and_products_of_a_layer() -> str:
    n_in, n_out, m = (run_in_order(LESSON, "count-nodes")[name] for name in ("n_in", "n_out", "m"))
    products = sum(1 for _ in range(n_out) for _ in range(n_in) for _ in range(m))
    nodes = f"{2 * products:,}"  # a product and a sum for each weight: b is added, too
    return f"""
    one-product :: of these {nodes} nodes, and
    one-product-explain :: instead of {nodes} times to
    [multiplications]
    asked :: layer with {n_in} inputs and {n_out} outputs sees {m} samples.
    right :: {products:,}
    {products:,} :: of the {n_out} · {n_in} weights is … of the {m} samples. On
    {n_out * n_in} :: the weights, {n_out} · {n_in}. Each of … there are {m} of those.
    {n_in * m:,} :: the inputs, {n_in} · {m}. Each of them goes into all {n_out} outputs.
    {n_out * m:,} :: the outputs, {n_out} · {m}. Each of
    {nodes} :: the multiplications and the additions together. Half
    """


# The four activations


@claim(LESSON)
def curves_and_their_slopes() -> str:
    peak = {name: abs(float(Z[SLOPE[name].argmax()])) for name in ("sigmoid", "tanh")}
    far = max(float(SLOPE[name][np.abs(Z) > 5.5].max()) for name in ("sigmoid", "tanh"))
    assert max(peak.values()) < 0.01 and far < 0.01 and np.ptp(SLOPE["linear"]) == 0
    off, on = sorted(set(SLOPE["relu"]))
    side = "negative" if off == SLOPE["relu"][0] else "positive"
    hill = part(BEST["sigmoid"])
    return f"""
    pictures :: and has slope {on:g} to the right … hill of height {hill}, tanh's a hill of height
        {BEST["tanh"]:g}, both at zero. The linear slope is {SLOPE["linear"].min():g} everywhere.
    pictures-explain :: slope almost {far:.0f}. … never above {hill}, tanh's never above
        {BEST["tanh"]:g}. … is exactly {on:g} or exactly {off:g}. A unit whose $z$ is {side} passes
    """


@claim(LESSON)
def greater_or_equal() -> str:
    names = run_in_order(LESSON, "by-hand", "by-hand-run")
    Z, A = names["Z"], names["relu"](names["Z"])
    ((row, column),) = np.argwhere((Z >= 0) != (Z > 0)).tolist()
    assert np.array_equal(A > 0, Z > 0) and (A >= 0).all()
    end, off = "end" if column == Z.shape[1] - 1 else "middle", A.min()
    return f"""
    always-true-explain :: is exactly {Z[row, column]:g}, as at the {end} of the
        {("first", "second")[row]} row.
    [greater-or-equal]
    right :: Everywhere
    Where Z > 0, as it should be :: z into {off:g}, and `{off:g} >= 0`
    """


# Numbers that are too large


@claim("overflow")
def overflow() -> str:
    with np.errstate(over="ignore"):
        value = 1 / (1 + np.exp(1000.0))
    right = f"{value:g}, as it should, and a warning"
    return f"""
    right :: {right}
    {right} :: ∞) = {value:g}.
    """


@claim(LESSON)
def sigmoid_of_every_number() -> str:
    small = cells_of(LESSON)["solution-stable-sigmoid"].run()["our_stable_sigmoid"](
        np.array([-30.0])
    )[0]
    assert float(f"{small:.13f}") > 0, "thirteen decimals show it, so fourteen do"
    power, most = round(math.log10(small)), np.exp(-np.abs(Z)).max()
    sigmoid = ACTIVATIONS["sigmoid"]
    far, near = np.array([40.0]), np.array([-40.0])
    assert sigmoid.derivative(near)[0] > 0
    return f"""
    exercise-stable-sigmoid :: about $10^{{{power}}}$, which isn't … at most {most:.0f} for every
    registry :: $z = {far[0]:g}$ sigmoid rounds to exactly {sigmoid.function(far)[0]:g} … is exactly
        {sigmoid.derivative(far)[0]:g} … as at ${near[0]:g}$
    """


# Is the slope right?


def where_the_slope_at_a_is(right: bool, z: Array) -> list[str]:
    """Return the activations whose φ′(φ(z)) is φ′(z), or isn't."""
    pairs = ACTIVATIONS.items()
    found = {n: np.allclose(f.derivative(f.function(z)), f.derivative(z)) for n, f in pairs}
    return [name for name, same in found.items() if same == right]


@claim(LESSON)
def slope_at_the_wrong_place() -> str:
    unharmed = where_the_slope_at_a_is(True, Z)
    assert unharmed == ["relu", "linear"]
    wrong = where_the_slope_at_a_is(False, run_in_order(LESSON, "slope-check-code")["z"])
    four, two = in_words(len(ACTIVATIONS)), in_words(len(unharmed))
    a = PHI["sigmoid"](2.0)
    word = "steeper" if slope_at("sigmoid", a) > slope_at("sigmoid", 2.0) else "flatter"
    return f"""
    depth :: it for {" and ".join(wrong)}, but not for ReLU.
    [slope-place]
    asked :: of the {four} activations is
    right :: For ReLU and linear
    For all: a slope is the same on both sides of φ :: a is {a:.2f}, and at {a:.2f} the curve is
        {word} than at 2.
    For ReLU and linear :: slope is {BEST["linear"]:g} everywhere.
    For none :: But {two} of the {four} don't notice:
    """


# What is left after many layers


@claim("ten-sigmoids")
def ten_sigmoids() -> str:
    best, layers = BEST["sigmoid"], in_words(10)
    quarter, slips = part(best), {"once": best / 10, "five": best**5, "ten": best**10}
    answer = {name: f"About {part(value)}" for name, value in slips.items()}
    return f"""
    asked :: After {layers} sigmoids Sigmoid's slope is {quarter} at most. … through {layers} layers
    right :: {answer["ten"]}
    {answer["once"]} :: That is {quarter} divided by … again: {quarter} after one, {part(best**2)}
        after two.
    {answer["five"]} :: left after {in_words(5)} of the {layers}: {" · ".join([quarter] * 5)}.
    {answer["ten"]} :: {layers.title()} factors of {quarter}. Nothing went … is {layers} sigmoids
    """


def ten(power: int) -> str:
    """Return a power of ten as a picture writes it."""
    return "10" + str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def what_slopes_leave() -> dict[str, list[float]]:
    """Return a gradient of 1 after 0 to 10 layers, multiplied by one slope a layer."""
    slopes = {"relu, tanh at best": 1.0, "tanh at z = 1": 1 / np.cosh(1) ** 2}
    slopes["sigmoid at best"] = 0.25
    return {name: [slope**layers for layers in range(11)] for name, slope in slopes.items()}


@claim(LESSON)
def what_ten_layers_leave() -> str:
    tanh, power = f"{slope_at('tanh', 1.0) ** 10:.0e}".split("e")
    sigmoid = round(math.log10(BEST["sigmoid"] ** 10))
    (on,), near = set(SLOPE["relu"][Z > 0]), SLOPE["tanh"] > 0.9
    assert BEST["relu"] == BEST["tanh"] == 1 and np.abs(Z[near]).max() < 0.4
    printed = [line[-3:] for line in numbers_printed(LESSON, "depth-code")]
    left = np.array(list(what_slopes_leave().values()))
    assert np.allclose(printed, left[:, [1, 5, 10]], atol=5e-4)
    two = [what_is_left(name, 10, 1.0)[-1] for name in ("tanh", "relu")]
    much = "as much" if abs(math.log(two[0] / two[1])) < math.log(2) else "less"
    return f"""
    depth-picture :: stays at {BEST["tanh"] ** 10:g}. … to about {tanh} · {ten(int(power))}, and
        that of sigmoid at its best to about {ten(sigmoid)}.
    depth-explain :: slopes alone, {part(10.0**sigmoid)} is left … slope of {on:g} wherever a … tanh
        let {much} of a
    """


@claim(LESSON)
def what_the_lab_shows() -> str:
    best, far = slope_at("sigmoid", 0.0), slope_at("sigmoid", 4.0)
    alone, network = best**10, what_is_left("sigmoid", 10, 1.0)[-1]
    assert SLOPE["sigmoid"].max() <= best and far**10 < 1e-15 and network > alone
    half, he, twice = (what_is_left("relu", 30, scale)[-1] for scale in (0.5, 1, 2))
    assert 0.5 < he < 2
    fate, other = "vanishes" if half < 1e-3 else "stays", "explodes" if twice > 1e3 else "stays"
    return f"""
    lab-explain :: alone about {part(alone)}; … slope is {far:.3f}, next to … keeps about
        {in_words(round(network * 1e6))} millionths … a factor {part((half / he) ** (1 / 30), 1e-6)}
        in each layer, so it {fate}. … Twice: it {other}.
    """


@claim(LESSON)
def weights_that_make_up_for_the_slopes() -> str:
    X = np.random.default_rng(0).normal(size=(64, 100))
    _, caches = MLP([64] * 12, ["relu"] * 11, seed=0).forward(X)
    on = float(np.mean([np.mean(caches.Z[l] > 0) for l in range(1, 11)]))
    depth, scale = 30, 3
    assert slope_at("tanh", 1.0) ** depth < 1e-3
    fate = "explodes" if what_is_left("tanh", depth, scale)[-1] > 1e3 else "vanishes"
    return f"""
    lab :: 1$ with {depth} layers and weights of {in_words(scale)} times He's
    lab-explain :: network about {"half" if abs(on - 0.5) < 0.05 else "others"} of the … It {fate}.
    """


# What cells compute in silence


@of(LESSON, "one-product-code")
def one_product(cell: Cell) -> None:
    W, X, b = numbers(3, 4), numbers(4, 5), numbers(3, 1)
    same(cell.value("Z", W=W, X=X, b=b), layer(W, X, b))


@of(LESSON, "by-hand")
def activations(cell: Cell) -> None:
    names, Z = cell.run(), np.array([[-2.5, -0.4, 0.0], [0.3, 1.7, 4.2]])
    for name in ("relu", "sigmoid"):
        same(names[name](Z), PHI[name](Z))
    same(names["relu_prime"](Z), elementwise_grad(PHI["relu"])(Z))


# What cells draw


@of(LESSON, "pictures")
def four_activations(cell: Cell) -> None:
    for ax, activation in zip(cell.run()["axes"], ACTIVATIONS.values(), strict=True):
        z, a = curves(ax)["φ(z)"]
        assert_allclose(a, activation.function(z))
        assert reads(ax) == f"{activation.name}:  over z"


@of(LESSON, "depth-picture")
def what_layers_leave(cell: Cell) -> None:
    said = ": what is left of 1 (log) over layers passed on the way back"
    left = {name: (range(11), left) for name, left in what_slopes_leave().items()}
    assert_curves(cell.run(layers=np.arange(11))["ax"], said, left)
