"""The questions of lesson 2, forward and caching."""

from helpers.exercises.misconceptions import Misconception
from helpers.exercises.question import Question

QUESTIONS = (
    Question(
        name="rows",
        lesson=2,
        title="Which way round is W?",
        text=(
            "Here a column is a sample, and a layer of 16 units is W X + b with W of shape "
            "(16, 2). In some libraries a row is a sample, and the layer is X W + b with W of "
            "shape (2, 16). Who has W the right way round?"
        ),
        right="Both have",
        replies={
            "We have": (
                "A unit is a row of our W, and a column of theirs. "
                "Their result has the same numbers as ours."
            ),
            "They have": (
                "A unit is a column of their W, and a row of ours. "
                "Our result has the same numbers as theirs."
            ),
            "Both have": (
                "Each is the transpose of the other: (W X)ᵀ = Xᵀ Wᵀ. "
                "Each fits the formula in which it stands. What goes wrong is mixing the two."
            ),
        },
        misconception=Misconception.ORIENTATION,
    ),
    Question(
        name="zero-start",
        lesson=2,
        title="A start at zero",
        text=(
            "The network 2-16-8-1 with ReLU starts with all weights and biases at 0, and is "
            "trained for 2,000 steps, on as many points of one class as of the other. How does "
            "it end?"
        ),
        right="As it began",
        replies={
            "As well as from any other start": (
                "Training moves a weight by its gradient. A weight multiplies an input, and "
                "every hidden output is 0 here. If such a weight grows a little, what changes?"
            ),
            "A little worse, as it begins further away": (
                "It isn't the distance. Ask what happens if one weight grows a little: what does "
                "it multiply, and through which weights does that reach the output?"
            ),
            "As it began": (
                "Every hidden unit gives 0, and every weight has the gradient 0. The last bias "
                "could move, but the two classes pull it equally. The loss stays at 0.125, "
                "the answer at 0.5 for every point."
            ),
        },
        misconception=Misconception.ZEROS,
    ),
    Question(
        name="keep-z",
        lesson=2,
        title="Must it keep Z?",
        text=(
            "The backward pass needs Z[l] for one thing only, the slope φ′(Z[l]). "
            "Could it find that slope from A[l] alone, without Z[l]?"
        ),
        right="With the four activations of this course",
        replies={
            "With none: a slope depends on z": (
                "Sigmoid's slope is a (1 − a), which doesn't ask for z. "
                "Look for such a formula for the other three."
            ),
            "With the four activations of this course": (
                "ReLU: 1 where a > 0. Sigmoid: a (1 − a). tanh: 1 − a². Linear: 1. But others have "
                "the same a at two places, as GELU does, which many language models use. "
                "We keep Z for their sake: then any φ fits in."
            ),
            "With any activation": (
                "GELU, which many language models use, falls and then rises: it is −0.1 at "
                "z = −1.5 and at z = −0.25. There its slopes are −0.13 and 0.30. "
                "Which does a = −0.1 mean?"
            ),
        },
        misconception=Misconception.CACHES,
    ),
    Question(
        name="memory",
        lesson=2,
        title="What the caches take",
        text=(
            "300 samples go through the network 2-16-8-1, which has 193 parameters. "
            "How much memory do its caches take?"
        ),
        right="About eighty times as much as the parameters",
        replies={
            "Less than the parameters: only outputs are kept": (
                "Each unit keeps a Z and an A for every sample. "
                "One layer of 16 units alone has 2 · 16 · 300 numbers."
            ),
            "About eighty times as much as the parameters": (
                "15,600 numbers against 193. They grow with every sample, "
                "and the parameters don't. With many samples it's the caches that fill the memory."
            ),
            "About as much as the parameters": (
                "That would be so for a few samples. A parameter is kept once, "
                "the Z and A of a unit once for every sample."
            ),
        },
        misconception=Misconception.COST,
    ),
    Question(
        name="stale",
        lesson=2,
        title="Yesterday's caches",
        text=(
            "Somebody runs forward, updates the weights, and then computes the gradient for the "
            "new weights from the old caches. What do the plain formulas give?"
        ),
        right="Plausible numbers that are wrong",
        replies={
            "Plausible numbers that are wrong": (
                "Every shape fits. But Z and A are what the old weights made. After one "
                "training step, of rate 0.5, such a gradient is off by 4 % here (with twenty other "
                "seeds by 7 to 108 %), and nothing says so. So our backward compares, and refuses."
            ),
            "An error: something doesn't fit": (
                "An update changes numbers, but no shape. NumPy has nothing to complain about."
            ),
            "The right gradient: the data are the same": (
                "The data are. But Z[1] = W[1] X + b[1] was made with the old W[1], "
                "and everything after it too."
            ),
        },
        misconception=Misconception.CACHES,
    ),
)
