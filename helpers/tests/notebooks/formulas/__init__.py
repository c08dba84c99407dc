"""Every formula of the notebooks, evaluated from the notebook's own cell.

A check gets a cell, runs it or evaluates one of its lines on numbers of the check's own, and
compares with an independent computation: plain loops, or automatic differentiation. Nothing of
a formula is copied here, so a cell can't be right here and wrong in the notebook.

    cells      a cell, how it is run, which cells compute, and faults to plant in them
    numbers    what the checks compute with
    lesson_N   the checks of lesson N
    key_ideas  the checks of the tables of key ideas, README's included

The maths between dollars is held to the same numbers. It is translated to Python, so that both
sides of each = can be computed.

    notation    from LaTeX, or plain text, to Python
    scenes      numbers for the names in it
    claims      every formula of the notebooks and of README, and whether it is true
    stands_for  what a formula without an = is, cell by cell
"""
