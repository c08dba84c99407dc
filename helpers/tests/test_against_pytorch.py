"""Forward, loss, gradients, a step and a training equal PyTorch's, where it is installed.

PyTorch isn't in the `test` extra: it is as large as all the rest together.
"""

import importlib
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from helpers.losses import mean_squared_error
from helpers.tests.independent import Rounding, clear_of_kinks, reference, rounding_of
from helpers.tests.networks import SMOOTH, Case, cases
from helpers.training import train
from helpers.validation import Array

pytestmark = pytest.mark.skipif(
    find_spec("torch") is None,
    reason="PyTorch isn't installed; to compare with it, install torch into the same place.",
)
EPOCHS, RATE = 40, 0.01


def model_of(case: Case) -> Any:
    torch: Any = importlib.import_module("torch")
    modules = {
        "relu": torch.nn.ReLU,
        "sigmoid": torch.nn.Sigmoid,
        "tanh": torch.nn.Tanh,
        "linear": torch.nn.Identity,
    }
    layers: list[Any] = []
    for l, phi in enumerate(case.network.activations, 1):
        W, b = torch.tensor(case.network.W[l]), torch.tensor(case.network.b[l][:, 0])
        linear = torch.nn.Linear(*W.T.shape, dtype=W.dtype)
        linear.weight.data, linear.bias.data = W, b
        layers += [linear, modules[phi.name]()]
    return torch.nn.Sequential(*layers)


def loss_of(model: Any, X: Array, Y: Array) -> Any:
    """Return half of what MSELoss sums up, for one sample on the mean."""
    torch: Any = importlib.import_module("torch")
    outputs, labels = model(torch.tensor(X.T)), torch.tensor(Y.T)
    return torch.nn.functional.mse_loss(outputs, labels, reduction="sum") / (2 * len(labels))


def parameters(model: Any) -> Iterator[tuple[int, Any, Any]]:
    for i in range(0, len(model), 2):
        yield i // 2 + 1, model[i].weight, model[i].bias


def step(model: Any) -> None:
    """Take a step of gradient descent; PyTorch's own optimiser takes a second to be imported."""
    torch: Any = importlib.import_module("torch")
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.sub_(RATE * parameter.grad)


def rounding_at(case: Case) -> Rounding:
    exact = reference(case)
    off = rounding_of(case, exact)
    assume(clear_of_kinks(case, exact, off))
    return off


@settings(max_examples=60)
@given(case=st.one_of(cases(), cases(dtype=np.float32)))
def test_outputs_loss_gradients_and_a_step_are_those_of_pytorch(case: Case) -> None:
    torch: Any = importlib.import_module("torch")
    network, model, off = case.network, model_of(case), rounding_at(case)
    loss = loss_of(model, case.X, case.Y)
    loss.backward()
    A, caches = network.forward(case.X)
    gradient = network.backward(caches, case.Y)
    eps = float(np.finfo(A.dtype).eps)
    # both may be off, so twice the reach of one
    theirs = model(torch.tensor(case.X.T)).detach().numpy().T
    assert (np.abs(A - theirs) <= 2 * off.A[network.n_layers]).all()
    assert abs(mean_squared_error(A, case.Y) - loss.item()) <= 2 * off.loss
    for l, weight, bias in parameters(model):
        assert (np.abs(gradient.dW[l] - weight.grad.numpy()) <= 2 * off.dW[l]).all()
        assert (np.abs(gradient.db[l][:, 0] - bias.grad.numpy()) <= 2 * off.db[l][:, 0]).all()
    step(model)
    network.update(gradient, RATE)
    for l, weight, bias in parameters(model):
        near = 2 * RATE * off.dW[l] + 2 * eps * np.abs(network.W[l])
        assert (np.abs(network.W[l] - weight.detach().numpy()) <= near).all()
        near = 2 * RATE * off.db[l] + 2 * eps * np.abs(network.b[l])
        assert (np.abs(network.b[l][:, 0] - bias.detach().numpy()) <= near[:, 0]).all()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@settings(max_examples=3)
@given(data=st.data(), parts=st.integers(1, 3), seed=st.integers(0, 1000))
def test_many_epochs_end_where_those_of_pytorch_end(
    dtype: type[np.floating[Any]], data: st.DataObject, parts: int, seed: int
) -> None:
    # smooth, since a sample that rounding carries across a corner sets the two apart for good
    case = data.draw(cases(SMOOTH, max_samples=12, dtype=dtype))
    model, m, steps = model_of(case), case.X.shape[1], 0
    size, order = -(-m // parts), np.random.default_rng(seed)
    for _ in range(EPOCHS):
        samples = order.permutation(m) if size < m else np.arange(m)
        for start in range(0, m, size):
            batch = samples[start : start + size]
            model.zero_grad()
            loss_of(model, case.X[:, batch], case.Y[:, batch]).backward()
            step(model)
            steps += 1
    again = np.random.default_rng(seed)
    batches: dict[str, Any] = {"batch_size": size, "seed": again}
    train(case.network, case.X, case.Y, epochs=EPOCHS, learning_rate=RATE, progress=0, **batches)
    near = steps * float(np.finfo(dtype).eps) * float(np.linalg.norm(case.network.theta))
    for l, weight, bias in parameters(model):
        assert np.linalg.norm(case.network.W[l] - weight.detach().numpy()) <= near
        assert np.linalg.norm(case.network.b[l][:, 0] - bias.detach().numpy()) <= near
