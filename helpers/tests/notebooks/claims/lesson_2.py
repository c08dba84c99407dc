"""What lesson 2 says, computes and draws."""

import math
from functools import cache
from typing import Any

import numpy as np
from autograd import grad

from helpers.activations import ACTIVATIONS
from helpers.datasets import two_moons
from helpers.labs.forward import ForwardLab
from helpers.layers import Caches
from helpers.network import MLP
from helpers.tests.independent import PHI, reference
from helpers.tests.networks import random_case
from helpers.tests.notebooks.claims import claim, in_words, part
from helpers.tests.notebooks.formulas.cells import Cell, cells_of, numbers_printed, of, run_in_order
from helpers.tests.notebooks.formulas.numbers import exact, same, three_layers
from helpers.tests.seen import assert_curves, panel, place, reads
from helpers.validation import Array

LESSON = "02_forward_caching"
SIZES, NAMES = (2, 16, 8, 1), ("relu", "relu", "sigmoid")


@cache
def moons(seed: int = 3) -> tuple[Array, Array]:
    return two_moons(300, noise=0.15, seed=seed)


def size(array: Array) -> float:
    return float(np.sqrt(np.mean(array * array)))


# The napkin


@claim(LESSON)
def the_napkin_is_the_smallest() -> str:
    names = run_in_order(LESSON, "napkin-code", "napkin-run")
    W1, b1, W2, X, Z1 = (names[name] for name in ("W1", "b1", "W2", "X", "Z1"))
    (hidden, inputs), outputs, samples = W1.shape, len(W2), in_words(X.shape[1])
    (kept, cut), (_, off) = Z1[:, 0], names["A1"][:, 0]
    back = cells_of("03_delta_recursion")["napkin-code"].run()
    assert np.array_equal(back["network"].W[1], W1) and np.array_equal(back["X"], X)
    first, second = (W1 @ X + b1.ravel() - W1 @ X)[0]
    return f"""
    by-hand :: {inputs} inputs, {hidden} hidden units with ReLU, {outputs} linear output; we write
        {inputs}-{hidden}-{outputs}. … It gets {samples} samples.
    napkin-code :: # {samples} samples: (1,
    napkin-explain :: 1 = {kept:g}$ and $2 … 1 = {cut:g}$. ReLU keeps the {kept:g} and turns
        ${cut:g}$ into {off:g}. The output … 1 = {names["A2"][0, 0]:g}$. … the shape
        {(W1 @ X).shape}, `b1` has {b1.shape}. NumPy repeats
    broadcast-explain :: right, so {b1.ravel().shape} became a *row*: it added ${first:g}$ to the
        first sample and ${second:g}$ to the
    """


# The network of the course


# The first weights


@claim(LESSON)
def starts_of_no_use() -> str:
    case = random_case(SIZES, NAMES, 30)
    case.network.theta[:] = 0
    assert not any(dW.any() for dW in reference(case).dW.values())
    case.network.theta[:] = 0.1
    dW = reference(case).dW
    assert all(W.any() and np.allclose(W, W[0]) for W in dW.values())
    return f"init :: changed alike, and {in_words(len(dW[1]))} of them"


def kept(W: Array, seed: int) -> float:
    """Return by what a product with W multiplies the mean square of random numbers."""
    A = np.random.default_rng([seed, 1]).normal(size=(W.shape[1], 50))
    return (size(W @ A) / size(A)) ** 2


@claim(LESSON)
def what_relu_leaves_and_what_others_ask_for() -> str:
    names = run_in_order(LESSON, "relu-half")
    z, inputs, s2 = names["z"], names["inputs"], 1 / 100
    left = part((size(names["a"]) / size(z)) ** 2, 0.05)
    for seed in range(20):
        W = np.random.default_rng(seed).normal(size=(300, 500))
        asked = kept(W / math.sqrt(500), seed), kept(W.T / math.sqrt(300), seed)
        assert np.allclose(asked, 1, atol=0.1), "to keep what goes forward, and what comes back"
        he = MLP((500, 300), ("tanh",), seed).W[1].var() * 500
        assert f"{he:.1f}" == "2.0" and np.isclose(size(np.tanh(0.1 * z)), 0.1 * size(z), 0.02)
    return f"""
    init :: is {len(inputs)}, $s^2$ is {s2:g} and $q$ is about {size(inputs) ** 2:.0f}, so the mean
        square of $z$ should be about {size(z) ** 2:.0f}.
    relu-half-picture :: Two histograms of {z.size:,} numbers.
    half-explain :: so {"half" if left == "½" else left} is left.
    """


def sizes_of(seed: int, factor: float = 1) -> tuple[Array, float]:
    """Return the sizes in ten layers of 100 units, and what is left of δ on its way back."""
    deep, rng = MLP((100,) * 11, ("relu",) * 10, seed), np.random.default_rng(seed)
    deep.theta[:] *= factor
    A, caches = deep.forward(rng.normal(size=(100, 300)))
    delta = deep.backward(caches, A + rng.normal(size=A.shape)).delta
    return np.array([size(caches.A[l]) for l in range(11)]), size(delta[1]) / size(delta[10])


@claim(LESSON)
def half_he_and_twice() -> str:
    (he, back), (half, _), (twice, _) = (sizes_of(0, factor) for factor in (1, 0.5, 2))
    assert np.allclose(half / he, 0.5 ** np.arange(11))
    printed = [line[2:5:2] for line in numbers_printed(LESSON, "he")[:2]]
    assert np.allclose(printed, [half[[1, 10]], he[[1, 10]]], rtol=0.01)
    others = [sizes_of(seed) for seed in range(1, 21)]
    least, most = (f(sizes[10] for sizes, _ in others) for f in (min, max))
    assert all(0.7 < left < 1.4 for _, left in [*others, (he, back)])
    assert part(half[10], 0.2) == part(1 / twice[10], 0.2) == "a thousandth"
    return f"""
    he-explain :: size: after {in_words(len(he) - 1)} layers it is {he[10]:.2f} here, and between
        {math.floor(least * 10) / 10} and {math.ceil(most * 10) / 10} with {in_words(len(others))}
        other seeds. … layer: about {part(0.5**10)} is left … it: about
        {part(0.5**10).removesuffix("th")}fold. The gradient
    """


# What is kept


def gelu(z: float) -> float:
    return z * (1 + math.erf(z / math.sqrt(2))) / 2


@claim("keep-z")
def the_slope_from_the_output() -> str:
    places = (-1.5, -0.25)
    (height,) = {f"{gelu(z):.1f}" for z in places}
    falling, rising = ((gelu(z + 1e-6) - gelu(z - 1e-6)) / 2e-6 for z in places)
    right = f"With the {in_words(len(ACTIVATIONS))} activations of this course"
    page = f"""
    right :: {right}
    With none: a slope depends on z :: the other {in_words(len(ACTIVATIONS) - 1)}.
    With any activation :: it is {height} at z = {places[0]} and at z = {places[1]}. There its
        slopes are {falling:.2f} and {rising:.2f}. Which does a = {height} mean?
    """
    return page.replace("-", "−")


@cache
def full_size() -> tuple[MLP, Caches]:
    network = MLP(SIZES, NAMES, seed=3)
    return network, network.forward(moons()[0])[1]


@claim(LESSON)
def caches_beside_parameters() -> str:
    network, caches = full_size()
    m, parameters = moons()[0].shape[1], network.theta.size
    numbers = m * SIZES[0] + sum(2 * m * n for n in SIZES[1:])
    assert numbers == caches.nbytes // 8 == numbers_printed(LESSON, "memory")[0][0]
    ratio = in_words(round(numbers / parameters, -1))
    more = network.forward(np.hstack([moons()[0]] * 2))[1].nbytes
    right = f"About {ratio} times as much as the parameters"
    return f"""
    memory-explain :: is the {SIZES[0]} inputs, and … of the {sum(SIZES[1:])} units … are
        about {ratio} times as … and they {"grow" if more > caches.nbytes else "shrink"} with every
    [memory]
    asked :: {m} samples go through the network {"-".join(map(str, SIZES))}, which has {parameters}
        parameters.
    right :: {right}
    {right} :: {numbers:,} numbers against {parameters}. They grow
    Less than the parameters: only outputs are kept :: layer of {SIZES[1]} units alone has 2 ·
        {SIZES[1]} · {m} numbers.
    """


def off_by(seed: int) -> float:
    """Return how far old caches' gradient is from the new one after a step, in percent."""
    network, (X, Y) = MLP(SIZES, NAMES, seed), moons(seed)
    old = network.forward(X)[1]
    network.update(network.backward(old, Y), 0.5)
    right = network.backward(network.forward(X)[1], Y).vector
    dW, db, _ = cells_of("03_delta_recursion")["backward-loop"].run()["backward_pass"](
        network, old, Y
    )
    wrong = np.concatenate([np.hstack([dW[l], db[l]]).ravel() for l in (1, 2, 3)])
    return float(100 * np.linalg.norm(wrong - right) / np.linalg.norm(right))


@claim("stale")
def yesterdays_caches() -> str:
    others = [off_by(seed) for seed in range(21) if seed != 3]
    right = "Plausible numbers that are wrong"
    return f"""
    right :: {right}
    {right} :: off by {off_by(3):.0f}% here (with {in_words(len(others))} other seeds by
        {min(others):.0f} to {max(others):.0f}%), and
    """


# The lab


@claim(LESSON)
def what_the_lab_shows() -> str:
    few, many = ForwardLab(samples=300), ForwardLab(samples=1000)
    assert few.network.theta.size == many.network.theta.size
    deep = ForwardLab(depth=8, layer_1=64, layer_2=64, layer_3=64)
    *hidden, output = deep.network.layer_sizes[1:]
    assert set(hidden) == {64}
    first, second, *_, last = (W.size + len(W) for W in deep.network.W.values())
    total, each = (f"{n:,}".replace(",", "{,}") for n in (deep.network.theta.size, second))
    dead = sum(int((deep.caches.Z[l] <= 0).all(axis=1).sum()) for l in range(1, 8))
    assert dead and "Dead" in deep.text
    return f"""
    lab :: samples to {many.X.shape[1]:,}. Which rows … {in_words(deep.network.n_layers).title()}
        layers: {in_words(len(hidden))} hidden ones of {hidden[0]} units, and the output of
        {output}.
    lab-explain :: 64 = {each}$. With the … that is ${first} + 6 \\cdot {each} + {last} = {total}$.
    """


@claim(LESSON)
def tanh_levels_off() -> str:
    lab = ForwardLab(
        depth=8, layer_1=64, layer_2=64, layer_3=64, activation="tanh", weights="twice He"
    )
    relu = ForwardLab(depth=8, layer_1=64, layer_2=64, layer_3=64).size
    hidden = [lab.caches.A[l] for l in range(1, 8)]
    assert np.ptp([size(A) for A in hidden[2:]]) < 0.05
    low = float(np.mean([np.mean(1 - A**2 < 0.1) for A in hidden]))
    level = f"{size(hidden[-1]):.1f}"
    words = {name: "grows" if s[-1] > s[0] else "shrinks" for name, s in relu.items()}
    return f"""
    lab-explain :: Twice He {words["twice He"]}, half of He {words["half of He"]}. tanh stays below
        {max(np.abs(A).max() for A in hidden):.0f}, so its … at about {level}. The price: about
        {in_words(round(10 * low))} in ten … which is {grad(PHI["tanh"])(0.0):g}.
    """


# What cells compute in silence


@of(LESSON, "forward-loop")
def every_layer_forward(cell: Cell) -> None:
    case, right = three_layers(), exact(three_layers)
    A, Z = cell.run()["forward"](case.network, case.X)
    same(A, right.A)
    same(Z, right.Z)


# What cells draw


@of(LESSON, "draw-network")
def the_network(cell: Cell) -> None:
    names = cell.run()
    texts = [text.get_text() for text in names["ax"].texts if text.get_text() != "⋮"]
    layers = ("input", *(f"layer {l}" for l in names["network"].W))
    sizes = zip(layers, names["network"].layer_sizes, strict=True)
    assert texts == [f"{layer}\n{n} unit{'s' * (n > 1)}" for layer, n in sizes]


@of(LESSON, "relu-half-picture")
def what_relu_cuts_off(cell: Cell) -> None:
    z = np.random.default_rng(7).normal(size=(20, 30))
    given = {"z, before ReLU": z, "a, after ReLU": np.where(z > 0, z, 0)}
    figure = cell.run(z=z, a=given["a, after ReLU"])["figure"]
    for side, (title, numbers) in zip(("left", "right"), given.items(), strict=True):
        ax = panel(figure, title)
        assert place(figure, ax) == side and reads(ax) == f"{title}: how many over "
        bars: list[Any] = [*ax.patches]
        for bar in bars:
            low, high = bar.get_x(), bar.get_x() + bar.get_width()
            assert bar.get_height() == np.sum((low <= numbers) & (numbers < high))
        assert sum(bar.get_height() for bar in bars) == z.size
        assert (ax.get_ylim(), ax.get_xlim()) == (
            figure.axes[0].get_ylim(),
            figure.axes[0].get_xlim(),
        )


@of(LESSON, "he-picture")
def sizes_of_activations(cell: Cell) -> None:
    layers = np.arange(11)
    sizes = {0.5: 0.5**layers, 1: 1 + layers / 100, 2: 2.0**layers}
    expected = {f"{factor} × He": (layers, size) for factor, size in sizes.items()}
    said = ": size of the activations (log) over layer"
    assert_curves(cell.run(sizes=sizes)["ax"], said, expected)
