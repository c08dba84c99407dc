"""The lab of lesson 3: step through both passes, with every matrix and its numbers."""

from collections.abc import Iterator, Mapping
from html import escape
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
from helpers.labs.passes import Passes
from helpers.network import MLP
from helpers.plots import BLUE
from helpers.validation import random_generator
from helpers.widgets.controls import choice, int_slider
from helpers.widgets.lab import Frame, Lab, Request

WIDTH, HEIGHT = 920, 514
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
        layer_2_slider = int_slider("units of layer 2", layer_2, 0, 8)
        last = _count_steps(layer_2_slider.value)
        controls = {  # sizes first: a state that is set in this order finds room for its step
            "inputs": int_slider("inputs", inputs, 1, 8),
            "layer_1": int_slider("units of layer 1", layer_1, 1, 8),
            "layer_2": layer_2_slider,
            "outputs": int_slider("outputs", outputs, 1, 4),
            "samples": int_slider("samples", samples, 1, 8),
            "activation": choice("activation", activation, ACTIVATIONS),
            "output_activation": choice("output activation", output_activation, ACTIVATIONS),
            "seed": int_slider("seed", seed, 0, 20),
            "sample": int_slider("marked sample", sample, 1, samples),
            "step": int_slider("step", step, 1, last),
        }
        play = _player(controls, last)
        super().__init__(controls, (WIDTH, HEIGHT), above=_step_first(controls, play))
        self._play = play
        self.start()

    def frames(self, request: Request) -> Iterator[Frame]:
        """Run both passes."""
        state = request.state
        sizes = [state[name] for name in ("inputs", "layer_1", "layer_2", "outputs")]
        sizes = [size for size in sizes if size]
        names = [state["activation"]] * (len(sizes) - 2) + [state["output_activation"]]
        self.network = MLP(sizes, names, state["seed"])
        rng = random_generator(state["seed"], "lab data")
        self.X = rng.integers(-2, 3, (sizes[0], state["samples"])).astype(float)
        self.Y = rng.integers(0, 2, (sizes[-1], state["samples"])).astype(float)
        for b in self.network.b.values():
            b[:] = rng.normal(0, 0.5, b.shape)
        self.network.theta[:] = np.round(self.network.theta, 1)
        _, self.caches = self.network.forward(self.X)
        self.gradient = self.network.backward(self.caches, self.Y)
        self.steps = list(Passes(self.network, self.caches, self.Y, self.gradient).steps())
        self._now = self.steps[state["step"] - 1]
        self.operands = {matrix.name: matrix.values for matrix in self._now.operands}
        self.result = {matrix.name: matrix.values for matrix in self._now.results}
        yield Frame(self._draw(state), self._describe(state))

    def _draw(self, state: Mapping[str, Any]) -> str:
        """Return the step's equations, with all the steps in a row above."""
        step = self._now
        large = [m.values for m in (*step.operands, *step.results) if m.values.size > MOST_NUMBERS]
        limit = max((float(np.abs(values).max()) for values in large), default=0.0) or 1.0
        size = size_of_numbers(step.equations)
        rows = "".join(
            f'<div class="equation {size}">{draw_equation(equation, state["sample"], limit)}</div>'
            for equation in step.equations
        )
        return (
            f'{STYLE_SHEET}<div class="backward-lab" style="{SIZE}">{self._trail(state["step"])}'
            f'<p class="formula">{escape(step.formula)}</p><p>{escape(step.words)}</p>'
            f'<p>{escape(step.shapes)} Numbers are rounded.</p><div class="equations">{rows}</div>'
            f"{draw_scale(limit) if large else ''}</div>"
        )

    def _trail(self, number: int) -> str:
        """Name what each step makes, the forward pass in a row and the backward pass in another."""
        now, turn = number - 1, 2 * self.network.n_layers + 1
        chips = [", ".join(matrix.name for matrix in step.results) for step in self.steps]
        spans = [
            f'<span class="now" aria-current="step">{chip}</span>'
            if i == now
            else f"<span>{chip}</span>"
            for i, chip in enumerate(chips)
        ]
        return (
            f'<p class="trail"><b>forward →</b> {"".join(spans[:turn])}</p>'
            f'<p class="trail"><b>back →</b> {"".join(spans[turn:])}</p>'
        )

    def _describe(self, state: Mapping[str, Any]) -> str:
        """State the step with its formula, shape and meaning, and its numbers for the sample."""
        step = self._now
        shapes = " and ".join(str(matrix.values.shape) for matrix in step.results)
        of = "of shape" if len(step.results) == 1 else "of shapes"
        first = f"Step {state['step']} of {len(self.steps)}: {step.formula}, {of} {shapes}."
        return " ".join([first, step.words, said(step.results, state["sample"])])


def _player(controls: dict[str, Any], last: int) -> Any:
    """Return a play button for the steps.

    Linked before a lab listens, the greatest step and sample are as they must be when it does.
    """
    step = controls["step"]
    play = widgets.Play(value=step.value, min=1, max=last, interval=PLAY_PAUSE)
    play.tooltip = "step through both passes"
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
    whole = widgets.HBox([play, step], layout=widgets.Layout(width="100%"))
    return [whole, *(control for name, control in controls.items() if name != "step")]


def _count_steps(layer_2: int) -> int:
    """Return 2 steps forward and 3 back for each layer, and one for the loss."""
    return 5 * (3 if layer_2 else 2) + 1


SIZE = f"height: {HEIGHT}px; --mark: {BLUE}"
STYLE_SHEET = """<style>
.backward-lab { box-sizing: border-box; position: relative; overflow: auto;
  display: flex; flex-direction: column;
  padding: 8px 14px; background: white; color: #111; border: 1px solid #ccc;
  font: 14px/1.4 sans-serif; white-space: normal; }
.backward-lab p { margin: 4px 0; }
.backward-lab .formula { font-size: 20px; margin: 8px 0 4px; }
.backward-lab .trail b { display: inline-block; width: 80px; font-size: 12px; }
.backward-lab .trail span { display: inline-block; margin: 1px 2px; padding: 0 6px;
  border: 1px solid #bbb; border-radius: 9px; font-size: 12px; color: #333; }
.backward-lab .trail .now { background: var(--mark); border-color: var(--mark); color: white;
  font-weight: bold; }
.backward-lab .equations { display: flex; flex-wrap: wrap; column-gap: 40px;
  flex: 1 0 auto; align-content: center; }
.backward-lab .equation { display: flex; flex-wrap: wrap; align-items: center;
  gap: 4px 8px; margin: 6px 0; }
.backward-lab .part { display: flex; align-items: center; gap: 8px; }
.backward-lab .symbol { font-size: 20px; font-weight: bold; padding-top: 20px;
  white-space: nowrap; }
.backward-lab table { border-collapse: separate; border-spacing: 0; margin: 0;
  border: solid #111; border-width: 0 2px; }
.backward-lab caption { caption-side: top; padding: 0 0 2px; text-align: center;
  color: #111; font-size: 13px; white-space: nowrap; }
.backward-lab tbody { background: white; }
.backward-lab td { border: 0; padding: 2px 5px; text-align: right; font-size: 13px;
  line-height: 18px; font-variant-numeric: tabular-nums; color: #111; }
.backward-lab .roomy td { font-size: 16px; line-height: 24px; padding: 2px 8px; }
.backward-lab .large td { font-size: 19px; line-height: 30px; padding: 3px 7px; }
.backward-lab .large caption { font-size: 15px; }
.backward-lab .compact td { font-size: 11px; line-height: 14px; padding: 0 4px; }
.backward-lab .heat td, .backward-lab .compact .heat td { width: 18px; min-width: 18px;
  height: 17px; padding: 0; text-align: center; line-height: 17px; font-size: 13px; }
.backward-lab .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); }
.backward-lab td { --left: inset 2px 0 var(--mark);
  --right: inset -2px 0 var(--mark); --top: inset 0 2px var(--mark);
  --bottom: inset 0 -2px var(--mark); }
.backward-lab .marked-columns { box-shadow: var(--left), var(--right); }
.backward-lab .marked-rows { box-shadow: var(--top), var(--bottom); }
.backward-lab tr:first-child .marked-columns { box-shadow: var(--left), var(--right), var(--top); }
.backward-lab tr:last-child .marked-columns {
  box-shadow: var(--left), var(--right), var(--bottom); }
.backward-lab tr:only-child .marked-columns { box-shadow: inset 0 0 0 2px var(--mark); }
.backward-lab .marked-rows:first-child { box-shadow: var(--top), var(--bottom), var(--left); }
.backward-lab .marked-rows:last-child { box-shadow: var(--top), var(--bottom), var(--right); }
.backward-lab .marked-rows:only-child { box-shadow: inset 0 0 0 2px var(--mark); }
.backward-lab .scale { display: inline-block; border: 1px solid #888; margin: 0 6px; }
.backward-lab .scale span { display: inline-block; min-width: 34px; padding: 0 4px;
  text-align: center; font-size: 12px; line-height: 17px; }
</style>"""
