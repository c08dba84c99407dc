"""Whatever a learner's function does, the check goes on and says what happened, and where."""

import functools
import math
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NoReturn

import numpy as np
import pytest
from IPython.core.compilerop import CachingCompiler

from helpers.activations import ACTIVATIONS
from helpers.exercises import checking, running, trying
from helpers.exercises.checking import judge
from helpers.exercises.exercise import Exercise, Trial
from helpers.exercises.running import Failure, attempt, time_limit
from helpers.exercises.verdict import Verdict
from helpers.network import MLP
from helpers.tests.as_in_a_browser import as_in_a_browser
from helpers.tests.exercises import written

pytestmark = pytest.mark.skipif("config.option.as_in_a_browser", reason="is about threads")
Answer = Callable[..., Any]
LONGEST = 20.0  # seconds of a test that waits for what never comes


@pytest.fixture(autouse=hasattr(signal, "SIGALRM"))  # which Windows lacks
def no_test_goes_on_for_ever() -> Iterator[None]:
    """What nothing stops is stopped here, again and again if it catches that, and so it fails."""

    def give_up(*_: object) -> NoReturn:
        raise TimeoutError("nothing has stopped it")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, LONGEST, 1)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def run(answer: Answer) -> Failure:
    failure = attempt(answer, answer)
    assert isinstance(failure, Failure)
    return failure


def interrupt() -> NoReturn:
    signal.raise_signal(signal.SIGINT)
    raise AssertionError("the signal came too late")


def loop() -> NoReturn:
    while True:
        pass


class SilentError(Exception):
    def __str__(self) -> str:
        raise ValueError("no words")


class OwnError(BaseException):
    pass


NAMES: dict[str, Any] = {
    "a": np.ones((2, 3)),
    "W": {1: np.ones((2, 3))},
    "phi": ACTIVATIONS["relu"],
    "np": np,
    "math": math,
    "interrupt": interrupt,
    "Silent": SilentError,
    "Own": OwnError,
}
FAILURES = {
    "return 1 / 0": "ZeroDivisionError",
    "raise Silent": "SilentError",
    "return answer()": "RecursionError",
    "return np.empty(2**62, dtype=np.int8)": "MemoryError",
    "raise Own('mine')": "OwnError",
    "interrupt()": "Interrupted",
}
PLAIN = {  # a piece of what is said, and answers whose message it explains; `a`, `W`, `phi`: NAMES
    "The matrix product is `@`.": ["return a * a.T", "return np.maximum(a, a.T)"],
    "into a place that has another shape": ["a[:] = [1, 2]", "b = a[0]; b += a"],
    "b and c have to be equal": ["return a @ a", "return np.dot(a, a)"],
    "`@` multiplies arrays, and on one side": ["return a @ W", "return 2 @ a"],
    "An activation is a pair of functions": ["return phi(a)"],
    "There is one activation here": ["return phi[1]"],
    "Take one of them by its index": ["return 2 / a.shape", "return a.shape - 1"],
    "picked by the same mask": ["a[a > 0] = a[:, :1] @ a[:1]", "return a[np.array([True])]"],
    "an array in it has. Take one by its key, as in `W[l].T`": ["return W.T @ a"],
    "A dict has no `sum`;": ["return W.sum(axis=1)"],
    "A dict is no array.": ["return a - W", "return np.exp(W)", "return phi.derivative(W)"],
    "ends without `return`": ["return None + 1", "return [].append(1)[0]", "return print().T"],
    "Parentheses right after a value": ["return a(1)", "return W(1)", "n = 2; return n (a + 1)"],
    "an array gives one for each of its numbers": ["return 1 if a > 0 else 0", "return max(0, a)"],
    "those of NumPy take a whole array": ["return math.exp(a)", "return float(a)"],
    "Layers count from 1.": ["return {1: 2}[0]"],
    "a key that the dict doesn't have": ["return {1: 2}[3]", "return {1: 2}['W']"],
    "That is `**`.": ["return a ^ 2", "return 0.5 ^ 2"],
    "A shape is one tuple": ["return np.zeros(2, 3)"],
    "and no names or floats": ["return a['W1']", "return a[0.5]", "return a[a]"],
    "NumPy has, as a function": ["return a.exp()", "return a.where(a > 0, 1, 2)"],
    "that of layer l is `[l - 1]`": ["return (phi, phi)[2]"],
    "of n, the last is n − 1": ["return a[2]", "return a[:, 3]", "return [1][1]"],
    "Axes count from 0": ["return a[0].sum(axis=1)"],
    "A name has to be made first": ["return alpha"],
    "is the function's own in all its lines": ["b = b + 1"],
    "A list of lists has no `[i, j]`": ["return [[1, 2]][0, 1]"],
    "`reshape` keeps all numbers": ["return a.reshape(4, 2)"],
}


def wrote(body: str) -> Answer:
    NAMES["answer"] = written("", body, NAMES)
    return NAMES["answer"]


divide = wrote("return 1 / 0")


@pytest.mark.parametrize("body", FAILURES)
def test_the_kind_and_the_line_are_told(body: str) -> None:
    failure = run(wrote(body))
    assert failure.kind == FAILURES[body]
    assert failure.place == f"line 2: `{body}`"
    assert str(failure).startswith(f"{failure.kind} in line 2: `{body}`")


def test_what_has_no_words_or_no_line_is_told_without() -> None:
    silent, left = run(wrote("raise Silent")), run(sys.exit)
    assert (silent.message, "\n" in str(silent)) == ("", False)
    assert (left.kind, left.place, str(left)) == ("SystemExit", "", "SystemExit")
    without_code = attempt(np.multiply, lambda: np.multiply(np.zeros(2), np.zeros(3)))
    assert (without_code.kind, without_code.place) == ("ValueError", "")


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_a_message_that_leaves_much_open_gets_plain_words() -> None:
    for piece, body in ((piece, body) for piece, bodies in PLAIN.items() for body in bodies):
        failure = run(wrote(body))
        words = running.plain_words(f"{failure.kind}: {failure.message}")
        assert any(piece in sentence for sentence in words), (body, words)
        assert str(failure).endswith("\n".join([failure.message, *words]))
    for plain in running.SAID["plain"]:
        said = plain["says"].replace("{0}", "T")
        assert any(piece in said for piece in PLAIN), f"no answer raises it: {plain}"


def shape(*sizes: int) -> Any:
    return np.ones(sizes)


def test_the_plain_words_are_true() -> None:
    """What the sentences say of Python and NumPy, tried."""
    a, W = NAMES["a"], NAMES["W"]
    assert (a[:, :1] * a).shape == a.shape == (a[:1] * a).shape  # or one of them 1
    np.testing.assert_array_equal(a * a @ a.T, (a * a) @ a.T)  # from left to right
    assert (shape(2, 3) @ shape(3, 4)).shape == (2, 4)  # b and c have to be equal
    assert W[1].T.shape == W[1].shape[::-1]  # an array in a dict has a T
    told = "\n".join(plain["says"] for plain in running.SAID["plain"])
    named = re.findall(r"`activation\.(\w+)\(Z\)` is (φ′?)\(Z\)", told)
    at_2 = {name: getattr(NAMES["phi"], method)(2 * a)[0, 0] for method, name in named}
    assert at_2 == {"φ": 2, "φ′": 1}  # of ReLU
    assert np.exp(a).shape == a.shape  # NumPy's functions take a whole array
    network = MLP([2, 3, 1], ["tanh", "sigmoid"], np.random.default_rng(0))
    caches = network.forward(shape(2, 4))[1]
    keys = [sorted(part) for part in (network.W, caches.Z, caches.A)]
    assert keys == [[1, 2], [1, 2], [0, 1, 2]]  # layer 0 has an A, but no W and no Z
    np.testing.assert_array_equal(network.activations[2 - 1].function(caches.Z[2]), caches.A[2])


def test_other_messages_stand_alone() -> None:
    assert str(run(divide)) == "ZeroDivisionError in line 2: `return 1 / 0`\ndivision by zero"


def test_the_line_is_that_of_the_cell_in_a_notebook() -> None:
    compiler: Any = CachingCompiler()
    helper, answer = (
        "def half(x):\n    return x / 0\n",
        "def answer():\n    y = 1\n    return half(y)\n",
    )
    space: dict[str, Any] = {}
    for number, cell in enumerate((helper, answer), 1):
        exec(compile(cell, compiler.cache(cell, number), "exec"), space)
    assert run(space["answer"]).place == "line 3: `return half(y)`"


class Quotient:
    def __call__(self) -> float:
        return divide()


def test_the_line_is_found_where_the_function_is_wrapped() -> None:
    @functools.wraps(divide)
    def wrapper() -> float:
        return divide()

    for answer in (functools.partial(divide), wrapper):
        assert run(answer).place.endswith("return 1 / 0`")
    assert run(Quotient()).place.endswith("return divide()`")


def exercise_of(solution: Answer) -> Exercise:
    trials = [Trial("the only one", ())] * 3
    return Exercise("own", 0, "", solution, lambda rng: trials, lambda _: ())


def judge_own(answer: Answer) -> Verdict:
    return judge(exercise_of(lambda: 1.0), answer)


WAIT = 5.0  # seconds, which nobody waits


def sleep() -> NoReturn:
    time.sleep(WAIT)
    raise AssertionError("nothing woke it")


def swallow() -> NoReturn:
    while True:
        try:  # noqa: SIM105
            np.ones((2, 3)) @ np.ones((2, 3))
        except:  # noqa: E722
            pass


def swallow_and_be_right() -> float:
    try:  # noqa: SIM105
        sleep()
    except:  # noqa: E722
        pass
    return 1.0


def fail_when_stopped() -> NoReturn:
    try:
        loop()
    finally:
        raise ValueError


def wait_in_the_second_run() -> float:
    wait_in_the_second_run.calls += 1  # type: ignore[attr-defined]
    return 2.0 if wait_in_the_second_run.calls < 5 else sleep()  # type: ignore[attr-defined]


wait_in_the_second_run.calls = 0  # type: ignore[attr-defined]
ENDLESS = (loop, sleep, swallow, swallow_and_be_right, fail_when_stopped, wait_in_the_second_run)


@pytest.mark.parametrize("answer", ENDLESS, ids=lambda answer: answer.__name__)
def test_a_check_is_stopped_whatever_goes_on_in_it(
    answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "time_limit", lambda: time_limit(0.1))
    monkeypatch.setattr(running, "PAUSE", 0.01)
    handler, before = signal.getsignal(signal.SIGINT), time.monotonic()
    verdict = judge_own(answer)
    assert time.monotonic() - before < WAIT
    assert verdict.kind == "failure"
    assert verdict.text.startswith("Interrupted")
    assert verdict.text.endswith("Is there a loop that never ends, or a long wait?")
    assert signal.getsignal(signal.SIGINT) is handler


def test_what_explains_an_answer_runs_it_in_silence_and_not_for_ever(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ends = []

    def explain(answer: Answer, *_: object) -> str:
        print("once more")
        ends.append(attempt(answer, loop).kind)
        return ""

    monkeypatch.setattr(checking, "time_limit", lambda: time_limit(0.01))
    judge(replace(exercise_of(lambda: 1.0), explain=explain), lambda: 2.0)
    assert (ends, capsys.readouterr().out) == (["Interrupted"], "")


def test_it_is_said_once_that_nothing_stops_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(trying, "time_limit", lambda: time_limit(0.01))
    monkeypatch.setattr(running, "PAUSE", 0.001)
    monkeypatch.setattr(running, "PATIENCE", 0.001)

    def deaf() -> float:
        for _ in range(5):
            swallow_and_be_right()
        return 1.0

    assert judge_own(deaf).text == str(running.STOPPED)
    assert capsys.readouterr().out == f"{running.SAID['failure']['unstoppable']}\n"


@pytest.mark.parametrize("answer", [answer for answer in ENDLESS if answer is not swallow])
def test_where_no_thread_can_start_the_time_is_looked_at_before_each_line(
    answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_in_a_browser(monkeypatch)
    tracer = sys.gettrace()
    monkeypatch.setattr(trying, "time_limit", lambda: time_limit(0.9))
    assert judge_own(lambda: 1.0).kind == "right"
    assert "the result is 2; expected 1." in judge_own(lambda: 2.0).text
    monkeypatch.setattr(trying, "time_limit", lambda: time_limit(0.1))
    monkeypatch.setattr(sys.modules[__name__], "WAIT", 0.2)
    assert judge_own(answer).text.startswith("Interrupted")
    assert sys.gettrace() is tracer


def test_where_no_answer_runs_no_interrupt_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "PAUSE", 0.001)
    handler = signal.getsignal(signal.SIGINT)
    for _ in range(20):
        with time_limit(0.001):
            time.sleep(0.005)
    assert signal.getsignal(signal.SIGINT) is handler


def test_who_is_stopped_once_is_left_alone(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(running, "PAUSE", 0.001)
    with time_limit(0.05):
        assert run(loop).kind == "Interrupted"
        time.sleep(0.05)
    assert capsys.readouterr().out == ""


def test_an_interrupt_between_two_trials_gets_words_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted_run(*arguments: Any) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(trying, "_try_all", interrupted_run)
    assert judge_own(lambda: 1.0).text == str(running.STOPPED)


def test_an_interrupt_stops_all_trials() -> None:
    calls = []

    def interrupted_once() -> float:
        calls.append(1)
        return 2.0 if len(calls) < 2 else interrupt()

    assert judge_own(interrupted_once).kind == "failure"
    assert len(calls) == 2


def test_who_is_in_time_is_never_interrupted() -> None:
    with time_limit(0.05):
        pass
    time.sleep(0.1)


def test_the_limit_is_generous() -> None:
    assert running.TIME_LIMIT >= 5


def test_outside_the_main_thread_there_is_no_limit() -> None:
    found = []

    def wait() -> None:
        with time_limit(0.01):
            time.sleep(0.05)
        found.append("in peace")

    thread = threading.Thread(target=wait)
    thread.start()
    thread.join()
    assert found == ["in peace"]
