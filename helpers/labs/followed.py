"""What lab 3 follows through both passes: the path of a sample, and the gradient of a weight."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise

import numpy as np

from helpers.labs.matrix_tables import decimals_of, number
from helpers.labs.passes import Matrix, Passes
from helpers.texts import read
from helpers.validation import Array

TEXTS = read("lesson_3/lab")
WIDTH, HEIGHT, UNIT, TOP = 440, 150, (58, 20), 24  # pixels, of the drawing and of a unit


@dataclass(frozen=True)
class Followed:
    """What is followed, at a step.

    Attributes
    ----------
    passes : Passes
    made : collection of str
        The names of the matrices that this step and those before it have made.
    sample : int
        From 1.
    layer, row, column : int
        Where the weight stands, all from 1.
    """

    passes: Passes
    made: Collection[str]
    sample: int
    layer: int
    row: int
    column: int

    @property
    def weight(self) -> str:
        """The name of the weight."""
        return f"W[{self.layer}][{self.row}, {self.column}]"

    def matrix(self, kind: str, l: int) -> Matrix | None:
        """Return a matrix of layer l if it is there already; the data always are."""
        found = self.passes.by_layer[kind].get(l)
        return found if found and (found.name in self.made or found.name == "A[0]") else None

    def picked(self) -> dict[str, tuple[int, int]]:
        """Return where the weight stands, and what its gradient is made of, in each matrix.

        That is row and column from 1; 0 stands for all of them.
        """
        l, i, j = self.layer, self.row, self.column
        places = {f"W[{l}]": (i, j), f"dW[{l}]": (i, j), f"δ[{l}]": (i, 0), f"A[{l - 1}]": (j, 0)}
        return places | {f"{name}ᵀ": place[::-1] for name, place in places.items()}


# The weight


def weight_table(followed: Followed) -> str:
    """Return the gradient of the weight as a table: δ · a of each sample, and their sum."""
    texts, l = TEXTS["weight"], followed.layer
    delta, before = (followed.passes.by_layer[kind] for kind in ("δ", "A"))
    samples = range(1, before[0].columns + 1)
    rows = [[texts["sample"], *map(str, samples), texts["sum"]]]
    factors = (followed.matrix("δ", l), followed.matrix("A", l - 1))
    for named, there, row in zip((delta[l], before[l - 1]), factors, _rows(followed), strict=True):
        values = there.values[row - 1] if there else []
        rows.append([texts["row"].format(name=named, row=row), *_numbers(values), ""])
    gradient = followed.matrix("dW", l)
    products = _numbers([*_products(followed), _sum(followed)] if gradient else [])
    rows.append([texts["product"], *products])
    caption = texts["first" if l == 1 else "later"].format(**_names(followed))
    cells = "".join(_row(row, followed.sample, len(samples) + 2) for row in rows)
    return f'<table class="weight"><caption>{escape(caption)}</caption>{cells}</table>'


def said_of_weight(followed: Followed) -> Iterator[str]:
    """Say what the gradient of the weight is, once it is there."""
    if followed.matrix("dW", followed.layer):
        *products, total = _numbers([*_products(followed), _sum(followed)])
        said = {**_names(followed), "sum": total, "products": ", ".join(products)}
        yield TEXTS["weight"]["said"].format(**said)


def _rows(followed: Followed) -> tuple[int, int]:
    return followed.row, followed.column


def _products(followed: Followed) -> Array:
    l, by_layer = followed.layer, followed.passes.by_layer
    delta, before = by_layer["δ"][l].values, by_layer["A"][l - 1].values
    products: Array = delta[followed.row - 1] * before[followed.column - 1]
    return products


def _sum(followed: Followed) -> float:
    dW = followed.passes.by_layer["dW"][followed.layer].values
    return float(dW[followed.row - 1, followed.column - 1])


def _names(followed: Followed) -> dict[str, object]:
    l, row, column = followed.layer, followed.row, followed.column
    return {"weight": followed.weight, "l": l, "before": l - 1, "row": row, "column": column}


def _numbers(values: list[float] | Array) -> list[str]:
    decimals = decimals_of(np.array(values)) if len(values) else 2
    return [number(value, decimals) for value in values]


def _row(cells: list[str], sample: int, columns: int) -> str:
    first, *others = cells + [""] * (columns - len(cells))
    marked = [' class="marked-columns"' if s == sample else "" for s in range(1, columns)]
    numbers = "".join(f"<td{mark}>{cell}</td>" for mark, cell in zip(marked, others, strict=True))
    return f"<tr><th>{escape(first)}</th>{numbers}</tr>"


# The sample


def draw_path(followed: Followed) -> str:
    """Draw the network, with what the sample makes of it as far as the passes have come."""
    layers = range(len(followed.passes.by_layer["W"]) + 1)
    step, units, edges = (WIDTH - 2 * UNIT[0]) / max(layers), "", ""
    places = [[(UNIT[0] + l * step, y) for y in _heights(followed, l)] for l in layers]
    for l in layers:
        units += "".join(_units(followed, l, places[l]))
    for l, (before, after) in enumerate(pairwise(places), start=1):
        edges += "".join(_edges(followed, l, before, after))
    title = escape(TEXTS["path"].format(sample=followed.sample))
    return (
        f'<figure><svg role="img" viewBox="0 0 {WIDTH} {HEIGHT}"><title>{title}</title>'
        f"{edges}{units}</svg><figcaption>{title}</figcaption></figure>"
    )


def _heights(followed: Followed, l: int) -> list[float]:
    n = followed.passes.by_layer["A"][l].rows
    room = (HEIGHT - TOP) / n
    return [TOP + room * (i + 0.5) for i in range(n)]


def _units(followed: Followed, l: int, places: list[tuple[float, float]]) -> Iterator[str]:
    """Draw a layer's units with the newest that there is of the sample, and the name of that."""
    delta, output = followed.matrix("δ", l), followed.matrix("A", l)
    shown, kind = (delta, "back") if delta else (output, "forward")
    width, height = UNIT
    for i, (x, y) in enumerate(places):
        value = shown.values[i, followed.sample - 1] if shown else None
        look = "ahead" if value is None else kind if value else "off"
        text = "" if shown is None else number(value, decimals_of(shown.values))
        yield (
            f'<g class="{look}"><rect x="{x - width / 2:.1f}" y="{y - height / 2:.1f}" '
            f'width="{width}" height="{height}" rx="10"/><text x="{x:.1f}" y="{y + 4:.1f}">'
            f"{text}</text></g>"
        )
    name = shown.name if shown else followed.passes.by_layer["A"][l].name
    yield f'<text class="layer" x="{places[0][0]:.1f}" y="14">{escape(name)}</text>'


def _edges(
    followed: Followed,
    l: int,
    before: list[tuple[float, float]],
    after: list[tuple[float, float]],
) -> Iterator[str]:
    """Draw the weights of a layer, lit where they hand something on, or back."""
    kind, through = "ahead", followed.passes.by_layer["W"][l].values
    s, middle = followed.sample - 1, UNIT[0] / 2
    if delta := followed.matrix("δ", l):
        kind, through = "back", through * delta.values[:, [s]]
    elif followed.matrix("Z", l):
        kind = "forward"
        through = through * followed.passes.by_layer["A"][l - 1].values[:, s]
    for (i, j), value in np.ndenumerate(through):
        look = kind if kind == "ahead" or value else "off"
        picked = (l, i + 1, j + 1) == (followed.layer, followed.row, followed.column)
        (x, y), (x2, y2) = before[j], after[i]
        yield (
            f'<path class="{look}{" picked" * picked}" '
            f'd="M{x + middle:.1f} {y:.1f}L{x2 - middle:.1f} {y2:.1f}"/>'
        )
