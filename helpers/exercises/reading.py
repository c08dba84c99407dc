"""What a learner's function shows unrun: whether it is still a stub, what it takes from outside."""

import ast
import dis
import inspect
import textwrap
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np

from helpers.exercises.running import code_of

# what is left of a function that only returns a constant, in the words of Python's compiler
NOTHING = {"NOP", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE"}


def is_empty(answer: Callable[..., Any]) -> bool:
    """Whether the function does nothing: a docstring, dots, `pass` or `return None`."""
    code = code_of(answer)
    return code is not None and all(
        step.opname == "RESUME" or (step.opname in NOTHING and step.argval is None)
        for step in dis.get_instructions(code)
    )


def has_dots(answer: Callable[..., Any]) -> bool:
    """Whether dots stand in the function's lines, other than as an index: `Z[..., None]`."""
    nodes = _nodes(answer)
    indices = [node.slice for node in nodes if isinstance(node, ast.Subscript)]
    inside = {id(node) for index in indices for node in ast.walk(index)}
    dots = [node for node in nodes if isinstance(node, ast.Constant) and node.value is ...]
    return any(id(node) not in inside for node in dots)


def returns_in_a_loop(answer: Callable[..., Any]) -> bool:
    """Whether a `return` stands in a loop, and under no `if`: then there is no second round."""
    loops = [node for node in _nodes(answer) if isinstance(node, ast.For | ast.While)]
    return any(isinstance(line, ast.Return) for loop in loops for line in loop.body)


def _nodes(answer: Callable[..., Any]) -> list[ast.AST]:
    """Return all of the function's syntax tree, or nothing where its source isn't known."""
    try:
        return list(ast.walk(ast.parse(textwrap.dedent(inspect.getsource(answer)))))
    except (OSError, TypeError, SyntaxError):
        return []


def holds_dots(value: Any) -> bool:
    """Whether dots stand in a result, or anywhere in it."""
    if isinstance(value, Mapping):
        value = list(value.values())
    elif isinstance(value, np.ndarray) and value.dtype == object:
        value = list(value.flat)
    return value is ... or (isinstance(value, list | tuple) and any(map(holds_dots, value)))


def data_from_outside(answer: Callable[..., Any]) -> list[str]:
    """Return the names of the data that a function takes from the notebook, not as arguments."""
    code = code_of(answer)
    around = getattr(inspect.unwrap(answer), "__globals__", {})
    if code is None:
        return []
    used = dict.fromkeys(i.argval for i in dis.get_instructions(code) if i.opname == "LOAD_GLOBAL")
    return [name for name in used if name in around and _is_data(around[name])]


def _is_data(value: Any) -> bool:
    return not callable(value) and not isinstance(value, ModuleType)
