"""What lesson 5 says."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from helpers.activations import ACTIVATIONS
from helpers.datasets import two_moons
from helpers.gradient_check import check_gradient
from helpers.losses import accuracy
from helpers.network import MLP
from helpers.tests.notebooks.claims import claim, in_words
from helpers.tests.notebooks.formulas.cells import cells_of, numbers_printed, output_of
from helpers.training import History, train
from helpers.validation import Array

LESSON = "05_training"
TIMES = {0.5: "half", 0.25: "quarter", 0.01: "hundredth", 1e-3: "thousandth", 2000: "two thousand"}
TIMES |= {5000: "five thousand"}
STRETCHES = ((0, 100), (100, 400), (500, 1200))
ENDS = ((0.98, True), (0.5, False))  # at one rate nearly all points are right, at one half
ENDS_OF_SIGMOID = ACTIVATIONS["sigmoid"].function(np.array([-30.0, 30])).round(9)


def printed(id: str) -> list[list[float]]:
    return numbers_printed(LESSON, id)


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
    (_, y), labels = two_moons(300, noise=0, seed=3)
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
    {right} :: climbs to {loss:.2f}, with {100 * share:.0f} % of … lie between {low:g} and {high:g},
        so L, half a mean square, can't exceed {half}. Had
    It falls all the same, only more slowly :: where the loss {rises} fastest.
    It grows, until the numbers overflow :: be larger than {high:g}.
    """


@claim("fresh")
def what_is_said_of_fresh_points() -> str:
    _, (seen,), (fresh,) = printed("fresh")
    about, all_ = f"About {100 * fresh:.0f} %", "all" if seen == 1 else "not all"
    return f"""
    asked :: gets {all_} {moons()[0].shape[1]} training points right. How many of the {1000:,} fresh
    right :: {about}
    {about} :: A {"smaller" if fresh < seen else "larger"} share than
    All of them :: boundary to {moons()[0].shape[1]} points, noise
    """


@claim(LESSON)
def fresh_points() -> str:
    _, (seen,), (fresh,) = printed("fresh")
    less = "less" if fresh < seen else "more"
    return f"fresh-explain :: A little {less} here. … to {moons()[0].shape[1]} points only."


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
    answers = [run(start(), 0.5, epochs)[0].predict(X) > 0.5 for epochs in (100, 200, 500)]
    straight = [best_line(X, answer * 1.0) for answer in answers]
    assert straight[0] > 0.99 and straight == sorted(straight, reverse=True)
    return f"""
    curves :: then a steady fall to about {10.0 ** round(loss[-1]):g}. Right, the gradient norms of
        the {in_words(norms.shape[1])} layers, which stay within a factor of about {factor} of
    curves-explain :: network of {in_words(deep()[0].n_layers)} layers, with
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
    rate, epochs = 20, 2000
    right = round(accuracy(run(network, rate, epochs)[0].predict(X), Y) * Y.size)
    return f"""
    vanishing :: network of {in_words(len(relu))} layers. With ReLU they stay within a factor of
        {factor}. With sigmoid they {falls} from layer … less than a {TIMES[0.001]}.
    vanishing-explain :: at most a {quarter} (lesson … At a rate of {rate} the same network gets all
        {right} points right in {epochs:,} epochs.
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


@claim("longer-steps")
def what_is_said_of_longer_steps() -> str:
    (slow, slow_loss, _), (usual, loss, _), (far, far_loss, share) = printed("longer-steps-code")
    network = run(start(), far, 300)[0]
    one = "one answer" if np.ptp(network.predict(moons()[0])) < 1e-6 else "many answers"
    no = "no gradient" if np.linalg.norm(gradient_of(network)) < 1e-9 else "a gradient"
    right = f"To {far_loss:.2f}: {one} for every point"
    was = "was" if loss < slow_loss else "was not"
    return f"""
    asked :: the learning rate {usual:g} got to a loss of {loss:.4f}, and {slow:g} got to
        {slow_loss:.2f}. Where does a rate of {far:g} get?
    right :: {right}
    {right} :: all points, {TIMES[share]} of them right, and has {no} to
    Lower than {usual:g} does: its steps are longer :: From {slow:g} to {usual:g} that {was} so.
    """


@claim(LESSON)
def how_far_a_step_goes() -> str:
    (slow, slow_loss, _), (usual, loss, _), (far, far_loss, _) = printed("longer-steps-code")
    assert loss < slow_loss < far_loss
    return f"""
    longer-steps :: rate was {usual:g} so far. With a {TIMES[slow / usual]} of it,
    rate :: At a rate of {far:g} nothing
    """


@claim(LESSON)
def the_rates() -> str:
    loss = {rate: run(start(), rate, 300)[1].loss for rate in (100, 10, 0.5, 0.01)}
    assert loss[0.01][-1] > 0.9 * loss[0.01][0] and loss[10][-1] < 0.5e-3
    assert np.log(loss[0.5][0] / loss[0.5][5]) > 3 * np.log(loss[0.5][15] / loss[0.5][20])
    jumps = np.diff(loss[100])
    assert (jumps > 0.01).any() and (jumps < -0.01).any() and loss[100][-1] > 0.5 * loss[100][0]
    faster = "faster" if loss[10][-1] < loss[0.5][-1] < loss[0.01][-1] else "slower"
    *rates, highest = sorted(loss)
    listed = ", ".join(f"{rate:g}" for rate in rates)
    return f"""
    rate :: in 300 epochs: {listed} or {highest}?
    rate-explain :: Larger is {faster}, until
    rate-code :: Rate 0.01 hardly falls, 0.5 falls fast and then slowly, 10 falls to far below
        0.001. At 100 the loss jumps up and down and stays high.
    """


@claim(LESSON)
def a_dead_network() -> str:
    ((rate, count, units, layer),) = printed("rate-dead")
    thrown = run(start(), rate, 300)[0]
    (last,) = np.flatnonzero(gradient_of(thrown))
    assert count == off(thrown).sum() and last == thrown.theta.size - 1  # b[3], the last of θ
    others = [run(start(seed=seed), rate, 300) for seed in (0, 1)]
    assert all(off(one).sum() < 8 and history.loss[-1] > 0.05 for one, history in others)
    slope = ACTIVATIONS["relu"].derivative(np.array([-1.0])).item()
    return f"""
    rate-explain :: slope is {slope:g}, so it … With a rate of {rate:g} the first … soon
        {"all" if count == units else "some of the"} {in_words(units)} units of layer {layer:.0f}
    rate-dead :: units of layer {layer:.0f} are
    rate-dead :: rate {rate:g}:
    """


@claim(LESSON)
def answers_below_the_lab() -> str:
    X, Y = moons()
    line = accuracy(run(start(()), 0.5, 500)[0].predict(X), Y)
    assert round(line, 2) == printed("line-code")[0][0]
    network = start((32, 32, 32), "sigmoid")
    norms = network.backward(network.forward(X)[1], Y).norms()
    shares = {rate: accuracy(run(network, rate, 500)[0].predict(X), Y) for rate in (20, 30)}
    well, far = (next(rate for rate in shares if (shares[rate] > s) == up) for s, up in ENDS)
    return f"""
    lab-explain :: with {100 * line:.0f} % right: … Layer {min(norms, key=norms.__getitem__)}: its …
        and about {well} does well. From {far} on
    """


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
    close :: Hardly: all {ten} get more than {100 * bound:.0f} % of
    luck :: so we try {ten}, each with
    """


# Where it starts


@claim("zero-start")
def a_start_at_zero_stays_there() -> str:
    names = cells_of(LESSON)["zero-code"].run(untrained=start(), X=moons()[0], Y=moons()[1])
    network, still = names["zero"], names["still"]
    (answer,) = set(network.predict(moons()[0]).round(6).ravel())
    assert abs(still.loss[0] - still.loss[-1]) < 1e-9
    return f"""
    asked :: The network {"-".join(map(str, network.layer_sizes))} with ReLU … trained for
        {still.epoch[-1]:,} steps, on
    right :: As it began
    As it began :: stays at {still.loss[-1]:.3f}, the answer at {answer:g} for every
    """
