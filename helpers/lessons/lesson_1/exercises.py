"""The exercises of lesson 1, and the mistakes that people make in them: activations.

leaky_relu_prime   the slope of leaky ReLU
stable_sigmoid     a sigmoid for every number
watching           arrays that see where a number becomes infinite
"""

from helpers.lessons.lesson_1.leaky_relu_prime import LEAKY_RELU_PRIME
from helpers.lessons.lesson_1.stable_sigmoid import STABLE_SIGMOID

EXERCISES = (LEAKY_RELU_PRIME, STABLE_SIGMOID)
