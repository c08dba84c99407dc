"""The tests with the oldest and the newest packages that the course allows, on every Python.

    python -m nox --noxfile .ci/noxfile.py [--session oldest | newest | prereleases] [-- ...]

What follows `--` goes to pytest. What is allowed is said in pyproject.toml alone. A Python
that isn't installed is fetched by uv; where that can't be done, its session is skipped.
"""

import nox
from nox.command import CommandFailed

LATEST = "3.15"
PROJECT = nox.project.load_toml("../pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT, max_version=LATEST)

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv"


def test(session: nox.Session, *how: str) -> None:
    """Install the course, resolved as `how` says, and run its tests."""
    session.chdir("..")
    session.install(*how, "--editable", ".[test]")
    session.run("python", "-m", "pytest", *(session.posargs or ["--numprocesses=logical"]))


@nox.session(python=PYTHONS[0])
def oldest(session: nox.Session) -> None:
    """Take the lowest version of each dependency, on the lowest Python; later ones lack them."""
    test(session, "--resolution=lowest-direct")


@nox.session(python=PYTHONS)
def newest(session: nox.Session) -> None:
    """Take the newest version of everything, on every Python."""
    test(session)


@nox.session(python=PYTHONS)
def prereleases(session: nox.Session) -> None:
    """Take pre-releases too. What fails is a warning: something is about to change."""
    try:
        test(session, "--prerelease=allow")
    except CommandFailed:
        session.warn("The tests fail with pre-releases; no release is broken yet.")
