"""What the mutation tests are told, while they themselves take too long to be run each time."""

import re
import tomllib
from itertools import chain
from pathlib import Path

HERE = Path(__file__).parent
HELPERS = HERE.parent


def test_every_explanation_is_of_a_line_that_is_still_there() -> None:
    explained = tomllib.loads((HERE / "survivors.toml").read_text(encoding="utf-8"))
    for module, entries in explained.items():
        text = (HELPERS / f"{module}.py").read_text(encoding="utf-8")
        for why, names in entries.items():
            code = [name.split(": ", 1)[1] for name in names]
            assert [line for line in code if re.sub("⟨(.*?) → .*?⟩", r"\1", line) not in text] == []
            assert why.endswith(".")


def test_the_modules_and_tests_that_it_names_exist() -> None:
    project = tomllib.loads((HELPERS.parent / "pyproject.toml").read_text(encoding="utf-8"))
    named = project["tool"]["mutation"]
    assert [name for name in named["modules"] if not (HELPERS / f"{name}.py").is_file()] == []
    tests = chain(named["tests"], *named["tests-of"].values())
    assert [name for name in tests if not (HERE / name).is_file()] == []
