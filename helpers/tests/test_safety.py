"""The course asks nothing of other machines, lets none in, and runs no code but what is read."""

import http.client
import json
import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

from helpers.tests import refresh_notebooks as refresh
from helpers.tests.browser.browser import run_jupyterlab

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(refresh.NOTEBOOKS.glob("*.ipynb"))
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


def run(code: str) -> str:
    """Return what `code` prints in a Python of its own, begun as the kernels are."""
    line = [sys.executable, "-c", code]
    return subprocess.run(line, capture_output=True, text=True, check=True).stdout


def test_processes_of_a_test_reach_this_machine_and_no_other() -> None:
    tries = "".join(f"""
try:
    {way}
except OSError as error:
    print(error)""" for way in ELSEWHERE)  # fmt: skip
    with socket.create_server(("127.0.0.1", 0)) as server:
        here = server.getsockname()
        line = f"print(socket.create_connection(('localhost', {here[1]})).getpeername())"
        code = f"import socket, urllib.request\n{line}\n{tries}"
        first, *others = run(code).splitlines()
    assert first == str(here)
    assert len(others) == len(ELSEWHERE) and all(BAR in said for said in others)


def test_no_kernel_reaches_another_machine(tmp_path: Path) -> None:
    # nbval starts the notebooks' kernels in the same way, and they pass
    v4: Any = nbformat.v4
    fetch = ["import socket", ELSEWHERE[0]]
    book = v4.new_notebook(cells=[v4.new_code_cell("\n".join(fetch))])
    with pytest.raises(CellExecutionError, match=f"192.0.2.1 {BAR}"):
        refresh.execute(book, tmp_path)


def start_options() -> list[str]:
    """What the README's own command gives to JupyterLab."""
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    block = lines[lines.index("<!-- start command -->") :]
    command = next(line for line in block if line.startswith("python3 -m venv"))
    program, lab, *options = shlex.split(command.split("&&")[-1])
    assert (program, lab) == (".venv/bin/jupyter", "lab")
    return options


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What JupyterLab, started as the README says, says of itself."""
    scratch = tmp_path_factory.mktemp("jupyter")
    kept = {name: os.environ.pop(name) for name in [*os.environ] if name.startswith("JUPYTER_")}
    try:
        with run_jupyterlab(start_options(), ROOT, scratch):
            (about,) = (scratch / "runtime").glob("jpserver-*.json")
            yield json.loads(about.read_text(encoding="utf-8"))
    finally:
        os.environ.update(kept)


def status(server: dict[str, Any], path: str) -> tuple[int, str | None]:
    """The status of an answer, and where it leads on to."""
    connection = http.client.HTTPConnection("127.0.0.1", server["port"], timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location")
    finally:
        connection.close()


def test_jupyter_asks_for_its_token(server: dict[str, Any]) -> None:
    token = server["token"]
    assert len(token) >= 32
    for path in ("/api/contents", "/api/kernels", "/files/README.md"):
        code, leads_to = status(server, path)
        assert code == 403 or (code == 302 and str(leads_to).startswith("/login"))
        assert status(server, f"{path}?token={token}")[0] == 200
        assert status(server, f"{path}?token={token[::-1]}")[0] != 200
    code, leads_to = status(server, "/lab")
    assert code == 302
    assert str(leads_to).startswith("/login")


def test_jupyter_is_heard_on_loopback_alone(server: dict[str, Any]) -> None:
    # 127.0.0.2 is this machine, too: whoever listens everywhere, listens there
    assert server["hostname"] == "localhost"
    socket.create_connection(("127.0.0.1", server["port"]), 5).close()
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.2", server["port"]), 5).close()
