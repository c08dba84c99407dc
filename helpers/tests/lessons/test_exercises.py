"""The exercises: right answers pass in any style, and each known mistake gets its own name."""

import functools
import re
import sys
from collections.abc import Callable, Iterable
from itertools import chain, combinations
from typing import Any

import numpy as np
import pytest

from helpers.exercises.catalogue import EXERCISES, check
from helpers.exercises.checking import judge
from helpers.exercises.comparing import SAID, agree
from helpers.exercises.exercise import Exercise, Outcome
from helpers.exercises.ordering import PUZZLES
from helpers.exercises.running import Failure
from helpers.exercises.trying import trials_of
from helpers.tables import CODE
from helpers.tests.lessons.answers import (
    common,
    edited,
    key_of,
    lesson_1,
    lesson_2,
    lesson_3,
    lesson_4,
    lesson_5,
    lesson_6,
    twins,
    written,
)
from helpers.tests.lessons.answers.lesson_1 import sigmoid_by_tanh
from helpers.texts import read

Answer = Callable[..., Any]
LESSONS: Any = (lesson_1, lesson_2, lesson_3, lesson_4, lesson_5, lesson_6)
RIGHT = {name: answers for lesson in LESSONS for name, answers in lesson.RIGHT.items()}
WRONG = {key: [answer] for lesson in LESSONS for key, answer in lesson.WRONG.items()}
for places in (lesson_1.MORE, common.WRONG):
    for place, answers in places.items():
        WRONG.setdefault(place, []).extend(answers)
WITH_PUZZLES = EXERCISES | {name: puzzle for name, (puzzle, _) in PUZZLES.items()}
CORRECT = [(name, answer) for name, answers in RIGHT.items() for answer in answers]
CORRECT += [(name, exercise.solution) for name, exercise in EXERCISES.items()]
WITHOUT_ROWS = "layer_shapes", "numerical_derivative", "relative_error", "one_epoch"
FAR = 1e-3  # apart by that much is told apart beyond any rounding
ODD: Any = (None, "x", [], (), {}, {1: None}, [None, 1, 2], (None,) * 3, [[1], [2, 3]], {1}, 1j)
ODD += (object, np.nan, np.array(["a"]), np.array([None]), (np.eye(2), None), [{1: "a"}, {}])
SEEDS = 2  # of six networks or more each; learners get those of 0
each_exercise = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=list(EXERCISES))
each_correct = pytest.mark.parametrize(
    ("name", "answer"), CORRECT, ids=[getattr(answer, "__name__", name) for name, answer in CORRECT]
)


def outcomes(exercise: Exercise, answer: Answer, seed: int) -> list[Outcome]:
    with np.errstate(all="ignore"):
        return [exercise.run(answer, trial) for trial in trials_of(exercise, seed)]


def far_apart(exercise: Exercise, mine: Iterable[Outcome], theirs: Iterable[Outcome]) -> bool:
    near = max(FAR, exercise.tolerance)
    for a, b in zip(mine, theirs, strict=True):
        if isinstance(a, Failure) or isinstance(b, Failure):
            if getattr(a, "kind", None) != getattr(b, "kind", None):
                return True
        elif not all(agree(a[p], b[p], near) and agree(b[p], a[p], near) for p in a):
            return True
    return False


@pytest.mark.parametrize("exercise", WITH_PUZZLES.values(), ids=list(WITH_PUZZLES))
def test_every_pair_is_told_apart_on_many_random_networks(exercise: Exercise) -> None:
    """Two ways of making one mistake may be the same, and so may what is made by machine."""
    said = [m for m in exercise.mistakes if not m.is_made]
    answers = [("solution", exercise.solution), *((m.name, m.answer) for m in said)]
    for seed in range(SEEDS):
        found = [(name, outcomes(exercise, answer, seed)) for name, answer in answers]
        for (one, mine), (other, theirs) in combinations(found, 2):
            assert one == other or far_apart(exercise, mine, theirs), f"seed {seed}: {one}, {other}"


@each_exercise
@pytest.mark.filterwarnings("error::RuntimeWarning:helpers.exercises.comparing")
@pytest.mark.filterwarnings("error::RuntimeWarning:helpers.exercises.pairs")
def test_a_mistake_gets_its_name_in_another_style(exercise: Exercise) -> None:
    for (name, key), answers in WRONG.items():
        for answer in answers if name == exercise.name else ():
            verdict = judge(exercise, answer)
            assert verdict.mistake, f"{key}: {verdict}"
            assert set(key.split()) <= set(verdict.mistake.answer.__name__.split()), verdict
            assert verdict.mistake.name in verdict.text


def test_each_mistake_is_written_in_another_style_too() -> None:
    """What is lifted is written where it is lifted from."""
    for exercise in EXERCISES.values():
        texts = read(f"lesson_{exercise.lesson}/exercises")[exercise.name]
        own = {key for key, text in texts.items() if isinstance(text, dict) and "lift" not in text}
        written = {key for name, keys in WRONG if name == exercise.name for key in keys.split()}
        assert own - written == set(), "write it in another style, in helpers/tests/lessons/answers"


EXPLAINED = [
    ("leaky_relu_prime", "np.maximum(0, Z)", "Right of zero you have z. Left of zero you have 0."),
    ("leaky_relu_prime", "np.where(Z > 0, 1, -slope)", "Left of zero you have −slope. At z = 0"),
    ("leaky_relu_prime", "np.where(Z == 0, .5, np.where(Z > 0, 1, slope))", "At z = 0 you have ½."),
    ("one_hot", "np.eye(k)[:, np.sort(classes)]", "of class 1, has its 1 in row 0."),
    ("one_hot", "np.eye(k)[classes].reshape(k, -1)", "of class 0, has 1s in rows 0, 2."),
    ("one_hot", "np.eye(k)[:, classes] * (classes < k - 1)", "of class 2, has no 1."),
    (
        "layer_shapes",
        "(n_out, n_in), (n_out, 1), (n_in, n_in + n_out)",
        "Your Z is (n_in, n_out + n_in).",
    ),
    ("layer_shapes", "(n_in, m), m, (n_out, m)", "Your W is (n_in, m). Your b is (m,)."),
    ("leaky_relu_prime", "np.clip(Z, slope, 1)", "Right of zero you have 0."),
    ("stable_sigmoid", "1 / (1 + np.exp(-Z)) + 1e-9", "right to 8 decimals, and not to fourteen"),
    ("stable_sigmoid", "(0.5 + np.tanh(Z / 2) / 2).ravel()", "φ(Z) has one axis only, where two"),
    ("stable_sigmoid", "np.where(Z > 0, 0.5 + np.tanh(Z / 2) / 2, -1)", "Left of zero the values"),
    ("stable_sigmoid", "np.where(Z < 0, 0.5 + np.tanh(Z / 2) / 2, 2)", "Right of zero the values"),
    ("stable_sigmoid", "Z / (1 + np.abs(Z))", "At z = 0 you have 0, and sigmoid is ½ there."),
    ("he_weights", "np.sqrt(np.abs(draws))", "Your W isn't the draws times one number."),
    ("he_weights", "draws * np.sqrt(2 / draws.size)", "Your factor is √(2/(n_in·n_out))."),
    ("he_weights", "draws * 4 / draws.shape[1] ** 2", "Your factor is 4/n_in²."),
    ("one_hot", "np.eye(k)[:, classes] * 3", "other numbers than 0 and 1 in it, like 3."),
    ("softmax", "0.7 * np.exp(Z) / sum(np.exp(Z))", "column 0 (counted from 0) sums to 0.7."),
    ("he_weights", "np.sqrt(3) * draws * len(draws)", "Your factor is √3·n_out."),
    ("update", "2 * theta - 0.07 * gradient", "of 0.5, what you return is 2 · θ − 0.07 · dθ."),
    ("update", "theta - learning_rate * theta", "of 0.5, what you return is 0.5 · θ + 0 · dθ."),
    ("update", "theta + 3 * gradient", "of 0.5, what you return is 1 · θ + 3 · dθ."),
    ("update", "theta - min(learning_rate, 1) * gradient", "of 2, what you return is 1 · θ − 1"),
    ("one_epoch", "order[start : start + 2]", "in batches of 3, step 1 sees the batch [6, 3]; exp"),
    (
        "one_epoch",
        "order[:1] if start else order[:3]",
        "step 2 sees the batch [6]; expected [5, 4, 0].",
    ),
]


@pytest.mark.parametrize(("name", "said", "words"), EXPLAINED)
def test_what_has_no_name_is_said_in_the_task_s_own_words(name: str, said: str, words: str) -> None:
    batch = "order[start : start + batch_size]"
    answer = written(name, twins.EPOCH, batch, said) if name == "one_epoch" else written(name, said)
    verdict = judge(EXERCISES[name], answer)
    assert words in verdict.text
    assert verdict.kind == "known mistake"


RIGHT_LINE = "W[l].T @ delta[l] * activation.derivative(Z[l - 1])"
SLIPS = {
    "twice": "2 * {}",
    "half": "0.5 * {}",
    "unsigned": "abs({})",
    "squared": "({}) ** 2",
    "transposed": "({}).T",
    "zeros": "0 * {}",
    "multiplied": "{} * delta[l].shape[1] / -3",
    "number": "float(sum(sum({})))",
    "one_axis": "({}).flatten()",
    "more_axes": "[{}]",
    "one_column": "np.mean({}, axis=1, keepdims=True)",
    "edge": "np.hstack([({})[:, :-1], 0 * Z[l - 1][:, :1]])",
}


def test_a_slip_that_can_be_made_in_any_result_gets_its_name() -> None:
    assert {*SLIPS, "turned", "an_array"} == set(read("common/slips")["slip"])
    for key, said in SLIPS.items():
        verdict = judge(EXERCISES["hidden_delta"], written("hidden_delta", said.format(RIGHT_LINE)))
        assert verdict.mistake, f"{key}: {verdict}"
        assert verdict.mistake.hint == read("common/slips")["slip"][key]["hint"]


@each_exercise
@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_whatever_comes_back_gets_a_verdict(exercise: Exercise, odd: Any) -> None:
    verdict = judge(exercise, lambda *_: odd)
    assert verdict.kind in {"failure", "difference", "known mistake"}, verdict


def test_each_mistake_says_what_it_is() -> None:
    for mistake in chain.from_iterable(exercise.mistakes for exercise in WITH_PUZZLES.values()):
        assert mistake.name.endswith(".")
        assert mistake.hint.endswith((".", "?", ")"))
        plain = CODE.sub("", mistake.name + mistake.hint)
        assert not re.search(r"\*\w[^*]*\*|\$", plain), "it isn't Markdown"


def test_each_exercise_has_right_answers_in_several_styles() -> None:
    assert all(len(RIGHT[name]) >= 3 for name in EXERCISES)


@each_correct
def test_no_right_answer_is_called_wrong(name: str, answer: Answer) -> None:
    for seed in range(SEEDS):
        verdict = judge(EXERCISES[name], answer, seed)
        assert verdict.kind == "right", f"seed {seed}: {verdict}"


@each_exercise
def test_an_answer_with_two_results_for_the_same_arguments_is_told_so(exercise: Exercise) -> None:
    trials, calls = len(trials_of(exercise)), []

    def answer(*arguments: Any) -> Any:
        calls.append(1)
        of = exercise.solution if len(calls) > trials else exercise.mistakes[0].answer
        return of(*arguments)

    if exercise.name != "stable_sigmoid":  # which runs it more than once in a trial
        assert judge(exercise, answer).text == SAID["unsteady"]
    for steady in (lambda *arguments: 0.5, exercise.mistakes[0].answer):
        assert judge(exercise, steady).text == judge(exercise, steady).text


def only_the_first(result: Any) -> Any:
    """Return it with one row, or number, of each array in it, and the others never written."""
    if isinstance(result, dict):
        return {key: only_the_first(value) for key, value in result.items()}
    if isinstance(result, tuple):
        return tuple(map(only_the_first, result))
    if not isinstance(result, np.ndarray):
        return result
    unfilled = np.empty_like(result)
    unfilled[:1] = result[:1]
    return unfilled


@each_exercise
def test_what_was_right_before_does_not_stand_in_places_that_are_never_written(
    exercise: Exercise,
) -> None:
    def answer(*arguments: Any) -> Any:
        return only_the_first(exercise.solution(*arguments))

    assert judge(exercise, exercise.solution).kind == "right"
    assert (judge(exercise, answer).kind == "right") == (exercise.name in WITHOUT_ROWS)


@pytest.mark.parametrize("fixed", [0, 3], ids=["the same by chance", "the first batch the same"])
def test_an_epoch_in_an_order_of_its_own_gets_the_same_words_each_time(fixed: int) -> None:
    epoch = EXERCISES["one_epoch"].solution

    def one_epoch(network: Any, X: Any, Y: Any, order: Any, size: int, rate: float) -> None:
        first, rest = np.split(np.arange(len(order)), [fixed])
        shuffled = np.random.default_rng().permutation(rest)
        epoch(network, X, Y, np.append(first, shuffled), size, rate)

    assert {check(one_epoch).text for _ in range(2)} == {SAID["unsteady"]}


UNNAMED = (lambda theta: theta, functools.partial(max), Exercise, max, np.multiply, "".join)


@pytest.mark.parametrize("answer", UNNAMED, ids=lambda answer: type(answer).__name__)
def test_an_answer_whose_name_is_no_exercise_s_is_told_how_to_name_it(answer: Answer) -> None:
    with pytest.raises(ValueError, match="is unknown; there are") as error:
        check(answer)
    (example,) = re.findall(r'check\(my_function, of="(\w+)"\)', str(error.value))
    assert example in EXERCISES


@each_exercise
def test_each_try_is_noted_and_our_solution_is_none(
    exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[tuple[object, ...]] = []
    monkeypatch.setattr("helpers.exercises.catalogue.note", lambda *what: noted.append(what))
    verdict = check(exercise.solution, of=exercise.name)
    assert verdict.kind == "right"
    assert verdict.text.startswith(f"{exercise.solution.__name__}: Right")
    key = f"exercise: {exercise.name}"
    known = exercise.mistakes[0].answer
    for answer in (exercise.solution, known, lambda *_: ...):
        mine: Any = functools.partial(answer)
        mine.__name__ = exercise.name
        check(mine)
    mistake = judge(exercise, known).mistake
    assert mistake
    named = f"{mistake.misconception.key}: {mistake.name}"
    assert noted == [(key, True, ""), (key, False, named)]


def half_right(n_in: int, n_out: int, m: int) -> Any:
    return (n_in, n_out), (1, n_out), (n_out, m)


def silenced_in_vain(Z: Any) -> Any:
    with np.errstate(over="ignore"):
        return np.exp(-np.abs(Z))


def scaled_by(size: Callable[[Any], int]) -> Answer:
    return lambda draws: draws * np.sqrt(2 / size(draws.shape))


def a_pass(*pieces: str) -> Answer:
    return edited(lesson_3.BACKWARD_TEXT, *pieces)


def averaged_over(m: str) -> Answer:
    return edited(lesson_3.OUTPUT_DELTA_TEXT, "Y.shape[-1]", f"{m}(Y.shape)")


# whoever has a part right isn't told that all of it is wrong
NAMED: dict[tuple[str, Answer], str] = {
    ("layer_shapes", half_right): "turned_weights",
    ("backward", a_pass("return", "dW[1] = dW[1] / m\n    return")): "",
    ("layer_gradients", edited(lesson_3.LAYER_GRADIENTS_TEXT, "return dW", "return -dW")): "seen",
    ("backward", a_pass("return", "del dW[L]\n    return")): "",
    ("backward", a_pass("return", "dW = {l: dW[l].clip(-5, 5) for l in dW}\n    return")): "",
    ("stable_sigmoid", silenced_in_vain): "seen",
    ("stable_sigmoid", lambda Z: sigmoid_by_tanh(Z).astype(np.float32)): "seen",
    ("stable_sigmoid", lambda Z: sigmoid_by_tanh(Z.astype(np.float32))): "seen",
    ("stable_sigmoid", lambda Z: np.where(Z > 32, 1, sigmoid_by_tanh(Z))): "seen",
    ("stable_sigmoid", lambda Z: np.where(Z < -32, 0, sigmoid_by_tanh(Z))): "seen",
    ("he_weights", lambda draws: np.abs(draws) * np.sqrt(2 / draws.shape[1])): "seen",
    ("relative_error", lambda a, n: np.isclose(a, n).all()): "equal_or_not",
    ("he_weights", written("he_weights", "draws * np.sqrt(2 / draws.shape[1] - 1)")): "",
    ("he_weights", scaled_by(max)): "",
    ("he_weights", scaled_by(min)): "",
    ("output_delta", averaged_over("max")): "",
    ("output_delta", averaged_over("min")): "",
    ("hidden_delta", written("hidden_delta", f"np.clip({RIGHT_LINE}, -1, 1)")): "",
    ("update", lambda theta, gradient, rate: theta - rate * np.clip(gradient, -5, 5)): "clipped",
    ("layer_shapes", lambda i, o, m: ((max(i, o), min(i, o)), (o, 1), (o, m))): "",
    ("layer_shapes", lambda i, o, m: ((min(i, o), max(i, o)), (o, 1), (o, m))): "",
    ("layer_shapes", lambda n_in, n_out, m: ("(n_out, n_in)",) * 3): "",
    ("layer_shapes", lambda n_in, n_out, m: ((n_out, n_in), (n_out, m))): "",
}


@pytest.mark.parametrize("key", NAMED, ids=lambda key: key[0])
def test_an_answer_gets_no_other_mistake_s_name(key: tuple[str, Answer]) -> None:
    verdict = judge(EXERCISES[key[0]], key[1])
    assert verdict.kind != "right"
    assert key_of(verdict, key[1]) == NAMED[key]
    assert verdict.text.startswith("Not yet. ")


def test_nothing_stays_changed_after_a_sigmoid_is_watched() -> None:
    def refuses_what_is_watched(Z: Any) -> Any:
        assert type(Z) is np.ndarray
        return sigmoid_by_tanh(Z)

    before = np.array, np.asarray, sys.getprofile(), np.geterr()
    assert judge(EXERCISES["stable_sigmoid"], refuses_what_is_watched).kind == "right"
    assert (np.array, np.asarray, sys.getprofile(), np.geterr()) == before
