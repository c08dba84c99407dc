"""What the check says of answers that no catalogue foresees: each gets words that help."""

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from helpers.exercises.checking import (
    Exercise,
    Trial,
    Unreadable,
    Verdict,
    judge,
)
from helpers.exercises.checking import mistake as make_mistake
from helpers.exercises.comparing import SAID, agree, describe_difference
from helpers.exercises.misconceptions import Misconception
from helpers.validation import Array

Answer = Callable[..., Any]


def product(A: Array, B: Array) -> Array:
    return A * B


@make_mistake(Misconception.SIGN, "Look at the sign.")
def turned(A: Array, B: Array) -> Array:
    """The sign is turned."""
    return -A * B


def two_matrices(rng: np.random.Generator) -> list[Trial]:
    shapes = ((2, 3), (4, 5), (3, 3))
    return [Trial(f"{n} × {m}", tuple(rng.normal(size=(2, n, m)))) for n, m in shapes]


PRODUCT = Exercise("product", 0, "A product", product, two_matrices, (turned,))


def both(A: Array, B: Array) -> tuple[Array, Array]:
    return A * B, A + B


BOTH = Exercise("both", 0, "Two results", both, two_matrices, (), ("times", "plus"))


def by_layer(A: Array, B: Array) -> dict[int, Array]:
    return {1: A * B, 2: A + B}


BY_LAYER = Exercise("by_layer", 0, "Two layers", by_layer, two_matrices, (), ("dW",))


def say(answer: Answer, exercise: Exercise = PRODUCT) -> str:
    return judge(exercise, answer).text.partition("\nTrial ")[0]


notebook: dict[str, Any] = {"m": 2, "np": np, "two": lambda: 2}  # what stood in cells above


def in_notebook(lines: str) -> Answer:
    exec(f"def answer(A, B):\n    {lines}", notebook)
    answer: Answer = notebook["answer"]
    return answer


@pytest.mark.parametrize("lines", ["return A * B / m", "return A @ B / m"])
def test_data_from_the_notebook_are_named(lines: str) -> None:
    assert "\nIt takes m from the notebook; its arguments hold other data." in say(
        in_notebook(lines)
    )


@pytest.mark.parametrize("lines", ["return np.sin(A) / two()", "m = 3; return A / m", "return A"])
def test_what_is_no_data_of_the_notebook_is_not_named(lines: str) -> None:
    assert "notebook" not in say(in_notebook(lines))


# --- right answers


def in_place(A: Array, B: Array) -> Array:
    A *= B
    return A


def with_new_axes(A: Array, B: Array) -> Array:
    return (A[..., None] * B[..., np.newaxis])[..., 0]


def with_dots_left(A: Array, B: Array) -> Array:
    if A.size == 0:
        ...
    return A * B


@functools.wraps(product)
def wrapped(*arguments: Any) -> Any:
    return product(*arguments)


class Product:
    def __call__(self, A: Array, B: Array) -> Array:
        return A * B


RIGHT: dict[str, Answer] = {
    "new axes": with_new_axes,
    "dots that never run": with_dots_left,
    "wrapped": wrapped,
    "partial": functools.partial(product),
    "callable object": Product(),
    "ufunc": np.multiply,
    "lists": lambda A, B: (A * B).tolist(),
    "float32": lambda A, B: (A * B).astype(np.float32),
    "matrix class": lambda A, B: np.asmatrix(A * B),
    "keyword": lambda B, A: B * A,
}


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_a_right_answer_is_right_however_it_is_made(name: str) -> None:
    assert judge(PRODUCT, RIGHT[name]).text == "Right, in all 3 trials."


# --- not attempted


def only_a_docstring(A: Array, B: Array) -> Any:
    """Return the product."""


def dots_as_value(A: Array, B: Array) -> Any:
    return ...


def dots_in_a_product(A: Any, B: Any) -> Any:
    return A * ...


def dots_in_a_matrix_product(A: Any, B: Any) -> Any:
    slope: Any = ...
    return A @ slope  # NumPy's message doesn't mention the dots


def dots_in_an_array(A: Any, B: Any) -> Any:
    return np.array([[...]])


def dots_inside(A: Any, B: Any) -> Any:
    return {"A": [(A, ...)]}


def only_pass(A: Any, B: Any) -> Any:
    pass


def only_none(A: Any, B: Any) -> Any:
    return None


STUBS = [
    only_pass,
    only_none,
    only_a_docstring,
    dots_as_value,
    dots_in_a_product,
    dots_in_a_matrix_product,
]
STUBS += [dots_in_an_array, dots_inside]


@pytest.mark.parametrize("answer", STUBS, ids=lambda answer: answer.__name__)
def test_a_stub_is_not_attempted(answer: Answer) -> None:
    for exercise in (PRODUCT, BOTH, BY_LAYER):
        verdict = judge(exercise, answer)
        assert verdict.kind == "not attempted"
        assert verdict.text == SAID["not_attempted"]


def observe_change(answer: Answer, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    answer(*arguments)
    return (arguments[0],)


def double(A: Array, B: Array) -> None:
    A *= 2


IN_PLACE = Exercise(
    "double", 0, "", double, two_matrices, (), ("A",), observe_change, may_change=("A",)
)


@pytest.mark.parametrize("answer", [only_a_docstring, only_pass, only_none])
def test_a_stub_of_a_function_that_changes_in_place_is_not_attempted(answer: Answer) -> None:
    assert judge(IN_PLACE, answer).kind == "not attempted"


def test_who_returns_a_constant_has_attempted_it() -> None:
    for answer in (lambda A, B: 0, lambda A, B: "A * B", lambda A, B: None or A):
        assert judge(IN_PLACE, answer).kind == "difference"


def test_dots_without_a_source_are_seen_too() -> None:
    space: dict[str, Any] = {}
    exec("def answer(A, B):\n    return A * ...", space)
    assert judge(PRODUCT, space["answer"]).kind == "not attempted"


# --- wrong answers


def without_return(A: Array, B: Array) -> None:
    C = A * B  # noqa: F841


def with_an_expression(A: Array, B: Array) -> None:
    A * B


def with_yield(A: Array, B: Array) -> Iterator[Array]:
    yield A * B


def with_one_nan(A: Array, B: Array) -> Array:
    C = A * B
    C[1, 2] = np.nan
    return C


def with_one_wrong(A: Array, B: Array) -> Array:
    C = np.asarray(A * B, dtype=np.float32)
    C[1, 2] = 7
    return C


def two_dots_in_an_index(A: Array, B: Any) -> Any:
    return A[..., B > 0, ...]


def of_the_first_row(A: Array, B: Array) -> Any:
    C = np.zeros_like(A)
    for i in range(len(A)):
        C[i] = A[i] * B[i]
        return C


def of_the_first_that_is_large(A: Array, B: Array) -> Any:
    for i in range(len(A)):
        if A[i].max() > 0:
            return A[i] * B[i]
    return A


def in_place_and_wrong(A: Array, B: Array) -> Array:
    A += B
    B[:] = 0
    return A


def there_and_back(A: Array, B: Array) -> Array:
    A += 0.1
    A -= 0.1
    return A * B


WORDS: dict[str, tuple[Answer, str]] = {
    "no return": (without_return, "the result is None. Does the function end with `return`?"),
    "expression": (with_an_expression, "the result is None. Does the function end with `return`?"),
    "generator": (with_yield, "a generator. Is there a `yield` where a `return` should be?"),
    "text": (lambda A, B: "A * B", "the result is a str; expected an array of float64, shape"),
    "dict": (lambda A, B: {}, "the result is a dict; expected an array"),
    "an int": (lambda A, B: 3, "the result has shape (); expected (2, 3)."),
    "an object": (lambda A, B: object(), "the result is an object; expected an array of float64"),
    "tuple": (lambda A, B: (A * B, 1), "the result is a tuple of 2; expected an array of float64"),
    "shape": (lambda A, B: (A * B).T, "the result has shape (3, 2); expected (2, 3)."),
    "complex": (lambda A, B: A * B + 1j, "the result is an array of complex128, shape (2, 3)"),
    "objects": (lambda A, B: (A * B).astype(object), "is an array of object, shape (2, 3)"),
    "NaN": (with_one_nan, "the result[1, 2] is nan; expected "),
    "infinite": (lambda A, B: A * B / 0 * 1, "the result[0, 0] is "),
    "float16": (lambda A, B: (A * B).astype(np.float16), "It is float16, which rounds."),
    "float32": (with_one_wrong, "the result[1, 2] is 7; expected "),
    "factor": (lambda A, B: 3 * A * B, "\nIt is 3 times that, everywhere."),
    "one argument": (lambda A: A, "TypeError\n<lambda>() takes 1 positional argument but 2 were"),
    "indices": (two_dots_in_an_index, "IndexError in line "),
    "return in a loop": (of_the_first_row, "\nA `return` stands inside a loop of yours: how many"),
    "in place": (in_place, "The numbers are right, but your function has changed `A`, which it"),
    "in place and wrong": (
        in_place_and_wrong,
        "\nIt also changes `A` and `B`, which it was given.",
    ),
    "rounding": (there_and_back, "your function has left rounding in `A`, which it was given."),
    "known": (lambda A, B: -(A * B), "Not yet. The sign is turned. Look at the sign."),
}


@pytest.mark.parametrize("name", WORDS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_wrong_answer_gets_words_that_help(name: str) -> None:
    answer, words = WORDS[name]
    assert words in say(answer)
    assert say(answer).startswith(("Not yet. ", "Your function stopped: "))


def test_a_return_under_an_if_is_no_return_in_a_loop() -> None:
    assert "inside a loop" not in say(of_the_first_that_is_large)


def test_rounding_is_blamed_only_where_it_is_to_blame() -> None:
    assert "rounds" not in say(with_one_wrong)
    assert "rounds" not in say(lambda A, B: (2 * A * B).astype(np.float16))


@make_mistake(Misconception.SIGN, "Look at the signs.")
def both_turned(A: Array, B: Array) -> tuple[Array, Array]:
    """The sign of both is turned."""
    return -A * B, -(A + B)


def test_a_name_says_nothing_of_a_part_that_is_right() -> None:
    exercise = Exercise("both", 0, "", both, two_matrices, (both_turned,), ("times", "plus"))
    assert judge(exercise, both_turned.answer).mistake is both_turned
    others: list[Answer] = [lambda A, B: (-A * B, A + B), lambda A, B: (-A * B, A)]
    for answer in others:
        verdict = judge(exercise, answer)
        assert verdict.mistake is None
        assert "times[0, 0] is " in verdict.text
        assert "It is -1 times that, everywhere." in verdict.text


def test_results_in_another_order_are_told_so() -> None:
    assert say(lambda A, B: (A + B, A * B), BOTH) == SAID["reordered"]


def test_two_errors_of_one_kind_are_no_proof_of_a_known_mistake() -> None:
    @make_mistake(Misconception.SIGN, "Which row?")
    def wrong_row(A: Array, B: Array) -> Array:
        """The row is beyond the last one."""
        return A[99]

    exercise = Exercise("product", 0, "", product, two_matrices, (wrong_row,))
    assert judge(exercise, wrong_row.answer).mistake is wrong_row
    assert judge(exercise, lambda A, B: B[98]).mistake is None


def test_a_known_mistake_tells_of_data_from_the_notebook_too() -> None:
    notebook["minus"] = -1
    assert say(in_notebook("return minus * A * B")).endswith(
        "Look at the sign.\nIt takes minus from the notebook; its arguments hold other data."
    )


def test_what_was_given_is_told() -> None:
    text = judge(PRODUCT, lambda A, B: 0 * A).text
    assert text.endswith("Trial 1 of 3: 2 × 3. Given: A of shape (2, 3); B of shape (2, 3).")


def test_a_long_argument_is_left_out() -> None:
    exercise = Exercise(
        "f", 0, "", lambda n, long: n, lambda rng: [Trial("a case", (3, ["word"] * 99))], ()
    )
    assert judge(exercise, lambda n, long: 0).text.endswith("Given: n = 3.")


def test_a_factor_that_is_another_in_each_trial_is_no_factor() -> None:
    assert "times that" not in say(lambda A, B: A * B / A.shape[1])
    assert "times that" not in say(lambda A, B: A * B + 1e-3)


def test_infinity_is_no_factor() -> None:
    exercise = Exercise("square", 0, "", lambda A, B: A * A, two_matrices, ())
    assert "times that" not in say(lambda A, B: np.full_like(A, np.inf), exercise)


def test_several_results_are_told_apart() -> None:
    expected = "Expected 2 results, in this order: times, plus. Got "
    assert f"{expected}an array of float64, shape (2, 3)." in say(product, BOTH)
    assert f"{expected}a tuple of 3." in say(lambda A, B: (A * B, A + B, 0), BOTH)
    assert say(lambda A, B: (A, A), BOTH).startswith("Not yet. times[0, 0] is ")
    assert say(lambda A, B: (A * B, 2 * (A + B)), BOTH).startswith("Not yet. plus[0, 0] is ")
    assert "times is None. Does" in say(without_return, BOTH)
    assert say(lambda A, B: (A * B, None), BOTH) == (
        "Not yet. plus is None; expected an array of float64, shape (2, 3)."
    )


def test_a_result_that_can_t_be_read_gets_its_own_words() -> None:
    def refuse(answer: Answer, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        if answer(*arguments) is both:
            raise Unreadable("It is a function.")
        return (0.0,)

    exercise = Exercise("own", 0, "", product, two_matrices, (), observe=refuse)
    assert say(lambda A, B: both, exercise) == "Not yet. It is a function."


def test_a_factor_is_seen_in_layers_too() -> None:
    def times(first: float, second: float) -> Answer:
        return lambda A, B: {1: first * A * B, 2: second * (A + B)}

    assert "It is 3 times that, everywhere." in say(times(3, 3), BY_LAYER)
    assert "times that" not in say(times(3, 2), BY_LAYER)


def test_layers_are_told_apart() -> None:
    def without_2(A: Array, B: Array) -> Mapping[int, Array]:
        return {1: A * B}

    assert "dW has no 2; expected the keys [1, 2]." in say(without_2, BY_LAYER)
    assert "dW[2] has shape (3, 2); expected (2, 3)." in say(
        lambda A, B: {1: A * B, 2: (A + B).T}, BY_LAYER
    )
    assert "dW is a list of 2; expected a dict with the keys [1, 2]." in say(
        lambda A, B: [A * B, A + B], BY_LAYER
    )


# --- how parts are compared


@pytest.mark.parametrize(
    ("mine", "theirs", "same"),
    [
        (1.0, 1 + 1e-9, True),
        (1.0, 1 + 1e-5, False),
        (np.float32(1), 1 + 1e-5, True),
        (np.float32(1), 1 + 1e-2, False),
        ([1e-12, 1.0], [0.0, 1.0], True),
        ([np.nan, 1.0], [np.nan, 1.0], True),
        ([np.nan, 1.0], [1.0, 1.0], False),
        ([np.inf, 1.0], [-np.inf, 1.0], False),
        ([np.inf, 1.0], [np.inf, 1.0], True),
        ([[1.0], [2.0, 3.0]], [1.0, 2.0], False),
        (True, 1.0, True),
        ("1", 1.0, False),
        (0.0, 0.0, True),
        (1e-3, 0.0, False),
        ({1: 2.0, 3: 4.0}, {1: 2.0}, True),
        ({}, {1: 2.0}, False),
    ],
)
@pytest.mark.filterwarnings("error")
def test_agreement(mine: Any, theirs: Any, same: bool) -> None:
    assert agree(mine, theirs, 1e-7) == same


def test_the_first_difference_is_beyond_the_tolerance() -> None:
    got, expected = np.array([np.nan, 1.001, 5.0]), np.array([np.nan, 1.0, 2.0])
    assert describe_difference("v", got, expected, 1e-2) == "v[2] is 5; expected 2."
    assert describe_difference("v", got, expected) == "v[1] is 1.001; expected 1."


def test_two_numbers_that_differ_look_different() -> None:
    assert describe_difference("v", 1.0000003, 1.0) == "v is 1.0000003; expected 1."
    assert "times that" not in say(lambda A, B: A * B * (1 + 3e-7))


def test_a_verdict_shows_as_text_and_as_a_status() -> None:
    verdict = Verdict("difference", "a < b")
    assert repr(verdict) == "a < b"
    assert 'role="status"' in verdict._repr_html_()
    assert "a &lt; b" in verdict._repr_html_()


def test_code_in_a_verdict_is_shown_as_code() -> None:
    verdict = Verdict("difference", "Is `a < b` so? One ` alone is left.")
    assert "Is <code>a &lt; b</code> so? One ` alone is left." in verdict._repr_html_()


def test_an_object_that_pretends_to_be_an_array_is_no_number() -> None:
    class Pretender:
        def __array__(self, *arguments: Any, **settings: Any) -> Array:
            raise RuntimeError("no array after all")

    assert "the result is a Pretender; expected an array" in say(lambda A, B: Pretender())
