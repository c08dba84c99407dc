"""What the benchmark times computes the same; how long it takes isn't asserted."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from helpers.network import MLP
from helpers.tests import benchmark

LOOPS: list[Callable[[int], list[float]]] = [benchmark.ours, benchmark.script, benchmark.pytorch]


@pytest.mark.parametrize("train", LOOPS)
def test_every_loop_has_the_same_losses(train: Callable[[int], list[float]]) -> None:
    if train is benchmark.pytorch:
        pytest.importorskip("torch")
    losses = train(20)
    assert len(losses) == 20
    assert losses[-1] < losses[0]
    np.testing.assert_allclose(losses, benchmark.ours(20), rtol=0, atol=1e-9)


def test_both_gradient_checks_find_the_gradient() -> None:
    network = MLP(benchmark.SIZES, benchmark.NAMES)
    gradient = network.backward(network.forward(benchmark.X)[1], benchmark.Y).vector
    np.testing.assert_allclose(benchmark.batched(1), gradient, rtol=0, atol=1e-7)
    np.testing.assert_allclose(benchmark.two_passes(1), gradient, rtol=0, atol=1e-7)


@pytest.mark.parametrize(
    ("check", "passes"), [(benchmark.batched, 1), (benchmark.two_passes, 2 * 193)]
)
def test_the_batched_check_starts_from_one_forward_pass(
    check: benchmark.Task, passes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[None] = []
    forward = MLP.forward

    def counted(*args: Any, **kwargs: Any) -> Any:
        calls.append(None)
        return forward(*args, **kwargs)

    monkeypatch.setattr(MLP, "forward", counted)
    check(1)
    assert len(calls) == passes
