"""A small table, as text for a terminal and as HTML for a notebook, from the same rows."""

from collections.abc import Sequence
from html import escape


def as_text(rows: Sequence[Sequence[str]], summary: str = "") -> str:
    """Return the rows in columns that line up, and the summary below them.

    Parameters
    ----------
    rows : sequence of sequences of str
        The header, if there is one, is a row like the others; all are equally long.
    summary : str
        A sentence about all of it.

    Examples
    --------
    >>> print(as_text([["array", "verdict"], ["dW[1]", "agrees"]], "All agree."))
    array  verdict
    dW[1]  agrees
    All agree.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return "\n".join([*lines, summary] if summary else lines)


def as_html(rows: Sequence[Sequence[str]], summary: str = "") -> str:
    """Return the same as a table, of which the first row is the header, and a paragraph.

    Examples
    --------
    >>> as_html([["verdict"], ["agrees"]], "0 < 1")
    '<table><tr><th>verdict</th></tr><tr><td>agrees</td></tr></table><p>0 &lt; 1</p>'
    """
    header, *others = rows
    lines = [_row(header, "th"), *(_row(row, "td") for row in others)]
    said = f"<p>{escape(summary)}</p>" if summary else ""
    return f"<table>{''.join(lines)}</table>{said}"


def _row(cells: Sequence[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"
