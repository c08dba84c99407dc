"""What learners of this subject believe that isn't true; each is met somewhere in the course."""

from typing import NamedTuple

from helpers.texts import read
from helpers.validation import known_name


class Misconception(NamedTuple):
    """A belief to be cured. Every question, known mistake and planted bug belongs to one.

    Attributes
    ----------
    key : str
        Its name in the lessons' files and in progress files, in whatever language: 'bias sum'.
    sentence : str
    """

    key: str
    sentence: str

    def __str__(self) -> str:
        return self.sentence


BELIEFS = {key: Misconception(key, said) for key, said in read("common/beliefs").items()}


def belief_named(name: str) -> Misconception:
    """Return a belief by its name in the lessons' files.

    Raises
    ------
    ValueError
        If there is none.

    Examples
    --------
    >>> print(belief_named("bias sum"))
    db needs no sum over the samples
    """
    return BELIEFS[known_name(name, BELIEFS, "the belief")]
