"""The look and the letters of all pictures, whatever the learner's own settings are.

Colours, sizes and the white background are in `course.mplstyle`.
"""

from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.font_manager import findSystemFonts, fontManager

from helpers import texts

STYLE_SHEET = Path(__file__).with_name("course.mplstyle")
STYLE = mpl.rc_params_from_file(STYLE_SHEET, use_default_template=False)
COLOURS = BLUE, ORANGE, GREEN, *_ = STYLE["axes.prop_cycle"].by_key()["color"]
LINES = ("-", "--", "-.", ":")
CLASS_MAP = LinearSegmentedColormap.from_list("classes", ["#8FC3E8", "#FFFFFF", "#F5B48A"])
SCREEN_DPI = 96
# all that a picture depends on: Matplotlib's own defaults, and over them the course's style
SETTINGS: dict[Any, Any] = dict(mpl.rcParamsDefault) | dict(STYLE)
del SETTINGS["backend"]
# in which to draw, save, or make what is drawn, whatever the learner's own settings are
course_style = partial(mpl.rc_context, SETTINGS)


def fonts(language: str) -> list[str]:
    """Return families with a language's letters; none where Matplotlib's own font has them."""
    return list(texts.in_language("common/language", language)["fonts"])


@cache
def font_of(language: str) -> str:
    """Return the first of a language's fonts that this machine has; '' if it has none."""
    families = fonts(language)
    if families and not {*families}.intersection(fontManager.get_font_names()):
        known = {font.fname for font in fontManager.ttflist}
        for path in {*findSystemFonts()} - known:  # installed after Matplotlib made its list
            with suppress(Exception):  # of many kinds: not such a font
                fontManager.addfont(path)
    return next((name for name in families if name in fontManager.get_font_names()), "")


def families(language: str) -> list[str]:
    """Return the families that pictures are lettered in: a letter is of the first that has it."""
    return [*mpl.rcParamsDefault["font.family"], *filter(None, [font_of(language)])]


SETTINGS["font.family"] = families(texts.language())


def bold() -> str:
    """Return the weight of bold letters; of a language's own font there may be no others."""
    return "normal" if font_of(texts.language()) else "bold"


def draws(language: str) -> bool:
    """Whether this machine has a font for the language; some need none but Matplotlib's own."""
    return not fonts(language) or bool(font_of(language))


def drawn(name: str) -> dict[str, Any]:
    """Return the texts of a file as `texts.read` does, for words that Matplotlib draws.

    They are English where this machine has no font for the language that was chosen.

    Examples
    --------
    >>> drawn("common/words")["loss"]["title"]
    'Training loss'
    """
    return texts.read(name) if draws(texts.language()) else texts.in_language(name, texts.ENGLISH)
