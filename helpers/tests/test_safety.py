"""The course asks nothing of other machines, lets none in, and runs no code but what is read."""

import ast
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
# what unpickles, what reaches other machines, what starts other programs
BARRED = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "torch"}
BARRED |= {"socket", "ssl", "urllib", "http", "requests", "httpx", "aiohttp", "ftplib", "smtplib"}
BARRED |= {"subprocess", "multiprocessing", "ctypes", "importlib", "webbrowser"}
CALLS = {"eval", "exec", "compile", "__import__", "run_line_magic", "system", "popen"}
# a file that may hold pickles, or an address in place of a path
CALLS |= {"np.load", "np.loadtxt", "np.genfromtxt", "np.DataSource", "np.lib.npyio.DataSource"}
# a puzzle runs the course's own lines in the order that the learner gave them; wrong code that is
# known, and the lessons' own modules, stand in their folders, which come with the package
ALLOWED = {(f"{name}.py", "compile") for name in ("mistakes", "bug_kinds")}
ALLOWED |= {("mistakes.py", "exec"), ("bug_kinds.py", "eval")}
ALLOWED |= {("catalogue.py", "importlib"), ("ordering.py", "importlib")}
NAMESPACE = "http://www.w3.org/2000/svg"  # a name that looks like an address
# what a page asks for as it is shown; a link is followed by those who click on it
LOADED = re.compile(
    r"""(?:src|srcset|poster|data)\s*=\s*["']?\s*(?:https?:)?//|!\[[^\]]*\]\(\s*<?(?:https?:)?//"""
    r"""|url\(\s*["']?(?:https?:)?//|@import|<(?:script|link|iframe|object|embed)\b""",
    re.IGNORECASE,
)
# of documentation (RFC 5737 and 2606): no machine has them
ELSEWHERE = {
    "connect": 'socket.create_connection(("192.0.2.1", 80), 0.1)',
    "name": 'urllib.request.urlopen("http://example.invalid", timeout=0.1)',
    "datagram": 'socket.socket(type=socket.SOCK_DGRAM).sendto(b"", ("192.0.2.1", 53))',
}
BAR = "is another machine; the course needs none."


def codes(path: Path) -> Iterator[str]:
    """The code of a module, or of each code cell of a notebook."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield text
        return
    for cell in json.loads(text)["cells"]:
        if cell["cell_type"] == "code":
            yield "".join(cell["source"])


def risky(code: str) -> Iterator[str]:
    """Everything in `code` that could run or fetch what nobody has read."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in BARRED)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in BARRED:
            yield str(node.module)
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func).replace("numpy.", "np.")
            yield from {name, name.split(".")[-1] if name.startswith("os.") else name} & CALLS
            yield from (str(key.arg) for key in node.keywords if key.arg == "allow_pickle")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from set(re.findall(r"https?://[^\s'\"<>]+", node.value)) - {NAMESPACE}


def test_nothing_unpickles_fetches_or_runs_what_is_not_read() -> None:
    found = {(path.name, what) for path in FILES for code in codes(path) for what in risky(code)}
    assert found == ALLOWED


@pytest.mark.parametrize(
    "code",
    [
        "import pickle",
        "from urllib.request import urlopen",
        "import numpy as np\nnp.load('a.npy')",
        "open_it(path, allow_pickle=True)",
        "eval(text)",
        "import os\nos.system('ls')",
        "address = 'https://example.invalid/data.csv'",
    ],
)
def test_what_is_risky_is_seen(code: str) -> None:
    assert list(risky(code))


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


@pytest.mark.parametrize("way", ELSEWHERE.values(), ids=ELSEWHERE)
def test_no_process_of_a_test_reaches_another_machine(way: str) -> None:
    lines = ["import socket, urllib.request", "try:", f"    {way}"]
    assert BAR in run("\n".join([*lines, "except OSError as error:", "    print(error)"]))


def test_this_machine_is_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = (
            f"import socket; print(socket.create_connection(('localhost', {port})).getpeername())"
        )
        assert run(code).strip() == str(("127.0.0.1", port))


def test_no_kernel_reaches_another_machine(tmp_path: Path) -> None:
    # nbval starts the notebooks' kernels in the same way, and they pass
    v4: Any = nbformat.v4
    fetch = ["import socket", ELSEWHERE["connect"]]
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
