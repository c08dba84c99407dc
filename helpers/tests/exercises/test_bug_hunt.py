"""The bug hunt: every bug is told by its report, and every answer gets its reply."""

from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from helpers.exercises.bug_hunt import (
    EPOCHS,
    LEAST_NORM,
    BugHunt,
    Seen,
    _course,
    look_at,
    reply,
)
from helpers.exercises.bug_kinds import CHECKED, DB, DW, HANDED_BACK, KINDS, LEARNING_RATE, PLACES
from helpers.exercises.misconceptions import Misconception
from helpers.exercises.planted import (
    BrokenMLP,
    Bug,
    bugs,
    deal,
    moons,
    plant,
    reach,
    report_of,
    tells,
)
from helpers.exercises.progress_file import done
from helpers.gradient_check import Report
from helpers.network import MLP
from helpers.tests.seen import alt_of, curves, figure_of, panel, place, reads
from helpers.training import History
from helpers.validation import Array

SEEDS = range(5)
NORMS = "Norms of its gradient"
each_bug = pytest.mark.parametrize("bug", bugs(), ids=lambda bug: f"{bug.where}-{bug.kind.name}")


@pytest.fixture(autouse=True)
def progress_of_this_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.json"))
    yield


@pytest.fixture(scope="module")
def hunt() -> BugHunt:
    return BugHunt()


@cache
def all_seen(seed: int) -> list[Seen]:
    """What is seen of the six networks of a seed; a hunt trains them itself, in other tests."""
    return [look_at(network) for network in deal(seed)]


def names_that_differ(report: Report) -> tuple[str, ...]:
    return tuple(array.name for array in report.arrays if array.verdict == "differs")


def signature(report: Report) -> tuple[object, ...]:
    """What a learner can read: which arrays differ, and their readings."""
    return tuple(str(report).splitlines())


# The networks


def by_hand(network: MLP, X: Array, Y: Array, wrong: str, what: str) -> dict[str, Array]:
    """The backward pass of 2-6-6-1, written out once more, with the mistake at its line."""
    Z, m = network.forward(X)[1].Z, X.shape[1]
    A = {0: X, 1: np.tanh(Z[1]), 2: np.tanh(Z[2]), 3: 1 / (1 + np.exp(-Z[3]))}
    found: dict[str, Array] = {}
    delta: dict[int, Array] = {}
    tanh = {l: 1 - np.tanh(Z[l]) ** 2 for l in (1, 2)}
    tanh_at_A = {l: 1 - np.tanh(A[l]) ** 2 for l in (1, 2)}
    sigmoid_at_A = np.exp(-A[3]) / (1 + np.exp(-A[3])) ** 2

    def line(place: str, right: Array, **special: Array) -> Array:
        if place != wrong:
            return right
        common = {"sign turned": -right, "1/m once too often": right / m, "left at zero": 0 * right}
        return (common | special)[what]

    for l in (3, 2, 1):
        W = network.W[l + 1] if l < 3 else np.eye(1)
        blame = W.T @ delta[l + 1] if l < 3 else (A[3] - Y) / m
        slope = tanh[l] if l < 3 else A[3] * (1 - A[3])
        at_A = tanh_at_A[l] if l < 3 else sigmoid_at_A
        special = {"φ′ left out": blame, "φ′ of A": blame * at_A}
        special |= {"1/m missing": m * blame * slope, "factor 2 left in": 2 * blame * slope}
        if l < 3:
            updated = W - LEARNING_RATE * found[f"dW[{l + 1}]"]
            special["W already updated"] = updated.T @ delta[l + 1] * slope
        if l == 1:
            special["W without the transpose"] = W @ delta[2] * slope
        delta[l] = line(f"δ[{l}]", blame * slope, **special)
        last = {"only the last sample": delta[l][:, -1:] @ A[l - 1][:, -1:].T}
        if l == 2:
            last["A of the wrong layer"] = delta[l] @ A[l].T
        found[f"dW[{l}]"] = line(f"dW[{l}]", delta[l] @ A[l - 1].T, **last)
        last = {"only the last sample": delta[l][:, -1:]}
        found[f"db[{l}]"] = line(f"db[{l}]", delta[l].sum(axis=1, keepdims=True), **last)
    return found


@each_bug
def test_a_network_has_its_bug_and_no_other(bug: Bug) -> None:
    network = BrokenMLP(bug, np.random.default_rng(1))
    X, Y = (array[:, :30] for array in moons())
    gradient = network.backward(network.forward(X)[1], Y)
    for name, expected in by_hand(network, X, Y, bug.where, bug.kind.name).items():
        part = gradient.dW if name.startswith("dW") else gradient.db
        np.testing.assert_allclose(part[int(name[3])], expected, rtol=1e-9, atol=1e-15)


def test_a_repaired_network_passes_and_predicts_the_same() -> None:
    for network in deal(0):
        repaired = network.repaired()
        assert type(repaired) is MLP
        assert report_of(repaired).passed
        np.testing.assert_array_equal(repaired.predict(moons()[0]), network.predict(moons()[0]))


def test_there_are_enough_bugs_and_beliefs() -> None:
    assert len(KINDS) >= 10
    assert len(bugs()) == len({(bug.where, bug.kind.name) for bug in bugs()}) >= 40
    assert {bug.where for bug in bugs()} == set(PLACES)
    assert all(kind.misconception in Misconception for kind in KINDS.values())


# The report tells


@each_bug
def test_the_report_tells_which_bug_it_is(bug: Bug) -> None:
    for seed in SEEDS:
        report = report_of(plant(bug, np.random.default_rng(seed)))
        assert names_that_differ(report) == bug.arrays
        assert [other for other in bugs() if tells(other, report)] == [bug]


def test_only_bugs_of_one_place_have_the_same_arrays() -> None:
    places = {reach(where): where for where in PLACES}
    assert len(places) == len(PLACES)


def test_no_two_bugs_read_the_same_on_the_same_weights() -> None:
    for seed in SEEDS:
        reports = [report_of(BrokenMLP(bug, np.random.default_rng(seed))) for bug in bugs()]
        assert len({signature(report) for report in reports}) == len(reports)


FACTORS = {"sign turned": -1, "1/m missing": CHECKED, "1/m once too often": 1 / CHECKED}
FACTORS |= {"factor 2 left in": 2, "left at zero": 0}


@each_bug
def test_fixed_factors_read_as_the_lesson_says(bug: Bug) -> None:
    factor = FACTORS.get(bug.kind.name)
    report = report_of(plant(bug, np.random.default_rng(0)))
    for array in report.arrays:
        if factor is not None and array.name in bug.arrays:
            expected = 1 if factor <= 0 else abs(factor - 1) / (factor + 1)
            assert array.relative_error == pytest.approx(expected, rel=1e-4)
            assert array.analytic == pytest.approx(factor * array.numerical, rel=1e-4, abs=1e-12)


def test_slopes_at_a_are_as_the_mark_says() -> None:
    words = KINDS["φ′ of A"].mark
    assert "At the output A lies between 0 and 1, where a sigmoid's slope hardly changes" in words
    assert "in a tanh layer A lies nearer to 0 than Z, where the slope is larger" in words
    for seed in SEEDS:
        network = plant(Bug("δ[3]", KINDS["φ′ of A"]), np.random.default_rng(seed))
        caches = network.forward(moons()[0][:, :CHECKED])[1]
        slopes = {l: a.derivative for l, a in enumerate(network.activations, start=1)}
        assert ((caches.A[3] > 0) & (caches.A[3] < 1)).all()
        for l in (1, 2):
            assert (np.abs(caches.A[l]) < np.abs(caches.Z[l])).all()
            at_A, at_Z = slopes[l](caches.A[l]), slopes[l](caches.Z[l])
            assert (at_A - at_Z).min() > -1e-12  # at z = 0 they are equal
            assert at_A.mean() > at_Z.mean() + 0.01
        between = slopes[3](np.linspace(0, 1, 11))
        assert between.min() > 0.75 * between.max()


# The deal


def test_the_same_seed_deals_the_same() -> None:
    for mine, theirs in zip(deal(5), deal(5), strict=True):
        assert mine.bug == theirs.bug
        np.testing.assert_array_equal(mine.theta, theirs.theta)
    dealt = [tuple(network.bug for network in deal(seed)) for seed in SEEDS]
    assert len(set(dealt)) == len(SEEDS)


@pytest.mark.parametrize("seed", range(40))
def test_six_kinds_are_dealt(seed: int) -> None:
    dealt = [network.bug for network in deal(seed)]
    assert len({bug.kind.name for bug in dealt}) == len(dealt) == 6
    counts = [sum(bug.where in places for bug in dealt) for places in (HANDED_BACK, DW, DB)]
    assert counts == [2, 1, 1]


@pytest.mark.parametrize("seed", range(1))
def test_one_at_least_trains_to_a_falling_loss(seed: int) -> None:
    losses = []
    for seen in all_seen(seed):
        losses.append(seen.history.loss[-1] / seen.history.loss[0])
        assert seen.right.loss[-1] < 0.75 * seen.right.loss[0]
        assert seen.right.stopped == seen.history.stopped == ""
        assert seen.falls == (losses[-1] < 1)
    assert min(losses) < 0.25
    assert all(abs(ratio - 1) > 1e-3 and abs(ratio - 0.5) > 1e-3 for ratio in losses)


# The answers


@each_bug
def test_every_answer_gets_a_reply_that_is_true(bug: Bug) -> None:
    for where, what in product(PLACES, KINDS):
        words = reply(bug, where, what)
        if (where, what) == (bug.where, bug.kind.name):
            assert words == ""
        elif where == bug.where:
            assert words.startswith("The right place, ")
            kind = KINDS[what]
            assert (kind.mark if where in kind.places else kind.elsewhere) in words
            assert where in kind.places or len(kind.elsewhere) > 20
        else:
            assert words.startswith("Not there: ")
            array, verb = words.removeprefix("Not there: ").split()[:2]
            assert verb.strip(",.") == ("differs" if array in bug.arrays else "agrees")
            assert (array in reach(where)) == (array not in bug.arrays)


@pytest.mark.parametrize(
    ("bug", "where", "words"),
    [
        ("db[2]", "δ[2]", "dW[2] agrees, and δ[2] goes into it. So the line of δ[2] is right."),
        ("dW[2]", "δ[2]", "db[2] agrees, and δ[2] goes into it. So the line of δ[2] is right."),
        ("δ[2]", "δ[3]", "dW[3] agrees, and δ[3] goes into it. So the line of δ[3] is right."),
        ("db[2]", "db[1]", "db[1] agrees. So the line of db[1] is right."),
        ("δ[2]", "δ[1]", "db[2] differs too, and δ[1] doesn't go into it. Look closer to "),
        ("δ[1]", "db[1]", "dW[1] differs too, and db[1] doesn't go into it. Look closer to "),
        ("δ[3]", "dW[2]", "db[3] differs too, and dW[2] doesn't go into it. Look closer to "),
    ],
)
def test_wrong_places_are_led_on(bug: str, where: str, words: str) -> None:
    said = reply(Bug(bug, KINDS["sign turned"]), where, "sign turned")
    assert said.startswith(f"Not there: {words}")


def test_a_game_played_through() -> None:
    hunt = BugHunt(2)
    for number, network in enumerate(hunt._dealt, start=1):
        hunt.network = number
        other = "left at zero" if network.bug.kind.name != "left at zero" else "sign turned"
        assert hunt.answer(network.bug.where, other).startswith("The right place, ")
        assert number not in hunt.found
        assert done() == []
        words = hunt.answer(network.bug.where, network.bug.kind.name)
        assert words.startswith(f"Found: {network.bug.where}, {network.bug.kind.name}. ")
        assert f"“{network.bug.kind.misconception}”" in words
        assert f"The right line is {PLACES[network.bug.where]}." in words
        falls = hunt._seen[number].falls
        assert ("Its loss falls all the same." in words) == falls
        assert hunt.text.startswith(words)
        assert f"{number} of 6 found." in hunt.text
    learned = sum(seen.falls for seen in hunt._seen.values())
    assert f"That was the last. In {learned} of the 6 the loss falls" in words
    assert done() == ["bug hunt"]
    assert hunt.found == set(range(1, 7))


def test_names_are_checked(hunt: BugHunt) -> None:
    with pytest.raises(ValueError, match=r"where 'dW\[4\]' is unknown; there are δ\[3\].* Did you"):
        hunt.answer("dW[4]", "sign turned")
    with pytest.raises(ValueError, match=r"what 'sign turn' is unknown.*Did you mean 'sign turned"):
        hunt.answer("dW[3]", "sign turn")
    with pytest.raises(ValueError, match=r"network is 7; expected 1 to 6\."):
        hunt.network = 7


# What is seen


def test_text_is_the_same_on_every_machine() -> None:
    hunt = BugHunt()
    assert str(hunt) == hunt.text == hunt._repr_mimebundle_()["text/plain"]
    said, *report = hunt.text.splitlines()
    assert said == (
        "Where is the mistake, and what is it? · Network 1: dW[3] differs on 20 points. In 400 "
        "epochs its loss falls to less than half; that of a right network from the same weights "
        "falls to less than half. · 0 of 6 found."
    )
    assert report == str(hunt._seen[1].report).splitlines()


def test_nothing_tells_before_an_answer(hunt: BugHunt) -> None:
    for number, network in enumerate(hunt._dealt, start=1):
        hunt.network = number
        shown = hunt._picture.value + hunt._line.value + hunt.text + repr(hunt)
        assert network.bug.kind.name not in shown
        assert "δ" not in shown


def course(history: History) -> str:
    ratio = history.loss[-1] / history.loss[0]
    if ratio >= 1:
        return "doesn't fall"
    return "falls to less than half" if ratio < 0.5 else "falls, but not to half"


def test_the_picture_shows_this_network(hunt: BugHunt) -> None:
    figure = figure_of(hunt)
    loss, norms = panels = [panel(figure, name) for name in ("Training loss", NORMS)]
    assert [reads(ax) for ax in panels] == [
        "Training loss:  (log) over ",
        f"{NORMS}:  (log) over epoch",
    ]
    assert {ax.get_xlim() for ax in panels} == {(0, EPOCHS)}
    assert [place(figure, ax) for ax in panels] == ["above", "below"]
    for number in range(1, 7):
        hunt.network = number
        seen = hunt._seen[number]
        assert seen.report._repr_html_() in hunt._picture.value
        words = (
            f"In {EPOCHS} epochs its loss {course(seen.history)}; that of a right network from the "
            f"same weights {course(seen.right)}."
        )
        assert words in hunt.text
        assert alt_of(hunt) == (f"The training loss, and under it the gradient norms. {words}")
        drawn = curves(loss) | curves(norms)
        of_layers = np.maximum(seen.history.gradient_norms, LEAST_NORM).T
        expected = {"this one": [seen.history.epoch, seen.history.loss]}
        expected |= {"right network": [seen.right.epoch, seen.right.loss]}
        expected |= {f"layer {l}": [seen.history.epoch, y] for l, y in enumerate(of_layers, 1)}
        assert drawn.keys() == expected.keys()
        for name, curve in expected.items():
            np.testing.assert_array_equal(drawn[name], curve)


def test_gradients_that_are_gone_lie_along_the_bottom(hunt: BugHunt) -> None:
    hunt.network = 3
    late = hunt._seen[3].history.epoch > 10
    assert not hunt._seen[3].history.gradient_norms[late].any()
    for line in hunt._panels.norms:
        bottom, top = line.axes.get_ylim()
        drawn = np.asarray(line.get_ydata())[late]
        assert (drawn > bottom).all()
        assert (drawn < bottom * (top / bottom) ** 0.05).all()


def test_a_network_is_trained_once(hunt: BugHunt) -> None:
    hunt.network = 1
    seen = hunt._seen[1]
    hunt.network = 2
    hunt.network = 1
    assert hunt._seen[1] is seen
    assert set(BugHunt(1)._seen) == {1}


def test_the_choices_and_the_button_answer() -> None:
    hunt = BugHunt()
    *_, button = hunt.view.children[2].children
    button.click()
    assert hunt.text.startswith("Choose both: ")
    hunt._where.value, hunt._what.value = "δ[3]", "sign turned"
    button.click()
    assert hunt.text.startswith(reply(hunt._dealt[0].bug, "δ[3]", "sign turned"))
    bug = hunt._dealt[0].bug
    hunt._where.value, hunt._what.value = bug.where, bug.kind.name
    button.click()
    assert hunt.found == {1}
    assert hunt.controls.network.icons[:2] == ("check", "")
    hunt.network = 2
    assert hunt._where.value is hunt._what.value is None
    assert hunt.text.startswith("Where is the mistake, and what is it? · Network 2: ")
    hunt.network = 1
    assert hunt.text.startswith("Found: ")


def test_there_is_a_button_for_every_line_and_every_mistake(hunt: BugHunt) -> None:
    assert [value for _, value in hunt._where.options] == [*PLACES]
    assert [value for _, value in hunt._what.options] == [*KINDS]
    for words, name in hunt._what.options:
        assert words == f"{name}: {KINDS[name].formula}"
    assert hunt._where.tooltips[:2] == (
        "δ[3] made from the loss",
        "δ[2] handed back from layer 3",
    )
    assert hunt._where.tooltips[2:] == ("δ[1] handed back from layer 2", *[*PLACES][3:])


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (1.0, "doesn't fall"),
        (0.99, "falls, but not to half"),
        (0.51, "falls, but not to half"),
        (0.49, "falls to less than half"),
    ],
)
def test_a_course_in_words(last: float, words: str) -> None:
    history: Any = SimpleNamespace(loss=[1.0, 5.0, last])
    assert _course(history) == words
