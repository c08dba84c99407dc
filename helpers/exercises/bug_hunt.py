"""The bug hunt: six networks with one mistake each, to be found from the outside."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets
import numpy as np

from helpers.exercises.bug_kinds import CHECKED, DELTA, FOLDER, KINDS, LEARNING_RATE, PLACES, TEXTS
from helpers.exercises.planted import BrokenMLP, Bug, deal, moons, report_of
from helpers.exercises.progress_file import note
from helpers.exercises.verdict import Verdict
from helpers.gradient_check import Report
from helpers.network import MLP
from helpers.plots import new_figure
from helpers.style import COLOURS, LINES, ORANGE, drawn
from helpers.texts import say, together
from helpers.training import History, train
from helpers.validation import known_name
from helpers.widgets.buttons import answers, button
from helpers.widgets.canvas import Canvas, canvas_style
from helpers.widgets.controls import choice, options_of, up_to
from helpers.widgets.lab import CanvasLab, Frame, Request
from helpers.widgets.lifetime import weakly
from helpers.widgets.shown import live_region

EPOCHS = 400
GREY = "#777777"
WIDTH = 920
LEAST_NORM = 1e-5  # drawn; what is smaller, 0 too, lies along the bottom


@dataclass(frozen=True)
class Seen:
    """What the learner sees of a network.

    Attributes
    ----------
    network : BrokenMLP
        Before its training.
    report : Report
        Its gradient check, on `CHECKED` points.
    history, right : History
        Its training, and that of a right network from the same weights.
    """

    network: BrokenMLP
    report: Report
    history: History
    right: History

    @property
    def falls(self) -> bool:
        """Whether its loss ends below where it started."""
        return bool(self.history.loss[-1] < self.history.loss[0])

    @property
    def curves(self) -> str:
        """What its loss does, and what that of the right network does."""
        both = {"this": _course(self.history), "right": _course(self.right)}
        return TEXTS["curves"].format(epochs=EPOCHS, **both)


def look_at(network: BrokenMLP) -> Seen:
    """Check a network and train a copy of it."""
    histories = (_trained(network.copy()), _trained(network.repaired()))
    return Seen(network, report_of(network), *histories)


def _trained(network: MLP) -> History:
    return train(network, *moons(), epochs=EPOCHS, learning_rate=LEARNING_RATE, progress=0)


class BugHunt(CanvasLab["_Panels"]):
    """Six networks with one mistake each in their backward pass; say where, and what.

    Parameters
    ----------
    seed : int
        Which six; the same for the same seed.

    Attributes
    ----------
    network : int
        Which of the six is looked at, from 1; set it to go to another.
    found : set of int
        Those whose mistake has been found.
    """

    def __init__(self, seed: int = 0) -> None:
        self._dealt = deal(seed)
        self._seen: dict[int, Seen] = {}
        self._replies: dict[int, Verdict] = {}
        self.found: set[int] = set()
        words = TEXTS["controls"]
        networks = choice(words["network"], 1, range(1, len(self._dealt) + 1))
        what = {words["kind"].format(kind=kind): key for key, kind in KINDS.items()}
        self._where = answers({place: place for place in PLACES}, WIDTH, "82px", words["where"])
        self._where.tooltips = [words["tooltips"].get(place, place) for place in PLACES]
        self._what = answers(what, WIDTH, "386px", words["what"]).add_class("course-choice")
        looks = {"tooltip": words["answer_tooltip"], "button_style": "primary"}
        press = button(words["answer"], self._answer_as_chosen, **looks)
        self._reply = widgets.HTML(layout=up_to(WIDTH, min_height="5em"))  # room for the longest
        self._count = widgets.HTML()
        below = [self._where, self._what, widgets.HBox([press, self._count]), self._reply]
        super().__init__(_Panels, {"network": networks}, WIDTH, below=below, line_height="3em")
        networks.observe(weakly(self._clear_choices), "value")
        for row in (self._where, self._what):
            row.observe(weakly(self._on_choice), "value")
        self._show_reply()
        self.start()

    @property
    def network(self) -> int:
        """Which of the six is looked at, from 1."""
        return int(self.controls.network.value)

    @network.setter
    def network(self, number: int) -> None:
        self.state = {"network": number}

    def answer(self, where: str, what: str) -> str:
        """Say where the mistake of this network is and what it is, and return the reply.

        Parameters
        ----------
        where : str
            A line of the backward pass, like 'δ[2]', 'dW[1]' or 'db[3]'.
        what : str
            A mistake by its key, like 'sign turned'; that is its English name.

        Raises
        ------
        ValueError
            If there is no such line or mistake; the message lists those that there are.
        """
        where = known_name(where, PLACES, "where")
        what = known_name(what, KINDS, "what")
        self.finish()
        words = reply(self._seen[self.network].network.bug, where, what)
        if words:
            note("bug hunt", right=False)
            return self._tell("wrong", words)
        return self._tell("right", self._note_found())

    def _note_found(self) -> str:
        """Tick the network, and return what is said of its mistake."""
        self.found.add(self.network)
        buttons = self.controls.network
        buttons.icons = ["check" if value in self.found else "" for value in options_of(buttons)]
        explained = _explanation(self._seen[self.network])
        is_last = len(self.found) == len(self._dealt)
        note("bug hunt", is_last)
        if not is_last:
            return explained
        falling = sum(self._seen[number].falls for number in self.found)
        last = TEXTS["last"].format(falling=falling, all=len(self._dealt))
        return together([explained, last])

    def _tell(self, kind: str, words: str) -> str:
        self._replies[self.network] = Verdict(kind, words)
        self._show_reply()
        return words

    def _show_reply(self) -> None:
        """Show what was said of this network, and how many have been found."""
        said = self._replies.get(self.network)
        self._reply.value = live_region(said.html) if said else TEXTS["asked"]
        self._count.value = self._counted()

    def _counted(self) -> str:
        return str(TEXTS["count"]).format(found=len(self.found), all=len(self._dealt))

    def _answer_as_chosen(self) -> None:
        self.finish()
        if self._where.value and self._what.value:
            self.answer(self._where.value, self._what.value)
        else:
            self._tell("unclear", TEXTS["choose"])

    def _clear_choices(self, _change: object) -> None:
        self._where.value = self._what.value = None
        self._show_reply()

    def _on_choice(self, change: Any) -> None:
        """Take the reply away: it was to another answer."""
        if change.new:
            self._replies.pop(self.network, None)
            self._show_reply()

    def frames(self, request: Request) -> Iterator[Frame]:
        """Check and train the network, the first time that it is looked at."""
        number = request.state["network"]
        if number not in self._seen:
            self._seen[number] = look_at(self._dealt[number - 1])
        seen = self._seen[number]
        image = self._panels.draw(seen)
        table = f"<div>{seen.report._repr_html_()}</div>"
        yield Frame(f'<div class="bug-hunt">{image}{table}</div>', self._describe(number))

    def _describe(self, number: int) -> str:
        """Say what the report and the curves show."""
        seen = self._seen[number]
        names = [array.name for array in seen.report.arrays if array.verdict != "agrees"]
        return TEXTS["one_differs" if len(names) == 1 else "many_differ"].format(
            number=number, arrays=say("comma").join(names), curves=seen.curves, points=CHECKED
        )

    @property
    def text(self) -> str:
        """The last reply, how many have been found, and what is seen of the network."""
        status, said = super().text, self._replies.get(self.network, TEXTS["asked"])
        report = self._seen[self.network].report
        return f"{said}\n{self._counted()}\n{status}\n{report}"


def reply(bug: Bug, where: str, what: str) -> str:
    """Return a sentence that leads on from a wrong answer; nothing if it is right.

    Parameters
    ----------
    bug : Bug
    where, what : str
        Of `PLACES` and of `KINDS`.
    """
    kind = KINDS[what]
    if where != bug.where:
        return _misplaced(bug, where)
    if kind == bug.kind:
        return ""
    words = "another" if where in kind.places else "cant_be"
    return TEXTS[words].format(line=PLACES[where], kind=kind)


def _misplaced(bug: Bug, where: str) -> str:
    """Say which array agrees that should differ, or differs though `where` has no part in it."""
    is_delta = where in DELTA
    made = [f"dW{where[1:]}", f"db{where[1:]}"] if is_delta else [where]
    agree = [array for array in made if array not in bug.arrays]
    if agree:
        words, array = "delta_agrees" if is_delta else "array_agrees", agree[0]
    else:
        words, array = "differs_too", [array for array in bug.arrays if array != where][-1]
    return TEXTS[words].format(array=array, where=where)


def _explanation(seen: Seen) -> str:
    bug, curve = seen.network.bug, TEXTS["all_the_same" if seen.falls else "gives_away"]
    return TEXTS["found"].format(bug=bug, line=PLACES[bug.where], curve=curve)


def _course(history: History) -> str:
    """Say where the loss goes, in words that are the same on every machine."""
    first, last = history.loss[0], history.loss[-1]
    words = "doesnt_fall" if last >= first else "halves" if last < first / 2 else "falls"
    return TEXTS[words]


class _Panels:
    """The curves: what stands still is drawn once, the rest is set by `draw`."""

    @canvas_style()
    def __init__(self) -> None:
        words = drawn(f"{FOLDER}/hunt")["picture"]
        figure, (loss, norms) = new_figure(4.2, 3.6, rows=2)
        self.canvas = Canvas(figure)
        loss.set(title=words["loss"], yscale="log", ylim=(1e-5, 1))
        (self.right,) = loss.plot([], [], "--", color=GREY, label=words["right"])
        (self.loss,) = loss.plot([], [], color=ORANGE, label=words["this"])
        loss.legend(loc="lower left", ncols=2)
        norms.set(title=words["norms"], yscale="log", xlabel=words["epoch"])
        norms.set_ylim(LEAST_NORM / 1.5, 10)
        self.norms = [
            norms.plot([], [], LINES[i], color=COLOURS[i], label=words["layer"].format(l=i + 1))[0]
            for i in range(len(DELTA))
        ]
        norms.legend(loc="lower left", ncols=3)
        for ax in (loss, norms):
            ax.minorticks_off()
            ax.set_xlim(0, EPOCHS)
        self.canvas.add(self.right, self.loss, *self.norms)

    def draw(self, seen: Seen) -> str:
        """Return the picture of what is seen."""
        self.right.set_data(seen.right.epoch, seen.right.loss)
        self.loss.set_data(seen.history.epoch, seen.history.loss)
        for line, norms in zip(self.norms, seen.history.gradient_norms.T, strict=True):
            line.set_data(seen.history.epoch, np.maximum(norms, LEAST_NORM))
        return self.canvas.frame(TEXTS["picture"]["alt"].format(curves=seen.curves))
