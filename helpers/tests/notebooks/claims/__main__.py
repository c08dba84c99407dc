"""Show what has to be read, and sign all texts as they are now."""

from textwrap import fill

from helpers.tests.notebooks.claims import SIGNED, signatures, unsigned

HEAD = """\
# Who has read a text, and found it true, signs it: python -m helpers.tests.notebooks.claims
"""


def page() -> str:
    """Return the file: by source, each text with its signature."""
    lines = [HEAD]
    for source, of in signatures().items():
        together = fill("  ".join(map(":".join, of.items())), 100, break_on_hyphens=False)
        lines.append(f'{source} = """\n{together}"""\n')
    return "".join(lines)


if __name__ == "__main__":
    print(*unsigned(), sep="\n\n")
    SIGNED.write_text(page(), encoding="utf-8")
