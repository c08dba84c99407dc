"""What lesson 4 says, computes and draws."""

import math
import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import product as combinations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from helpers.activations import ACTIVATIONS
from helpers.datasets import two_moons
from helpers.exercises.bug_hunt import look_at
from helpers.exercises.bug_kinds import CHECKED, KINDS, PLACES, Kind
from helpers.exercises.planted import ACTIVATIONS as HUNTED
from helpers.exercises.planted import LAYERS, deal, moons, reach
from helpers.gradient_check import ArrayCheck, check_gradient, numerical_gradient
from helpers.gradient_check import relative_error as careful
from helpers.labs.gradient_check import GradientCheckLab, kinks_crossed
from helpers.network import MLP
from helpers.tables import power_of_ten
from helpers.tests.independent import reference
from helpers.tests.networks import Case, random_case
from helpers.tests.notebooks.claims import Said, claim, in_words
from helpers.tests.notebooks.formulas.cells import (
    Cell,
    Names,
    cells_of,
    numbers_printed,
    of,
    output_of,
)
from helpers.tests.notebooks.formulas.numbers import (
    exact,
    length,
    product,
    row_sums,
    same,
    three_layers,
)
from helpers.tests.seen import assert_curves, assert_says, curves, reads
from helpers.validation import Array

LESSON = "04_gradient_checking"
FOLDS = {2: "twofold", 10: "tenfold", 100: "hundredfold"}
DIGITS = {name: round(-np.log10(np.finfo(name).eps)) for name in ("float64", "float32")}
TENTHS = [10.0**-power for power in range(1, 13)]  # as the slider of ε, from the right
MEAN_SLOPE = {0.5: "½"}[float(np.mean([0, 1]))]


def numbers_in(id: str) -> list[list[float]]:
    return numbers_printed(LESSON, id)


def nearest(x: float) -> int:
    """Return the nearest power of ten."""
    return round(np.log10(x))


@cache
def lesson() -> Names:
    """Return what the cells leave that compute; those that train read their stored output."""
    cells, names = cells_of(LESSON), Names({"range": lambda _: []})
    ids = ["wrong-backward", "wrong-training", "textbook", "solution-relative-error"]
    for id in [*ids, "relative-code", "marks", "sweep", "sweep-picture"]:
        names = cells[id].run(**names)
    return names


# A loss that falls


@claim(LESSON)
def the_loss_falls_with_a_wrong_gradient() -> str:
    first, _, (steps, loss, right), (late, late_loss, late_right) = numbers_in("wrong-training")
    start, yes = first[1], "Yes, and it ends within 20% of the right gradient's"
    assert loss < start and abs(loss / right - 1) < 0.2 and late > steps and late_loss > late_right
    rate = re.findall(r"learning_rate=([\d.]+)", cells_of(LESSON)["wrong-training"].source)[0]
    network, X, Y = (lesson()[name] for name in ("network", "X", "Y"))
    caches = network.forward(X)[1]
    exact, wrong = network.backward(caches, Y), lesson()["wrong_gradient"](network, caches, Y)
    cosine = exact.vector @ wrong.vector
    cosine /= np.linalg.norm(exact.vector) * np.linalg.norm(wrong.vector)
    return f"""
    idea :: It falls, and here in {steps:.0f} steps about … In a longer run it falls behind,
    wrong-angle :: after {late:,.0f} steps °
    [falling]
    asked :: it for {steps:.0f} steps of rate {rate}. Does the loss fall?
    right :: {yes}
    No: it rises, or stays :: is {np.degrees(np.arccos(cosine)):.0f}° at first. Below 90° a short
    Yes, but it ends more than 20% higher than with the right gradient :: In these {steps:.0f}
        steps it goes from {start:.3f} to {loss:.3f}, and the right gradient to {right:.3f}.
    {yes} :: From {start:.3f} to {loss:.3f}, and the right gradient gets to {right:.3f}.
    """


# The formula, and relative errors


@claim(LESSON)
def relative_errors_of_simple_pairs() -> str:
    ours, v = lesson()["our_relative_error"], np.array([3.0, -1.0, 2.0])
    highest = max(ours(v, other) for other in np.random.default_rng(0).normal(size=(99, 3)))
    equal, opposite = ours(v, v), ours(v, -v)
    assert highest < opposite == ours(v, 0 * v) and ours(0 * v, 0 * v) == equal
    nothing = ours(np.array([100.0]), np.array([100.001])) < 1e-5
    everything = ours(np.array([0.001]), np.array([0.002])) > 0.1
    as_wrong = np.isclose(ours(3e-30 * v, 1e-30 * v), ours(300 * v, 100 * v))
    three = {0.5: "three"}[round(careful(3 * v, v), 12)]
    assert np.isclose(careful(3e-170 * v, 1e-170 * v), 0.5) != np.isclose(ours(3e-170, 1e-170), 0.5)
    return f"""
    relative :: It is {equal:g} if they … never above {opposite:g}, which
    relative :: difference of 0.001 is {"nothing" if nothing else "much"} if the gradients are about
        100, and {"everything" if everything else "little"} if they are about 0.001.
    exercise-relative-error :: error is {equal:g}.
    exercise-relative-error :: too large is {"as" if as_wrong else "less"} wrong as one
    reading :: it is ${3 - 1}/{3 + 1}$. In general … sign reads {opposite:g}.
    relative-predict :: $a$ is {three} times $n$.
    relative-code :: {three} times too
    """


@claim(LESSON)
def marks_of_mistakes() -> str:
    right, mistakes = lesson()["right"], lesson()["mistakes"]
    largest = np.abs(right).argmax()
    percent, two, m, over_m, sign = (g[largest] / right[largest] for g in mistakes.values())
    assert round(m) == round(1 / over_m) == lesson()["X"].shape[1] and round(sign) == -1
    reads = numbers_in("marks")[0][-1]
    assert careful(right, lesson()["slopes"]) < 1e-7 and reads > 1e-3
    return f"""
    marks :: wrong by {100 * (percent - 1):.0f}% … the {two:.0f} of the
    report :: percent reads {reads:g}, far above
    """


@claim(LESSON)
def the_report_is_a_map() -> str:
    network, X, Y = (lesson()[name] for name in ("network", "X", "Y"))
    wrong = lesson()["wrong_gradient"](network, network.forward(X)[1], Y)
    arrays = check_gradient(network, X, Y, wrong).arrays
    (up,) = {int(array.name[3]) for array in arrays if array.verdict == "agrees"}
    differ = {int(array.name[3]) for array in arrays if array.verdict == "differs"}
    down, further = sorted(differ - {up}, reverse=True)
    assert arrays[0].worst == (1, 0)
    return f"""
    report-explain :: Layer {up} agrees; layers {down} and {further} don't. … from layer {up} to
        layer {down}, which is
    report-explain :: so a {float(f"{0.97:.1g}"):g} may be 0.97.
    """


# Which ε


def orders(two_sided: bool) -> int:
    """Return the power of ε with which the error of a slope shrinks, where ε is large."""
    errors = lesson()["errors"]["two-sided, float64" if two_sided else "one-sided, float64"]
    (order,) = set(np.log10(errors[-3:] / errors[-4:-1]).round(1))
    return round(order)


@claim(LESSON)
def truncation_shrinks() -> str:
    two, one = orders(two_sided=True), orders(two_sided=False)
    powers = {1: "ε", 2: "ε²"}
    bits = [lesson()[name].theta.dtype.itemsize * 8 for name in ("smooth", "smooth32")]
    return f"""
    report-explain :: shrinks with {powers[two]}, as the … shrinks with {powers[one]},
        $O(\\varepsilon)$. … falls a {FOLDS[10**two]}. … {bits[0]}-bit and with {bits[1]}-bit
    sweep-explain :: falls a {FOLDS[10**two]} for each power of ten, the one-sided {FOLDS[10**one]}.
    sweep-explain :: float64 has {DIGITS["float64"]} digits. … tenth digit or later, so
        {in_words(DIGITS["float64"] - 10)} at most … float32 has {DIGITS["float32"]} digits
    """


@claim(LESSON)
def each_curve_has_a_bottom() -> str:
    epsilons, errors = lesson()["epsilons"], lesson()["errors"]
    bottoms = {name: epsilons[error.argmin()] for name, error in errors.items()}
    best = {name: power_of_ten(nearest(bottom)) for name, bottom in bottoms.items()}
    assert all(0 < error.argmin() < len(error) - 1 for error in errors.values())
    two, _, two32, one32 = errors.values()
    lowest = min(errors, key=lambda name: errors[name].min())
    above, below = math.floor(np.log10(min(two32.min(), one32.min()))), epsilons < 0.9e-8
    (flat,) = {*two32[below], *one32[below]}
    at = two32[np.isclose(epsilons, 1e-5)].item()
    assert two32.min() / two.min() > 10_000 and at > 0.01 > careful(1.01 * two, two)
    exponent, depth = nearest(bottoms["two-sided, float64"]), nearest(two.min())
    return f"""
    sweep-explain :: is near $10^{{{exponent}}}$ for a … = 10^{{{exponent}}}$, the best
    sweep-picture :: {in_words(len(errors)).capitalize()} curves of the relative error …
        {lowest.replace(", ", " in ").capitalize()} is lowest, near {power_of_ten(depth)} at ε =
        {best[lowest]}. One-sided is lowest at ε = {best["one-sided, float64"]}. … above
        {power_of_ten(above)}, and are flat at {flat:g} below
    lab :: $\\varepsilon = 10^{{{exponent}}}$, which was
    popular-late-explain :: Why not $10^{{{exponent}}}$, where the
    """


@claim("smaller-epsilon")
def what_is_said_of_a_smaller_epsilon() -> str:
    epsilons, error = lesson()["epsilons"], lesson()["errors"]["two-sided, float64"]
    falls, rises = np.diff(error[error.argmin() :]), np.diff(error[: error.argmin() + 1])
    assert (falls > 0).all() and (rises < 0).all() and nearest(epsilons[0]) == -12
    right, best = "It falls, and then rises again", power_of_ten(nearest(epsilons[error.argmin()]))
    return f"""
    asked :: shrinks from {epsilons[-1]:g} to 10⁻¹²,
    right :: {right}
    {right} :: is near {best} in the
    It falls all the way :: of their {DIGITS["float64"]} digits, and
    """


# A popular rule, and kinks


@claim(LESSON)
def our_rule() -> str:
    network, X, Y = (lesson()[name] for name in ("network", "X", "Y"))
    report = check_gradient(network, X, Y)
    epsilon, tolerance = (round(np.log10(x)) for x in (report.epsilon, report.tolerance))
    less, more = (in_words(10 ** (power + 7)) for power in (epsilon, tolerance))
    few = lesson()["few"][0]
    assert kinks_crossed(network, few, 1e-1) > kinks_crossed(network, few, 1e-2)
    assert [line.split()[-1] for line in output_of(LESSON, "popular-late").splitlines()] == [
        "False",
        "True",
    ]
    single = [f"db[{l}]" for l, b in network.b.items() if b.size == 1]
    return f"""
    popular-explain :: entry only, as {single[0]} here, its
    popular-late-explain :: $\\varepsilon = 10^{{{epsilon}}}$, array by array, at most
        $10^{{{tolerance}}}$**. … rounding is {less} times smaller, and {more} times as much is
    """


@claim(LESSON)
def a_sample_on_a_kink() -> str:
    names, network = cells_of(LESSON)["kink-picture"].run(), lesson()["network"]
    line = names["line"]
    Z = network.forward(np.zeros((2, 1)))[1].Z[1]
    readings = [line[-1] for line in numbers_in("kink-origin")]
    assert min(readings) > 0.9 * max(readings) > 0.01
    fresh, trained = (line[-2] for line in numbers_in("kink-trained"))
    assert output_of(LESSON, "kink-trained").count("True") == 2 and trained > 10 * fresh
    return f"""
    kink-picture :: from z = −{-line[0]:g} to z = {line[1]:g} crosses the … is {names["slope"]:g}
        instead of
    kink-picture :: z = {names["z"]:g}
    kink-predict :: its biases are {network.b[1].max():g}, so every $z$ of layer 1 is {Z.max():g}.
    kink-explain :: two slopes, {MEAN_SLOPE}; we took
    """


@claim("on-a-kink")
def what_is_said_of_a_kink() -> str:
    ours = lesson()["network"].activations[0].derivative(np.zeros(1)).item()
    first, *_, last = numbers_in("kink-origin")
    assert nearest(last[0]) == -6 and abs(first[-1] / last[-1] - 1) < 0.1
    other = float(np.greater_equal(0.0, 0))
    fold, one_sided = FOLDS[10 ** orders(two_sided=True)], FOLDS[10 ** orders(two_sided=False)]
    return f"""
    asked :: there is {ours:g}. What does … shrinks from {first[0]:g} to 10⁻⁶?
    right :: It stays where it is
    It stays where it is :: their slopes, {MEAN_SLOPE}. … would be {other:g}, and differ
    It falls, a {fold} for each power of ten :: the two nudges are on two sides
    It falls, {one_sided} for each power of ten :: joins stay {ours:g} and {other:g}.
    """


# The lab, and checks that can be fooled


@claim(LESSON)
def what_the_lab_shows() -> str:
    lab = GradientCheckLab()
    network, (X, Y) = lab.network, lab.data

    def curve(two_sided: bool) -> list[float]:
        reports = (check_gradient(network, X, Y, epsilon=e, two_sided=two_sided) for e in TENTHS)
        return [report.relative_error for report in reports]

    single = MLP(network.layer_sizes, ("tanh", "tanh", "sigmoid"), dtype=np.float32)
    single.theta[:] = network.theta
    in_32 = check_gradient(single, X, Y, epsilon=1e-5)
    one_sided = check_gradient(network, X, Y, two_sided=False)
    higher = min(in_32.tolerance, one_sided.tolerance) > lab.report.tolerance
    presses = in_words(round(1 / lab.controls.epsilon.step)).capitalize()
    (two, one), none = map(curve, (True, False)), [a.verdict for a in in_32.arrays].count("agrees")
    left = "left" if np.argmin(one) > np.argmin(two) else "right"
    kinks = kinks_crossed(MLP(network.layer_sizes, ("relu", "relu", "sigmoid"), seed=3), X, 0.1)
    size = {3: "Hundreds"}[len(str(kinks))]
    return f"""
    lab :: is set {"higher" if higher else "lower"}, since these
    lab :: ({presses} presses of
    lab-explain :: To the {left}, and {"up" if min(one) > min(two) else "down"}: the one-sided …
        {in_words(none).replace("no", "None")}: rounding alone … {size},
        with {network.theta.size} nudges and {X.shape[1]} points.
    """


@claim(LESSON)
def a_flat_sigmoid() -> str:
    network, X, Y = lesson()["network"].copy(), lesson()["X"], lesson()["Y"]
    (bias,) = re.findall(r"flat.b\[3\]\[:\] = (\d+)", cells_of(LESSON)["saturated-code"].source)
    network.b[3][:] = int(bias)
    gradient = network.backward(network.forward(X)[1], Y).vector
    differences = numerical_gradient(network, X, Y, epsilon=1e-6).vector
    assert np.abs(gradient).max() < 1e-15
    return f"""
    saturated :: and `max` keeps its {max(0, float("nan"))}.
    saturated :: up to {bias}, and the … difference is exactly {np.abs(differences).max():g},
    """


# What it costs, and what it proves


@claim(LESSON)
def what_the_check_costs() -> str:
    (checks,), (backward,), (together,) = numbers_in("cost-code")
    one, several = output_of(LESSON, "one-pass-code").splitlines()
    sizes = [W.size for W in lesson()["network"].W.values()]
    parameters = lesson()["network"].theta.size
    assert backward == round((2 * sum(sizes) - sizes[0]) / sum(sizes), 1)
    return f"""
    cost-explain :: {checks:.0f} passes against about {in_words(round(together))}: a gradient
    cost-explain :: would be {in_words(checks / parameters)} million.
    cost-explain :: ({backward:g} and not {2 * sum(sizes) / sum(sizes):g}, as nothing
    [one-pass]
    right :: {"It passes" if "True" in one else "It differs"}
    It differs, at every db :: {"It does" if "False" in several else "It doesn't"} with two
    """


def passes(hidden: int, activation: str, exponent: int) -> bool:
    """Whether right gradients of a few networks pass at this ε."""
    names, sizes = (activation,) * hidden + ("sigmoid",), (2, *[16] * hidden, 1)
    data = [two_moons(60, seed=seed) for seed in range(3)]
    return all(
        check_gradient(MLP(sizes, names, seed=seed), *points, epsilon=10.0**exponent).passed
        for seed, points in enumerate(data)
    )


def sum_of_errors(exponent: int) -> float:
    """Return how far a smooth network's numerical gradient is from the right one, at this ε."""
    X, Y = two_moons(60, seed=0)
    network = MLP((2, 16, 16, 1), ("tanh", "tanh", "sigmoid"), seed=0)
    right = network.backward(network.forward(X)[1], Y)
    return careful(numerical_gradient(network, X, Y, 10.0**exponent).vector, right.vector)


@claim(LESSON)
def which_epsilon_on_the_whole() -> str:
    rows = {"tanh": (2, -5), "relu": (2, -6), "sigmoid": (7, -3)}
    assert all(passes(hidden, name, exponent) for name, (hidden, exponent) in rows.items())
    assert not passes(2, "relu", -3) and not passes(7, "sigmoid", -6)
    assert sum_of_errors(-5) < min(sum_of_errors(exponent) for exponent in (-3, -4, -6, -7))
    smooth, kinks, tiny = (power_of_ten(exponent) for _, exponent in rows.values())
    return f"""
    when :: such as tanh | {smooth} | … such as ReLU | {kinks} | … in {in_words(7 + 1)} layers of
        sigmoid (lesson 5) | {tiny} |
    """


# The hunt


@claim(LESSON)
def an_example_to_practise_on() -> str:
    rows = [row.split() for row in output_of(LESSON, "hunt-example").splitlines()[1:-1]]
    (differs,) = (row for row in rows if row[-1] == "differs")
    backward, numerical = map(float, differs[-4:-2])
    ratio = numerical / backward
    below = reach("δ[2]")
    layers = " and ".join(sorted({name[3] for name in below}, reverse=True))
    assert round(ratio) == CHECKED
    return f"""
    hunt-reading :: {differs[0]} alone differs. … been wrong, all {in_words(len(below))} arrays of
        layers {layers} would differ. … in reads {Fraction(2 - 1, 2 + 1)}. A factor … that is
        {CHECKED - 1}/{CHECKED + 1} here, printed as {differs[1]}. Which of … numerical is
        {ratio:.0f} times backward, … sign reads {careful(np.ones(1), -np.ones(1)):g}, and so
    """


@claim(LESSON)
def six_networks() -> str:
    dealt = deal(0)
    assert dealt[0].layer_sizes == LAYERS
    assert len({one.bug.kind.name for one in dealt}) == len(dealt)
    sizes, names = "-".join(map(str, LAYERS)), ", ".join(HUNTED)
    six, layers = in_words(len(dealt)), in_words(len(LAYERS) - 1)
    seen = look_at(dealt[-1])
    further = "falls even further than" if seen.history.loss[-1] < seen.right.loss[-1] else "falls"
    assert seen.falls and not seen.report.passed
    return f"""
    hunt-reading :: Now {six} networks {sizes} ({names}), trained on {moons()[0].shape[1]} points,
        … of all {six}.
    hunt-intro :: pass of {layers} layers has {in_words(len(PLACES))} lines: … $m =
        {CHECKED}$ points:
    hunt-after :: found all {six}, the last … In one of them it {further} in the … cell
        deals {in_words(len(deal(1)))} others.
    """


def readings(kind: Kind) -> list[float]:
    """Return the largest errors, to one digit as printed, that bear the mark of a kind."""
    by_sign = (np.array([1.3, 2.1]), np.array([1.3, -2.1]))
    printed = [*(digit / 100 for digit in range(1, 10)), *(digit / 10 for digit in range(1, 11))]
    reports = {
        error: [[ArrayCheck("", error, (), r, 1, "") for r in ratios] for ratios in by_sign]
        for error in printed
    }
    return [error for error, pair in reports.items() if any(map(kind.shows, pair))]


@claim("hunt")
def marks_without_a_factor() -> str:
    bounds = {name: (min(r), max(r)) for name, kind in KINDS.items() if (r := readings(kind))}
    slopes = {name: a.derivative(np.linspace(-9, 9, 99)).max() for name, a in ACTIVATIONS.items()}
    quarter, (low, high) = {0.25: "¼"}[slopes["sigmoid"].item()], bounds["φ′ of A"]
    return f"""
    φ′ left out :: at most {max(slopes.values()):g}, a sigmoid's at most {quarter}. In this … error
        is {bounds["φ′ left out"][0]:g} or more.
    φ′ of A :: lies between {low:g} and {high:g}.
    W without the transpose :: error is {bounds["W without the transpose"][0]:g} or more,
    W already updated :: errors of {bounds["W already updated"][1]:g} at most.
    A of the wrong layer :: is below {bounds["A of the wrong layer"][1] + 0.1:g}.
    only the last sample :: Of the {CHECKED} terms of … error is
        {bounds["only the last sample"][0]:g} or more.
    """


@claim("hunt")
def marks_with_a_factor() -> str:
    v, m = np.array([3.0, -1.0]), CHECKED
    reads = f"and every error {m - 1}/{m + 1} ({careful(m * v, v):.1g})."
    third = Fraction(careful(2 * v, v)).limit_denominator(9)
    return f"""
    sign turned :: sign reads {careful(-v, v):g}, and both
    1/m missing :: m = {m} points backward would be {m} times numerical, {reads}
    1/m once too often :: m = {m} points numerical would be {m} times backward, {reads}
    factor 2 left in :: every error {third} ({float(third):.1g}).
    left at zero :: the error {careful(0 * v, v):g}.
    """


@claim("hunt")
def why_not_elsewhere() -> Iterator[Said]:
    def holding(symbol: str) -> list[str]:
        return [place for place, line in PLACES.items() if symbol in line.split(" = ")[1]]

    for name in ("φ′ left out", "φ′ of A"):
        assert list(KINDS[name].places) == holding("φ′")
        yield name, "There is no φ′ in this line."
    (start,) = holding("/ m")
    yield "1/m missing", f"1/m is in {start} and nowhere else"
    yield "factor 2 left in", f"so its 2 can only be left in {start}."
    (n,) = (l for l in (1, 2, 3) if LAYERS[l] == LAYERS[l - 1])
    yield "W without the transpose", f"and W[{n}], which hands δ back to layer {n - 1}, is the only"
    assert list(KINDS["W already updated"].places) == holding("W[")
    yield "A of the wrong layer", f"Only in dW[{n}] do … shape, {LAYERS[n]} rows each."
    assert {*PLACES} - {*KINDS["only the last sample"].places} == {*holding("φ′")}


# What cells compute in silence


@of(LESSON, "wrong-backward")
def slopes_of_the_hidden_layers_left_out(cell: Cell) -> None:
    case, right = three_layers(), exact(three_layers)
    caches = case.network.forward(case.X)[1]
    gradient = cell.run()["wrong_gradient"](case.network, caches, case.Y)
    delta = right.delta[3]
    for l in (3, 2, 1):
        same(gradient.dW[l], product(delta, np.transpose(right.A[l - 1])))
        same(gradient.db[l], row_sums(delta))
        delta = product(np.transpose(case.network.W[l]), delta)


@of(LESSON, "textbook")
def slopes_by_all_parameters(cell: Cell) -> None:
    case = random_case([3, 2, 2], ["tanh", "sigmoid"], 4)
    # so large an ε that the curvature shows: this is the formula, and not only the gradient
    slopes = cell.run()["numerical"](case.network, case.X, case.Y, 0.2)
    for i, slope in enumerate(slopes):
        up, down = case.network.copy(), case.network.copy()
        up.theta[i] += 0.2
        down.theta[i] -= 0.2
        losses = [reference(Case(one, case.X, case.Y)).loss for one in (up, down)]
        same(slope, (losses[0] - losses[1]) / 0.4)


@of(LESSON, "popular-rule")
def each_parameter_by_itself(cell: Cell) -> None:
    right, slopes = np.array([0, 1.0, -2]), np.array([0, 1.5, -1])
    moving = cell.value("moving", right=right)
    a, n = cell.value("a, n", right=right, slopes=slopes, moving=moving)
    same([a, n], [right[1:], slopes[1:]])
    same(cell.value("each", a=a, n=n), abs(a - n) / (abs(a) + abs(n)))


@of(LESSON, "sweep")
def error_over_epsilon(cell: Cell) -> None:
    few = random_case([2, 3, 1], ["tanh", "sigmoid"], 30)

    def far_apart(a: Array, n: Array) -> float:
        return length(a - n) / (length(a) + length(n))

    names = cell.run(X=few.X, Y=few.Y, relative_error=far_apart)
    same(names["epsilons"], np.array([float(f"1e{power}") for power in range(-12, 0)]), 1e-14)
    assert [array.shape for array in names["few"]] == [(2, 20), (1, 20)]
    two, one = (names["sweep"](few.network, two_sided) for two_sided in (True, False))
    assert two.shape == (12,) and one[-1] > 2 * two[-1]


# What cells draw


SIDES = {True: "two-sided", False: "one-sided"}


@of(LESSON, "sweep-picture")
def four_ways_of_checking(cell: Cell) -> None:
    epsilons = np.array([1e-9, 1e-5, 1e-2])
    checked = {name: epsilons * (1 + i) for i, name in enumerate(combinations(SIDES, ("64", "32")))}
    given = {"sweep": lambda bits, two: checked[two, bits], "smooth": "64", "smooth32": "32"}
    ax = cell.run(epsilons=epsilons, **given)["ax"]
    expected = {f"{SIDES[two]}, float{n}": (epsilons, y) for (two, n), y in checked.items()}
    assert_curves(ax, ": relative error (log) over ε (log)", expected)
    assert len({line.get_marker() for line in ax.lines}) == len(expected)


@of(LESSON, "kink-picture")
def a_line_over_the_corner(cell: Cell) -> None:
    ax = cell.run()["ax"]
    assert reads(ax) == ":  over z"
    relu, line, point = curves(ax).items()
    for _, (z, a) in (relu, line, point):
        assert_allclose(a, np.maximum(z, 0))
    assert (relu[0], relu[1][0, 0], relu[1][0, -1]) == ("ReLU", -2, 2)
    assert_says(point[0], f"z = {point[1][0].item()}")
    (left, right), (low, high) = line[1]
    assert (left + right) / 2 == pytest.approx(point[1][0].item())
    assert left < 0 < right
    assert_says(line[0], f"slope {(high - low) / (right - left)}, not 1")
