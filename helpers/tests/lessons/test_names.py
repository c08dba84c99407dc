"""What a verdict says is true of every answer that can get it, and each hint is its mistake's."""

import copy
import math
import random
import re
from collections.abc import Callable, Iterator
from itertools import permutations, product
from typing import Any

import numpy as np
import pytest

from helpers.exercises.bug_kinds import CHECKED, KINDS, PLACES, Kind
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.checking import judge
from helpers.exercises.comparing import SAID
from helpers.exercises.mistakes import Mistake
from helpers.exercises.trying import agrees, trials_of
from helpers.gradient_check import ArrayCheck
from helpers.tests import signing
from helpers.tests.lessons import signed
from helpers.tests.lessons.answers import Answer, key_of
from helpers.tests.lessons.answers.twins import TWINS
from helpers.tests.lessons.test_exercises import outcomes
from helpers.validation import Array

COMBINED = 8  # answers that are put together from two mistakes, for each exercise


def test_what_is_said_of_a_mistake_is_signed() -> None:
    unread = signing.unread(signed.SIGNED, signed.texts())
    assert unread == [], "read these beside their code; if they are true, sign them"


# --- what names and hints say in numbers


def of_draws(mistake: Mistake, n_out: int = 3, n_in: int = 5) -> float:
    """By what a mistake in He's weights multiplies the draws."""
    return float(np.mean(mistake.answer(np.ones((n_out, n_in)))))


@pytest.mark.parametrize("mistake", EXERCISES["he_weights"].mistakes, ids=lambda m: m.name)
def test_the_factor_in_a_name_is_the_mistake_s(mistake: Mistake) -> None:
    match = re.match(r"Your factor is (.+?)[:,.](?: |$)", mistake.name)
    if match:
        code = re.sub(r"√(\w+|\(.+\))", r"math.sqrt(\1)", match[1])
        expected = eval(code, {"math": math, "n_in": 5, "n_out": 3})
        assert of_draws(mistake) == pytest.approx(expected)


Z = np.array([-2.0, 0.0, 2.0])
ONE_PERCENT = np.array([1.01]), np.array([1.0])
OPPOSITE = np.array([1.0, 2.0]), -np.array([1.0, 2.0])


@pytest.mark.parametrize(
    ("exercise", "key", "said", "value"),
    [
        ("leaky_relu_prime", "one_at_zero", "to the right of it, {:g}.", (Z, 0.3, 1)),
        ("leaky_relu_prime", "zero_at_zero", "z = 0, you have {:g},", (Z, 0.3, 1)),
        ("leaky_relu_prime", "flat_left", "Left of zero you have {:g},", (Z, 0.3, 0)),
        ("leaky_relu_prime", "fixed_slope", "Left of zero you have {:g},", (Z, 0.3, 0)),
        ("leaky_relu_prime", "sides_swapped", "small slope right of zero, {:g} else", (Z, 0.3, 0)),
        ("leaky_relu_prime", "comparison_turned", "you have {:g} only to the left", (Z, 0.3, 0)),
        ("relative_error", "equal_lengths", "sign turned gets {:g},", (*OPPOSITE, ())),
        ("relative_error", "larger_of_both", "largest value is {:g}.", (*OPPOSITE, ())),
        ("relative_error", "mean_of_both", "largest value is {:g}.", (*OPPOSITE, ())),
        ("relative_error", "without_roots", "read about {:.5f} with yours", (*ONE_PERCENT, ())),
    ],
)
def test_a_number_that_is_told_is_the_mistake_s(
    exercise: str, key: str, said: str, value: tuple[Any, ...]
) -> None:
    (mistake,) = (m for m in EXERCISES[exercise].mistakes if m.answer.__name__ == key)
    *arguments, place = value
    number = np.asarray(mistake.answer(*arguments))[place]
    assert said.format(number) in mistake.name + mistake.hint


GRADIENTS: dict[str, Callable[[Array, Array], Any]] = {  # what is so of a trial of this name
    "one NaN": lambda a, n: np.isnan([a, n]).sum() == 1,
    "numerical gradient": lambda a, n: np.isnan(n).any(),
    "two gradients of zeros": lambda a, n: not np.any([a, n]),
    "a gradient of zeros": lambda a, n: np.any(n) and not np.any(a),
    "gradient should be zero": lambda a, n: np.any(a) and not np.any(n),
    "sign turned": lambda a, n: np.any(a) and np.array_equal(a, -n),
    "three times": lambda a, n: np.any(a) and np.array_equal(a, 3 * n),
    "1% off": lambda a, n: np.sum(a * n < 0) == 1 and np.argmin(a * n) == np.argmin(abs(n)),
    "about 1e-30": lambda a, n: 0 < np.linalg.norm(n) < 1e-28,
}


def test_the_name_of_a_trial_says_what_is_so() -> None:
    for trial in trials_of(EXERCISES["relative_error"]):
        is_so = [said for said, holds in GRADIENTS.items() if holds(*trial.arguments)]
        assert is_so == [said for said in GRADIENTS if said in trial.about], trial.about
    for trial in trials_of(EXERCISES["he_weights"]):
        n_out, n_in = trial.arguments[0].shape
        assert trial.about == f"a layer from {n_in} to {n_out}"
    for trial in trials_of(EXERCISES["layer_shapes"]):
        n_in, n_out, m = trial.arguments
        assert trial.about == f"a layer from {n_in} to {n_out}, {m} samples"
    for trial in trials_of(EXERCISES["leaky_relu_prime"]):
        assert np.sum(trial.arguments[0] == 0) == 2 and "two of them exactly 0" in trial.about


# --- what else can get them


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: f"{twin[0]}-{twin[1]}")
def test_what_is_said_of_a_twin_is_true_of_it(twin: tuple[str, str, Answer, str]) -> None:
    name, key, answer, untrue = twin
    verdict = judge(EXERCISES[name], answer)
    assert key_of(verdict, answer) == key
    assert not re.search(untrue, verdict.text), verdict.text
    assert verdict.kind in ("known mistake", "difference", "failure")


@pytest.mark.parametrize("name", ["layer_shapes", "layer_forward", "layer_gradients", "backward"])
def test_of_two_mistakes_together_no_more_is_said_than_is_so(name: str) -> None:
    """Each answer has the first result of one mistake, and the others of another."""
    exercise, rng = EXERCISES[name], random.Random(0)
    pairs = list(permutations([mistake.answer for mistake in exercise.mistakes], 2))
    right = outcomes(exercise, exercise.solution, 0)
    for one, other in rng.sample(pairs, COMBINED):

        def answer(*arguments: Any, one: Answer = one, other: Answer = other) -> Any:
            return one(*copy.deepcopy(arguments))[0], *other(*arguments)[1:]

        verdict, theirs = judge(exercise, answer), outcomes(exercise, answer, 0)
        found = outcomes(exercise, verdict.mistake.answer, 0) if verdict.mistake else right
        for part in exercise.parts:
            is_right = agrees(exercise, theirs, right, [part])
            assert is_right or f"{part} is right" not in verdict.text, verdict.text
            assert is_right or part not in right_already(verdict.text), verdict.text
            is_told = verdict.mistake and not agrees(exercise, found, right, [part])
            if is_told and not exercise.observe:
                assert agrees(exercise, theirs, found, [part]), f"{part}: {verdict}"


def right_already(said: str) -> list[str]:
    names = re.findall(re.escape(SAID["right_already"]).replace(r"\{parts\}", "(.+)"), said)
    return ", ".join(names).split(", ")


# --- the bug hunt: what a mark says is what its kind shows

FACTORS = (-1.0, 0.0, 2.0, float(CHECKED), 1 / CHECKED)
Told = Callable[[list[float], Array, float], bool]  # from numbers in words, ratios and the error
MARKS: dict[str, Told] = {
    r"same but for the sign": lambda _, ratios, error: np.allclose(ratios, -1),
    r"backward would be (\d+) times": lambda n, ratios, error: np.allclose(ratios, n[0]),
    r"numerical would be (\d+) times": lambda n, ratios, error: np.allclose(ratios, 1 / n[0]),
    r"exactly twice": lambda _, ratios, error: np.allclose(ratios, 2),
    r"Backward would be 0,": lambda _, ratios, error: np.allclose(ratios, 0),
    r"no fixed\s+factor": lambda _, ratios, error: len(set(ratios)) > 1,
    r"error is ([\d.]+\d) or more": lambda n, ratios, error: error >= n[0],
    r"error is below ([\d.]+\d)": lambda n, ratios, error: error < n[0],
    r"errors of ([\d.]+\d) at most": lambda n, ratios, error: error <= n[0],
    r"error lies between ([\d.]+\d) and ([\d.]+\d)": lambda n, _, error: n[0] <= error <= n[1],
    r"too large": lambda _, ratios, error: bool((ratios > 1).all()),
    r"opposite signs": lambda _, ratios, error: bool((ratios < 0).any()),
}
LINES: dict[str, str] = {  # what must not be in a line, where the words say why a mistake can't be
    r"There is no φ′ in": "φ′",
    r"1/m is in δ\[3\] and nowhere else": "/ m",
    r"its 2 can (only )?be left in δ\[3\]": "A[3] − Y",
    r"W\[2\], which hands": "W[2]ᵀ",
    r"There is no W in": "]ᵀ δ",
    r"dW\[2\]": "dW[2]",
    r"Nothing is summed": "= δ[",
    r"δ of zeros": "= δ[",
}


def reports() -> Iterator[tuple[Array, float, list[ArrayCheck]]]:
    """Reports of two arrays that differ: with one factor and its error, or with none."""
    errors = (0.05, 0.06, 0.07, 0.08, 0.09, 0.2, 0.3, 0.4, 0.5, 0.7, 0.8, 0.9, 1.0)  # as read
    pairs = [((f, f), 1 if f <= 0 else abs(f - 1) / (f + 1)) for f in FACTORS]
    pairs += list(product([(1.5, 3.0), (0.5, 3.0), (-0.5, 3.0), (0.2, 0.7)], errors))
    for ratios, error in pairs:
        arrays = [
            ArrayCheck(f"dW[{i}]", error, (0, 0), r, 1.0, "differs") for i, r in enumerate(ratios)
        ]
        yield np.array(ratios), error, arrays


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_a_mark_says_what_its_kind_shows(kind: Kind) -> None:
    found = [(re.search(words, kind.mark), told) for words, told in MARKS.items()]
    told = [(list(map(float, match.groups())), says) for match, says in found if match]
    assert told
    for ratios, error, arrays in reports():
        assert kind.shows(arrays) == all(says(n, ratios, error) for n, says in told), (
            ratios,
            error,
        )


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_a_line_can_t_have_a_mistake_for_the_reason_that_is_told(kind: Kind) -> None:
    assert bool(kind.elsewhere) == (set(kind.places) != set(PLACES))
    needed = [piece for words, piece in LINES.items() if re.search(words, kind.elsewhere)]
    for place, line in PLACES.items() if kind.elsewhere else ():
        assert needed
        assert all(piece in line for piece in needed) == (place in kind.places), (place, needed)
