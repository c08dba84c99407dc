"""Lines of code by part, and those of each function: no docstrings, comments and blank lines.

A text counts as many lines as it is 100 characters long. Who adds some takes some away, or raises
a number here and says why in the commit.
"""

import ast
import math
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from statistics import median

from helpers.texts import languages

HELPERS = Path(__file__).parents[1]
MOST = {
    "core": 1428,
    "widgets and labs": 2032,
    "exercises": 2137,
    "lessons": 4826,
    "translations": 2532,
    "tests": 14461,
}
LONGEST, USUAL = 22, 5  # lines of a function's body
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
SAY = ast.Module | ast.ClassDef | FUNCTIONS  # what can have a docstring


def code_lines(text: str, nodes: Iterable[ast.AST]) -> set[int]:
    """The numbers of a module's lines that are neither blank, nor a comment, nor a docstring."""
    said = {line for node in nodes if isinstance(node, SAY) for line in docstring_of(node)}
    lines = enumerate(text.splitlines(), start=1)
    return {i for i, s in lines if s.strip() and s.strip()[0] != "#" and i not in said}


def docstring_of(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> range:
    if ast.get_docstring(node, clean=False) is None:
        return range(0)
    return range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)


def text_lines(text: str) -> int:
    """The lines of a text, the long ones as often as they are 100 characters long."""
    lines = [line for line in text.splitlines() if line.strip() and line.strip()[0] != "#"]
    return sum(math.ceil(len(line) / 100) for line in lines)


def part(path: Path) -> str:
    if path.stem in languages():
        return "translations"
    folder = path.relative_to(HELPERS).parts[0]
    return {"widgets": "widgets and labs", "labs": "widgets and labs"}.get(
        folder, folder if (HELPERS / folder).is_dir() else "core"
    )


def test_no_part_is_larger_than_it_was_and_no_function_is_long() -> None:
    sizes: Counter[str] = Counter()
    functions: dict[str, int] = {}
    for path in [*HELPERS.rglob("*.py"), *HELPERS.rglob("*.toml")]:
        text, of = path.read_text(encoding="utf-8"), part(path)
        if path.suffix == ".toml":
            sizes[of] += text_lines(text)
            continue
        nodes = list(ast.walk(ast.parse(text)))
        lines = code_lines(text, nodes)
        sizes[of] += len(lines)
        for node in nodes if of != "tests" else ():
            if isinstance(node, FUNCTIONS):
                body = range(node.body[0].lineno, (node.end_lineno or 0) + 1)
                functions[f"{path.name}: {node.name}"] = len(lines.intersection(body))
    print(sizes)
    assert {name: n for name, n in sizes.items() if n > MOST[name]} == {}
    assert {name: n for name, n in functions.items() if n > LONGEST} == {}
    assert median(functions.values()) <= USUAL
