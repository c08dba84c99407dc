"""What the lessons say is what the arrays say, and what nothing computes has been read."""

import pytest

from helpers.tests.notebooks.claims import (
    NO_NUMBER,
    Claim,
    claims,
    places,
    said,
    signature,
    signed,
    spans,
    telling,
    to_sign,
)
from helpers.tests.notebooks.claims.__main__ import NEW


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: claim.compute.__name__)
def test_what_is_said_is_what_was_computed(claim: Claim) -> None:
    assert said(claim)
    wrong = [f"{at}: {text}" for at, text in said(claim) if not spans(text, places().get(at, ""))]
    assert wrong == [], "the text says something else; either it or the claim is wrong"


def test_what_nothing_computes_is_as_somebody_has_read_it() -> None:
    asked, found = to_sign(), signed()
    assert {source: {*texts} for source, texts in found.items()} == {
        source: {*texts} for source, texts in asked.items()
    }
    changed = {
        f"{source}, {name}": text
        for source, texts in asked.items()
        for name, text in texts.items()
        if signature(text) != found[source][name][0]
    }
    assert changed == {}, "read these, and if they are true, sign them; see claims/__init__.py"


def test_each_number_and_direction_is_computed_or_has_a_reason_not_to_be() -> None:
    for source, texts in to_sign().items():
        for name, text in texts.items():
            _, why = signed()[source][name]
            assert why != NEW, (source, name, telling(text))
            assert why != NO_NUMBER or not telling(text), (source, name, telling(text))
