"""A code cell of a notebook: how it is run, whether it computes, and faults to plant in it."""

import ast
import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import Any

import nbformat

from helpers.tests.refresh_notebooks import NOTEBOOKS

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

    def faults(self) -> Iterator["Cell"]:
        """Yield it once for each small mistake that can be made in its arithmetic."""
        for position, node in enumerate(ast.walk(ast.parse(self.source))):
            for mistake in mistakes_in(node):
                tree = ast.parse(self.source)
                target = next(islice(ast.walk(tree), position, None))
                yield replace(self, source=ast.unparse(Planted(target, mistake).visit(tree)))


@dataclass
class Planted(ast.NodeTransformer):
    """Puts another node where `target` is."""

    target: ast.AST
    mistake: ast.AST

    def visit(self, node: ast.AST) -> Any:
        """Replace the one node and leave the rest."""
        return self.mistake if node is self.target else self.generic_visit(node)


def is_computing(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in COMPUTING
    return isinstance(node, ast.BinOp | ast.AugAssign | ast.Compare)


OTHERS: dict[type[ast.AST], Callable[[], Any]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.FloorDiv: ast.Div,
    ast.Gt: ast.Lt,
    ast.Lt: ast.Gt,
    ast.GtE: ast.Lt,
    ast.LtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
STRICTNESS: dict[type[ast.AST], Callable[[], Any]] = {
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
}


def changed(node: ast.AST, **fields: Any) -> Any:
    """Return a copy of the node with other fields."""
    twin: Any = copy.copy(node)
    for name, value in fields.items():
        setattr(twin, name, value)
    return twin


def mistakes_in(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what could stand there by mistake: half of it, the other sign, no transpose…"""
    match node:
        case ast.BinOp(left=left, op=ast.MatMult(), right=right):
            yield from (left, changed(node, left=right, right=left))
        case ast.BinOp(left=left, op=op, right=right):
            yield from (left, right, changed(node, op=OTHERS[type(op)]()))
        case ast.AugAssign(op=op):
            yield changed(node, op=OTHERS[type(op)]())
        case ast.Compare(ops=[op], comparators=[bound]):
            yield changed(node, ops=[OTHERS[type(op)]()])
            if ast.unparse(bound) == "0" and type(op) in STRICTNESS:
                yield changed(node, ops=[STRICTNESS[type(op)]()])
        case ast.Attribute(attr="T", value=value):
            yield value
        case ast.Attribute(attr="sum" | "mean" as attr):
            yield changed(node, attr="mean" if attr == "sum" else "sum")
    yield from other_numbers_in(node)


def other_numbers_in(node: ast.AST) -> Iterator[ast.AST]:
    """Yield it with one more for each number that it computes with, and False for True."""
    is_read = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)
    for name, value in ast.iter_fields(node) if is_computing(node) or is_read else ():
        if isinstance(value, list):
            for i, entry in enumerate(value):
                for other in other_values(entry):
                    yield changed(node, **{name: [*value[:i], other, *value[i + 1 :]]})
        else:
            yield from (changed(node, **{name: other}) for other in other_values(value))


def other_values(node: object) -> Iterator[ast.AST]:
    match node:
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield ast.Constant(value + 1)
        case ast.keyword(value=ast.Constant() as constant):
            yield from (changed(node, value=other) for other in other_values(constant))


@cache
def sources(notebook: str, kind: str) -> dict[str, str]:
    path = NOTEBOOKS / f"{notebook}.ipynb"
    book: Any = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    return {cell.id: cell.source for cell in book.cells if cell.cell_type == kind}


def cells_of(notebook: str) -> dict[str, Cell]:
    """Return the code cells of a notebook by their ids."""
    code = sources(notebook, "code")
    return {id: Cell(notebook, id, source) for id, source in code.items()}


def markdown_of(notebook: str) -> dict[str, str]:
    """Return the text of its other cells by their ids."""
    return sources(notebook, "markdown")


@cache
def output_of(notebook: str, id: str) -> str:
    """Return what a code cell has stored, as text; nbval compares it with a run."""
    book: Any = nbformat.read(NOTEBOOKS / f"{notebook}.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    (cell,) = (cell for cell in book.cells if cell.id == id)
    texts = (out.get("text") or out.get("data", {}).get("text/plain", "") for out in cell.outputs)
    return "\n".join(texts)


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
