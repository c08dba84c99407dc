"""Translations, signed by somebody who has read them beside the English.

No test can compute whether two texts mean the same. So each pair that was read, and found to say
the same, has its digest in signed.txt; neither a word of the English nor one of the translation
changes unread. What isn't signed is shown, and signed, by

    python -m helpers.tests.translation.signed
"""

import hashlib
from pathlib import Path
from textwrap import fill

from helpers.tests.translation.pieces import Piece, all_pieces
from helpers.texts import languages

SIGNED = Path(__file__).with_name("signed.txt")


def signature(piece: Piece) -> str:
    """Return what tells whether a pair has changed, or has another place."""
    pair = repr((piece.place, piece.english, piece.translated))
    return hashlib.sha256(pair.encode()).hexdigest()[:6]


def pairs() -> list[Piece]:
    """Return every piece in every language."""
    return [piece for language in languages()[1:] for piece in all_pieces(language)]


def unsigned() -> list[Piece]:
    """Return the pairs that have to be read."""
    signed = set(SIGNED.read_text(encoding="utf-8").split())
    return [piece for piece in pairs() if signature(piece) not in signed]


def sign() -> None:
    """Show what has to be read, and sign all."""
    for piece in unsigned():
        print(f"{piece.place}\n  {piece.english}\n  {piece.translated}\n")
    SIGNED.write_text(fill(" ".join(sorted(map(signature, pairs()))), 97) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sign()
