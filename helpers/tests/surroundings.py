"""Tests run as if on a fresh account: no settings of whoever runs them take part.

A plugin of pytest, the first that is named in pyproject.toml: so it is there before NumPy is
imported and the first kernel starts, whichever tests are run, and the processes that they start
inherit it. The arrays here are small: a second thread for a matrix product would only take the core
that another test runs on.
"""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

FOLDERS = ("HOME", "USERPROFILE", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "MPLCONFIGDIR")
MARK = "COURSE_TEST_FOLDERS"  # set once, for the workers and whatever they start


def keep_apart() -> None:
    """Give the tests folders of their own, which go when the tests end."""
    home = Path.home()
    fonts = Path(os.environ.get("MPLCONFIGDIR") or home / ".cache" / "matplotlib")
    # where the packages and git's permissions are stays as it is
    os.environ.setdefault("PYTHONUSERBASE", str(home / ".local"))
    os.environ.setdefault("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
    root = Path(os.environ.setdefault(MARK, tempfile.mkdtemp()))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    for name in FOLDERS:
        (root / name).mkdir()
        os.environ[name] = str(root / name)
    for name in ("MATPLOTLIBRC", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        os.environ.pop(name, None)
    # many processes read our modules: the first to compile one does it for all
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    for known in fonts.glob("fontlist*.json"):  # looking for all fonts takes seconds
        shutil.copy(known, os.environ["MPLCONFIGDIR"])


os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
if MARK not in os.environ:
    keep_apart()
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # see loopback_only
