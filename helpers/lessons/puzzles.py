"""Puzzles: the lines of a program are there, jumbled, and some of them are wrong.

The chosen lines are assembled into a function, which is judged as an exercise is, by value
on random networks. So every order that computes the right thing passes, and wrong orders and
wrong lines that are known are named.

backward_lines   lesson 3: the lines of the backward loop
step_lines       lesson 5: the lines of one step of training
"""

from helpers.lessons.lesson_3.backward_lines import BACKWARD, BACKWARD_LINES
from helpers.lessons.lesson_5.step_lines import STEP, STEP_LINES

PUZZLES = {
    puzzle.name: (puzzle, program)
    for puzzle, program in ((BACKWARD_LINES, BACKWARD), (STEP_LINES, STEP))
}
