"""What lab 3 follows through both passes: the path of a sample, and the gradient of a weight."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from helpers.labs.matrix_tables import decimals_of, number
from helpers.labs.passes import Matrix, Passes
from helpers.texts import read
from helpers.validation import Array

TEXTS = read("lesson_3/lab")
WIDTH, HEIGHT, UNIT, TOP = 440, 150, (58, 20), 24  # pixels, of the drawing and of a unit
Places = list[list[tuple[float, float]]]


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

    def names(self) -> dict[str, Any]:
        """Return what the texts of the weight may name."""
        l, row, column = self.layer, self.row, self.column
        weight = f"W[{l}][{row}, {column}]"
        return {"weight": weight, "l": l, "before": l - 1, "row": row, "column": column}


# The weight


def weight_table(followed: Followed) -> str:
    """Return the gradient of the weight as a table: δ · a of each sample, and their sum."""
    texts, l = TEXTS["weight"], followed.layer
    samples = range(1, followed.passes.by_layer["A"][0].columns + 1)
    rows = [[texts["sample"], *map(str, samples), texts["sum"]]]
    for kind, at, row in (("δ", l, followed.row), ("A", l - 1, followed.column)):
        there = followed.matrix(kind, at)
        name = texts["row"].format(name=f"{kind}[{at}]", row=row)
        rows.append([name, *(_numbers(there.values)[row - 1] if there else [])])
    rows.append([texts["product"], *_products_and_sum(followed)])
    caption = texts["first" if l == 1 else "later"].format(**followed.names())
    cells = "".join(_row(row, followed.sample, len(rows[0])) for row in rows)
    return f'<table class="weight"><caption>{escape(caption)}</caption>{cells}</table>'


def said_of_weight(followed: Followed) -> Iterator[str]:
    """Say what the gradient of the weight is, once it is there."""
    if numbers := _products_and_sum(followed):
        *products, total = numbers
        said = followed.names() | {"sum": total, "products": ", ".join(products)}
        yield TEXTS["weight"]["said"].format(**said)


def _products_and_sum(followed: Followed) -> list[str]:
    """Return δ · a of each sample, and the gradient, once that is there."""
    l, i, j = followed.layer, followed.row - 1, followed.column - 1
    gradient, by_layer = followed.matrix("dW", l), followed.passes.by_layer
    if gradient is None:
        return []
    products = by_layer["δ"][l].values[i] * by_layer["A"][l - 1].values[j]
    return _numbers(np.append(products, gradient.values[i, j])[None])[0]


def _numbers(values: Array) -> list[list[str]]:
    """Return the numbers of a matrix as they are written."""
    decimals = decimals_of(values)
    return [[number(value, decimals) for value in row] for row in values]


def _row(cells: list[str], sample: int, columns: int) -> str:
    html = f"<tr><th>{escape(cells[0])}</th>"
    for s in range(1, columns):
        mark = ' class="marked-columns"' if s == sample else ""
        html += f"<td{mark}>{cells[s] if s < len(cells) else ''}</td>"
    return f"{html}</tr>"


# The sample


def draw_path(followed: Followed) -> str:
    """Draw the network, with what the sample makes of it as far as the passes have come."""
    outputs = followed.passes.by_layer["A"]
    step = (WIDTH - 2 * UNIT[0]) / max(outputs)
    places = [[(UNIT[0] + l * step, y) for y in _heights(A.rows)] for l, A in outputs.items()]
    edges = "".join("".join(_edges(followed, l, places)) for l in outputs if l)
    units = "".join("".join(_units(followed, l, places[l])) for l in outputs)
    title = escape(TEXTS["path"].format(sample=followed.sample))
    return (
        f'<figure><svg role="img" viewBox="0 0 {WIDTH} {HEIGHT}"><title>{title}</title>'
        f"{edges}{units}</svg><figcaption>{title}</figcaption></figure>"
    )


def _heights(n: int) -> Iterable[float]:
    room = (HEIGHT - TOP) / n
    return (TOP + room * (i + 0.5) for i in range(n))


def _units(followed: Followed, l: int, places: list[tuple[float, float]]) -> Iterator[str]:
    """Draw a layer's units with the newest that there is of the sample, and the name of that."""
    delta, output = followed.matrix("δ", l), followed.matrix("A", l)
    shown, kind = (delta, "back") if delta else (output, "forward")
    width, height = UNIT
    for i, (x, y) in enumerate(places):
        value = shown.values[i, followed.sample - 1] if shown else None
        look = "ahead" if value is None else kind if value else "off"
        text = number(value, decimals_of(shown.values)) if shown else ""
        yield (
            f'<g class="{look}"><rect x="{x - width / 2:.1f}" y="{y - height / 2:.1f}" '
            f'width="{width}" height="{height}" rx="10"/><text x="{x:.1f}" y="{y + 4:.1f}">'
            f"{text}</text></g>"
        )
    name = shown.name if shown else f"A[{l}]"
    yield f'<text class="layer" x="{places[0][0]:.1f}" y="14">{name}</text>'


def _edges(followed: Followed, l: int, places: Places) -> Iterator[str]:
    """Draw the weights of a layer, lit where they hand something on, or back."""
    by_layer, s = followed.passes.by_layer, followed.sample - 1
    kind, through = "ahead", by_layer["W"][l].values
    if followed.matrix("δ", l):
        kind, through = "back", through * by_layer["δ"][l].values[:, [s]]
    elif followed.matrix("Z", l):
        kind, through = "forward", through * by_layer["A"][l - 1].values[:, s]
    for (i, j), value in np.ndenumerate(through):
        look = kind if kind == "ahead" or value else "off"
        picked = (l, i + 1, j + 1) == (followed.layer, followed.row, followed.column)
        (x, y), (x2, y2) = places[l - 1][j], places[l][i]
        ends = f"M{x + UNIT[0] / 2:.1f} {y:.1f}L{x2 - UNIT[0] / 2:.1f} {y2:.1f}"
        yield f'<path class="{look}{" picked" * picked}" d="{ends}"/>'
