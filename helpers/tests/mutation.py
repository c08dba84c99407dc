"""Does a test fail when the code is wrong in one place? python -m helpers.tests.mutation [module].

A module is named by its path in helpers without its ending: `network`, `exercises/checking`.

cosmic-ray makes the mutants: copies of a module with one operator, number, comparison, loop
or decorator changed. Its own runner starts Python anew for each and writes it into the
checkout. Here each is run in a fork of a process that has NumPy and pytest loaded, and reaches
the tests by the import system, so no file is touched. Forks need Linux or macOS.

A mutant that no test kills has to be explained in survivors.toml. The command fails if one
isn't, if an explanation has no survivor any more, or if fewer than 95% die.
"""

import ast
import importlib
import os
import re
import resource
import signal
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from itertools import count, takewhile
from pathlib import Path
from typing import Any

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"

import pytest
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names
from hypothesis import Phase, settings

ROOT = Path(__file__).parents[2]
SURVIVORS = Path(__file__).with_name("survivors.toml")
SETTINGS: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
    "tool"
]["mutation"]
# what the tests import from elsewhere: loaded once, for all forks
PRELOADED = ("numpy.testing", "autograd.numpy", "matplotlib.figure", "ipywidgets")
PARTS = re.compile(r"\w+|\s|[^\w\s]+")  # of code
AROUND = 6  # of these before and after a change are in its name
Definition = ast.FunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Mutant:
    """One change of one line; `code` is ⟨what → what came instead⟩ with what is around it."""

    module: str
    place: str
    line: int
    code: str
    source: str

    @property
    def name(self) -> str:
        """How survivors.toml calls it: it says nothing of line numbers, which move."""
        return f"{self.place}: {self.code}"


def path_of(module: str) -> Path:
    return ROOT / "helpers" / f"{module}.py"


def mutants(module: str) -> Iterator[Mutant]:
    """Every copy of the module that cosmic-ray can make and Python can compile, once each."""
    source = path_of(module).read_text(encoding="utf-8")
    left_out = re.compile("|".join(SETTINGS["leave-out"]))
    seen = {parsed(source), None}
    for name in operator_names():
        for changed in [] if left_out.fullmatch(name) else copies(source, name):
            tree = parsed(changed)
            if tree not in seen:
                seen.add(tree)
                yield mutant_of(module, source, changed)


def copies(source: str, operator_name: str) -> Iterator[str]:
    operator, occurrences = get_operator(operator_name), count()
    return iter(lambda: mutate_code(source, operator(), next(occurrences)), None)


def parsed(source: str) -> str | None:
    """The syntax tree as text, or None: cosmic-ray takes the bare * of a signature for ×."""
    try:
        return ast.dump(ast.parse(source))
    except SyntaxError:
        return None


def mutant_of(module: str, source: str, changed: str) -> Mutant:
    old, new = PARTS.findall(source), PARTS.findall(changed)
    start = alike(old, new)
    end = alike(old[start:][::-1], new[start:][::-1])
    was, now = ("".join(parts[start : len(parts) - end]) for parts in (old, new))
    # a decorator that is gone takes an empty line with it
    above = "".join(old[:start]) + "\n" * (len(was) - len(was.lstrip("\n")))
    below = "" if was.endswith("\n") else "".join(old[len(old) - end :])
    left, right = above.rpartition("\n")[2], below.partition("\n")[0]
    line = above.count("\n") + 1
    was, now = was.strip("\n"), now.strip("\n")
    before, after = PARTS.findall(left)[-AROUND:], PARTS.findall(right)[:AROUND]
    code = "".join([*before, f"⟨{was} → {now}⟩", *after]).strip()
    return Mutant(module, place_of(source, line), line, code, changed)


def alike(one: list[str], other: list[str]) -> int:
    """With how many equal parts both begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


@cache
def definitions(source: str) -> list[Definition]:
    """Every function and class of it; what stands inside another comes after that."""
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, Definition)]


def place_of(source: str, line: int) -> str:
    """The functions and classes around the line, as 'MLP.forward'."""
    around = (d for d in definitions(source) if start_of(d) <= line <= (d.end_lineno or line))
    return ".".join(d.name for d in around) or "module"


def start_of(definition: Definition) -> int:
    return min([definition.lineno, *(above.lineno for above in definition.decorator_list)])


class Changed(MetaPathFinder, InspectLoader):
    """Imports the mutant instead of the module."""

    def __init__(self, mutant: Mutant) -> None:
        self.name, self.source = f"helpers.{mutant.module.replace('/', '.')}", mutant.source
        self.path = path_of(mutant.module)

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        spec = spec_from_loader(fullname, self, origin=str(self.path))
        assert spec is not None
        spec.has_location = True  # so that the module has its __file__
        return spec

    def get_source(self, fullname: str) -> str:
        return self.source


class FirstExample:
    """A pytest plugin: Hypothesis stops at the first failure instead of making it smaller."""

    def pytest_configure(self) -> None:
        phases = (Phase.explicit, Phase.generate)
        settings.register_profile("mutation", settings(), phases=phases, database=None)
        settings.load_profile("mutation")


def run_tests(mutant: Mutant, silent: bool = True) -> None:
    """Run the tests in this process and leave it with pytest's exit code."""
    seconds = SETTINGS["cpu-seconds"]  # of the processor, however busy the machine is
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (SETTINGS["gigabytes"] * 2**30,) * 2)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
    sys.meta_path.insert(0, Changed(mutant))
    if silent:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
    folder, _, name = mutant.module.rpartition("/")
    own = f"{folder}/test_{name}.py" if folder else f"test_{name}.py"
    judges = SETTINGS["tests-of"][folder] if folder else SETTINGS["tests"]
    paths = [str(Path(__file__).parent / name) for name in sorted(judges, key=own.__ne__)]
    options = ["-x", "-q", "--assert=plain", "-p", "no:cacheprovider", "--override-ini=addopts="]
    options.append(f"--rootdir={ROOT}")
    # file by file: most mutants die in the first, before the others' imports have begun
    codes = (pytest.main([*options, path], plugins=[FirstExample()]) for path in paths)
    os._exit(next(filter(None, codes), 0))


def verdicts(waiting: Iterable[Mutant], workers: int) -> Iterator[tuple[Mutant, str]]:
    """Run each mutant in a fork, several at a time, and say how it ended."""
    running: dict[int, Mutant] = {}
    for mutant in waiting:
        if len(running) == workers:
            yield ended(running)
        running[forked(mutant)] = mutant
    while running:
        yield ended(running)


def forked(mutant: Mutant, silent: bool = True) -> int:
    """Run the tests in a process of their own, and return its number."""
    process = os.fork()
    if not process:
        try:
            run_tests(mutant, silent)
        finally:
            os._exit(1)
    return process


def ended(running: dict[int, Mutant]) -> tuple[Mutant, str]:
    """Wait for the next that ends."""
    process, status = os.wait()
    code = os.waitstatus_to_exitcode(status)
    end = "timeout" if code == -signal.SIGXCPU else "killed" if code else "survived"
    return running.pop(process), end


def explanations(module: str) -> dict[str, str]:
    """Why each known survivor of the module changes nothing, by its name."""
    listed = tomllib.loads(SURVIVORS.read_text(encoding="utf-8")).get(module, {})
    return {name: why for why, names in listed.items() for name in names}


def examine(module: str) -> bool:
    """Try every mutant of the module, print what came of it, and say whether all is well."""
    code = Mutant(module, "module", 0, "", path_of(module).read_text(encoding="utf-8"))
    if ended({forked(code, silent=False): code})[1] != "survived":
        print("The tests have to pass before mutants can be told from the code.")
        return False
    explained, ends = explanations(module), Counter[str]()
    survivors = set()
    for mutant, end in verdicts(mutants(module), os.cpu_count() or 1):
        ends[end] += 1
        if end == "survived":
            survivors.add(mutant.name)
            if mutant.name not in explained:
                print(f"\rhelpers/{module}.py:{mutant.line}: not explained: {mutant.name!r}")
        if sys.stdout.isatty():
            print(f"\r{module}: {ends.total()} mutants", end="", flush=True)
    dead = 1 - ends["survived"] / ends.total()
    print(
        f"\r{module}: {ends.total()} mutants, {ends['killed']} killed, "
        f"{ends['timeout']} timed out, {ends['survived']} survived: {dead:.1%} died"
    )
    for name in explained.keys() - survivors:
        print(f"explained, but no survivor: {name!r}")
    return survivors == explained.keys() and dead >= SETTINGS["least-share"]


def main(chosen: list[str]) -> int:
    for name in PRELOADED:
        importlib.import_module(name)
    return 0 if all([examine(module) for module in chosen or SETTINGS["modules"]]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
