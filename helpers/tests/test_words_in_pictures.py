"""The words in pictures: in another language where this machine has a font for it, else English.

A letter that no font has would be drawn as a box.
"""

import importlib
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pkgutil import iter_modules

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, fontManager
from matplotlib.text import Text

from helpers import labs, plots, style, texts
from helpers.activations import ACTIVATIONS, find_activation
from helpers.network import MLP
from helpers.tests.notebooks.stored_pictures import FONT
from helpers.tests.refresh_notebooks import IMAGES
from helpers.tests.test_drawings import as_stored, assert_stored, drawings
from helpers.tests.translation.pieces import has_words
from helpers.training import train

CHINESE = "zh"
FONTS = {language: style.fonts(language) for language in texts.languages()}
NAMES = {*ACTIVATIONS, "He"}  # the same in Chinese
HAN = re.compile("[\u4e00-\u9fff]")
X, Y = np.array([[-1.0, 2.0, 0.5], [0.0, 1.5, -0.4]]), np.array([[0, 1, 0]])


def of_plots() -> Iterator[Figure]:
    """What `helpers.plots` draws."""
    network, changed = (MLP((2, 9, 1), ("relu", "sigmoid"), seed) for seed in (0, 1))
    history = train(changed, X, Y, epochs=2, learning_rate=0.5, progress=0)
    figure, axes = plots.new_figure(9, 9, columns=3, rows=2)
    plots.plot_activation(axes[0, 0], find_activation("relu"))
    plots.plot_boundary(axes[0, 1], network, X, Y)
    axes[0, 1].legend()
    plots.plot_loss(axes[0, 2], history)
    plots.plot_gradient_norms(axes[1, 0], history)
    plots.plot_epsilon_sweep(axes[1, 1], np.logspace(-3, -1, 3), {"ε": [1, 2, 3]})
    plots.draw_network(axes[1, 2], network.layer_sizes)
    heat, _ = plots.new_figure(6, 4, rows=0)
    plots.plot_weight_heatmaps(heat, network, changed)
    yield from (figure, heat)


def words() -> dict[str, list[str]]:
    """Return the texts of every picture of `helpers`, by the name of what draws it."""
    figures: dict[str, list[Figure]] = {"plots": [*of_plots()]}
    names = [f"helpers.labs.{name}" for _, name, _ in iter_modules(labs.__path__)]
    for name in (*names, "helpers.exercises.bug_hunt"):
        module = importlib.import_module(name)
        if hasattr(module, "_Panels"):
            figures[name] = [module._Panels().canvas.figure]
    return {name: [*laid_out(figures[name])] for name in figures}


@style.course_style()
def laid_out(figures: list[Figure]) -> Iterator[str]:
    """Yield the words of figures, laid out: there Matplotlib warns of a letter that it lacks.

    Its other texts are ticks, of which a figure that has been drawn has more.
    """
    for text in chain.from_iterable(figure.findobj(Text) for figure in figures):
        assert isinstance(text, Text)
        text.get_window_extent()
        if HAN.search(text.get_text()) or has_words(text.get_text()):
            yield text.get_text()


@contextmanager
def speaking(language: str, fonts: Mapping[str, list[str]]) -> Iterator[None]:
    """Draw in this language, on a machine that has of these families those that are here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(style, "fonts", lambda spoken: fonts.get(spoken, []))
        patch.setenv("COURSE_LANGUAGE", language)
        style.font_of.cache_clear()
        texts.read.cache_clear()
        try:
            patch.setitem(style.SETTINGS, "font.family", style.families(language))
            yield
        finally:
            style.font_of.cache_clear()
            texts.read.cache_clear()


@pytest.fixture(scope="module")
def english() -> dict[str, list[str]]:
    with speaking("en", FONTS):
        return words() | of_drawings(texts.ENGLISH)


def of_drawings(language: str) -> dict[str, list[str]]:
    return {name: [*laid_out([figure])] for name, figure in drawings(language).items()}


def test_without_a_font_for_it_all_words_are_english(english: dict[str, list[str]]) -> None:
    assert not HAN.search(str(english))
    with speaking(CHINESE, {CHINESE: ["a family that nobody has"]}):
        assert words().items() <= english.items()
        with pytest.raises(SystemExit, match="None of the fonts"):
            drawings.__wrapped__(CHINESE)


needs_font = pytest.mark.skipif(not style.font_of(CHINESE), reason="no Chinese font is here")


@needs_font
def test_with_one_every_word_is_chinese_and_every_letter_there(
    english: dict[str, list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    with speaking(CHINESE, FONTS), warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", DeprecationWarning)  # an old Matplotlib's, of its parser
        found = words() | of_drawings(CHINESE)
    assert found.keys() == english.keys() and not caplog.records
    for name, texts_there in english.items():
        for there, here in zip(texts_there, found[name], strict=True):
            assert HAN.search(here) or (there == here and here in NAMES), f"{name}: {here}"


def test_a_font_is_found_that_matplotlib_has_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    path, family = findfont("DejaVu Serif"), "DejaVu Serif"
    others = [font for font in fontManager.ttflist if font.name != family]
    monkeypatch.setattr(fontManager, "ttflist", others)
    monkeypatch.setattr(style, "findSystemFonts", lambda: [__file__, path])
    with speaking(CHINESE, {CHINESE: ["a family that nobody has", family]}):
        assert style.font_of(CHINESE) == family


@as_stored
def test_the_stored_chinese_drawings_are_what_is_drawn() -> None:
    if style.font_of(CHINESE) != FONT:
        pytest.skip(f"{FONT}, in which they are stored, isn't the font here")
    with speaking(CHINESE, FONTS):
        assert_stored(drawings(CHINESE), IMAGES / CHINESE)
