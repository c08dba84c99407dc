"""What is said of an answer, whatever it answers, and how it looks."""

import re
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from helpers.exercises.mistakes import Mistake

CODE = re.compile("`([^`\n]+)`")
INDEX = re.compile(r"\b([a-zA-Z])_(?:(\w)\b|\{([^}]+)\})")
# the first words, up to a full stop or a colon; after 'solution:', which names an answer, the next
HEAD = re.compile(r"(?:\w+: )?.*?(?:[.:](?=\s|$)|$)", re.MULTILINE)


class Look(NamedTuple):
    """The mark of a verdict, the colour of its bar, and that of words on it."""

    mark: str
    colour: str
    words: str


# each colour is told from a white page and from a dark one, and the words from the colour
RIGHT, NOT_YET, OPEN = (
    Look("✓", "#1a7f37", "#fff"),
    Look("△", "#c77700", "#111"),
    Look("○", "#6e6e6e", "#fff"),
)
LOOKS = {"right": RIGHT, "not attempted": OPEN, "unclear": OPEN}


@dataclass(frozen=True)
class Verdict:
    """What is said of an answer.

    Attributes
    ----------
    kind : str
        'right'; 'known mistake', 'difference', 'failure' or 'wrong'; 'not attempted', or 'unclear'
        where the answer couldn't be understood.
    text : str
        For the learner.
    mistake : Mistake, optional
        The one that was recognised.
    """

    kind: str
    text: str
    mistake: Mistake | None = None

    def __repr__(self) -> str:
        return self.text

    @property
    def html(self) -> str:
        """The text beside a bar, the first words with their mark, code and indices set as such."""
        look, (head,) = LOOKS.get(self.kind, NOT_YET), HEAD.findall(self.text)[:1]
        mark = f'<span aria-hidden="true">{look.mark}</span>'
        badge = (
            f"background: {look.colour}; color: {look.words}; border-radius: 3px; padding: 1px 6px"
        )
        first = f'<b style="{badge}">{mark} {set_in_html(head)}</b>'
        bar = f"border-left: 4px solid {look.colour}; padding-left: 10px; white-space: pre-wrap"
        return f'<div style="{bar}">{first}{set_in_html(self.text[len(head) :])}</div>'

    def _repr_html_(self) -> str:
        return f'<div role="status">{self.html}</div>'


def set_in_html(text: str) -> str:
    """Return HTML of words, with what stands between backticks as code, and n_l with its index."""
    words_and_code = CODE.split(escape(text))
    return "".join(
        f"<code>{piece}</code>" if i % 2 else INDEX.sub(r"\1<sub>\2\3</sub>", piece)
        for i, piece in enumerate(words_and_code)
    )
