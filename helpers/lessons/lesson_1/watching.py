"""Arrays that see where a finite number becomes infinite or NaN, without a warning from NumPy."""

from typing import Any

import numpy as np

from helpers.validation import Array


class Watched(np.ndarray[Any, Any]):
    """An array that keeps, by the name of each function, whether a number got lost in it.

    All that NumPy makes of such an array is one as well.
    """

    seen: dict[str, bool]

    def __array_finalize__(self, source: Any) -> None:
        """Note in the same place as the array that this one is made of."""
        self.seen = getattr(source, "seen", {})

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **settings: Any) -> Any:
        """Compute as NumPy does, and look at what comes out."""
        given, settings = _plain(inputs), {name: _plain(value) for name, value in settings.items()}
        result = getattr(ufunc, method)(*given, **settings)
        if method == "__call__" and ufunc.nout == 1 and result.dtype.kind == "f":
            lost = ~np.isfinite(result) & settings.get("where", True)
            for value in given:
                lost = lost & np.isfinite(value)
            self.seen[ufunc.__name__] = self.seen.get(ufunc.__name__, False) or bool(lost.any())
        return self._like(result)

    def __array_function__(self, function: Any, types: Any, inputs: Any, settings: Any) -> Any:
        """Keep watching what `np.where` and its like return."""
        return self._like(super().__array_function__(function, types, inputs, settings))

    def _like(self, result: Any) -> Any:
        return watched(result, self.seen) if type(result) is np.ndarray else result


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return value.view(np.ndarray) if isinstance(value, Watched) else value


def watched(Z: Array, seen: dict[str, bool]) -> Array:
    """Return Z as an array that notes in `seen` what becomes of its numbers."""
    array = Z.view(Watched)
    array.seen = seen
    return array
