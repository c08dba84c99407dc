"""What no other test sees: requirements, imports, the size of functions, and the tools."""

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[2]
HELPERS = ROOT / "helpers"
ORDER = [
    "texts",
    "validation",
    "activations",
    "losses",
    "datasets",
    "layers",
    "network",
    "tables",
    "gradient_check",
]
ORDER += ["training", "plots", "widgets", "labs", "exercises", "lessons"]
MODULES = sorted(path for path in HELPERS.rglob("*.py") if "tests" not in path.parts)
# joined here, so that this file doesn't hold them
REGISTRIES = [".".join(name) for name in (("pypi", "org"), ("pythonhosted", "org"))]
REGISTRIES += [".".join(name) for name in (("anaconda", "org"), ("npmjs", "org"), ("npmjs", "com"))]
# of numpy.random, what has no global state
LOCAL_RANDOM = {"Generator", "default_rng", "SeedSequence", "BitGenerator", "PCG64"}
Function = ast.FunctionDef | ast.AsyncFunctionDef
each_module = pytest.mark.parametrize(
    "path", MODULES, ids=lambda path: str(path.relative_to(HELPERS).with_suffix(""))
)


def project() -> dict[str, Any]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    about: dict[str, Any] = settings["project"]
    return about


def constraints(requirements: list[str]) -> dict[str, SpecifierSet]:
    parsed = [Requirement(text) for text in requirements]
    return {requirement.name.lower(): requirement.specifier for requirement in parsed}


def test_both_lists_of_requirements_are_the_same() -> None:
    about = project()
    wanted = constraints([*about["dependencies"], *about["optional-dependencies"]["test"]])
    wanted["python"] = SpecifierSet(about["requires-python"])
    yaml: Any = importlib.import_module("yaml")  # has no types of its own
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    *listed, last = environment["dependencies"]
    *from_pip, editable = last["pip"]
    found = constraints([*listed, *from_pip])
    assert found.pop("pip") == SpecifierSet()
    assert found == wanted
    assert editable == "-e ."


def files() -> list[Path]:
    """Every file that is tracked, or would be after git add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    paths = [ROOT / name for name in listed.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def test_no_file_names_the_host_of_a_package_registry() -> None:
    assert Path(__file__) in files()
    needles = [name.encode() for name in REGISTRIES]
    found = [path for path in files() if any(name in path.read_bytes() for name in needles)]
    assert found == []


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def body_lines(function: Function, text: list[str]) -> int:
    """Lines of code, without the signature, the docstring, comments and blank lines."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    if not body:
        return 0
    lines = text[body[0].lineno - 1 : function.end_lineno]
    return sum(bool(line.strip()) and not line.strip().startswith("#") for line in lines)


@each_module
def test_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8").splitlines()
    lengths = {f.name: body_lines(f, text) for f in functions(tree_of(path))}
    assert {name: n for name, n in lengths.items() if n > 25} == {}


def is_setter(node: ast.ClassDef | Function) -> bool:
    return any(ast.unparse(decorator).endswith(".setter") for decorator in node.decorator_list)


def undocumented(node: ast.Module | ast.ClassDef | Function, name: str) -> Iterator[str]:
    if ast.get_docstring(node) is None:
        yield name
    inside = [] if isinstance(node, Function) else node.body
    for inner in inside:
        if isinstance(inner, ast.ClassDef | Function) and not (
            inner.name.startswith("_") or is_setter(inner)
        ):
            yield from undocumented(inner, f"{name}.{inner.name}")


@each_module
def test_everything_public_has_a_docstring(path: Path) -> None:
    assert list(undocumented(tree_of(path), path.stem)) == []


def place(path: Path) -> str:
    """The module, or the folder that it is in, as ORDER names it."""
    return path.relative_to(HELPERS).with_suffix("").parts[0]


def imports(path: Path) -> set[str]:
    """Every name that the module imports, as 'package.module.name'."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: write imports in full, not relative"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@each_module
def test_modules_import_only_from_those_above(path: Path) -> None:
    name = place(path)
    above = [] if path == HELPERS / "__init__.py" else ORDER[: ORDER.index(name)]
    siblings = [name] if path.parent != HELPERS else []
    ours = {module.split(".")[1] for module in imports(path) if module.startswith("helpers")}
    assert ours <= {*above, *siblings}


@each_module
def test_few_modules_know_matplotlib_or_widgets(path: Path) -> None:
    roots = {module.split(".")[0] for module in imports(path)}
    assert "ipywidgets" not in roots or place(path) in ("widgets", "labs", "exercises")
    assert "matplotlib" not in roots or place(path) in ("plots", "widgets", "labs")
    assert not any(re.match(r"matplotlib\.py(plot|lab)\b", module) for module in imports(path))


@each_module
def test_no_global_state_is_used(path: Path) -> None:
    named = {ast.unparse(n) for n in ast.walk(tree_of(path)) if isinstance(n, ast.Attribute)}
    pattern = re.compile(r"(?:np|numpy)\.random\.(\w+)")
    used = {match[1] for name in named | imports(path) if (match := pattern.match(name))}
    assert used <= LOCAL_RANDOM
    assert not any("pyplot" in name or name.startswith("plt.") for name in named)


def test_the_network_loads_numpy_alone() -> None:
    code = "import sys, helpers.network; print(*{name.split('.')[0] for name in sys.modules})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert {"helpers", "numpy"} <= loaded
    assert not loaded & {"matplotlib", "ipywidgets", "IPython"}


@pytest.mark.parametrize(
    "command", ["ruff check", "ruff format --check", "mypy"], ids=lambda command: command
)
def test_the_tools_have_nothing_to_say(command: str) -> None:
    line = [sys.executable, "-m", *command.split()]
    run = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("marker", ["<!-- test command -->", "<!-- start command -->"])
def test_the_readme_has_one_command(marker: str) -> None:
    # .ci/run reads the first of them the same way: from the marker to the first bare ```
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert lines.count(marker) == 1, f"README.md needs one line {marker}"
    block = lines[lines.index(marker) :]
    assert "```" in block, f"close the block of code after {marker} with ```"
    block = block[: block.index("```")]
    commands = [line for line in block if line.startswith("python3 -m venv")]
    assert len(commands) == 1, f"{marker}: open the block with ```bash and write one command"
