"""The drawings that open the lessons: what their boxes, arrows and words say is so.

That a lesson carries the drawing as it is in `images`, `test_notebooks` holds.
"""

import importlib.util
from collections import defaultdict
from functools import cache
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
from matplotlib.patches import FancyBboxPatch, Rectangle
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from helpers import plots, texts
from helpers.datasets import digits
from helpers.network import MLP
from helpers.style import BLUE, GREEN, ORANGE
from helpers.tests.notebooks.formulas.cells import cells_of
from helpers.tests.refresh_notebooks import DRAWING, IMAGES, NOTEBOOKS
from helpers.tests.seen import look, points

NETWORK = MLP((2, 16, 8, 1), ("relu", "relu", "sigmoid"))
LAYERS = range(1, NETWORK.n_layers + 1)
Figures = dict[str, Figure]


@cache
def drawings(language: str) -> Figures:
    """Each drawing by its name, as `images/draw.py` would store it; this language is spoken now."""
    assert language == texts.language()
    spec = importlib.util.spec_from_file_location("draw", IMAGES / "draw.py")
    assert spec and spec.loader
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Figures = {}
    module.save_picture = lambda figure, path: found.update({path.stem: figure})
    module.main()
    return found


@pytest.fixture(scope="module")
def figures() -> Figures:
    return drawings(texts.ENGLISH)


def words(ax: Axes) -> dict[str, tuple[float, float]]:
    """Each text with its place; of those that are there more than once, the last."""
    texts = [text for text in ax.texts if text.get_text() and not isinstance(text, Annotation)]
    return {text.get_text(): text.get_position() for text in texts}


def words_at(ax: Axes, *place: float) -> list[str]:
    near = [text for text in ax.texts if np.hypot(*np.subtract(text.get_position(), place)) < 0.1]
    return [text.get_text() for text in near if text.get_text()]


def boxes(ax: Axes) -> dict[str, Bbox]:
    """Each box by the words in its middle."""
    found = [patch.get_bbox() for patch in ax.patches if isinstance(patch, FancyBboxPatch)]
    return {words_at(ax, *np.add(box.min, box.max) / 2)[0]: box for box in found}


def nearest(ax: Axes, place: tuple[float, float]) -> str:
    """The box that a point is next to; '' if there is none near."""
    apart = {
        name: float(np.hypot(*(place - np.clip(place, box.min, box.max))))
        for name, box in boxes(ax).items()
    }
    name = min(apart, key=lambda name: apart[name])
    return name if apart[name] < 0.4 else ""


def arrows(ax: Axes) -> dict[tuple[str, str], str]:
    """From which box to which each arrow leads, with the words above its middle."""
    ends = [(arrow.xyann, arrow.xy) for arrow in ax.texts if isinstance(arrow, Annotation)]
    above = [np.add(start, end) / 2 + [0, 0.07] for start, end in ends]
    leads = [(nearest(ax, start), nearest(ax, end)) for start, end in ends]
    return {lead: " ".join(words_at(ax, *at)) for lead, at in zip(leads, above, strict=True)}


def test_the_forward_pass_leads_from_the_data_to_the_loss(figures: Figures) -> None:
    (ax,) = figures["forward_pass"].axes
    A = {0: "A[0] = X"} | {l: f"A[{l}]" for l in LAYERS}
    kept = [*A.values(), *(f"Z[{l}]" for l in LAYERS)]
    expected = {(A[3], "loss L"): ""} | {(name, ""): "" for name in kept}
    for l in LAYERS:
        expected |= {(A[l - 1], f"Z[{l}]"): "", (f"W[{l}], b[{l}]", f"Z[{l}]"): ""}
        expected |= {(f"Z[{l}]", A[l]): "φ"}
    assert arrows(ax) == expected
    (band,) = (patch for patch in ax.patches if not isinstance(patch, FancyBboxPatch))
    low, high = sorted(band.get_extents().transformed(ax.transData.inverted()).intervaly)
    caption = "the caches: A and Z of every layer, kept for the backward pass"
    ends = [a.xy[1] for a in ax.texts if isinstance(a, Annotation) and nearest(ax, a.xy) == ""]
    assert low < min(*ends, words(ax)[caption][1]) and max(*ends, words(ax)[caption][1]) < high
    for name in kept:
        x, y = words(ax)[name]
        n = NETWORK.layer_sizes[int(name[2])]
        assert words_at(ax, x, y - 0.42) == [f"({n}, m)"]


def test_the_backward_pass_leads_from_the_loss_to_the_gradients(figures: Figures) -> None:
    (ax,) = figures["backward_pass"].axes
    expected = {("loss L", "δ[3]"): "⊙ φ′(Z[3])"}
    expected |= {(f"δ[{l}]", f"dW[{l}], db[{l}]"): "" for l in LAYERS}
    for l in (2, 1):
        step = f"W[{l + 1}]ᵀ δ[{l + 1}] ⊙ φ′(Z[{l}])"
        expected[f"δ[{l + 1}]", f"δ[{l}]"] = step
    assert arrows(ax) == expected
    for l, n in enumerate(NETWORK.layer_sizes[1:], start=1):
        x, y = words(ax)[f"δ[{l}]"]
        assert words_at(ax, x, y + 0.36) == [f"({n}, m)"]
        assert words_at(ax, x + 0.08, y - 0.55) == [f"A[{l - 1}]ᵀ from the cache"]


def test_the_two_ways_from_a_unit_to_the_loss_have_their_weights(figures: Figures) -> None:
    (ax,) = figures["two_listeners"].axes
    names = cells_of("03_delta_recursion")["two-listeners-code"].run()
    both = zip(("z₁", "z₂"), names["W_next"][:, 0], names["delta_next"][:, 0], strict=True)
    expected = {}
    for unit, weight, delta in both:
        expected["a", unit] = f"weight {weight:g}".replace("0.5", "½")
        expected[unit, "loss L"] = f"δ = {delta:g}".replace("-", "−")
    assert arrows(ax) == expected


def test_a_product_has_the_shapes_of_its_matrices(figures: Figures) -> None:
    (ax,) = figures["numbers_to_matrices"].axes
    left, right = (np.array(dots.get_offsets()).tolist() for dots in ax.collections[:2])
    weights = sorted(points(line).T.tolist() for line in ax.lines)
    assert weights == sorted([one, other] for one in left for other in right)
    said = "one sample, number by number:\n{0} multiplications, {0} weights to name"
    assert words(ax)[said.format(len(weights))][0] < 2
    assert words(ax)["every unit and every sample at once:\none product, one name"][0] > 2
    cells = defaultdict(list)
    for cell in ax.collections[2:]:
        box = cell.get_paths()[0].get_extents()
        cells[to_hex(np.array(cell.get_facecolor())[0])].append(np.round(box.min, 3))
    inputs, outputs, m = len(left), len(right), 7
    shapes = {"W": (GREEN, outputs, inputs), "X": (BLUE, inputs, m), "Z": (ORANGE, outputs, m)}
    row = {words(ax)[sign][0]: sign for sign in "·="}
    for name, (colour, *shape) in shapes.items():
        x, y = np.transpose(cells.pop(colour.lower()))
        assert [len({*y}), len({*x})] == shape
        said = f"{name}\n({shape[0]}, {'m' if shape[1] == m else shape[1]})"
        assert min(x) <= words(ax)[said][0] <= max(x) + 0.22
        row[min(x)] = name
    assert not cells
    assert "".join(row[x] for x in sorted(row)) == "W·X=Z"


def test_the_tangent_touches_and_the_other_line_joins_the_nudged_points(figures: Figures) -> None:
    (ax,) = figures["nudge"].axes
    lines = {text.get_text().split("\n")[0]: text.get_color() for text in ax.texts}
    loss, tangent, chord = (
        [points(line) for line in ax.lines if look(line).colour == to_hex(lines[name])]
        for name in ("the loss L(θ)", "the tangent at θ:", "through both nudged points:")
    )
    (theta, L), (touching, at), (ends,) = loss[0], tangent, chord
    at_x = {name: words(ax)[name][0] for name in ("θ − ε", "θ", "θ + ε")}
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


def test_the_four_steps_go_round(figures: Figures) -> None:
    (ax,) = figures["four_steps"].axes
    steps = {"1  forward": "outputs and caches", "2  loss": "one number"}
    steps |= {"3  backward": "one slope for each parameter", "4  update": "θ ← θ − η · dθ"}
    names = sorted(boxes(ax), key=lambda name: words(ax)[name])
    assert names == [*steps]
    for name, (x, y) in ((name, words(ax)[name]) for name in names):
        assert words_at(ax, x, y + 0.4) == [steps[name]]
    (line,) = (points(line) for line in ax.lines)
    assert (line[0, 0], line[0, -1]) == (words(ax)[names[-1]][0], words(ax)[names[0]][0])
    assert arrows(ax).keys() == {*pairwise(names), (names[0], names[0])}
    assert tuple(line[:, -1]) in [a.xyann for a in ax.texts if isinstance(a, Annotation)]
    assert "again, a few thousand times" in words(ax)


def test_a_four_goes_through_two_layers_to_ten_bars(figures: Figures) -> None:
    (ax,) = figures["ten_answers"].axes
    ways = {("", "layer 1"): "", ("layer 1", "layer 2"): "", ("layer 2", ""): ""}
    assert arrows(ax) == ways
    sizes = {"layer 1": "32 units", "layer 2": "10 units"}
    for name, (x, y) in ((name, words(ax)[name]) for name in sizes):
        assert words_at(ax, x, y - 0.42) == [sizes[name]]
    _, (X, Y) = digits()
    pixels = np.asarray(ax.images[0].get_array()).ravel()
    assert Y[4, (pixels == X.T).all(axis=1)].all()
    bars = [bar for bar in ax.patches if isinstance(bar, Rectangle)]
    beside = [words_at(ax, 5.98, bar.get_y() + bar.get_height() / 2) for bar in bars]
    assert beside == [[str(digit)] for digit in range(10)]
    lengths = [bar.get_width() for bar in bars]
    assert np.argmax(lengths) == 4 and sum(lengths) == pytest.approx(1.5)


as_stored = pytest.mark.skipif(
    mpl.__version_info__[:2] != (3, 11), reason="others set letters otherwise"
)


@as_stored
def test_the_stored_drawings_are_what_is_drawn(figures: Figures) -> None:
    texts = [path.read_text(encoding="utf-8") for path in NOTEBOOKS.glob("*.ipynb")]
    assert {f"{name}.png" for name in figures} == {*DRAWING.findall("".join(texts))}
    assert_stored(figures, IMAGES)


def assert_stored(figures: Figures, folder: Path) -> None:
    """Each drawing is what the folder has of it, in few bytes."""
    for name, figure in figures.items():
        path = folder / f"{name}.png"
        files = path, BytesIO(plots._png_of(figure))
        stored, fresh = (mpimg.imread(file)[..., :3] for file in files)
        assert stored.shape == fresh.shape, f"{name} is old; run python images/draw.py"
        # by less than this, the few colours that are stored are off
        assert np.abs(stored - fresh).max() < 0.1, f"{name} is old; run python images/draw.py"
        assert path.stat().st_size <= 25_000
