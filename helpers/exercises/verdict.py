"""What is said of an answer, whatever it answers, and how it looks."""

import re
from dataclasses import dataclass

from helpers.exercises.mistakes import Mistake
from helpers.tables import NOT_YET, OPEN, RIGHT, badge, set_in_html

# the first words, up to a full stop or a colon; after 'solution:', which names an answer, the next
HEAD = re.compile(r"(?:\w+: )?.*?(?:[.:](?=\s|$)|[。：]|$)", re.MULTILINE)
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
    named : str
        What is wrong as the progress file has it, 'belief: its name'; '' if nothing is known.
    """

    kind: str
    text: str
    mistake: Mistake | None = None
    named: str = ""

    def __repr__(self) -> str:
        return self.text

    @property
    def html(self) -> str:
        """The text beside a bar, the first words with their mark, code and indices set as such."""
        look, (head,) = LOOKS.get(self.kind, NOT_YET), HEAD.findall(self.text)[:1]
        bar = f"border-left: 4px solid {look.colour}; padding-left: 10px; white-space: pre-wrap"
        rest = set_in_html(self.text[len(head) :])
        return f'<div style="{bar}">{badge(look, head)}{rest}</div>'

    def _repr_html_(self) -> str:
        return f'<div role="status">{self.html}</div>'
