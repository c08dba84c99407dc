"""Draw the labs as they look in JupyterLab at first; needs Chromium.

    python -m helpers.tests.browser.lab_pictures

They go to `images`, and from there into README and, by refresh_notebooks, into the notebooks:
for those who read them without a kernel.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nbformat import v4
from PIL import Image, ImageChops

from helpers.tests import refresh_notebooks as refresh
from helpers.tests.browser.browser import (
    Lab,
    OpenNotebook,
    browse,
    chromium_or_skip,
    open_jupyterlab,
    serve,
)
from helpers.tests.notebooks.stored_pictures import LARGEST

COLOURS = (96, 64, 48, 32, 24, 20, 16)
VIEWPORT: Any = {"width": 1280, "height": 1200}
SETTLE = 1500  # ms until a picture is sharp


def write_notebooks(folder: Path) -> Iterator[str]:
    """Write a notebook for the cell of each lesson's lab; yield the name of the cell."""
    written: Any = v4
    for name in refresh.NAMES:
        text = (refresh.NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8")
        code = (cell for cell in refresh.read(text).cells if cell.cell_type == "code")
        (cell,) = (cell for cell in code if cell.id.startswith("lab-"))
        cells = [written.new_code_cell(cell.source, id=cell.id)]
        book = written.new_notebook(cells=cells, metadata=refresh.METADATA)
        (folder / f"{cell.id}.ipynb").write_text(refresh.to_text(book), encoding="utf-8")
        yield cell.id


def shot(lab: Lab) -> bytes:
    """Return what a lab looks like, without the margin, in as many colours as there is room for."""
    image = Image.open(BytesIO(lab.view.screenshot())).convert("RGB")
    image = image.crop((0, 2, *image.size))  # above, the cell ends
    ground = Image.new("RGB", image.size, "white")
    image = image.crop((0, 0, *(ImageChops.difference(image, ground).getbbox() or (0, 0))[2:]))
    found = (in_colours(image, colours) for colours in COLOURS)
    return next(png for png in found if len(png) <= LARGEST)


def in_colours(image: Image.Image, colours: int) -> bytes:
    buffer = BytesIO()
    image.quantize(colours, Image.Quantize.FASTOCTREE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def main() -> None:
    """Draw all of them."""
    with (
        TemporaryDirectory() as root,
        serve(Path(root)) as server,
        browse(chromium_or_skip()) as context,
    ):
        page = open_jupyterlab(context, server)
        page.set_viewport_size(VIEWPORT)
        for name in write_notebooks(Path(root)):
            notebook = OpenNotebook(page, f"{name}.ipynb")
            notebook.run_all()
            lab = notebook.lab()
            page.wait_for_timeout(SETTLE)
            (refresh.IMAGES / f"{name}.png").write_bytes(shot(lab))
            notebook.close()


if __name__ == "__main__":
    main()
