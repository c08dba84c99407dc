"""The questions of lesson 5, training."""

from helpers.exercises.misconceptions import Misconception
from helpers.exercises.question import Question

QUESTIONS = (
    Question(
        name="plus",
        lesson=5,
        title="A plus in place of the minus",
        text=(
            "Somebody writes the update with a plus, and leaves the rest as it is. "
            "What does the loss do in 2,000 epochs?"
        ),
        right="It rises, and stays below ½",
        replies={
            "It falls all the same, only more slowly": (
                "With a plus each step goes where the loss rises fastest. "
                "A sign isn't a detail here: it is the whole direction."
            ),
            "It grows, until the numbers overflow": (
                "It climbs, but there is a ceiling. Sigmoid's outputs lie between 0 and 1, "
                "so no error can be larger than 1."
            ),
            "It rises, and stays below ½": (
                "Here it climbs to 0.48, with 3 % of the points right. Sigmoid's outputs lie "
                "between 0 and 1, so L, half a mean square, can't exceed ½. Had the output been "
                "linear, nothing would have held it."
            ),
        },
        misconception=Misconception.SIGN,
    ),
    Question(
        name="fresh",
        lesson=5,
        title="Points that it has never seen",
        text=(
            "The network gets all 300 training points right. "
            "How many of the 1,000 fresh points will it get right?"
        ),
        right="About 99 %",
        replies={
            "All of them": (
                "It has fitted its boundary to 300 points, noise and all. "
                "Noise carries some of the fresh ones across it."
            ),
            "About 99 %": (
                "A smaller share than of those that it has trained on: noise carries some across "
                "the boundary. This is the number that counts."
            ),
            "About half of them": (
                "That is what guessing gets. The fresh points come from the same two moons, "
                "and it is the moons that it has learned, for the most part."
            ),
        },
        misconception=Misconception.SAMPLES,
    ),
    Question(
        name="vanishing",
        lesson=5,
        title="Is the algorithm to blame?",
        text=(
            "In these eight layers of sigmoid the first layer's gradient is some five thousand "
            "times smaller than the last one's. What does the gradient check say, at ε = 10⁻⁴?"
        ),
        right="It passes",
        replies={
            "It differs in the first layers": (
                "That would mean that backpropagation loses something on the way. "
                "But nudge a weight of the first layer, and the loss hardly moves."
            ),
            "It passes": (
                "The gradients are right, small as they are: the loss depends that little on the "
                "first layers. The algorithm reports it, and doesn't cause it."
            ),
            "It differs everywhere": (
                "The last layers have gradients like any network's. And the first ones are small, "
                "which isn't wrong."
            ),
        },
        misconception=Misconception.VANISHING,
    ),
    Question(
        name="longer-steps",
        lesson=5,
        title="Longer steps",
        text=(
            "In 2,000 epochs the learning rate 0.5 got to a loss of 0.0012, and 0.005 got to "
            "0.10. Where does a rate of 200 get?"
        ),
        right="To 0.25: one answer for every point",
        replies={
            "Lower than 0.5 does: its steps are longer": (
                "From 0.005 to 0.5 that was so. But a gradient is the slope where you stand, "
                "and it says little about what is far away."
            ),
            "Nowhere: the loss overflows": (
                "A linear output would do that. Sigmoid's outputs lie between 0 and 1, "
                "so the loss stays below ½ whatever the weights are."
            ),
            "To 0.25: one answer for every point": (
                "Here the first steps throw the weights so far that the output is flat everywhere. "
                "It gives the same answer to all points, half of them right, and has no gradient "
                "to come back with."
            ),
        },
        misconception=Misconception.LARGER,
    ),
)
