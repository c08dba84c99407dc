"""The training lab: what it shows is what was computed, at every setting."""

import asyncio
import random
import re
from typing import Any

import pytest

from helpers.datasets import two_moons
from helpers.explorers.training import TrainingExplorer
from helpers.losses import accuracy
from helpers.network import MLP
from helpers.training import train


@pytest.fixture(scope="module")
def lab() -> TrainingExplorer:
    return TrainingExplorer(epochs=50)


def values_of(control: Any) -> list[Any]:
    """Return the least, the first and the greatest value that a control can take."""
    if hasattr(control, "options"):
        return list(control.options)
    least, most = control.min, control.max
    if type(control).__name__ == "FloatLogSlider":
        least, most = control.base**least, control.base**most
    return [least, control.value, most]


def assert_sound(lab: TrainingExplorer) -> None:
    assert not re.search(r"\bnan\b|\binf\b", lab.text)
    assert lab.text == lab.describe()
    assert f"After {lab.records[-1].epoch} epochs" in lab.text
    assert 'alt="Left, the decision boundary' in lab._picture.value


def test_every_control_at_its_ends(lab: TrainingExplorer) -> None:
    for name, control in vars(lab.controls).items():
        before = control.value
        for value in values_of(control):
            lab.state = {name: value}
            assert_sound(lab)
        lab.state = {name: before}


def test_random_settings(lab: TrainingExplorer) -> None:
    rng = random.Random(0)
    for _ in range(60):
        state = {name: rng.choice(values_of(c)) for name, c in vars(lab.controls).items()}
        lab.state = state | {"epochs": rng.choice([0, 50])}
        assert_sound(lab)


def test_the_numbers_are_those_of_train() -> None:
    lab = TrainingExplorer(epochs=150, learning_rate=0.3, layer_2=0, noise=0.2, seed=5)
    network = MLP((2, 16, 1), ("relu", "sigmoid"), seed=5)
    data, fresh = two_moons(300, 0.2, 5), two_moons(300, 0.2, 1005)
    history = train(network, *data, epochs=150, learning_rate=0.3, seed=5, progress=0)
    right = accuracy(network.predict(fresh[0]), fresh[1])
    assert f"the loss is {history.loss[-1]:.4f};" in lab.text
    assert f"{history.train_accuracy[-1]:.1%} of the training points" in lab.text
    assert f"{right:.1%} of fresh points" in lab.text


def test_training_on_is_one_longer_training() -> None:
    twice, once = TrainingExplorer(epochs=100), TrainingExplorer(epochs=200)
    twice.train_on()
    assert twice.text == once.text
    assert (twice.network.theta == once.network.theta).all()
    twice.start_again()
    assert "After 100 epochs" in twice.text


def test_a_curve_is_kept_beside_the_next(lab: TrainingExplorer) -> None:
    lab.state = {"epochs": 50, "learning_rate": 0.5}
    lab.keep_curve()
    kept = list(lab.records)
    lab.state = {"learning_rate": 1.0}
    assert lab.kept == kept != lab.records


def test_dead_and_saturated_layers_are_named() -> None:
    assert "units of layer 2 are dead" in TrainingExplorer(learning_rate=100, epochs=300).text
    tanh = TrainingExplorer(activation="tanh", learning_rate=100, epochs=100)
    assert "is saturated" in tanh.text


def test_the_text_is_what_a_notebook_stores(lab: TrainingExplorer) -> None:
    bundle = lab._repr_mimebundle_()
    assert bundle["text/plain"] == lab.text == repr(lab)
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_an_unknown_setting_is_refused(lab: TrainingExplorer) -> None:
    with pytest.raises(ValueError, match=r"state has \['rate'\]; expected some of"):
        lab.state = {"rate": 1}


def test_after_a_storm_of_moves_the_newest_is_shown() -> None:
    lab = TrainingExplorer(epochs=50)
    begun = 0
    frames = lab.frames

    def counted(state: dict[str, Any]) -> Any:
        nonlocal begun
        begun += 1
        return frames(state)

    async def storm() -> None:
        for i in range(1000):
            lab.controls.seed.value = i % 21
            if i % 50 == 0:
                await asyncio.sleep(0)
        while lab._worker is not None and not lab._worker.done():
            await asyncio.sleep(0.01)

    lab.frames = counted  # type: ignore[method-assign]
    asyncio.run(storm())
    assert lab.controls.seed.value == 999 % 21
    assert lab._answered == lab._asked
    assert begun < 60
    assert lab.describe() == TrainingExplorer(epochs=50, seed=999 % 21).text


def test_a_long_training_lets_others_run_and_is_dropped_for_a_newer_one() -> None:
    lab = TrainingExplorer(epochs=0)
    shown: list[str] = []
    lab._line.observe(lambda change: shown.append(change["new"]), "value")

    async def drag() -> int:
        turns = 0
        lab.controls.epochs.value = 2000
        while not shown:
            await asyncio.sleep(0)
            turns += 1
        lab.controls.epochs.value = 100
        while lab._worker is not None and not lab._worker.done():
            await asyncio.sleep(0)
            turns += 1
        return turns

    assert asyncio.run(drag()) > 1
    assert "After 2000 epochs" not in "".join(shown)
    assert "After 100 epochs" in shown[-1]
