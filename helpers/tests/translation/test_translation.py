"""The translations say what the English says, and are of the English as it is now."""

import json
import re
from itertools import product

import pytest

from helpers import texts
from helpers.tests import refresh_notebooks as refresh
from helpers.tests.signing import unread
from helpers.tests.translation import notebooks, outdated, pieces, proof, signed
from helpers.texts import ENGLISH, languages, lessons_with

OTHERS = languages()[1:]
OUTDATED = "python -m helpers.tests.translation.outdated shows what it is now"
SIGN = "python -m helpers.tests.translation.signed shows what is to be read, and signs it"
MAKE = "run python -m helpers.tests.translation.notebooks"
# where a text has each of two once, in English and in Chinese; 左右 is 'about'
OPPOSITES = [(("left", "right"), ("左(?!右)", "(?<!左)右")), (("rises", "falls"), ("升", "降"))]
LESSONS = lessons_with("lab.toml")
each_language = pytest.mark.parametrize("language", OTHERS)


@each_language
def test_every_piece_is_translated_as_it_is_now(language: str) -> None:
    assert [piece.place for piece in outdated.outdated(language)] == [], OUTDATED
    assert [*pieces.orphans(language)] == []


def test_every_translation_was_read_beside_its_english() -> None:
    assert unread(signed.SIGNED, signed.pairs()) == [], SIGN


@each_language
def test_a_translation_has_the_same_formulas_code_numbers_and_names(language: str) -> None:
    found = {
        f"{piece.place}: {what}"
        for piece in pieces.all_pieces(language)
        for pair in piece.pairs
        for what in proof.unequal(*pair)
    }
    assert found == set()


def is_code(place: str, text: str) -> bool:
    """Whether it is the name that a part of an answer has in Python."""
    return place.endswith(".parts") and re.fullmatch(r"[a-z.]+", text) is not None


def test_it_is_set_as_chinese_is_and_nothing_is_left_in_english() -> None:
    found = {
        f"{piece.place}: {what}"
        for piece in pieces.all_pieces("zh")
        for english, translated in piece.pairs
        if pieces.has_words(english) and not is_code(piece.place, english)
        for what in proof.badly_set(translated)
    }
    assert found == set()


def test_no_chinese_is_in_the_english_edition() -> None:
    han = re.compile(proof.HAN)
    english = [str(piece.english) for piece in pieces.all_pieces("zh")]
    english.remove("[中文](README.zh.md)")
    stored = [path.read_text(encoding="utf-8") for path in refresh.NOTEBOOKS.glob("*.ipynb")]
    assert [text for text in english + stored if han.search(text)] == []


@each_language
def test_a_term_is_the_same_word_everywhere(language: str) -> None:
    found = {
        f"{piece.place}: {term}"
        for piece in pieces.all_pieces(language)
        for english, translated in piece.pairs
        for term, word in pieces.GLOSSARY[language].items()
        if word not in translated
        and re.search(rf"(?i)\b{term}(?:s|es)?\b", pieces.NO_WORDS.sub(" ", english))
    }
    assert found == set()


def test_of_two_opposites_the_same_comes_first() -> None:
    found = set[str]()
    for piece in pieces.all_pieces("zh"):
        for texts_of_both, opposites in product(piece.pairs, OPPOSITES):
            clean = [pieces.NO_WORDS.sub(" ", text) for text in texts_of_both]
            both = [
                [one != "" for one in re.findall(rf"(?i)({one})|{other}", text)]
                for text, (one, other) in zip(clean, opposites, strict=True)
            ]
            if all(sorted(of) == [False, True] for of in both) and both[0] != both[1]:
                found.add(f"{piece.place}: {opposites}")
    assert found == set()


@each_language
def test_what_is_said_twice_in_english_is_said_twice_in_the_translation(language: str) -> None:
    """Mistakes with one name are one mistake, in whatever lesson."""
    said: dict[str, set[str]] = {}
    for piece in pieces.all_pieces(language):
        if piece.place.endswith((".name", ".hint")):
            said.setdefault(piece.english, set()).add(piece.translated)
    assert [translations for translations in said.values() if len(translations) > 1] == []


@each_language
def test_what_differs_in_english_differs_in_the_translation(language: str) -> None:
    """Of two answers, titles, mistakes or controls that look alike a learner would see one."""
    tables: dict[tuple[str, str], dict[str, set[str]]] = {}
    for piece in pieces.all_pieces(language):
        table, _, key = piece.place.rpartition(".")
        if key in ("name", "title") or key == "answer":  # each stands in a table of its own
            table = table.rpartition(".")[0]
        elif not re.search(r"controls|options|choices", table):
            continue
        for english, translated in piece.pairs:
            alike = tables.setdefault((table, key if key in ("name", "title") else ""), {})
            alike.setdefault(translated, set()).add(english)
    assert [of for said in tables.values() for of in said.values() if len(of) > 1] == []


@each_language
@pytest.mark.parametrize("folder", LESSONS)
def test_a_notebook_has_the_code_of_the_english_one_and_the_prose_of_its_translation(
    folder: str, language: str
) -> None:
    path, made = notebooks.path_of(folder, language), notebooks.made(folder, language)
    stored = refresh.read(path.read_text(encoding="utf-8"))
    english = refresh.read(notebooks.path_of(folder, ENGLISH).read_text(encoding="utf-8"))
    kept = [(cell.id, cell.cell_type, cell.source) for cell in made.cells]
    assert [(cell.id, cell.cell_type, cell.source) for cell in stored.cells] == kept, MAKE
    code = [cell.source for cell in english.cells if cell.cell_type == "code"]
    theirs = [cell.source for cell in stored.cells if cell.cell_type == "code"]
    theirs.remove(notebooks.choice(language))
    assert theirs == code
    tags = {cell.id: cell.metadata for cell in english.cells}
    assert {cell.id: cell.metadata for cell in stored.cells if cell.id in tags} == tags


@each_language
@pytest.mark.parametrize("page", pieces.PAGES)
def test_what_a_page_points_to_is_there(page: str, language: str) -> None:
    text = (refresh.ROOT / f"{page}.{language}.md").read_text(encoding="utf-8")
    files = re.findall(r"\]\(([^)#\s]+)\)", text) + re.findall(r"[\w/]+/\w+\.ipynb", text)
    assert files
    assert [file for file in files if not (refresh.ROOT / file).exists()] == []


def test_a_language_is_chosen_before_anything_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_LANGUAGE", ENGLISH)
    texts.read("common/verdicts")
    texts.speak(ENGLISH)
    with pytest.raises(RuntimeError, match="重启内核"):
        texts.speak("zh")
    with pytest.raises(ValueError, match="'fr'; there are en, zh"):
        texts.speak("fr")


ENTRIES = {"a": "one {n}", "b": ["x y", "z"], "c": [{"says": "two", "n": 2}, {"says": "three"}]}


def test_what_is_missing_or_out_of_date_is_said_in_english() -> None:
    given = {
        "a": [texts.digest("one {n}"), "一 {n}"],
        "b": ["0000", ["甲", "乙"]],
        "c": [{"says": [texts.digest("two"), "二"]}, {}],
    }
    merged = texts._merged(ENTRIES, given)
    assert merged == ENTRIES | {"a": "一 {n}", "c": [{"says": "二", "n": 2}, {"says": "three"}]}
    assert texts._merged(ENTRIES, {"c": [{}]}) == texts._merged(ENTRIES, {}) == ENTRIES


# A text and its translation, and what is wrong with it; '' if nothing is.
PAIRS = {
    ("At $x$ `W[l]` is {n}, 50% of δ[l].", "在 $x$ 处，`W[l]` 是 {n}，即 δ[l] 的 50%。"): "",
    (r"$\text{size of } z = 2$", r"$z \text{ 的大小} = 2$"): "",
    (r"$\text{size of } z = 2$", "$z = 2$ 是大小"): "formula",
    ("$x_1$ grows.", "$x_2$ 增大。"): "formula",
    ("`W.T` is it.", "就是 `W`。"): "code",
    ("It takes 193 sweeps.", "需要 139 次。"): "number",
    ("It is −2.", "它是 2。"): "number",
    ("{n} of {all}", "共 {all} 个"): "placeholder",
    ("δ[l-1] is next.", "接着是 δ[l]。"): "name",
    ("See [2](02_forward_caching.ipynb).", "见 [2](03_delta_recursion.ipynb)。"): "link",
    ("<b>No</b>", "不"): "tag",
}
BADLY_SET = {
    "好，这是 $x$ 的斜率（slope）：它为 1。": "",
    "好,这是斜率。": "half-width punctuation beside Chinese",
    "斜率(slope) 大。": "a half-width bracket beside Chinese",
    "这是$x$ 的值。": "no space between Chinese and Latin",
    "这是 3个点。": "no space between Chinese and Latin",
    "这是 斜率。": "a space between Chinese and Chinese",
    "这是 $x$ 。": "a space before full-width punctuation",
    "好， $x$ 大。": "a space after full-width punctuation",
    "**预测：**它大吗？": "Markdown that doesn't close",
    "请您再看。": "您",
    "有 ３ 个。": "full-width letters",
    "这里 the weights are drawn at random 了。": "English",
    "The slope": "no Chinese",
}


@pytest.mark.parametrize(("pair", "kind"), PAIRS.items())
def test_what_is_unequal_is_named(pair: tuple[str, str], kind: str) -> None:
    assert [what.split(":")[0] for what in proof.unequal(*pair)] == [kind] * bool(kind)


@pytest.mark.parametrize(("text", "kind"), BADLY_SET.items())
def test_what_is_badly_set_is_named(text: str, kind: str) -> None:
    assert {what.split(":")[0] for what in proof.badly_set(text)} == {kind} - {""}


def test_a_digest_tells_one_text_from_another() -> None:
    assert texts.digest("one") != texts.digest("One") != texts.digest(["One"])
    assert json.loads(json.dumps(texts.digest("one"))) == texts.digest("one")
