"""What the benchmark times computes the same; how long it takes isn't asserted."""

from unittest.mock import patch

import pytest

from helpers.network import MLP
from helpers.tests import benchmark


@pytest.mark.parametrize("name", ["ours", "script", "PyTorch"])
def test_every_loop_arrives_at_the_same_weights(name: str) -> None:
    if name not in benchmark.TRAINING:
        pytest.skip("PyTorch isn't installed; to compare with it, install it here.")
    assert benchmark.agrees(name)


def test_its_sizes_are_run_to_the_end(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, "SIZES", [((2, 3, 1), 5, 2)])
    monkeypatch.setattr(benchmark, "MOONS", (2, 3, 1))
    monkeypatch.setattr(benchmark, "ROUNDS", 1)
    benchmark.main(turns=1)
    said = capsys.readouterr().out
    assert "a step, 2-3-1 × 5, sigmoid" in said
    assert "a step, 64-32-10 × 32, softmax" in said
    assert said.count("ours") == 2 * said.count("the products") == 2 * said.count("batched")


def test_the_batched_check_starts_from_one_forward_pass() -> None:
    with patch.object(MLP, "forward", autospec=True, side_effect=MLP.forward) as forward:
        benchmark.batched()
    assert forward.call_count == 1
