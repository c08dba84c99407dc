"""The package stays thin: lines of code by part, without docstrings, comments and blank lines.

A text counts as many lines as it is 100 characters long. Who adds some takes some away, or raises
a number here and says why in the commit.
"""

import ast
import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

HELPERS = Path(__file__).parents[1]
MOST = {"core": 1180, "widgets and labs": 1640, "exercises": 1583, "lessons": 2750, "tests": 13450}


def code_lines(path: Path) -> int:
    """Count the lines of a module that are neither blank, nor a comment, nor a docstring."""
    text = path.read_text(encoding="utf-8")
    said = {line for node in ast.walk(ast.parse(text)) for line in docstring_of(node)}
    lines = enumerate(text.splitlines(), start=1)
    return sum(bool(s.strip()) and s.strip()[0] != "#" and i not in said for i, s in lines)


def docstring_of(node: ast.AST) -> Iterator[int]:
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    if isinstance(node, kinds) and ast.get_docstring(node, clean=False) is not None:
        first = node.body[0]
        yield from range(first.lineno, (first.end_lineno or first.lineno) + 1)


def text_lines(path: Path) -> int:
    """Count the lines of a text, the long ones as often as they are 100 characters long."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return sum(math.ceil(len(s) / 100) for s in lines if s.strip() and s.strip()[0] != "#")


def part(path: Path) -> str:
    folder = path.relative_to(HELPERS).parts[0]
    return {"widgets": "widgets and labs", "labs": "widgets and labs"}.get(
        folder, folder if (HELPERS / folder).is_dir() else "core"
    )


def test_no_part_is_larger_than_it_was() -> None:
    sizes: Counter[str] = Counter()
    for path in HELPERS.rglob("*"):
        if path.suffix in (".py", ".toml"):
            sizes[part(path)] += code_lines(path) if path.suffix == ".py" else text_lines(path)
    print(sizes)
    assert {name: n for name, n in sizes.items() if n > MOST[name]} == {}
