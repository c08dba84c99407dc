"""The lab of lesson 3: step through both passes, with every matrix and its numbers."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import ipywidgets as widgets
import numpy as np

from helpers.activations import ACTIVATIONS
from helpers.labs.followed import Followed, draw_path, said_of_weight, weight_table
from helpers.labs.matrix_tables import draw_equation, said, size_of_numbers
from helpers.labs.passes import Passes, Step
from helpers.network import MLP
from helpers.style import BLUE, ORANGE
from helpers.texts import read, together
from helpers.validation import Array, random_generator
from helpers.widgets.buttons import button
from helpers.widgets.controls import checked, choice, int_slider
from helpers.widgets.lab import Frame, Lab, Request

TEXTS = read("lesson_3/lab")
STYLE_SHEET = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
WIDTH, HEIGHT = 920, 394
ROOM = 880, 190  # pixels, for the equation
COLOURS = f"--forward: {BLUE}; --back: {ORANGE}"
PLAY_PAUSE = 2000  # milliseconds that a step stays while playing
# what can't be more than there is of it, each after those that decide
WEIGHT = "weight_layer", "weight_row", "weight_column"
FOLLOWERS = "sample", "step", *WEIGHT
MOST_LAYERS = 3


class BackwardLab(Lab):
    """Both passes of a small network, a step at a time; the steps can be played.

    Parameters
    ----------
    inputs, layer_1, layer_2, outputs, samples, activation, output_activation, seed
        Where the controls start. `layer_2` of 0 units is left out; `activation` is that of the
        hidden layers.
    sample, step
        The sample that is followed, and where to begin, both counted from 1.
    weight_layer, weight_row, weight_column
        The weight whose gradient is followed, ``W[layer][row, column]``, all counted from 1.

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

    recipes: ClassVar = {
        "inputs": (int_slider, 2, 1, 5),
        "layer_1": (int_slider, 3, 1, 5),
        "layer_2": (int_slider, 2, 0, 5),
        "outputs": (int_slider, 1, 1, 4),
        "samples": (int_slider, 4, 1, 6),
        "seed": (int_slider, 3, 0, 20),
        "activation": (choice, "relu", ACTIVATIONS),
        "output_activation": (choice, "linear", ACTIVATIONS),
        "sample": (int_slider, 1, 1, 6),
        "step": (int_slider, 1, 1, 6 * MOST_LAYERS + 1),
        "weight_layer": (int_slider, 2, 1, MOST_LAYERS),
        "weight_row": (int_slider, 1, 1, 5),
        "weight_column": (int_slider, 1, 1, 5),
    }

    def __init__(self, **start: Any) -> None:
        others = {name: value for name, value in start.items() if name not in FOLLOWERS}
        controls = self.made(TEXTS["controls"], others)
        for name in FOLLOWERS:
            follower = controls[name]
            follower.max = _ends(controls)[name]
            follower.value = checked(follower, start.get(name, follower.value))
        _let_follow(controls)
        self._play = _player(controls["step"])
        self._chips = {
            name: button(name, self._go, name, tooltip=TEXTS["go"].format(name=name))
            for name in _names_of_results(MOST_LAYERS)
        }
        above = _above(controls, self._play, self._chips)
        super().__init__(controls, WIDTH, above=above, line_height="5.6em")
        self.start()

    def _go(self, name: str) -> None:
        """Go to the step that makes the matrix of this name."""
        self.controls.step.value = [step.result.name for step in self.steps].index(name) + 1

    def frames(self, request: Request) -> Iterator[Frame]:
        """Run both passes."""
        state = request.state
        self.network, self.X, self.Y = _round_numbers(state)
        _, self.caches = self.network.forward(self.X)
        self.gradient = self.network.backward(self.caches, self.Y)
        passes = Passes(self.network, self.caches, self.Y, self.gradient)
        self.steps = list(passes.steps())
        made, step = [step.result.name for step in self.steps], self.steps[state["step"] - 1]
        self.operands = {matrix.name: matrix.values for matrix in step.matrices[1:]}
        self.result = {step.result.name: step.result.values}
        self._mark(made, step.result.name)
        place = (state[name] for name in ("sample", *WEIGHT))
        followed = Followed(passes, made[: state["step"]], *place)
        first = TEXTS["said"]["step"].format(
            now=state["step"], last=len(made), formula=step.formula
        )
        words = [first, step.words, *said(step, state["sample"]), *said_of_weight(followed)]
        yield Frame(_picture(step, followed), together(words))

    def _mark(self, names: list[str], now: str) -> None:
        """Show the buttons of the steps that there are, and which of them is shown."""
        for name, chip in self._chips.items():
            chip.button_style = "primary" if name == now else ""
            (chip.remove_class if name in names else chip.add_class)("absent")


def _picture(step: Step, followed: Followed) -> str:
    """Return the step's equation, and below it what is followed."""
    look = f"{COLOURS}; --height: {HEIGHT}px; --size: {size_of_numbers(step, *ROOM)}px"
    equation = draw_equation(step, followed.sample, followed.picked())
    below = draw_path(followed) + weight_table(followed)
    return (
        f'<style>{STYLE_SHEET}</style><div class="backward-lab" style="{look}"><div>'
        f'<div class="equation">{equation}</div><div class="followed">{below}</div></div></div>'
    )


def _round_numbers(state: Mapping[str, Any]) -> tuple[MLP, Array, Array]:
    """Return a network of one decimal, whole numbers to go into it, and labels of 0 or 1."""
    sizes = _sizes(state)
    names = [state["activation"]] * (len(sizes) - 2) + [state["output_activation"]]
    network = MLP(sizes, names, state["seed"])
    rng = random_generator(state["seed"], "lab data")
    X = rng.integers(-2, 3, (sizes[0], state["samples"])).astype(float)
    Y = rng.integers(0, 2, (sizes[-1], state["samples"])).astype(float)
    for b in network.b.values():
        b[:] = rng.normal(0, 0.5, b.shape)
    network.theta[:] = np.round(network.theta, 1)
    return network, X, Y


def _sizes(state: Mapping[str, Any]) -> list[int]:
    sizes = [state[name] for name in ("inputs", "layer_1", "layer_2", "outputs")]
    return [size for size in sizes if size]


def _names_of_results(layers: int) -> list[str]:
    """Return what the steps make, in their order."""
    forward = [f"{name}[{l}]" for l in range(1, layers + 1) for name in "ZA"]
    kinds = "∂L/∂A", "δ", "dW", "db"
    back = [f"{kind}[{l}]" for l in range(layers, 0, -1) for kind in kinds]
    return [*forward, "L", *back]


# Controls


def _let_follow(controls: Mapping[str, Any]) -> None:
    """Keep the sliders that go as far as the others say there."""

    def follow(_: Any) -> None:
        for name, end in _ends(controls).items():
            controls[name].max = end

    for control in controls.values():
        control.observe(follow, "value")


def _ends(controls: Mapping[str, Any]) -> dict[str, int]:
    """Return how far the sliders go whose end depends on the others."""
    values = {name: control.value for name, control in controls.items()}
    sizes = _sizes(values)
    layers = len(sizes) - 1
    l = min(values["weight_layer"], layers)
    ends = {"sample": values["samples"], "step": 6 * layers + 1, "weight_layer": layers}
    return {**ends, "weight_row": sizes[l], "weight_column": sizes[l - 1]}


def _player(step: Any) -> Any:
    """Return a play button for the steps."""
    play = widgets.Play(value=step.value, min=1, max=step.max, interval=PLAY_PAUSE)
    play.tooltip = TEXTS["tooltip"]
    widgets.link((play, "value"), (step, "value"))
    widgets.dlink((step, "max"), (play, "max"))
    return play


def _above(controls: Mapping[str, Any], play: Any, chips: Mapping[str, Any]) -> list[Any]:
    """Return what stands above the picture: the step at the top, to press it at the bottom."""
    step, turn, buttons = controls["step"], [*chips].index("L") + 1, [*chips.values()]
    step.layout.width, step.layout.flex = "auto", "1 1 auto"
    step.style.description_width = "initial"
    forward = [widgets.Label(TEXTS["forward"]), *buttons[:turn]]
    back = [widgets.Label(TEXTS["back"]), *buttons[turn:]]
    others = [control for name, control in controls.items() if name != "step"]
    return [_whole_row([play, step]), *others, _whole_row(forward), _whole_row(back)]


def _whole_row(shown: list[Any]) -> Any:
    row = widgets.HBox(shown, layout={"width": "auto"})
    return row.add_class("course-whole-row").add_class("backward-steps")
