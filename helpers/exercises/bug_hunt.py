"""The bug hunt of lesson 4: six networks with one mistake each, to be found from the outside."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets
import numpy as np

from helpers.exercises.bug_kinds import CHECKED, KINDS, LEARNING_RATE, PLACES
from helpers.exercises.planted import BrokenMLP, Bug, deal, moons, report_of
from helpers.exercises.progress_file import note
from helpers.gradient_check import Report
from helpers.network import MLP
from helpers.plots import COLOURS, LINES, ORANGE, course_style, new_figure
from helpers.training import History, train
from helpers.validation import known_name, whole_number
from helpers.widgets.canvas import Canvas
from helpers.widgets.controls import up_to
from helpers.widgets.lab import CanvasLab, Frame, Request
from helpers.widgets.lifetime import weakly

EPOCHS = 400
GREY = "#777777"
WIDTH, HEIGHT = 920, 348
LEAST_NORM = 1e-5  # drawn; what is smaller, 0 too, lies along the bottom
COMES_FROM = {"δ[3]": "made from the loss", "δ[2]": "handed back from layer 3"}
COMES_FROM |= {"δ[1]": "handed back from layer 2"}
WHERE = {place: f"{place} {COMES_FROM.get(place, '')}".strip() for place in PLACES}
WHAT = {name: f"{name}: {kind.formula}" for name, kind in KINDS.items()}
STYLE_SHEET = """<style>
.bug-hunt { display: flex; align-items: center; gap: 12px; box-sizing: border-box; height: 100%;
  overflow: auto;
  background: white; color: #111; border: 1px solid #ccc; font: 13px/1.4 sans-serif; }
.bug-hunt table { border-collapse: collapse; color: #111; font-variant-numeric: tabular-nums; }
.bug-hunt th, .bug-hunt td { padding: 4px 6px; text-align: left; white-space: nowrap;
  border-bottom: 1px solid #ddd; }
.bug-hunt p { margin: 8px 6px 0; }
</style>"""


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
        self._replies: dict[int, str] = {}
        self.found: set[int] = set()
        numbers = list(range(1, len(self._dealt) + 1))
        networks = widgets.ToggleButtons(
            options=numbers,
            icons=[""] * len(numbers),
            description="network",
            style={"button_width": "56px", "description_width": "60px"},
        )
        self._where = _choice("where", {place: place for place in PLACES}, "85px")
        self._where.tooltips = list(WHERE.values())
        self._what = _choice("what", WHAT, "400px")
        button = widgets.Button(
            description="Answer",
            tooltip="to find out whether you are right",
            layout=widgets.Layout(width="90px"),
        )
        button.on_click(weakly(self._answer_as_chosen))
        answer = widgets.VBox([self._where, self._what, button], layout=up_to(WIDTH))
        super().__init__(
            _Panels,
            {"network": networks},
            (WIDTH, HEIGHT),
            below=[answer],
            line_height="8em",  # the longest reply
        )
        networks.observe(weakly(self._clear_choices), "value")
        self.start()

    @property
    def network(self) -> int:
        """Which of the six is looked at, from 1."""
        return int(self.controls.network.value)

    @network.setter
    def network(self, number: int) -> None:
        if whole_number(number, "network", 1) > len(self._dealt):
            raise ValueError(f"network is {number}; expected 1 to {len(self._dealt)}.")
        self.state = {"network": int(number)}

    def answer(self, where: str, what: str) -> str:
        """Say where the mistake of this network is and what it is, and return the reply.

        Parameters
        ----------
        where : str
            A line of the backward pass, like 'δ[2]', 'dW[1]' or 'db[3]'.
        what : str
            A mistake, like 'sign turned'.

        Raises
        ------
        ValueError
            If there is no such line or mistake; the message lists those that there are.
        """
        where = known_name(where, PLACES, "where")
        what = known_name(what, KINDS, "what")
        self.finish()
        seen = self._seen[self.network]
        words = reply(seen.network.bug, where, what)
        if not words:
            self._note_found()
            words = _explanation(seen, self._summary())
        return self._tell(words)

    def _note_found(self) -> None:
        self.found.add(self.network)
        buttons = self.controls.network
        buttons.icons = ["check" if value in self.found else "" for value in buttons.options]
        if len(self.found) == len(self._dealt):
            note("bug hunt")

    def _summary(self) -> str:
        if len(self.found) < len(self._dealt):
            return ""
        learned = sum(self._seen[number].falls for number in self.found)
        return (
            f" That was the last. In {learned} of the {len(self._dealt)} the loss falls: a falling "
            f"loss proves nothing."
        )

    def _tell(self, words: str) -> str:
        self._replies[self.network] = words
        self.ask()
        self.finish()
        return words

    def _answer_as_chosen(self, button: object) -> None:
        self.finish()
        if not (self._where.value and self._what.value):
            self._tell("Choose both: where the mistake is, and what it is. Then answer.")
        else:
            self.answer(self._where.value, self._what.value)

    def _clear_choices(self, change: object) -> None:
        self._where.value = self._what.value = None

    def frames(self, request: Request) -> Iterator[Frame]:
        """Check and train the network, the first time that it is looked at."""
        number = request.state["network"]
        if number not in self._seen:
            self._seen[number] = look_at(self._dealt[number - 1])
        yield Frame(self._draw(), self._describe())

    def _draw(self) -> str:
        """Return the curves, and the report beside them."""
        seen = self._seen[self.network]
        image = self._panels.draw(seen, self._curves())
        table = f"<div>{seen.report._repr_html_()}</div>"
        return f'{STYLE_SHEET}<div class="bug-hunt">{image}{table}</div>'

    def _describe(self) -> str:
        """Say how good the last answer was, what the curves show, and what has been found."""
        report = self._seen[self.network].report
        names = [array.name for array in report.arrays if array.verdict != "agrees"]
        asked = "Where is the mistake, and what is it?"
        return (
            f"{self._replies.get(self.network, asked)} · Network {self.network}: "
            f"{', '.join(names)} differ{'s' * (len(names) == 1)} on {CHECKED} points. "
            f"{self._curves()} · {len(self.found)} of {len(self._dealt)} found."
        )

    def _curves(self) -> str:
        seen = self._seen[self.network]
        return (
            f"In {EPOCHS} epochs its loss {_course(seen.history)}; that of a right network "
            f"from the same weights {_course(seen.right)}."
        )

    @property
    def text(self) -> str:
        """What is seen of the network, report and all."""
        said = super().text
        return f"{said}\n{self._seen[self.network].report}"


def _choice(label: str, options: dict[str, str], width: str) -> Any:
    """Return a button for each option: in a menu, JupyterLab captures the arrow keys."""
    return widgets.ToggleButtons(
        options=[(words, name) for name, words in options.items()],
        value=None,
        description=label,
        style={"button_width": width},
        layout=up_to(WIDTH),
    )


def reply(bug: Bug, where: str, what: str) -> str:
    """Return a sentence that leads on from a wrong answer; nothing if it is right.

    Parameters
    ----------
    bug : Bug
    where, what : str
        Of `PLACES` and of `KINDS`.
    """
    if where != bug.where:
        return _misplaced(bug, where)
    kind = KINDS[what]
    if kind == bug.kind:
        return ""
    if where not in kind.places:
        return f"The right place, but that can't be: {PLACES[where]}. {kind.elsewhere}"
    return f"The right place, but another mistake. {kind.mark} Compare that with the report."


def _misplaced(bug: Bug, where: str) -> str:
    """Say which array agrees that should differ, or differs though `where` has no part in it."""
    symbol, layer = where.split("[")
    same_layer = (f"dW[{layer}", f"db[{layer}") if symbol == "δ" else (where,)
    for array in same_layer:
        if array not in bug.arrays:
            made = f", and {where} goes into it" if symbol == "δ" else ""
            return f"Not there: {array} agrees{made}. So the line of {where} is right."
    nearest = [array for array in bug.arrays if array != where][-1]
    return (
        f"Not there: {nearest} differs too, and {where} doesn't go into it. Look closer to "
        f"the output, at what both are made from."
    )


def _explanation(seen: Seen, summary: str) -> str:
    bug = seen.network.bug
    if seen.falls:
        curve = "Its loss falls all the same."
    else:
        curve = "Its loss doesn't fall: here the curve gives it away too."
    return (
        f"Found: {bug.where}, {bug.kind.name}. The right line is {PLACES[bug.where]}. The belief "
        f"behind it: “{bug.kind.misconception}”. {curve}{summary}"
    )


def _course(history: History) -> str:
    """Say where the loss goes, in words that are the same on every machine."""
    first, last = history.loss[0], history.loss[-1]
    if last >= first:
        return "doesn't fall"
    return "falls to less than half" if last < first / 2 else "falls, but not to half"


class _Panels:
    """The curves: what stands still is drawn once, the rest is set by `draw`."""

    @course_style()
    def __init__(self) -> None:
        figure, (loss, norms) = new_figure(4.2, 3.6, rows=2)
        self.canvas = Canvas(figure)
        loss.set(title="Training loss", yscale="log", ylim=(1e-5, 1))
        (self.right,) = loss.plot([], [], "--", color=GREY, label="right network")
        (self.loss,) = loss.plot([], [], color=ORANGE, label="this one")
        loss.legend(loc="lower left", ncols=2, fontsize=8)
        norms.set(title="Norms of its gradient", yscale="log", xlabel="epoch")
        norms.set_ylim(LEAST_NORM / 1.5, 10)
        self.norms = [
            norms.plot([], [], LINES[i], color=COLOURS[i], label=f"layer {i + 1}")[0]
            for i in range(3)
        ]
        norms.legend(loc="lower left", ncols=3, fontsize=8)
        for ax in (loss, norms):
            ax.minorticks_off()
            ax.set_xlim(0, EPOCHS)
        self.canvas.add(self.right, self.loss, *self.norms)

    def draw(self, seen: Seen, words: str) -> str:
        """Return the picture of what is seen."""
        self.right.set_data(seen.right.epoch, seen.right.loss)
        self.loss.set_data(seen.history.epoch, seen.history.loss)
        for line, norms in zip(self.norms, seen.history.gradient_norms.T, strict=True):
            line.set_data(seen.history.epoch, np.maximum(norms, LEAST_NORM))
        return self.canvas.frame(f"The training loss, and under it the gradient norms. {words}")
