"""What the benchmark times computes the same; how long it takes isn't asserted."""

from unittest.mock import patch

import numpy as np
import pytest

from helpers.datasets import two_moons
from helpers.network import MLP
from helpers.tests import benchmark


@pytest.mark.parametrize("name", ["ours", "script", "PyTorch"])
def test_every_loop_arrives_at_the_same_weights(name: str) -> None:
    if name not in benchmark.TRAINING:
        pytest.skip("PyTorch isn't installed; to compare with it, install it here.")
    assert benchmark.agrees(name)


def test_its_sizes_are_run_to_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(benchmark, "SIZES", [((2, 3, 1), 5, 2)])
    monkeypatch.setattr(benchmark, "MOONS", (2, 3, 1))
    monkeypatch.setattr(benchmark, "ROUNDS", 1)
    benchmark.main(turns=1)
    monkeypatch.undo()
    said = capsys.readouterr().out
    assert "a step, 2-3-1 × 5, sigmoid" in said
    assert "a step, 64-32-10 × 32, softmax" in said
    assert said.count("ours") == 2 * said.count("the products") == 2 * said.count("batched")


@pytest.mark.parametrize(("check", "passes"), [("batched", 1), ("two_passes", 2 * 193)])
def test_the_batched_check_starts_from_one_forward_pass(check: str, passes: int) -> None:
    with patch.object(MLP, "forward", autospec=True, side_effect=MLP.forward) as forward:
        found = getattr(benchmark, check)()
    assert forward.call_count == passes
    network, (X, Y) = benchmark.network_of_moons(), two_moons(300)
    gradient = network.backward(network.forward(X)[1], Y).vector
    np.testing.assert_allclose(found, gradient, rtol=0, atol=1e-7)
