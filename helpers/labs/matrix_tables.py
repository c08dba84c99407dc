"""Equations of matrices as HTML, with their numbers as large as the room allows."""

from collections.abc import Iterator
from html import escape
from math import ceil, log10
from typing import Any

import numpy as np

from helpers.labs.passes import Matrix, Step
from helpers.texts import read
from helpers.validation import Array

LARGEST, SMALLEST = 26, 10  # pixels, of numbers
# in units of that: a digit, what is around a number, the brackets, a line, name and shape
DIGIT, AROUND, BRACKETS, LINE, NAMES = 0.62, 0.8, 1.2, 1.4, 2.7


# Numbers


def decimals_of(values: Array) -> int:
    """Return 2, or as many as the largest entry needs to show two digits."""
    largest = float(np.abs(values).max())
    return 2 if largest >= 0.1 or largest == 0 else min(8, ceil(-log10(largest)) + 1)


def number(value: Any, decimals: int) -> str:
    """Return a number as it is written: 1 for a whole one, 0.5, and 0.50 for what is rounded."""
    # rounded twice, so that 0.125 reads the same whatever its last bit is
    text = f"{round(float(value), decimals + 4):.{decimals}f}"
    if _is_exact(value, text):
        text = text.rstrip("0").rstrip(".")
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")


def _is_exact(value: Any, text: str) -> bool:
    return bool(abs(float(text) - float(value)) < 1e-9)


def said(step: Step, sample: int) -> Iterator[str]:
    """Give the numbers of the marked sample, or of a result that has no samples if it's small."""
    texts, result = read("lesson_3/lab"), step.result
    values, decimals = result.values, decimals_of(result.values)
    if result.samples and result.size > 1:
        column = ", ".join(number(value, decimals) for value in values[:, sample - 1])
        yield texts["numbers"]["sample"].format(sample=sample, numbers=column)
    else:
        furthest = values.flat[int(np.abs(values).round(9).argmax())]
        text = texts["numbers"]["single" if result.size == 1 else "furthest"]
        yield text.format(name=result, number=number(furthest, decimals))
    if any(_is_rounded(matrix.values) for matrix in step.matrices):
        yield texts["said"]["rounded"]


def _is_rounded(values: Array) -> bool:
    decimals = decimals_of(values)
    return not all(_is_exact(value, f"{value:.{decimals}f}") for value in values.flat)


# Room


def size_of_numbers(step: Step, width: int, height: int) -> int:
    """Return how many pixels high the numbers of a step may be to fit, from LARGEST down."""
    terms = [_size_of_term(*term) for term in step.terms]
    sizes = range(LARGEST, SMALLEST, -1)
    return next((size for size in sizes if _fits(terms, width / size, height / size)), SMALLEST)


def _size_of_term(before: str, matrix: Matrix, after: str) -> tuple[float, float]:
    """Return width and height as multiples of the size of numbers."""
    numbers = np.vectorize(number)(matrix.values, decimals_of(matrix.values))
    columns = sum(max(map(len, column)) * DIGIT + AROUND for column in numbers.T)
    symbols = sum(len(symbol) * DIGIT + AROUND for symbol in (before, after) if symbol)
    width = max(columns, len(matrix.name) * DIGIT) + BRACKETS + symbols
    return width, matrix.rows * LINE + NAMES


def _fits(terms: list[tuple[float, float]], width: float, height: float) -> bool:
    """Whether terms that follow each other, line by line, have the room."""
    x, lines = 0.0, [0.0]
    for wide, high in terms:
        if x and x + wide > width:
            x, lines = 0.0, [*lines, 0.0]
        x, lines[-1] = x + wide, max(lines[-1], high)
    return sum(lines) <= height


# HTML


def draw_equation(step: Step, sample: int, picked: dict[str, tuple[int, int]]) -> str:
    """Set the matrices in a row, each with the symbol before it, so that no line ends in one.

    A picked entry of a matrix is shown as one; it is ``(i, j)``, of which one is 0 for a whole
    row or column.
    """
    return "".join(
        f'<div class="term">{_symbol(before)}'
        f"{_table(matrix, sample, picked.get(matrix.name, (0, 0)))}{_symbol(after)}</div>"
        for before, matrix, after in step.terms
    )


def _symbol(written: str) -> str:
    return f'<span class="symbol">{escape(written)}</span>' if written else ""


def _table(matrix: Matrix, sample: int, picked: tuple[int, int]) -> str:
    decimals, rows = decimals_of(matrix.values), ""
    for i, row in enumerate(matrix.values, start=1):
        cells = ""
        for j, value in enumerate(row, start=1):
            of_sample = {"columns": j, "rows": i, "": 0}[matrix.samples] == sample
            is_picked = any(picked) and picked in ((i, j), (i, 0), (0, j))
            looks = [f"marked-{matrix.samples}"] * of_sample + ["picked"] * is_picked
            cells += f'<td class="{" ".join(looks)}">{number(value, decimals)}</td>'
        rows += f"<tr>{cells}</tr>"
    kind, shape = ("number", "") if matrix.name == "L" else ("matrix", matrix.shape)
    return (
        f'<div class="part"><b>{escape(matrix.name)}</b>'
        f'<table class="{kind}"><tbody>{rows}</tbody></table><i>{shape}</i></div>'
    )
