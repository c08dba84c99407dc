"""The slider labs, one a lesson: move a control, and the picture and its line of text follow.

Each is one line in a notebook, for example ``TrainingExplorer()``. Everything that the mouse
can do, code can do: ``lab.controls`` has the controls, ``lab.state`` is read and set, and
``lab.text`` says what the picture shows.
"""
