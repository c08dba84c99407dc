"""The pictures that a notebook keeps, for those who read it without a kernel.

A cell's picture is stored before its sentence, half as sharp and in few colours. As a plugin of
pytest, named in pyproject.toml, this tells nbval's cells whether what they draw looks like that.
"""

import base64
import re
from collections.abc import Generator, Iterable
from importlib.metadata import version
from io import BytesIO
from typing import Any

import nbformat
import numpy as np
import pytest
from nbformat import NotebookNode
from nbval.plugin import IPyNbCell
from packaging.version import Version
from PIL import Image

from helpers.style import font_of
from helpers.texts import languages

PICTURE = re.compile(r'<img src="data:image/png;base64,([^"]*)" width="\d+" alt="[^"]*">')
COLOURS = 64
LARGEST = 25_000  # bytes
# how far two pictures may be apart, of 255, on the whole and at one place
ON_THE_WHOLE, AT_ONE_PLACE = 2, 64
# the stored ones were drawn by such a Matplotlib
IS_NEW = Version(version("matplotlib")) >= Version("3.10")
FONT = "WenQuanYi Micro Hei"  # of those that are lettered in Chinese


def small(picture: bytes) -> bytes:
    """Return a PNG as it is stored."""
    image = Image.open(BytesIO(picture)).convert("RGB").reduce(2)
    buffer = BytesIO()
    image.quantize(COLOURS, Image.Quantize.FASTOCTREE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def output_of(picture: bytes) -> NotebookNode:
    """Return an output that is a picture, and nothing that nbval compares."""
    made: Any = nbformat.v4.new_output
    data = base64.b64encode(picture).decode()
    output: NotebookNode = made("display_data", {"image/png": data})
    return output


def drawn(outputs: Iterable[Any]) -> list[NotebookNode]:
    """Return the pictures in the HTML of outputs, as they are stored."""
    htmls = ("".join(output.get("data", {}).get("text/html", "")) for output in outputs)
    found = (PICTURE.fullmatch(html) for html in htmls)
    return [output_of(small(base64.b64decode(m[1]))) for m in found if m]


def stored(outputs: Iterable[Any]) -> list[NotebookNode]:
    """Return those that are stored, each alone in its output."""
    return [output for output in outputs if [*output.get("data", {})] == ["image/png"]]


def alike(one: NotebookNode, other: NotebookNode) -> bool:
    """Whether two of them look the same from a few steps away."""
    data = (base64.b64decode(output.data["image/png"]) for output in (one, other))
    images = [Image.open(BytesIO(picture)).convert("RGB") for picture in data]
    if images[0].size != images[1].size:
        return False
    near, far = (np.asarray(image.reduce(8), dtype=float) for image in images)
    apart = np.abs(near - far)
    return bool(apart.mean() <= ON_THE_WHOLE and apart.max() <= AT_ONE_PLACE)


def are_alike(some: list[NotebookNode], others: list[NotebookNode]) -> bool:
    return len(some) == len(others) and all(map(alike, some, others))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a cell of a notebook whose stored picture isn't what it draws."""
    result = yield
    if isinstance(item, IPyNbCell) and IS_NEW and _is_lettered_alike(item):
        now = drawn(item.test_outputs or [])
        assert not now or are_alike(now, stored(item.cell.outputs)), "refresh the stored picture"
    return result


def _is_lettered_alike(item: pytest.Item) -> bool:
    """Whether its pictures are lettered here in the font in which they are stored."""
    language = item.path.parent.name
    return language not in languages() or font_of(language) == FONT
