"""What lesson 1 says."""

import math
from functools import partial
from typing import Any

import numpy as np
from autograd import elementwise_grad

from helpers.activations import ACTIVATIONS
from helpers.datasets import two_moons
from helpers.labs.activation import what_is_left
from helpers.losses import mean_squared_error
from helpers.network import MLP
from helpers.tests.independent import PHI
from helpers.tests.notebooks.claims import Said, claim, in_words, part, places_of, quoted
from helpers.tests.notebooks.formulas.cells import cells_of, run_in_order

LESSON = "01_activations"
PLACES = places_of(LESSON, 1)
Z = np.linspace(-6, 6, 4801)  # 0 is among them
Z = Z[np.abs(Z) > 1e-9]  # but for the corner
A = {name: np.asarray(phi(Z)) for name, phi in PHI.items()}
SLOPE = {name: np.asarray(elementwise_grad(phi)(Z)) for name, phi in PHI.items()}
BEST = {name: float(f"{slope.max():.4f}") for name, slope in SLOPE.items()}


def slope_at(name: str, z: float) -> float:
    return float(elementwise_grad(PHI[name])(z))


ran = partial(run_in_order, LESSON)


# From single numbers to matrices


@claim("multiplications")
def products_of_a_layer() -> str:
    n_in, n_out, m = (ran("count-nodes")[name] for name in ("n_in", "n_out", "m"))
    products = sum(1 for _ in range(n_out) for _ in range(n_in) for _ in range(m))
    right, weights, inputs = f"{products:,}", f"{n_out * n_in}", f"{n_in * m:,}"
    outputs, twice = f"{n_out * m:,}", f"{2 * products:,}"
    return f"""
    asked :: A layer with {n_in} inputs and {n_out} outputs sees {m} samples.
    right :: {right}
    {right} :: Each of the {n_out} · {n_in} weights is multiplied once for each of the {m} samples.
        On a graph of single numbers each of these is a node.
    {weights} :: These are the weights, {n_out} · {n_in}. Each of them meets every sample, and there
        are {m} of those.
    {inputs} :: These are the inputs, {n_in} · {m}. Each of them goes into all {n_out} outputs.
    {outputs} :: These are the outputs, {n_out} · {m}. Each of them is a sum of as many products
        as there are inputs.
    {twice} :: These are the multiplications and the additions together. Half of them multiply.
    otherwise :: Count the weights of the layer first. Then ask how often each of them is multiplied
        by something.
    """


@claim(LESSON)
def nodes_of_a_layer() -> str:
    n_in, n_out, m = (ran("count-nodes")[name] for name in ("n_in", "n_out", "m"))
    nodes = f"{2 * n_in * n_out * m:,}"  # a product and a sum for each weight: b is added, too
    return f"""
    count-nodes :: and as many additions:
    one-product :: Python visits each of these {nodes} nodes, and once more on the way back
    one-product-explain :: The chain rule stays the same. It is applied once to a whole matrix
        instead of {nodes} times to numbers.
    """


@claim(LESSON)
def rows_are_units_and_columns_samples() -> str:
    names = ran("count-nodes", "one-product-code")
    W, X, b, Z = (names[name] for name in "WXbZ")
    k, i = 7, 3
    assert np.allclose(Z[:, [k]], W @ X[:, [k]] + b)
    assert np.allclose(Z[[i]], W[[i]] @ X + b[i])
    return """
    one-product :: We put the samples side by side as the columns of $X$
    one-product :: Column $k$ of $Z$ belongs to sample $k$, row $i$ to unit $i$.
    one-product :: A **unit** is one row of a layer: one output for every sample.
    one-product-explain :: one array holds a whole layer, for all samples
    leap :: Each output is a weighted sum of all inputs plus a constant.
    leap :: The weights are a matrix $W$, the constants a column $b$ (the **biases**).
    """


@claim(LESSON)
def layers_without_an_activation() -> str:
    names = ran("count-nodes", "one-product-code", "collapse")
    assert np.allclose(names["three_layers"], names["one_layer"])
    W, b = [names[name] for name in ("W", "W2", "W3")], [np.ones((n, 1)) for n in (16, 8, 1)]
    biased = W[2] @ (W[1] @ (W[0] @ names["X"] + b[0]) + b[1]) + b[2]
    assert np.allclose(np.ptp(biased - names["one_layer"]), 0)
    return """
    collapse :: gives the same:
    one-product-explain :: Now put a second layer on top, and a third.
    one-product-explain :: can three layers of products and sums do more than one?
    collapse-explain :: They can't. A product of matrices is a matrix, so the stack is a single
        layer, and a single layer can only separate with a straight line. Biases don't change that.
    """


# The four activations


@claim(LESSON)
def shapes_of_the_four_curves() -> str:
    left, right = SLOPE["relu"][Z < 0], SLOPE["relu"][Z > 0]
    peak = {name: abs(float(Z[SLOPE[name].argmax()])) for name in ("sigmoid", "tanh")}
    assert max(peak.values()) < 0.01 and not left.any()
    flat = "flat to the left of zero and has slope {:g} to the right of it"
    assert np.ptp(SLOPE["linear"]) == 0
    return f"""
    pictures :: ReLU is {flat.format(*set(right))}.
    pictures :: Sigmoid's slope is a low hill of height {part(BEST["sigmoid"])}, tanh's a hill of
        height {BEST["tanh"]:g}, both at zero.
    pictures :: The linear slope is {SLOPE["linear"].min():g} everywhere.
    """


@claim(LESSON)
def three_things_to_see() -> str:
    far = max(float(SLOPE[name][np.abs(Z) > 5.5].max()) for name in ("sigmoid", "tanh"))
    assert far < 0.01
    off, on = sorted(set(SLOPE["relu"]))
    side = "negative" if off == SLOPE["relu"][0] else "positive"
    return f"""
    pictures-explain :: {in_words(3).title()} things to see:
    pictures-explain :: Sigmoid and tanh are **saturated** far from zero: the curve is flat, the
        slope almost {far:.0f}.
    pictures-explain :: can hardly tell the layers before it how to change
    pictures-explain :: Sigmoid's slope is never above {part(BEST["sigmoid"])}, tanh's never above
        {BEST["tanh"]:g}.
    pictures-explain :: ReLU's slope is exactly {on:g} or exactly {off:g}.
    pictures-explain :: A unit whose $z$ is {side} passes nothing back for that sample.
    """


@claim(LESSON)
def the_corner_hardly_matters() -> str:
    at_zero = 0
    for seed in range(20):
        X, _ = two_moons(300, noise=0.15, seed=seed)
        _, caches = MLP((2, 16, 8, 1), ("relu", "relu", "sigmoid"), seed).forward(X)
        at_zero += sum(int((caches.Z[l] == 0).sum()) for l in (1, 2))
    slopes = [float(PHI["relu"](h)) / h + 0.0 for h in (-1e-6, 1e-6)]
    assert slopes == [0, 1] and ACTIVATIONS["relu"].derivative(np.zeros(1)) == slopes[0]
    return f"""
    pictures-explain :: ReLU has a corner at $z = 0$, where it has no derivative.
    pictures-explain :: We take $\\varphi'(0) = {slopes[0]:g}$ and say so in the code.
    pictures-explain :: it {"matters" if at_zero else "hardly matters"} which value one takes
    """


@claim(LESSON)
def the_slopes_are_a_diagonal() -> str:
    z, step = np.array([-1.0, 0.5, 2.0]), np.array([3.0, 1.0, -2.0])
    tanh = ACTIVATIONS["tanh"]
    columns = [(tanh.function(z + e) - tanh.function(z - e)) / 2e-6 for e in 1e-6 * np.eye(3)]
    matrix = np.stack(columns, axis=1)
    assert np.allclose(matrix @ step, tanh.derivative(z) * step)
    off = matrix - np.diag(np.diag(matrix))
    return f"""
    shape-stays :: The shape stays the same: each element is on its own.
    shape-stays :: Strictly speaking, the derivative of a whole layer's activation is a huge matrix,
        with a row and a column for every element of $Z$. But it is {"not " * bool(off.any())}zero
        off its diagonal. So we keep the diagonal alone, as an array of the shape of $Z$, and
        multiply by it **element by element**: this is the product with the huge matrix.
    """


def loss_with_every_unit_active(seed: int, steps: int = 200, rate: float = 0.5) -> list[float]:
    """Train the course's network with `A >= 0` for the slopes, and return the losses."""
    X, Y = two_moons(300, noise=0.15, seed=seed)
    network = MLP((2, 16, 8, 1), ("relu", "relu", "sigmoid"), seed)
    losses: list[float] = []
    for _ in range(steps):
        output, caches = network.forward(X)
        losses.append(mean_squared_error(output, Y))
        gradient = network.backward(caches, Y)
        delta = gradient.delta[3]
        for l in (2, 1):
            delta = network.W[l + 1].T @ delta * (caches.A[l] >= 0)
            gradient.dW[l][:] = delta @ caches.A[l - 1].T
            gradient.db[l][:] = delta.sum(axis=1, keepdims=True)
        network.update(gradient, rate)
    return losses


@claim(LESSON)
def greater_or_equal_in_the_text() -> str:
    names = ran("by-hand", "by-hand-run")
    Z, A = names["Z"], names["relu"](names["Z"])
    (row, column), *others = np.argwhere((Z >= 0) != (Z > 0)).tolist()
    assert not others and (row, column) == (0, Z.shape[1] - 1) and Z[row, column] == 0
    assert np.array_equal(A > 0, Z > 0) and (A >= 0).all()
    falls = all(losses[-1] < losses[0] / 2 for losses in map(loss_with_every_unit_active, (3, 0)))
    return f"""
    always-true :: A > 0 is Z > 0:
    always-true :: Z >= 0
    always-true :: A >= 0
    always-true-explain :: On its own, neither change matters much. `A > 0` is true where `Z > 0`
        is.
    always-true-explain :: `Z >= 0` differs from that only where $z$ is exactly
        {Z[row, column]:g}, as at the end of the first row.
    always-true-explain :: Together they are wrong for every unit that is off
    always-true-explain :: ReLU's outputs are never negative, so `A >= 0` is true everywhere.
    always-true-explain :: A network with this slip treats every unit as active.
    always-true-explain :: It still runs, and its loss even {"falls" if falls else "rises"}.
    """


@claim("greater-or-equal")
def greater_or_equal() -> str:
    A = ACTIVATIONS["relu"].function(np.array([-2.0, -0.5, 0.0, 0.5, 2.0]))
    answer = {len(A): "Everywhere", 3: "Where Z >= 0", 2: "Where Z > 0, as it should be"}
    where = answer[int((A >= 0).sum())]
    return f"""
    asked :: ReLU's slope is 1 where Z > 0. Somebody compares the activations A = relu(Z)
    asked :: A = relu(Z) with 0 instead, and writes A >= 0.
    right :: {where}
    {answer[2]} :: ReLU turns a negative z into {A[0]:g}, and {A[0]:g} >= 0 is true.
    {answer[2]} :: So it is true in more places than that.
    {where} :: A is max(Z, 0), and never negative.
    {where} :: With this slip every unit counts as active, and every slope is 1.
    {where} :: A > 0 would have done as well as Z > 0.
    {answer[3]} :: A has forgotten which of its zeros come from a negative Z.
    {answer[3]} :: What is A where Z is −2, and is that >= 0?
    """


@claim(LESSON)
def leaky_relu() -> str:
    slope_of = cells_of(LESSON)["solution-leaky-relu-prime"].run()["solution"]
    below, at_zero, above = slope_of(np.array([-1.0, 0, 1]), 0.1)
    assert at_zero == below and len({below, above}) == 2
    id = "exercise-leaky-relu-prime"
    return f"""
    {id} :: A ReLU unit that is off passes nothing back. *Leaky* ReLU lets a little through
    {id} :: a small number, such as {below:g}, that the function is given
    {id} :: Like ReLU it has a corner at 0; count $z = 0$ as part of the left side
    {id} :: The curve is {in_words(len({below, above}))} straight lines.
    """


# Numbers that are too large


@claim("overflow")
def overflow() -> str:
    with np.errstate(over="ignore"):
        value, infinite = 1 / (1 + np.exp(1000.0)), np.exp(1000.0)
    assert np.isinf(infinite) and math.log10(math.e) * -1000 < math.log10(5e-324)
    right = f"{value:g}, as it should, and a warning"
    return f"""
    asked :: A very negative z Our sigmoid is 1 / (1 + np.exp(-Z)).
    asked :: What does it give where z is −1000?
    right :: {right}
    An error: e¹⁰⁰⁰ is too large :: It is too large for a float. But NumPy doesn't stop at that: it
        turns it into infinity, and goes on.
    nan: not a number :: That would come from ∞ / ∞ or ∞ − ∞.
    nan: not a number :: Here the denominator is infinite, and the numerator is 1.
    {right} :: e¹⁰⁰⁰ becomes infinity, with a warning, and 1 / (1 + ∞) = {value:g}.
    {right} :: On paper it is a little more than 0, but by less than any float can hold.
    """


@claim(LESSON)
def sigmoid_of_every_number() -> str:
    sigmoid = cells_of(LESSON)["solution-stable-sigmoid"].run()["solution"]
    with np.errstate(all="raise", under="ignore"):
        assert sigmoid(np.array([-10_000.0, 10_000])).tolist() == [0, 1]
    small, id = sigmoid(np.array([-30.0]))[0], "exercise-stable-sigmoid"
    power = round(math.log10(small))
    assert float(f"{small:.13f}") > 0, "thirteen decimals show it, so fourteen do"
    return f"""
    overflow-explain :: $e^{{1000}}$ is too large for a float, so it becomes infinity. This is
        called an **overflow**, and NumPy warns of it. Here the value is right all the same
    overflow-explain :: only the warning is a nuisance
    overflow :: e^1000 =
    {id} :: NumPy has nothing to warn of, for any finite $z$, be it −10,000 or 10,000
    {id} :: The values have to be right to fourteen decimals
    {id} :: at $z = -30$ sigmoid is about $10^{{{power}}}$, which isn't 0 yet
    {id} :: There is a second form. Multiply numerator and denominator by $e^z$
    {id} :: $e^{{-|z|}}$ is at most {np.exp(-np.abs(Z)).max():.0f} for every $z$.
    {id} :: The denominator is the same in both, and `np.where` chooses the numerator.
    """


@claim(LESSON)
def table_of_activations() -> str:
    rows: dict[str, tuple[str, str, Any]] = {
        "ReLU": (r"\max(z, 0)", "$1$ if $z > 0$, else $0$", np.where(Z > 0, 1, 0)),
        "sigmoid": (
            r"\dfrac{1}{1 + e^{-z}}",
            r"$\varphi(z)\,(1 - \varphi(z))$",
            A["sigmoid"] * (1 - A["sigmoid"]),
        ),
        "tanh": (r"\tanh z", r"$1 - \varphi(z)^2$", 1 - A["tanh"] ** 2),
        "linear": ("z", "$1$", np.ones_like(Z)),
    }
    assert all(np.allclose(slope, SLOPE[name.lower()]) for name, (_, _, slope) in rows.items())
    return "\n".join(
        f"collapse-explain :: | {name} | ${value}$ | {slope} |"
        for name, (value, slope, _) in rows.items()
    )


@claim(LESSON)
def sigmoid_rounds() -> str:
    sigmoid = ACTIVATIONS["sigmoid"]
    far, near = np.array([40.0]), np.array([-40.0])
    value, slope = sigmoid.function(far)[0], sigmoid.derivative(far)[0]
    assert sigmoid.derivative(near)[0] > 0
    return f"""
    registry :: At $z = {far[0]:g}$ sigmoid rounds to exactly {value:g}
    registry :: so $\\varphi (1 - \\varphi)$ is exactly {slope:g}
    registry :: the true slope is as small as at ${near[0]:g}$
    """


# Is the slope right?


@claim("slope-place")
def slope_at_the_wrong_place() -> str:
    unharmed = [
        name
        for name, phi in ACTIVATIONS.items()
        if np.allclose(phi.derivative(phi.function(Z)), SLOPE[name])
    ]
    assert unharmed == ["relu", "linear"]
    four, two = in_words(len(ACTIVATIONS)), in_words(len(unharmed))
    a, every = PHI["sigmoid"](2.0), "For all: a slope is the same on both sides of φ"
    word = "steeper" if slope_at("sigmoid", a) > slope_at("sigmoid", 2.0) else "flatter"
    return f"""
    asked :: For which of the {four} activations is the slope right all the same?
    right :: For ReLU and linear
    {every} :: The slope asked for is that of the curve at z.
    {every} :: At z = 2 sigmoid's a is {a:.2f}, and at {a:.2f} the curve is {word} than at 2.
    For ReLU and linear :: a > 0 is true where z > 0 is, and the linear slope is
        {BEST["linear"]:g} everywhere.
    For ReLU and linear :: Sigmoid and tanh get a wrong slope, and no error. A slip that ReLU hides
        shows with the next activation.
    For none :: But {two} of the {four} don't notice: for ReLU, compare the places where a > 0
    For none :: where a > 0 with those where z > 0
    """


@claim(LESSON)
def slope_between_two_points() -> str:
    names = ran("slope-check-code")
    assert [line.split()[-1] for (line,) in names["printed"]] == ["True"] * 4
    wrong = [
        name
        for name, phi in ACTIVATIONS.items()
        if not np.allclose(phi.derivative(phi.function(names["z"])), phi.derivative(names["z"]))
    ]
    assert "relu" not in wrong
    return f"""
    slope-check-code :: {f"slopes agree to {1e-08:.0e}:".replace("e-0", "e-")}
    slope-check :: The slope between two nearby points must be close to
    depth :: The check above would have caught it for {" and ".join(wrong)}, but not for ReLU.
    """


# What is left after many layers


@claim("ten-sigmoids")
def ten_sigmoids() -> str:
    best, layers = BEST["sigmoid"], in_words(10)
    quarter, slips = part(best), {"once": best / 10, "five": best**5, "ten": best**10}
    answer = {name: f"About {part(value)}" for name, value in slips.items()}
    return f"""
    asked :: After {layers} sigmoids Sigmoid's slope is {quarter} at most.
    asked :: A gradient of 1 goes back through {layers} layers of it, each at that best slope.
    right :: {answer["ten"]}
    {answer["once"]} :: That is {quarter} divided by 10. But each layer multiplies again: {quarter}
        after one, {part(best**2)} after two.
    {answer["five"]} :: That is left after {in_words(5)} of the {layers}:
        {" · ".join([quarter] * 5)}.
    {answer["ten"]} :: {layers.title()} factors of {quarter}. Nothing went wrong on the way: where
        the weights don't make up for it, the loss depends that little on what is {layers} sigmoids
        away
    """


def ten(power: int) -> str:
    """Return a power of ten as a picture writes it."""
    return "10" + str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


@claim(LESSON)
def what_ten_layers_leave() -> str:
    tanh = f"{slope_at('tanh', 1.0) ** 10:.0e}".split("e")
    sigmoid = round(math.log10(BEST["sigmoid"] ** 10))
    assert BEST["relu"] == BEST["tanh"] == 1
    fallen = f"{tanh[0]} · {ten(int(tanh[1]))}"
    on, near = SLOPE["relu"][Z > 0], SLOPE["tanh"] > 0.9
    assert set(on) == {1} and np.abs(Z[near]).max() < 0.4
    return f"""
    depth-picture :: the line of ReLU and tanh at their best stays at {BEST["tanh"] ** 10:g}.
    depth-picture :: After ten layers that of tanh at z = 1 has fallen to about {fallen}
    depth-picture :: and that of sigmoid at its best to about {ten(sigmoid)}.
    depth-picture :: relu, tanh at best
    depth-picture :: tanh at z = 1
    depth-picture :: sigmoid at best
    depth-picture :: what is left of 1
    depth-code :: tanh at z = 1
    depth-code :: after 1, 5, 10 layers:
    depth :: What do ten layers leave of it?
    depth-explain :: By the slopes alone, {part(10.0**sigmoid)} is left through ten sigmoids, at
        best.
    depth-explain :: Where the weights don't make up for it, hardly anything reaches the first
        layers. That is called a **vanishing gradient**. It isn't a fault of the algorithm, which
        computes it correctly: the loss really does depend that little on the first layers. ReLU
        keeps its best slope of {on.min():g} wherever a unit is on, tanh only near zero. Weights
        matter as well
    """


@claim(LESSON)
def what_the_lab_shows() -> str:
    best, far = slope_at("sigmoid", 0.0), slope_at("sigmoid", 4.0)
    alone, network = best**10, what_is_left("sigmoid", 10, 1.0)[-1]
    assert SLOPE["sigmoid"].max() <= best and far**10 < 1e-15 and network > alone
    return f"""
    lab :: Sigmoid at $z = 0$, its steepest point. What is left after ten layers?
    lab-explain :: By the slope alone about {part(alone)};
    lab-explain :: at $z = 4$, where the slope is {far:.3f}, next to nothing.
    lab-explain :: The network keeps about {in_words(round(network * 1000000.0))} millionths
    lab-explain :: because its weights make the gradient grow on the way
    """


@claim(LESSON)
def ten_layers_of_tanh_beside_ten_of_relu() -> str:
    tanh, relu = (what_is_left(name, 10, 1.0)[-1] for name in ("tanh", "relu"))
    much = "as much" if abs(math.log(tanh / relu)) < math.log(2) else "less"
    assert 0.5 < relu < 2
    return f"""
    depth-explain :: lesson 2 chooses them so that the signal neither dies nor explodes. With such
        weights, ten layers of tanh let {much} of a gradient through as ten of ReLU
    """


@claim(LESSON)
def weights_that_make_up_for_the_slopes() -> str:
    X = np.random.default_rng(0).normal(size=(64, 100))
    _, caches = MLP([64] * 12, ["relu"] * 11, seed=0).forward(X)
    on = float(np.mean([np.mean(caches.Z[l] > 0) for l in range(1, 11)]))
    half, he, twice = (what_is_left("relu", 30, scale)[-1] for scale in (0.5, 1, 2))
    factor = (half / he) ** (1 / 30)
    many = "half" if abs(on - 0.5) < 0.05 else "others"
    assert 0.5 < he < 2
    fate = "vanishes" if half < 1e-3 else "stays"
    return f"""
    lab :: ReLU at $z = -2$. The slope alone says that nothing is left.
    lab :: ReLU with 30 layers: what do weights of half He's size do, and of twice?
    lab-explain :: That unit is off for this sample, and passes nothing.
    lab-explain :: But in the network about {many} of the units are on
    lab-explain :: and He's weights are chosen to make up for the other half: the gradient stays
        steady
    lab-explain :: Half: a factor {part(factor, 1e-06)} in each layer, so it {fate}.
    lab-explain :: Twice: it {"explodes" if twice > 1000.0 else "stays"}.
    """


@claim(LESSON)
def tanh_explodes() -> str:
    depth, scale = 30, 3
    assert slope_at("tanh", 1.0) ** depth < 1e-3
    assert what_is_left("tanh", depth, scale)[-1] > 1e3
    return f"""
    lab :: tanh at $z = 1$ with {depth} layers and weights of {in_words(scale)} times He's size.
    lab :: The slope alone says "vanish".
    lab-explain :: It explodes. A slope is only half of the story; the other half is the
        weights that the gradient is multiplied by.
    """


UNPROVED: dict[str, list[tuple[Said, str]]] = {
    "tells what the words mean, or what the course does": quoted(
        LESSON,
        """
        leap :: the chain rule walks over all of them
        leap :: Some words first. A **sample** is one data point, here a few numbers. The **loss**
            is one number that says how wrong the outputs of a network are.
        leap :: The **gradient** says how the loss changes if a number in the network grows a
            little. To **train** a network is to use the gradient, again and again, to make the loss
            smaller.
        leap :: Here is the first of the questions of this course.
        leap :: A wrong answer costs nothing, and you are told why it is wrong.
        title :: that only multiplies and adds
        title :: say why we compute with whole matrices instead of single numbers, - write ReLU,
            sigmoid, tanh and the linear activation with their derivatives, - read off a derivative
            what a layer does to the gradient that passes through it.
        title :: After this lesson you can
        collapse-explain :: that we apply to every element of $Z$
        collapse-explain :: one question of every element: if $z$ grows a little
        collapse-explain :: how much does $\\varphi(z)$ grow?
        collapse-explain :: where is each slope largest, and where is it zero?
        every-number :: Computers have a largest number.
        depth :: the most useful test of the whole course
        lab :: On the right you see what remains of a gradient after many layers
        lab :: by the slope at your point alone, and in a random network, where each unit has a $z$
            of its own and the weights play their part. How large these weights are is on a slider,
            as a multiple of *He's*: the size that lesson 2 will derive for ReLU.
        lab-explain :: a layer for all samples
        """,
    ),
    "a drawing, which a test of its own reads": quoted(
        LESSON,
        """
        title :: On the left a graph of two input circles joined by six lines to three
        title :: On the right the same as one matrix product
        title :: W of shape 3 by 2 times X of shape 2 by m gives Z of shape 3 by m.
        """,
    ),
    "how a task is put, or a question that leads to it": quoted(
        LESSON,
        """
        exercise-leaky-relu-prime :: How steep is each of them?
        exercise-leaky-relu-prime :: has any shape (n, m), and the result has the same
        exercise-leaky-relu-prime :: Each $z$ has to be asked separately which side it is on. An
            `if` can't do that: it wants a single yes or no.
        exercise-leaky-relu-prime :: asks all of them
        exercise-leaky-relu-prime :: Both may be numbers.
        exercise-stable-sigmoid :: Don't silence the warning as above
        exercise-stable-sigmoid :: has any shape (n, m), and the result has the same
        exercise-stable-sigmoid :: On which side of zero is each of the two harmless?
        exercise-stable-sigmoid :: Which of the two forms does it serve for $z > 0$
        try-stable-sigmoid :: Return 1 / (1 + e⁻ᶻ) for each element of Z
        """,
    ),
}
