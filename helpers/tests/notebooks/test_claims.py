"""What the lessons say is what the arrays say, and nothing that tells a number is left out."""

import importlib
import pkgutil
from types import ModuleType

import pytest

from helpers.exercises.questions import all_questions
from helpers.tests.notebooks import claims
from helpers.tests.notebooks.claims import CLAIMS, Claim, computed, quotes, spans, unquoted

MODULES = {
    found.name: importlib.import_module(f"{claims.__name__}.{found.name}")
    for found in pkgutil.iter_modules(claims.__path__)
}
each_claim = pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.compute.__name__)
each_module = pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)


def quotes_of(module: ModuleType) -> dict[claims.Said, list[str]]:
    name = module.__name__.rpartition(".")[2]
    return quotes([claim for claim in CLAIMS if claim.module == name], module.UNPROVED)


@each_claim
def test_what_is_said_is_what_was_computed(claim: Claim) -> None:
    places = MODULES[claim.module].PLACES
    said = computed(claim)
    assert said
    wrong = [f"{place}: {text}" for place, text in said if not spans(text, places.get(place, ""))]
    assert wrong == [], "the text says something else; either it or the claim is wrong"


@each_module
def test_every_number_direction_and_quantity_is_claimed(module: ModuleType) -> None:
    quoted = quotes_of(module)
    assert quoted.keys() <= module.PLACES.keys(), "these places are gone"
    found = {
        place: words
        for place, text in module.PLACES.items()
        if (words := unquoted(text, quoted.get(place, [])))
    }
    assert found == {}, "compute these in a claim, or say in UNPROVED why not"


@each_module
def test_each_answer_and_its_reply_are_tied(module: ModuleType) -> None:
    quoted = quotes_of(module)
    asked = [place for place in module.PLACES if place[0] in all_questions()]
    assert [place for place in asked if place not in quoted] == [], "a claim quotes each reply"


@each_module
def test_what_is_not_proved_stands_there_and_has_a_reason(module: ModuleType) -> None:
    for reason, group in module.UNPROVED.items():
        assert len(reason) > 10
        gone = [
            f"{place}: {text}" for place, text in group if not spans(text, module.PLACES[place])
        ]
        assert gone == [], reason
