"""The lab of lesson 3: its matrices are those of both passes, at every setting."""

import re
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb

from helpers.labs.backward import BackwardLab
from helpers.labs.matrix_tables import COLOUR_MAP, MOST_NUMBERS, _colour
from helpers.losses import mean_squared_error, mean_squared_error_gradient
from helpers.tests.seen import assert_says
from helpers.validation import Array

OPEN = " φ′ is 1 everywhere: everything gets through."
SIZES = [(2, 3, 2, 1), (2, 2, 0, 1), (1, 1, 0, 1), (1, 1, 1, 1), (3, 8, 5, 4), (8, 8, 8, 4)]


def state_of(sizes: tuple[int, ...], samples: int, **others: Any) -> dict[str, Any]:
    names = ("inputs", "layer_1", "layer_2", "outputs")
    return {**dict(zip(names, sizes, strict=True)), "samples": samples, **others}


def expected(lab: BackwardLab) -> dict[str, Array]:
    """Everything that a step may show, computed anew."""
    network, Y = lab.network, lab.Y
    A, caches = network.forward(lab.X)
    gradient = network.backward(caches, Y)
    L = network.n_layers
    arrays = {
        "Y": Y,
        "L": np.array([[mean_squared_error(A, Y)]]),
        "1": np.ones((Y.shape[1], 1)),
        f"∂L/∂A[{L}]": mean_squared_error_gradient(A, Y),
        "A[0]": lab.X,
    }
    for l in range(1, L + 1):
        slope = network.activations[l - 1].derivative(caches.Z[l])
        arrays |= {f"A[{l}]": caches.A[l], f"Z[{l}]": caches.Z[l], f"φ′(Z[{l}])": slope}
        arrays |= {f"W[{l}]": network.W[l], f"b[{l}]": network.b[l]}
        arrays |= {f"dW[{l}]": gradient.dW[l], f"db[{l}]": gradient.db[l]}
        arrays |= {f"δ[{l}]": gradient.delta[l]}
        if l > 1:
            arrays[f"∂L/∂A[{l - 1}]"] = network.W[l].T @ gradient.delta[l]
    return arrays | {f"{name}ᵀ": array.T for name, array in arrays.items()}


@dataclass(frozen=True)
class Table:
    """A matrix as it is drawn: its numbers, the cells with a border, and the colours if any."""

    values: Array
    shape: str
    framed: set[tuple[int, int]]
    colours: dict[tuple[int, int], str]
    signs: set[tuple[int, int]]  # with a minus that is drawn, not said


def tables_of(root: Element) -> tuple[list[str], dict[str, Table]]:
    """Each equation as it reads, and the matrices in them by name."""
    equations, tables = [], {}
    for equation in root.iterfind(".//div[@class='equations']/div"):
        words = []
        for part in equation:
            symbol, name = part.find("span"), part.find(".//b")
            assert name is not None and name.text and name.tail
            words += [str(symbol.text)] if symbol is not None else []
            words.append(name.text)
            tables[name.text] = read_table(part, name.tail.strip())
        equations.append(" ".join(words))
    return equations, tables


def read_table(part: Element, shape: str) -> Table:
    cells = {(i, j): td for i, tr in enumerate(part.iter("tr")) for j, td in enumerate(tr)}
    size = tuple(1 + np.array(list(cells)).max(axis=0))
    values = np.empty(size)
    framed, signs, colours = set(), set(), {}
    for place, td in cells.items():
        drawn, spoken = td.find("span[@aria-hidden]"), td.find("span[@class='hidden']")
        number = str((td if spoken is None else spoken).text)
        values[place] = float(number.replace("−", "-"))
        assert td.get("title", number) == number
        if "marked-" in td.get("class", ""):
            framed.add(place)
        if spoken is not None:
            colours[place] = background(td)
        if drawn is not None:
            signs.add(place)
            assert drawn.text == "−"
    return Table(values, shape, framed, colours, signs)


def times(array: Array) -> str:
    return "{} × {}".format(*array.shape)


def product(arrays: dict[str, Array], left: str, right: str) -> str:
    (rows, inner), (_, columns) = arrays[left].shape, arrays[right].shape
    return (
        f"{left} ({times(arrays[left])}) · {right} ({times(arrays[right])}): inner sizes {inner} = "
        f"{inner} match; outer sizes {rows} × {columns} are the result."
    )


def slopes_said(slope: Array) -> str:
    off = f" φ′ is 0 in {np.sum(slope == 0)} of {slope.size} places: nothing gets through there."
    return off if (slope == 0).any() else OPEN * bool((slope == 1).all())


def forward_says(lab: BackwardLab, l: int, a: dict[str, Array]) -> dict[str, tuple[str, ...]]:
    """How the steps of a layer read on the way forward: equation, words and shapes."""
    W, b, before, Z, A = f"W[{l}]", f"b[{l}]", f"A[{l - 1}]", f"Z[{l}]", f"A[{l}]"
    words = "Each unit adds up its inputs times its weights, and its bias."
    added = f"{product(a, W, before)} {b} ({times(a[b])}) is added to each column."
    phi, off = lab.network.activations[l - 1], np.sum(a[A] == 0)
    cut = f": it cuts off {off} of {a[Z].size} entries to 0" * (phi.kink is not None)
    stays = f"φ works element by element, so the shape stays {times(a[Z])}."
    return {
        Z: (f"{W} · {before} + {b} = {Z}", words + " A[0] is X, the data." * (l == 1), added),
        A: (f"φ of {Z} = {A}", f"φ is {phi.name} here{cut}.", stays),
    }


def loss_says(lab: BackwardLab, a: dict[str, Array]) -> dict[str, tuple[str, ...]]:
    """How the steps at the outputs read."""
    L, m, shape = lab.network.n_layers, lab.X.shape[1], times(lab.Y)
    A, dA, slope, delta = f"A[{L}]", f"∂L/∂A[{L}]", f"φ′(Z[{L}])", f"δ[{L}]"
    loss = "The loss: how wrong the outputs are, as one number. From here it goes back."
    error = "How the loss reacts to each output. The mean's 1/m is in it, once and for all."
    start = f"The start of the recursion: how the loss reacts to Z[{L}]." + slopes_said(a[slope])
    equal = f"⊙ works element by element: {shape} and {shape} are equal."
    both = f"Both are {shape}; the sum turns all entries into one number."
    return {
        "L": (f"Σ ( {A} − Y )² / {2 * m} = L", loss, both),
        dA: (f"( {A} − Y ) / {m} = {dA}", error, f"Both are {shape}, and so is the result."),
        delta: (f"{dA} ⊙ {slope} = {delta}", start, equal),
    }


def backward_says(l: int, L: int, a: dict[str, Array]) -> dict[str, tuple[str, ...]]:
    """How the steps of a layer read on the way back."""
    delta, T, back, slope = f"δ[{l}]", f"A[{l - 1}]ᵀ", f"∂L/∂A[{l}]", f"φ′(Z[{l}])"
    W, after = f"W[{l + 1}]ᵀ", f"δ[{l + 1}]"
    summed = f"The gradients of layer {l}, summed over the samples. 1 is a column of ones, so db is"
    those = f"{product(a, delta, T)} They are those of W[{l}] and b[{l}]."
    equations = f"{delta} · {T} = dW[{l}]", f"{delta} · 1 = db[{l}]"
    row_sum = (*equations, f"{summed} the row sum.", those)
    says: dict[str, tuple[str, ...]] = {f"dW[{l}]": row_sum}
    if l < L:
        times_W = product(a, W, after)
        hands = f"Layer {l + 1} hands its responsibility back, through the weights with which it"
        says[back] = f"{W} · {after} = {back}", f"{hands} listened.", times_W
        words = f"One layer back: what layer {l + 1} handed back, times the slopes of layer {l}."
        too = f"{times_W} ⊙ works element by element: {slope} is {times(a[slope])} too."
        equation = f"{W} · {after} ⊙ {slope} = {delta}"
        says[delta] = equation, words + slopes_said(a[slope]), too
    return says


def formula_of(equation: str, m: int) -> str:
    """How an equation reads as a formula: the result comes first, and products need no dot."""
    equation = equation.replace(" · ", " ").replace("( ", "(").replace(" )", ")")
    equation = re.sub(r"φ of (\S+)", r"φ(\1)", equation)
    right, left = equation.rsplit(" = ", 1)
    return f"{left} = " + (right.replace(f"/ {2 * m}", f"/ (2 · {m})") if left == "L" else right)


def says(lab: BackwardLab, arrays: dict[str, Array]) -> dict[str, tuple[str, ...]]:
    L = lab.network.n_layers
    found = loss_says(lab, arrays)
    for l in range(1, L + 1):
        found |= forward_says(lab, l, arrays) | backward_says(l, L, arrays)
    return found


def of_the_sample(name: str, shape: tuple[int, ...], sample: int) -> set[tuple[int, int]]:
    """The cells of a sample: a column, a row of what is transposed, nothing of the parameters."""
    rows, columns = map(range, shape)
    if re.fullmatch(r"(W|b|dW|db)\[\d\]ᵀ?|L", name):
        return set()
    if name.endswith("ᵀ") or name == "1":
        return {(sample - 1, j) for j in columns}
    return {(i, sample - 1) for i in rows}


def sample_said(lab: BackwardLab, name: str, values: Array) -> str:
    if values.size == 1:
        return f"{name} is {values.item()}."
    if name.startswith("dW"):
        furthest = next(v for v in values.flat if abs(v) > np.abs(values).max() - 1e-9)
        return f"The entry of {name} furthest from 0 is {furthest}."
    sample = lab.state["sample"]
    return f"Sample {sample}: ({', '.join(map(str, values[:, sample - 1].tolist()))})."


def check(lab: BackwardLab) -> None:
    """The state is shown, with its numbers, and nothing that isn't a number."""
    text, state = lab.text, lab.state
    assert len(lab.steps) == lab.controls.step.max == lab._play.max
    assert lab._play.value == state["step"]
    assert lab.controls.sample.max == state["samples"]
    arrays = expected(lab)
    for name, values in {**lab.operands, **lab.result}.items():
        np.testing.assert_array_equal(values, arrays[name])
    root = ElementTree.fromstring(f"<div>{lab._picture.value}</div>")
    equations, tables = tables_of(root)
    for name, table in tables.items():
        check_table(table, name, arrays[name], state["sample"])
    check_trail(root, lab.network.n_layers, state["step"])
    check_colours(root, {name: (arrays[name], table) for name, table in tables.items()})
    made = next(iter(lab.result))
    *wanted, words, fits = says(lab, arrays)[made]
    formula = " and ".join(formula_of(equation, state["samples"]) for equation in wanted)
    _, _, *said = ["".join(p.itertext()) for p in root.findall("./div/p")]  # below the trail
    assert (equations, said[:3]) == (wanted, [formula, words, f"{fits} Numbers are rounded."])
    shapes = " and ".join(str(values.shape) for values in lab.result.values())
    of = f"shape{'s' * (len(lab.result) > 1)} {shapes}"
    first = f"Step {state['step']} of {len(lab.steps)}: {formula}, of {of}."
    assert_says(text, f"{first} {words} {sample_said(lab, made, arrays[made])}")


def check_table(table: Table, name: str, values: Array, sample: int) -> None:
    """The numbers are those of the array, and the sample has a frame."""
    digits = 0.00501 if np.abs(values).max() >= 0.1 else 0.0501 * np.abs(values).max()
    np.testing.assert_allclose(table.values, values, rtol=0, atol=digits)
    assert table.shape == times(values)
    assert table.framed == of_the_sample(name, values.shape, sample)


def check_trail(root: Element, L: int, step: int) -> None:
    """Forward to the loss, and back; this step is the one that is marked."""
    trail = [list(p) for p in root.iterfind(".//p[@class='trail']")]
    assert [p[0].text for p in trail] == ["forward →", "back →"]
    forward = [f"{name}[{l}]" for l in range(1, L + 1) for name in "ZA"]
    each = ("∂L/∂A[{0}]", "δ[{0}]", "dW[{0}], db[{0}]")
    back = [name.format(l) for l in range(L, 0, -1) for name in each]
    assert [[span.text for span in p[1:]] for p in trail] == [[*forward, "L"], back]
    chips = [span for p in trail for span in p[1:]]
    now = [i for i, span in enumerate(chips, 1) if span.get("class") == "now"]
    assert now == [i for i, s in enumerate(chips, 1) if s.get("aria-current")] == [step]


def colours(shares: Any) -> Array:
    """The colours of shares of the greatest entry, by their root."""
    return np.array(COLOUR_MAP((np.sign(shares) * np.sqrt(np.abs(shares)) + 1) / 2))[..., :3]


def background(cell: Element) -> str:
    return cell.attrib["style"].split(";")[0].removeprefix("background: ")


def check_colours(root: Element, drawn: dict[str, tuple[Array, Table]]) -> None:
    """Large matrices have the colours of one scale, which says its numbers."""
    large = {name: pair for name, pair in drawn.items() if pair[0].size > MOST_NUMBERS}
    assert [name for name, (_, table) in drawn.items() if table.colours] == list(large)
    scale = root.findall(".//span[@class='scale']/span")
    assert bool(scale) == bool(large)
    if not large:
        return
    limit = max(np.abs(values).max() for values, _ in large.values())
    for values, table in large.values():
        shown = [to_rgb(hex_) for hex_ in table.colours.values()]
        np.testing.assert_allclose(shown, colours(values.ravel() / limit), atol=0.01)
        assert table.signs == {place for place, value in np.ndenumerate(values) if value < 0}
    (caption,) = (t for p in root.iter("p") if "as colours" in (t := "".join(p.itertext())))
    assert caption.startswith(f"Matrices of more than {MOST_NUMBERS} entries as colours: ")
    assert caption.endswith(" A cell with − is negative.")
    numbers = np.array([float(str(span.text).replace("−", "-")) for span in scale])
    assert (np.diff(numbers) > 0).all()
    assert (numbers[0], numbers[-1]) == pytest.approx((-limit, limit), rel=0.05)
    shown = [to_rgb(background(span)) for span in scale]
    np.testing.assert_allclose(shown, colours(np.clip(numbers / limit, -1, 1)), atol=0.15)


@pytest.mark.parametrize("sizes", SIZES)
def test_every_step_shows_the_arrays_of_both_passes(sizes: tuple[int, ...]) -> None:
    phi, output = ("relu", "linear") if sizes[0] < 3 else ("tanh", "sigmoid")
    lab = BackwardLab(activation=phi, output_activation=output)
    lab.state = state_of(sizes, samples=5, sample=4)
    for i in range(1, len(lab.steps) + 1):
        lab.controls.step.value = i
        check(lab)


def test_a_step_beyond_the_end_becomes_the_last() -> None:
    lab = BackwardLab(step=16, sample=4)
    lab.state = {"layer_2": 0, "samples": 2}
    assert (lab.controls.step.value, lab.controls.sample.value) == (11, 2)
    assert lab.text.startswith("Step 11 of 11: dW[1] = δ[1] A[0]ᵀ")
    lab.controls.layer_2.value = 2
    assert lab.text.startswith("Step 11 of 16: ∂L/∂A[2]")
    check(lab)


def test_the_play_button_moves_the_step() -> None:
    lab = BackwardLab()
    lab._play.value = 9
    assert lab.controls.step.value == 9
    check(lab)


def test_small_entries_of_a_heat_map_are_not_all_white() -> None:
    lab = BackwardLab(inputs=8, layer_1=8, layer_2=8, samples=8, activation="tanh", step=15)
    small = np.abs(lab.result["δ[1]"]).max() / np.abs(lab.operands["W[2]ᵀ"]).max()
    assert small < 0.3
    red, green, _ = (int(_colour(small)[0][i : i + 2], 16) for i in (1, 3, 5))
    assert green < 200 > red
    assert _colour(0)[0] == to_hex(COLOUR_MAP(0.5))
    assert [_colour(share)[1] for share in (-1, 0.1, 1)] == ["white", "#111", "white"]
