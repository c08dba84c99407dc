"""What the course says in words: computed, or signed by somebody who has read it.

A claim computes what a text says, and tells where it stands, word for word but for line ends.
Of the words around what is computed it needs few; ` … ` stands for what lies between, and what
comes after a line like [memory] is of that source:

    @claim("02_forward_caching")
    def caches_beside_parameters() -> str:
        ratio = caches.nbytes / network.theta.nbytes
        return f"memory-explain :: about {in_words(ratio)} times as large … memory"

The rest of each text is signed in signed.txt. If a word of it changes, somebody has to read
it again, to compute what says how many, how much or which way, and to sign the rest if it is
true. `python -m helpers.tests.notebooks.claims` shows what has to be read, and signs it.

The texts are, by their source and where they stand there: the cells of a notebook,
('02_forward_caching', 'memory-explain'); the questions, ('memory', 'asked'), ('memory',
'right'), ('memory', 'otherwise'), ('memory', <an answer>) for the reply to it; the marks of
the bug hunt, ('hunt', 'sign turned'); the sections of README, ('README', 'Key ideas'), of
TEACHING and of CHANGELOG.

The module of a lesson also checks what its cells compute in silence, or draw, and `SCENES` has
what its formulas alone are about. Each module here is found by itself.
"""

import ast
import importlib
import io
import pkgutil
import re
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from helpers.exercises.bug_kinds import KINDS
from helpers.exercises.questions import all_questions
from helpers.plots import sentences
from helpers.tests.notebooks.formulas.cells import CHECKS, Check, cells_of, markdown_of
from helpers.tests.refresh_notebooks import NAMES, ROOT

Said = tuple[str, str]
Compute = Callable[[], str | Iterator[Said]]
CLAIMS: list["Claim"] = []
PAGES = ("README", "TEACHING", "CHANGELOG")
SIGNED = Path(__file__).with_name("signed.txt")


@dataclass(frozen=True)
class Claim:
    """A function that computes what a source says."""

    source: str
    compute: Compute


def claim(source: str) -> Callable[[Compute], Compute]:
    """Enter a claim about a notebook, a question, the hunt or a page."""

    def enter(compute: Compute) -> Compute:
        CLAIMS.append(Claim(source, compute))
        return compute

    return enter


@cache
def modules() -> list[ModuleType]:
    """Return all modules of this package, of which those of the lessons bring claims and checks."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return [importlib.import_module(f"{__name__}.{name}") for name in names if name != "__main__"]


def claims() -> list[Claim]:
    """Return the claims of all of them."""
    modules()
    return CLAIMS


def checks() -> dict[tuple[str, str], Check]:
    """Return what the same modules check of cells, by the notebook's name and the cell's."""
    modules()
    return CHECKS


def of_lessons(table: str) -> dict[str, Any]:
    """Return the entries of the tables of this name that the modules have."""
    return {k: v for module in modules() for k, v in getattr(module, table, {}).items()}


@cache
def said(claim: Claim) -> list[tuple[Said, str]]:
    """Compute, once a session, and return what is said after each place."""
    computed = claim.compute()
    if isinstance(computed, str):
        return list(parsed(computed, claim.source))
    return [((claim.source, where), text) for where, text in computed]


def parsed(said: str, source: str) -> Iterator[tuple[Said, str]]:
    """Yield what is said after each place; a line with a name in [] goes on to another source."""
    _, *parts = re.split(r"^ *(?:\[([\w-]+)\]$|(.+?) :: )", said, flags=re.MULTILINE)
    for other, where, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        source = other or source
        if where:
            yield (source, where), text


# The texts


@cache
def places() -> dict[Said, str]:
    """Return every text of the course by its place."""
    texts: dict[Said, str] = {}
    for name in NAMES:
        texts |= {(name, id): text for id, text in markdown_of(name).items()}
        code = {(name, id): words_in_code(cell.source) for id, cell in cells_of(name).items()}
        texts |= {place: text for place, text in code.items() if text}
    for name, question in all_questions().items():
        own = {"asked": f"{question.title}\n{question.text}", "right": question.right}
        own |= {"otherwise": question.otherwise} if question.otherwise else {}
        texts |= {(name, where): text for where, text in {**own, **question.replies}.items()}
    for name, kind in KINDS.items():
        words = f"{kind.formula}: {kind.misconception}", kind.mark, kind.elsewhere
        texts["hunt", name] = "\n".join(words)
    for page in PAGES:
        sections = re.split("^## ", (ROOT / f"{page}.md").read_text("utf-8"), flags=re.MULTILINE)
        texts |= {(page, text.partition("\n")[0]): text for text in sections}
    return texts


def words_in_code(source: str) -> str:
    """Return its comments and its strings of more than one word, a line each."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    constants = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    strings = [node.value for node in constants if isinstance(node.value, str)]
    strings = [sentences().get(text, text) for text in strings]  # what a picture shows
    return "\n".join([*comments, *(text for text in strings if " " in text.strip())])


def folded(text: str) -> str:
    """Return it with single spaces."""
    return " ".join(text.split())


# What is computed of them


def spans(said: str, text: str) -> list[tuple[int, int]]:
    """Return where the pieces of what is said stand in a text, one after the other.

    '4%' isn't in '4.4%', nor in '14%'.
    """
    pieces = [
        rf"(?<!\w)(?<!\d[.,−-])({re.escape(piece)})(?!\w|[.,]\d)"
        for piece in folded(said).split(" … ")
    ]
    found = re.search(".*?".join(pieces), folded(text), flags=re.DOTALL)
    return [found.span(i + 1) for i in range(len(pieces))] if found else []


@cache
def quotes() -> dict[Said, list[str]]:
    """Return what the claims say, by place."""
    found: dict[Said, list[str]] = {}
    for place, text in (pair for claim in claims() for pair in said(claim)):
        found.setdefault(place, []).append(text)
    return found


def rest(place: Said) -> str:
    """Return the words of a text that no claim computes, with … for those that one does."""
    text = places()[place]
    kept = list(folded(text))
    for start, end in (span for said in quotes().get(place, []) for span in spans(said, text)):
        kept[start:end] = "…" * (end - start)
    return re.sub("…+", "…", "".join(kept))


# What is signed


def to_sign() -> dict[str, str]:
    """Return the rests by their places; those of a question or of the hunt are one text."""
    found: dict[str, str] = {}
    for source, where in places():
        name = f"{source} {where}" if source in (*NAMES, *PAGES) else source
        found[name] = f"{found.get(name, '')} {where}: {rest((source, where))}".strip()
    return found


IN_WORDS = dict(enumerate(["no", "one", "two", "three", "four", "five", "six", "seven", "eight"]))
IN_WORDS |= {9: "nine", 10: "ten", 11: "eleven", 12: "twelve", 16: "sixteen", 20: "twenty"}
IN_WORDS |= {30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty"}
PARTS = {1e-6: "a millionth", 1e-3: "a thousandth", 1 / 40: "a fortieth", 1 / 16: "a sixteenth"}
PARTS |= {1 / 10: "a tenth", 1 / 4: "¼", 1 / 2: "½"}


def in_words(number: float) -> str:
    """Return a whole number as prose writes it."""
    whole = round(number)
    assert abs(whole - number) < 1e-9, f"{number} isn't a whole number"
    return IN_WORDS.get(whole, f"{whole:,}")


def part(share: float, near: float = 0.1) -> str:
    """Return a share as prose writes it, if it is near one that has a name."""
    (name,) = [name for value, name in PARTS.items() if abs(share / value - 1) <= near]
    return name
