"""Sign the texts as they are now; a new one gets a reason by hand."""

import textwrap

from helpers.tests.notebooks.claims import NO_NUMBER, SIGNED, signature, signed, telling, to_sign

HEAD = """\
# Who has read a text, and found it true, signs it: python -m helpers.tests.notebooks.claims
# Above the texts stands why nothing computes what they say of numbers and directions.
"""
NEW = "new, and nobody has said why nothing computes it"


def page() -> str:
    """Return the file: by source and reason, each text with its signature."""
    lines, before = [HEAD], signed()
    for source, texts in to_sign().items():
        by_reason: dict[str, list[str]] = {}
        for name, text in texts.items():
            _, why = before.get(source, {}).get(name, ("", NEW))
            why = (NEW if why == NO_NUMBER else why) if telling(text) else NO_NUMBER
            by_reason.setdefault(why, []).append(f"{name}:{signature(text)}")
        lines.append(f"[{source}]\n")
        for why, entries in sorted(by_reason.items()):
            together = textwrap.fill("  ".join(entries), 100, break_on_hyphens=False)
            lines.append(f'"{why}" = """\n{together}"""\n')
    return "".join(lines)


if __name__ == "__main__":
    SIGNED.write_text(page(), encoding="utf-8")
