"""Exercises that name the mistake, questions to answer before a run, and a bug hunt.

misconceptions   what they cure
entries          what is wrong in a lesson's file is said with its place
progress_file    what is tried and what is right, in a file on the learner's machine
mistakes         the wrong answers that are known by name, from the lessons' texts
slips            what can be wrong with any result
running          running what a learner wrote, so that it can do no harm
reading          what is seen without running it
verdict          what is said of an answer, and how it looks
comparing        what counts as the same, and how a difference is put into words
exercise         a task with its right answer, and what answers are tried on
trying           an answer in all trials, beside the right one and each known mistake
pairs            two known mistakes in one answer
wording          a mistake by its name, or the first difference
checking         which of these is said of an answer
cases            random networks on which the mistakes show
catalogue        all of them by name, and `check`
program          a function with a gap, and given lines for it
ordering         putting them in order: `Puzzle`
questions        those of all lessons, from their texts, and the replies to them
predictions      a question that is asked before a run: `ask`
bug_kinds        mistakes in a backward pass, and the mark that each leaves in a report
planted          networks with one of them
bug_hunt         six of them, and a learner who says where and what
summary          what is right, tried and open: `progress`
names            of mistakes, from one language to another
gather           a class's progress files in one table
strip            a copy of the notebooks without the solutions
"""

from helpers.exercises.bug_hunt import BugHunt
from helpers.exercises.catalogue import check
from helpers.exercises.ordering import Puzzle
from helpers.exercises.predictions import ask
from helpers.exercises.summary import progress

__all__ = ["BugHunt", "Puzzle", "ask", "check", "progress"]
