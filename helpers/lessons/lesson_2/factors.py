"""A factor in words, as a person writes it: 2·n_in, 1/n_in, √(2/n_in)."""

from collections.abc import Mapping

import numpy as np

from helpers.validation import Array

NEAR = 1e-6  # by which a factor may miss what is written, relative to it
POWERS = {1.0: "", 2.0: "²", 3.0: "³"}


def factor_in_words(factors: Array, sizes: Mapping[str, Array]) -> str:
    """Return a factor in words: a number, times powers of sizes; '' if it isn't that.

    Parameters
    ----------
    factors : ndarray, shape (n,)
        What it is in each of n cases; above 0.
    sizes : mapping from str to ndarray, shape (n,)
        What it may depend on, in each case, by its name.

    Examples
    --------
    >>> factor_in_words(np.array([0.5, 1.0]), {"n_in": np.array([8, 2])})
    '√(2/n_in)'
    """
    logs = np.log(factors)
    names = list(sizes) if np.ptp(logs) > NEAR else []
    terms = np.stack([np.ones(len(logs)), *(np.log(sizes[name]) for name in names)], axis=1)
    found = np.linalg.lstsq(terms, logs)[0]
    exact = np.append(found[0], np.round(2 * found[1:]) / 2)
    if np.abs(terms @ exact - logs).max() > NEAR:
        return ""
    powers = dict(zip(names, map(float, exact[1:]), strict=True))
    return _product(float(f"{np.exp(exact[0]):.9g}"), powers)


def _product(number: float, powers: Mapping[str, float]) -> str:
    """Return a number times powers; where all of it is a root, it stands under one."""
    is_short, halves = _is_short(number), {abs(power) for power in powers.values()} - {0.0}
    if not is_short and _is_short(number**2) and halves <= {0.5}:
        inside = _product(number**2, {name: 2 * power for name, power in powers.items()})
        return f"√({inside})" if halves else f"√{inside}"
    above = [_power(name, power) for name, power in powers.items() if power > 0]
    below = [_power(name, -power) for name, power in powers.items() if power < 0]
    if number != 1 or not above:
        is_root = not is_short and _is_short(number**2)
        above = [f"√{number**2:.4g}" if is_root else f"{number:.4g}", *above]
    under = "·".join(below)
    return "/".join(filter(None, ["·".join(above), f"({under})" if len(below) > 1 else under]))


def _is_short(number: float) -> bool:
    """Whether four digits write it."""
    return abs(float(f"{number:.4g}") - number) <= NEAR * number


def _power(name: str, power: float) -> str:
    return f"√{name}" if power == 0.5 else name + POWERS.get(power, f"^{power:g}")
