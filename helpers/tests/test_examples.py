"""The examples in the docstrings of the core: each public function has one, and it is so.

The plain mathematics behind them is a line each: its formula."""

import ast
import doctest
import importlib
from pathlib import Path

import pytest

CORE = sorted(path.stem for path in Path(__file__).parents[1].glob("[a-z]*.py"))
# what they do takes a notebook's figure or a file, or is told by the classes' own examples
WITHOUT = {"plots", "layers"}


@pytest.mark.parametrize("name", CORE)
def test_the_examples_are_so(name: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(f"helpers.{name}"))
    assert failed == 0


@pytest.mark.parametrize("name", sorted({*CORE} - WITHOUT))
def test_what_takes_more_than_a_line_to_say_has_an_example(name: str) -> None:
    path = Path(__file__).parents[1] / f"{name}.py"
    functions = [
        node
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    said = {function.name: ast.get_docstring(function) or "" for function in functions}
    assert [name for name, text in said.items() if "\n" in text and ">>>" not in text] == []
