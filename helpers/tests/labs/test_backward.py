"""The lab of lesson 3: its matrices are those of both passes, at every setting."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import product
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import numpy as np
import pytest

from helpers.labs.backward import FOLLOWERS, STYLE_SHEET, BackwardLab
from helpers.labs.matrix_tables import LARGEST, SMALLEST, number
from helpers.losses import mean_squared_error, mean_squared_error_gradient
from helpers.style import BLUE, ORANGE
from helpers.tests.labs import UNITS, Tested
from helpers.tests.seen import as_float, assert_says, contrast
from helpers.texts import read
from helpers.validation import Array

TEXTS = read("lesson_3/lab")["steps"]
SIZES = [(2, 3, 2, 1), (2, 2, 0, 1), (1, 1, 1, 1), (3, 5, 4, 2)]
Cells = set[tuple[int, int]]


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


def check(lab: BackwardLab) -> None:
    """The state is shown, with its numbers, and nothing that isn't a number."""
    text, state, arrays = lab.text, lab.state, expected(lab)
    for name, values in {**lab.operands, **lab.result}.items():
        np.testing.assert_array_equal(values, arrays[name])
    root = ElementTree.fromstring(f"<div>{lab._picture.value}</div>")
    equation, tables = read_equation(root)
    exact = [check_table(table, name, arrays[name], state) for name, table in tables.items()]
    (made,) = lab.result
    wanted, words = says(lab, made, arrays)
    assert equation == wanted
    formula = re.sub(r"(?<=[]ᵀ]) ·(?= )", "", wanted)  # between matrices
    first = f"Step {state['step']} of {len(lab.steps)}: {formula}."
    done = check_steps(lab, made)
    rounded = [" Numbers are rounded."] * (not all(exact))
    numbers = [sample_said(lab, made, arrays[made]), *rounded, *weight_said(lab, done, arrays)]
    assert_says(text, f"{first} {words} {''.join(numbers)}")
    check_weight(root, lab, done, arrays)
    check_path(root, lab, done, arrays)


# The steps, and how they read


TESTED = Tested(
    check,
    moved="step",
    timed={"step": [*range(2, 8), *range(6, 0, -1)]},
    labels={
        "layer_1": UNITS["layer_1"],
        "layer_2": UNITS["layer_2"],
        "sample": "marked sample",
        "weight_layer": "a weight: layer",
        "weight_row": "its row",
        "weight_column": "its column",
    },
    followers=FOLLOWERS,
)


def check_steps(lab: BackwardLab, made: str) -> list[str]:
    """Forward to the loss, and back; the step that is shown is marked. Return what is done."""
    L, step = lab.network.n_layers, lab.state["step"]
    forward = [f"{name}[{l}]" for l in range(1, L + 1) for name in "ZA"]
    each = "∂L/∂A[{0}]", "δ[{0}]", "dW[{0}]", "db[{0}]"
    back = [name.format(l) for l in range(L, 0, -1) for name in each]
    above = lab.view.children[0].children
    rows = [box.children for box in above if "backward-steps" in box._dom_classes]
    (_, slider), *others = rows
    assert (slider.max, lab._play.max, lab._play.value) == (len(lab.steps), slider.max, step)
    shown = [[b for b in row[1:] if "absent" not in b._dom_classes] for row in others]
    assert [row[0].value for row in others] == ["forward →", "back →"]
    assert [[b.description for b in row] for row in shown] == [[*forward, "L"], back]
    buttons = [b for row in shown for b in row]
    assert [b.description for b in buttons if b.button_style] == [made]
    names = [b.description for b in buttons]
    assert names.index(made) == step - 1 and lab.controls.sample.max == lab.state["samples"]
    return names[:step]


def times(array: Array) -> str:
    return "{}\xa0×\xa0{}".format(*array.shape)  # no line ends in it


class Named(str):
    """A matrix's name, which knows what a text may say of its numbers."""

    def __new__(cls, name: str, a: dict[str, Array]) -> Any:
        named: Any = super().__new__(cls, name)
        named.shape, (named.rows, named.columns) = times(a[name]), a[name].shape
        named.size, named.zeros = a[name].size, np.sum(a[name] == 0)
        return named


# what a step makes, without its layer → the table of its texts, and what it makes that of
STEPS = {
    "Z": ("sum", "W[{l}] · A[{k}] + b[{l}]"),
    "A": ("activation", "φ(Z[{l}])"),
    "L": ("loss", "Σ (A[{l}] − Y)² / (2 · {m})"),
    "last ∂L/∂A": ("output_error", "(A[{l}] − Y) / {m}"),
    "last δ": ("output_delta", "∂L/∂A[{l}] ⊙ φ′(Z[{l}])"),
    "dW": ("weights", "δ[{l}] · A[{k}]ᵀ"),
    "db": ("biases", "δ[{l}] · 1"),
    "∂L/∂A": ("hand_back", "W[{n}]ᵀ · δ[{n}]"),
    "δ": ("delta", "W[{n}]ᵀ · δ[{n}] ⊙ φ′(Z[{l}])"),
}


def says(lab: BackwardLab, made: str, a: dict[str, Array]) -> tuple[str, str]:
    """How the step reads that makes this: its equation, and the words for it."""
    kind, L = made.partition("[")[0], lab.network.n_layers
    l = L if made == "L" else int(made[-2])
    table, right = STEPS[f"last {kind}" if l == L and f"last {kind}" in STEPS else kind]
    right = right.format(k=l - 1, l=l, n=l + 1, m=lab.X.shape[1])
    phi, slope = lab.network.activations[l - 1], a[f"φ′(Z[{l}])"]
    keys = ["switch" if kind == "A" and phi.kink is not None else "words"]
    keys += ["data"] * (made == "Z[1]")
    if kind == "δ":
        keys += ["closed"] * bool((slope == 0).any()) + ["open"] * bool((slope == 1).all())
    texts, given = TEXTS["any"] | TEXTS[table], dict[str, Any](name=phi.name, next=l + 1)
    names = {name: f"{name}[{l}]" for name in "ZAWbδ"}
    given["l"] = l + 1 if table == "hand_back" else l
    names |= {"slope": f"φ′(Z[{l}])", "dA": f"∂L/∂A[{l}]"}
    given |= {short: {"l": Named(name, a)} for short, name in names.items()}
    if " · " in right and kind != "L":
        left, other = (Named(name, a) for name in right.split(" ")[:3:2])
        given["product"] = texts["product"].format(left=left, right=other)
    said = " ".join(texts[key] for key in [*keys, "shapes"])
    return f"{made} = {right}", said.format(**given)


def sample_said(lab: BackwardLab, name: str, values: Array) -> str:
    if values.size == 1:
        return f"{name} is {values.item()}."
    if name.startswith("d"):
        furthest = next(v for v in values.flat if abs(v) > np.abs(values).max() - 1e-9)
        return f"The entry of {name} furthest from 0 is {furthest}."
    sample = lab.state["sample"]
    return f"Sample {sample}: ({', '.join(map(str, values[:, sample - 1].tolist()))})."


# The matrices


@dataclass(frozen=True)
class Table:
    """A matrix as it is drawn: what is written, its shape, and the cells that stand out."""

    written: Any
    shape: str
    in_brackets: bool
    framed: Cells
    picked: Cells


def read_equation(root: Element) -> tuple[str, dict[str, Table]]:
    """Return the equation as it reads, and the matrices in it by name."""
    words, tables = [], {}
    terms = root.findall(".//div[@class='equation']/div")
    assert all(term.find("div") for term in terms), "a line could end in a symbol"
    for part in (part for term in terms for part in term):
        name = part.findtext("b")
        words.append(name or part.text or "")
        if name:
            tables[name] = read_table(part)
    equation = " ".join(words).replace("( ", "(").replace(" )", ")")
    return equation, tables


def read_table(part: Element) -> Table:
    table, shape = part.find("table"), part.findtext("i")
    assert table is not None
    cells = {(i, j): td for i, tr in enumerate(table.iter("tr")) for j, td in enumerate(tr)}
    rows = [[str(td.text) for td in tr] for tr in table.iter("tr")]
    standing_out = [
        {place for place, td in cells.items() if look in td.attrib["class"]}
        for look in ("marked-", "picked")
    ]
    return Table(np.array(rows), str(shape or ""), table.get("class") == "matrix", *standing_out)


def check_table(table: Table, name: str, values: Array, state: dict[str, Any]) -> bool:
    """The numbers are those of the array; the sample has a frame, and the weight a ground."""
    assert (table.shape, table.in_brackets) == (times(values) * (name != "L"), name != "L")
    assert table.framed == of_the_sample(name, values.shape, state["sample"])
    assert table.picked == of_the_weight(name, values.shape, state)
    return check_numbers(table.written, values)


def check_numbers(written: Any, values: Any, matrix: Any = None) -> bool:
    """Each number is right, in two digits of the matrix's largest, and short if it's exact.

    Return whether all are exact.
    """
    largest = np.abs(values if matrix is None else matrix).max()
    shown = np.vectorize(as_float)(written)
    digits = 0.00501 if largest >= 0.1 else 0.0501 * largest
    np.testing.assert_allclose(shown, values, rtol=0, atol=digits)
    exact = np.isclose(shown, values, rtol=0, atol=1e-9)
    for text in np.asarray(written)[exact]:
        assert re.fullmatch(r"−?\d+(\.\d*[1-9])?", text) and text != "−0"
    return bool(exact.all())


def of_the_sample(name: str, shape: tuple[int, ...], sample: int) -> Cells:
    """The cells of a sample: a column, a row of what is transposed, nothing of the parameters."""
    rows, columns = map(range, shape)
    if re.fullmatch(r"(W|b|dW|db)\[\d\]ᵀ?|L", name):
        return set()
    if name.endswith("ᵀ") or name == "1":
        return {(sample - 1, j) for j in columns}
    return {(i, sample - 1) for i in rows}


def of_the_weight(name: str, shape: tuple[int, ...], state: dict[str, Any]) -> Cells:
    """The cells of the weight, and of the two rows that make its gradient."""
    l, i, j = (state[f"weight_{part}"] for part in ("layer", "row", "column"))
    if name.endswith("ᵀ"):
        return {place[::-1] for place in of_the_weight(name[:-1], shape[::-1], state)}
    row = {f"δ[{l}]": i, f"A[{l - 1}]": j}.get(name)
    if row:
        return {(row - 1, k) for k in range(shape[1])}
    return {(i - 1, j - 1)} if name in (f"W[{l}]", f"dW[{l}]") else set()


# What is followed


def products_of(lab: BackwardLab, a: dict[str, Array]) -> tuple[str, Array, Array, Array, float]:
    """The weight's name, what makes up its gradient, and that."""
    l, i, j = (lab.state[f"weight_{part}"] for part in ("layer", "row", "column"))
    delta, before = a[f"δ[{l}]"][i - 1], a[f"A[{l - 1}]"][j - 1]
    return f"W[{l}][{i}, {j}]", delta, before, delta * before, float(a[f"dW[{l}]"][i - 1, j - 1])


def weight_said(lab: BackwardLab, done: list[str], a: dict[str, Array]) -> list[str]:
    weight, *_, products, total = products_of(lab, a)
    if f"dW[{lab.state['weight_layer']}]" not in done:
        return []
    each = ", ".join(map(str, products.tolist()))
    return [f" The gradient of {weight} is {total}, the sum over the samples of δ · a: ({each})."]


def check_weight(root: Element, lab: BackwardLab, done: list[str], a: dict[str, Array]) -> None:
    """The table has what is there already of δ and a of each sample, their product and the sum."""
    state, (weight, delta, before, products, total) = lab.state, products_of(lab, a)
    l, i, j = (state[f"weight_{part}"] for part in ("layer", "row", "column"))
    (table,) = root.iterfind(".//table[@class='weight']")
    source = f"unit {j} of layer {l - 1}" if l > 1 else f"input {j}"
    assert table.findtext("caption") == (
        f"The gradient of {weight}, from {source} to unit {i} of layer {l}"
    )
    rows = [[cell.text or "" for cell in tr] for tr in table.iter("tr")]
    first, *others = ["sample", f"δ[{l}], row {i}", f"A[{l - 1}], row {j}", "δ · a"]
    samples = range(1, state["samples"] + 1)
    assert rows[0] == [first, *map(str, samples), "sum"] and [row[0] for row in rows[1:]] == others
    assert np.isclose(products.sum(), total)
    there = f"δ[{l}]" in done, l == 1 or f"A[{l - 1}]" in done, f"dW[{l}]" in done
    values = delta, before, np.array([*products, total])
    matrices = a[f"δ[{l}]"], a[f"A[{l - 1}]"], values[-1]
    for shown, is_there, row, matrix in zip(rows[1:], there, values, matrices, strict=True):
        numbers = [text for text in shown[1:] if text]
        assert len(numbers) == is_there * len(row)
        if is_there:
            check_numbers(numbers, row, matrix)
    for tr in table.iter("tr"):
        assert [k for k, cell in enumerate(tr) if cell.get("class")] == [state["sample"]]


def newest(l: int, done: Collection[str]) -> str:
    """The matrix whose numbers the units of a layer show; '' if there is none yet."""
    names = [name for name in (f"δ[{l}]", f"A[{l}]") if name in {*done, "A[0]"}]
    return names[0] if names else ""


def check_path(root: Element, lab: BackwardLab, done: list[str], a: dict[str, Array]) -> None:
    """Units show the sample's numbers, weights what goes through, as far as it has come."""
    svg, s, L = root.find(".//svg"), lab.state["sample"] - 1, lab.network.n_layers
    assert svg is not None
    title = f"Sample {s + 1}: A forward, δ back. Grey: nothing passes."
    assert (svg.findtext("title"), root.findtext(".//figcaption")) == (title, title)
    columns = [newest(l, done) for l in range(L + 1)]
    labels = svg.findall("text")
    assert [t.text for t in labels] == [n or f"A[{l}]" for l, n in enumerate(columns)]
    units, edges = svg.iter("g"), svg.iter("path")
    ends: list[list[tuple[float, float, float]]] = []
    for l, name in enumerate(columns):
        ends.append([])
        for i in range(lab.network.layer_sizes[l]):
            ends[l].append(check_unit(next(units), name, a[name][i, s] if name else None))
        assert len({(left, right) for left, right, _ in ends[l]}) == 1
        assert ends[l] == sorted(ends[l], key=lambda end: end[2])
        assert ends[l][0][0] < float(labels[l].attrib["x"]) < ends[l][0][1]
    for l in range(1, L + 1):
        back, through = f"δ[{l}]" in done, a[f"W[{l}]"]
        through = through * (a[f"δ[{l}]"][:, [s]] if back else a[f"A[{l - 1}]"][:, s])
        lit = "back" if back else "forward" if f"Z[{l}]" in done else ""
        for i, j in product(*map(range, through.shape)):
            edge = next(edges)
            look = (lit if through[i, j] else "off") if lit else "ahead"
            place = [lab.state[f"weight_{part}"] for part in ("layer", "row", "column")]
            assert edge.attrib["class"].split() == [look] + ["picked"] * (
                place == [l, i + 1, j + 1]
            )
            (_, left, y), (right, _, y2) = ends[l - 1][j], ends[l][i]
            found = re.findall(r"[\d.]+", edge.attrib["d"])
            assert [*map(float, found)] == pytest.approx([left, y, right, y2], abs=0.11)
    assert not [*units, *edges]


def check_unit(unit: Element, name: str, value: float | None) -> tuple[float, float, float]:
    """Return its left and right end and its height."""
    kind = "back" if name.startswith("δ") else "forward"
    look = "ahead" if value is None else kind if value else "off"
    assert unit.get("class") == look
    text, rect = unit.findtext("text"), unit.find("rect")
    assert rect is not None
    if value is None:
        assert text == ""
    else:
        assert abs(as_float(str(text)) - value) < 0.00501
    x, y, width, height = (float(rect.attrib[key]) for key in ("x", "y", "width", "height"))
    return x, x + width, y + height / 2


# Trials


@pytest.mark.parametrize("sizes", SIZES)
def test_every_step_shows_the_arrays_of_both_passes(sizes: tuple[int, ...]) -> None:
    phi, output = ("relu", "linear") if sizes[0] < 3 else ("tanh", "sigmoid")
    lab = BackwardLab(activation=phi, output_activation=output)
    lab.state = state_of(sizes, samples=6, sample=4)
    for i in range(1, len(lab.steps) + 1):
        lab.state = {"step": i, "weight_layer": 1 + i % lab.network.n_layers}
        lab.state = {"weight_row": 1, "weight_column": lab.controls.weight_column.max}
        check(lab)


def test_what_is_beyond_the_end_becomes_the_last() -> None:
    lab = BackwardLab(step=19, sample=4, weight_layer=3, weight_row=1, weight_column=2)
    lab.state = {"layer_2": 0, "samples": 2}
    assert [lab.state[name] for name in ("step", "sample", "weight_layer")] == [13, 2, 2]
    assert lab.text.startswith("Step 13 of 13: db[1] = δ[1] 1.")
    check(lab)
    lab.state = {"layer_2": 2, "weight_layer": 1, "weight_row": 3}
    assert lab.text.startswith("Step 13 of 19: δ[2]")
    lab.controls.layer_1.value = 2
    assert lab.state["weight_row"] == 2
    check(lab)


def test_a_bracket_has_an_edge_and_two_feet() -> None:
    for side, widths in (("before { left", "2px 0 2px 2px"), ("after { right", "2px 2px 2px 0")):
        assert f".matrix::{side}: 0; border-width: {widths}; }}" in STYLE_SHEET


def test_what_goes_forward_has_another_colour_than_what_goes_back() -> None:
    assert f'style="--forward: {BLUE}; --back: {ORANGE};' in BackwardLab()._picture.value
    for way in ("forward", "back"):
        assert f".{way} rect {{ fill: var(--{way}); }}" in STYLE_SHEET
        assert f"path.{way} {{ stroke: var(--{way}); }}" in STYLE_SHEET
    fills = dict(re.findall(r"\.off (rect|text) \{ fill: (#\w+)", STYLE_SHEET))
    assert contrast(fills["text"], fills["rect"]) >= 4.5


def test_steps_can_be_played_and_pressed() -> None:
    lab = BackwardLab()
    for name in lab._chips:
        lab._chips[name].click()
        assert [*lab.result] == [name]
    lab._play.value = 9
    assert lab.controls.step.value == 9
    check(lab)


def test_numbers_are_as_large_as_the_room_allows() -> None:
    sizes = {}
    for n in (1, 3, 5):
        lab = BackwardLab(**state_of((n, n, n, 1), n), activation="tanh", seed=1)
        lab.controls.step.value = 1 + [step.result.name for step in lab.steps].index("δ[1]")
        sizes[n] = int(re.findall(r"--size: (\d+)px", lab._picture.value)[0])
    assert LARGEST == sizes[1] > sizes[3] > sizes[5] >= SMALLEST


def test_rounded_numbers_keep_their_zeros_and_no_last_bit_is_seen() -> None:
    assert (number(0.499, 2), number(0.1249999999999, 2)) == ("0.50", "0.12")
