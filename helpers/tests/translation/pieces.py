"""The pieces of text that are translated: each with its place, its English and its translation.

Texts of lessons, labs and verdicts stand in TOML, under the keys of the English ones. The prose of
a notebook stands in the folder of its lesson: in `zh.md` a comment opens each cell, with the
cell's id and the digest of its English.

    <!-- napkin 3fa2 -->

A page, like README, is translated paragraph by paragraph: its last line has their digests.
Which word a term has in each language, and what isn't translated, stands in `glossary.toml`.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from helpers.tests.refresh_notebooks import NOTEBOOKS, ROOT, read
from helpers.texts import LESSONS, digest, is_table, load

GLOSSARY = tomllib.loads(Path(__file__).with_name("glossary.toml").read_text(encoding="utf-8"))
PAGES = ("README", "TEACHING")
OF_A_PAGE = re.compile(r"\n<!-- translated from ([\w ]+) -->\n$")
NO_WORDS = re.compile(r"```.*?```|<!--.*?-->|`[^`]*`|\$[^$]*\$|\{[^}]*\}", re.S)
CELL = re.compile(r"^<!-- ([\w-]+) (\w{4}) -->\n", re.M)


@dataclass(frozen=True)
class Piece:
    """A text and its translation.

    Attributes
    ----------
    place : str
        'lesson_3/exercises: output_delta.title', or 'lesson_3/zh.md: napkin'.
    english : str or list of str
    digest : str
        That of the English which was translated; '' if nothing was.
    translated : str or list of str
    """

    place: str
    english: Any
    digest: str = ""
    translated: Any = ""

    @property
    def is_current(self) -> bool:
        return self.digest == digest(self.english)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Each text with its translation; a list has several, and what isn't translated none."""
        if not self.digest:
            return []
        if isinstance(self.english, str):
            return [(self.english, self.translated)]
        return list(zip(self.english, self.translated, strict=True))


def has_words(text: Any) -> bool:
    """Whether there is something to translate: a word that isn't a name."""
    if not isinstance(text, str):
        return any(map(has_words, text))
    words = re.findall(r"\b[A-Za-z]{2,}\b", NO_WORDS.sub("", text))
    return any(word.lower() not in GLOSSARY["names"] for word in words)


def leaves(
    texts: Any, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield each text that a learner reads, with its keys."""
    if isinstance(texts, Mapping) or is_table(texts):
        entries = texts.items() if isinstance(texts, Mapping) else enumerate(texts)
        for key, inner in entries:
            if key not in GLOSSARY["code"] and not (key == "name" and "text" in texts):
                yield from leaves(inner, (*path, key))
    elif isinstance(texts[0] if isinstance(texts, list) and texts else texts, str):
        yield path, texts


def at(texts: Any, path: tuple[str | int, ...]) -> Any:
    """Return what stands under these keys; nothing if there is none."""
    for key in path:
        try:
            texts = texts[key]
        except (KeyError, IndexError, TypeError):
            return None
    return texts


def of_texts(folder: str, language: str) -> Iterator[Piece]:
    """Yield the pieces of the TOML files of a folder, those that have words or a translation."""
    path = LESSONS / folder / f"{language}.toml"
    translated = load(f"{folder}/{language}") if path.exists() else {}
    for file in sorted(each.stem for each in (LESSONS / folder).glob("*.toml")):
        if len(file) == 2:  # a language
            continue
        for keys, english in leaves(load(f"{folder}/{file}")):
            given = at(translated.get(file, {}), keys)
            place = f"{folder}/{file}: {'.'.join(map(str, keys))}"
            if isinstance(given, list):
                yield Piece(place, english, *given)
            elif has_words(english):
                yield Piece(place, english)


def notebook_of(folder: str) -> str:
    """Return the name of the notebook of a lesson's folder."""
    (path,) = NOTEBOOKS.glob(f"0{folder.removeprefix('lesson_')}_*.ipynb")
    return path.stem


def cells(page: str) -> dict[str, tuple[str, str]]:
    """Return the digest and the text of each cell of a page of translations, by the cell's id."""
    _, *parts = CELL.split(page)
    triples = zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    return {id: (of, text.strip("\n")) for id, of, text in triples}


def of_notebook(folder: str, language: str) -> Iterator[Piece]:
    """Yield the cells of text of a lesson's notebook."""
    path = LESSONS / folder / f"{language}.md"
    translated = cells(path.read_text(encoding="utf-8")) if path.exists() else {}
    notebook = read((NOTEBOOKS / f"{notebook_of(folder)}.ipynb").read_text(encoding="utf-8"))
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            given = translated.get(cell.id, ())
            yield Piece(f"{folder}/{language}.md: {cell.id}", cell.source, *given)


def of_page(name: str, language: str) -> Iterator[Piece]:
    """Yield the paragraphs of a page."""
    english = (ROOT / f"{name}.md").read_text(encoding="utf-8").rstrip("\n").split("\n\n")
    path = ROOT / f"{name}.{language}.md"
    page = path.read_text(encoding="utf-8") if path.exists() else ""
    found = OF_A_PAGE.search(page)
    digests = found[1].split() if found else []
    translated = OF_A_PAGE.sub("", page).rstrip("\n").split("\n\n")
    for number, texts in enumerate(zip_longest(english, digests, translated, fillvalue="")):
        yield Piece(f"{name}.{language}.md: {number}", *texts)


def folders() -> list[str]:
    """Return the folders that hold texts: 'common' and those of the lessons."""
    return sorted({path.parent.name for path in LESSONS.glob("*/*.toml")})


@cache
def all_pieces(language: str) -> list[Piece]:
    """Return every piece of the course."""
    found = [piece for name in PAGES for piece in of_page(name, language)]
    for folder in folders():
        found += of_texts(folder, language)
        if folder != "common":
            found += of_notebook(folder, language)
    return found


def orphans(language: str) -> Iterator[str]:
    """Yield the places of translations that are of no English text, or say what isn't said."""
    for folder in folders():
        path = LESSONS / folder / f"{language}.toml"
        translated = load(f"{folder}/{language}") if path.exists() else {}
        for file, texts in translated.items():
            there = (LESSONS / folder / f"{file}.toml").exists()
            english = load(f"{folder}/{file}") if there else {}
            for keys, given in leaves(texts):
                if isinstance(given, list) and at(english, keys) is None:
                    yield f"{folder}/{file}: {'.'.join(map(str, keys))}"
        yield from _cells_too_many(folder, language)


def _cells_too_many(folder: str, language: str) -> Iterator[str]:
    """Yield the places of cells that the English notebook lacks, or has once and the page twice."""
    path = LESSONS / folder / f"{language}.md"
    if path.exists():
        found = CELL.findall(path.read_text(encoding="utf-8"))
        known = Counter(piece.place for piece in of_notebook(folder, language))
        yield from Counter(f"{folder}/{path.name}: {id}" for id, _ in found) - known
