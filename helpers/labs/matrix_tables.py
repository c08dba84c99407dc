"""Equations of matrices as HTML: tables of numbers, or of colours where there are many."""

from html import escape
from math import ceil, log10
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.colors import to_hex

from helpers.labs.passes import Equation, Matrix, matrices
from helpers.texts import read
from helpers.validation import Array

MOST_NUMBERS = 48  # a matrix of more is drawn as a heat map
SCALE = (-1, -0.25, -0.04, 0, 0.04, 0.25, 1)  # shares of the greatest entry
COLOUR_MAP = mpl.colormaps["PuOr"]


# Numbers


def _decimals(values: Array) -> int:
    """Return 2, or as many as the largest entry needs to show two digits."""
    largest = float(np.abs(values).max())
    return 2 if largest >= 0.1 or largest == 0 else min(8, ceil(-log10(largest)) + 1)


def _number(value: Any, decimals: int) -> str:
    # rounded twice, so that 0.125 reads the same whatever its last bit is
    text = f"{round(float(value), decimals + 4):.{decimals}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")


def said(results: list[Matrix], sample: int) -> str:
    """Give the numbers of the marked sample, or of a result that has no samples if it's small."""
    texts, result = read("lesson_3/lab")["numbers"], results[0]
    values, decimals = result.values, _decimals(result.values)
    if result.samples and result.size > 1:
        column = ", ".join(_number(value, decimals) for value in values[:, sample - 1])
        return str(texts["sample"].format(sample=sample, numbers=column))
    furthest = values.flat[int(np.abs(values).round(9).argmax())]
    said = texts["single" if result.size == 1 else "furthest"]
    return str(said.format(name=result, number=_number(furthest, decimals)))


# HTML


def size_of_numbers(equations: tuple[Equation, ...]) -> str:
    """Return how large the numbers may be: 'large', 'roomy', '' or 'compact'."""
    shapes = [[matrix.values.shape for matrix in matrices(equation)] for equation in equations]
    rows = sum(max(rows for rows, _ in row) for row in shapes)
    columns = max(sum(columns for _, columns in row) for row in shapes)
    if rows <= 4 and columns <= 11:
        return "large"
    if rows <= 8 and columns <= 13:
        return "roomy"
    return "compact" if rows > 10 or columns > 18 else ""


def draw_equation(equation: Equation, sample: int, limit: float) -> str:
    """Set matrices in a row, each with the symbol before it, so that no line ends in one."""
    html, symbol = "", ""
    for part in equation:
        if isinstance(part, str):
            symbol = f'<span class="symbol">{escape(part)}</span>'
        else:
            html += f'<div class="part">{symbol}{_table(part, sample, limit)}</div>'
            symbol = ""
    return html


def _table(matrix: Matrix, sample: int, limit: float) -> str:
    large, decimals = matrix.size > MOST_NUMBERS, _decimals(matrix.values)
    rows = ""
    for i, row in enumerate(matrix.values, start=1):
        rows += "<tr>"
        for j, value in enumerate(row, start=1):
            of_sample = {"columns": j, "rows": i, "": 0}[matrix.samples] == sample
            marked = f' class="marked-{matrix.samples}"' if of_sample else ""
            number = _number(value, decimals)
            rows += f"<td{marked}{_coloured(value, number, limit) if large else f'>{number}'}</td>"
        rows += "</tr>"
    heat = ' class="heat"' if large else ""
    caption = f"<caption><b>{escape(matrix.name)}</b> {matrix.shape}</caption>"
    return f"<table{heat}>{caption}<tbody>{rows}</tbody></table>"


def _coloured(value: float, number: str, limit: float) -> str:
    """Colour a cell by its value; a minus marks what is negative, and the number is hidden."""
    colour, ink = _colour(value / limit)
    sign = '<span aria-hidden="true">−</span>' if value < 0 else ""
    return (
        f' title="{number}" style="background: {colour}; color: {ink}">{sign}'
        f'<span class="hidden">{number}</span>'
    )


def _colour(share: float) -> tuple[str, str]:
    """Return the colour of a share between −1 and 1, and that of what is written on it.

    It goes by the root of the share, so that matrices of small entries aren't all white.
    """
    strength = float(np.sign(share) * np.sqrt(abs(share)))
    return to_hex(COLOUR_MAP((strength + 1) / 2)), "white" if abs(strength) > 0.7 else "#111"


def draw_scale(limit: float) -> str:
    """Say what the colours mean, for entries between −`limit` and `limit`."""
    decimals = _decimals(np.array([limit])) + 1
    cells = ""
    for share in SCALE:
        colour, ink = _colour(share)
        number = _number(share * limit, decimals)
        cells += f'<span style="background: {colour}; color: {ink}">{number}</span>'
    scale = f'<span class="scale">{cells}</span>'
    return f"<p>{read('lesson_3/lab')['colours'].format(most=MOST_NUMBERS, scale=scale)}</p>"
