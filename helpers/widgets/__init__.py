"""What labs, questions, puzzles and the hunt are made of. It knows no mathematics.

scheduling  when to work: the newest request is answered
lifetime    how long what a cell shows lives
controls    sliders, and rows of buttons
drawing     paper to draw on
buttons     buttons that call what they are for, and answers to choose from
canvas      a picture that Matplotlib draws, and draws again quickly
shown       a widget that is text, too, for those who don't see it
lab         what every lab shares

How they look is in widgets.css.
"""
