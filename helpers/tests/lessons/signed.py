"""What the lessons say of known mistakes, signed by somebody who has read it beside their code.

A mistake's belief, name and hint are read with its wrong code and with what is right, which stands
in signed.toml above each exercise. If they are true, they are signed. So neither a word of them
nor the code changes unread. What isn't signed, or not as it is now, is shown, and signed, by

    python -m helpers.tests.lessons.signed
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from textwrap import fill
from typing import Any

from helpers.texts import lessons_with, read

SIGNED = Path(__file__).with_name("signed.toml")
Texts = Mapping[str, Mapping[str, str]]  # by exercise and mistake


def texts() -> Texts:
    """Return what is said of each exercise itself, and of each mistake, with its code."""
    found: dict[str, dict[str, str]] = {}
    for file in ("exercises", "puzzles"):
        for lesson in lessons_with(f"{file}.toml"):
            for exercise, entries in read(f"{lesson}/{file}").items():
                own = {key: text for key, text in entries.items() if not isinstance(text, dict)}
                mistakes = {key: _words(text) for key, text in entries.items() if key not in own}
                found[exercise] = {"itself": str(own)} | mistakes
    return found


def _words(mistake: Mapping[str, Any]) -> str:
    return "\n".join(map(str, mistake.values()))


def signatures() -> Texts:
    """Return those that signed.toml should have."""
    return {
        exercise: {key: hashlib.sha256(words.encode()).hexdigest()[:4] for key, words in of.items()}
        for exercise, of in texts().items()
    }


def signed() -> Texts:
    """Return those that signed.toml has."""
    found = tomllib.loads(SIGNED.read_text(encoding="utf-8"))
    return {name: dict(re.findall(r"(\w+):(\w{4})\b", keys)) for name, keys in found.items()}


def unsigned() -> list[str]:
    """Return what has to be read: its place, and what is said."""
    before, words = signed(), texts()
    return [
        f"[{exercise}.{key}]\n{words[exercise][key]}"
        for exercise, of in signatures().items()
        for key, signature in of.items()
        if before.get(exercise, {}).get(key) != signature
    ]


def sign() -> None:
    """Show what has to be read, and sign all."""
    print(*unsigned(), sep="\n\n")
    page = SIGNED.read_text(encoding="utf-8")
    for exercise, of in signatures().items():
        keys = fill("  ".join(map(":".join, of.items())), 99)
        page, found = re.subn(
            rf'^{exercise} = """.*?"""', f'{exercise} = """\n{keys}"""', page, flags=re.M | re.S
        )
        page += "" if found else f'\n# what is right\n{exercise} = """\n{keys}"""\n'
    SIGNED.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    sign()
