"""φ′ equals complex-step derivatives, to 1e-14, where φ is smooth.

The imaginary part of f(z + ih), divided by h, is f′(z) up to h², and no difference is taken that
could lose digits: h may be as small as 1e-20. Our functions refuse complex numbers, on purpose.
So each formula is written once more here, in complex numbers, and our derivative is compared
with the derivative of that.

φ′ = φ (1 − φ) and 1 − φ² lose the digits that 1 − φ loses, as lesson 1 tells of z = 40. So
1e-14 is relative where φ is far from 1, and elsewhere to the steepest slope that φ has.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from helpers.activations import find_activation
from helpers.tests.networks import SMOOTH
from helpers.validation import Array

H = 1e-20
Complex = NDArray[np.complexfloating[Any, Any]]


def sigmoid(z: Complex) -> Complex:
    """Use the form that can't overflow on either side of zero."""
    small = np.exp(np.where(z.real > 0, -z, z))
    return np.where(z.real > 0, 1, small) / (1 + small)


PHI: dict[str, Callable[[Complex], Complex]] = {
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "linear": lambda z: z,
}
STEEPEST = {"sigmoid": 0.25, "tanh": 1.0, "linear": 1.0}
# where 1 − φ keeps enough digits for 1e-14, and where h φ′(z) isn't below the smallest float
RELATIVE = {"sigmoid": (-650.0, 3.0), "tanh": (-1.5, 1.5), "linear": (-1e9, 1e9)}


def complex_step(name: str, z: Array) -> Array:
    return PHI[name](z + 1j * H).imag / H


@pytest.mark.parametrize("name", SMOOTH)
def test_slopes_agree_to_1e_14_of_themselves_or_of_the_steepest(name: str) -> None:
    tiny, slope = np.geomspace(1e-300, 1, 50), find_activation(name).derivative
    z = np.concatenate([np.linspace(*RELATIVE[name], 500), -tiny, tiny])
    np.testing.assert_allclose(slope(z), complex_step(name, z), rtol=1e-14, atol=0)
    z = np.concatenate([np.linspace(-1e4, 1e4, 301), np.linspace(-50, 50, 1001)])
    near = 1e-14 * STEEPEST[name]
    np.testing.assert_allclose(slope(z), complex_step(name, z), rtol=0, atol=near)
