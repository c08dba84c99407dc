"""The picture of a lab that Matplotlib draws: what rests is drawn once, what moves each time."""

import base64
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape
from io import BytesIO
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from PIL import Image  # comes with Matplotlib

from helpers.plots import give_back_pixels, new_figure
from helpers.style import SCREEN_DPI, course_style

# letters that can be read where the picture shrinks to two thirds of its width
LETTERS: dict[Any, Any] = {"font.size": 11, "axes.titlesize": 11}
# hinted, text would be wider or narrower at twice the pixels
AS_WIDE: dict[Any, Any] = {"text.hinting": "none"}
# a quarter of PNG's time, and as sharp at this size
JPEG: dict[str, Any] = {"quality": 92, "subsampling": 0}
BANDS = 16


@contextmanager
def canvas_style() -> Iterator[None]:
    """Draw on a canvas, or make what is drawn there, in the course's style with larger letters."""
    with course_style(), mpl.rc_context(LETTERS):
        yield


def axes_at(
    size: tuple[int, int], places: Mapping[str, tuple[int, int, int, int]]
) -> tuple[Figure, dict[str, Axes]]:
    """Return a figure with axes at fixed places: to find places for them takes half a second.

    Parameters
    ----------
    size : tuple of int
        Width and height in pixels.
    places : mapping from str to tuple of int
        By the axes' name left, bottom, width and height in pixels, ticks and labels not included.
    """
    width, height = size
    figure, _ = new_figure(width / SCREEN_DPI, height / SCREEN_DPI, rows=0)
    figure.set_layout_engine("none")
    shares = {name: np.divide(place, (width, height) * 2) for name, place in places.items()}
    return figure, {name: figure.add_axes(tuple(share)) for name, share in shares.items()}


class Cells(AxesImage):
    """An image of cells of one colour each, pixel for pixel as Matplotlib draws the nearest.

    Here each cell gets a colour and passes it on to its pixels. Matplotlib gives each pixel a
    colour of its own, which takes ten times as long.
    """

    def make_image(self, *_: Any, **__: Any) -> tuple[Any, ...]:
        """Return the pixels from the lowest row up, and where their left and lower edges are."""
        left, bottom, right, top = self.get_window_extent().extents
        # the middles of the pixels; one that lies between two cells is of the left or upper one
        x = np.arange(np.floor(left + 0.5), np.floor(right + 0.5)) + 0.5
        y = np.arange(np.ceil(bottom - 0.5), np.ceil(top - 0.5)) + 0.5
        cells = np.asarray(self.get_array())
        colours = self.to_rgba(np.flipud(cells) if self.origin == "lower" else cells, bytes=True)
        rows = np.ceil((top - y) / (top - bottom) * len(cells)).astype(int) - 1
        columns = np.ceil((x - left) / (right - left) * len(cells.T)).astype(int) - 1
        return colours.take(columns, axis=1).take(rows, axis=0), x[0] - 0.5, y[0] - 0.5, None


class Canvas:
    """A figure whose static part is drawn once; labels and moving artists are drawn over it.

    Parameters
    ----------
    figure : Figure
        With all that doesn't move: axes of fixed limits, ticks, labels.

    Attributes
    ----------
    size : tuple of int
        Width and height in pixels, on a display of one pixel per point.
    """

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        figure.set_dpi(SCREEN_DPI)
        self._agg: Any = FigureCanvasAgg(figure)
        self.size: tuple[int, int] = self._agg.get_width_height()
        self._moving: list[Artist] = []
        self._labels: list[Artist] = []
        self._static: dict[int, Any] = {}
        self._labelled: dict[int, Any] = {}
        self._alt = self._source = ""

    def add(self, *artists: Artist) -> None:
        """Treat artists as moving ones: drawn anew for each frame, in this order."""
        for artist in artists:
            artist.set_animated(True)
        self._moving += artists

    def line(self, ax: Axes, *look: str, **more: Any) -> Line2D:
        """Return a line of no points yet that moves; what it looks like is as of `plot`."""
        (line,) = ax.plot([], [], *look, **more)
        self.add(line)
        return line

    def cells(self, ax: Axes, **look: Any) -> Cells:
        """Return an image that moves, of no numbers yet; what it looks like is as of an image."""
        image = Cells(ax, **look)
        ax.add_image(image)
        self.add(image)
        return image

    def add_labels(self, *artists: Artist) -> None:
        """Treat artists as seldom changing: drawn anew after `relabel`."""
        for artist in artists:
            artist.set_animated(True)
        self._labels += artists

    def relabel(self) -> None:
        """Draw the labels anew before the next frame, as after one has come or gone."""
        self._labelled.clear()

    def reset(self) -> None:
        """Draw the static part anew before the next frame, as after a change of limits."""
        self._static.clear()
        self._labelled.clear()

    def frame(self, alt: str) -> str:
        """Draw a frame and return it as an ``<img>`` with its alt text."""
        self._alt, self._source = alt, self._draw(1)
        return self._image()

    def sharpen(self, html: str) -> str:
        """Return HTML with the last frame in it, in which that has twice the pixels, too.

        They are for displays that have as many.
        """
        sharp = self._draw(2)
        self.figure.set_dpi(SCREEN_DPI)
        self._agg.get_renderer()  # in place of the one with four times as many pixels
        give_back_pixels(self.figure)
        return html.replace(self._image(), self._image(f'srcset="{sharp} 2x" '))

    def _image(self, more: str = "") -> str:
        width, height = self.size
        looks = f'class="course-picture" width="{width}" height="{height}"'
        return f'<img src="{self._source}" {more}{looks} alt="{escape(self._alt)}">'

    @canvas_style()
    def _draw(self, scale: int) -> str:
        """Return the figure as it is now, as an address that holds the whole image."""
        self.figure.set_dpi(scale * SCREEN_DPI)
        if scale not in self._labelled:
            with mpl.rc_context(AS_WIDE):
                self._labelled[scale] = self._draw_what_rests(scale)
        self._restore(self._labelled[scale])
        for artist in self._moving:
            self.figure.draw_artist(artist)
        buffer, size = BytesIO(), self._agg.get_width_height()
        # the fourth byte of a pixel says that it hides what is below: all do, the paper is white
        pixels = Image.frombuffer("RGBX", size, self._agg.buffer_rgba(), "raw", "RGBX", 0, 1)
        pixels.save(buffer, "jpeg", **JPEG)
        return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"

    def _draw_what_rests(self, scale: int) -> Any:
        """Draw the static part or put it back, and the labels over it; return what is there."""
        with self._moving_hidden():
            if scale in self._static:
                self._restore(self._static[scale])
            else:
                self._agg.draw()
                self.figure.set_layout_engine("none")  # nothing moves from its place after this
                self._static[scale] = self._packed()
            for label in self._labels:
                self.figure.draw_artist(label)
        return self._pixels().copy() if scale == 1 else self._packed()

    def _pixels(self) -> Any:
        return np.asarray(self._agg.get_renderer().buffer_rgba())

    def _bands(self) -> list[Any]:
        """Return the pixels in bands: to pack one of them, little memory is needed besides."""
        return np.array_split(self._pixels(), BANDS)

    def _packed(self) -> list[bytes]:
        """Return what is drawn, packed: it takes a fiftieth of the memory."""
        return [zlib.compress(band.data, level=1) for band in self._bands()]

    def _restore(self, kept: Any) -> None:
        """Put back pixels, packed or as they were."""
        if isinstance(kept, list):
            for band, packed in zip(self._bands(), kept, strict=True):
                band[:] = np.frombuffer(zlib.decompress(packed), band.dtype).reshape(band.shape)
        else:
            self._pixels()[:] = kept

    @contextmanager
    def _moving_hidden(self) -> Iterator[None]:
        """Hide what moves: Matplotlib before 3.11 draws its images with what rests."""
        shown = [artist for artist in self._moving if artist.get_visible()]
        for artist in shown:
            artist.set_visible(False)
        yield
        for artist in shown:
            artist.set_visible(True)
