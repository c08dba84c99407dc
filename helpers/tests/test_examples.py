"""The docstrings: each public function of the core has an example, and it is so; shapes fit names.

The plain mathematics behind them is a line each: its formula."""

import ast
import doctest
import importlib
import re
from itertools import cycle
from pathlib import Path

import pytest

HELPERS = Path(__file__).parents[1]
CORE = sorted(path.stem for path in HELPERS.glob("[a-z]*.py"))
# what they do takes a notebook's figure or a file, or is told by the classes' own examples
WITHOUT = {"plots", "layers"}
# array → what its rows may be; its columns are samples
ROWS = {"X": "n_0 n n² 2 64 inputs", "Y": "n_L k 1 outputs", "A": "n_l n_L k 10", "Z": "n_l"}
SAMPLES = {"m", "n_samples", "samples", "1"}


@pytest.mark.parametrize("name", CORE)
def test_the_examples_are_so(name: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(f"helpers.{name}"))
    assert failed == 0


@pytest.mark.parametrize("name", sorted({*CORE} - WITHOUT))
def test_what_takes_more_than_a_line_to_say_has_an_example(name: str) -> None:
    path = HELPERS / f"{name}.py"
    functions = [
        node
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    said = {function.name: ast.get_docstring(function) or "" for function in functions}
    assert [name for name, text in said.items() if "\n" in text and ">>>" not in text] == []


def test_columns_are_samples_in_every_docstring() -> None:
    for path in HELPERS.rglob("[a-z]*.py"):
        text = "" if "tests" in path.parts else path.read_text(encoding="utf-8")
        assert not re.search(r"each row of `?[AXYZ]\b", text), path
        for names, said in re.findall(r"^ *([\w, ]+) : .*?, shapes? (.*\))", text, re.M):
            shapes = cycle(re.findall(r"\((.*?), (.*?)\)", said))
            for name, (rows, columns) in zip(names.split(", "), shapes, strict=False):
                if name in ROWS:
                    assert rows in ROWS[name].split() and columns in SAMPLES, f"{name} in {path}"
