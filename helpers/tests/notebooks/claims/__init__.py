"""What the course says in words, computed: a claim yields the sentences that its arrays prove.

A module of this package belongs to a notebook. It has

- `PLACES`, the texts that it answers for, each by its (source, where): the cells of a notebook,
  ('02_forward_caching', 'memory-explain'), and its questions, ('memory', 'asked'),
  ('memory', 'right'), ('memory', 'otherwise'), ('memory', <an answer>) for the reply to it;
- claims, which say where each sentence stands, word for word but for line ends; they return
  it after ` :: `, or yield pairs:

      @claim("02_forward_caching")
      def caches_beside_parameters() -> str:
          ratio = caches.nbytes / network.theta.nbytes
          return f"memory-explain :: about {in_words(ratio)} times as large as the parameters"

- `UNPROVED`, what nothing computes, by the reason.
"""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from helpers.exercises.questions import all_questions
from helpers.plots import sentences
from helpers.tests.notebooks.formulas.cells import cells_of, markdown_of

Said = tuple[str, str]
Compute = Callable[[], str | Iterator[Said]]
Places = dict[Said, str]
CLAIMS: list["Claim"] = []
# what says how many, how much, which way or which of two; 'right' only where it is a side
TELLING = re.compile(
    r"""(?<![\w^])\d[\d,.]*(?<![,.])(?:e-?\d+|\w)? | [¼½∞] | \b(?:
    no | none | nothing | never | always | every(?:thing|where)? | all | both | neither | only
    | alone | most(?:ly)? | hardly | almost | nearly | about | exactly | as\ (?:much|many) | same
    | two | three | four | five | six | seven | eight | nine | ten | sixteen | twenty | eighty
    | \w*hundred\w* | \w*thousand\w* | \w*million\w* | half | halves | third | quarters?
    | \w*(?:four|fif|six|seven|eigh|nin|ten|twentie|fortie|hundred)th | twice | doubled?
    | doubles | once | first | last | second | rises? | rose | falls? | fell | grows? | grew
    | shrinks? | climbs? | drops? | more | less | fewer | larger | largest | smaller | smallest
    | longer | shorter | higher | highest | lower | lowest | steep\w* | flat | deeper | faster
    | slower | above | below | upwards? | downwards? | upper | positive | negative | before | after
    | (?:a|per|of|by|in)\ (?:row|column)s? | rows | columns
    | (?:on|to|from|at)\ the\ (?:left|right) | (?:left|right)\ (?:of|side|half)
    )\b""",
    re.VERBOSE | re.IGNORECASE,
)
# formulas and code have tests of their own; headings, links, times and tags aren't claims
NO_CLAIM = re.compile(
    r"""\$\$[^$]*\$\$ | \$[^$\n]+\$ | `[^`]*` | ^\#+\ .*?$ | ^\d\.\ | <summary>.*?</summary>
    | <[^>\n]+> | \]\([^)\s]*\) | ^(?:Before:.*?\.\ )?Next:.*?\) | \(A\ solution\ is\ folded\ below
    | takes\ about\ \d+\ minutes | To\ predict\ unseen.* | [Ll]esson\ \d | ^\#\ .*solution$
    | ^(?:upp|low)er\ left$ | \bd?[WbZAδθa-z]\w*\[[\w, -]+\] | n_\{l-1\}
    | [Tt]he\ (?:cell|question|formulas?)\ (?:above|below) | ^\#\ \(.*?$ | shapes?\ \([^)]*\)
    | \d-[\d-]+\d | \b(?:at\ once | all\ the\ same | [Bb]efore\ you\ run | (?:is|asks)\ left\ of
    | asks?\ about | not\ about)\b
    """,
    re.VERBOSE | re.MULTILINE,
)


@dataclass(frozen=True)
class Claim:
    """A function that computes sentences about one source, and the module that it is in."""

    source: str
    compute: Compute

    @property
    def module(self) -> str:
        """The name of its file."""
        return self.compute.__module__.rpartition(".")[2]

    def said(self) -> list[tuple[Said, str]]:
        """Compute, and return each sentence after its place."""
        computed = self.compute()
        if isinstance(computed, str):
            return quoted(self.source, computed)
        return [((self.source, where), text) for where, text in computed]


def quoted(source: str, page: str) -> list[tuple[Said, str]]:
    """Return the texts of a page, each of which stands after its place: `where :: text`."""
    parts = re.split(r"^ *(.+?) :: ", page, flags=re.MULTILINE)[1:]
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return [((source, where), folded(text)) for where, text in pairs]


def claim(source: str) -> Callable[[Compute], Compute]:
    """Enter a claim about a notebook or a question."""

    def enter(compute: Compute) -> Compute:
        CLAIMS.append(Claim(source, compute))
        return compute

    return enter


def places_of(notebook: str, lesson: int) -> Places:
    """Return every text of a lesson by its place."""
    texts = markdown_of(notebook) | {
        id: words_in_code(cell.source) for id, cell in cells_of(notebook).items()
    }
    places = {(notebook, id): text for id, text in texts.items()}
    for question in all_questions().values():
        if question.lesson == lesson:
            own = {"asked": f"{question.title}\n{question.text}", "right": question.right}
            own |= {"otherwise": question.otherwise} if question.otherwise else {}
            places |= {
                (question.name, where): text for where, text in {**own, **question.replies}.items()
            }
    return places


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


def spans(sentence: str, text: str) -> list[tuple[int, int]]:
    """Return where the sentence stands in a text; '4 %' isn't in '4.4 %', nor in '14 %'."""
    exact = rf"(?<!\w)(?<!\d[.,−-]){re.escape(folded(sentence))}(?!\w|[.,]\d)"
    return [match.span() for match in re.finditer(exact, folded(text))]


def unquoted(text: str, sentences: list[str]) -> list[str]:
    """Return the telling words of a text that no sentence holds, with what stands around them."""
    plain = folded(NO_CLAIM.sub(lambda match: re.sub(r"\S", "·", match.group()), text))
    whole = folded(text)
    quoted = [span for sentence in sentences for span in spans(sentence, text)]
    return [
        f"{found.group()!r} in '…{whole[max(0, found.start() - 40) : found.end() + 30]}…'"
        for found in TELLING.finditer(plain)
        if not any(start <= found.start() and found.end() <= end for start, end in quoted)
    ]


def quotes(
    claims: list[Claim], unproved: Mapping[str, list[tuple[Said, str]]]
) -> dict[Said, list[str]]:
    """Return what is quoted at each place, by the claims and by the list of what isn't proved."""
    found: dict[Said, list[str]] = {}
    for place, text in (said for claim in claims for said in computed(claim)):
        found.setdefault(place, []).append(text)
    for place, text in (said for group in unproved.values() for said in group):
        found.setdefault(place, []).append(text)
    return found


@cache
def computed(claim: Claim) -> list[tuple[Said, str]]:
    """Return what it says, computed once a session."""
    return claim.said()


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
