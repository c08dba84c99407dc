"""Translations, signed by somebody who has read them beside the English.

Neither a word of the English nor one of the translation changes unread. What isn't signed is
shown, and signed, by

    python -m helpers.tests.translation.signed
"""

from pathlib import Path

from helpers.tests.signing import sign
from helpers.tests.translation.pieces import all_pieces
from helpers.texts import languages

SIGNED = Path(__file__).with_name("signed.txt")


def pairs() -> dict[str, str]:
    """Return every piece in every language, with its English."""
    pieces = [piece for language in languages()[1:] for piece in all_pieces(language)]
    return {piece.place: f"\n  {piece.english}\n  {piece.translated}" for piece in pieces}


if __name__ == "__main__":
    sign(SIGNED, pairs())
