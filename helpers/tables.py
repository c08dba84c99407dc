"""Words, numbers and small tables as they are shown: as text, and as HTML for a notebook."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
CODE = re.compile("`([^`\n]+)`")
INDEX = re.compile(r"\b([a-zA-Z])_(?:(\w)\b|\{([^}]+)\})")


class Look(NamedTuple):
    """The mark of a verdict, the colour of its ground, and that of words on it."""

    mark: str
    colour: str
    words: str


# each colour is told from a white page and from a dark one, and the words from the colour
RIGHT, NOT_YET, OPEN = (
    Look("✓", "#1a7f37", "#fff"),
    Look("△", "#c77700", "#111"),
    Look("○", "#6e6e6e", "#fff"),
)


def badge(look: Look, words: str) -> str:
    """Return HTML of words on their colour, after their mark."""
    style = f"background: {look.colour}; color: {look.words}; border-radius: 3px; padding: 1px 6px"
    mark = f'<span aria-hidden="true">{look.mark}</span>'
    return f'<b style="{style}">{mark} {set_in_html(words)}</b>'


def set_in_html(text: str) -> str:
    """Return HTML of words, with what stands between backticks as code, and n_l with its index.

    Examples
    --------
    >>> set_in_html("n_{l-1} < `m`")
    'n<sub>l-1</sub> &lt; <code>m</code>'
    """
    words_and_code = CODE.split(escape(text))
    return "".join(
        f"<code>{piece}</code>" if i % 2 else INDEX.sub(r"\1<sub>\2\3</sub>", piece)
        for i, piece in enumerate(words_and_code)
    )


def power_of_ten(exponent: int) -> str:
    """Return a power of ten as it is written: 10⁻⁷."""
    return "10" + str(exponent).translate(RAISED)


def in_prose(number: float, digits: int) -> str:
    """Return a number rounded to so many digits, with its power of ten as it is written.

    Examples
    --------
    >>> in_prose(0.1234, 2), in_prose(1e-7, 1), in_prose(3.1e-7, 1)
    ('0.12', '10⁻⁷', '3 · 10⁻⁷')
    """
    mantissa, e, exponent = f"{float(f'{number:.{digits}g}'):g}".partition("e")
    if not e:
        return mantissa
    power = power_of_ten(int(exponent))
    return power if mantissa == "1" else f"{mantissa} · {power}"


def as_text(
    rows: Sequence[Sequence[str]], summary: str = "", looks: Mapping[str, Look] | None = None
) -> str:
    """Return the rows in columns that line up, and the summary below them.

    Parameters
    ----------
    rows : sequence of sequences of str
        The header, if there is one, is a row like the others; all are equally long.
    summary : str
        A sentence about all of it.
    looks : mapping from str to Look, optional
        Of the cells that are verdicts.

    Examples
    --------
    >>> print(as_text([["array", "verdict"], ["dW[1]", "agrees"]], "All agree.", {"agrees": RIGHT}))
    array  verdict
    dW[1]  ✓ agrees
    All agree.
    """
    marks = {cell: f"{look.mark} {cell}" for cell, look in (looks or {}).items()}
    marked = [[marks.get(cell, cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*marked, strict=True)]
    lines = ["  ".join(map(_filled, row, widths)).rstrip() for row in marked]
    return "\n".join([*lines, summary] if summary else lines)


def _width(cell: str) -> int:
    """Return how many places a cell takes; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in cell)


def _filled(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))


def as_html(
    rows: Sequence[Sequence[str]], summary: str = "", looks: Mapping[str, Look] | None = None
) -> str:
    """Return the same as a table, of which the first row is the header, and a paragraph.

    Examples
    --------
    >>> as_html([["verdict"], ["agrees"]], "0 < 1")
    '<table><tr><th>verdict</th></tr><tr><td>agrees</td></tr></table><p>0 &lt; 1</p>'
    """
    badges = {cell: badge(look, cell) for cell, look in (looks or {}).items()}
    header, *others = [[badges.get(cell) or set_in_html(cell) for cell in row] for row in rows]
    lines = [_row(header, "th"), *(_row(row, "td") for row in others)]
    said = f"<p>{set_in_html(summary)}</p>" if summary else ""
    return f"<table>{''.join(lines)}</table>{said}"


def _row(cells: Sequence[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"
