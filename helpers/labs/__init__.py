"""The slider labs, one per lesson: move a control, and the picture and its line of text follow.

Each is one line in a notebook, for example ``TrainingLab()``. Everything that the mouse
can do, code can do: ``lab.controls`` has the controls, ``lab.state`` is read and set, and
``lab.text`` says what the picture shows.

wording          how the labs write numbers, and what they call a change
health           what ails a hidden layer
activation       the lab of lesson 1
forward          that of lesson 2
passes           the steps of both passes, for the lab of lesson 3
matrix_tables    their matrices as tables
backward         that lab
learning         a network that is trained a slice at a time, for the labs of lessons 5 and 6
gradient_check   the lab of lesson 4
training         that of lesson 5
digits           that of lesson 6
"""
