"""The exercises of lesson 3, and the mistakes that people make in them: the δ recursion.

by_layer                 what the exercises are given and give back, by the number of the layer
output_delta             δ of the output
hidden_delta             δ one layer back
layer_gradients          dW and db of a layer
exchangeable_lines       the backward pass, any line of which can be replaced by a wrong one
mistakes_in_delta        those that make δ wrong
mistakes_in_gradients    those with which δ is right, and dW or db isn't
backward_two_layers      the backward pass of two layers
backward                 of any number of layers
"""

from helpers.lessons.lesson_3.backward import BACKWARD
from helpers.lessons.lesson_3.backward_two_layers import BACKWARD_TWO_LAYERS
from helpers.lessons.lesson_3.hidden_delta import HIDDEN_DELTA
from helpers.lessons.lesson_3.layer_gradients import LAYER_GRADIENTS
from helpers.lessons.lesson_3.output_delta import OUTPUT_DELTA

EXERCISES = (OUTPUT_DELTA, HIDDEN_DELTA, LAYER_GRADIENTS, BACKWARD_TWO_LAYERS, BACKWARD)
