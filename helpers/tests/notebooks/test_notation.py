"""The formulas in plain text, and the shapes in comments: they are true of the same arrays."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import chain
from types import SimpleNamespace
from typing import Any

import numpy as np

from helpers.exercises.bug_kinds import DELTA, KINDS, LEARNING_RATE, PLACES
from helpers.exercises.bug_kinds import scene as line_of
from helpers.labs.backward import BackwardLab
from helpers.tests.independent import PHI
from helpers.tests.networks import Case, random_case
from helpers.tests.notebooks.formulas.cells import cells_of, markdown_of
from helpers.tests.notebooks.formulas.claims import IN_CODE, MATHS, agree, holds, is_true, sides_of
from helpers.tests.notebooks.formulas.notation import known, python, statements
from helpers.tests.notebooks.formulas.scenes import Scene, of_layers, scenes
from helpers.tests.notebooks.formulas.stands_for import SHAPES
from helpers.tests.notebooks.test_notebooks import NAMES
from helpers.tests.refresh_notebooks import ROOT

SIZE = r"(?:n_\w+|n_\{l-1\}|m|\d)"
SHAPE = re.compile(rf"(?<![\w`])\({SIZE}, {SIZE}\)")
IN_MATHS = re.compile(rf"\$({SHAPE.pattern})\$")


def parts_of(formula: str) -> list[tuple[str, ...]]:
    return list(map(sides_of, statements(formula)))


# Shapes in words


def test_in_prose_no_index_stands_beside_its_letter() -> None:
    for name in NAMES:
        for id, text in markdown_of(name).items():
            assert not re.search(r"\bn_[\dlL{]", IN_CODE.sub("", MATHS.sub("", text))), (name, id)


def written_shapes(text: str) -> list[str]:
    """Return the shapes in a text that name a size, in Python."""
    return [
        python(statements(shape)[0]) for shape in SHAPE.findall(text) if re.search("[nm]", shape)
    ]


def texts() -> Iterator[tuple[str, str]]:
    """Yield comments, docstrings and prose of the notebooks, without formulas and code."""
    for name in NAMES:
        for id, text in markdown_of(name).items():
            yield f"{name[:2]} {id}", IN_CODE.sub("", MATHS.sub("", IN_MATHS.sub(r"\1", text)))
        for id, cell in cells_of(name).items():
            if "..." in cell.source:
                yield f"{name[:2]} {id}", cell.source


def test_the_shapes_in_docstrings_and_prose_are_those_of_the_arrays() -> None:
    written = {place: shapes for place, text in texts() if (shapes := written_shapes(text))}
    assert written.keys() == SHAPES.keys(), "say in SHAPES what has these shapes"
    for place, shapes in written.items():
        for shape, array in zip(shapes, SHAPES[place], strict=True):
            assert holds((shape, f"shape_of({array})")), (place, shape, array)


def commented_lines() -> Iterator[tuple[str, str]]:
    """Yield each line of code that has shapes beside it or above, and the comment."""
    for cell in (cell for name in NAMES for cell in cells_of(name).values()):
        above = ""
        for line in cell.source.split("\n"):
            code, _, beside = line.partition("# ")
            for comment in (above, beside if code.strip() else ""):
                if SHAPE.match(comment) and "..." not in code:
                    yield code.strip(), comment
            above = "" if code.strip() else beside


def operands(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is multiplied and added, from left to right, and the signs between."""
    if isinstance(node, ast.BinOp):
        yield from operands(node.left)
        yield node.op
        yield from operands(node.right)
    else:
        yield node


SIGNS: dict[type[ast.AST], str] = {ast.MatMult: "·", ast.Mult: "⊙", ast.Add: "+"}


def is_so(code: str, comment: str, names: dict[str, Any]) -> bool:
    """Whether a line makes, and is made of, arrays of these shapes with these signs between."""
    value = ast.parse(code).body[0].value  # type: ignore[attr-defined]
    nodes = list(operands(value))
    arrays = [eval(ast.unparse(node), names) for node in nodes[::2]]
    result = eval(ast.unparse(value), names)
    signs = re.findall("[·⊙+]", comment)
    made = [result] if "=" in comment or not signs else []
    expected = [np.shape(array) for array in (*made, *(arrays if signs else []))]
    written = [eval(python(statements(shape)[0]), names) for shape in SHAPE.findall(comment)]
    return expected == written and signs == [SIGNS[type(op)] for op in nodes[1::2]][: len(signs)]


def names_in_code(scene: Scene, l: int) -> dict[str, Any]:
    """Return a scene's names as the notebooks' code has them, at layer l."""
    caches = SimpleNamespace(A=scene.names["A"], Z=scene.names["Z"])
    slopes = {l: 1 + 0 * Z for l, Z in caches.Z.items()}
    network = SimpleNamespace(W=scene.names["W"], b=scene.names["b"])
    delta, dA = scene.names["delta"], scene.names["dA"]
    names = {"network": network, "caches": caches, "l": l, "dA_before": dA[l - 1]}
    names |= {"slopes": slopes}
    names |= {"delta1": delta[1], "delta2": delta[2], "dA2": dA[2], "slope": dA[2]}
    return {**scene.names, **names}


def test_the_shapes_in_a_comment_are_those_of_its_line() -> None:
    lines = list(commented_lines())
    assert len(lines) > 5
    for code, comment in lines:
        if "n_out" in comment:
            at = [scenes()["tanh"].names | {"A_prev": scenes()["tanh"].names["Aprev"]}]
        elif "n_l" in comment:
            least = 2 if "delta[l - 1]" in code else 1  # there is no δ of the data
            at = [names_in_code(scenes()["three layers"], l) for l in (1, 2, 3) if l >= least]
        else:
            at = [names_in_code(scenes()["2-2-1" if "m" in comment else "napkin"], 1)]
        assert all(is_so(code, comment, names) for names in at), (code, comment)


# Equations in words


NAME = (
    r"(?:∂L/∂|d(?=[Wbθ]))?(?:(?<![A-Za-z])(?:[WbZAYXLmaz]|max\(z, 0\)|tanh|A_prev|learning rate)"
    r"(?![A-Za-z_])|[eδφθηε]|(?<=d)[Wb])′*(?:\[(?:[lL]|\d)(?:[-−]1)?\])?"
)
RUN = rf"(?:{NAME}|\bln\b|[-+−·⊙/²½ᵀΣ⁻ᶻ()\d ])+"
EQUATION = re.compile(rf"(?<![\w\[]){RUN}[=←]{RUN}(?! *where)")
SETTING = re.compile(r"\w = [−\d.⁻]+(?:e-\d+)?")
OF_ONE_SAMPLE = "A − Y = −2"
# whose formulas are tested line by line, or with the cell of the picture
TESTED_BELOW = ("bug_kinds", "hunt", "passes", "pictures")
CODE = ("code", "edit", "head", "lines")  # in a known mistake, and in a puzzle


def equations() -> Iterator[tuple[str, str]]:
    """Yield each equation in a text of the package, and the activation whose text it is."""
    for text, name in chain(texts_in_python(), texts_in_toml()):
        for found in EQUATION.findall(text):
            yield found.strip(" "), name if name in PHI else "tanh"


def texts_in_python() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "helpers").rglob("*.py")):
        if "tests" not in path.parts and path.stem not in TESTED_BELOW:
            for top in ast.parse(path.read_text(encoding="utf-8")).body:
                name = getattr(top, "name", "").removesuffix("_back")
                yield from ((text, name) for text in strings_in(top))


def texts_in_toml() -> Iterator[tuple[str, str]]:
    """Yield the texts of the lessons, without those that are code."""
    entries: list[Any] = [
        tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "helpers" / "lessons").glob("*/*.toml"))
        if path.stem not in TESTED_BELOW
    ]
    for entry in entries:  # grows on the way
        if isinstance(entry, str):
            yield from ((text, "") for text in re.split(r"\n *", IN_CODE.sub("", entry)))
        elif isinstance(entry, dict):
            entries += [inner for key, inner in entry.items() if key not in CODE]
        elif isinstance(entry, list):
            entries += entry


def strings_in(tree: ast.AST) -> Iterator[str]:
    """Yield whole texts, without the code in them, one line of a table after the other."""
    within = {
        part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in within:
            yield from re.split(r"\n *|   +", IN_CODE.sub("", node.value))


def test_the_equations_in_words_are_true() -> None:
    found = set(equations())
    said = {(text, name) for text, name in found if not SETTING.fullmatch(text) and whole(text)}
    assert len(said) > 20
    for text, activation in said - {(OF_ONE_SAMPLE, "tanh")}:
        assert all(holds(sides, activation) for sides in parts_of(text)), text


def whole(equation: str) -> bool:
    """Whether it is one, and not the rest of a line of code."""
    ends_well = re.search(r"\w", equation.rsplit(maxsplit=1)[-1])
    return bool(ends_well) and equation.count("(") == equation.count(")")


def test_the_products_in_code_between_words_are_what_is_said_of_them() -> None:
    one, three = scenes()["tanh"].names, names_in_code(scenes()["three layers"], 2)
    rows = {name: one[name].T for name in ("X", "W", "b", "Z")}
    said = {
        "W1 @ X": ({"W1": one["W"], "X": one["X"]}, one["Z"] - one["b"]),
        "X @ W + b": (rows, rows["Z"]),
        "X @ W.T + b": (rows | {"W": one["W"]}, rows["Z"]),
        "W[l].T @ delta[l]": (three, three["dA_before"]),
    }
    prose = [
        re.sub("(?m)^[|].*", "", text) for name in NAMES for text in markdown_of(name).values()
    ]
    found = {code for text in prose for code in re.findall("`([^`\n]* @ [^`\n]*)`", text)}
    assert found == said.keys()
    for code, (names, expected) in said.items():
        assert agree(eval(code, dict(names)), expected, 1e-9), code


# The lab of lesson 3


def test_every_step_of_the_lab_says_in_its_formula_and_shapes_what_it_does() -> None:
    state = {"inputs": 3, "layer_1": 5, "layer_2": 4, "outputs": 2, "samples": 6}
    lab = BackwardLab(**state, activation="tanh", output_activation="sigmoid")
    scene = of_layers(Case(lab.network, lab.X, lab.Y))
    scene = Scene(known(scene.names))
    layers = {f"{gradient}[{l}]": f"{l}" for gradient in ("dW", "db") for l in (1, 2, 3)}
    layers |= {f"∂L/∂A[{l}]": f"{l + 1}" for l in (1, 2)} | {"δ[2]": "32", "δ[1]": "21"}
    for step in lab.steps:
        assert all(is_true(sides, scene) for sides in parts_of(step.formula)), step.formula
        assert re.findall(r"(?i)\blayer (\d)", step.words) == [*layers.get(step.result.name, "")]
        for name, *shape in re.findall(r"(\S+) \((\d+)\s×\s(\d+)\)", step.words):
            named = r"\mathbf 1" if name == "1" else name
            sides = (f"({', '.join(shape)})", f"shape_of({python(statements(named)[0])})")
            assert is_true(sides, scene), step.words


# The bug hunt


WORDS = {"sign turned", "1/m once too often", "only the last sample", "left at zero"}


@cache
def hunted() -> tuple[Case, Scene]:
    case = random_case([2, 6, 6, 1], ["tanh", "tanh", "sigmoid"], 9)
    return case, Scene(known(of_layers(case).names | {"eta": LEARNING_RATE}))


def with_the_mistake(line: str, formula: str, l: int) -> str:
    """Return the right side of a line with one thing in place of another, as a kind says it."""
    formula = formula.replace("l−1", str(l - 1)).replace("[l]", f"[{l}]")
    instead, right = formula.split(" in place of ")
    if instead == "1":  # times 1
        instead, right = "", f" ⊙ {right}"
    layer = dict(re.findall(r"([WδZA])\[(\d)\]", line))
    layer.setdefault("A", layer.get("Z", ""))
    if "[" not in formula:  # a kind says nothing of layers
        line = re.sub(r"\[\d\]", "", line)
    assert right in line
    wrong = line.replace(right, instead)
    return re.sub(r"[WδZA](?!\[)", lambda found: f"{found[0]}[{layer[found[0]]}]", wrong)


def test_the_lines_of_the_hunt_are_right() -> None:
    _, scene = hunted()
    assert all(line.startswith(f"{place} = ") for place, line in PLACES.items())
    for line in PLACES.values():
        assert is_true(parts_of(line)[0], scene), line


def test_the_formula_of_a_kind_of_mistake_is_what_it_does() -> None:
    case, scene = hunted()
    _, caches = case.network.forward(case.X)
    gradient = case.network.backward(caches, case.Y)
    for kind in KINDS.values():
        for place in kind.places if kind.name not in WORDS else ():
            l = int(place[-2])
            wrong = with_the_mistake(PLACES[place].split(" = ")[1], kind.formula, l)
            right = gradient.delta[l] if place in DELTA else gradient.dW[l]
            names = line_of(case.network, caches, case.Y, gradient, l)
            does = kind.wrong(names | {"right": right})
            said = eval(python(statements(wrong)[0]), scene.names)
            assert agree(said, does, 1e-9), (place, kind.formula, wrong)
