"""The questions of lesson 3, the δ recursion."""

from helpers.exercises.misconceptions import Misconception
from helpers.exercises.question import Question

QUESTIONS = (
    Question(
        name="bias-sum",
        lesson=3,
        title="The gradient of a bias",
        text=(
            "δ[2] is 2 for sample 1 and −1 for sample 2. "
            "What is db[2], the gradient of the output's bias?"
        ),
        right="1",
        replies={
            "1": (
                "2 − 1 = 1. The bias is added to the z of both samples, "
                "so both have a say, and their δ are added up."
            ),
            "0.5": (
                "That is the mean. The mean's 1/m is in δ[2] already, so it would be in here "
                "twice. What is asked for now is a sum."
            ),
            "2": "That is what sample 1 says. The bias is added to the z of sample 2 as well.",
            "-1": "That is what sample 2 says. The bias is added to the z of sample 1 as well.",
            "3": (
                "That is a sum without the signs. Sample 2 wants its output higher, "
                "sample 1 wants it lower: they pull against each other."
            ),
        },
        otherwise=(
            "If the bias grows by a little, the z of each sample grows by as much. "
            "What does each of them do to the loss?"
        ),
        misconception=Misconception.BIAS_SUM,
    ),
    Question(
        name="one-over-m",
        lesson=3,
        title="How many more 1/m?",
        text=(
            "The loss is a mean over m samples of half the squared error, and "
            "δ[2] = (A − Y) / m. What does dW[2] = δ[2] A[1]ᵀ still lack?"
        ),
        right="Nothing",
        replies={
            "One more 1/m, for the mean over the samples": (
                "The mean is in δ[2] already. With 1/m twice, each step would be m times shorter: "
                "it looks like a learning rate that is too small."
            ),
            "One more 1/m in each layer": (
                "Then the gradient of the first layer would be divided by m again and again. "
                "Every later step is a product with δ[2], so its 1/m goes along."
            ),
            "The 2 of the square": (
                "The ½ in the loss cancels it: ½ · 2 = 1. "
                "With it, every gradient would be twice as long as it is."
            ),
            "Nothing": (
                "The 2 of the square met the ½, and 1/m is in δ[2]. "
                "Everything after is a product with δ[2], so 1/m is in all of it, once."
            ),
        },
        misconception=Misconception.MEAN_FACTOR,
    ),
    Question(
        name="two-listeners",
        lesson=3,
        title="One unit, two listeners",
        text=(
            "A hidden unit feeds two units of the next layer, with the weights 2 and ½. "
            "Their δ are 3 and −2. How does the loss react to the hidden unit's output a: "
            "what is ∂L/∂a?"
        ),
        right="5",
        replies={
            "5": (
                "2 · 3 + ½ · (−2) = 6 − 1. What a does, it does through both, so both are added. "
                "A number that is used twice matters in two ways."
            ),
            "6": "That is what comes back from the first unit. a went into the second one too.",
            "-1": (
                "That is what comes back from the second unit. If it overwrites what the first "
                "one said, that one's share is lost."
            ),
            "2.5": (
                "That is the mean of 6 and −1. But a acts through both units at once, "
                "and what it does to the loss is both together."
            ),
            "1": (
                "That is 3 − 2, the δ alone. Each comes back through the weight "
                "with which that unit listened."
            ),
            "7": "That is a sum without the signs: the second unit's share is ½ · (−2).",
        },
        otherwise=(
            "If a grows by 1, the z of the first unit grows by 2 and that of the second by ½. "
            "What does each of these do to the loss?"
        ),
        misconception=Misconception.REUSED,
    ),
    Question(
        name="hidden-delta",
        lesson=3,
        title="The δ of a hidden unit",
        text=(
            "For sample 2 the output is wrong by A − Y = −2, and δ[2] is −1. Hidden unit 2 is on "
            "for this sample, and feeds the output with the weight −1. What is its δ?"
        ),
        right="1",
        replies={
            "1": (
                "(−1) · (−1) · 1: the weight with which the output listened, the output's δ, "
                "and the slope 1. If this unit's z grows, the output falls further, "
                "and the loss grows."
            ),
            "-1": (
                "That is δ of the output. The hidden unit isn't compared with anything; it gets "
                "its share through the weight that leads from it to the output."
            ),
            "-2": (
                "That is A − Y, and only the output is compared with Y. A hidden unit has no "
                "right answer of its own; it gets its share through its weight."
            ),
            "2": (
                "The weight is in it, but it began with the bare error −2. "
                "What is handed back is the output's δ, which has 1/m in it."
            ),
            "0": "It would be 0 if the unit were off, as it is for sample 1. Here Z[1] is 5.",
        },
        otherwise=(
            "Three factors: the weight from this unit to the output, "
            "the output's δ, and the slope of ReLU where it is on."
        ),
        misconception=Misconception.SAME_DELTA,
    ),
    Question(
        name="square",
        lesson=3,
        title="Without the transpose",
        text=(
            "All layers of a network have 5 units. Somebody hands δ back with W[l] δ[l], "
            "and forgets the transpose. What happens?"
        ),
        right="Other numbers, of the right shape",
        replies={
            "An error: the shapes don't fit": (
                "W[l] is (5, 5) here, and so is its transpose. In 2-16-8-1 the shapes would "
                "have caught it: (8, 16) · (8, 300) doesn't fit."
            ),
            "The same numbers, as W[l] is square": (
                "A square matrix isn't its own transpose. Row 1 says what unit 1 listens to, "
                "column 1 says who listens to unit 1."
            ),
            "Other numbers, of the right shape": (
                "Each unit is blamed through the weights with which it listens, "
                "not through those with which others listen to it. Nothing fails. "
                "That is why we try a backward pass with sizes that all differ."
            ),
        },
        misconception=Misconception.WHICH_W,
    ),
    Question(
        name="update",
        lesson=3,
        title="After the backward pass",
        text="What has network.backward(caches, Y) done to the parameters when it has finished?",
        right="Nothing",
        replies={
            "A step downhill": (
                "That would need a learning rate, and nobody gave one. It has only computed "
                "which way is down."
            ),
            "It has added the gradient to them": (
                "That would be a step uphill. The gradient is an array of its own, beside θ."
            ),
            "Nothing": (
                "It computes the gradient and returns it. Backpropagation says how the loss "
                "reacts; what you do about it is the update, and there are many ways to do it."
            ),
        },
        misconception=Misconception.UPDATE,
    ),
)
