"""What lesson 3 says and computes."""

import re
from functools import partial
from timeit import timeit
from types import SimpleNamespace

import numpy as np

from helpers.gradient_check import numerical_gradient
from helpers.labs.backward import BackwardLab
from helpers.losses import mean_squared_error
from helpers.tests.independent import Reference, reference
from helpers.tests.networks import Case
from helpers.tests.notebooks.claims import claim, in_words, part
from helpers.tests.notebooks.formulas.cells import Cell, cells_of, markdown_of, of, run_in_order
from helpers.tests.notebooks.formulas.numbers import exact, numbers, product, same, three_layers
from helpers.validation import Array

LESSON = "03_delta_recursion"
NAPKIN = cells_of(LESSON)["napkin-code"].run()
NETWORK, X, Y = (NAPKIN[name] for name in ("network", "X", "Y"))
RIGHT: Reference = reference(Case(NETWORK, X, Y))
M = X.shape[1]
ERROR, DELTA = RIGHT.A[2] - Y, RIGHT.delta[2][0]


def signed(number: float) -> str:
    """Return a number as prose writes it, with a minus and not a hyphen."""
    return f"{number:g}".replace("-", "−")


def in_latex(matrix: Array) -> str:
    rows = [" & ".join(f"{number:g}" for number in row) for row in matrix + 0.0]
    return r"\begin{bmatrix} " + r" \\ ".join(rows) + r" \end{bmatrix}"


# The napkin


@claim(LESSON)
def the_napkin() -> str:
    inputs, hidden, outputs = NETWORK.layer_sizes
    (slope,) = set((RIGHT.delta[2] / (ERROR / M)).ravel())
    first, second = ERROR[0]
    nine, half = in_words(NETWORK.theta.size), part(0.5)
    share = "half" if RIGHT.loss == np.mean(ERROR**2) / 2 else ""
    return f"""
    title :: wrong by {first:g}. Which of the {nine} parameters is
    napkin :: {inputs} inputs, {hidden} hidden units with ReLU, {outputs} linear output,
        {in_words(M)} samples.
    loss :: samples of {share} the squared … (-1) = {first:g}$ and $-1 - 1 = {second:g}$, so $L =
        \\frac{{1}}{{{2 * M}}}({first**2:g} + {second**2:g}) = {RIGHT.loss:g}$. (Why the {half}?
    question :: network has {nine} parameters. If … cancels the {half}: … is {slope:g} here, as
    step-2 :: is {signed(DELTA[0])} for the first sample and {signed(DELTA[1])} for the second
    blame :: All {nine} numbers, without
    """


@claim(LESSON)
def gradients_of_layer_2() -> str:
    dW, shares = RIGHT.dW[2], RIGHT.delta[2] * RIGHT.A[1]
    (deciding,) = np.flatnonzero(shares[1])
    (off,) = np.flatnonzero(RIGHT.A[1][1] == 0)
    (first, second), total = DELTA, RIGHT.db[2].item()
    delta, a = DELTA[deciding], RIGHT.A[1][1, deciding]
    return f"""
    step-2 :: cut off ({RIGHT.A[1][1, off]:g}) for sample {off + 1}. Which sample
    step-3 :: Only sample {deciding + 1}: ${delta:g} \\cdot {a:g} = {dW[0, 1]:g}$. A weight … 1 =
        {total:g}$.
    [bias-sum]
    asked :: δ[2] is {signed(first)} for sample 1 and {signed(second)} for sample
    right :: {total:g}
    {total:g} :: {first:g} − {-second:g} = {total:g}. The bias
    {DELTA.mean():g} :: That is the mean. The mean's
    {first:g} :: That is what sample 1 says.
    {second:g} :: That is what sample 2 says.
    {np.abs(DELTA).sum():g} :: That is a sum without the
    """


# 1/m


@claim("one-over-m")
def how_many_more() -> str:
    lacking = {1.0: "Nothing", float(M): "One more 1/m, for the mean over the samples"}
    (factor,) = set((RIGHT.dW[2] / numerical_gradient(NETWORK, X, Y).W[2]).round(6).ravel())
    half = part(0.5)
    return f"""
    right :: {lacking[factor]}
    {lacking[factor]} :: met the {half}, and 1/m
    The 2 of the square :: The {half} in the loss cancels it: {half} · 2
    """


# One layer back


@claim(LESSON)
def two_listeners() -> str:
    names = cells_of(LESSON)["two-listeners-code"].run()
    W, delta = names["W_next"].ravel(), names["delta_next"].ravel()
    (first, second), half, three = W * delta, part(W[1]), f"{delta[0]:g}"
    total, two = names["printed"][0][1].item(), signed(delta[1])
    (w1, _), (d1, d2), frac = W, delta, f"\\t{half}12".replace("½", "frac")
    spelled, one_half = two.replace("−", "minus "), {0.5: "one half"}[W[1]]
    return f"""
    recursion :: z1 with the weight {w1:g}, to z2 with the weight {one_half}. … delta of z1 is
        {three}, delta of z2 is {spelled}.
    recursion-formula :: grows by ${w1:g}h$, and that adds ${d1:g} \\cdot {w1:g}h$ to the loss;
        $z_2$ grows by ${frac} h$, and that adds ${d2:g} \\cdot {frac} h$.
    [two-listeners]
    asked :: the weights {W[0]:g} and {half}. Their δ are {three} and {two}.
    right :: {total:g}
    {total:g} :: {W[0]:g} · {three} + {half} · ({two}) = {first:g} − {-second:g}.
    {first:g} :: what comes back from the first
    {second:g} :: what comes back from the second
    {(first + second) / 2:g} :: mean of {first:g} and {signed(second)}. But a
    {delta.sum():g} :: That is {three} − {-delta[1]:g}, the δ
    {np.abs(W * delta).sum():g} :: share is {half} · ({two}).
    otherwise :: grows by {W[0]:g} and that of the second by {half}.
    """


@claim(LESSON)
def one_layer_back() -> str:
    handed_back = NETWORK.W[2].T @ RIGHT.delta[2]
    slopes = (RIGHT.Z[1] > 0).astype(float)
    ((i, k),) = np.argwhere((handed_back != 0) & (RIGHT.delta[1] == 0))
    (row, column), step = (1, 0), 0.001
    slope, twin = RIGHT.dW[1][row, column], NETWORK.copy()
    twin.W[1][row, column] += step
    change = mean_squared_error(twin.predict(X), Y) - RIGHT.loss
    verb = "grows" if change > 0 else "falls"
    return f"""
    recursion-formula :: of its {in_words(RIGHT.delta[1].size)} numbers
    delta-1-explain :: The ${handed_back[i, k]:g}$ at unit {i + 1}, sample {k + 1} is gone: … For
        sample {k + 1}, $${in_latex(np.diag(slopes[:, k]))} {in_latex(handed_back[:, [k]])} =
        {in_latex(RIGHT.delta[1][:, [k]])} .$$
    blame :: $dW[1]_{{{row + 1}{column + 1}}} = {slope:g}$ (row {row + 1}, column {column + 1};
        Python counts … it is `W[1][{row}, {column}]`) says: if this weight grows by {step:g}, the
        loss {verb} by about {change:.3f}.
    nudge-explain :: the curvature: {step:g} isn't infinitely
    """


@claim("hidden-delta")
def delta_of_a_hidden_unit() -> str:
    error, delta, weight = ERROR[0, 1], DELTA[1], NETWORK.W[2][0, 1]
    right, w, d = RIGHT.delta[1][1, 1], signed(weight), signed(delta)
    slope = f"{right / (weight * delta):g}"
    falls = "falls" if weight < 0 and RIGHT.A[2][0, 1] < Y[0, 1] else "rises"
    return f"""
    asked :: Y = {signed(error)}, and δ[2] is {d}. Hidden unit … the weight {w}.
    right :: {right:g}
    {right:g} :: ({w}) · ({d}) · {slope}: the weight … the slope {slope}. If this … the output
        {falls} further, and the loss {"grows" if right > 0 else "falls"}.
    {delta:g} :: That is δ of the output.
    {error:g} :: That is A − Y, and
    {weight * error:g} :: bare error {signed(error)}. What is
    {abs(RIGHT.delta[1][1, 0]):g} :: Z[1] is {RIGHT.Z[1][1, 1]:g}.
    """


# Any depth


@claim("square")
def without_the_transpose() -> str:
    W = cells_of(LESSON)["square-code"].run()["W"]
    course = cells_of(LESSON)["full-size"].run()["network"].W[2]
    return f"""
    asked :: network have {len(W)} units. Somebody
    right :: Other numbers, of the right shape
    An error: the shapes don't fit :: W[l] is {W.shape} here, and … caught it: {course.shape} · (8,
    """


@claim(LESSON)
def sweeps_either_way() -> str:
    names = run_in_order(LESSON, "full-size", "forwards", "count-sweeps")
    names |= cells_of(LESSON)["backward-loop"].run()
    given = names["network"], names["caches"], names["Y"]
    sweep, back, each = names["slope_forwards"], names["backward_pass"], names["each"]
    rounds = [
        (
            timeit(lambda: [sweep(*given, e) for e in each], number=1),
            timeit(partial(back, *given), number=9) / 9,
        )
        for _ in range(3)
    ]
    forwards, backwards = (min(times) for times in zip(*rounds, strict=True))
    share = "hundredth" if backwards < forwards / 100 else "tenth"
    n = len(each)
    return f"""
    why-backwards-explain :: there are {n} parameters. So one sweep backwards gives what takes {n}
        sweeps forwards, in less than a {share} of the time.
    """


# The lab


@claim(LESSON)
def what_the_lab_shows() -> str:
    lab = BackwardLab()
    needing = [step for step in lab.steps if "Y" in [matrix.name for matrix in step.matrices[1:]]]
    assert [step.result.name for step in needing] == ["L", "∂L/∂A[3]"]
    seed = int(re.findall(r"the seed to (\d+)", markdown_of(LESSON)["lab"])[0])
    one, other = BackwardLab(samples=1), BackwardLab(samples=1, seed=seed)
    assert (one.caches.Z[1] <= 0).all(axis=1).any() and (other.gradient.dW[1] != 0).all()
    return f"""
    lab :: samples to {one.caches.A[0].shape[1]} and the
    lab-explain :: It is {lab.network.W[2].T.shape} at first. …
        {in_words(len(needing)).title()}, one after
    """


# What cells compute in silence


@of(LESSON, "backward-loop")
def backward_through_every_layer(cell: Cell) -> None:
    case, right = three_layers(), exact(three_layers)
    caches = SimpleNamespace(A=right.A, Z=right.Z)
    found = cell.run()["backward_pass"](case.network, caches, case.Y)
    for one, expected in zip(found, (right.dW, right.db, right.delta), strict=True):
        same(one, expected)


@of(LESSON, "forwards")
def one_direction_forwards(cell: Cell) -> None:
    case, right = three_layers(), exact(three_layers)
    caches = SimpleNamespace(A=right.A, Z=right.Z)
    direction = numbers(case.network.theta.size)
    found = cell.run()["slope_forwards"](case.network, caches, case.Y, direction)
    gradient = [np.hstack([right.dW[l], right.db[l]]).ravel() for l in right.dW]
    same(found, np.vdot(np.concatenate(gradient), direction))


@of(LESSON, "square-code")
def a_transpose_forgotten(cell: Cell) -> None:
    W, delta = numbers(3, 3), numbers(3, 4)
    right, wrong = cell.value("right, wrong", W=W, delta=delta)
    same(right, product(np.transpose(W), delta))
    same(wrong, product(W, delta))
