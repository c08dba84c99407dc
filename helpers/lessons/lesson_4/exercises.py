"""The exercises of lesson 4, and the mistakes that people make in them: gradient checking.

numerical_derivative   the slope along one parameter
relative_error         an error that can't be fooled
"""

from helpers.lessons.lesson_4.numerical_derivative import NUMERICAL_DERIVATIVE
from helpers.lessons.lesson_4.relative_error import RELATIVE_ERROR

EXERCISES = (NUMERICAL_DERIVATIVE, RELATIVE_ERROR)
