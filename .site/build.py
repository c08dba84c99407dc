"""Build the site: every lesson as a page to read, and all of them live, in the browser.

The English pages lie at its top, those of each other language in a folder of its own.

    python .site/build.py [FOLDER]

FOLDER (build/site, if none is given) can be served by any web server; no page asks for anything
from elsewhere, but for Python's compiled packages, NumPy and Matplotlib among them: the live
lessons take them from Pyodide's own distribution. What it needs is installed by

    python -m pip install --editable ".[site]" && npm install --prefix .site
"""

import argparse
import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from email.parser import HeaderParser
from itertools import compress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from helpers.texts import ENGLISH, folder_of, in_language, languages

HERE = Path(__file__).parent
COURSE = HERE.parent
NPM = HERE / "node_modules"
LINK = '<a href="{to}">{words}</a>'
TO_LANGUAGE = '<a href="{to}.html" lang="{language}" hreflang="{language}">{words}</a>'
PAGES = {"README": "index", "TEACHING": "teaching"}
SECTIONS = ["The lessons", "Key ideas"]  # of README, that concern who reads
HEADING = re.compile("^## ", re.MULTILINE)
LANGUAGES = {language: in_language("common/language", language) for language in languages()}
RUNTIME = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"]
LOCK = "pyodide-lock.json"
KERNEL = ["ipython", "jedi", "micropip"]  # what Pyodide's kernel loads
Packages = dict[str, dict[str, Any]]  # of a lock file, by name


# The pages


def write_pages(target: Path, language: str) -> None:
    """Write what Sphinx reads: the lessons, README's parts for readers, and TEACHING."""
    lessons = sorted((COURSE / "notebooks" / folder_of(language)).glob("*.ipynb"))
    for path in lessons:
        notebook = adapted(json.loads(path.read_text(encoding="utf-8")), path, target, language)
        (target / path.name).write_text(json.dumps(notebook), encoding="utf-8")
    for name, page in PAGES.items():
        text = with_links(page_in(name, language), language)
        (target / f"{page}.md").write_text(headed(text, page, language), encoding="utf-8")
    names = "\n".join([*(path.stem for path in lessons), "teaching"])
    with (target / "index.md").open("a", encoding="utf-8") as index:
        index.write(f"```{{toctree}}\n:hidden:\n{names}\n```\n")
    shutil.copytree(COURSE / "images", target / "images")


def page_in(name: str, language: str) -> str:
    """Return the text of a page in a language; of README, the sections for who reads."""
    texts = [
        (COURSE / f"{name}{ending}.md").read_text(encoding="utf-8")
        for ending in ("", f".{language}" * (language != ENGLISH))
    ]
    (_, *english), (head, *sections) = map(HEADING.split, texts)
    is_kept = [name != "README" or text.partition("\n")[0] in SECTIONS for text in english]
    return "## ".join([head, *compress(sections, is_kept)])


def with_links(text: str, language: str) -> str:
    """Return a page with its links to others as they are on the site."""
    text = re.sub(
        r"^\[[^]]+\]\(README[.\w]*\)\n\n", "", text, flags=re.MULTILINE
    )  # in another language
    for name, page in PAGES.items():
        text = re.sub(rf"\]\({name}(\.\w\w)?\.md\)", f"]({page}.md)", text)
    # a heading is named as GitHub does; in Jupyter, capitals and signs stay
    text = re.sub(
        r"(?<=\]\()#[^)\s]+", lambda found: re.sub(r"[^#\w-]", "", found[0].lower()), text
    )
    return re.sub(rf"\]\(notebooks/({language}/)?", "](", text)


def headed(text: str, page: str, language: str, *links: str) -> str:
    """Return a page with links below its title, to itself in other languages and to others."""
    up = "../" if folder_of(language) else ""
    others = (
        TO_LANGUAGE.format(
            to=up + Path(folder_of(other), page).as_posix(), language=other, words=said["name"]
        )
        for other, said in LANGUAGES.items()
        if other != language
    )
    title, rest = text.split("\n", 1)
    return f"{title}\n\n{' · '.join([*links, *others])}\n{rest}"


def adapted(notebook: dict[str, Any], path: Path, target: Path, language: str) -> dict[str, Any]:
    """Return a lesson for Sphinx: pictures as files, folded what is, and a link to run it."""
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        for file, bundle in cell.pop("attachments", {}).items():
            (target / file).write_bytes(base64.b64decode(bundle["image/png"]))
            text = text.replace(f"attachment:{file}", file)
        cell["source"] = with_links(text, language)
        folded = cell["metadata"].get("jupyter", {})
        tags = {"hide-input": "source_hidden", "hide-output": "outputs_hidden"}
        kept = cell["metadata"].get("tags", [])
        cell["metadata"]["tags"] = [*kept, *(tag for tag, key in tags.items() if folded.get(key))]
    first, up = notebook["cells"][0], "../" if folder_of(language) else ""
    place = path.relative_to(COURSE / "notebooks").as_posix()
    live = f"{up}live/lab/index.html?path={place}"
    link = LINK.format(to=live, words=LANGUAGES[language]["site"]["live"])
    first["source"] = headed(first["source"], path.stem, language, link)
    return notebook


def build_pages(source: Path, target: Path, language: str) -> None:
    """Have Sphinx make the pages of a language."""
    source.mkdir()
    write_pages(source, language)
    sphinx = ["-m", "sphinx", "--quiet", "--fail-on-warning", "-c", str(HERE)]
    said = LANGUAGES[language]
    options = {
        "language": said["sphinx"],
        "html_title": said["site"]["title"],
        "nb_code_prompt_show": said["site"]["show"],
        "nb_code_prompt_hide": said["site"]["hide"],
    }
    sphinx += [f"-D{name}={value}" for name, value in options.items()]
    subprocess.run([sys.executable, *sphinx, str(source), str(target)], check=True)


# The live lessons


def write_runtime(target: Path, wheels: Path) -> None:
    """Write Pyodide and the packages that are no machine code; the lock file says where all are."""
    target.mkdir(parents=True)
    for file in RUNTIME:
        shutil.copy(NPM / "pyodide" / file, target)
    lock = json.loads((NPM / "pyodide" / LOCK).read_text(encoding="utf-8"))
    packages: Packages = lock["packages"]
    download(packages, lock["info"]["python"], wheels)
    for package in packages.values():
        package["file_name"] = f"{PYODIDE_CDN_URL}/{package['file_name']}"
    for wheel in sorted(wheels.glob("*.whl")):
        name, about = entry(wheel)
        packages[name] = packages.get(name, about) | {key: about[key] for key in OURS}
        shutil.copy(wheel, target)
    (target / LOCK).write_text(json.dumps(lock), encoding="utf-8")


OURS = ("file_name", "sha256", "version")


def download(packages: Packages, python: str, wheels: Path) -> None:
    """Add to our wheels what they need, and Pyodide's kernel, and is Python alone."""
    shutil.rmtree(COURSE / "build" / "lib", ignore_errors=True)  # what is gone since would be in it
    build = [str(COURSE), "ipywidgets", "comm"]
    pip("wheel", "--no-build-isolation", "--no-deps", "--wheel-dir", str(wheels), *build)
    ours = dict(map(entry, wheels.glob("*.whl")))
    wanted = set(needed([*ours, *KERNEL], {**packages, **ours}) - ours.keys())
    plain = [packages[name] for name in wanted if "-none-any" in packages[name]["file_name"]]
    exact = [f"{package['name']}=={package['version']}" for package in plain]
    how = ["--no-deps", "--only-binary=:all:", "--platform=any", f"--python-version={python}"]
    pip("download", *how, f"--dest={wheels}", *sorted(exact))


def needed(names: list[str], packages: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Return the packages, and all that they depend on."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in found:
            found.add(name)
            waiting += packages[name]["depends"]
    return found


def entry(wheel: Path) -> tuple[str, dict[str, Any]]:
    """Return a wheel's name, and what a lock file says of it."""
    with ZipFile(wheel) as archive:
        files = archive.namelist()
        metadata = next(name for name in files if name.endswith(".dist-info/METADATA"))
        about = HeaderParser().parsestr(archive.read(metadata).decode())
    name = canonicalize_name(about["Name"])
    return name, {
        "name": name,
        "version": about["Version"],
        "file_name": wheel.name,
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "imports": sorted({file.split("/")[0] for file in files if file.endswith("/__init__.py")}),
        "depends": list(dependencies(about.get_all("Requires-Dist", []))),
        "install_dir": "site",
        "package_type": "package",
        "unvendored_tests": False,
    }


def dependencies(required: list[str]) -> Iterator[str]:
    """Yield the names of what is needed at run time; the widgets' JavaScript is in the page."""
    for requirement in map(Requirement, required):
        name = canonicalize_name(requirement.name)
        if requirement.marker is None and name not in ("jupyterlab-widgets", "widgetsnbextension"):
            yield name


def pip(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--quiet", *arguments], check=True)


def main() -> None:
    """Build the site where the command line says."""
    parser = argparse.ArgumentParser(description="Build the site.")
    parser.add_argument("folder", nargs="?", type=Path, default=COURSE / "build" / "site")
    site = parser.parse_args().folder.resolve()
    with TemporaryDirectory() as folder:
        lite, wheels = (Path(folder) / name for name in ("lite", "wheels"))
        for place in (lite, wheels):
            place.mkdir()
        for language in LANGUAGES:
            build_pages(Path(folder) / language, site / folder_of(language), language)
        write_runtime(lite / "static" / "pyodide", wheels)
        shutil.copy(HERE / "jupyter_lite_config.json", lite)
        lessons = Path(folder) / "notebooks"  # JupyterLite serves no hidden file, and stops at one
        shutil.copytree(COURSE / "notebooks", lessons, ignore=shutil.ignore_patterns(".*"))
        where = ["--contents", str(lessons), "--output-dir", str(site / "live")]
        line = [sys.executable, "-m", "jupyterlite_core", "build", *where]
        subprocess.run(line, cwd=lite, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
