"""What learners might write, right and wrong, in styles other than the catalogue's own."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np


def edited(text: str, *pieces: str) -> Callable[..., Any]:
    """The function of a text, after edits: each a piece that stands in it, and another for it."""
    for old, new in zip(pieces[::2], pieces[1::2], strict=True):
        assert old in text, f"{old!r} isn't in the text"
        text = text.replace(old, new)
    names: dict[str, Any] = {"np": np}
    exec(text, names)
    return list(names.values())[-1]


def wrong_ones(
    exercise: str, text: str, edits: Mapping[str, tuple[str, ...]]
) -> dict[tuple[str, str], Callable[..., Any]]:
    """Wrong answers to an exercise, by the mistake that each makes in a right one."""
    return {(exercise, mistake): edited(text, *pieces) for mistake, pieces in edits.items()}
