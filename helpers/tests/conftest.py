"""What all tests share.

Hypothesis tries the same examples on every machine, however slow. Nothing that a test starts, the
notebooks' kernels above all, reaches another machine.
"""

import gc
import importlib
import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

BAR = str(Path(__file__).parent / "loopback_only")
os.environ["PYTHONPATH"] = os.pathsep.join([BAR, os.environ.get("PYTHONPATH", "")]).rstrip(
    os.pathsep
)

# those that take longest come first
LONGEST = ["test_browser.py", "test_exercises.py", "test_labs.py", ".ipynb", "test_bad_input.py"]
LONGEST += ["test_plots.py", "test_claims.py", "test_cells.py", "test_names.py"]

settings.register_profile("course", deadline=None, derandomize=True)
settings.load_profile("course")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are cores: the browser's tests wait more than they compute."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no process is left with one at the end."""
    ends = [*enumerate(LONGEST), (len(LONGEST), "")]
    items.sort(key=lambda item: next(n for n, end in ends if item.path.name.endswith(end)))


def pytest_addoption(parser: pytest.Parser) -> None:
    said = "run as in a browser: no thread can start, and NumPy never warns"
    parser.addoption("--as-in-a-browser", action="store_true", help=said)


def pytest_configure(config: pytest.Config) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which shells ignore behind an `&`
    if config.getoption("--as-in-a-browser"):
        here = importlib.import_module("helpers.tests.as_in_a_browser")  # it imports NumPy
        here.as_in_a_browser(pytest.MonkeyPatch())
        here.np.seterr(all="ignore")


def pytest_collection_finish() -> None:
    """Leave out of each later search for garbage what is imported and collected: it stays."""
    gc.collect()
    gc.freeze()
