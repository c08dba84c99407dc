"""The bug hunt: every bug is told by its report, and every answer gets its reply."""

import re
from functools import cache
from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from helpers.activations import ACTIVATIONS
from helpers.exercises import bug_hunt
from helpers.exercises.bug_hunt import EPOCHS, LEAST_NORM, BugHunt, _course, look_at, reply
from helpers.exercises.bug_kinds import CHECKED, DELTA, KINDS, PLACES, TEXTS, kinds_in
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
from helpers.exercises.progress_file import Record, records
from helpers.exercises.verdict import Verdict
from helpers.network import MLP
from helpers.tests.seen import alt_of, curves, figure_of, panel, place, reads
from helpers.validation import Array
from helpers.widgets.shown import live_region

SEEDS = range(2)
NORMS = "Norms of its gradient"


@pytest.fixture(scope="module", autouse=True)
def each_network_is_trained_once() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        for function in (deal, look_at):
            patch.setattr(bug_hunt, function.__name__, cache(function))
        yield


@pytest.fixture(scope="module")
def made() -> BugHunt:
    """All six have been looked at."""
    hunt = BugHunt()
    assert set(hunt._seen) == {1}
    for hunt.network in range(6, 0, -1):
        assert hunt.network in hunt._seen
    return hunt


@pytest.fixture
def hunt(made: BugHunt) -> BugHunt:
    """None is answered, and the first is looked at."""
    made.found.clear()
    made._replies.clear()
    made.network = 2
    made.network = 1
    return made


# The networks


def line_in(network: MLP, where: str, X: Array, Y: Array) -> Array:
    """What a line of the backward pass gives."""
    gradient = network.backward(network.forward(X)[1], Y)
    return {"δ": gradient.delta, "dW": gradient.dW, "db": gradient.db}[where[:-3]][int(where[-2])]


def test_a_kind_of_mistake_does_what_its_name_says() -> None:
    """What is said in formulas is held against them in tests/notebooks/test_notation."""
    X, Y = (array[:, :30] for array in moons())
    said = set()
    for bug in bugs():
        network = BrokenMLP(bug, np.random.default_rng(1))
        right = line_in(network.repaired(), bug.where, X, Y)
        of_last = line_in(network.repaired(), bug.where, X[:, -1:], Y[:, -1:]) / 30
        gives = {"sign turned": -right, "1/m once too often": right / 30, "left at zero": 0 * right}
        gives["only the last sample"] = of_last
        if bug.kind.name in gives:
            is_ = line_in(network, bug.where, X, Y)
            np.testing.assert_allclose(is_, gives[bug.kind.name], 1e-9, 1e-15, err_msg=str(bug))
            said.add(bug.kind.name)
    assert len(said) == len(gives)


def test_a_repaired_network_passes_and_predicts_the_same() -> None:
    for network in deal(0):
        repaired = network.repaired()
        assert type(repaired) is MLP
        assert report_of(repaired).passed
        np.testing.assert_array_equal(repaired.predict(moons()[0]), network.predict(moons()[0]))


def test_there_are_enough_bugs_and_each_line_spoils_other_arrays() -> None:
    assert len(KINDS) >= 10
    assert len(bugs()) == len({(bug.where, bug.kind.key) for bug in bugs()}) >= 40
    assert {bug.where for bug in bugs()} == set(PLACES)
    assert len({bug.arrays for bug in bugs()}) == len(PLACES)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"mark": None}, "missing .* 'mark'"),
        ({"colour": "red"}, "unexpected .* 'colour'"),
        ({"belief": "signs"}, "the belief 'signs' is unknown.*\nDid you mean 'sign'"),
        ({"places": ["δ[4]"]}, r"the place 'δ\[4\]' is unknown"),
        ({"factor": "1 /"}, "invalid syntax"),
        ({"factor": None}, "invalid syntax"),
        ({"code": "right", "condition": "largest >"}, "invalid syntax"),
        ({"key": "sign turned"}, "another one has the same name"),
    ],
)
def test_an_entry_that_is_no_mistake_is_named_with_its_file(
    changed: dict[str, Any], words: str
) -> None:
    right = next(entry for entry in TEXTS["kind"] if entry["key"] == "sign turned")
    entry = right | {"key": "mine"} | changed
    entry = {key: value for key, value in entry.items() if value is not None}
    where = re.escape(f"helpers/lessons/lesson_4/hunt.toml, [{entry['key']}]: ")
    with pytest.raises(ValueError, match=f"^{where}.*{words}"):
        kinds_in([right, entry])


# The report tells


def test_the_report_tells_which_bug_it_is() -> None:
    for bug, seed in product(bugs(), SEEDS):
        report = report_of(plant(bug, np.random.default_rng(seed)))
        differ = tuple(array.name for array in report.arrays if array.verdict != "agrees")
        assert differ == bug.arrays
        assert [other for other in bugs() if tells(other, report)] == [bug]


def test_slopes_at_a_are_as_the_mark_says() -> None:
    words = KINDS["φ′ of A"].mark
    assert "At the output A lies between 0 and 1, where a sigmoid's slope hardly changes" in words
    assert "in a tanh layer A lies nearer to 0 than Z, where the slope is larger" in words
    between = ACTIVATIONS["sigmoid"].derivative(np.linspace(0, 1, 11))
    assert between.min() > 0.75 * between.max()
    for seed in SEEDS:
        network = plant(Bug("δ[3]", KINDS["φ′ of A"]), np.random.default_rng(seed))
        caches = network.forward(moons()[0][:, :CHECKED])[1]
        assert ((caches.A[3] > 0) & (caches.A[3] < 1)).all()
        tanh = ACTIVATIONS["tanh"].derivative
        for l in (1, 2):
            assert (np.abs(caches.A[l]) < np.abs(caches.Z[l])).all()
            assert (tanh(caches.A[l]) > tanh(caches.Z[l]) - 1e-12).all()


# The deal


def test_six_kinds_are_dealt_and_the_same_for_the_same_seed() -> None:
    dealt = {seed: deal(seed) for seed in range(6)}
    for mine, theirs in zip(dealt[5], deal(5), strict=True):
        assert mine.bug == theirs.bug
        np.testing.assert_array_equal(mine.theta, theirs.theta)
    for networks in dealt.values():
        where = [network.bug.where for network in networks]
        assert len({network.bug.kind.name for network in networks}) == len(networks) == 6
        assert [sum(w[:2] == name for w in where) for name in ("dW", "db")] == [1, 1]
        assert [where.count("δ[3]"), sum(w in DELTA[1:] for w in where)] == [2, 2]
    assert len({tuple(str(network.bug) for network in six) for six in dealt.values()}) == 6


def test_one_at_least_trains_to_a_falling_loss(hunt: BugHunt) -> None:
    losses = []
    for seen in hunt._seen.values():
        losses.append(seen.history.loss[-1] / seen.history.loss[0])
        assert seen.right.loss[-1] < 0.75 * seen.right.loss[0]
        assert seen.right.stopped == seen.history.stopped == ""
        assert seen.falls == (losses[-1] < 1)
    assert min(losses) < 0.25
    assert all(abs(ratio - 1) > 1e-3 and abs(ratio - 0.5) > 1e-3 for ratio in losses)


# The answers


def test_every_answer_gets_a_reply_that_is_true() -> None:
    for bug, where, what in product(bugs(), PLACES, KINDS):
        words, kind = reply(bug, where, what), KINDS[what]
        if (where, what) == (bug.where, bug.kind.key):
            assert words == ""
        elif where == bug.where and where in kind.places:
            another = f"another mistake. {kind.mark} Compare that with the report."
            assert words == f"The right place, but {another}"
        elif where == bug.where:
            assert words == f"The right place, but that can't be: {PLACES[where]}. {kind.elsewhere}"
            assert len(kind.elsewhere) > 20
        else:
            assert_leads_on(bug, where, words)


def assert_leads_on(bug: Bug, where: str, words: str) -> None:
    """A wrong place is refuted by an array of the report, and the words about it are true."""
    name = re.escape(where)
    agrees = rf"(\S+) agrees(, and {name} goes into it)?\. So the line of {name} is right\."
    differs = rf"(\S+) differs too, and {name} doesn't go into it\. .* at "
    if found := re.fullmatch(f"Not there: {agrees}", words):
        assert found[1] in reach(where) and found[1] not in bug.arrays
        assert found[1][2:] == where[-3:]  # of the same layer
        assert bool(found[2]) == (where in DELTA)
    else:
        found = re.fullmatch(f"Not there: {differs}what both are made from\\.", words)
        assert found
        assert found[1] in bug.arrays and found[1] not in reach(where)
        assert bug.where in DELTA and bug.where[2] >= where[-2]  # so both are made from it


def test_a_game_played_through(hunt: BugHunt) -> None:
    for number, network in enumerate(hunt._dealt, start=1):
        hunt.network = number
        bug, falls = network.bug, hunt._seen[number].falls
        other = "left at zero" if bug.kind.key != "left at zero" else "sign turned"
        assert hunt.answer(bug.where, other).startswith("The right place, ")
        assert number not in hunt.found
        assert records() == {"bug hunt": Record(2 * number - 1)}
        words = hunt.answer(bug.where, bug.kind.key)
        curve = (
            "falls all the same." if falls else "doesn't fall: here the curve gives it away too."
        )
        assert words.startswith(
            f"Found: {bug.where}, {bug.kind.name}. The right line is {PLACES[bug.where]}. The "
            f"belief behind it: “{bug.kind.misconception}”. Its loss {curve}"
        )
        assert hunt.text.startswith(words)
        assert f"{number} of 6 found." in hunt.text
    falling = sum(seen.falls for seen in hunt._seen.values())
    last = (
        f" That was the last. In {falling} of the 6 the loss falls: a falling loss proves nothing."
    )
    assert words.endswith(last)
    assert records() == {"bug hunt": Record(12, True)}
    assert hunt.found == set(range(1, 7))


def test_names_are_checked(hunt: BugHunt) -> None:
    with pytest.raises(ValueError, match=r"'dW\[4\]' is unknown; there are δ\[3\].*\nDid you"):
        hunt.answer("dW[4]", "sign turned")
    with pytest.raises(ValueError, match=r"'sign turn' is unknown.*\nDid you mean 'sign turned"):
        hunt.answer("dW[3]", "sign turn")
    with pytest.raises(ValueError, match=r"network '7' is unknown; there are 1, 2, 3, 4, 5, 6\."):
        hunt.network = 7


# What is seen


def test_text_is_the_same_on_every_machine(hunt: BugHunt) -> None:
    assert str(hunt) == hunt._repr_mimebundle_()["text/plain"]
    assert str(hunt).split() == hunt.text.split()
    status = (
        "Network 1: dW[3] differs on 20 points. In 400 epochs its loss falls to less than half; "
        "that of a right network from the same weights falls to less than half."
    )
    said = ["Where is the mistake, and what is it?", "0 of 6 found.", status]
    assert hunt.text.splitlines() == [*said, *str(hunt._seen[1].report).splitlines()]
    shown = [hunt._reply.value, hunt._count.value, hunt._line.value]
    assert [re.sub("<[^>]*>", "", value) for value in shown] == said
    assert " 2x" in hunt.sharp_picture()


def test_nothing_tells_before_an_answer(hunt: BugHunt) -> None:
    for number, network in enumerate(hunt._dealt, start=1):
        hunt.network = number
        shown = hunt._picture.value + hunt._line.value + hunt._reply.value + hunt.text
        assert network.bug.kind.name not in shown
        assert "δ" not in shown


def test_the_picture_shows_this_network(hunt: BugHunt) -> None:
    figure = figure_of(hunt)
    loss, norms = panels = [panel(figure, name) for name in ("Training loss", NORMS)]
    assert [reads(ax) for ax in panels] == [
        "Training loss:  (log) over ",
        f"{NORMS}:  (log) over epoch",
    ]
    assert {ax.get_xlim() for ax in panels} == {(0, EPOCHS)}
    assert [place(figure, ax) for ax in panels] == ["above", "below"]
    assert norms.get_ylim()[0] < LEAST_NORM < 2 * norms.get_ylim()[0], "what is gone is in sight"
    for number in range(1, 7):
        hunt.network = number
        seen = hunt._seen[number]
        assert seen.report._repr_html_() in hunt._picture.value
        this, right = map(_course, (seen.history, seen.right))
        words = (
            f"In {EPOCHS} epochs its loss {this}; that of a right network from the same weights "
            f"{right}."
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


def test_the_choices_and_the_button_answer(hunt: BugHunt) -> None:
    (row,) = (part for part in hunt.view.children if hunt._count in getattr(part, "children", ()))
    (button,) = (part for part in row.children if part.description == "Answer")
    button.click()
    assert hunt.text.startswith("Choose both: ")
    bug = hunt._dealt[0].bug
    for where, what in (("δ[3]", "sign turned"), (bug.where, bug.kind.key)):
        hunt._where.value, hunt._what.value = where, what
        assert hunt.text.startswith(TEXTS["asked"]) and hunt._reply.value == TEXTS["asked"]
        button.click()
        words, kind = reply(bug, where, what), "wrong" if reply(bug, where, what) else "right"
        assert hunt.text.startswith(words or "Found: ")
        assert hunt._reply.value == live_region(Verdict(kind, hunt.text.split("\n")[0]).html)
    assert hunt.found == {1} and "1 of 6 found." in hunt._count.value
    assert hunt.controls.network.icons[:2] == ("check", "")
    hunt.network = 2
    assert hunt._where.value is hunt._what.value is None
    assert hunt.text.startswith(TEXTS["asked"]) and hunt._reply.value == TEXTS["asked"]
    hunt.network = 1
    assert hunt.text.startswith("Found: ") and "Found: " in hunt._reply.value


def test_there_is_a_button_for_every_line_and_every_mistake(hunt: BugHunt) -> None:
    labels = [row.description for row in (hunt.controls.network, hunt._where, hunt._what)]
    assert labels == ["network", "where", "what"]
    assert hunt._where.options == tuple((name, name) for name in PLACES)
    described = tuple((f"{kind.name}: {kind.formula}", key) for key, kind in KINDS.items())
    assert hunt._what.options == described
    made = ["made from the loss", "handed back from layer 3", "handed back from layer 2"]
    lines = [f"δ[{l}] {words}" for l, words in zip((3, 2, 1), made, strict=True)]
    assert hunt._where.tooltips == (*lines, *[*PLACES][3:])


def test_a_course_in_words() -> None:
    courses = {1.0: "doesn't fall", 0.99: "falls, but not to half", 0.51: "falls, but not to half"}
    for last, words in (courses | {0.49: "falls to less than half"}).items():
        history: Any = SimpleNamespace(loss=[1.0, 5.0, last])
        assert _course(history) == words
