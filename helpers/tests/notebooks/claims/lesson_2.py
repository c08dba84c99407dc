"""What lesson 2 says."""

import math
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
import pytest
from autograd import elementwise_grad, grad
from numpy.typing import NDArray

from helpers.activations import ACTIVATIONS
from helpers.datasets import two_moons
from helpers.labs.forward import ForwardLab
from helpers.layers import Caches
from helpers.losses import mean_squared_error, mean_squared_error_gradient
from helpers.network import MLP
from helpers.tests.independent import PHI
from helpers.tests.notebooks.claims import Said, claim, in_words, part, places_of, quoted
from helpers.tests.notebooks.formulas.cells import cells_of, run_in_order
from helpers.training import train
from helpers.validation import Array

LESSON = "02_forward_caching"
PLACES = places_of(LESSON, 2)
SIZES, NAMES = (2, 16, 8, 1), ("relu", "relu", "sigmoid")
SEEDS = range(20)


@cache
def moons(seed: int = 3) -> tuple[Array, Array]:
    return two_moons(300, noise=0.15, seed=seed)


ran = partial(run_in_order, LESSON)


def size(array: Array) -> float:
    return float(np.sqrt(np.mean(array * array)))


# The napkin


@claim(LESSON)
def the_napkin_is_the_smallest() -> str:
    names = ran("napkin-code", "napkin-run")
    W1, W2, X, Z1, A1, A2 = (names[name] for name in ("W1", "W2", "X", "Z1", "A1", "A2"))
    (hidden, inputs), outputs, samples = W1.shape, len(W2), X.shape[1]
    assert np.array_equal(A2, names["Z2"]) and not np.array_equal(A1, Z1)
    assert X.T.tolist() == [[1, 2], [3, 1]]
    (kept, cut), (after, off) = Z1[:, 0], A1[:, 0]
    assert after == kept
    back = cells_of("03_delta_recursion")["napkin-code"].run()
    assert np.array_equal(back["network"].W[1], W1) and np.array_equal(back["X"], X)
    return f"""
    by-hand :: {inputs} inputs, {hidden} hidden units with ReLU, {outputs} linear output; we write
        {inputs}-{hidden}-{outputs}.
    by-hand :: It gets {in_words(samples)} samples.
    napkin-code :: # {in_words(samples)} samples: (1, 2) and (3, 1)
    napkin-predict :: the first column of $Z[1]$
    napkin-explain :: Column 1: $1 + 2 - 1 = {kept:g}$ and $2 - 4 + 1 = {cut:g}$. ReLU keeps the
        {kept:g} and turns ${cut:g}$ into {off:g}. The output is $2 - 0 + 1 = {A2[0, 0]:g}$.
        Lesson 3 goes back through these very numbers.
    """


@claim(LESSON)
def a_flat_bias_becomes_a_row() -> str:
    names = ran("napkin-code", "napkin-run")
    W1, b1, X = names["W1"], names["b1"], names["X"]
    first, second = (W1 @ X + b1.ravel() - W1 @ X)[0]
    assert np.array_equal(W1 @ X + b1, W1 @ X + np.hstack([b1] * X.shape[1]))
    with pytest.raises(ValueError, match="broadcast"):
        W1 @ np.ones((2, 300)) + b1.ravel()
    assert all(b.shape == (len(W), 1) for W, b in zip(*by_layer(), strict=True))
    return f"""
    napkin-explain :: `W1 @ X` has the shape {(W1 @ X).shape}, `b1` has {b1.shape}. NumPy repeats
        the one column of `b1` for every sample: this is **broadcasting**.
    broadcast-explain :: No error, but other numbers. NumPy lines up shapes from the right, so
        {b1.ravel().shape} became a *row*: it added ${first:g}$ to the first sample and ${second:g}$
        to the second, instead of to the units. With 300 samples it would have been an error; with
        as many samples as units nothing is said. So a bias in this course always has the shape
        $(n_l, 1)$.
    """


def by_layer() -> tuple[list[Array], list[Array]]:
    network = MLP(SIZES, NAMES, seed=3)
    return list(network.W.values()), list(network.b.values())


@claim("rows")
def rows_or_columns() -> str:
    rng = np.random.default_rng(0)
    W, X = rng.normal(size=(16, 2)), rng.normal(size=(2, 300))
    assert np.allclose((X.T @ W.T).T, W @ X)
    return f"""
    asked :: Here a column is a sample, and a layer of {len(W)} units is W X + b with W of shape
        {W.shape}. In some libraries a row is a sample, and the layer is X W + b with W of shape
        {W.T.shape}. Who has W the right way round?
    right :: Both have
    We have :: A unit is a row of our W, and a column of theirs. Their result has the same
    They have :: A unit is a column of their W, and a row of ours. Our result has the same
    Both have :: Each is the transpose of the other: (W X)ᵀ = Xᵀ Wᵀ. Each fits the formula in
        which it stands. What goes wrong is mixing the two.
    """


@claim(LESSON)
def rows_or_columns_in_the_text() -> str:
    assert ran("napkin-code", "rows-code")["printed"][0][1]
    return """
    rows-code :: # one row per sample; their W is W1.T, their b is b1.T
    rows-code :: the same numbers, transposed:
    rows :: Our samples are columns. Many libraries put them in rows
    rows-or-columns :: Many libraries put samples in rows: $X$ has the shape
    rows-or-columns :: It is the same mathematics, transposed. Neither is wrong; mixing them is.
    """


# The network of the course


@claim(LESSON)
def sizes_of_the_network() -> str:
    network, X = ran("make-network")["network"], moons()[0]
    inputs, *hidden, outputs = map(in_words, network.layer_sizes)
    assert [W.size for W in by_layer()[0]] == [2 * 16, 16 * 8, 8 * 1]
    assert network.theta.ndim == 1 and all(
        np.shares_memory(W, network.theta) for W in network.W.values()
    )
    return f"""
    draw-network :: The network 2-16-8-1: {inputs} input units, {" and ".join(hidden)} hidden
        units and {outputs} output, each joined to all units of the next layer.
    flat :: All {network.theta.size} live in one flat vector, `network.theta`, or θ.
    views :: θ[0] rose by
    title :: A network turns {X.shape[1]} points into {network.predict(X).size} answers.
    """


# The first weights


@claim(LESSON)
def a_start_at_zero() -> str:
    X, Y = moons()
    assert Y.mean() == 0.5
    names = cells_of(LESSON)["zero-init"].run()
    caches, gradient = names["caches"], names["gradient"]
    (same,) = set(caches.A[1].ravel()) | set(caches.A[2].ravel())
    assert not any(gradient.dW[l].any() for l in (1, 2, 3))
    assert not any(gradient.db[l].any() for l in (1, 2)) and np.ptp(names["A"]) == 0
    return f"""
    init :: We take {X.shape[1]} points `X` in {in_words(len(np.unique(Y)))} classes, half and
        half, and their **labels** `Y`, {int(Y.min())} or {int(Y.max())}.
    zero-init :: gradient of the last bias is 0:
    zero-explain :: All hidden units give the same {same:g} for every sample, and no weight has a
        gradient. Only the last bias could learn, and with as many points of each class even its
        gradient is {abs(gradient.db[3].item()):.0f}. So this network gives every point the same
        answer for ever.
    """


@claim(LESSON)
def a_start_with_equal_weights() -> str:
    network = MLP(SIZES, NAMES)
    for W in network.W.values():
        W[:] = 0.1
    before = network.theta.copy()
    train(network, *moons(), epochs=100, learning_rate=0.5, progress=0)
    assert not np.array_equal(network.theta, before)
    alike = not any(np.ptp(network.W[l], axis=0).any() for l in (1, 2))
    units = in_words(network.layer_sizes[1])
    return f"""
    zero-explain :: With equal non-zero weights it would move, but every unit of a layer would move
        {"alike" if alike else "apart"}; {units} units would stay copies of one. So weights start
        **random**. Biases may start at zero, since the weights already tell the units apart.
    """


@claim("zero-start")
def a_start_at_zero_stays_there() -> str:
    network, (X, Y) = MLP(SIZES, NAMES), moons()
    network.theta[:] = 0
    history = train(network, X, Y, epochs=2000, learning_rate=0.5, progress=0)
    (answer,) = set(network.predict(X).round(6).ravel())
    loss = mean_squared_error(network.predict(X), Y)
    assert math.isclose(history.loss[0], loss)
    return f"""
    asked :: A start at zero The network {"-".join(map(str, SIZES))} with ReLU starts with all
        weights and biases at 0, and is trained for {history.epoch[-1]:,} steps, on as many points
        of one class as of the other.
    right :: As it began
    As it began :: Every hidden unit gives 0, and every weight has the gradient 0. The last bias
        could move, but the two classes pull it equally. The loss stays at {loss:.3f}, the answer
        at {answer:g} for every point.
    As well as from any other start :: Training moves a weight by its gradient. A weight
        multiplies an input, and every hidden output is 0 here. If such a weight grows a little
    A little worse, as it begins further away :: It isn't the distance. Ask what happens if one
        weight grows a little: what does it multiply, and through which weights does that reach
    """


@claim(LESSON)
def squares_on_average() -> str:
    rng, n_in = np.random.default_rng(0), 100
    s, X = math.sqrt(2 / n_in), rng.normal(size=(n_in, 2000)) + 1
    Z = rng.normal(0, s, (2000, n_in)) @ X
    mean_square = float(np.mean(Z**2))
    assert math.isclose(mean_square, n_in * s * s * np.mean(X**2), rel_tol=0.05)
    share = float(np.mean(PHI["relu"](Z) ** 2)) / mean_square
    return f"""
    zero-explain :: the weights are independent with mean 0 and variance $s^2$, then the mixed
        products cancel on average, the squares remain
    zero-explain :: ReLU cuts off the negative half, which
        {"halves" if part(share) == "½" else "changes"} the mean square. To get out as much as
        went in, we need $\\tfrac12\\, n_\\text{{in}}\\, s^2 = 1$
    exercise-he-weights :: holds numbers from $\\mathcal N(0, 1)$: mean 0, variance 1.
    exercise-he-weights :: The mean square is multiplied by $c^2$. It was 1, and it has to become
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
    assert np.allclose(half / he, 0.5 ** np.arange(11)) and np.allclose(
        twice / he, 2.0 ** np.arange(11)
    )
    others = [sizes_of(seed) for seed in range(1, 21)]
    least, most = (f(sizes[10] for sizes, _ in others) for f in (min, max))
    assert all(0.7 < left < 1.4 for _, left in [*others, (he, back)])
    assert part(half[10], 0.2) == part(1 / twice[10], 0.2) == "a thousandth"
    return f"""
    he-predict :: with ten layers of 100 units, what do weights of half or twice that spread do
    he-explain :: With He's weights the signal roughly keeps its size: after {in_words(len(he) - 1)}
        layers it is {he[10]:.2f} here, and between {math.floor(least * 10) / 10} and
        {math.ceil(most * 10) / 10} with {in_words(len(others))} other seeds. Compared with that,
        half the spread halves the signal in every layer: about {part(0.5**10)} is left after
        ten. Twice the spread doubles it: about {part(0.5**10).removesuffix("th")}fold. The
        gradient travels the same road backwards, through the same weights. Where layers are
        equally wide, as here, it roughly keeps its size too.
    he-picture :: On a log axis over ten layers: with He's weights the activations roughly keep
        their size, with weights half as large they shrink about a thousandfold, with weights twice
        as large they grow about a thousandfold.
    he :: × He: layer 1
    he :: , layer 10
    """


# What is kept


@claim(LESSON)
def the_caches_of_a_layer() -> str:
    cached = cells_of(LESSON)["solution-layer-forward"].run()["solution"](
        np.ones((3, 2)), np.ones((3, 1)), np.ones((2, 5)), ACTIVATIONS["relu"]
    )[1]
    network, X = MLP(SIZES, NAMES, seed=3), moons()[0]
    caches = network.forward(X)[1]
    ones = caches.A[1].base
    assert ones is not None and (ones[-1] == 1).all() and np.array_equal(ones[:-1], caches.A[1])
    assert np.shares_memory(network.b[2], network.theta)
    return f"""
    forward-pass :: A layer takes the activations of the layer before, and hands on its own. On
        the way back, in lesson 3, {in_words(len(cached))} things will be asked of it: what came
        in, and where on the curve of φ each sample stood. So it keeps both.
    forward-loop-intro :: It keeps every $Z[l]$ and $A[l]$
    caches-why :: it keeps a row of ones under each $A[l-1]$, and $b[l]$ as the last column of a
        matrix $[W\\; b]$
    caches-why :: Each layer has three, and each has a job on the way back
    caches-why :: a weight matters as much as the input that it multiplied
    caches-why :: how steep the activation was where each sample stood
    caches-why :: the loss compares the last one with the labels; sigmoid and tanh have
        $\\varphi'$ from it without a second exponential
    price :: memory, {caches.Z[1].itemsize} bytes per number
    """


def gelu(z: float) -> float:
    return z * (1 + math.erf(z / math.sqrt(2))) / 2


def gelu_slope(z: float) -> float:
    return (gelu(z + 1e-6) - gelu(z - 1e-6)) / 2e-6


def minus(number: str) -> str:
    return number.replace("-", "−")


@claim("keep-z")
def the_slope_from_the_output() -> str:
    Z = np.linspace(-3, 3, 40)
    from_output: dict[str, Callable[[Array], NDArray[Any]]] = {
        "ReLU: 1 where a > 0": lambda a: a > 0,
        "Sigmoid: a (1 − a)": lambda a: a * (1 - a),
        "tanh: 1 − a²": lambda a: 1 - a**2,
        "Linear: 1": np.ones_like,
    }
    for (sentence, slope), name in zip(from_output.items(), PHI, strict=True):
        assert sentence.lower().startswith(name)
        assert np.allclose(slope(PHI[name](Z)), elementwise_grad(PHI[name])(Z))
    right = f"With the {in_words(len(from_output))} activations of this course"
    places = (-1.5, -0.25)
    (height,) = {f"{gelu(z):.1f}" for z in places}
    falling, rising = map(gelu_slope, places)
    assert falling < 0 < rising
    left, right_of = (minus(f"{z}") for z in places)
    down, up, height = minus(f"{falling:.2f}"), f"{rising:.2f}", minus(height)
    return f"""
    asked :: The backward pass needs Z[l] for one thing only, the slope φ′(Z[l]). Could it find
        that slope from A[l] alone, without Z[l]?
    right :: {right}
    {right} :: {". ".join(from_output)}. But others have the same a at two places, as GELU does
    With none: a slope depends on z :: Sigmoid's slope is a (1 − a), which doesn't ask for z.
        Look for such a formula for the other {in_words(len(from_output) - 1)}.
    With any activation :: falls and then rises: it is {height} at z = {left} and at z =
        {right_of}. There its slopes are {down} and {up}. Which does a = {height} mean?
    """


@cache
def full_size() -> tuple[MLP, Caches]:
    network = MLP(SIZES, NAMES, seed=3)
    return network, network.forward(moons()[0])[1]


@claim("memory")
def caches_beside_parameters() -> str:
    network, caches = full_size()
    m, parameters = moons()[0].shape[1], network.theta.size
    numbers = m * SIZES[0] + sum(2 * m * n for n in SIZES[1:])
    assert numbers == caches.nbytes // 8
    right = f"About {in_words(round(numbers / parameters, -1))} times as much as the parameters"
    return f"""
    asked :: {m} samples go through the network {"-".join(map(str, SIZES))}, which has
        {parameters} parameters.
    right :: {right}
    {right} :: {numbers:,} numbers against {parameters}. They grow with every sample, and the
        parameters don't. With many samples it's the caches that fill the memory.
    Less than the parameters: only outputs are kept :: Each unit keeps a Z and an A for every
        sample. One layer of {SIZES[1]} units alone has 2 · {SIZES[1]} · {m} numbers.
    About as much as the parameters :: That would be so for a few samples. A parameter is kept
        once, the Z and A of a unit once for every sample.
    """


@claim(LESSON)
def caches_beside_parameters_in_the_text() -> str:
    network, caches = full_size()
    ratio = in_words(round(caches.nbytes / network.theta.nbytes, -1))
    more = network.forward(np.hstack([moons()[0]] * 2))[1].nbytes
    return f"""
    memory-explain :: (The output of a layer is the input of the next and is kept once. So that is
        the {SIZES[0]} inputs, and $Z$ and $A$ for each of the {sum(SIZES[1:])} units. `nbytes`
        leaves out the rows of ones, and the copy of θ
    memory-explain :: The caches are about {ratio} times as large as the parameters, and they
        {"grow" if more > caches.nbytes else "shrink"} with every sample. With many samples it is
        the caches that fill the memory, not the parameters.
    """


def gradient_from(network: MLP, A: dict[int, Array], Z: dict[int, Array], Y: Array) -> Array:
    """Return what the formulas of lesson 3 give, which don't ask where the caches come from."""
    rows, dA = [], mean_squared_error_gradient(A[3], Y)
    for l in (3, 2, 1):
        delta = dA * network.activations[l - 1].derivative(Z[l])
        rows.append(np.hstack([delta @ A[l - 1].T, delta.sum(axis=1, keepdims=True)]).ravel())
        dA = network.W[l].T @ delta
    return np.concatenate(rows[::-1])


def off_by(seed: int) -> float:
    """Return how far old caches' gradient is from the new one after a step, in percent."""
    network, (X, Y) = MLP(SIZES, NAMES, seed), moons(seed)
    caches = network.forward(X)[1]
    A, Z = dict(caches.A), dict(caches.Z)
    network.update(network.backward(caches, Y), 0.5)
    right = network.backward(network.forward(X)[1], Y).vector
    return float(
        100 * np.linalg.norm(gradient_from(network, A, Z, Y) - right) / np.linalg.norm(right)
    )


@claim("stale")
def yesterdays_caches() -> str:
    others = [off_by(seed) for seed in range(21) if seed != 3]
    right = "Plausible numbers that are wrong"
    return f"""
    asked :: Yesterday's caches Somebody runs forward, updates the weights, and then computes the
        gradient for the new weights from the old caches.
    right :: {right}
    {right} :: Every shape fits. But Z and A are what the old weights made. After one training
        step, of rate 0.5, such a gradient is off by {off_by(3):.0f} % here (with
        {in_words(len(others))} other seeds by {min(others):.0f} to {max(others):.0f} %), and
        nothing says so. So our backward compares
    An error: something doesn't fit :: An update changes numbers, but no shape. NumPy has nothing
        to complain about.
    The right gradient: the data are the same :: The data are. But Z[1] = W[1] X + b[1] was made
        with the old W[1], and everything after it too.
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
    assert dead and "dead" in deep.text
    return f"""
    lab :: Set the samples to {many.X.shape[1]:,}. Which rows of the table change, and which
        don't?
    lab :: {in_words(deep.network.n_layers).title()} layers: {in_words(len(hidden))} hidden ones
        of {hidden[0]} units, and the output of {output}.
    lab-explain :: Only $Z$, $A$ and the bytes: they have a column for each sample. The parameters
        don't know how many samples there are.
    lab-explain :: Each hidden layer after the first has $64 \\cdot 64 + 64 = {each}$. With the
        first and the output that is ${first} + 6 \\cdot {each} + {last} = {total}$.
    lab :: With eight layers of ReLU, read the sentence below the picture: some units are *dead*.
    lab-explain :: A dead unit's $z$ is negative for every sample. ReLU gives 0, with slope 0, so
        nothing that such a unit does matters, and no gradient reaches it.
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
    lab :: Then choose tanh instead of ReLU. Why does the growing line stop?
    lab :: look at the lower picture: which line will grow, which will shrink?
    lab-explain :: Twice He {words["twice He"]}, half of He {words["half of He"]}. tanh stays
        below {max(np.abs(A).max() for A in hidden):.0f}, so its line levels off at about
        {level}. The price: about {in_words(round(10 * low))} in ten of its slopes are below a
        tenth of the best, which is {grad(PHI["tanh"])(0.0):g}.
    """


UNPROVED: dict[str, list[tuple[Said, str]]] = {
    "tells what the words mean, or what the course does": quoted(
        LESSON,
        """
        title :: After this lesson you can - write the forward pass of a network of any depth, with
            the shape of every array, - choose the initial weights and say why, - count parameters,
            - name the arrays that the backward pass will ask for.
        by-hand :: a column of biases $b[l]$
        by-hand :: Layers count from 1; the input is $A[0] = X$.
        by-hand :: $n_l$ is the number of units in layer $l$ and $m$ the number of samples.
        by-hand :: (A **hidden** layer is one whose outputs you don't see from outside.)
        count-predict :: Layer $l$ has $n_l \\cdot n_{l-1}$ weights and $n_l$ biases.
        one-moment :: The forward pass makes the caches, the backward pass of lesson 3 takes them.
        by-hand :: **Columns are samples.** Formulas count rows and columns from 1
        by-hand :: Python from 0: the weight $W[1]_{21}$ is `W[1][1, 0]`.
        by-hand :: Here is the smallest network that has all of it
        rows-or-columns :: Rows or columns?
        course-network :: so that you get the same ones as we do
        flat :: So one line can update all parameters at once
        init :: Before training
        init :: a picture of these two moons
        init :: Zero is the plainest of all starts.
        init :: Here we only look at
        caches-why :: does one thing more cleverly
        caches-why :: Does the backward pass need both, $Z[l]$ and $A[l]$?
        stale-explain :: A cache is only right for the parameters and the data that made it. So
            `forward` *returns* its caches, and `backward` refuses those that don't fit. Data that
            don't fit are refused, too
        lab :: Everything above, under sliders: the network drawn, every shape
        lab :: the size of the activations under three choices of weights
        lab :: most are alike
        close :: what a network says about each point in the plane is a forward pass too, over a
            grid of points
        close :: If the caches lived on the network, that picture would overwrite them, and the next
            backward pass would go wrong without a word. `network.predict(X)` gives the outputs and
            leaves nothing behind.
        close :: one bias for all samples
        close :: of every layer
        """,
    ),
    "a drawing, which a test of its own reads": quoted(
        LESSON,
        """
        title :: W and b enter each Z from above. Below, arrows lead from every A and Z
        """,
    ),
    "how a task is put": quoted(
        LESSON,
        """
        exercise-layer-shapes :: A layer has `n_in` inputs and `n_out` units, and sees `m` samples,
            which are columns.
        exercise-layer-shapes :: And a bias belongs to a unit, not to a sample: it is one column.
        exercise-layer-shapes :: the activations of the layer before
        exercise-layer-shapes :: Return three tuples, in this order.
        exercise-layer-shapes :: has a row for each input and a column for each sample
        exercise-layer-shapes :: $Z$ has a row for each unit of this layer, and still a column
        try-layer-shapes :: as three tuples
        exercise-he-weights :: Use these numbers and draw no others
        exercise-he-weights :: If you multiply all the numbers by $c$
        exercise-he-weights :: the length of a row of $W$
        try-he-weights :: draws from N(0, 1)
        exercise-layer-forward :: this lesson's first exercise
        exercise-layer-forward :: Before `A` comes a line of its own
        exercise-layer-forward :: Keep the two under different names, so that both
        exercise-layer-forward :: `b` is a column already, and broadcasting adds it to every
        exercise-layer-forward :: it needs no transpose. And which of the two
        forward-compare :: the same as network.forward:
        """,
    ),
}
