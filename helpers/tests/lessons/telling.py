"""The telling words of what the lessons say about mistakes: which, how many, and which way.

`telling.toml` holds them as somebody has read them, beside the code of each mistake, and found the
sentence true. So nobody changes 'rows' to 'columns', a number or a formula in passing: whoever
means it changes it in two places. To see which lines telling.toml should have and hasn't:

    python -m helpers.tests.lessons.telling
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from helpers.texts import lessons_with, read

REVIEWED = tomllib.loads(Path(__file__).with_name("telling.toml").read_text(encoding="utf-8"))
WORDS = frozenset(REVIEWED.pop("words").split())
SAID = ("name", "formula", "mark", "elsewhere", "text", "otherwise", "hint")
Entry = tuple[str, str, Mapping[str, Any]]
MARKS = ".,;:?!…"


def telling(text: str) -> str:
    """Return the telling words of a text: those of the list, code, a symbol, what has a digit."""
    return " ".join(filter(_tells, map(_bare, re.findall(r"`[^`]+`|[^\s`]+", text))))


def _bare(word: str) -> str:
    bare = word.strip(MARKS)
    is_whole = bare.count("(") == bare.count(")")
    return (bare if is_whole else bare.strip(f"(){MARKS}")).removesuffix("'s")


def _tells(word: str) -> bool:
    is_symbol = bool(re.search("n't$|[^A-Za-z'-]|^d[WbA]$|^[A-Zb-z]$", word))
    return is_symbol or word.lower() in WORDS


def said() -> dict[str, dict[str, str]]:
    """Return the belief and the telling words of each mistake and question, by table and key."""
    found: dict[str, dict[str, str]] = {}
    for table, key, entry in entries():
        words = [telling(entry[part]) for part in SAID if part in entry]
        if words:
            belief = entry.get("belief", "as lifted")
            found.setdefault(table, {})[key] = " | ".join([belief, *words])
    return found


def entries() -> Iterator[Entry]:
    """Find the mistakes and questions, each by its table and its key or name."""
    for file in ("exercises", "puzzles", "hunt", "questions"):
        for lesson in lessons_with(f"{file}.toml"):
            for table, inner in read(f"{lesson}/{file}").items():
                yield from ((table, *pair) for pair in _within(inner))


def _within(table: Any) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the tables that a table holds, or a list of them; there their names are keys."""
    if isinstance(table, dict):
        return [pair for pair in table.items() if isinstance(pair[1], dict)]
    tables = [dict(entry) for entry in table if isinstance(entry, dict)]
    return [(entry.pop("name"), entry) for entry in tables]


def main() -> None:
    """Print the lines that telling.toml should have and hasn't."""
    for table, lines in said().items():
        before = REVIEWED.get(table, {})
        new = [f"{_key(k)} = {_text(v)}" for k, v in lines.items() if before.get(k) != v]
        if new:
            print("", f"[{table}]", *new, sep="\n")


def _key(name: str) -> str:
    return name if re.fullmatch(r"[\w-]+", name, re.ASCII) else _text(name)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":
    main()
