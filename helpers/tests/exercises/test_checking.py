"""What the check says of answers that no catalogue foresees: each gets words that help."""

import functools
import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from helpers.exercises import comparing
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.checking import judge
from helpers.exercises.comparing import SAID, agree, describe_difference
from helpers.exercises.exercise import Exercise, Trial, Unreadable
from helpers.exercises.misconceptions import BELIEFS
from helpers.exercises.mistakes import Mistake
from helpers.exercises.slips import factor_in_words
from helpers.tests.exercises import written
from helpers.validation import Array

Answer = Callable[..., Any]
NOTEBOOK: dict[str, Any] = {"m": 2, "np": np, "two": lambda: 2, "minus": -1}  # of cells above


def wrote(body: str) -> Answer:
    return written("A, B", body, NOTEBOOK)


def two_matrices(rng: np.random.Generator) -> list[Trial]:
    shapes = ((2, 3), (4, 5), (3, 3))
    return [Trial(f"{n} × {m}", tuple(rng.normal(size=(2, n, m)))) for n, m in shapes]


def of(solution: Answer, *parts: str, mistakes: tuple[Mistake, ...] = (), **how: Any) -> Exercise:
    how |= {"parts": parts or ("the result",)}
    return Exercise("", 0, "", solution, two_matrices, lambda _: mistakes, **how)


TURNED = Mistake(
    "The sign is turned.", "Look at the sign.", BELIEFS["sign"], wrote("return -A * B")
)
PRODUCT = of(wrote("return A * B"), mistakes=(TURNED,))
BOTH = of(wrote("return A * B, A + B"), "times", "plus")
BY_LAYER = of(wrote("return {1: A * B, 2: A + B}"), "dW")
DOUBLE = of(
    wrote("A *= 2"),
    "A",
    observe=lambda answer, arguments: (answer(*arguments), arguments[0])[1:],
    may_change=("A",),
)


A_LAYER = Trial("a layer", ({1: np.ones(2), 2: np.zeros(3)}, 2))
KEYS = replace(of(wrote("return A[B]")), trials=lambda rng: [A_LAYER])


def say(answer: Answer | str, exercise: Exercise = PRODUCT) -> str:
    answer = wrote(answer) if isinstance(answer, str) else answer
    return judge(exercise, answer).text.partition("\nTrial ")[0]


# --- right answers


class Product:
    def __call__(self, A: Array, B: Array) -> Array:
        return A * B


@functools.wraps(PRODUCT.solution)
def wrapped(*arguments: Any) -> Any:
    return PRODUCT.solution(*arguments)


RIGHT: tuple[Answer | str, ...] = (
    "return (A[..., None] * B[..., np.newaxis])[..., 0]",
    "if A.size == 0:\n    ...\nreturn A * B",  # dots that never run
    "return (A * B).tolist()",
    "return (A * B).astype(np.float32)",
    "return np.asmatrix(A * B)",
    "return A * B if m == 2 else None",
    wrapped,
    functools.partial(PRODUCT.solution),
    Product(),
    np.multiply,
    lambda B, A: B * A,
)


def called(answer: Any) -> str:
    """Name a test by the answer's code or kind; an address would differ between processes."""
    return answer if isinstance(answer, str) else type(answer).__name__


@pytest.mark.parametrize("answer", RIGHT, ids=called)
@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_a_right_answer_is_right_however_it_is_made(answer: Answer | str) -> None:
    assert say(answer) == "Right, in all 3 trials."


# --- not attempted

NOTHING = ("pass", "return None", '"""Return the product."""')
STUBS = (
    *NOTHING,
    "return ...",
    "return A * ...",
    "slope = ...\nreturn A @ slope",  # NumPy's message doesn't mention the dots
    "return np.array([[...]])",
    'return {"A": [(A, ...)]}',
)


@pytest.mark.parametrize("body", STUBS)
def test_a_stub_is_not_attempted(body: str) -> None:
    for exercise in (PRODUCT, BOTH, BY_LAYER, *[DOUBLE] * (body in NOTHING)):
        verdict = judge(exercise, wrote(body))
        assert (verdict.kind, verdict.text) == ("not attempted", SAID["not_attempted"])


def test_dots_without_a_source_are_seen_too() -> None:
    space: dict[str, Any] = {}
    exec("def answer(A, B):\n    return A * ...", space)
    assert judge(PRODUCT, space["answer"]).kind == "not attempted"


def test_who_returns_a_constant_has_attempted_it() -> None:
    for body in ("return 0", "return 'A * B'", "return None or A", "C = None"):
        assert judge(DOUBLE, wrote(body)).kind in ("difference", "known mistake")


# --- wrong answers, what is said of them, and with -- before it what isn't

WORDS: dict[str | Answer, str] = {
    "C = A * B": "the result is None. Does the function end with `return`?",
    "A * B": "the result is None. Does the function end with `return`?",
    "yield A * B": "a generator. Is there a `yield` where a `return` should be?",
    "return 'A * B'": "the result is a str; expected an array of float64, shape",
    "return {}": "the result is a dict; expected an array",
    "return 3": "the result is a single number; expected an array of shape (2, 3).",
    "return object()": "the result is an object; expected an array of float64",
    "return A * B, 1": "the result is a tuple of 2; expected an array of float64",
    "return (A * B).T": "changed places. Write",
    "return A.T": "--changed places",
    "return A * B + 1j": "the result is an array of complex128, shape (2, 3)",
    "return (A * B).astype(object)": "is an array of object, shape (2, 3)",
    "C = A * B\nC[1, 2] = np.nan\nreturn C": "the result[1, 2] is nan; expected ",
    "return A * B / 0 * 1": "the result[0, 0] is ",
    "return (A * B).astype(np.float16)": "It is float16, which rounds.",
    "return (2 * A * B).astype(np.float16)": "--rounds",
    "C = np.float32(A * B)\nC[1, 2] = 7\nreturn C": "the result[1, 2] is 7; expected ",
    "C = np.float32(A * B)\nC[1, 2] = 8\nreturn C": "--rounds",
    "return 3 * A * B": "It is 3 times what it should be, everywhere.",
    "return 2 * A * B": "It is twice what it should be, everywhere.",
    "return A * B / 2": "It is half of what it should be, everywhere.",
    "return -3 * A * B": "It is −3 times what it should be, everywhere.",
    "return 1.25 * A * B": "It is 1.25 times what it should be, everywhere.",
    "return A * B / A.shape[1]": "It is 1/m times what it should be, everywhere.",
    "return -A.shape[1] * A * B": "It is −m times what it should be, everywhere.",
    "return 2 * A * B * A.shape[1]": "It is 2·m times what it should be, everywhere.",
    "return A * B * len(A)": "--times what",
    "C = A * B\nC[1, 1] = 9\nreturn C": "Not yet. Only column 1 differs (counted from 0): one",
    "C = A * B\nC[0] = 9\nreturn C": "Only row 0 differs (counted from 0). Does",
    "C = A * B\nC[:, -1] = 9\nreturn C": "Only the last column differs: one sample,",
    "C = A * B\nC[1, :2] = 9\nreturn C": "\nOnly the last row differs.",
    "C = A * B\nC[:2, :2] = 9\nreturn C": "--nly",
    "return np.abs(A * B)": "It is never negative",
    "return 1 - np.abs(A * B)": "--sign",
    "return A * B + 1e-3": "--times what",
    "return A * B * (1 + 3e-7)": "--times what",
    "return A[..., B > 0, ...]": "IndexError in line 2: `return A[..., B > 0, ...]`",
    "C = np.zeros_like(A)\nfor i in range(len(A)):\n    C[i] = A[i] * B[i]\n    return C": (
        "\nA `return` stands inside a loop of yours: how many"
    ),
    "for i in range(len(A)):\n    if A[i].max() > 0:\n        return A[i]\nreturn A": (
        "--inside a loop"
    ),
    "A *= B\nreturn A": (
        "The numbers are right, but your function has changed `A`, which it was given. What is "
        "written into an argument is written into the caller's array, and the caller may still"
    ),
    "A += B\nB[:] = 0\nreturn A": "\nIt also changes `A` and `B`, which it was given.",
    "A += 0.1\nA -= 0.1\nreturn A * B": (
        "The numbers are right, but your function has left rounding in `A`, which it was given. In "
        "floats, adding a number and subtracting it again may change the last digit."
    ),
    "return -(A * B)": "Not yet. The sign is turned. Look at the sign.",
    "return A * B / m": "\nIt takes m from the notebook; its arguments hold other data.",
    "return A @ B / m": "\nIt takes m from the notebook; its arguments hold other data.",
    "return minus * A * B": (
        "Look at the sign.\nIt takes minus from the notebook; its arguments hold other data."
    ),
    "return np.sin(A) / two()": "--notebook",
    "m = 3; return A / m": "--notebook",
    lambda A: (
        A
    ): "takes 1 positional argument but 2 were given\nIt is called with `A`, `B`, in this",
    "return two(A, B)": "--It is called",
}


@pytest.mark.parametrize("answer", WORDS, ids=called)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_wrong_answer_gets_words_that_help(answer: str | Answer) -> None:
    words, said = WORDS[answer], say(answer)
    assert said.startswith(("Not yet. ", "Your function stopped: "))
    sentences = re.split(r"(?<=[.?]) |\n", said)
    assert len(set(sentences)) == len(sentences), said
    assert words[2:] not in said if words.startswith("--") else words in said, said


OTHERS: list[tuple[Exercise, str, str]] = [
    (BOTH, "return A + B, A * B", "The results are right, but not in the order that is asked for."),
    (BOTH, "return A * B", "Expected 2 results, in this order: times, plus. Got an array of float"),
    (BOTH, "return A * B, A + B, 0", "in this order: times, plus. Got a tuple of 3."),
    (BOTH, "return A, A", "Not yet. times[0, 0] is "),
    (BOTH, "return A * B, 2 * (A + B)", "Not yet. plus is twice what it should be"),
    (BOTH, "return A * B, 2 * (A + B)", "\nRight already: times."),
    (BOTH, "return A, A", "--Right"),
    (BOTH, "C = A * B", "times is None. Does"),
    (BOTH, "return A * B, None", "plus is None; expected an array of float64, shape (2, 3)."),
    (
        BY_LAYER,
        "return {1: 3 * A * B, 2: 3 * (A + B)}",
        "It is 3 times what it should be, everywhere.",
    ),
    (BY_LAYER, "return {1: 3 * A * B, 2: 2 * (A + B)}", "--times what"),
    (BY_LAYER, "return {1: A * B}", "dW has no 2; expected the keys [1, 2]."),
    (BY_LAYER, "return {1: A * B, 2: (A + B).T}", "dW[2] has shape (3, 2); expected (2, 3)."),
    (BY_LAYER, "return {1: A * B, 2: (A + B).T}", "\nRight already: dW[1]."),
    (BY_LAYER, "return {1: A, 2: B}", "--Right"),
    (KEYS, "return A[B + 1]", "doesn't have.\nIt was given these keys: A has 1, 2.\nTrial"),
    (PRODUCT, "return {}[3]", "--It was given"),
    (BY_LAYER, "return [A, B]", "dW is a list of 2; expected a dict with the keys [1, 2]."),
    (of(wrote("return A * A")), "return np.full_like(A, np.inf)", "--times what"),
]


@pytest.mark.parametrize(("exercise", "body", "words"), OTHERS)
def test_parts_and_layers_are_told_apart(exercise: Exercise, body: str, words: str) -> None:
    said = judge(exercise, wrote(body)).text
    assert words[2:] not in said if words.startswith("--") else words in said, said


def size_of_one_sided(loss: Answer, theta: Array, i: int, epsilon: float) -> Any:
    nudged = theta + epsilon * (np.arange(len(theta)) == i)
    return abs(loss(nudged) - loss(theta)) / epsilon


TWO: list[tuple[str, str, str, Answer]] = [  # two edits; an edit and what is written around it
    ("output_delta", "without_slope", "turned_sign", lambda A, Y, *_: (Y - A) / A.shape[1]),
    ("numerical_derivative", "one_sided", "never_negative", size_of_one_sided),
]


@pytest.mark.parametrize(("name", "first", "second", "answer"), TWO)
def test_of_two_mistakes_the_hint_says_whose_it_is(
    name: str, first: str, second: str, answer: Answer
) -> None:
    known = {mistake.answer.__name__: mistake for mistake in EXERCISES[name].mistakes}
    names = f"Two things are wrong. First: {known[first].name} Second: {known[second].name}"
    said = judge(EXERCISES[name], answer).text
    assert said == f"Not yet. {names} About the first: {known[first].hint}"


def test_a_name_says_nothing_of_a_part_that_is_right() -> None:
    turned = Mistake("Both are.", "Look.", BELIEFS["sign"], wrote("return -A * B, -(A + B)"))
    exercise = of(BOTH.solution, "times", "plus", mistakes=(turned,))
    assert judge(exercise, turned.answer).mistake is turned
    negative = Mistake("It is.", "Look.", BELIEFS["sign"], wrote("return -A * B, A + B"))
    for part, right in (("plus", "\nRight already: plus."), ("the sum", ""), ("总和", "")):
        named = of(BOTH.solution, "times", part, mistakes=(negative,))
        assert judge(named, negative.answer).text == f"Not yet. It is. Look.{right}"
    for body in ("return -A * B, A + B", "return -A * B, A"):
        verdict = judge(exercise, wrote(body))
        assert "Both" not in verdict.text
        assert verdict.text.startswith("Not yet. times has the opposite sign")


def test_two_errors_of_one_kind_are_no_proof_of_a_known_mistake() -> None:
    row = Mistake("It is beyond.", "Which row?", BELIEFS["sign"], wrote("return A[99]"))
    exercise = of(PRODUCT.solution, mistakes=(row,))
    assert judge(exercise, row.answer).mistake is row
    assert judge(exercise, wrote("return B[98]")).mistake is None


def test_two_failures_are_told_as_the_first_and_one_alone_as_unsteady() -> None:
    unsteady = f"{SAID['unsteady']}\n{SAID['outside'].format(name='calls')}"
    for good, said in ((0, "\n1\n"), (3, unsteady)):
        body = f"n = next(calls)\nif n > {good}:\n    raise ValueError(n)\nreturn -A * B"
        answer = written("A, B", body, {"calls": itertools.count(1)})
        assert said in judge(PRODUCT, answer).text


def test_what_was_given_is_told_but_for_what_is_long() -> None:
    text = judge(PRODUCT, wrote("return 0 * A")).text
    assert text.endswith("Trial 1 of 3: 2 × 3. Given: A of shape (2, 3); B of shape (2, 3).")
    trials = [Trial("a case", (3, ["word"] * 99))]
    exercise = Exercise("f", 0, "", lambda n, long: n, lambda rng: trials, lambda _: ())
    assert judge(exercise, lambda n, long: 0).text.endswith("Given: n = 3.")


def test_a_result_that_can_t_be_read_gets_its_own_words() -> None:
    def refuse(answer: Answer, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        if isinstance(answer(*arguments), str):
            raise Unreadable("It is a word.")
        return (0.0,)

    assert say("return 'A'", of(PRODUCT.solution, observe=refuse)) == "Not yet. It is a word."


def test_an_object_that_pretends_to_be_an_array_is_no_number() -> None:
    class Pretender:
        def __array__(self, *arguments: Any, **settings: Any) -> Array:
            raise RuntimeError("no array after all")

    assert "the result is a Pretender; expected an array" in say(lambda A, B: Pretender())


# --- how parts are compared, and verdicts shown

SAME: tuple[tuple[Any, Any], ...] = (
    (1e3, 1e3 + 5e-5),
    (np.float32(1), 1 + 1e-5),
    ([1e-12, 1.0], [0.0, 1.0]),
    ([np.nan, 1.0], [np.nan, 1.0]),
    ([np.inf, 1.0], [np.inf, 1.0]),
    (True, 1.0),
    (9e-8, 0.0),
    ({1: 2.0, 3: 4.0}, {1: 2.0}),
)
OTHER: tuple[tuple[Any, Any], ...] = (
    (1e-3, 1e-3 + 1e-9),
    (np.float32(1), 1 + 1e-2),
    ([np.nan, 1.0], [1.0, 1.0]),
    ([1.0, 1.0], [np.nan, 1.0]),
    ([np.inf, 1.0], [-np.inf, 1.0]),
    ([[1.0], [2.0, 3.0]], [1.0, 2.0]),
    ("1", 1.0),
    (1.1e-7, 0.0),
    ({}, {1: 2.0}),
)


@pytest.mark.filterwarnings("error")
def test_agreement() -> None:
    for pairs, is_same in ((SAME, True), (OTHER, False)):
        for mine, theirs in pairs:
            assert agree(mine, theirs, 1e-7) == is_same, (mine, theirs)
    assert not comparing.is_as_it_was(np.ones((2, 3)), np.ones((1, 6)))


def test_a_difference_is_beyond_the_tolerance_and_looks_different() -> None:
    got, expected = np.array([np.nan, 1.001, 5.0]), np.array([np.nan, 1.0, 2.0])
    assert describe_difference("v", got, expected, 1e-2).said == "v[2] is 5; expected 2."
    assert describe_difference("v", got, expected).said == "v[1] is 1.001; expected 1."
    ones, row = np.ones((3, 2)), np.ones((1, 3))  # whose only row is no row among others
    assert comparing._pattern(row * [2, 2, 1], row, 1e-7) == []
    assert comparing._pattern(row.T * 2, row.T, 1e-7) == []
    assert "column" in comparing._pattern(ones * [1, 2], ones, 1e-7)[0]
    assert describe_difference("v", 1.0, 1.0000007).said == "v is 1; expected 1.000001."


def test_a_factor_is_one_up_to_its_last_digits_however_large_it_is() -> None:
    samples = np.array([2.0, 3.0])
    for size in (1e-3, 1.5, 1e3):
        assert factor_in_words(np.array([size, size * (1 + 5e-6)]), samples) == f"{size:g}"
        assert factor_in_words(np.array([size, size * (1 + 5e-5)]), samples) == ""
