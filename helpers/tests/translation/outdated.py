"""List what isn't translated, or whose English has changed since.

    python -m helpers.tests.translation.outdated

Each piece is shown with its place, the English, the translation that there is, and the digest to
write beside the new one.
"""

import sys
from collections.abc import Iterator

from helpers.tests.translation.pieces import Piece, all_pieces, orphans
from helpers.texts import digest, languages


def outdated(language: str) -> Iterator[Piece]:
    """Yield the pieces that nobody has translated as they are now."""
    return (piece for piece in all_pieces(language) if not piece.is_current)


def main() -> int:
    """Show what is out of date in every language; return 1 if something is."""
    found = [piece for language in languages()[1:] for piece in outdated(language)]
    for piece in found:
        print(
            f"{piece.place}\n  {digest(piece.english)}\n  {piece.english}\n  {piece.translated}\n"
        )
    without = [place for language in languages()[1:] for place in orphans(language)]
    for place in without:
        print(f"{place}\n  is of no English text\n")
    print(f"{len(found)} out of date, {len(without)} of no English text")
    return int(bool(found or without))


if __name__ == "__main__":
    sys.exit(main())
