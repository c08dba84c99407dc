"""What learners of this subject believe that isn't true; each is met somewhere in the course."""

from enum import StrEnum

from helpers.validation import known_name


class Misconception(StrEnum):
    """A belief to be cured. Every question, known mistake and planted bug belongs to one."""

    UPDATE = "backpropagation is the weight update"
    SAME_DELTA = "δ is A − Y at every layer"
    WHICH_W = "any layer's W carries δ back, and it needs no transpose"
    SLOPE_PLACE = "the slope can be taken at the activation, or left out"
    MEAN_FACTOR = "1/m can be applied at every step or at none, and the square's 2 stays"
    BIAS_SUM = "db needs no sum over the samples"
    SIGN = "a wrong sign does no harm"
    CACHES = "caches may be overwritten, and weights updated early"
    EPSILON = "a smaller ε is always better, and one point that passes proves it"
    KINK = "≥ in place of > is harmless"
    FALLING_LOSS = "a falling loss means that the gradients are right"
    ZEROS = "it doesn't matter which weights training starts from"
    VANISHING = "vanishing gradients are the algorithm's fault"
    REUSED = "a number that is used twice keeps the gradient of its last use"
    LARGER = "a larger learning rate or a larger layer is always better"
    ORIENTATION = "W has one right orientation"
    FLOATS = "what is right on paper is right in floating point"
    SAMPLES = "which samples a step sees, and with which labels, takes care of itself"
    COST = "what a network costs is the number of its weights"

    @property
    def key(self) -> str:
        """Its name in the lessons' files: 'bias sum' of BIAS_SUM."""
        return self.name.lower().replace("_", " ")


BELIEFS = {belief.key: belief for belief in Misconception}


def belief_named(name: str) -> Misconception:
    """Return a belief by its name in the lessons' files: 'bias sum' is BIAS_SUM.

    Raises
    ------
    ValueError
        If there is none.
    """
    return BELIEFS[known_name(name, BELIEFS, "the belief")]
