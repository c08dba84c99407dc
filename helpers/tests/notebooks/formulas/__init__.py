"""Every formula of the notebooks, evaluated where it stands.

Code is compared with an independent computation: plain loops, or automatic differentiation.
Nothing of a formula is copied here, so a cell can't be right here and wrong in the notebook.

    cells      a cell, how it is run, and who checks what it computes or draws
    numbers    what the checks compute with
    key_ideas  the code in the tables of key ideas, README's included

The maths between dollars is held to the same numbers. It is translated to Python, so that both
sides of each = can be computed.

    notation    from LaTeX, or plain text, to Python
    scenes      numbers for the names in it
    claims      every formula of the notebooks and of README, and whether it is true
    stands_for  what some formulas without an = are
"""
