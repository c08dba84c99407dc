"""What lesson 4 says."""

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from operator import eq, gt, lt
from typing import Any

import numpy as np

from helpers.activations import ACTIVATIONS
from helpers.exercises.bug_hunt import look_at
from helpers.exercises.bug_kinds import CHECKED, KINDS, Kind
from helpers.exercises.bug_kinds import PLACES as LINES
from helpers.exercises.misconceptions import Misconception
from helpers.exercises.planted import ACTIVATIONS as HUNTED
from helpers.exercises.planted import LAYERS, deal, moons, reach
from helpers.gradient_check import ArrayCheck, Report, check_gradient, numerical_gradient
from helpers.gradient_check import relative_error as careful
from helpers.labs.gradient_check import GradientCheckLab, kinks_crossed
from helpers.losses import mean_squared_error
from helpers.network import MLP
from helpers.tests.notebooks.claims import Said, claim, in_words, places_of
from helpers.tests.notebooks.formulas.cells import Names, cells_of, numbers_printed, output_of
from helpers.validation import Array

LESSON = "04_gradient_checking"
PLACES = places_of(LESSON, 4) | {
    ("hunt", kind.name): f"{kind.formula}: {kind.misconception}\n{kind.mark}\n{kind.elsewhere}"
    for kind in KINDS.values()
}
FOLDS = {2: "twofold", 10: "tenfold", 100: "hundredfold"}


def numbers_in(id: str) -> list[list[float]]:
    return numbers_printed(LESSON, id)


def power(x: float) -> str:
    """Return the nearest power of ten as code writes it."""
    return f"1e{round(np.log10(x))}"


@cache
def lesson() -> Names:
    """Return what the cells leave that compute; those that train read their stored output."""
    cells, names = cells_of(LESSON), Names({"range": lambda _: []})
    ids = ["wrong-backward", "wrong-training", "textbook", "solution-relative-error"]
    for id in [*ids, "relative-code", "marks", "sweep", "sweep-picture"]:
        names = cells[id].run(**names)
    return names


def both_gradients(network: MLP) -> tuple[Array, Array]:
    """Return the right gradient on the lesson's points and that without φ′."""
    X, Y = lesson()["X"], lesson()["Y"]
    caches = network.forward(X)[1]
    return network.backward(caches, Y).vector, lesson()["wrong_gradient"](network, caches, Y).vector


def degrees_apart(a: Array, b: Array) -> float:
    return float(np.degrees(np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b))))


# A loss that falls


@claim(LESSON)
def the_loss_falls_with_a_wrong_gradient() -> str:
    start, _, (steps, loss, right), (late, late_loss, late_right) = numbers_in("wrong-training")
    falls = "falls" if loss < start[1] else "rises"
    assert abs(loss / right - 1) < 0.2
    behind = "falls behind" if late_loss > late_right else "stays ahead"
    return f"""
    title :: **A wrong gradient runs without an error, and its loss may {falls[:-1]}.
    idea :: It {falls}, and in {steps:.0f} steps about as far as with the right gradient.
    idea :: In a {"longer" if late > steps else "shorter"} run it {behind}, but who has the right
        curve beside it?
    wrong-angle :: at first
    wrong-angle :: after {late:,.0f} steps ° between the right and the wrong gradient
    """


@claim(LESSON)
def below_ninety_degrees_is_downhill() -> str:
    X, Y, network = lesson()["X"], lesson()["Y"], lesson()["network"]
    right, wrong = both_gradients(network)
    level = degrees_apart(np.array([1.0, 0]), np.array([0, 1.0]))
    assert degrees_apart(right, wrong) < level
    losses = []
    for step in (0, -1e-4, 1e-4):
        twin = network.copy()
        twin.theta[:] += step * wrong
        losses.append(mean_squared_error(twin.predict(X), Y))
    here, along, against = losses
    assert along < here < against
    two = f"While the {in_words(len((right, wrong)))} gradients are less than {level:.0f}° apart"
    slopes_are_1 = np.array_equal(np.maximum([1.0, 0], 0) >= 0, [True, True])
    return f"""
    idea :: {two}, a short step with the wrong one still leads downhill. So we need a test that
        doesn't ask whether it works, but whether it's right.
    falling :: `A >= 0` makes every slope {int(slopes_are_1)}.
    """


@claim("falling")
def what_is_said_of_a_falling_loss() -> str:
    start, _, (steps, loss, right), _ = numbers_in("wrong-training")
    rate = re.search(r"learning_rate=(\S+)\)", cells_of(LESSON)["wrong-training"].source)
    assert abs(loss / right - 1) < 0.2 and rate
    falls = "fall" if loss < start[1] else "rise"
    yes = "Yes, and it ends about as low as with the right gradient (within 20 %)"
    apart = degrees_apart(*both_gradients(lesson()["network"]))
    uphill = f"The angle between this one and the right one is {apart:.0f}° at first"
    higher = "Yes, but it ends more than 20 % higher than with the right gradient"
    went = f"it goes from {start[1]:.3f} to {loss:.3f}, and the right gradient to {right:.3f}"
    gets = f"and the right gradient gets to {right:.3f}"
    return f"""
    asked :: We train with it for {steps:.0f} steps of rate {rate[1]}. Does the loss {falls}?
    right :: {yes}
    No: it rises, or stays :: A wrong gradient need not point uphill. {uphill}. Below 90° a short
        step still goes down.
    {higher} :: One would expect so. In these {steps:.0f} steps {went}.
    {yes} :: From {start[1]:.3f} to {loss:.3f}, {gets}. A loss that falls can't tell you that the
        gradient is right.
    """


# The formula, and relative errors


@claim(LESSON)
def two_forward_passes() -> str:
    asked: list[Array] = []
    solution = cells_of(LESSON)["solution-numerical-derivative"].run()["solution"]
    theta = np.arange(3.0)

    def loss(theta: Array) -> float:
        asked.append(theta.copy())
        return 0.0

    solution(loss, theta, 1, 0.5)
    assert all((nudged != theta).any() for nudged in asked)
    times = {1: "once", 2: "twice"}[len(asked)]
    places = f"The formula asks for the loss at {in_words(len(asked))} places"
    up, down = (nudged[1] - theta[1] for nudged in asked)
    assert up == -down
    sides = f"{in_words(len({up, down}))}-sided"
    return f"""
    idea :: Nudge a parameter by ±ε, run forward {times}, and see what the loss does:
    exercise-numerical-derivative :: {places}. Neither of them is θ itself.
    try-numerical-derivative :: Return the slope of loss along theta[i], {sides};
    key-ideas :: | {sides} difference |
    key-ideas :: {in_words(len(asked))} forward passes per parameter
    """


@claim(LESSON)
def relative_errors_of_simple_pairs() -> str:
    ours = lesson()["solution"]
    v = np.array([3.0, -1.0, 2.0])
    highest = max(ours(v, other) for other in np.random.default_rng(0).normal(size=(99, 3)))
    equal, opposite = ours(v, v), ours(v, -v)
    assert highest < opposite == ours(v, 0 * v) and ours(0 * v, 0 * v) == equal
    reaches = "which it reaches if they point opposite ways or one of them is 0"
    nothing = ours(np.array([100.0]), np.array([100.001])) < 1e-5
    everything = ours(np.array([0.001]), np.array([0.002])) > 0.1
    words = ["nothing" if nothing else "much", "everything" if everything else "little"]
    much = f"A difference of 0.001 is {words[0]} if the gradients are about 100"
    as_wrong = np.isclose(ours(3e-30 * v, 1e-30 * v), ours(300 * v, 100 * v))
    wrong = f"three times too large is {'as' if as_wrong else 'less'} wrong as one of length 100"
    return f"""
    relative :: It is {equal:g} if they are equal, and never above {opposite:g}, {reaches}.
    exercise-relative-error :: they are equal, and the error is {equal:g}.
    reading :: With $a = 3n$ it is ${3 - 1}/{3 + 1}$. In general a factor $c > 0$ reads $|c - 1|/(c
        + 1)$, and a turned sign reads {opposite:g}.
    relative :: {much}, and {words[1]} if they are about 0.001.
    exercise-relative-error :: One of length $10^{{-30}}$ that is {wrong}.
    """


@claim(LESSON)
def the_helper_copes_with_more() -> str:
    ours, (a, n) = lesson()["solution"], np.random.default_rng(1).normal(size=(2, 7))
    tiny, huge = 1e-170 * a, 1e200 * a
    assert np.isclose(careful(a, n), ours(a, n))
    assert np.isclose(careful(3 * tiny, tiny), 0.5) and not np.isclose(ours(3 * tiny, tiny), 0.5)
    with np.errstate(all="ignore"):
        assert np.isclose(careful(3 * huge, huge), 0.5) and np.isnan(ours(3 * huge, huge))
    copes = "copes with numbers whose squares are too small or too large for a float"
    factor = {0.5: "three"}[round(careful(3 * a, a), 12)]
    return f"""
    relative-predict :: From here on we use the one in `helpers`, which gives the same, and
        {copes}, such as `1e-170` and `3e-170`.
    relative-predict :: **Predict** what it reads if $a$ is {factor} times $n$.
    relative-code :: {factor} times too large:
    """


@claim(LESSON)
def marks_of_mistakes() -> str:
    right, mistakes = lesson()["right"], lesson()["mistakes"]
    largest = np.abs(right).argmax()
    percent, two, m, over_m, sign = (g[largest] / right[largest] for g in mistakes.values())
    assert (round(m), round(1 / over_m), round(sign)) == (300, 300, -1)
    assert lesson()["X"].shape[1] == 300
    reads, error = numbers_in("marks")[0][-1], careful(right, lesson()["slopes"])
    assert error < 1e-7 and reads > 1e-3
    return f"""
    marks :: wrong by {100 * (percent - 1):.0f} %
    marks :: the {two:.0f} of the square left in
    marks :: 1/m forgotten 1/m twice sign turned
    report :: Even one percent reads {reads:g}, far above the right gradient, which stays
    report :: stays below $10^{{-7}}$. Here a wide gap lies between right and wrong, and a
        tolerance of $10^{{-6}}$ lies in it.
    relative-code :: right gradient below 1e-7:
    """


@claim(LESSON)
def the_report_is_a_map() -> str:
    network, X, Y = (lesson()[name] for name in ("network", "X", "Y"))
    wrong = lesson()["wrong_gradient"](network, network.forward(X)[1], Y)
    report = check_gradient(network, X, Y, wrong)
    agree = {int(a.name[3]) for a in report.arrays if a.verdict == "agrees"}
    differ = sorted({int(a.name[3]) for a in report.arrays if a.verdict == "differs"}, reverse=True)
    assert not agree & {*differ} and "< 1e-07" in str(report)
    up, down = min(agree), differ[0]
    assert report.arrays[0].worst == (1, 0) and wrong.dW[1].shape == (16, 2)
    rounded = f"a {float(f'{0.97:.1g}'):g} may"
    return f"""
    report-explain :: Errors are rounded to one digit,
    report-explain :: They are rounding, and differ from machine to machine.
    report-explain :: Layer {up} agrees; layers {down} and {differ[1]} don't.
    report-explain :: So the mistake happens on the way from layer {up} to layer {down}, which is
        where we left out $\\varphi'$.
    report-explain :: **the first array that is wrong, counting from the output, is where to look.
    report-explain :: (Digits below $10^{{-7}}$ aren't printed.
    report-explain :: ("Worst at" gives row and column, counted from 0.
    report-explain :: so {rounded} be 0.97.
    hunt-reading :: {rounded} also be a rounded 0.97.
    """


# Which ε


def orders(two_sided: bool) -> int:
    """Return the power of ε with which the error of the exponential's slope shrinks."""
    errors = [
        (np.exp(e) - (np.exp(-e) if two_sided else 1)) / (2 * e if two_sided else e) - 1
        for e in (1e-2, 1e-3)
    ]
    return round(np.log10(errors[0] / errors[1]))


@claim(LESSON)
def truncation_shrinks() -> str:
    two, one = orders(two_sided=True), orders(two_sided=False)
    powers = {1: "ε", 2: "ε²"}
    fold = FOLDS[10**two]
    tenth = f"There the two-sided error falls a {fold} for each power of ten, the one-sided"
    errors = lesson()["errors"]
    for name, order in {"two-sided, float64": two, "one-sided, float64": one}.items():
        on_the_right = errors[name][-3:] / errors[name][-4:-1]
        assert np.allclose(on_the_right, 10**order, rtol=0.05)
    bits = [lesson()[name].theta.dtype.itemsize * 8 for name in ("smooth", "smooth32")]
    return f"""
    report-explain :: The slope of the line through the two points isn't the slope of the curve.
    report-explain :: Two-sided, it shrinks with {powers[two]}, as the even terms cancel, written
        $O(\\varepsilon^2)$.
    report-explain :: One-sided it shrinks with {powers[one]}, $O(\\varepsilon)$.
    report-explain :: Make ε ten times smaller, and the two-sided error falls a {fold}.
    sweep-explain :: {tenth} {FOLDS[10**one]}.
    report-explain :: Draw what you expect the error to do as ε shrinks. We measure on a smooth
        network (tanh), one- and two-sided,
    report-explain :: with {bits[0]}-bit and with {bits[1]}-bit numbers.
    """


@claim(LESSON)
def each_curve_has_a_bottom() -> str:
    epsilons, errors = lesson()["epsilons"], lesson()["errors"]
    best = {name: power(epsilons[error.argmin()]) for name, error in errors.items()}
    assert all(0 < error.argmin() < len(error) - 1 for error in errors.values())
    two, _, two32, one32 = errors.values()
    lowest = min(errors, key=lambda name: errors[name].min())
    curves = "curves of the relative error over epsilon, high at both ends."
    above, below = np.floor(np.log10(min(two32.min(), one32.min()))), epsilons < 0.9e-8
    assert (two32[below] == 1).all() and (one32[below] == 1).all()
    flat = f"and are flat at {two32[below].mean():g} below epsilon {power(1e-8)}."
    exponent = best["two-sided, float64"][2:]
    ratio, at = two32.min() / two.min(), two32[np.isclose(epsilons, 1e-5)].item()
    assert ratio > 10_000 and at > 0.01 > careful(1.01 * two, two)
    return f"""
    sweep-explain :: Each curve comes down and goes up again. On the right, ε is too large: the
        line isn't the tangent.
    sweep-explain :: On the left, ε is too small: the two losses
    sweep-explain :: and dividing by ε enlarges what was rounded. **Smaller isn't better.**
    sweep-picture :: {in_words(len(errors)).capitalize()} {curves}
    sweep-picture :: {lowest.replace(", ", " in ").capitalize()} is lowest, near {power(two.min())}
        at epsilon {best[lowest]}. One-sided is lowest at epsilon {best["one-sided, float64"]}.
    sweep-picture :: Both float32 curves stay above 1e{above:.0f}, {flat}
    sweep-picture :: two-sided, float64 one-sided, float64 two-sided, float32 one-sided
    sweep-explain :: The bottom is near $10^{{{exponent}}}$ for a smooth network.
    sweep-explain :: and its best reading is more than ten thousand times worse.
    sweep-explain :: (Below $\\varepsilon = 10^{{-8}}$ its curves stay at 1: the nudge is lost
    sweep-explain :: the nudge is lost in rounding altogether.) At $\\varepsilon =
        10^{{{exponent}}}$, the best choice in float64, it reads more than 0.01, and a mistake of
        one percent would hide in there. So check in float64, even if you train in float32.
    lab :: float32 with $\\varepsilon = 10^{{{exponent}}}$, which was best for float64.
    popular-late-explain :: Why not $10^{{{exponent}}}$, where the curve had its bottom? Because
        ReLU has a corner,
    sweep-numbers :: best two-sided ε in float64 lies between 1e-6 and 1e-4:
    sweep-numbers :: float32 at its best is over 10,000 times worse:
    sweep-numbers :: float32 at ε = 1e-5 reads more than 0.01:
    sweep-numbers :: ε = : two-sided , one-sided
    """


@claim(LESSON)
def digits_that_are_left() -> str:
    digits = {d: round(-np.log10(np.finfo(d).eps)) for d in ("float64", "float32")}
    network, (X, Y) = lesson()["smooth"], lesson()["few"]
    loss = mean_squared_error(network.predict(X), Y)
    differences = 2e-10 * np.abs(network.backward(network.forward(X)[1], Y).vector)
    first = int(np.floor(-np.log10(differences.max() / loss)))
    assert first >= 10
    most = in_words(digits["float64"] - 10)
    return f"""
    sweep-explain :: A float64 has {digits["float64"]} digits.
    sweep-explain :: A float32 has {digits["float32"]} digits
    sweep-explain :: With $\\varepsilon = 10^{{-10}}$ the losses differ in the tenth digit or
        later, so {most} at most are left;
    sweep-explain :: the two losses agree in almost all of their digits, and rounding spoils
    sweep-explain :: rounding spoils the last digits of their difference.
    """


@claim("smaller-epsilon")
def what_is_said_of_a_smaller_epsilon() -> str:
    epsilons, error = lesson()["epsilons"], lesson()["errors"]["two-sided, float64"]
    bottom = error.argmin()
    falls = "falls" if error[-1] > error[bottom] else "rises"
    rises = "rises" if error[0] > error[bottom] else "falls"
    assert (np.diff(error[bottom:]) > 0).all() and (np.diff(error[: bottom + 1]) < 0).all()
    assert power(epsilons[0]) == "1e-12"
    right = f"It {falls}, and then {rises} again"
    best = {"1e-5": "10⁻⁵"}[power(epsilons[bottom])]
    digits = round(-np.log10(np.finfo(float).eps))
    stays = "It falls, and then stays where it is"
    return f"""
    asked :: Smaller and smaller The gradient is right, and
    asked :: ε shrinks from {epsilons[-1]:g} to 10⁻¹², in float64.
    right :: {right}
    {right} :: First the line comes nearer to the tangent. Then the two losses differ in their
    {right} :: last digits only, and the rounding in these is divided by a tiny ε. The best is
    {right} :: The best is near {best} in the run below.
    It falls all the way :: But L(θ + ε) and L(θ − ε) agree in more and more of their {digits}
        digits, and the difference is made of what is left.
    {stays} :: It would if the rounding stayed the same. But the difference is divided by 2ε, and
        so is the rounding in it.
    """


# The rule that fails, and kinks


@claim(LESSON)
def the_popular_rule() -> str:
    network, X, Y, right = (lesson()[name] for name in ("network", "X", "Y", "right"))
    slopes = numerical_gradient(network, X, Y, epsilon=1e-7).vector
    off = np.abs(right - slopes) > 1e-7 * (np.abs(right) + np.abs(slopes))
    assert np.abs(right[off]).max() < 0.2 * np.abs(right).max() and off.sum() > 20
    single = [name for name, part in by_array(network).items() if part == 1]
    only = "(Where an array has one entry only, as"
    first, second = output_of(LESSON, "popular-late").splitlines()
    assert first.endswith("False") and second.endswith("True")
    return f"""
    sweep-explain :: A popular rule says: take $\\varepsilon = 10^{{-7}}$, and the
        gradients must agree to $10^{{-7}}$.
    popular-explain :: Read for each parameter, the rule says that a right gradient is wrong: at
        $\\varepsilon = 10^{{-7}}$ rounding alone is larger than what it allows for a small entry.
        In the length of a vector, small entries weigh little. So take the lengths of arrays, not
        single entries.
    popular-rule :: each parameter must agree, more than 20 don't:
    popular-explain :: {only} {single[0]} here, its length is that entry.)
    popular-explain :: That doesn't always save the rule. Late in training the gradient is small.
        Rounding depends on the size of the loss, and on points with much noise the loss stays
        large:
    popular-late-explain :: Now the whole vector fails as well, and this gradient is right, too.
    popular-late :: late in training, the whole vector agrees to 1e-7:
    popular-late :: with ε = 1e-6, every array agrees to 1e-6:
    """


def by_array(network: MLP) -> dict[str, int]:
    arrays = {f"dW[{l}]": W.size for l, W in network.W.items()}
    return arrays | {f"db[{l}]": b.size for l, b in network.b.items()}


@claim(LESSON)
def our_rule() -> str:
    report: Report = check_gradient(lesson()["network"], lesson()["X"], lesson()["Y"])
    epsilon, tolerance = (round(np.log10(x)) for x in (report.epsilon, report.tolerance))
    ours = f"**two-sided, $\\varepsilon = 10^{{{epsilon}}}$, array by array, at most"
    less, more = (in_words(10 ** (power + 7)) for power in (epsilon, tolerance))
    rounding = f"There rounding is {less} times smaller, and {more} times as much is allowed."
    flat = lesson()["network"].copy()
    flat.b[3][:] = 40
    assert not check_gradient(flat, lesson()["X"], lesson()["Y"]).passed  # its gradient is right
    relu, few = lesson()["network"], lesson()["few"][0]
    rarely = np.diff([kinks_crossed(relu, few, epsilon) for epsilon in (1e-1, 1e-2, 1e-3)])
    assert (rarely < 0).all()
    return f"""
    popular-late-explain :: {ours} $10^{{{tolerance}}}$**.
    popular-late-explain :: {rounding}
    popular-late-explain :: (That is more room, not endless room: even later, or at a flatter
        place, rounding can fill it too. Then the check says so.)
    popular-late-explain :: and the smaller the nudge, the more rarely it crosses one:
    kink-predict :: The smaller ε, the fewer samples stand that close to a kink.
    """


@claim(LESSON)
def a_line_across_a_corner() -> str:
    names = cells_of(LESSON)["kink-picture"].run()
    z, line, slope = names["z"], names["line"], names["slope"]
    steep = np.diff(np.maximum([z, z + 0.1], 0)).item() / 0.1
    ends = f"The line from z = {line[0]:g} to z = {line[1]:g} crosses the corner"
    instead = f"so its slope is {slope:g} instead of {steep:g}."
    corner, slopes = max(z for z in (-1, 0, 1) if max(z, 0) == 0), {0.0, steep}
    assert slope not in slopes
    two = f"the line joins points on {in_words(len(slopes))} different slopes"
    return f"""
    kink-picture :: ReLU with its corner at zero. {ends}, {instead}
    kink-picture :: z = {z:g}
    kink-picture :: , not {steep:g}
    popular-late-explain :: ReLU has a corner at {corner}. If a nudge carries a $z$ across it,
    popular-late-explain :: {two}, and has the slope of neither.
    popular-late-explain :: Here is one unit, two-sided, with a large ε so that you can see it:
    """


@claim(LESSON)
def a_sample_on_a_kink() -> str:
    network = lesson()["network"]
    Z = network.forward(np.zeros((2, 1)))[1].Z[1]
    assert not network.b[1].any() and not Z.any()
    fresh = f"its biases are {network.b[1].max():g}, so every $z$ of layer 1 is {Z.max():g}"
    readings = [line[-1] for line in numbers_in("kink-origin")]
    assert min(readings) > 0.9 * max(readings) > 0.01
    (fresh_reads, *_), (trained_reads, *_) = (
        [x for x in line if x not in (0.01, 1e-6)] for line in numbers_in("kink-trained")
    )
    assert trained_reads > 10 * fresh_reads and output_of(LESSON, "kink-trained").count("True") == 2
    return f"""
    kink-predict :: But what if a sample stands *exactly* on one?
    kink-predict :: The origin (0, 0) does in a fresh network: {fresh}.
    kink-explain :: No ε helps. The check takes the mean of the two slopes
    kink-explain :: the mean of the two slopes, {MEAN}; we took $\\varphi'(0) = 0$, and
    kink-explain :: and neither is wrong: there is no derivative. So put no sample on a kink:
    kink-explain :: Kinks are also why a *trained* network is harder to check than a fresh one. Its
        gradient has become small, so the few samples that a nudge carries across a kink weigh
        more:
    kink-trained :: ε = 0.01 reads , ε = 1e-6 passes:
    kink-trained-explain :: Both gradients are right. Check early in training, and with a small ε.
    """


MEAN = {0.5: "½"}[float(np.mean([0, 1]))]


@claim("on-a-kink")
def what_is_said_of_a_kink() -> str:
    at_0 = lesson()["network"].activations[0].derivative(np.zeros(1)).item()
    first, *_, last = numbers_in("kink-origin")
    assert round(np.log10(last[0])) == -6 and abs(first[-1] / last[-1] - 1) < 0.1
    stays = "It stays where it is"
    other = float(np.greater_equal(0.0, 0))
    assert abs(other - 0.5) == abs(at_0 - 0.5)
    sides = "Here the two nudges are on two sides of a corner, and a smaller ε doesn't change"
    slopes = f"At a corner, the two slopes that the line joins stay {at_0:g} and {other:g}."
    one_sided = f"That is what one-sided differences do on a smooth curve. {slopes}"
    return f"""
    asked :: Exactly on the kink One sample stands exactly where ReLU has its corner: z = 0.
    asked :: Our slope there is {at_0:g}. What does the relative error do as ε shrinks from
    asked :: as ε shrinks from {first[0]:g} to 10⁻⁶?
    right :: {stays}
    {stays} :: However small ε, one nudge goes to the flat side and one to the steep side, and
    {stays} :: the check reads the mean of their slopes, {MEAN}.
    {stays} :: With >= in place of > ours would be {other:g}, and differ as well.
    It falls, a {FOLDS[10 ** orders(True)]} for each power of ten :: {sides} that.
    It falls, {FOLDS[10 ** orders(False)]} for each power of ten :: {one_sided}
    """


# The lab, and checks that can be fooled


@cache
def lab(**state: Any) -> GradientCheckLab:
    return GradientCheckLab(**state)


@claim(LESSON)
def what_the_lab_shows() -> str:
    curve, arrays = lab()._panels.canvas.figure.axes
    sides = ["left", "right"] if curve.get_position().x0 < arrays.get_position().x0 else []
    assert "ε" in curve.get_xlabel() and arrays.get_title() == "Array by array"
    usual = lab().report.tolerance
    others = [lab(**state).report.tolerance for state in ({"sides": "one-sided"}, FLOAT32)]
    higher = "higher" if min(others) > usual else "lower"
    step = round(1 / lab().controls.epsilon.step)
    presses = f"({in_words(step).capitalize()} presses of an arrow key make ε ten times smaller or"
    return f"""
    lab :: On the {sides[0]} is the relative error over ε with the point where you stand,
    lab :: on the {sides[1]} each parameter array;
    lab :: One-sided or in float32 it is set {higher}, since these can't read as finely.
    lab :: {presses} larger;
    """


FLOAT32 = {"dtype": "float32", "epsilon": 1e-5}


@claim(LESSON)
def answers_below_the_lab() -> str:
    two, one = lab().curve, lab(sides="one-sided").curve
    assert two[0] > two.min() < two[-1]
    grows = "Once the rounding, which grows as ε shrinks, is larger than the truncation error."
    left = "To the left" if one.argmin() < two.argmin() else "To the right"
    up = "up" if one.min() > two.min() else "down"
    agree = sum(array.verdict == "agrees" for array in lab(**FLOAT32).report.arrays)
    none = in_words(agree).replace("no", "None")
    assert max(array.relative_error for array in lab(**FLOAT32).report.arrays) > 1e-2
    relu = lab(activation="relu", epsilon=0.1)
    size = {3: "Hundreds"}[len(str(relu.kinks))]
    nudges, points = relu.network.theta.size, relu.data[0].shape[1]
    return f"""
    lab-explain :: {grows}
    lab-explain :: {left}, and {up}: the one-sided truncation error is larger, so the
    lab-explain :: the balance with the rounding is struck at a smaller ε.
    lab-explain :: {none}: rounding alone can be larger than the tolerance, so the check can't tell
        (the grey squares).
    lab-explain :: {size}, with {nudges} nudges and {points} points.
    lab-explain :: The right end of the curve isn't a straight slope any more:
    """


@claim(LESSON)
def a_nan_is_neither() -> str:
    nan = float("nan")
    found = {f(nan, other) for f in (lt, gt, eq) for other in (0.0, nan)}
    nothing = "nothing" if not nan > 1e-6 else "it"
    assert output_of(LESSON, "nan-trap").endswith("False\n")
    return f"""
    saturated :: are {"all" if len(found) == 1 else "not"} {str(found.pop()).lower()}
        with NaN, so
    saturated :: a test for "too large" finds {nothing}, and `max` keeps its {max(0, nan)}.
    nan-trap :: largest error:
    """


@claim(LESSON)
def a_flat_sigmoid() -> str:
    network, X, Y = lesson()["network"].copy(), lesson()["X"], lesson()["Y"]
    bias = re.search(r"flat.b\[3\]\[:\] = (\d+)", cells_of(LESSON)["saturated-code"].source)
    assert bias
    network.b[3][:] = int(bias[1])
    gradient = network.backward(network.forward(X)[1], Y).vector
    differences = numerical_gradient(network, X, Y, epsilon=1e-6).vector
    assert np.abs(gradient).max() < 1e-15 and not differences.any()
    exact = f"their difference is exactly {np.abs(differences).max():g}"
    return f"""
    saturated :: Push the output's bias up to {bias[1]}, and the sigmoid is flat.
    saturated :: The gradient is almost zero. The two losses are then equal to the last digit,
        {exact},
    saturated :: and a gradient that is three times too large looks the same.
    """


# What it costs, and what it proves


@claim(LESSON)
def what_the_check_costs() -> str:
    (checks,), (backward,), (together,) = numbers_in("cost-code")
    sizes = [W.size for W in lesson()["network"].W.values()]
    assert checks == 2 * lesson()["network"].theta.size
    assert backward == round((2 * sum(sizes) - sizes[0]) / sum(sizes), 1)
    about = f"{checks:.0f} passes against about {in_words(round(together))}: a gradient needs"
    loop = cells_of("03_delta_recursion")["backward-loop"].source
    assert "network.W[l].T @ delta[l]" in loop and "if l" not in loop
    saves = f"({backward:g} leaves out the step from layer 1 back to X. Lesson 3's loop takes it,"
    millions = checks / lesson()["network"].theta.size
    return f"""
    cost-explain :: {about} the forward pass too.
    cost-explain :: {saves} for nothing, and comes to {2 * sum(sizes) / sum(sizes):g}.)
    cost-explain :: With a million parameters it would be {in_words(millions)} million.
    """


@claim(LESSON)
def ours_never_touches_theta() -> str:
    network, (X, Y) = lesson()["network"].copy(), lesson()["few"]
    network.theta.flags.writeable = False
    numerical_gradient(network, X, Y, epsilon=1e-6)
    nudged = network.W[1] + np.eye(16, 2) * 1e-3
    moved = (nudged @ X != network.W[1] @ X).any(axis=1)
    same = "the same" if "True" in output_of(LESSON, "same-as-loop") else "other than"
    return f"""
    cost-explain :: So `numerical_gradient` starts from the cached $Z[l]$, takes all $j$ of a row
        at once, and never touches θ:
    cost-explain :: and {in_words(moved[2:].sum())} other row.
    cost-explain :: Ours is faster than the loop, for a reason that says something about networks.
        Nudging $W[l]_{{ij}}$ by ε moves row $i$ of $Z[l]$ by $\\varepsilon\\, A[l-1]_j$, and no
    same-as-loop :: {same} as the loop:
    all-slopes :: All parameters are one vector θ, so the whole gradient is a loop.
    """


@claim("one-pass")
def what_is_said_of_one_pass() -> str:
    one, several = output_of(LESSON, "one-pass-code").splitlines()
    assert np.mean([7.0]) == np.sum([7.0])
    passes = "It passes" if "True" in one else "It differs"
    differs = "It does" if "False" in several else "It doesn't"
    return f"""
    asked :: It is checked on one network, with one sample.
    right :: {passes}
    {passes} :: The mean of one number is its sum.
    {passes} :: take several samples, several outputs, sizes that differ, and more than one
        network.
    It differs, at every db :: {differs} with two samples or more. But what is the mean of one
        number?
    It can't tell :: It can: neither gradient is small, and the two agree.
    """


# The hunt


@claim(LESSON)
def an_example_to_practise_on() -> str:
    rows = [row.split() for row in output_of(LESSON, "hunt-example").splitlines()[1:-1]]
    (differs,) = (row for row in rows if row[-1] == "differs")
    ratio = float(differs[-2]) / float(differs[-3])
    below = reach("δ[2]")
    layers = " and ".join(sorted({name[3] for name in below}, reverse=True))
    would = f"all {in_words(len(below))} arrays of layers {layers} would differ"
    assert round(ratio) == CHECKED
    reads = f"that is {CHECKED - 1}/{CHECKED + 1} here, printed as {differs[1]}."
    two = Fraction(2 - 1, 2 + 1)
    opposite = careful(np.ones(1), -np.ones(1))
    zero = careful(np.ones(1), np.zeros(1))
    assert opposite == zero
    turned = f"A turned sign reads {opposite:g}, and so does a gradient that is 0."
    nearly = [name for name, kind in KINDS.items() if max(readings(kind), default=1) < 0.1]
    assert nearly == ["W already updated"]
    return f"""
    hunt-reading :: {differs[0]} alone differs. dW[2] comes from the same δ[2] and agrees, so δ[2]
        is right.
    hunt-reading :: Had δ[2] been wrong, {would}.
    hunt-reading :: A fixed factor $c$ reads $|c - 1|/(c + 1)$: a 2 left in reads {two}. A factor
        $m$ reads $(m - 1)/(m + 1)$, and so does $1/m$;
    hunt-reading :: {reads} Which of the two it is, the values tell:
    hunt-reading :: here numerical is {ratio:.0f} times backward, so a mean was taken where a sum
        belongs.
    hunt-reading :: {turned} Again the values tell; a
    hunt-reading :: If all readings are a few percent, it is nearly the right matrix.
    """


@claim(LESSON)
def six_networks() -> str:
    dealt = deal(0)
    assert dealt[0].layer_sizes == LAYERS
    assert len({one.bug.kind.name for one in dealt}) == len(dealt)
    sizes, names = "-".join(map(str, LAYERS)), ", ".join(HUNTED)
    six = in_words(len(dealt))
    points = f"trained on {moons()[0].shape[1]} points, and each has one mistake"
    lines = f"{in_words(len(LAYERS) - 1)} layers has {in_words(len(LINES))} lines: δ[l], dW[l] and"
    seen = look_at(dealt[-1])
    falls = "falls even further than" if seen.history.loss[-1] < seen.right.loss[-1] else "falls to"
    assert seen.falls and not seen.report.passed
    return f"""
    hunt-reading :: Now {six} networks {sizes} ({names}), {points} in its backward pass.
    hunt-reading :: the curves, beside those of a right network from the same weights, and the
        report.
    hunt-reading :: No mistake is there twice.
    hunt-reading :: **Predict** first: look at the curves of all {six}.
    hunt-intro :: A backward pass of {lines} db[l] for each.
    hunt-intro :: Here is one to practise on, checked on $m = {CHECKED}$ points:
    hunt-intro :: A mistake in one of them spoils its own array and all that is made from it, so
        the report says **where**.
    hunt-after :: Once you have found all {six}, the last reply counts how many of them had a
        falling loss.
    hunt-after :: In network {len(dealt)} it {falls} in the right network, and its gradient is
        wrong all the same.
    hunt-after :: `BugHunt(seed=1)` in that cell deals {in_words(len(deal(1)))} others.
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
    quarter = {0.25: "¼"}[slopes["sigmoid"].item()]
    low, high = bounds["φ′ of A"]
    return f"""
    φ′ left out :: Slopes are at most {max(slopes.values()):g}, a sigmoid's at most {quarter}. In
        this hunt's networks backward is then too large at the worst entry of every array that
        differs, by no fixed factor, and the largest error is {bounds["φ′ left out"][0]:g} or more.
    φ′ of A :: At the output A lies between 0 and 1, where a sigmoid's slope hardly changes; in a
        tanh layer A lies nearer to 0 than Z, where the slope is larger. In this hunt's networks
        backward is then somewhat wrong, by no fixed factor, and the largest error lies between
        {low:g} and {high:g}.
    W without the transpose :: In this hunt's networks there is then no fixed factor, the largest
        error is {bounds["W without the transpose"][0]:g} or more, and at the worst entry of some
        array the two values have opposite signs.
    W already updated :: One step moves W a little, so backward is a little wrong: in this hunt's
        networks by no fixed factor, with errors of {bounds["W already updated"][1]:g} at most.
    A of the wrong layer :: in this hunt's networks there is then no fixed factor, and the error is
        below {bounds["A of the wrong layer"][1] + 0.1:g}.
    only the last sample :: Of the {CHECKED} terms of the sum only one would be left. In this hunt's
        networks there is then no fixed factor, and the error is
        {bounds["only the last sample"][0]:g} or more.
    """


@claim("hunt")
def marks_with_a_factor() -> str:
    v, m = np.array([3.0, -1.0]), CHECKED
    flipped, zero = careful(-v, v), careful(0 * v, v)
    reads = f"and every error {m - 1}/{m + 1} ({(m - 1) / (m + 1):.1g})."
    assert np.isclose(careful(m * v, v), (m - 1) / (m + 1))
    points = f"With m = {m} points"
    third = Fraction(careful(2 * v, v)).limit_denominator(9)
    return f"""
    sign turned :: A turned sign reads {flipped:g}, and both values are the same but for the sign.
    1/m missing :: {points} backward would be {m} times numerical, {reads}
    1/m once too often :: {points} numerical would be {m} times backward, {reads}
    factor 2 left in :: Backward would be exactly twice numerical, and every error {third}
        ({float(third):.1g}).
    left at zero :: Backward would be 0, and the error {zero:g}.
    """


@claim("hunt")
def why_not_elsewhere() -> Iterator[Said]:
    def holding(symbol: str) -> list[str]:
        return [place for place, line in LINES.items() if symbol in line.split(" = ")[1]]

    for name in ("φ′ left out", "φ′ of A"):
        assert list(KINDS[name].places) == holding("φ′")
        yield name, "There is no φ′ in this line."
    assert list(KINDS["1/m missing"].places) == holding("/ m") == ["δ[3]"]
    yield "1/m missing", "1/m is in δ[3] and nowhere else, so it can't be missing anywhere else."
    yield "factor 2 left in", "The square is in the loss, so its 2 can only be left in δ[3]."
    square = [l for l in (1, 2, 3) if LAYERS[l] == LAYERS[l - 1]]
    only = f"Without the transpose only a square W fits, and W[{square[0]}], which hands δ back to"
    yield "W without the transpose", f"{only} layer {square[0] - 1}, is the only square one."
    assert list(KINDS["W already updated"].places) == holding("W[")
    yield "W already updated", "There is no W in this line."
    n = square[0]
    same = f"Only in dW[{n}] do A[l] and A[l−1] have the same shape, {LAYERS[n]} rows each."
    yield "A of the wrong layer", same
    assert {*LINES} - {*KINDS["only the last sample"].places} == {*holding("φ′")}
    yield "only the last sample", "Nothing is summed over the samples in this line."
    yield "left at zero", "A δ of zeros would leave zeros in every array that differs."


def here(id: str, *texts: str) -> list[tuple[Said, str]]:
    return [((LESSON, id), text) for text in texts]


DERIVATIVE, ERROR = "exercise-numerical-derivative", "exercise-relative-error"
UNPROVED: dict[str, list[tuple[Said, str]]] = {
    "says what to do, or what will be learnt": [
        *here("title", "After this lesson you can", "a few lines that know nothing of"),
        *here("title", "and say why neither a large nor a tiny one works"),
        *here(DERIVATIVE, "`loss(theta)` takes all parameters"),
        *here(DERIVATIVE, "the caller's `theta` must be exactly as it was."),
        *here(ERROR, "of two gradients, both of shape (n,). Three special"),
        *here(ERROR, "If both gradients are all zeros"),
        *here("try-relative-error", "of two arrays of shape (n,)"),
        *here("lab", "and write, say, 1e-3.) **Predict**, then try (answers are folded below)"),
        *here("lab", "Set ε to 0.01 and make it ten times smaller, again and again."),
        *here("lab", "Where does the bottom of the curve go, to the left or to the right?"),
        *here("lab", "with ε at 0.1. How many kinks are crossed, and what does it do to the right"),
        *here("lab-explain", "The next section has more on that."),
        *here("hunt-reading", "Is the ratio the same in every array that differs"),
        *here("hunt-reading", "A wrong answer costs nothing and gets a hint."),
    ],
    "a hint, which the tests of the exercises hold to their solutions": [
        *here(DERIVATIVE, "Two ways lead there. Nudge two copies"),
        *here(DERIVATIVE, "makes a second name for the same array"),
        *here(DERIVATIVE, "in a variable before, and put it back after"),
        *here(DERIVATIVE, "of the two losses is divided by the whole of 2ε"),
        *here(ERROR, "The formula has three lengths."),
        *here(ERROR, "Ask for that value alone. Something small that is always"),
        *here(ERROR, "NaN isn't equal to 0, and it isn't greater than 0 either"),
    ],
    "explains a formula, or part of one": [
        *here("idea", "where $e_i$ is 1 at parameter $i$ and 0 elsewhere"),
        *here("relative", "The **relative error** of two gradients $a$ and $n$"),
        *here("report-explain", r"{2\varepsilon} = L'(\theta)"),
        *here("hunt-reading", "the learning rate: after a step, W is"),
        *here("report-explain", r"So take $\varepsilon = 10^{-15}$ and be done?"),
    ],
    "advice, and what may happen elsewhere": [
        *here("traps", "Two traps that many checks fall into."),
        *here("saturated", "All that can honestly be said"),
        *here(
            "when", "Once you have written a backward pass", "with more than one output, and more"
        ),
        *here("when", "more than one network", "where a size is 1 or a slope is 1."),
        *here("hunt-reading", "No fixed factor, different readings: then each sample or each unit"),
        *here("hunt-reading", "in your own code a mark may be fainter"),
        *here("when", "on a small network, a few samples, random biases (zero biases put points"),
        *here("when", "switches a whole layer off ahead of another ReLU layer); in float64;"),
        *here("hunt-after", "A loss that falls says that the steps go downhill on the whole."),
        *here(
            "hunt-after", "and with other data or one more layer they may not be downhill any more"
        ),
        *here("hunt-after", "The report needed no training, and knew."),
    ],
    "its code is in test_bug_hunt, and which belief is behind it is a judgement": [
        (("hunt", name), f"{formula}: {belief}")
        for name, formula, belief in (
            ("φ′ left out", "1 in place of φ′(Z)", Misconception.SLOPE_PLACE),
            ("φ′ of A", "φ′(A) in place of φ′(Z)", Misconception.SLOPE_PLACE),
            ("sign turned", "− in place of +", Misconception.SIGN),
            ("1/m missing", "(A − Y) in place of (A − Y) / m", Misconception.MEAN_FACTOR),
            (
                "1/m once too often",
                "divided by m again (as a mean does)",
                Misconception.MEAN_FACTOR,
            ),
            ("factor 2 left in", "2 (A − Y) in place of (A − Y)", Misconception.MEAN_FACTOR),
            ("W without the transpose", "W δ in place of Wᵀ δ", Misconception.WHICH_W),
            ("W already updated", "(W − η dW)ᵀ δ in place of Wᵀ δ", Misconception.CACHES),
            ("A of the wrong layer", "A[l] in place of A[l−1]", Misconception.CACHES),
            ("only the last sample", "one column in place of the sum", Misconception.SAMPLES),
            ("left at zero", "0 in place of the gradient", Misconception.FALLING_LOSS),
        )
    ],
    "describes a drawing, which has tests of its own": [
        *here("title", "and has almost the same slope."),
    ],
    "keys of the errors that are computed above": [
        *here("sweep-numbers", "two-sided, float64\ntwo-sided, float32\ntwo-sided, float64"),
        *here("sweep-numbers", "two-sided, float64\none-sided, float64\ntwo-sided, float32"),
        *here("sweep-numbers", "one-sided\ntwo-sided, float64"),
    ],
}
