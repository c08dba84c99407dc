"""How the labs write numbers, and what they call a change."""

from collections.abc import Mapping
from typing import Any

from helpers.tables import in_prose
from helpers.texts import read

SHRINKS, GROWS = 0.75, 1.33  # if a layer multiplies by less, by more


def about(number: float) -> str:
    """Return a number to one digit, which is the same on every machine."""
    rough = ("−" if number < 0 else "") + one_digit(abs(number))
    return str(read("common/lab")["about"].format(number=rough)) if number else rough


def one_digit(number: float) -> str:
    """Return a number rounded to one digit, as short as it goes: 0.02, 3 · 10⁻⁷."""
    return in_prose(number, 1)


def with_minus(number: float, form: str) -> str:
    """Return a number in a format, with a minus sign that is as wide as a plus."""
    return f"{number:{form}}".replace("-", "−")


def one_or_many(texts: Mapping[str, str], number: int, **others: Any) -> str:
    """Fill the text for one, or that for another number, with the number and the others."""
    return texts["one" if number == 1 else "many"].format(number=number, **others)


def trend(factor: float) -> str:
    """Return the name of what becomes of a number that each layer multiplies by `factor`."""
    return "shrinks" if factor < SHRINKS else "grows" if factor > GROWS else "steady"
