"""All exercises by name, and the one line that checks an answer in a notebook."""

from dataclasses import replace
from typing import Any

from helpers.exercises.checking import judge
from helpers.exercises.entries import by_name, of_all_lessons
from helpers.exercises.exercise import Exercise
from helpers.exercises.mistakes import Answer
from helpers.exercises.progress_file import note
from helpers.exercises.verdict import Verdict
from helpers.texts import say
from helpers.validation import known_name

EXERCISES: dict[str, Exercise] = by_name(
    (file, exercise.name, exercise) for file, exercise in of_all_lessons("exercises")
)


def check(answer: Answer, of: str | None = None) -> Verdict:
    """Say whether an answer to an exercise is right, and if not, which mistake it has.

    Parameters
    ----------
    answer : callable
        The learner's function; its name says which exercise it answers.
    of : str, optional
        The exercise, if the function has another name. Such an answer, like our solutions,
        isn't noted as a try, and its name stands before the words: both may be on the screen.

    Returns
    -------
    Verdict
        Prints as one or more sentences.

    Raises
    ------
    TypeError
        If `answer` isn't a function.
    ValueError
        If there is no such exercise, or the name of `answer` doesn't say which.
    """
    if not callable(answer):
        raise TypeError(say("exercises.answer", type=type(answer).__name__))
    given: Any = getattr(answer, "__name__", type(answer).__name__)
    name = _exercise_of(given) if of is None else known_name(of, EXERCISES, "exercise")
    exercise = EXERCISES[name]
    verdict = judge(exercise, answer)
    if of is not None:
        return replace(verdict, text=f"{given}: {verdict.text}")
    if verdict.kind != "not attempted":
        note(f"exercise: {exercise.name}", verdict.kind == "right", verdict.named)
    return verdict


def _exercise_of(name: str) -> str:
    try:
        return known_name(name, EXERCISES, "exercise")
    except ValueError as error:
        example = next(iter(EXERCISES))
        raise ValueError(say("exercises.nameless", error=error, example=example)) from None
