"""What lesson 5 says, computes and draws."""

import re
from collections.abc import Callable
from functools import cache, partial
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from helpers import plots
from helpers.activations import ACTIVATIONS
from helpers.datasets import DATASETS, two_moons
from helpers.gradient_check import check_gradient
from helpers.losses import accuracy
from helpers.network import MLP
from helpers.tests.independent import reference
from helpers.tests.networks import Case, random_case
from helpers.tests.notebooks.claims import claim, in_words
from helpers.tests.notebooks.formulas.cells import Cell, cells_of, numbers_printed, of, output_of
from helpers.tests.notebooks.formulas.numbers import length, same
from helpers.tests.refresh_notebooks import ROOT
from helpers.tests.seen import assert_curves, assert_plane, panel, place, points, reads
from helpers.training import History, train
from helpers.validation import Array

LESSON = "05_training"
TIMES = {0.5: "half", 0.25: "quarter", 0.01: "hundredth", 1e-3: "thousandth", 2000: "two thousand"}
TIMES |= {5000: "five thousand"}
PARTS = {4 / 5: "fifth"}  # by what the lab keeps to train on
OTHERS = "circles", "xor", "spirals"
STRETCHES = ((0, 100), (100, 400), (500, 1200))
ENDS = ((0.98, True), (0.5, False))  # at one rate nearly all points are right, at one half
ENDS_OF_SIGMOID = ACTIVATIONS["sigmoid"].function(np.array([-30.0, 30])).round(9)
printed = partial(numbers_printed, LESSON)


def rounds(id: str) -> int:
    """Return how often the cell's loop runs."""
    return int(cells_of(LESSON)[id].source.split("range(")[1].split(")")[0])


@cache
def moons() -> tuple[Array, Array]:
    return two_moons(300, noise=0.15, seed=3)


@cache
def start(hidden: tuple[int, ...] = (16, 8), activation: str = "relu", seed: int = 3) -> MLP:
    return MLP((2, *hidden, 1), (activation,) * len(hidden) + ("sigmoid",), seed=seed)


@cache
def deep(activation: str = "sigmoid") -> tuple[MLP, Array]:
    """Return the network of eight layers, and its layers' gradient norms before training."""
    network, (X, Y) = start((16,) * 7, activation), moons()
    norms = network.backward(network.forward(X)[1], Y).norms()
    return network, np.array(list(norms.values()))


@cache
def run(network: MLP, rate: float, epochs: int) -> tuple[MLP, History]:
    """Train a copy on the moons of the lesson, with a record every ten epochs."""
    copy = network.copy()
    history = train(copy, *moons(), epochs=epochs, learning_rate=rate, record_every=10, progress=0)
    return copy, history


def gradient_of(network: MLP) -> Array:
    return network.backward(network.forward(moons()[0])[1], moons()[1]).vector


def off(network: MLP) -> NDArray[np.bool]:
    """Return which units of layer 2 are off for every point."""
    is_off: NDArray[np.bool] = np.all(network.forward(moons()[0])[1].Z[2] <= 0, axis=1)
    return is_off


# The data, and the network before training


@claim(LESSON)
def what_goes_in() -> str:
    network, (weights, biases, zero) = start(), printed("before")[0]
    assert weights == sum(W.size for W in network.W.values())
    thousand, (low, high) = TIMES[rounds("loop-code")], ENDS_OF_SIGMOID
    assert zero == 0 and printed("loop-code")[0][2] < 0.5
    return f"""
    title :: four steps, {thousand} times **{network.theta.size} numbers go in, {weights:.0f} of
        them drawn at random and {biases:.0f} zeros. {thousand.capitalize()} small steps
    all-four :: our order, {thousand} times:
    before :: biases that are {zero:.0f}
    line-explain :: output lies between {low:g} and {high:g}; we … where $p = {(low + high) / 2:g}$;
    line-explain :: is near {low:g}, orange where it is near {high:g}.
    """


@claim(LESSON)
def what_the_moons_are() -> str:
    (x, y), labels = two_moons(300, noise=0, seed=3)
    upper, lower = y[labels[0] == 0], y[labels[0] == 1]
    arches = "upwards" if upper.max() - np.median(upper) < np.median(upper) else "downwards"
    X, Y = moons()
    fresh = 1000 if "two_moons(1000," in cells_of(LESSON)["data-code"].source else 0
    best = best_line(X, Y)
    assert best > printed("line-code")[0][0] and np.isclose(lower.max(), 0.5, atol=1e-3)
    return f"""
    data-picture :: moons of {upper.size} points each: class 0 arches {arches}, class
    data :: draw {X.shape[1]} points to train on and {fresh:,} **fresh** ones,
    line :: of the {X.shape[1]} can a
    line-explain :: tip of the lower moon is at $({abs(x[labels[0] == 1].min()):g}, \\tfrac12)$. It
    line-explain :: $(-{np.sqrt(0.75):.2f}, \\tfrac12)$ and $({np.sqrt(0.75):.2f}, \\tfrac12)$.
    line-explain :: than about {in_words(round(10 * best))} in ten.)
    """


def best_line(X: Array, Y: Array) -> float:
    """Return the share that the best of many straight lines gets right."""
    best = 0.0
    for angle in np.linspace(0, np.pi, 361):
        order = np.argsort(np.cos(angle) * X[0] + np.sin(angle) * X[1])
        right = np.cumsum(np.where(Y[0][order] == 0, 1, -1)) + (Y == 1).sum()
        best = max(best, right.max() / Y.size, 1 - right.min() / Y.size)
    return float(best)


# The loop


@claim("plus")
def what_is_said_of_a_plus() -> str:
    ((loss, share),), (low, high) = printed("plus-code"), ENDS_OF_SIGMOID
    rises = "rises" if loss > printed("loop-code")[0][1] else "falls"
    half = {0.5: "½"}[(high - low) ** 2 / 2]
    right = f"It {rises}, and stays below {half}"
    return f"""
    asked :: do in {rounds("plus-code"):,} epochs?
    right :: {right}
    {right} :: climbs to {loss:.2f}, with {100 * share:.0f}% of … lie between {low:g} and {high:g},
        so L, half a mean square, can't exceed {half}. Had
    It falls all the same, only more slowly :: where the loss {rises} fastest.
    It grows, until the numbers overflow :: be larger than {high:g}.
    [05_training]
    loop :: points to where the loss *{rises}* fastest, hence the minus.
    """


@claim(LESSON)
def fresh_points() -> str:
    _, (seen,), (fresh,) = printed("fresh")
    assert fresh < seen == 1
    about, m = f"About {100 * fresh:.0f}%", moons()[0].shape[1]
    return f"""
    fresh-explain :: A little less here. … to {m} points only.
    [fresh]
    asked :: gets all {m} training points right. How many of the {1000:,} fresh
    right :: {about}
    {about} :: A smaller share than
    All of them :: boundary to {m} points, noise
    """


# What happened on the way


@claim(LESSON)
def the_curves() -> str:
    _, history = run(start(), 0.5, 2000)
    loss = np.log10(history.loss)
    drops = [(loss[a // 10] - loss[b // 10]) / (b - a) for a, b in STRETCHES]
    assert drops[0] > 4 * drops[2] > 4 * drops[1]
    norms = np.array(history.gradient_norms)
    factor = in_words(round((norms.max(axis=1) / norms.min(axis=1)).max()))
    X = moons()[0]
    stages = 50, 200, 500, 1000
    answers = [run(start(), 0.5, epochs)[0].predict(X) > 0.5 for epochs in stages]
    straight = [best_line(X, answer * 1.0) for answer in answers]
    assert straight[0] > 0.99 and straight == sorted(straight, reverse=True)
    assert f"({', '.join(map(str, stages))})" in cells_of(LESSON)["stages"].source
    return f"""
    curves :: then a steady fall to about {10.0 ** round(loss[-1]):g}. Right, the gradient norms of
        the {in_words(norms.shape[1])} layers, which stay within a factor of about {factor} of
    curves-explain :: stretch, after {stages[1]} epochs?
    stages :: after {stages[0]}, {stages[1]}, {stages[2]} and {stages[3]:,} epochs.
    folds :: network of {in_words(deep()[0].n_layers)} layers, with
    """


@claim(LESSON)
def what_vanishes() -> str:
    (X, Y), (network, sigmoid), (_, relu) = moons(), deep(), deep("relu")
    factor = in_words(int(np.ceil(relu.max() / relu.min())))
    falls = "fall" if (np.diff(sigmoid) > 0).all() else "rise"
    assert sigmoid[0] < 1e-3 * sigmoid[-1]
    quarter = TIMES[float(ACTIVATIONS["sigmoid"].derivative(np.linspace(-9, 9, 99)).max())]
    arrays = check_gradient(network, X[:, :30], Y[:, :30]).arrays
    verdicts = {array.name: array.verdict for array in arrays}
    assert verdicts["dW[1]"] == verdicts["dW[2]"] != "agrees" == verdicts["dW[8]"]
    return f"""
    vanishing :: network of {in_words(len(relu))} layers. With ReLU they stay within a factor of
        {factor}. With sigmoid they {falls} from layer … less than a {TIMES[0.001]}.
    vanishing-explain :: at most a {quarter} (lesson
    """


@claim("vanishing")
def what_is_said_of_vanishing() -> str:
    _, norms = deep()
    smaller = "smaller" if norms[0] < norms[-1] else "larger"
    times = TIMES[round(norms[-1] / norms[0], -3)]
    passes = "True" in output_of(LESSON, "vanishing-numbers")
    return f"""
    asked :: In these {in_words(len(norms))} layers of … is some {times} times {smaller} than
    right :: {"It passes" if passes else "It differs everywhere"}
    """


# The weights, before and after


@claim(LESSON)
def the_weights() -> str:
    network, untrained = run(start(), 0.5, 2000)[0], start()
    *changed, units, stayed = printed("moved")
    dead, sizes = off(untrained), [size for _, size in changed]
    for W, before, size in zip(network.W.values(), untrained.W.values(), sizes, strict=True):
        assert size == round(np.linalg.norm(W - before) / np.linalg.norm(before), 2)
    assert units[1:] == np.flatnonzero(dead).tolist() and stayed == [0.001]
    less = "less than half" if sizes[0] < 0.5 else "more than half"
    more = "more" if sizes[-1] > 1 else "less"
    strong = np.flatnonzero(np.abs(network.W[3][0]) > 2)
    rows = np.argsort(np.abs(network.W[2]).max(axis=1))[-len(strong) :]
    assert sorted(rows) == strong.tolist()
    two = in_words(len(strong))
    assert np.mean(np.abs(network.theta - untrained.theta) < 0.1) > 0.5
    return f"""
    heatmaps-explain :: the first layer changes by {less} of its length, the last by {more} than its
    heatmaps-explain :: {in_words(int(dead.sum())).capitalize()} units of layer 2 are
    heatmaps :: Heat maps of the {in_words(len(network.W))} weight … {two} columns of W[3] and {two}
        rows of W[2] have
    moved :: less than {stayed[0]:g}:
    """


# The learning rate


@claim(LESSON)
def longer_steps() -> str:
    (slow, slow_loss, _), (usual, loss, _), (far, far_loss, share) = printed("longer-steps-code")
    assert loss < slow_loss < far_loss
    network = run(start(), far, 300)[0]
    one = "one answer" if np.ptp(network.predict(moons()[0])) < 1e-6 else "many answers"
    no = "no gradient" if np.linalg.norm(gradient_of(network)) < 1e-9 else "a gradient"
    right = f"To {far_loss:.2f}: {one} for every point"
    return f"""
    longer-steps :: rate was {usual:g} so far. With a {TIMES[slow / usual]} of it,
    [longer-steps]
    asked :: the learning rate {usual:g} got to a loss of {loss:.4f}, and {slow:g} got to
        {slow_loss:.2f}. Where does a rate of {far:g} get?
    right :: {right}
    {right} :: all points, {TIMES[share]} of them right, and has {no} to
    Lower than {usual:g} does: its steps are longer :: From {slow:g} to {usual:g} that was so.
    """


@claim(LESSON)
def the_valley() -> str:
    X, Y = moons()
    along = cells_of(LESSON)["slice"].run(untrained=start(), X=X, Y=Y)["along"]
    places = np.linspace(-4, 16, 201)
    losses = np.array([along(place)[0] for place in places])
    bottom = losses.argmin()
    assert (np.diff(losses[: bottom + 1]) < 0).all() and (np.diff(losses[bottom:]) > 0).all()
    assert along(0.0)[0] == losses[40]
    slow, good, far = (stepped(along, rate) for rate in (1, 5, 200))
    high = np.array([along(path[-1])[0] for path in (slow, good)]) - losses[bottom]
    assert high[0] > 0.5 * (losses[40] - losses[bottom]) > 50 * high[1] and len(slow) == 8
    assert along(far[0])[0] > 0.8 * losses[40] and (np.diff(far[:7]) < 0).all()
    assert far[6] < places[bottom] < far[7] and along(far[7])[0] > along(far[6])[0]
    first, last = (run(start(), 200, epochs)[0] for epochs in (1, 4))
    leap = first.theta - start().theta
    assert np.isclose(np.linalg.norm(leap), far[0])
    assert abs(gradient_of(first) @ leap) < 0.5 * far[0] * np.linalg.norm(gradient_of(first))
    assert np.linalg.norm(gradient_of(last)) < 1e-9
    return f"""
    longer-steps-explain :: landscape over {start().theta.size} parameters,
    valley :: distance of about {places[bottom]:.0f}, and rises … leaps to a distance of
        {far[0]:.0f}, far up
    valley-predict :: We take {in_words(len(slow))} steps in it, … at a rate of 1, of 5, and of 200?
    valley-explain :: {in_words(len(slow))} of them don't … At 5 they do. At 200 the first … after
        four such steps
    """


def stepped(along: Callable[[float], tuple[float, float]], rate: float) -> list[float]:
    """Return where eight steps along the slice lead."""
    path = [0.0]
    for _ in range(8):
        path.append(path[-1] - rate * along(path[-1])[1])
    return path[1:]


@claim(LESSON)
def answers_below_the_lab() -> str:
    X, Y = moons()
    line = accuracy(run(start(()), 0.5, 500)[0].predict(X), Y)
    assert round(line, 2) == printed("line-code")[0][0]
    network = start((32, 32, 32), "sigmoid")
    norms = network.backward(network.forward(X)[1], Y).norms()
    shares = {rate: accuracy(run(network, rate, 500)[0].predict(X), Y) for rate in (20, 30)}
    well, far = (next(rate for rate in shares if (shares[rate] > s) == up) for s, up in ENDS)
    lines, fours = ([learned(name, hidden) for name in OTHERS] for hidden in ((), (4,)))
    assert all(round(3 * best_line(*DATASETS[name](300, 0.15, 3))) == 2 for name in OTHERS)
    assert max(lines) < 0.6 and fours[0] > 0.99 and fours[1] > 0.92 and fours[2] < 0.85
    return f"""
    lab :: with 0 units everywhere? … the seed 3, the learning rate 0.5 and 2,000 epochs?
    lab :: a {PARTS[4 / 5]} of
    lab-explain :: with {100 * line:.0f}% right: … Layer {min(norms, key=norms.__getitem__)}: its …
        and about {well} does well. From {far} on … gets about half: … moons it got
        {100 * line:.0f}%. The best line would get about two thirds here,
    """


def learned(name: str, hidden: tuple[int, ...]) -> float:
    """Return the share of the lab's points that a network learns in 2,000 epochs."""
    network, (X, Y) = start(hidden).copy(), DATASETS[name](300, 0.15, 3)
    history = train(network, X, Y, epochs=2000, learning_rate=0.5, progress=0)
    return float(history.train_accuracy[-1])


# Batches, and luck


@claim(LESSON)
def small_batches() -> str:
    (full, rate, loss), (batch, same_rate, small), (_, longer, also) = printed("batches-code")
    assert rate == same_rate and full == moons()[0].shape[1] and abs(np.log(also / small)) < 0.5
    steps, win = in_words(full / batch), "win" if small < loss else "lose"
    return f"""
    batches :: at all {full:.0f} points. With … looks at {batch:.0f}, and takes {steps} steps per …
        gradient of {batch:.0f} points is … whole, but {steps} rough
    batches-explain :: small batches {win} here, … take {steps} steps where … With steps
        {in_words(longer / rate)} times as
    """


@claim(LESSON)
def ten_seeds() -> str:
    (bound,), _ = printed("seeds")
    assert "True" in output_of(LESSON, "seeds")
    ten = in_words(rounds("seeds"))
    return f"""
    seeds :: all {ten} above {bound:g}:
    close :: Hardly: all {ten} get more than {100 * bound:.0f}% of
    luck :: so we try {ten}, each with
    """


@claim(LESSON)
def momentum() -> str:
    (plain,), (ball,) = printed("momentum")
    kept = float(re.findall(r"step = (0\.\d+) \* step", cells_of(LESSON)["momentum"].source)[0])
    lower = "lower" if ball < plain else "higher"
    return f"""
    close :: keeps {in_words(10 * kept)} tenths of … needs three lines: … after 300 epochs at
    key-ideas :: to {in_words(1 / (1 - kept))} times as long … the loss was {lower} with it.)
    """


# Where it starts


@claim("zero-start")
def a_start_at_zero_stays_there() -> str:
    names = cells_of(LESSON)["zero-code"].run(untrained=start(), X=moons()[0], Y=moons()[1])
    network, still = names["zero"], names["run"]
    (answer,) = set(network.predict(moons()[0]).round(6).ravel())
    assert abs(still.loss[0] - still.loss[-1]) < 1e-9
    return f"""
    asked :: The network {"-".join(map(str, network.layer_sizes))} with ReLU … trained for
        {still.epoch[-1]:,} steps, on
    right :: As it began
    As it began :: stays at {still.loss[-1]:.3f}, the answer at {answer:g} for every
    """


# What cells compute in silence


@of(LESSON, "slice")
def loss_along_a_slice(cell: Cell) -> None:
    case = random_case([2, 4, 3, 1], ["tanh", "relu", "sigmoid"], 9)
    along = cell.run(untrained=case.network, X=case.X, Y=case.Y)["along"]
    gradient = case.network.backward(case.network.forward(case.X)[1], case.Y).vector

    def loss(distance: float) -> float:
        moved = case.network.copy()
        moved.theta[:] -= distance * gradient / length(gradient)
        return reference(Case(moved, case.X, case.Y)).loss

    for distance in (0.0, 0.3, -1.2):
        found, slope = along(distance)
        same(found, loss(distance))
        same(slope, (loss(distance + 1e-6) - loss(distance - 1e-6)) / 2e-6, near=1e-5)


# What cells draw


X = np.array([[-1.0, 0.5, 2.0, 1.0], [0.3, 1.5, -0.5, 0.2]])
Y = np.array([[0.0, 1.0, 1.0, 0.0]])
UNTRAINED, TRAINED = (
    random_case((2, 5, 3, 1), ("relu", "tanh", "sigmoid"), 1, seed).network for seed in (0, 1)
)
NETS = {"untrained": UNTRAINED, "network": TRAINED}


@of(LESSON, "data-picture")
def two_classes(cell: Cell) -> None:
    expected = {f"class {label}": X[:, Y[0] == label] for label in (0, 1)}
    ax = cell.run(X=X, Y=Y)["ax"]
    assert_curves(ax, ": $x_2$ over $x_1$", expected)
    assert ax.get_aspect() == 1


@of(LESSON, "before")
def the_boundary_before(cell: Cell) -> None:
    names = cell.run(X=X, Y=Y)
    assert_plane(names["ax"], "before training", X, Y, names["untrained"])


@of(LESSON, "curves")
def loss_and_norms(cell: Cell) -> None:
    history = train(
        UNTRAINED.copy(), X, Y, epochs=20, learning_rate=0.5, record_every=4, progress=0
    )
    figure = cell.run(history=history)["curves"]
    loss, norms = panel(figure, "Training loss"), panel(figure, "Gradient norms")
    assert [place(figure, ax) for ax in (loss, norms)] == ["left", "right"]
    assert reads(loss) == "Training loss: loss (log) over epoch"
    assert_allclose(points(loss.lines[0]), [history.epoch, history.loss])
    expected = {f"layer {l + 1}": (history.epoch, history.gradient_norms[:, l]) for l in range(3)}
    assert_curves(norms, "Gradient norms: norm of [dW db] (log) over epoch", expected)


@of(LESSON, "vanishing")
def norms_of_eight_layers(cell: Cell) -> None:
    names = cell.run(X=X, Y=Y)
    said = "Gradient norms before training: norm of [dW db] (log) over layer"
    layers = {f"{name} in the hidden layers": norms for name, norms in names["norms"].items()}
    assert_curves(names["ax"], said, {name: (range(1, 9), y) for name, y in layers.items()})


@of(LESSON, "stages")
def the_boundary_at_four_stages(cell: Cell) -> None:
    for ax, epochs in zip(cell.run(**NETS, X=X, Y=Y)["axes"], (50, 200, 500, 1000), strict=True):
        net = UNTRAINED.copy()
        train(net, X, Y, epochs=epochs, learning_rate=0.5, progress=0)
        assert_plane(ax, f"after {epochs:,} epochs", X, Y, net)


@of(LESSON, "heatmaps")
def weights_before_and_after(cell: Cell) -> None:
    figure = cell.run(**NETS)["heatmaps"]
    for name, net in zip(("before", "after"), NETS.values(), strict=True):
        for l, W in net.W.items():
            (image,) = panel(figure, f"W[{l}] {name}").images
            assert_array_equal(np.asarray(image.get_array()), W)


@of(LESSON, "save")
def pictures_that_are_kept(cell: Cell) -> None:
    kept: dict[str, Any] = {}
    ours = SimpleNamespace(**(vars(plots) | {"keep_pictures": kept.update}))
    cell.run(plots=ours, curves="the curves", heatmaps="the maps", **NETS, X=X, Y=Y)
    assert (kept.pop("training_curves"), kept.pop("weight_heatmaps")) == ("the curves", "the maps")
    table = (ROOT / "README.md").read_text(encoding="utf-8").split("\n| before | after ")[1]
    assert re.findall(r"images/(\w+)\.png", table)[:2] == list(kept)
    for name, net in zip(("before", "after"), NETS.values(), strict=True):
        (ax,) = kept[f"decision_boundary_{name}"].axes
        assert_plane(ax, f"{name} training", X, Y, net)


@of(LESSON, "valley")
def steps_along_a_slice(cell: Cell) -> None:
    def along(place: float) -> tuple[float, float]:
        return 2 + np.cos(place), -np.sin(place) / 9

    def loss(place: Array) -> Array:
        return 2 + np.cos(place)

    for ax, rate in zip(cell.run(along=along)["axes"], (1, 5, 200), strict=True):
        assert reads(ax) == f"rate {rate}: loss over distance"
        (x, y), (path, losses) = (points(line) for line in ax.lines)
        assert_allclose(y, loss(x))
        assert_allclose(losses, loss(path))
        assert path[0] == 0
        assert_allclose(np.diff(path), rate * np.sin(path[:-1]) / 9, atol=1e-12)
        assert len(path) == 9
