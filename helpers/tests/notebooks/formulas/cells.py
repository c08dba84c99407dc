"""A code cell of a notebook: how it is run, and whether it computes."""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from nbformat import NotebookNode

from helpers.tests.refresh_notebooks import NOTEBOOKS, read

Names = dict[str, Any]
NUMBER = re.compile(r"-?\d[\d,]*\.?\d*(?:e-?\d+)?")
COMPUTING = {"sum", "mean", "max", "min", "exp", "log", "sqrt", "abs", "tanh"}
COMPUTING |= {"maximum", "where", "norm", "ptp", "dot", "multiply", "median"}


@dataclass(frozen=True)
class Cell:
    """A code cell.

    Attributes
    ----------
    notebook, id, source : str
    """

    notebook: str
    id: str
    source: str

    def run(self, **given: Any) -> Names:
        """Execute it after the notebook's imports and return every name that there is then.

        Nothing is printed; 'printed' holds what would have been, call by call.
        """
        printed: list[tuple[Any, ...]] = []
        names = imports_of(self.notebook) | {"check": lambda *_, **__: None}
        names |= {"print": lambda *values: printed.append(values), "printed": printed} | given
        exec(compile(self.source, f"{self.notebook}, {self.id}", "exec"), names)
        return names

    def value(self, name: str, **given: Any) -> Any:
        """Evaluate the right side of its last `name = …` with the numbers that are given."""
        found = [
            node.value
            for node in ast.walk(ast.parse(self.source))
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).strip("()") == name
        ]
        code = compile(ast.Expression(found[-1]), f"{self.notebook}, {self.id}", "eval")
        return eval(code, imports_of(self.notebook) | given)

    @property
    def computes(self) -> bool:
        """Whether there is arithmetic in it, a comparison or one of NumPy's functions."""
        return any(map(is_computing, ast.walk(ast.parse(self.source))))


Check = Callable[[Cell], None]
CHECKS: dict[tuple[str, str], Check] = {}


def of(notebook: str, id: str) -> Callable[[Check], Check]:
    """Enter a check under the cell whose numbers, or whose picture, it is of."""

    def enter(check: Check) -> Check:
        CHECKS[notebook, id] = check
        return check

    return enter


def is_computing(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in COMPUTING
    return isinstance(node, ast.BinOp | ast.AugAssign | ast.Compare)


@cache
def stored(notebook: str) -> NotebookNode:
    """Return a notebook as it is in its file."""
    return read((NOTEBOOKS / f"{notebook}.ipynb").read_text(encoding="utf-8"))


def sources(notebook: str, kind: str) -> dict[str, str]:
    return {cell.id: cell.source for cell in stored(notebook).cells if cell.cell_type == kind}


def cells_of(notebook: str) -> dict[str, Cell]:
    """Return the code cells of a notebook by their ids."""
    code = sources(notebook, "code")
    return {id: Cell(notebook, id, source) for id, source in code.items()}


def markdown_of(notebook: str) -> dict[str, str]:
    """Return the text of its other cells by their ids."""
    return sources(notebook, "markdown")


def output_of(notebook: str, id: str) -> str:
    """Return what a code cell has stored, as text; nbval compares it with a run."""
    (cell,) = (cell for cell in stored(notebook).cells if cell.id == id)
    texts = (out.get("text") or out.get("data", {}).get("text/plain", "") for out in cell.outputs)
    return "\n".join(filter(None, texts))


def numbers_printed(notebook: str, id: str) -> list[list[float]]:
    """Return the numbers in what a cell has stored, line by line."""
    lines = output_of(notebook, id).splitlines()
    return [[float(found.replace(",", "")) for found in NUMBER.findall(line)] for line in lines]


@cache
def executed_imports(notebook: str) -> Names:
    names: Names = {}
    exec(compile(cells_of(notebook)["imports"].source, notebook, "exec"), names)
    return names


def imports_of(notebook: str) -> Names:
    """Return the names that the notebook's first cell imports."""
    return executed_imports(notebook).copy()


@cache
def run_in_order(notebook: str, *ids: str) -> Names:
    """Execute cells of a notebook one after the other and return every name there is then."""
    names: Names = {}
    for id in ids:
        names |= cells_of(notebook)[id].run(**names)
    return names
