"""What no other test sees: requirements, imports, docstrings, and the tools."""

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import packages_distributions, requires
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[2]
HELPERS = ROOT / "helpers"
ORDER = ["texts", "validation", "activations", "losses", "datasets", "layers", "network"]
ORDER += ["tables", "gradient_check", "training", "style", "plots"]
ORDER += ["widgets", "labs", "exercises", "lessons"]
# joined here, so that this file doesn't hold them
REGISTRIES = [".".join(name) for name in (("pypi", "org"), ("pythonhosted", "org"))]
REGISTRIES += [".".join(name) for name in (("anaconda", "org"), ("npmjs", "org"), ("npmjs", "com"))]


ABOUT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NEEDED, EXTRAS = ABOUT["dependencies"], ABOUT["optional-dependencies"]


@cache
def modules() -> dict[Path, ast.Module]:
    paths = (path for path in HELPERS.rglob("*.py") if "tests" not in path.parts)
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def constraints(requirements: Iterable[str]) -> dict[str, SpecifierSet]:
    parsed = [Requirement(text) for text in requirements]
    return {requirement.name.lower(): requirement.specifier for requirement in parsed}


@pytest.mark.parametrize(
    ("file", "wanted", "place"),
    [
        ("environment.yml", [*NEEDED, *EXTRAS["lab"]], "."),
        (".binder/environment.yml", NEEDED, ".."),
    ],
)
def test_conda_s_lists_are_what_learners_need(file: str, wanted: list[str], place: str) -> None:
    yaml: Any = importlib.import_module("yaml")  # has no types of its own
    python, pip, *listed, last = yaml.safe_load((ROOT / file).read_text("utf-8"))["dependencies"]
    assert re.fullmatch(r"python=3\.\d+", python)  # Binder reads it in this form alone
    assert python.removeprefix("python=") in SpecifierSet(ABOUT["requires-python"])
    assert (pip, last) == ("pip", {"pip": [f"-e {place}"]})
    assert constraints(listed) == constraints(wanted)


def test_the_workflow_runs_what_readme_or_ci_run_has() -> None:
    yaml: Any = importlib.import_module("yaml")
    jobs = yaml.safe_load((ROOT / ".github/workflows/course.yml").read_text("utf-8"))["jobs"]
    known = "".join((ROOT / name).read_text("utf-8") for name in ("README.md", ".ci/run"))
    known = re.sub(r"\.venv/bin/python|--quiet ", "", known)  # it has a Python of its own
    lines = [step.get("run", "") for job in jobs.values() for step in job["steps"]]
    commands = [line.removeprefix("python ") for line in lines if "apt-get" not in line]
    assert len(commands) > 9 and [command for command in commands if command not in known] == []


def names_in(extra: str) -> set[str]:
    """The packages of an extra, those of the extras that it names included."""
    parsed = [Requirement(text) for text in EXTRAS[extra]]
    ours = [requirement for requirement in parsed if requirement.name == ABOUT["name"]]
    inner = [names_in(name) for requirement in ours for name in requirement.extras]
    return {r.name for r in parsed if r not in ours}.union(*inner)


def test_helpers_import_what_is_listed_or_comes_with_it_and_the_tests_have_a_lab() -> None:
    needed = set(constraints(NEEDED))
    come_along = {Requirement(r).name for name in needed for r in requires(name) or ()}
    found = {root for tree in modules().values() for root in roots(tree)} - {"helpers"}
    of = packages_distributions()
    foreign = {of[root][0].lower() for root in found - sys.stdlib_module_names}
    assert needed <= foreign <= needed | come_along
    assert constraints(EXTRAS["lab"]).keys() == {"jupyterlab"} < names_in("test")


def test_no_file_names_the_host_of_a_package_registry() -> None:
    # every file that is tracked, or would be after git add
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    files = [ROOT / name for name in listed.decode().split("\0")]
    assert Path(__file__) in files
    texts = {path: path.read_bytes().decode(errors="replace") for path in files if path.is_file()}
    assert [path for path, text in texts.items() if any(name in text for name in REGISTRIES)] == []


def test_git_leaves_line_ends_as_they_are_on_every_system() -> None:
    command = ["git", "ls-files", "--eol"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, encoding="utf-8")
    assert [line for line in listed.stdout.splitlines() if " eol=lf" not in line] == []


def place(path: Path) -> str:
    """The module, or the folder that it is in, as ORDER names it."""
    return path.relative_to(HELPERS).with_suffix("").parts[0]


def imports(tree: ast.Module) -> Iterator[str]:
    """Every name that a module imports, as 'package.module.name'."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def roots(tree: ast.Module) -> set[str]:
    """The packages that a module imports from."""
    return {name.split(".")[0] for name in imports(tree)}


def test_modules_import_only_from_those_above() -> None:
    for path, tree in modules().items():
        name, imported = place(path), set(imports(tree))
        above = [] if path == HELPERS / "__init__.py" else ORDER[: ORDER.index(name)]
        siblings = [name] if path.parent != HELPERS else []
        ours = {module.split(".")[1] for module in imported if module.startswith("helpers")}
        assert ours <= {*above, *siblings}, path
        assert "ipywidgets" not in roots(tree) or name in ("widgets", "labs", "exercises"), path
        draws = ("style", "plots", "widgets", "labs")
        assert "matplotlib" not in roots(tree) or name in draws, path


def run(*command: str, **how: Any) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", *command]
    return subprocess.run(line, cwd=ROOT, capture_output=True, check=False, encoding="utf-8", **how)


# mypy takes longer than all the others of this file: it is a command of its own
@pytest.mark.parametrize("command", ["ruff check", "ruff format --check"])
def test_the_tools_have_nothing_to_say(command: str) -> None:
    ran = run(*command.split())
    assert ran.returncode == 0, ran.stdout + ran.stderr


REFUSED = """
def undocumented(): ...  # D103
from . import sibling  # TID252
from matplotlib import pyplot  # TID251
np.random.seed(1)  # NPY002
import pickle  # TID251
from urllib.request import urlopen  # TID251
np.load("a.npy")  # TID251
os.system("ls")  # TID251
eval(text)  # S307
exec(text)  # S102
"""


def test_ruff_refuses_what_has_no_docstring_a_state_for_all_or_risks() -> None:
    code = f"import os\n\nimport numpy as np\n{REFUSED}"
    said = run("ruff", "check", "--output-format=concise", "--stdin-filename=a.py", "-", input=code)
    for number, line in enumerate(code.splitlines(), start=1):
        if "#" in line:
            assert re.search(rf"^a\.py:{number}:\d+: {line.split()[-1]} ", said.stdout, re.M), line


@pytest.mark.parametrize("marker", ["<!-- test command -->", "<!-- start command -->"])
def test_the_readme_has_one_command(marker: str) -> None:
    # as .ci/run reads the first of them: from the marker to the first bare ```
    found = rf"^{marker}\n```bash\npython3 -m venv .*\n```$"
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(re.findall(found, text, re.MULTILINE)) == text.count(marker) == 1
