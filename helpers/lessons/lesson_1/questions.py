"""The questions of lesson 1, activations."""

from helpers.exercises.misconceptions import Misconception
from helpers.exercises.question import Question

QUESTIONS = (
    Question(
        name="multiplications",
        lesson=1,
        title="How many multiplications?",
        text=(
            "A layer with 2 inputs and 16 outputs sees 300 samples. "
            "How many multiplications does that take?"
        ),
        right="9,600",
        replies={
            "9,600": (
                "Each of the 16 · 2 weights is multiplied once for each of the 300 samples. "
                "On a graph of single numbers each of these is a node."
            ),
            "32": (
                "These are the weights, 16 · 2. Each of them meets every sample, "
                "and there are 300 of those."
            ),
            "600": "These are the inputs, 2 · 300. Each of them goes into all 16 outputs.",
            "4,800": (
                "These are the outputs, 16 · 300. Each of them is a sum of as many products "
                "as there are inputs."
            ),
            "19,200": (
                "These are the multiplications and the additions together. Half of them multiply."
            ),
        },
        otherwise=(
            "Count the weights of the layer first. "
            "Then ask how often each of them is multiplied by something."
        ),
        misconception=Misconception.COST,
    ),
    Question(
        name="greater-or-equal",
        lesson=1,
        title="Greater, or equal?",
        text=(
            "ReLU's slope is 1 where Z > 0. Somebody compares the activations A = relu(Z) "
            "with 0 instead, and writes A >= 0. Where is that true?"
        ),
        right="Everywhere",
        replies={
            "Where Z > 0, as it should be": (
                "ReLU turns a negative z into 0, and 0 >= 0 is true. "
                "So it is true in more places than that."
            ),
            "Everywhere": (
                "A is max(Z, 0), and never negative. With this slip every unit counts as "
                "active, and every slope is 1. A > 0 would have done as well as Z > 0."
            ),
            "Where Z >= 0": (
                "A has forgotten which of its zeros come from a negative Z. "
                "What is A where Z is −2, and is that >= 0?"
            ),
        },
        misconception=Misconception.KINK,
    ),
    Question(
        name="overflow",
        lesson=1,
        title="A very negative z",
        text="Our sigmoid is 1 / (1 + np.exp(-Z)). What does it give where z is −1000?",
        right="0, as it should, and a warning",
        replies={
            "An error: e¹⁰⁰⁰ is too large": (
                "It is too large for a float. But NumPy doesn't stop at that: "
                "it turns it into infinity, and goes on."
            ),
            "nan: not a number": (
                "That would come from ∞ / ∞ or ∞ − ∞. Here the denominator is infinite, "
                "and the numerator is 1."
            ),
            "0, as it should, and a warning": (
                "e¹⁰⁰⁰ becomes infinity, with a warning, and 1 / (1 + ∞) = 0. On paper it is a "
                "little more than 0, but by less than any float can hold."
            ),
        },
        misconception=Misconception.FLOATS,
    ),
    Question(
        name="slope-place",
        lesson=1,
        title="The slope at z, or at a?",
        text=(
            "Somebody hands φ′ the activation a = φ(z) in place of z. "
            "For which of the four activations is the slope right all the same?"
        ),
        right="For ReLU and linear",
        replies={
            "For all: a slope is the same on both sides of φ": (
                "The slope asked for is that of the curve at z. At z = 2 sigmoid's a is 0.88, "
                "and at 0.88 the curve is steeper than at 2."
            ),
            "For ReLU and linear": (
                "a > 0 is true where z > 0 is, and the linear slope is 1 everywhere. Sigmoid and "
                "tanh get a wrong slope, and no error. A slip that ReLU hides shows with "
                "the next activation."
            ),
            "For none": (
                "It's wrong in general. But two of the four don't notice: "
                "for ReLU, compare the places where a > 0 with those where z > 0."
            ),
        },
        misconception=Misconception.SLOPE_PLACE,
    ),
    Question(
        name="ten-sigmoids",
        lesson=1,
        title="After ten sigmoids",
        text=(
            "Sigmoid's slope is ¼ at most. A gradient of 1 goes back through ten layers of it, "
            "each at that best slope. What is left?"
        ),
        right="About a millionth",
        replies={
            "About a fortieth": (
                "That is ¼ divided by 10. But each layer multiplies again: ¼ after one, "
                "a sixteenth after two."
            ),
            "About a thousandth": "That is left after five of the ten: ¼ · ¼ · ¼ · ¼ · ¼.",
            "About a millionth": (
                "Ten factors of ¼. Nothing went wrong on the way: where the "
                "weights don't make up for it, the loss depends that little on what is ten "
                "sigmoids away from it."
            ),
        },
        misconception=Misconception.VANISHING,
    ),
)
