"""The canvas of a lab: what it draws in its own way is what Matplotlib draws."""

from typing import Any

import matplotlib as mpl
import numpy as np
import pytest

from helpers.widgets.canvas import Canvas, Cells, axes_at


@pytest.mark.skipif(mpl.__version_info__ < (3, 11), reason="others round cells' edges otherwise")
@pytest.mark.parametrize("origin", ["upper", "lower"])
def test_cells_are_pixel_for_pixel_as_matplotlib_draws_them(origin: str) -> None:
    figure, axes = axes_at((200, 150), {"cells": (20, 10, 101, 83)})
    axes["cells"].set(xlim=(0, 101), ylim=(83, 0))
    cells: Any = Canvas(figure).cells(axes["cells"], clim=(-1, 1), cmap="PuOr", origin=origin)
    cells.set_data(np.random.default_rng(0).normal(size=(5, 7)))
    cells.set_interpolation("nearest")  # a cell of Matplotlib's has its colour up to the edge
    for left, right in ((3.3, 90.6), (3.6, 90.3)):
        cells.set_extent((left, right, right - 20, left - 3))
        found, *place, _ = cells.make_image()
        expected, *expected_place, _ = super(Cells, cells).make_image(None)
        np.testing.assert_array_equal(found, expected)
        assert place == expected_place
