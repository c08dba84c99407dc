"""Tests of `helpers.exercises`."""

import textwrap
from collections.abc import Callable
from typing import Any

from helpers.exercises.mistakes import compiled


def written(arguments: str, body: str, names: dict[str, Any]) -> Callable[..., Any]:
    """The function that a learner wrote, with these lines; its source is known, as in a cell."""
    source = f"def answer({arguments}):\n{textwrap.indent(body, '    ')}\n"
    return compiled(source, f"<cell {body}>", names)
