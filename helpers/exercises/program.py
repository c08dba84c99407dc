"""A program with a gap, and the lines for it: assembled, they are a function to be judged."""

import linecache
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from helpers.exercises.mistakes import Answer
from helpers.losses import mean_squared_error, mean_squared_error_gradient

NAMES = {
    "mean_squared_error": mean_squared_error,
    "mean_squared_error_gradient": mean_squared_error_gradient,
}


@dataclass(frozen=True)
class Program:
    """A function with a gap, and lines for it.

    Attributes
    ----------
    head, tail : str
        The code above the gap and below it.
    lines : mapping from str to str
        Lines of the body by a short name, in the jumbled order in which they are shown.
    """

    head: str
    lines: Mapping[str, str]
    tail: str

    def source(self, order: Sequence[str]) -> str:
        """Return the function with the lines of these names in its gap."""
        body = [f"    {self.lines[name]}" for name in order]
        return "\n".join([self.head, *body, self.tail, ""])

    def assemble(self, order: str) -> Answer:
        """Return the function.

        Parameters
        ----------
        order : str
            The names of the lines, with spaces between.

        Raises
        ------
        SyntaxError
            If the lines in this order aren't Python.
        """
        source = self.source(order.split())
        name, space = f"<puzzle {order}>", dict[str, Any](NAMES)
        linecache.cache[name] = len(source), None, source.splitlines(True), name
        exec(compile(source, name, "exec"), space)
        function = self.head.partition("(")[0].removeprefix("def ")
        answer: Answer = space[function]
        return answer
