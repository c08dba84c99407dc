"""What the exercises of lesson 3 are given and give back, by the number of the layer."""

from collections.abc import Mapping
from typing import Any

from helpers.activations import Activation
from helpers.validation import Array

Arrays = Mapping[int, Array]
Activations = Mapping[int, Activation]
Gradients = tuple[Any, Any]
