"""The lab of lesson 3: step through both passes, with every matrix and its numbers."""

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import numpy as np

from helpers.activations import ACTIVATIONS
from helpers.labs.matrix_tables import (
    MOST_NUMBERS,
    draw_equation,
    draw_scale,
    said,
    size_of_numbers,
)
from helpers.labs.passes import Passes, Step
from helpers.network import MLP
from helpers.plots import BLUE
from helpers.texts import read
from helpers.validation import Array, random_generator
from helpers.widgets.controls import choice, int_slider
from helpers.widgets.lab import Frame, Lab, Request

TEXTS = read("lesson_3/lab")
STYLE_SHEET = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
WIDTH, HEIGHT = 920, 514
SIZE = f"height: {HEIGHT}px; --mark: {BLUE}"
PLAY_PAUSE = 2000  # milliseconds that a step stays while playing


class BackwardLab(Lab):
    """Both passes of a small network, a step at a time; the steps can be played.

    Parameters
    ----------
    inputs, layer_1, layer_2, outputs, samples, activation, output_activation, seed, sample, step
        Where the controls start. `layer_2` of 0 units is left out; `activation` is that of the
        hidden layers; `sample` is the one with a border around it, and `step` where to begin,
        both counted from 1.

    Attributes
    ----------
    network : MLP
        With weights and biases of one decimal, so that its products can be worked out by hand.
    X, Y : ndarray, shapes (inputs, samples) and (outputs, samples)
        Whole numbers, and labels of 0 or 1.
    caches : Caches
        Of `network.forward`.
    gradient : Gradient
        Of `network.backward`.
    steps : list of Step
        All of them.
    operands, result : dict from str to ndarray
        The matrices of this step by name, for example ``lab.result["δ[1]"]``.
    """

    def __init__(
        self,
        inputs: int = 2,
        layer_1: int = 3,
        layer_2: int = 2,
        outputs: int = 1,
        samples: int = 4,
        activation: str = "relu",
        output_activation: str = "linear",
        seed: int = 3,
        sample: int = 1,
        step: int = 1,
    ) -> None:
        labels = TEXTS["controls"]
        layer_2_slider = int_slider(labels["layer_2"], layer_2, 0, 8)
        last = _count_steps(layer_2_slider.value)
        controls = {  # sizes first: a state that is set in this order finds room for its step
            "inputs": int_slider(labels["inputs"], inputs, 1, 8),
            "layer_1": int_slider(labels["layer_1"], layer_1, 1, 8),
            "layer_2": layer_2_slider,
            "outputs": int_slider(labels["outputs"], outputs, 1, 4),
            "samples": int_slider(labels["samples"], samples, 1, 8),
            "activation": choice(labels["activation"], activation, ACTIVATIONS),
            "output_activation": choice(
                labels["output_activation"], output_activation, ACTIVATIONS
            ),
            "seed": int_slider(labels["seed"], seed, 0, 20),
            "sample": int_slider(labels["sample"], sample, 1, samples),
            "step": int_slider(labels["step"], step, 1, last),
        }
        play = _player(controls, last)
        super().__init__(controls, WIDTH, above=_step_first(controls, play))
        self._play = play
        self.start()

    def frames(self, request: Request) -> Iterator[Frame]:
        """Run both passes."""
        state = request.state
        self.network, self.X, self.Y = _round_numbers(state)
        _, self.caches = self.network.forward(self.X)
        self.gradient = self.network.backward(self.caches, self.Y)
        self.steps = list(Passes(self.network, self.caches, self.Y, self.gradient).steps())
        step = self.steps[state["step"] - 1]
        self.operands = {matrix.name: matrix.values for matrix in step.operands}
        self.result = {matrix.name: matrix.values for matrix in step.results}
        trail = _trail(self.steps, state["step"] - 1, 2 * self.network.n_layers + 1)
        shapes = TEXTS["said"]["and"].join(str(matrix.shape) for matrix in self.result.values())
        words = TEXTS["said"]["one" if len(self.result) == 1 else "many"].format(
            now=state["step"], last=len(self.steps), formula=step.formula, shapes=shapes
        )
        numbers = said(step.results, state["sample"])
        yield Frame(_drawing(step, state["sample"], trail), f"{words} {step.words} {numbers}")


def _round_numbers(state: Mapping[str, Any]) -> tuple[MLP, Array, Array]:
    """Return a network of one decimal, whole numbers to go into it, and labels of 0 or 1."""
    sizes = [state[name] for name in ("inputs", "layer_1", "layer_2", "outputs")]
    sizes = [size for size in sizes if size]
    names = [state["activation"]] * (len(sizes) - 2) + [state["output_activation"]]
    network = MLP(sizes, names, state["seed"])
    rng = random_generator(state["seed"], "lab data")
    X = rng.integers(-2, 3, (sizes[0], state["samples"])).astype(float)
    Y = rng.integers(0, 2, (sizes[-1], state["samples"])).astype(float)
    for b in network.b.values():
        b[:] = rng.normal(0, 0.5, b.shape)
    network.theta[:] = np.round(network.theta, 1)
    return network, X, Y


def _drawing(step: Step, sample: int, trail: str) -> str:
    """Return the step's equations, with all the steps in a row above."""
    large = [m.values for m in (*step.operands, *step.results) if m.size > MOST_NUMBERS]
    limit = max((float(np.abs(values).max()) for values in large), default=0.0) or 1.0
    size = size_of_numbers(step.equations)
    rows = "".join(
        f'<div class="equation {size}">{draw_equation(equation, sample, limit)}</div>'
        for equation in step.equations
    )
    return (
        f'<style>{STYLE_SHEET}</style><div class="backward-lab" style="{SIZE}">{trail}'
        f'<p class="formula">{escape(step.formula)}</p><p>{escape(step.words)}</p>'
        f'<p>{escape(step.shapes)} {TEXTS["rounded"]}</p><div class="equations">{rows}</div>'
        f"{draw_scale(limit) if large else ''}</div>"
    )


def _trail(steps: list[Step], now: int, turn: int) -> str:
    """Name what each step makes, the forward pass in a row and the backward pass in another."""
    chips = [", ".join(matrix.name for matrix in step.results) for step in steps]
    spans = [f"<span>{chip}</span>" for chip in chips]
    spans[now] = f'<span class="now" aria-current="step">{chips[now]}</span>'
    return (
        f'<p class="trail"><b>{TEXTS["forward"]}</b> {"".join(spans[:turn])}</p>'
        f'<p class="trail"><b>{TEXTS["back"]}</b> {"".join(spans[turn:])}</p>'
    )


def _player(controls: dict[str, Any], last: int) -> Any:
    """Return a play button for the steps.

    Linked before a lab listens, the greatest step and sample are as they must be when it does.
    """
    step = controls["step"]
    play = widgets.Play(value=step.value, min=1, max=last, interval=PLAY_PAUSE)
    play.tooltip = TEXTS["tooltip"]
    widgets.link((play, "value"), (step, "value"))
    for follower in (play, step):
        widgets.dlink((controls["layer_2"], "value"), (follower, "max"), _count_steps)
    widgets.dlink((controls["samples"], "value"), (controls["sample"], "max"))
    return play


def _step_first(controls: dict[str, Any], play: Any) -> list[Any]:
    """Return the controls, the step over the whole width with the play button beside it."""
    step = controls["step"]
    step.layout.width, step.layout.flex = "auto", "1 1 auto"
    step.style.description_width = "initial"
    whole = widgets.HBox([play, step], layout={"width": "auto"})
    whole.add_class("course-whole-row")
    return [whole, *(control for name, control in controls.items() if name != "step")]


def _count_steps(layer_2: int) -> int:
    """Return 2 steps forward and 3 back for each layer, and one for the loss."""
    return 5 * (3 if layer_2 else 2) + 1
