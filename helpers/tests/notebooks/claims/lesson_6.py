"""What lesson 6 says, computes and draws."""

from collections.abc import Callable
from functools import cache, partial
from types import SimpleNamespace
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import elementwise_grad, grad, jacobian
from numpy.testing import assert_array_equal

from helpers.datasets import digits, two_moons
from helpers.losses import accuracy
from helpers.network import MLP
from helpers.tests.independent import PHI, reference
from helpers.tests.networks import random_case
from helpers.tests.notebooks.claims import claim, in_words
from helpers.tests.notebooks.formulas.cells import Cell, cells_of, numbers_printed, of, output_of
from helpers.tests.notebooks.formulas.numbers import numbers, same
from helpers.tests.notebooks.formulas.scenes import Names, Scene, slope_of
from helpers.tests.seen import assert_curves
from helpers.training import train

LESSON = "06_digits"
printed = partial(numbers_printed, LESSON)


def settings() -> dict[str, Any]:
    """Return what the lesson trains with."""
    return dict(cells_of(LESSON)["training-code"].value("settings"))


@cache
def learned() -> MLP:
    """Return the network that the lesson trains, as far as its cells say how."""
    (X, Y), _ = digits()
    network = MLP((64, 32, 10), ("relu", "softmax"), seed=0, loss="cross-entropy")
    train(network, X, Y, progress=0, **settings())
    return network


@claim(LESSON)
def the_data() -> str:
    (X, Y), (X_test, _) = digits()
    together, ink = X.shape[1] + X_test.shape[1], round(1 / X[X > 0].min())
    side = int(np.sqrt(len(X)))
    names = cells_of(LESSON)["jacobians"].run(X=X, Y=Y)
    few = f"{'-'.join(map(str, names['network'].layer_sizes))} network and {names['j'] + 1} of"
    return f"""
    data :: ## {together:,} digits
    data :: to {side} × {side} pixels with ink from 0 to {ink}. We divide by {ink}, so
    data :: from the top: {len(X)} numbers.
    data :: {X_test.shape[1]} are drawn at random
    data-picture :: Twenty handwritten digits of {side} by {side} pixels, in two rows of ten;
    sure :: The first digit is a {Y[:, 0].argmax()}. Its
    two-checks :: on a {few} the digits:
    same :: all {X.shape[1]:,} digits,
    """


# Sure, and wrong


def squared(z: float) -> float:
    a: float = PHI["sigmoid"](z)
    return (a - 1) ** 2 / 2


@claim("sure-and-wrong")
def the_worse_mistake() -> str:
    at = {-2.0: "At −2", -8.0: "At −8"}
    a = {z: PHI["sigmoid"](z) for z in at}
    delta = {z: abs(grad(squared)(z)) for z in at}
    slope = {z: grad(PHI["sigmoid"])(z) for z in at}
    right = at[max(delta, key=delta.__getitem__)]
    return f"""
    asked :: At z = −2 the sigmoid says {a[-2]:.2f}; at z = −8 it says {a[-8]:.4f}, and
    right :: {right}
    {right} :: By a factor of {delta[-2] / delta[-8]:.0f}: the slope a (1 − a) falls from
        {slope[-2]:.3f} to {slope[-8]:.4f}, far
    At −8: the error is larger :: larger, {1 - a[-8]:.4f} in place of {1 - a[-2]:.2f}. But
    About the same in both :: with a = {a[-2]:.2f} and with a = {a[-8]:.4f}.
    """


@claim(LESSON)
def two_deltas() -> str:
    z = np.linspace(-8, 8, 1601)
    delta = np.array([grad(squared)(at) for at in z])
    ends = np.abs(delta[[0, -1]]) < 0.01 * np.abs(delta.min())
    near = "near 0 at both ends" if ends.all() else "elsewhere"
    cross = [PHI["sigmoid"](end) - 1 for end in (-8.0, 8.0)]
    lowest = f"{delta.min():.2f}, near z = {z[delta.argmin()]:.1f}".replace("-", "−")
    return f"""
    two-deltas :: over z from −8 to 8. With the squared error it is {near}, and lowest, about
        {lowest}. With cross-entropy it rises from {cross[0]:.0f} on the left to {abs(cross[1]):.0f}
        on the right.
    """.replace("from -1", "from −1")


@claim(LESSON)
def the_thrown_network() -> str:
    ((low, high), (right,), (count, largest)) = printed("thrown-code")
    X, Y = two_moons(300, noise=0.15, seed=3)
    assert low < high < 0 and right == 0.5 == Y.mean() and largest == 0
    network = MLP((2, 16, 8, 1), ("relu", "relu", "sigmoid"), seed=3)
    train(network, X, Y, epochs=5, learning_rate=200, progress=0)
    Z = network.forward(X)[1].Z
    dead = (Z[2] <= 0).all(axis=1)
    deltas = np.where(Y == 1, Z[3], 2 * Z[3])  # the logarithm of a(1 − a), and of a · a(1 − a)
    assert Z[3].argmax() == deltas.argmax() and Y[0, Z[3].argmax()] == 0
    assert deltas.max() < np.log(np.finfo(float).smallest_subnormal)
    assert count == network.theta.size and dead.mean() > 0.5
    comes = dict(zip(("squared", "cross"), output_of(LESSON, "revived").splitlines(), strict=True))
    assert "False" in comes["squared"] and "True" in comes["cross"]
    return f"""
    another-loss :: In lesson 5, at a learning rate of 200,
    thrown :: In lesson 5, a learning rate of 200 left
    thrown-explain :: Half of the points should get a 1. They get a 0, … one of the {count:.0f}
        parameters
    """


# Three classes


@claim("three-classes")
def one_delta_of_three() -> str:
    a, right = np.array([[0.7], [0.2], [0.1]]), 1
    z = np.log(a)
    delta = grad(lambda z: -anp.log(shares(z)[right, 0]))(z)
    J = np.diagflat(a) - a @ a.T
    first, loss = delta[0, 0], -1 / a[right, 0]
    row = ", ".join(f"{entry:.2f}" for entry in J[0]).replace("-", "−")
    at = f"{loss:.0f}".replace("-", "−")
    return f"""
    asked :: gives 0.7, 0.2 and 0.1, and the second
    right :: {first:.1f}
    otherwise :: the first row of J, ({row}), times the column (0, {at}, 0),
    {first:.1f} :: {J[0, right]:.2f} · ({at}) is {first:.1f}. This
    -{first:.1f} :: here: {J[0, right]:.2f} · ({at}).
    {J[0, 0] * loss:.2f} :: That is {J[0, 0]:.2f} · ({at}): J's … But the {at} belongs
    """.replace(" -0.14 ·", " −0.14 ·")


@claim("shortcut")
def what_a_shortcut_gives() -> str:
    slopes = ", ".join(f"{a * (1 - a):.2f}" for a in (0.7, 0.2, 0.1))
    right, shortcut = printed("shortcut-code")
    assert [number for number in shortcut if number] == [right[1]]
    return f"""
    asked :: Here that is (0, −5, 0) times ({slopes}), element
    Only the right class has a δ :: gives (0, {right[1]:g}, 0): right
    Every sign is turned :: −5 · 0.16 is {right[1]:g}, and so is 0.2 − 1.
    """.replace("-", "−")


# Training


@claim(LESSON)
def the_training() -> str:
    (X, _), fresh = digits()
    *_, (epochs, _, seen, new, *_) = printed("training-code")
    batch, rate = settings()["batch_size"], settings()["learning_rate"]
    steps = epochs * -(-X.shape[1] // batch)
    few = "few thousand" if 2000 < steps < 5000 else "number of"
    assert seen > 0.995 and round(accuracy(learned().predict(fresh[0]), fresh[1]), 3) == new
    return f"""
    training :: batches of {batch}, at a rate of {rate:g}, … digits {epochs:.0f} times.
    training-explain :: A {few} small steps on {X.shape[1]:,} pictures, … about {100 * new:.0f} in
        100 of the fresh ones.
    """


@claim(LESSON)
def ten_starts() -> str:
    (bound,), _ = printed("seeds")
    assert "True" in output_of(LESSON, "seeds")
    ten = in_words(int(cells_of(LESSON)["seeds"].source.split("range(")[1].split(")")[0]))
    return f"""
    seeds :: all {ten} above {bound:g}:
    training-explain :: do {ten} starts all get more than {100 * bound:g} in 100 right?
    """


@claim(LESSON)
def which_are_wrong() -> str:
    _, (X, Y) = digits()
    A = learned().predict(X)
    wrong = A.argmax(axis=0) != Y.argmax(axis=0)
    rows = output_of(LESSON, "confusion-code").replace("·", "0").splitlines()[1:]
    table = np.array([row.split()[2:] for row in rows], int)
    assert table.sum() == X.shape[1] and table.sum() - np.trace(table) == wrong.sum()
    largest = A[:, wrong].max(axis=0)
    most = "most" if np.mean(largest < 0.75) > 0.5 else "some"
    eight = in_words(int(wrong.sum()))
    sure = "sure of most" if np.median(A[:, ~wrong].max(axis=0)) > 0.99 else "sure of some"
    return f"""
    wrong :: {eight.capitalize()} digits are off it;
    wrong-picture :: The {eight} fresh digits
    weights :: for {most} of them it is far from sure, while it is {sure} that it gets right.
    weights-picture :: The weights of the {len(learned().W[1])} units of layer 1 as pictures of 8
        by 8,
    """


@claim(LESSON)
def what_never_learns() -> str:
    (X, Y), _ = digits()
    dW = learned().backward(learned().forward(X)[1], Y).dW[1]
    paper = (X == 0).all(axis=1)
    start = MLP((64, 32, 10), ("relu", "softmax"), seed=0, loss="cross-entropy")
    moved = learned().W[1] != start.W[1]
    assert (moved.any(axis=0) == ~paper).all() and not dW[:, paper].any()
    return f"""
    weights-explain :: {in_words(int(paper.sum())).capitalize()} pixels are paper in all … gives a
        column of zeros, and
    """


@claim(LESSON)
def answers_below_the_lab() -> str:
    (X, Y), (X_test, Y_test) = digits()
    moved = np.zeros((8, 8, X_test.shape[1]))
    moved[:, :-1] = X_test.reshape(8, 8, -1)[:, 1:]
    left = accuracy(learned().predict(moved.reshape(64, -1)), Y_test)
    picture, four = X_test[:, [13]], np.eye(10)[:, [4]]
    A, caches = learned().forward(picture)
    assert Y_test[:, [13]].argmax() == 4 and A.argmax() == 1
    dX = learned().W[1].T @ learned().backward(caches, four).delta[1]
    row, column = np.divmod(dX.argmax(), 8) + np.array(1)
    picture[dX.argmax()] = 0
    rubbed, blank = (learned().predict(at) for at in (picture, 0 * picture))
    flat = MLP((64, 10), ("softmax",), seed=0, loss="cross-entropy")
    train(flat, X, Y, progress=0, **settings())
    straight, both = (accuracy(net.predict(X_test), Y_test) for net in (flat, learned()))
    one = in_words(round(100 * (both - straight)))
    return f"""
    lab :: picture to 13. It was written as a 4, and is read as a {A.argmax()}. Choose 4
    lab-explain :: by one column, only {100 * left:.0f}% of … row {row}, column {column}. Without
        ink there, the 4 is read as a {rubbed.argmax()}, with a share of {rubbed.max():.2f}. … make
        of that a {blank.argmax()}, with a share of {blank.max():.2f} only. … Still
        {100 * straight:.0f}%. … about {one} in a hundred here.
    """


# Two hundred digits, and ink up to 16


@claim(LESSON)
def the_two_hundred() -> str:
    (lowest, epoch), (epochs, last, own), (then, _, end) = printed("by-heart-code")
    (X, Y), (X_test, Y_test) = digits()
    names = cells_of(LESSON)["by-heart-code"].run(X=X, Y=Y, X_test=X_test, Y_test=Y_test)
    fresh, learned = names["fresh"], names["learned"]
    assert (learned < fresh).all() and then < end < then + 0.02
    assert lowest < last and own < 0.01 and len(fresh) == epochs
    smooth = np.convolve(fresh[40:], np.ones(40) / 40, "valid")
    slowly = "slowly" if (np.diff(smooth[::20]) > 0).all() and last < 1.3 * lowest else "fast"
    return f"""
    by-heart-code :: after {epochs:.0f}:
    weights-explain :: have only 200 digits,
    by-heart-picture :: Loss over {epochs:.0f} epochs. On the 200 digits that the network learns
        from, it falls to nearly 0. On fresh digits it is lowest after {epoch:.0f} epochs, and then
        rises {slowly}.
    by-heart-explain :: From about epoch {5 * round(epoch / 5)} on only the loss of the 200 … with
        all {X.shape[1]:,} digits
    [by-heart]
    asked :: from 200 digits for {epochs:.0f} epochs.
    right :: It falls, and then it rises again
    It falls, and then it rises again :: lowest after {epoch:.0f} epochs. From
    """


@claim(LESSON)
def ink_up_to_16() -> str:
    lines = printed("unscaled-code")
    (_, loss, *_), _, (ink, first, epochs, last), (off, units, *_, norm), *_ = lines
    assert off == units and norm == 0
    assert f'"epochs": {epochs:.0f}}}' in cells_of(LESSON)["unscaled-code"].source
    assert round(np.log(10), 2) == last and loss < 3
    right = "It is thrown too far in the first steps"
    return f"""
    bridge :: so with ink up to {ink:.0f} all … {ink:.0f} times as large, … with a loss of
        nearly {np.ceil(first):.0f}. … one factor {ink:.0f} from the input. … by a further
        {ink:.0f}: {ink**2:.0f} in all. … turn all {off:.0f} units
        off, … is exactly {norm:g}, and stays {norm:g}.
    bridge :: at $\\ln 10$, about {np.log(10):.2f}, which
    [unscaled]
    asked :: divided by 16.
    right :: {right}
    {right} :: All z are 16 times as … one factor 16 from the input, … {16**2} times as far. Here
        all {off:.0f} units of layer 1
    The same: He's weights keep the size of what comes in :: is 16 times as … the step is
        16 times as long
    """


# What cells compute in silence


@of(LESSON, "bridge-code")
def layers_of_pytorch(cell: Cell) -> None:
    torch: Any = pytest.importorskip("torch")
    case = random_case([4, 3, 5, 2], ["relu", "relu", "linear"], 6)
    model = cell.run()["as_pytorch"](case.network)
    same(model(torch.tensor(case.X.T)).detach().numpy().T, reference(case).A[3])


# What cells draw


@of(LESSON, "two-deltas")
def the_two_deltas(cell: Cell) -> None:
    z, sigmoid = np.linspace(-8, 8, 161), PHI["sigmoid"]
    losses = {"squared error": squared, "cross-entropy": lambda z: -anp.log(sigmoid(z))}
    expected = {name: (z, elementwise_grad(loss)(z)) for name, loss in losses.items()}
    assert_curves(cell.run()["ax"], "δ of a sigmoid that should be 1: δ over z", expected)


IMAGES = np.arange(64 * 40).reshape(64, 40) / 2560


def assert_images(figure: Any, expected: Any, titles: Any = ()) -> None:
    """The figure has these pictures, in this order, with these words above."""
    shown = [ax for ax in figure.axes if ax.images]
    pixels = [np.asarray(ax.images[0].get_array()).ravel() for ax in shown]
    assert_array_equal(np.transpose(pixels), expected)
    assert [ax.get_title() for ax in shown] == list(titles or [""] * len(shown))


@of(LESSON, "data-picture")
def the_first_digits(cell: Cell) -> None:
    assert_images(cell.run(X=IMAGES)["figure"], IMAGES[:, :20])


@of(LESSON, "wrong-picture")
def digits_that_are_wrong(cell: Cell) -> None:
    said, written = np.array([3, 1, 0, 4]), np.array([3, 2, 0, 5])
    A = np.full((10, 4), 0.05)
    A[1, 1], A[4, 3] = 0.55, 0.9
    names = {"said": said, "written": written, "A_test": A, "X_test": IMAGES[:, :4]}
    titles = ["2, says 1 (55%)", "5, says 4 (90%)"]
    assert_images(cell.run(**names)["figure"], IMAGES[:, [1, 3]], titles)


@of(LESSON, "weights-picture")
def weights_of_the_first_layer(cell: Cell) -> None:
    W = IMAGES[:, :32].T - 0.4
    figure = cell.run(network=SimpleNamespace(W={1: W}))["figure"]
    assert_images(figure, W.T)
    assert {ax.images[0].get_clim() for ax in figure.axes} == {(-W.max(), W.max())}


@of(LESSON, "by-heart-picture")
def two_losses(cell: Cell) -> None:
    learned, fresh = np.array([0.5, 0.3, 0.2, 0.1]), np.array([0.5, 0.4, 0.3, 0.35])
    names = "the 200 that it learns from", "fresh digits", "fresh loss lowest"
    given = [([1, 2, 3, 4], learned), ([1, 2, 3, 4], fresh), ([3, 3], [0, 1])]
    ax = cell.run(learned=learned, fresh=fresh)["ax"]
    assert_curves(ax, ": loss over epoch", dict(zip(names, given, strict=True)))


# What its formulas are about


def sure_and_wrong(loss: Callable[[Any, float], Any], y: float) -> Scene:
    """Return one sigmoid output, and how a loss of it reacts to its z."""
    z, sigmoid = -2.0, PHI["sigmoid"]
    names: Names = {"z": z, "y": y, "a": sigmoid(z), "varphiprime_of": slope_of("sigmoid")}
    names |= {"da": grad(loss)(sigmoid(z), y), "delta": grad(lambda z: loss(sigmoid(z), y))(z)}
    return Scene(names)


def shares(z: Any) -> Any:
    """Return the softmax of each column."""
    return anp.exp(z) / anp.sum(anp.exp(z), axis=0)


def surprise(A: Any, Y: Any) -> Any:
    """Return the cross-entropy of answers that are shares."""
    return -anp.sum(Y * anp.log(A)) / Y.shape[1]


def one_softmax() -> Scene:
    """Return three shares as answers to one sample, and what the loss makes of them."""
    a, y = np.array([[0.7], [0.2], [0.1]]), np.array([[0.0], [1.0], [0.0]])
    z = np.log(a) + 0.4
    slopes = jacobian(lambda z: shares(z[:, None])[:, 0])(z[:, 0])
    names: Names = {"z": z, "a": a, "y": y, "dadz": slopes, "J": slopes, "s": anp.exp(z).sum()}
    names |= {"da": grad(surprise)(a, y), "delta": grad(lambda z: surprise(shares(z), y))(z)}
    return Scene(names)


def softmax_layer() -> Scene:
    """Return the outputs of several samples, and how the cross-entropy reacts to their Z."""
    names = shared_answers().names
    layered: Names = {name: {3: names[name]} for name in ("A", "delta")}
    return Scene(layered | {"Y": names["Y"], "m": 5, "last": 3, "n": {3: 3}})


def shared_answers() -> Scene:
    """Return answers that are shares, one-hot labels, their cross-entropy and its δ."""
    Z, classes, k = numbers(3, 5), np.array([0, 2, 1, 1, 0]), 3
    A, Y = shares(Z), np.array([[float(c == i) for c in classes] for i in range(k)])
    names: Names = {"Z": Z, "A": A, "classes": classes, "k": k, "Y": Y, "m": 5}
    delta = grad(lambda Z: surprise(shares(Z), Y))(Z)
    return Scene(names | {"L": surprise(A, Y), "delta": delta, "dA": grad(surprise)(A, Y)})


def separate_answers() -> Scene:
    """Return answers of several sigmoids, labels, and their cross-entropy."""
    A, Y = PHI["sigmoid"](numbers(3, 5)), np.eye(3)[:, [0, 2, 1, 1, 0]]

    def loss(A: Any) -> Any:
        return -anp.sum(anp.log(anp.where(Y > 0, A, 1 - A))) / 5

    return Scene({"A": A, "Y": Y, "m": 5, "L": loss(A), "dA": grad(loss)(A)})


SCENES: dict[str, Callable[[], Scene]] = {
    "squared error, sure": lambda: sure_and_wrong(lambda a, y: (a - y) ** 2 / 2, 1.0),
    "cross-entropy, sure": lambda: sure_and_wrong(
        lambda a, y: -y * anp.log(a) - (1 - y) * anp.log(1 - a), 0.0
    ),
    "one softmax": one_softmax,
    "softmax layer": softmax_layer,
    "shares": shared_answers,
    "sigmoids": separate_answers,
}
