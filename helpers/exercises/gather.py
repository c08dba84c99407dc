"""Gather the progress files of a class: in one table, and what is believed in it.

    python -m helpers.exercises.gather FOLDER

FOLDER holds the files that learners have handed in, each under a name of its own, or in a folder
of its own. A row of the CSV is what one learner tried. The table on the screen says how many have
shown each mistaken belief, and in which words it was named to most of them, whatever the language
of their notebooks. Nothing tells who a learner is but the name of the file.

    COURSE_LANGUAGE=zh python -m helpers.exercises.gather FOLDER

says all this in Chinese.
"""

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from helpers.exercises.misconceptions import BELIEFS
from helpers.exercises.names import in_own_words
from helpers.exercises.progress_file import Record, Records, read_records
from helpers.exercises.summary import tasks
from helpers.tables import as_text
from helpers.texts import read, say

TEXTS = read("common/gather")
CSV = "class.csv"


def gather(folder: Path) -> tuple[dict[str, Records], list[str]]:
    """Return what is in each file of a folder, and the names of those that aren't progress files.

    Parameters
    ----------
    folder : Path
        Looked through with the folders in it.

    Raises
    ------
    OSError
        If a file can't be read.
    """
    found: dict[str, Records] = {}
    others = []
    for path in sorted(folder.rglob("*.json")):
        name = path.relative_to(folder).with_suffix("").as_posix()
        try:
            found[name] = {key: _in_own_words(record) for key, record in read_records(path).items()}
        except ValueError:
            others.append(name)
    return found, others


def _in_own_words(record: Record) -> Record:
    """Return it with the names of the mistakes in the teacher's language."""
    mistakes: Counter[str] = Counter()
    for mistake, n in record.mistakes.items():
        belief, colon, name = mistake.partition(": ")
        mistakes[belief + colon + in_own_words(name)] += n
    return replace(record, mistakes=mistakes)


def rows(learners: Mapping[str, Records]) -> Iterator[tuple[object, ...]]:
    """Yield the rows of the CSV: the header, and what each learner tried, in the course's order."""
    yield tuple(TEXTS["columns"])
    for name, records in learners.items():
        for task in tasks():
            if task.key in records:
                tried = records[task.key]
                said = (f"{n} × {mistake}" for mistake, n in tried.mistakes.items())
                shown = TEXTS["right" if tried.right else "not_right"], say("semicolon").join(said)
                path = name if name[0].isalnum() else f"./{name}"  # '=1+1' would be a formula
                yield path, task.lesson, task.kind, task.title, tried.tries, *shown


def beliefs(learners: Mapping[str, Records]) -> list[tuple[str, str, str]]:
    """Return the table by belief, the commonest first: each learner counts once for each.

    Returns
    -------
    list of (str, str, str)
        The header, then belief, '17 of 30', and the name that most of these have met.
    """
    named = [
        {m for record in records.values() for m in record.mistakes} for records in learners.values()
    ]
    names = Counter(mistake for of_one in named for mistake in of_one)
    by_belief = Counter(belief for of_one in named for belief in {_belief(m) for m in of_one})
    table = [tuple(TEXTS["header"])]
    for key, n in by_belief.most_common():
        if key in BELIEFS:
            most = next(m for m, _ in names.most_common() if _belief(m) == key)
            of = TEXTS["of"].format(n=n, all=len(learners))
            table.append((str(BELIEFS[key]), of, most[len(key) + 2 :]))
    return table


def _belief(mistake: str) -> str:
    return mistake.partition(": ")[0]


def main(arguments: Sequence[str] | None = None) -> int:
    """Gather as the command line says; return 1 if that can't be done."""
    parser = argparse.ArgumentParser(description=TEXTS["what"])
    parser.add_argument("folder", metavar="FOLDER", type=Path, help=TEXTS["example"])
    folder = parser.parse_args(arguments).folder
    try:
        learners, others = gather(folder)
        if not learners:
            print(TEXTS["none"].format(folder=folder))
            return 1
        with (folder / CSV).open("w", encoding="utf-8-sig", newline="") as file:  # for Excel
            csv.writer(file).writerows(rows(learners))
    except OSError as error:
        print(TEXTS["trouble"].format(reason=error.strerror, path=error.filename))
        return 1
    print(as_text(beliefs(learners)))
    print(TEXTS["written"].format(n=len(learners), path=folder / CSV))
    if others:
        print(TEXTS["others"].format(names=say("comma").join(others)))
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # of a letter it lacks
    sys.exit(main())
