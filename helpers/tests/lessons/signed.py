"""What the lessons say of known mistakes, signed by somebody who has read it beside their code.

A mistake's belief, name and hint are read with its wrong code, and with the solution, which stands
in the lesson's exercises.py. If they are true, they are signed. So neither a word of them nor the
code changes unread. What isn't signed is shown, and signed, by

    python -m helpers.tests.lessons.signed
"""

from pathlib import Path

from helpers.tests.signing import sign
from helpers.texts import lessons_with, read

SIGNED = Path(__file__).with_name("signed.txt")


def texts() -> dict[str, str]:
    """Return what is said of each exercise itself, and of each mistake, with its code."""
    found = {}
    for file in ("exercises", "puzzles"):
        for lesson in lessons_with(f"{file}.toml"):
            for exercise, entries in read(f"{lesson}/{file}").items():
                own = {key: text for key, text in entries.items() if not isinstance(text, dict)}
                found[exercise] = str(own)
                for key in entries.keys() - own.keys():
                    found[f"{exercise}.{key}"] = "\n".join(map(str, entries[key].values()))
    return found


if __name__ == "__main__":
    sign(SIGNED, texts())
