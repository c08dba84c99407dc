"""The drawings that open the lessons: what their boxes, arrows and words say is so.

That a lesson carries the drawing as it is in `images`, `test_notebooks` holds.
"""

import importlib.util
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.image as mpimg
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Annotation

from helpers import plots
from helpers.network import MLP
from helpers.plots import BLUE, GREEN, ORANGE
from helpers.tests.refresh_notebooks import DRAWING, IMAGES, NOTEBOOKS
from helpers.tests.seen import look, points

NETWORK = MLP((2, 16, 8, 1), ("relu", "relu", "sigmoid"))
LAYERS = range(1, NETWORK.n_layers + 1)
Arrow = tuple[str, str]


@pytest.fixture(scope="module")
def draw() -> Any:
    spec = importlib.util.spec_from_file_location("draw", IMAGES / "draw.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def drawing(draw: Any, name: str) -> Axes:
    _, ax = plots.new_figure(9, 3.4)
    getattr(draw, f"draw_{name}")(ax)
    return ax


def words(ax: Axes) -> dict[str, tuple[float, float]]:
    """Each text with its place; of those that are there more than once, the last."""
    texts = [text for text in ax.texts if text.get_text() and not isinstance(text, Annotation)]
    return {text.get_text(): text.get_position() for text in texts}


def boxes(ax: Axes) -> dict[str, FancyBboxPatch]:
    """Each box by the words in its middle."""
    found = {}
    for patch in ax.patches:
        if isinstance(patch, FancyBboxPatch):
            middle = (patch.get_x() + patch.get_width() / 2, patch.get_y() + patch.get_height() / 2)
            (name,) = (text for text, at in words(ax).items() if np.allclose(at, middle))
            found[name] = patch
    return found


def nearest(ax: Axes, place: Any) -> str:
    """The box that a point is next to; '' if there is none near."""
    apart = {}
    for name, patch in boxes(ax).items():
        low = np.array([patch.get_x(), patch.get_y()])
        high = low + np.array([patch.get_width(), patch.get_height()])
        apart[name] = float(np.linalg.norm(place - np.clip(place, low, high)))
    name = min(apart, key=lambda name: apart[name])
    return name if apart[name] < 0.4 else ""


def arrows(ax: Axes) -> dict[Arrow, str]:
    """From which box to which each arrow leads, with the words above its middle."""
    found = {}
    for arrow in ax.texts:
        if isinstance(arrow, Annotation):
            start, end = np.array(arrow.xyann), np.array(arrow.xy)
            above = [
                text.get_text()
                for text in ax.texts
                if np.allclose(text.get_position(), (start + end) / 2 + [0, 0.07])
            ]
            found[nearest(ax, start), nearest(ax, end)] = " ".join(above)
    return found


def beside(ax: Axes, name: str) -> Iterator[str]:
    """What is written above or below the middle of a box."""
    patch = boxes(ax)[name]
    x = patch.get_x() + patch.get_width() / 2
    yield from (text for text, at in words(ax).items() if abs(at[0] - x) < 0.1 and text != name)


def texts_at(ax: Axes, x: float, y: float) -> list[str]:
    near = [text for text in ax.texts if np.hypot(*np.subtract(text.get_position(), (x, y))) < 0.1]
    return [text.get_text() for text in near if text.get_text()]


def middle(ax: Axes, name: str) -> tuple[float, float]:
    return words(ax)[name]


def test_the_forward_pass_leads_from_the_data_to_the_loss(draw: Any) -> None:
    ax = drawing(draw, "forward_pass")
    A = {0: "A[0] = X"} | {l: f"A[{l}]" for l in LAYERS}
    expected = {(A[3], "loss L"): ""}
    for l in LAYERS:
        expected |= {(A[l - 1], f"Z[{l}]"): "", (f"W[{l}], b[{l}]", f"Z[{l}]"): ""}
        expected |= {(f"Z[{l}]", A[l]): "φ"}
    kept = {(name, "") for name in (*A.values(), *(f"Z[{l}]" for l in LAYERS))}
    found = arrows(ax)
    assert found == expected | dict.fromkeys(kept, "")
    (band,) = (patch for patch in ax.patches if not isinstance(patch, FancyBboxPatch))
    low, high = sorted(band.get_extents().transformed(ax.transData.inverted()).intervaly)
    caption = "the caches: A and Z of every layer, kept for the backward pass"
    assert low < middle(ax, caption)[1] < high
    ends = [a.xy[1] for a in ax.texts if isinstance(a, Annotation) and nearest(ax, a.xy) == ""]
    assert len(ends) == len(kept) and low < min(ends) and max(ends) < high
    for l, n in enumerate(NETWORK.layer_sizes):
        for name in {A[l], f"Z[{l}]"} & boxes(ax).keys():
            x, y = middle(ax, name)
            assert texts_at(ax, x, y - 0.42) == [f"({n}, m)"]


def test_the_backward_pass_leads_from_the_loss_to_the_gradients(draw: Any) -> None:
    ax = drawing(draw, "backward_pass")
    expected = {("loss L", "δ[3]"): "⊙ φ′(Z[3])"}
    expected |= {(f"δ[{l}]", f"dW[{l}], db[{l}]"): "" for l in LAYERS}
    for l in (2, 1):
        step = f"W[{l + 1}]ᵀ δ[{l + 1}] ⊙ φ′(Z[{l}])"
        expected[f"δ[{l + 1}]", f"δ[{l}]"] = step
    assert arrows(ax) == expected
    for l, n in enumerate(NETWORK.layer_sizes[1:], start=1):
        x, y = middle(ax, f"δ[{l}]")
        assert texts_at(ax, x, y + 0.36) == [f"({n}, m)"]
        assert texts_at(ax, x + 0.08, y - 0.55) == [f"A[{l - 1}]ᵀ from the cache"]


def test_a_product_has_the_shapes_of_its_matrices(draw: Any) -> None:
    ax = drawing(draw, "numbers_to_matrices")
    left, right = (np.array(dots.get_offsets()).tolist() for dots in ax.collections[:2])
    inputs, outputs, count = len(left), len(right), len(ax.lines)
    weights = sorted(points(line).T.tolist() for line in ax.lines)
    assert weights == sorted([one, other] for one in left for other in right)
    said = f"one sample, number by number:\n{count} multiplications, {count} weights to name"
    assert said in words(ax) and middle(ax, said)[0] < 2
    assert middle(ax, "every unit and every sample at once:\none product, one name")[0] > 2
    cells: dict[str, set[tuple[float, float]]] = {}
    for cell in ax.collections[2:]:
        box = cell.get_paths()[0].get_extents()
        colour = to_hex(np.array(cell.get_facecolor())[0])
        cells.setdefault(colour, set()).add((round(box.x0, 3), round(box.y0, 3)))
    shown = {
        colour: (len({y for _, y in places}), len({x for x, _ in places}))
        for colour, places in cells.items()
    }
    m = 7
    assert shown == {
        GREEN.lower(): (outputs, inputs),
        BLUE.lower(): (inputs, m),
        ORANGE.lower(): (outputs, m),
    }
    row = []
    for name, colour, shape in (
        ("W", GREEN, f"({outputs}, {inputs})"),
        ("X", BLUE, f"({inputs}, m)"),
        ("Z", ORANGE, f"({outputs}, m)"),
    ):
        x = [x for x, _ in cells[colour.lower()]]
        assert min(x) <= middle(ax, f"{name}\n{shape}")[0] <= max(x) + 0.22
        row.append((min(x), name))
    row += [(middle(ax, symbol)[0], symbol) for symbol in "·="]
    assert "".join(name for _, name in sorted(row)) == "W·X=Z"


def test_the_tangent_touches_and_the_other_line_joins_the_nudged_points(draw: Any) -> None:
    ax = drawing(draw, "nudge")
    lines = {text.get_text().split("\n")[0]: text.get_color() for text in ax.texts}
    loss, tangent, chord = (
        [points(line) for line in ax.lines if look(line).colour == to_hex(lines[name])]
        for name in ("the loss L(θ)", "the tangent at θ:", "through both nudged points:")
    )
    (theta, L), (touching, at), (ends,) = loss[0], tangent, chord
    at_x = {name: middle(ax, name)[0] for name in ("θ − ε", "θ", "θ + ε")}
    epsilon = at_x["θ"] - at_x["θ − ε"]
    assert at_x["θ + ε"] - at_x["θ"] == pytest.approx(epsilon) and epsilon > 0
    on_curve = [float(np.interp(x, theta, L)) for x in at_x.values()]
    np.testing.assert_allclose(ends, [[at_x["θ − ε"], at_x["θ + ε"]], on_curve[::2]], atol=1e-3)
    np.testing.assert_allclose(at[:, 0], [at_x["θ"], on_curve[1]], atol=1e-3)
    np.testing.assert_allclose(touching.mean(axis=1), at[:, 0])
    near = np.interp(at_x["θ"] + np.array([-0.05, 0.05]), theta, L)
    rise = np.diff(touching[1]) / np.diff(touching[0])
    assert rise.item() == pytest.approx((near[1] - near[0]) / 0.1, rel=0.01)
    said = "\n".join(words(ax))
    assert "its slope is the gradient" in said and "its slope is (L(θ+ε) − L(θ−ε)) / 2ε" in said
    dotted = [points(line) for line in ax.lines if look(line).dash == ":"]
    for line, x, y in zip(dotted, at_x.values(), on_curve, strict=True):
        np.testing.assert_allclose([*line[0], line[1, 1]], [x, x, y], atol=1e-3)


def test_the_four_steps_go_round(draw: Any) -> None:
    ax = drawing(draw, "four_steps")
    steps = {"1  forward": "outputs and caches", "2  loss": "one number"}
    steps |= {"3  backward": "one slope for each parameter", "4  update": "θ ← θ − η · dθ"}
    names = list(steps)
    assert sorted(boxes(ax), key=lambda name: middle(ax, name)[0]) == names
    assert {name: [*beside(ax, name)] for name in names} == {k: [v] for k, v in steps.items()}
    (line,) = (points(line) for line in ax.lines)
    assert (line[0, 0], line[0, -1]) == (middle(ax, names[-1])[0], middle(ax, names[0])[0])
    assert arrows(ax).keys() == {*pairwise(names), (names[0], names[0])}
    starts = [arrow.xyann for arrow in ax.texts if isinstance(arrow, Annotation)]
    assert tuple(line[:, -1]) in starts
    assert "again, a few thousand times" in words(ax)


@pytest.mark.skipif(mpl.__version_info__[:2] != (3, 11), reason="others set letters otherwise")
def test_the_stored_drawings_are_what_is_drawn(draw: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: dict[str, BytesIO] = {}

    def keep(figure: Figure, path: Path) -> None:
        figure.savefig(drawn.setdefault(path.name, BytesIO()), dpi=2 * plots.SCREEN_DPI)

    monkeypatch.setattr(draw, "save_picture", keep)
    draw.main()
    texts = [path.read_text(encoding="utf-8") for path in NOTEBOOKS.glob("*.ipynb")]
    assert set(drawn) == {name for text in texts for name in DRAWING.findall(text)}
    for name, buffer in drawn.items():
        stored, fresh = mpimg.imread(IMAGES / name), mpimg.imread(BytesIO(buffer.getvalue()))
        assert stored.shape == fresh.shape, f"{name} is old; run python images/draw.py"
        assert np.abs(stored - fresh).mean() < 1e-4, f"{name} is old; run python images/draw.py"
