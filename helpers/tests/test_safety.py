"""The course asks nothing of other machines, lets none in, and runs no code but what is read."""

import json
import re
import socket
from pathlib import Path
from typing import Any

import nbformat
import pytest

from helpers.tests import refresh_notebooks as refresh

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(refresh.NOTEBOOKS.rglob("[0-9]*.ipynb"))
MODULES = sorted(path for path in (ROOT / "helpers").rglob("*.py") if "tests" not in path.parts)
FILES = [*MODULES, ROOT / "images" / "draw.py", *NOTEBOOKS]
# what runs or fetches what nobody has read, and which ruff doesn't know of
RISKY = re.compile(
    r"""(?<!re\.)\bcompile\(|__import__|get_ipython|^\s*[!%]|https?://(?!www\.w3\.org/2000/svg)""",
    re.MULTILINE,
)
# a puzzle runs the course's own lines in the order that the learner gave them, and wrong code that
# is known is the course's own; a lab goes when its cell runs again, which IPython knows
ALLOWED = {("mistakes.py", "compile("), ("bug_kinds.py", "compile(")}
ALLOWED |= {("lifetime.py", "get_ipython")}
# what a page asks for as it is shown; a link is followed by those who click on it
LOADED = re.compile(
    r"""(?:src|srcset|poster|data)\s*=\s*["']?\s*(?:https?:)?//|!\[[^\]]*\]\(\s*<?(?:https?:)?//"""
    r"""|url\(\s*["']?(?:https?:)?//|@import|<(?:script|link|iframe|object|embed)\b""",
    re.IGNORECASE,
)
# of documentation (RFC 5737 and 2606): no machine has them
ELSEWHERE = [
    'socket.create_connection(("192.0.2.1", 80), 0.1)',
    'urllib.request.urlopen("http://example.invalid", timeout=0.1)',
    'socket.socket(type=socket.SOCK_DGRAM).sendto(b"", ("192.0.2.1", 53))',
]
BAR = "is another machine; the course needs none."


def code_of(path: Path) -> str:
    """A module, or the code cells of a notebook."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    cells = json.loads(text)["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def test_nothing_fetches_or_runs_what_is_not_read() -> None:
    found = {(path.name, what) for path in FILES for what in RISKY.findall(code_of(path))}
    assert found == ALLOWED
    for code in ("x = compile(text)", "%run a.py", "  !ls", "'https://example.invalid/a.csv'"):
        assert RISKY.search(code)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_nothing_is_loaded_as_a_notebook_is_shown(path: Path) -> None:
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        shown = ["".join(cell["source"])] if cell["cell_type"] == "markdown" else []
        shown += [json.dumps(output) for output in cell.get("outputs", [])]
        assert not [LOADED.findall(text) for text in shown if LOADED.search(text)]


def test_no_kernel_reaches_another_machine_but_this_one(tmp_path: Path) -> None:
    # as little do other processes that a test starts, in the same way
    v4: Any = nbformat.v4
    tries = "".join(f"""
try:
    {way}
except OSError as error:
    print(error)""" for way in ELSEWHERE)  # fmt: skip
    with socket.create_server(("127.0.0.1", 0)) as server:
        here = server.getsockname()
        line = f"print(socket.create_connection(('localhost', {here[1]})).getpeername())"
        cell = v4.new_code_cell(f"import socket, urllib.request\n{line}\n{tries}")
        refresh.execute(v4.new_notebook(cells=[cell]), tmp_path)
    first, *others = "".join(output.text for output in cell.outputs).splitlines()
    assert first == str(here)
    assert len(others) == len(ELSEWHERE) and all(BAR in said for said in others)
