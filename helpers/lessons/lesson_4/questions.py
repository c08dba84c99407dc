"""The questions of lesson 4, gradient checking."""

from helpers.exercises.misconceptions import Misconception
from helpers.exercises.question import Question

QUESTIONS = (
    Question(
        name="falling",
        lesson=4,
        title="Training with a wrong gradient",
        text=(
            "This backward pass forgets φ′ of the hidden layers. We train with it for 500 steps "
            "of rate 0.1. Does the loss fall?"
        ),
        right="Yes, and it ends about as low as with the right gradient (within 20 %)",
        replies={
            "No: it rises, or stays": (
                "A wrong gradient need not point uphill. The angle between this one and the "
                "right one is 66° at first. Below 90° a short step still goes down."
            ),
            "Yes, but it ends more than 20 % higher than with the right gradient": (
                "One would expect so. In these 500 steps it goes from 0.230 to 0.040, "
                "and the right gradient to 0.043."
            ),
            "Yes, and it ends about as low as with the right gradient (within 20 %)": (
                "From 0.230 to 0.040, and the right gradient gets to 0.043. "
                "A loss that falls can't tell you that the gradient is right."
            ),
        },
        misconception=Misconception.FALLING_LOSS,
    ),
    Question(
        name="smaller-epsilon",
        lesson=4,
        title="Smaller and smaller",
        text=(
            "The gradient is right, and ε shrinks from 0.1 to 10⁻¹², in float64. "
            "What does the relative error of the check do?"
        ),
        right="It falls, and then rises again",
        replies={
            "It falls all the way": (
                "On paper it does. But L(θ + ε) and L(θ − ε) agree in more and more of their "
                "16 digits, and the difference is made of what is left."
            ),
            "It falls, and then rises again": (
                "First the line comes nearer to the tangent. Then the two losses differ in their "
                "last digits only, and the rounding in these is divided by a tiny ε. "
                "The best is near 10⁻⁵ in the run below."
            ),
            "It falls, and then stays where it is": (
                "It would if the rounding stayed the same. "
                "But the difference is divided by 2ε, and so is the rounding in it."
            ),
        },
        misconception=Misconception.EPSILON,
    ),
    Question(
        name="on-a-kink",
        lesson=4,
        title="Exactly on the kink",
        text=(
            "One sample stands exactly where ReLU has its corner: z = 0. Our slope there is 0. "
            "What does the relative error do as ε shrinks from 0.01 to 10⁻⁶?"
        ),
        right="It stays where it is",
        replies={
            "It stays where it is": (
                "However small ε, one nudge goes to the flat side and one to the steep side, "
                "and the check reads the mean of their slopes, ½. With >= in place of > ours "
                "would be 1, and differ as well."
            ),
            "It falls, a hundredfold for each power of ten": (
                "That is so where the curve is smooth. Here the two nudges are on two sides of a "
                "corner, and a smaller ε doesn't change that."
            ),
            "It falls, tenfold for each power of ten": (
                "That is what one-sided differences do on a smooth curve. "
                "At a corner, the two slopes that the line joins stay 0 and 1."
            ),
        },
        misconception=Misconception.KINK,
    ),
    Question(
        name="one-pass",
        lesson=4,
        title="One check that passes",
        text=(
            "A backward pass takes the mean over the samples for db, in place of the sum. "
            "It is checked on one network, with one sample. What does the check say?"
        ),
        right="It passes",
        replies={
            "It differs, at every db": (
                "It does with two samples or more. But what is the mean of one number?"
            ),
            "It passes": (
                "The mean of one number is its sum. A check proves something of the case that it "
                "sees: take several samples, several outputs, sizes that differ, and more than "
                "one network."
            ),
            "It can't tell": (
                "It can: neither gradient is small, and the two agree. Ask when they would differ."
            ),
        },
        misconception=Misconception.EPSILON,
    ),
)
