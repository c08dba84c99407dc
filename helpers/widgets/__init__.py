"""What labs, questions, puzzles and the hunt are made of. It knows no mathematics.

lifetime    how long what a cell shows lives
controls    sliders, and rows of buttons
canvas      a picture that Matplotlib draws, and draws again quickly
base        what every lab shares, and the decision when to work
"""
