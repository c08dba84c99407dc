"""The thin package under the notebooks of the course on matrix backpropagation.

Read the modules in this order; each imports only from those above it:

    texts           what the course says in words, from the lessons' folders
    validation      what every function asks of its input
    activations     φ and φ′, and the registry that finds them by name
    losses          the loss, its value and δ of the output
    datasets        points of two classes, and digits
    layers          arrays by layer as views of one vector, and caches
    network         MLP: parameters, forward with caches, backward, update
    tables          rows as text and as HTML
    gradient_check  numerical gradients and the report that compares them
    training        the four-step loop and its history
    style           the look and the letters of all pictures
    plots           one function per picture
    widgets         what labs, questions, puzzles and the hunt are made of
    labs            the slider labs, one per lesson
    exercises       judging what a learner wrote, questions, puzzles, the hunt, progress
    lessons         what each lesson asks and says, one folder per lesson
"""

import logging

# what Matplotlib has to say about a home that can't be written to, or a learner's settings,
# would be the first thing that a lesson prints; whoever sets up logging still reads it
logging.getLogger("matplotlib").addHandler(logging.NullHandler())
