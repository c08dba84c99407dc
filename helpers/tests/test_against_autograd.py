"""Forward, loss and gradients equal automatic differentiation's, but for rounding.

That a step and a training do what these say, `test_network` and `test_benchmark` hold.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.tests.independent import reference
from helpers.tests.networks import Case, cases

LOSSES, DTYPES = ("squared error", "cross-entropy"), (np.float64, np.float32)
ROUNDINGS = 1000  # one after the other, that an array may be off by


@settings(max_examples=200)
@given(case=st.one_of([cases(loss=loss, dtype=dtype) for loss in LOSSES for dtype in DTYPES]))
def test_loss_and_every_array_equal_those_of_autograd(case: Case) -> None:
    exact, (A, caches) = reference(case), case.network.forward(case.X)
    gradient, near = case.network.backward(caches, case.Y), ROUNDINGS * float(np.finfo(A.dtype).eps)
    assert case.network.loss.value(A, case.Y) == pytest.approx(exact.loss, rel=near, abs=near)
    for owner, names in ((caches, ("Z", "A")), (gradient, ("dW", "db", "delta"))):
        for name in names:
            layers = zip(getattr(owner, name).items(), getattr(exact, name).items(), strict=True)
            for (l, ours), (layer, theirs) in layers:
                assert (l, ours.shape) == (layer, theirs.shape)
                apart, size = (float(np.linalg.norm(a)) for a in (ours - theirs, theirs))
                assert apart <= near * max(1, size), f"{name}[{l}]"
