"""Texts that somebody has read, and found true, by their digests.

No test can compute whether a sentence is true, or whether two texts mean the same. So a file
`signed.txt` has the digest of each that was read, with its place: not a word of it changes unread.
"""

import hashlib
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

Texts = Mapping[str, str]  # by place


def digests(texts: Texts) -> dict[str, str]:
    """Return what there is to read, by its digest."""
    shown = [f"[{place}] {text}" for place, text in texts.items()]
    return {hashlib.sha256(text.encode()).hexdigest()[:8]: text for text in shown}


def unread(path: Path, texts: Texts) -> list[str]:
    """Return what nobody has signed as it is now, and signatures that are of no text."""
    signed, found = set(path.read_text(encoding="utf-8").split()), digests(texts)
    gone = [f"{digest} is of no text; sign again" for digest in signed - found.keys()]
    return [text for digest, text in found.items() if digest not in signed] + gone


def sign(path: Path, texts: Texts) -> None:
    """Show what has to be read, and sign all; a change stays within a line of the file."""
    print(*unread(path, texts), sep="\n\n")
    lines = groupby(sorted(digests(texts)), key=lambda digest: digest[:2])
    page = "".join(" ".join(line) + "\n" for _, line in lines)
    path.write_text(page, encoding="utf-8", newline="\n")
