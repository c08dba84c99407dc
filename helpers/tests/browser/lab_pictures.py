"""Draw the labs as they look in JupyterLab at first; needs Chromium.

    python -m helpers.tests.browser.lab_pictures

They go to `images`, and from there, by refresh_notebooks, into the notebooks: for those who read
them without a kernel. README shows `MOVING` at work, while its first slider goes from end to end.
With COURSE_LANGUAGE=zh in the environment they are those of the Chinese lessons, in `images/zh`.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nbformat import v4
from PIL import Image, ImageChops

from helpers.tests import refresh_notebooks as refresh
from helpers.tests.browser import browser
from helpers.tests.notebooks.stored_pictures import LARGEST
from helpers.texts import folder_of, language

COLOURS = (96, 64, 48)
SHARES = (1, 2 / 3)  # of the picture's width and height
MOVING = "lab-training"
TOWARDS, STEPS = 20, 43  # presses from where the slider stands towards one end, then to the other
FRAME, REST = 250, 2000  # ms that a frame is seen, and the last one
LOOKS: dict[str, Any] = {"quality": 50, "method": 3}  # of WebP
VIEWPORT: Any = {"width": 1280, "height": 1200}
WORDLESS = ".course-line { visibility: hidden }"  # a notebook has them below the picture
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


def shot(lab: browser.Lab, style: str | None = None) -> Image.Image:
    """Return what a lab looks like, without the margin."""
    image = Image.open(BytesIO(lab.view.screenshot(style=style))).convert("RGB")
    image = image.crop((0, 3, *image.size))  # above, the cell ends
    ground = Image.new("RGB", image.size, "white")
    return image.crop((0, 0, *(ImageChops.difference(image, ground).getbbox() or (0, 0))[2:]))


def small(image: Image.Image) -> bytes:
    """Return it as a PNG, as large and in as many colours as there is room for."""
    sizes = [(round(share * image.width), round(share * image.height)) for share in SHARES]
    images = (image if size == image.size else image.resize(size) for size in sizes)
    found = (in_colours(*pair) for pair in product(images, COLOURS))
    return next(png for png in found if len(png) <= LARGEST)


def in_colours(image: Image.Image, colours: int) -> bytes:
    buffer = BytesIO()
    # the colours that are there, rare ones too, and not means of them
    image.quantize(colours, Image.Quantize.MAXCOVERAGE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def frames(lab: browser.Lab) -> Iterator[Image.Image]:
    """Move the lab's first slider from end to end, and yield what is seen at each place."""
    lab.tab_to_slider()
    for _ in range(TOWARDS):
        lab.press_slider("ArrowLeft")
    for _ in range(STEPS):
        lab.page.wait_for_timeout(SETTLE)
        yield shot(lab)
        lab.press_slider("ArrowRight")


def save_loop(images: Iterable[Image.Image], path: Path) -> None:
    """Save images, all as large as the largest, as one that moves."""
    shown = list(images)
    size = max(image.width for image in shown), max(image.height for image in shown)
    first, *others = grounds = [Image.new("RGB", size, "white") for _ in shown]
    for ground, image in zip(grounds, shown, strict=True):
        ground.paste(image)
    durations = [*[FRAME] * len(others), REST]
    first.save(path, save_all=True, append_images=others, duration=durations, loop=0, **LOOKS)


def main() -> None:
    """Draw all of them."""
    with (
        TemporaryDirectory() as root,
        browser.serve(Path(root)) as server,
        browser.browse(browser.chromium_or_skip()) as context,
    ):
        page = browser.open_jupyterlab(context, server)
        page.set_viewport_size(VIEWPORT)
        images = refresh.IMAGES / folder_of(language())
        for name in write_notebooks(Path(root)):
            notebook = browser.OpenNotebook(page, f"{name}.ipynb")
            notebook.run_all()
            lab = notebook.lab()
            page.wait_for_timeout(SETTLE)
            (images / f"{name}.png").write_bytes(small(shot(lab, WORDLESS)))
            if name == MOVING:
                save_loop(frames(lab), images / f"{name}.webp")
            notebook.close()


if __name__ == "__main__":
    main()
