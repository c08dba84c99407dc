"""Draw the pictures that open the lessons: `python images/draw.py`.

With COURSE_LANGUAGE=zh in the environment it draws those of the Chinese lessons, into `images/zh`,
if this machine has a font for them. The four pictures of the training run are written by notebook
05 of each language.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from helpers.datasets import digits
from helpers.network import MLP
from helpers.plots import new_figure, save_picture
from helpers.style import BLUE, GREEN, ORANGE, drawn, draws
from helpers.texts import folder_of, language
from helpers.training import train

FOLDER = Path(__file__).parent
SIZES = (2, 16, 8, 1)
GREY = "#555555"
PINK = "#A23B72"  # darker than in plots, for white text


def main() -> None:
    """Draw all pictures beside this file, or in the folder of another language."""
    if not draws(language()):
        sys.exit("None of the fonts that the course knows for this language is here.")
    folder = FOLDER / folder_of(language())
    folder.mkdir(exist_ok=True)
    drawings = {
        "numbers_to_matrices": (9, 3.2, draw_numbers_to_matrices),
        "forward_pass": (9, 3.4, draw_forward_pass),
        "backward_pass": (9, 3.4, draw_backward_pass),
        "two_listeners": (7, 1.7, draw_two_listeners),
        "nudge": (9, 3.2, draw_nudge),
        "four_steps": (9, 2.2, draw_four_steps),
        "ten_answers": (9, 2.8, draw_ten_answers),
    }
    for name, (width, height, draw) in drawings.items():
        figure, ax = new_figure(width, height)
        ax.set_axis_off()
        draw(ax)
        save_picture(figure, folder / f"{name}.png")


def said(key: str, **names: object) -> Any:
    """Return a text of the drawings, with its names filled in; some are several."""
    text = drawn("common/words")["drawings"][key]
    return text.format(**names) if names else text


def box(ax: Axes, x: float, y: float, text: str, colour: str, width: float = 0.8) -> None:
    """Draw a box centred on (x, y) with white text in it."""
    rounded = "round,pad=0.02,rounding_size=0.06"
    corner = (x - width / 2, y - 0.24)
    ax.add_patch(FancyBboxPatch(corner, width, 0.48, boxstyle=rounded, fc=colour, ec="none"))
    ax.text(x, y, text, color="white", ha="center", va="center", fontsize=10)


def arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], text: str = "") -> None:
    """Draw an arrow, with a word above its middle."""
    ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": GREY, "lw": 1.2})
    ax.text((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + 0.07, text, ha="center", fontsize=9)


def limits(ax: Axes, right: float, bottom: float, top: float) -> None:
    """Set the part of the plane that is shown."""
    ax.set(xlim=(-0.6, right), ylim=(bottom, top))


def draw_numbers_to_matrices(ax: Axes) -> None:
    """Draw on the left a graph of single numbers, on the right the same as one product."""
    rng = np.random.default_rng(0)
    for y0 in (0.6, -0.6):
        for y1 in (1.2, 0, -1.2):
            ax.plot([0, 1.6], [y0, y1], "-", color="#BBBBBB", lw=1, zorder=1)
    ax.scatter([0, 0], [0.6, -0.6], s=500, c=BLUE, zorder=2)
    ax.scatter([1.6] * 3, [1.2, 0, -1.2], s=500, c=ORANGE, zorder=2)
    ax.text(0.8, -1.95, said("one_sample"), ha="center")
    x = 3.4
    for rows, columns, label, colour in (
        (3, 2, "W\n(3, 2)", GREEN),
        (2, 7, "X\n(2, m)", BLUE),
        (3, 7, "Z\n(3, m)", ORANGE),
    ):
        shade = rng.uniform(0.25, 0.9, (rows, columns))
        for i, j in np.ndindex(rows, columns):
            ax.fill_between(
                x + 0.22 * np.array([j, j + 0.92]),
                (rows / 2 - i - 1) * 0.4 + 0.02,
                (rows / 2 - i) * 0.4 - 0.02,
                color=colour,
                alpha=shade[i, j],
                lw=0,
            )
        ax.text(x + 0.11 * columns, 0.95, label, ha="center")
        x += 0.22 * columns + 0.5
        if label[0] != "Z":
            ax.text(
                x - 0.27, 0, {"W": "·", "X": "="}[label[0]], fontsize=18, ha="center", va="center"
            )
    ax.text(5.6, -1.95, said("all_samples"), ha="center")
    limits(ax, 8.1, -2.1, 1.7)


def draw_forward_pass(ax: Axes) -> None:
    """Draw the chain X → Z[1] → A[1] → … → L, with what is kept for later."""
    names = ["A[0] = X", "Z[1]", "A[1]", "Z[2]", "A[2]", "Z[3]", "A[3]"]
    ax.axhspan(-1.35, -0.75, color="#EEEEEE", lw=0)
    for i, name in enumerate(names):
        n = SIZES[(i + 1) // 2]
        box(ax, i, 0, name, BLUE if i % 2 == 0 else ORANGE)
        ax.text(i, -0.42, f"({n}, m)", ha="center", va="top", fontsize=9)
        arrow(ax, (i, -0.62), (i, -0.98))
        if i % 2:
            layer = (i + 1) // 2
            box(ax, i, 1.1, f"W[{layer}], b[{layer}]", GREEN, 0.9)
            arrow(ax, (i, 0.84), (i, 0.28))
        if i:
            arrow(ax, (i - 0.58, 0), (i - 0.42, 0), "φ" if i % 2 == 0 else "")
    box(ax, 7, 0, said("loss"), GREY)
    arrow(ax, (6.42, 0), (6.58, 0))
    ax.text(3, -1.18, said("caches"), ha="center", va="center")
    limits(ax, 7.6, -1.4, 1.5)


def draw_backward_pass(ax: Axes) -> None:
    """Draw the chain L → δ[3] → δ[2] → δ[1], and what each δ gives."""
    box(ax, 7, 0, said("loss"), GREY)
    for layer, x in ((3, 5.2), (2, 3.0), (1, 0.8)):
        box(ax, x, 0, f"δ[{layer}]", PINK)
        ax.text(x, 0.36, f"({SIZES[layer]}, m)", ha="center", fontsize=9)
        box(ax, x, -1.1, f"dW[{layer}], db[{layer}]", GREEN, 1.2)
        arrow(ax, (x, -0.28), (x, -0.82))
        words = said("from_cache", l=layer - 1)
        ax.text(x + 0.08, -0.55, words, ha="left", va="center", fontsize=9)
    arrow(ax, (6.58, 0), (5.64, 0), "⊙ φ′(Z[3])")
    arrow(ax, (4.78, 0), (3.44, 0), "W[3]ᵀ δ[3] ⊙ φ′(Z[2])")
    arrow(ax, (2.58, 0), (1.24, 0), "W[2]ᵀ δ[2] ⊙ φ′(Z[1])")
    ax.text(3.6, 0.75, said("responsibility"), ha="center")
    limits(ax, 7.6, -1.5, 1.0)


def draw_two_listeners(ax: Axes) -> None:
    """Draw one unit that feeds two others, and what the loss says of each of those."""
    box(ax, 0, 0, "a", BLUE)
    box(ax, 5.6, 0, said("loss"), GREY)
    for y, unit, weight, delta in ((0.45, "z₁", "2", "3"), (-0.45, "z₂", "½", "−2")):
        box(ax, 2.8, y, unit, ORANGE)
        arrow(ax, (0.44, 0.5 * y), (2.36, 0.9 * y), said("weight", weight=weight))
        arrow(ax, (3.24, 0.9 * y), (5.16, 0.5 * y), f"δ = {delta}")
    limits(ax, 6.2, -0.8, 0.8)


def draw_nudge(ax: Axes) -> None:
    """Draw a loss over one parameter: the tangent, and the line through two nudged points."""
    theta = np.linspace(-1.2, 3.2, 200)

    def loss(t: Any) -> Any:
        return 0.35 * (t - 0.2) ** 2 + 0.08 * (t - 0.2) ** 3 + 0.5

    ax.plot(theta, loss(theta), color=BLUE, lw=2)
    ax.text(2.95, 3.35, said("curve"), color=BLUE, ha="left")
    at, step = 1.2, 1.0
    slope = 0.7 * (at - 0.2) + 0.24 * (at - 0.2) ** 2
    ax.plot(
        [at - 1.6, at + 1.6], [loss(at) - 1.6 * slope, loss(at) + 1.6 * slope], "--", color=ORANGE
    )
    ends = np.array([at - step, at + step])
    ax.plot(ends, loss(ends), color=GREEN, marker="o")
    ax.plot([at], [loss(at)], "o", color=ORANGE)
    for x, label in ((at - step, "θ − ε"), (at, "θ"), (at + step, "θ + ε")):
        ax.plot([x, x], [-0.2, loss(x)], ":", color=GREY, lw=1)
        ax.text(x, -0.5, label, ha="center")
    ax.text(2.95, 1.35, said("tangent"), color=ORANGE, ha="left", va="center")
    ax.text(2.95, 2.3, said("chord"), color=GREEN, ha="left", va="center")
    ax.set(xlim=(-1.5, 5.2), ylim=(-0.6, 4.0))


def draw_four_steps(ax: Axes) -> None:
    """Draw the loop: forward, loss, backward, update, and again."""
    for i, (text, colour) in enumerate(zip(said("steps"), (BLUE, GREY, PINK, GREEN), strict=True)):
        box(ax, 1.8 * i, 0, text, colour, 1.3)
        if i:
            arrow(ax, (1.8 * i - 1.12, 0), (1.8 * i - 0.68, 0))
    for i, note in enumerate(said("notes")):
        ax.text(1.8 * i, 0.4, note, ha="center", fontsize=9)
    ax.plot([5.4, 5.4, 0], [-0.3, -0.6, -0.6], color=GREY, lw=1.2)
    arrow(ax, (0, -0.6), (0, -0.28))
    ax.text(2.7, -0.78, said("again"), ha="center", fontsize=9)
    limits(ax, 6.4, -0.9, 0.7)
    ax.set_xlim(-1.0, 6.4)


def draw_ten_answers(ax: Axes) -> None:
    """Draw a four, the layers that it goes through, and ten bars for the shares that come out."""
    (X, Y), (X_fresh, Y_fresh) = digits()
    network = MLP((64, 32, 10), ("relu", "softmax"), seed=0, loss="cross-entropy")
    train(network, X, Y, epochs=10, learning_rate=0.2, batch_size=32, progress=0)
    A = network.predict(X_fresh)
    fours = np.where((Y_fresh[4] == 1) & (A.argmax(axis=0) == 4), A[4], 1)
    unsure = int(fours.argmin())  # of those that it gets right, the one with the most in doubt
    ax.imshow(X_fresh[:, unsure].reshape(8, 8), cmap="Greys", extent=(-0.5, 1.1, -0.8, 0.8))
    ax.text(0.3, -1.05, said("pixels"), ha="center", fontsize=9)
    box(ax, 2.4, 0, said("layer", l=1), GREEN)
    ax.text(2.4, -0.42, said("units", number=32), ha="center", va="top", fontsize=9)
    box(ax, 4.4, 0, said("layer", l=2), ORANGE)
    ax.text(4.4, -0.42, said("units", number=10), ha="center", va="top", fontsize=9)
    for start, end in ((1.2, 1.93), (2.87, 3.93), (4.87, 5.7)):
        arrow(ax, (start, 0), (end, 0))
    heights = 0.9 - 0.2 * np.arange(10)
    ax.barh(heights, 1.5 * A[:, unsure], 0.14, left=6.1, color=BLUE)
    for digit, height in enumerate(heights):
        ax.text(5.98, height, str(digit), ha="center", va="center", fontsize=9)
    limits(ax, 8.0, -1.25, 1.1)


if __name__ == "__main__":
    main()
