"""What lesson 3 says."""

import ast
import re
from itertools import permutations

import numpy as np
import pytest

from helpers.datasets import two_moons
from helpers.gradient_check import numerical_gradient
from helpers.labs.backward import BackwardLab
from helpers.lessons.puzzles import PUZZLES
from helpers.losses import mean_squared_error
from helpers.network import MLP
from helpers.tests.independent import Reference, reference
from helpers.tests.networks import Case
from helpers.tests.notebooks.claims import Said, claim, in_words, part, places_of, quoted
from helpers.tests.notebooks.formulas.cells import cells_of, markdown_of

LESSON = "03_delta_recursion"
PLACES = places_of(LESSON, 3)
NAPKIN = cells_of(LESSON)["napkin-code"].run()
NETWORK, X, Y = (NAPKIN[name] for name in ("network", "X", "Y"))
RIGHT: Reference = reference(Case(NETWORK, X, Y))
M = X.shape[1]
ERROR = RIGHT.A[2] - Y


def signed(number: float) -> str:
    """Return a number as prose writes it, with a minus and not a hyphen."""
    return f"{number:g}".replace("-", "−")


def with_weight(l: int, i: int, j: int, change: float) -> float:
    """Return the loss of the napkin with one weight changed."""
    twin = NETWORK.copy()
    twin.W[l][i, j] += change
    return mean_squared_error(twin.predict(X), Y)


def code_lines(id: str) -> int:
    """Return how many lines there are in a cell's function, with neither docstring nor blank."""
    source = ast.unparse(ast.parse(cells_of(LESSON)[id].source.partition("\n\n\n")[0]))
    return len(source.splitlines())


# The napkin


@claim(LESSON)
def the_napkin() -> str:
    inputs, hidden, outputs = NETWORK.layer_sizes
    assert RIGHT.loss == np.sum(ERROR**2) / 2 / M
    return f"""
    title :: The output is wrong by {ERROR[0, 0]:g}. Which of the {in_words(NETWORK.theta.size)}
        parameters is to blame, and by how much?
    napkin :: {inputs} inputs, {hidden} hidden units with ReLU, {outputs} linear output,
        {in_words(M)} samples.
    loss :: The **loss** says how wrong that is, as one number: the mean over the $m$ samples of
        {"half" if RIGHT.loss == np.mean(ERROR**2) / 2 else ""} the squared error, summed over the
        outputs.
    loss :: The errors are $3 - (-1) = {ERROR[0, 0]:g}$ and $-1 - 1 = {ERROR[0, 1]:g}$, so
        $L = \\frac{{1}}{{{2 * M}}}({ERROR[0, 0] ** 2:g} + {ERROR[0, 1] ** 2:g}) = {RIGHT.loss:g}$.
        (Why the {part(0.5)}?
    question :: The network has {in_words(NETWORK.theta.size)} parameters. If one of them grows a
        little, what does $L$ do? That slope is the **gradient** for this parameter
    """


@claim(LESSON)
def delta_of_the_output() -> str:
    (slope,) = set((RIGHT.delta[2] / (ERROR / M)).ravel())
    first, second = RIGHT.delta[2][0]
    assert first > 0 > second and np.array_equal(RIGHT.delta[2], ERROR / M * slope)
    return f"""
    question :: For the output it takes two factors. First, how $L$ reacts to the output itself.
        The 2 of the square cancels the {part(0.5)}
    question :: Second, how the output reacts to its pre-activation
    question :: It is {slope:g} here, as the output is linear.
    step-2 :: where $\\delta[2]$ is {signed(first)} for the first sample and {signed(second)} for
        the second. The first sample's output should come down (positive δ: more $z$ is more loss),
        the second's should go up.
    """


@claim(LESSON)
def gradients_of_layer_2() -> str:
    dW, shares = RIGHT.dW[2], RIGHT.delta[2] * RIGHT.A[1]
    assert np.allclose(dW[0], shares.sum(axis=1))
    deciding = np.flatnonzero(shares[1]) + 1
    (off,) = np.flatnonzero(RIGHT.A[1][1] == 0) + 1
    delta, a = RIGHT.delta[2][0, 1], RIGHT.A[1][1, 1]
    outer = [np.outer(RIGHT.delta[2][:, k], RIGHT.A[1][:, k]) for k in range(M)]
    assert np.array_equal(sum(outer), dW)
    return f"""
    step-2 :: So if it grows by a little, $Z[2]_{{1k}}$ grows by that much times $A[1]_{{jk}}$, and
        $L$ by $\\delta[2]_{{1k}}$ times that. Sum over the samples
    step-2 :: That sum is a row of δ times a row of $A[1]$, so with all of them at once it's a
        matrix product with a transpose
    step-2 :: it is the **outer product** of a column δ and a row of inputs; the matrix product adds
        these up over the samples.
    step-2 :: the second hidden unit was cut off ({RIGHT.A[1][1, 0]:g}) for sample {off}. Which
        sample decides the gradient of the weight
    step-2 :: It is a weight whose input is always 1.
    step-3 :: Only sample {int(*deciding)}: ${delta:g} \\cdot {a:g} = {dW[0, 1]:g}$. A weight whose
        input was 0 can't have been to blame. The bias has the input 1 for both samples, so its
        gradient is the plain sum, $2 - 1 = {RIGHT.db[2].item():g}$.
    """


@claim("bias-sum")
def gradient_of_a_bias() -> str:
    first, second = RIGHT.delta[2][0]
    total, mean = RIGHT.db[2].item(), RIGHT.delta[2].mean()
    unsigned = np.abs(RIGHT.delta[2]).sum()
    assert ERROR[0, 1] < 0 < ERROR[0, 0]
    return f"""
    asked :: δ[2] is {signed(first)} for sample 1 and {signed(second)} for sample 2. What is db[2]
    right :: {total:g}
    {total:g} :: {first:g} − {-second:g} = {total:g}. The bias is added to the z of both samples, so
        both have a say, and their δ are added up.
    {mean:g} :: That is the mean. The mean's 1/m is in δ[2] already, so it would be in here twice.
    {first:g} :: That is what sample 1 says. The bias is added to the z of sample 2 as well.
    {second:g} :: That is what sample 2 says. The bias is added to the z of sample 1 as well.
    {unsigned:g} :: That is a sum without the signs. Sample 2 wants its output higher, sample 1
        wants it lower: they pull against each other.
    otherwise :: If the bias grows by a little, the z of each sample grows by as much.
    """


# 1/m


@claim(LESSON)
def the_mean_is_in_it_once() -> str:
    once = ERROR / M @ RIGHT.A[1].T
    assert np.array_equal(once, RIGHT.dW[2]) and np.array_equal(once, ERROR @ RIGHT.A[1].T / M)
    return """
    no-further :: There is **no further** $1/m$. It went into $\\delta[2]$ with the mean, and
        everything after is a product with $\\delta[2]$, so it is in all of them, once.
    no-further :: Some texts leave $1/m$ out of δ and write $dW = \\frac1m \\delta A^{\\mathsf T}$.
        It's the same number. Both at once would be $1/m^2$, a mistake that looks like a learning
        rate that is too small: each step is $m$ times shorter.
    other-habit :: the same dW[2]:
    close :: so everywhere, once
    title :: and why it is there once
    """


@claim("one-over-m")
def how_many_more() -> str:
    exact = numerical_gradient(NETWORK, X, Y).W[2]
    lacking = {1.0: "Nothing", float(M): "One more 1/m, for the mean over the samples"}
    (factor,) = set((RIGHT.dW[2] / exact).round(6).ravel())
    one_more, layers, square = list(lacking.values())[1], "One more 1/m in each layer", "The 2"
    return f"""
    asked :: How many more 1/m? The loss is a mean over m samples of half the squared error, and
        δ[2] = (A − Y) / m. What does dW[2] = δ[2] A[1]ᵀ still lack?
    right :: {lacking[factor]}
    {lacking[factor]} :: The 2 of the square met the {part(0.5)}, and 1/m is in δ[2]. Everything
        after is a product with δ[2], so 1/m is in all of it, once.
    {one_more} :: The mean is in δ[2] already. With 1/m twice, each step would be m times shorter:
        it looks like a learning rate that is too small.
    {layers} :: Then the gradient of the first layer would be divided by m again and again. Every
        later step is a product with δ[2], so its 1/m goes along.
    {square} of the square :: The {part(0.5)} in the loss cancels it: {part(0.5)} · 2 = 1. With it,
        every gradient would be twice as long as it is.
    """


# One layer back


@claim("two-listeners")
def two_listeners() -> str:
    names = cells_of(LESSON)["two-listeners-code"].run()
    W, delta = names["W_next"].ravel(), names["delta_next"].ravel()
    first, second = W * delta
    total, mean, alone = first + second, (first + second) / 2, delta.sum()
    half, slopes = part(W[1]), f"{delta[0]:g} and {signed(delta[1])}"
    assert names["printed"][0][1].item() == total
    return f"""
    asked :: One unit, two listeners A hidden unit feeds two units of the next layer, with the
        weights {W[0]:g} and {half}. Their δ are {slopes}.
    right :: {total:g}
    {total:g} :: {W[0]:g} · {delta[0]:g} + {half} · ({signed(delta[1])}) = {first:g} − {-second:g}.
        What a does, it does through both, so both are added. A number that is used twice matters
        in two ways.
    {first:g} :: That is what comes back from the first unit. a went into the second one too.
    {second:g} :: That is what comes back from the second unit. If it overwrites what the first one
        said, that one's share is lost.
    {mean:g} :: That is the mean of {first:g} and {signed(second)}. But a acts through both units at
        once, and what it does to the loss is both together.
    {alone:g} :: That is {delta[0]:g} − {-delta[1]:g}, the δ alone. Each comes back through the
        weight with which that unit listened.
    {np.abs(W * delta).sum():g} :: That is a sum without the signs: the second unit's share is
        {half} · ({signed(delta[1])}).
    otherwise :: If a grows by 1, the z of the first unit grows by {W[0]:g} and that of the second
        by {half}.
    """


@claim(LESSON)
def one_layer_back() -> str:
    handed_back = NETWORK.W[2].T @ RIGHT.delta[2]
    ((unit, sample),) = np.argwhere((handed_back != 0) & (RIGHT.delta[1] == 0)) + 1
    assert RIGHT.Z[1][unit - 1, sample - 1] < 0
    return f"""
    recursion :: The output acts on the loss directly. A hidden unit acts on it only through the
        units that it feeds, and there may be many of them. So leave the napkin for a moment, and
        take a unit that feeds two.
    two-listeners-code :: two units, which both listen to one
    recursion-formula :: $Z[1]_{{jk}}$ acts on $L$ only through $A[1]_{{jk}}$, and that acts through
        every unit $i$ of layer 2, each with its weight $W[2]_{{ij}}$. All of these count, so they
        are added
    recursion-formula :: Going forward, $W$ takes the sum over inputs $j$. Going back, we sum over
        outputs $i$, the other index: that is all the **transpose** means. Each unit hands its
        responsibility back to its inputs, in proportion to the weight with which it listened to
        them.
    recursion-formula :: where ReLU was off, nothing gets through.
    recursion-formula :: the last of its {in_words(RIGHT.delta[1].size)} numbers
    delta-1-explain :: The ${handed_back[unit - 1, sample - 1]:g}$ at unit {unit}, sample {sample}
        is gone: that unit was off, so nothing it did mattered.
    delta-1-explain :: Two slips are easy to make here. The slope belongs to the layer that we
        arrive at, $Z[1]$, not the one we come from. And $\\odot$ isn't `@`: the slopes multiply
        element by element.
    """


@claim("hidden-delta")
def delta_of_a_hidden_unit() -> str:
    error, delta, weight = ERROR[0, 1], RIGHT.delta[2][0, 1], NETWORK.W[2][0, 1]
    right, z = RIGHT.delta[1][1, 1], RIGHT.Z[1][1, 1]
    slope = right / (weight * delta)
    assert RIGHT.Z[1][1, 0] < 0 < z and right == weight * delta * slope
    falls = weight < 0 and RIGHT.A[2][0, 1] < Y[0, 1]
    return f"""
    asked :: For sample 2 the output is wrong by A − Y = {signed(error)}, and δ[2] is
        {signed(delta)}. Hidden unit 2 is on for this sample, and feeds the output with the weight
        {signed(weight)}.
    right :: {right:g}
    {right:g} :: ({signed(weight)}) · ({signed(delta)}) · {slope:g}: the weight with which the
        output listened, the output's δ, and the slope {slope:g}. If this unit's z grows, the output
        {"falls" if falls else "rises"} further, and the loss {"grows" if right > 0 else "falls"}.
    {delta:g} :: That is δ of the output. The hidden unit isn't compared with anything; it gets its
        share through the weight that leads from it to the output.
    {error:g} :: That is A − Y, and only the output is compared with Y. A hidden unit has no right
        answer of its own; it gets its share through its weight.
    {weight * error:g} :: The weight is in it, but it began with the bare error {signed(error)}.
        What is handed back is the output's δ, which has 1/m in it.
    {RIGHT.delta[1][1, 0]:g} :: It would be 0 if the unit were off, as it is for sample 1. Here Z[1]
        is {z:g}.
    otherwise :: Three factors: the weight from this unit to the output, the output's δ, and the
        slope of ReLU where it is on.
    """.replace("-0 ::", "0 ::")


@claim(LESSON)
def nudging_a_weight() -> str:
    (i, j), step = (1, 0), 0.001
    change, slope = with_weight(1, i, j, step) - RIGHT.loss, RIGHT.dW[1][i, j]
    assert abs(change - slope * step) < 0.01 * abs(change) and change != slope * step
    verb = "grows" if change > 0 else "falls"
    return f"""
    layer-1 :: The gradients of layer 1 are step 2 again, with the input $A[0] = X$
    blame :: All {in_words(NETWORK.theta.size)} numbers, without a single nudge.
    blame :: $dW[1]_{{21}} = {slope:g}$ (row {i + 1}, column {j + 1}; Python counts from 0, so it is
        `W[1][{i}, {j}]`) says: if this weight grows by {step:g}, the loss {verb} by about
        {change:.3f}.
    nudge-explain :: The small remainder is the curvature: {step:g} isn't infinitely small.
    """


# Any depth


@claim(LESSON)
def ten_lines_and_four_formulas() -> str:
    recursion = markdown_of(LESSON)["any-depth"]
    formulas = len(re.findall(r"&=", recursion)) + recursion.count(r"\quad db[l] =")
    return f"""
    title :: write it as {in_words(formulas)} matrix formulas
    title :: for any depth in {in_words(code_lines("solution-backward"))} lines
    question :: the chain rule gives all of them in one sweep, from the loss backwards.
    any-depth :: The steps above never asked how many layers there are.
    """


def is_right(order: tuple[str, ...]) -> bool:
    """Whether the lines of the puzzle compute the right thing in this order."""
    exercise, program = PUZZLES["backward_lines"]
    network, data = MLP((3, 4, 2), ("relu", "sigmoid"), seed=1), (np.ones((3, 5)), np.zeros((2, 5)))
    try:
        found = program.assemble(" ".join(order))(network, *data)
    except KeyError:  # δ of this layer isn't there yet
        return False
    pairs = zip(found, exercise.solution(network, *data), strict=True)
    return all(np.allclose(mine[l], theirs[l]) for mine, theirs in pairs for l in theirs)


@claim(LESSON)
def the_puzzle() -> str:
    orders = [("start", "loop", *order) for order in permutations(("delta", "dW", "db", "back"))]
    right = [order for order in orders if is_right(order)]
    assert right == [order for order in orders if order[2] == "delta"]
    unused = len(PUZZLES["backward_lines"][1].lines) - len(orders[0])
    return f"""
    puzzle-backward-lines :: shuffled, with {in_words(unused)} that don't belong
    puzzle-backward-lines :: There is {"more than one" if len(right) > 1 else "one"} right order
    puzzle-backward-lines :: `network.activations` is a tuple, which counts from 0
    puzzle-backward-lines :: One line runs once, before the loop.
    puzzle-backward-lines :: First, the gradient of the loss with respect to the outputs. Then the
        loop, from the last layer to the first. In each round, δ of this layer comes first. From it
        come dW, db and what is handed back to the layer before, in any order.
    """


@claim(LESSON)
def at_full_size() -> str:
    names = cells_of(LESSON)["full-size"].run()
    network, X = names["network"], names["X"]
    dW, db, delta = names["gradient"].dW, names["gradient"].db, names["gradient"].delta
    (a, b), (c, d) = delta[2].shape, names["caches"].A[1].T.shape
    assert b == c and dW[2].shape == (a, d)
    return f"""
    shapes :: the network of the course, {"-".join(map(str, network.layer_sizes))}, on {X.shape[1]}
        points.
    shapes-explain :: the two inner numbers must be equal, the outer two are the result
    compare-all :: all {in_words(len(dW) + len(db) + len(delta))} arrays agree:
    one-vector :: `gradient.vector` has the gradient of all {names["gradient"].vector.size}
        parameters in one flat vector, laid out like `network.theta`.
    same-loop :: They don't, where sizes are equal. And a missing $\\varphi'$, a doubled $1/m$ or a
        wrong sign always has the right shape.
    same-loop :: `network.backward` and our loop are the same mathematics
    """


@claim("square")
def without_the_transpose() -> str:
    names = cells_of(LESSON)["square-code"].run()
    W, right, wrong = names["W"], names["right"], names["wrong"]
    assert right.shape == wrong.shape and not np.allclose(right, wrong)
    course = MLP((2, 16, 8, 1), ("relu", "relu", "sigmoid")).W[2]
    with pytest.raises(ValueError, match="mismatch"):
        course @ np.ones((8, 300))
    return f"""
    asked :: All layers of a network have {len(W)} units. Somebody hands δ back with W[l] δ[l], and
        forgets the transpose.
    right :: Other numbers, of the right shape
    Other numbers, of the right shape :: Each unit is blamed through the weights with which it
        listens, not through those with which others listen to it. Nothing fails. That is why we try
        a backward pass with sizes that all differ.
    An error: the shapes don't fit :: W[l] is {W.shape} here, and so is its transpose. In 2-16-8-1
        the shapes would have caught it: {course.shape} · (8, 300) doesn't fit.
    The same numbers, as W[l] is square :: A square matrix isn't its own transpose. Row 1 says what
        unit 1 listens to, column 1 says who listens to unit 1.
    """


@claim("update")
def backward_changes_nothing() -> str:
    X, Y = two_moons(300, noise=0.15, seed=3)
    network = MLP((2, 16, 8, 1), ("relu", "relu", "sigmoid"), seed=3)
    before, (A, caches) = network.theta.copy(), network.forward(X)
    gradient = network.backward(caches, Y).vector
    right = "Nothing" if np.array_equal(before, network.theta) else "Something"
    uphill = network.copy()
    uphill.theta[:] += 0.01 * gradient
    up = "uphill" if mean_squared_error(uphill.predict(X), Y) > mean_squared_error(A, Y) else "down"
    return f"""
    asked :: After the backward pass What has network.backward(caches, Y) done to the parameters
        when it has finished?
    right :: {right}
    {right} :: It computes the gradient and returns it. Backpropagation says how the loss reacts;
        what you do about it is the update, and there are many ways to do it.
    A step downhill :: That would need a learning rate, and nobody gave one. It has only computed
        which way is down.
    It has added the gradient to them :: That would be a step {up}. The gradient is an array of its
        own, beside θ.
    """


# The lab


@claim(LESSON)
def what_the_lab_shows() -> str:
    lab = BackwardLab()
    W, delta = lab.network.W[2], lab.gradient.delta
    assert W.T.shape[1] == len(delta[2]) and W.T.shape[0] == len(delta[1])
    needing = [step for step in lab.steps if "Y" in [matrix.name for matrix in step.operands]]
    first = lab.steps.index(needing[0])
    assert needing == lab.steps[first : first + len(needing)]
    assert [step.results[0].name for step in needing] == ["L", "∂L/∂A[3]"]
    return f"""
    lab-explain :: It is {W.T.shape} at first. Its columns agree with the rows of $\\delta[2]$: the
        units of layer 2. Its rows are the units of layer 1, where we are going.
    lab-explain :: {in_words(len(needing)).title()}, one after the other: the loss, and its gradient
        at the output. From there on, $\\delta$ carries all that $Y$ had to say.
    lab :: Every step of both passes, with its numbers.
    lab :: The blue frame follows one sample through all matrices.
    """


@claim(LESSON)
def a_unit_that_is_off_for_every_sample() -> str:
    lab = BackwardLab(samples=1)
    off = (lab.caches.Z[1] <= 0).all(axis=1)
    assert off.any() and not lab.gradient.dW[1][off].any() and not lab.gradient.delta[1][off].any()
    return """
    lab :: With ReLU, look for a 0 in $\\varphi'(Z[1])$. What happens to the same place in
        $\\delta[1]$, and to the row of $dW[1]$ if the whole row is 0? (With one sample there is
        such a row.)
    lab-explain :: The place becomes 0. If the whole row is 0, so is that row of $dW[1]$: a unit
        that is off for every sample learns nothing.
    """


@claim(LESSON)
def rows_of_an_outer_product() -> str:
    seed = int(re.findall(r"the seed to (\d+)", PLACES[LESSON, "lab"])[0])
    lab = BackwardLab(samples=1, seed=seed)
    dW, A = lab.gradient.dW[1], lab.caches.A[0]
    assert (dW != 0).all() and np.linalg.matrix_rank(dW) == 1
    assert np.array_equal(dW, lab.gradient.delta[1] * A.T)
    return f"""
    lab :: Set the samples to {A.shape[1]} and the seed to {seed}. $dW[1]$ is an outer product now:
        how do its rows look?
    lab-explain :: Each row is a multiple of the same input: $\\delta[1]$ is one column,
        $A[0]^{{\\mathsf T}}$ one row.
    """


UNPROVED: dict[str, list[tuple[Said, str]]] = {
    "tells what the words mean, or what the course does": quoted(
        LESSON,
        """
        title :: After this lesson you can - work the backward pass of a small network with pencil
            and paper
        unchanged-explain :: The backward pass *computes* the gradient. It changes nothing. What you
            do with the gradient is another matter: the **update**, in lesson 5. The two are often
            mixed up.
        not-update :: One last thing.
        close :: how do we know that all this is right?
        delta-1-explain :: the sign means nothing
        any-depth :: ($\\mathbf 1$ is a column of ones, so $\\delta\\,\\mathbf 1$ is the row sum.)
        square-code :: same numbers:
        """,
    ),
    "a drawing, which a test of its own reads": quoted(
        LESSON,
        """
        title :: A chain from the loss back to delta 3, delta 2 and delta 1.
        title :: The first step multiplies by the slope of the output's activation, each further one
            by transposed weights and a slope.
        title :: Below each delta, an arrow with the cached input leads to dW and db.
        """,
    ),
    "how a task is put": quoted(
        LESSON,
        """
        exercise-output-delta :: $L$ alone is the loss; as an index it is the last
        exercise-output-delta :: Three factors: how far the output is off
        exercise-output-delta :: In this course a sample is a column
        exercise-hidden-delta :: is the matrix of layer 2
        exercise-hidden-delta :: The result has n_{l-1} rows.
        exercise-hidden-delta :: You need each of them once.
        exercise-hidden-delta :: First hand back
        exercise-layer-gradients :: write both gradients
        exercise-layer-gradients :: is a column of ones
        exercise-layer-gradients :: `db` has a column, not a row, and not a flat list.
        exercise-layer-gradients :: Both add up over the samples, which are columns: axis 1.
        try-layer-gradients :: Returns two arrays, of shapes (n_l, n_{l-1}) and (n_l, 1)
        exercise-backward-two-layers :: All of it together, for a network of two layers.
        exercise-backward-two-layers :: Fill the four gaps.
        exercise-backward-two-layers :: dicts by layer, as before
        exercise-backward-two-layers :: The first gap is the output's δ, the third the step
        exercise-backward-two-layers :: You have written both above.
        exercise-backward-two-layers :: Both dW have one form
        try-backward-two-layers :: each a dict with the keys 1 and 2
        try-backward-two-layers :: Columns are samples
        puzzle-backward-lines :: it goes below those that you have
        puzzle-backward-lines :: Where two lines look alike
        backward-loop-ours :: Our lines are folded below
        exercise-backward :: The last one has no gaps, it is all gap.
        exercise-backward :: Scroll up no further than the formulas
        exercise-backward :: the function that everything else in the course rests on
        exercise-backward :: run ours first
        exercise-backward :: if there is a layer below
        """,
    ),
}
