"""Words, numbers and small tables as they are shown: as text, and as HTML for a notebook."""

import re
import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

Rows = Sequence[Sequence[str]]
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
CODE = re.compile("`([^`\n]+)`")
FILLER = "\0"  # after a character that takes two places
LEFT = (  # JupyterLab has the text of cells at their right, and of paragraphs without a margin
    "<style scoped>.course-table :is(td, th) {text-align: left !important; word-break: keep-all}"
    ".course-table + p {margin-left: 6px}</style>"
)
INDEX = re.compile(r"\b([a-zA-Z])_(?:(\w)\b|\{([^}]+)\})")


class Look(NamedTuple):
    """The mark of a verdict, the colour of its ground, and that of words on it."""

    mark: str
    colour: str
    words: str


# each colour is told from a white page and from a dark one, and the words from the colour
RIGHT = Look("✓", "#1a7f37", "#fff")
NOT_YET = Look("△", "#c77700", "#111")
OPEN = Look("○", "#6e6e6e", "#fff")


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
    pieces = CODE.split(escape(text))  # words and code by turns
    pieces[::2] = [INDEX.sub(r"\1<sub>\2\3</sub>", words) for words in pieces[::2]]
    pieces[1::2] = [f"<code>{code}</code>" for code in pieces[1::2]]
    return "".join(pieces)


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


def as_text(rows: Rows, summary: str = "", looks: Mapping[str, Look] | None = None) -> str:
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
    widths = [max(map(width_of, column)) for column in zip(*marked, strict=True)]
    lines = ["  ".join(map(padded, row, widths)).rstrip() for row in marked]
    return "\n".join([*lines, summary] if summary else lines)


def width_of(text: str) -> int:
    """Return how many places a text takes; a Chinese character takes two.

    Examples
    --------
    >>> width_of("δ 的和")
    6
    """
    return len(_with_fillers(text))


def _with_fillers(text: str) -> str:
    """Return a text of as many characters as it takes places."""
    wide = (unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return "".join(sign + FILLER * is_wide for sign, is_wide in zip(text, wide, strict=True))


def padded(text: str, width: int) -> str:
    """Return a text with spaces after it, so that it takes this many places."""
    return text + " " * (width - width_of(text))


def wrapped(line: str, width: int, indent: int = 0) -> str:
    """Return a line broken into several that take this many places at most, the later ones set in.

    Examples
    --------
    >>> print(wrapped("The sum is missing.", 10, indent=2))
    The sum is
      missing.
    >>> print(wrapped("缺少求和。", 6))
    缺少求
    和。
    """
    lines = textwrap.fill(_with_fillers(line), width, subsequent_indent=" " * indent)
    return lines.replace(FILLER, "")


def as_html(rows: Rows, summary: str = "", looks: Mapping[str, Look] | None = None) -> str:
    """Return the same as a table, of which the first row is the header, and a paragraph.

    With the paragraph it is what a cell puts out, and has the left edge of the prose around it.

    Examples
    --------
    >>> as_html([["verdict"], ["agrees"]])
    '<table><tr><th>verdict</th></tr><tr><td>agrees</td></tr></table>'
    """
    badges = {cell: badge(look, cell) for cell, look in (looks or {}).items()}
    table = ""
    for row in rows:
        tag = "td" if table else "th"
        cells = (f"<{tag}>{badges.get(cell) or set_in_html(cell)}</{tag}>" for cell in row)
        table += f"<tr>{''.join(cells)}</tr>"
    if not summary:
        return f"<table>{table}</table>"
    return f'{LEFT}<table class="course-table">{table}</table><p>{set_in_html(summary)}</p>'
