"""The exercises of lesson 2, and the mistakes that people make in them: the forward pass.

layer_shapes    the shapes of W, b and Z
he_weights      He initialisation
layer_forward   the forward pass of one layer, with its cache
"""

from helpers.lessons.lesson_2.he_weights import HE_WEIGHTS
from helpers.lessons.lesson_2.layer_forward import LAYER_FORWARD
from helpers.lessons.lesson_2.layer_shapes import LAYER_SHAPES

EXERCISES = (LAYER_SHAPES, HE_WEIGHTS, LAYER_FORWARD)
