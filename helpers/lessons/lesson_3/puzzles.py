"""The puzzle of lesson 3: the learner puts the lines of the backward loop in order."""

import numpy as np

from helpers.exercises.cases import random_cases
from helpers.exercises.exercise import Trial
from helpers.exercises.program import puzzle


def _trials(rng: np.random.Generator) -> list[Trial]:
    return [Trial(case.about, (case.network, case.X, case.Y)) for case in random_cases(rng)]


PUZZLES = (puzzle("backward_lines", _trials),)
