"""What all tests share.

Hypothesis tries the same examples on every machine, however slow. The arrays here are small:
a second thread for a matrix product would only take the core that another test runs on.
"""

import os

from hypothesis import settings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy is imported, by kernels too

settings.register_profile("course", deadline=None, derandomize=True)
settings.load_profile("course")
