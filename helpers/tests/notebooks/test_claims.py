"""What the lessons say is what the arrays say, and what nothing computes has been read."""

import pytest

from helpers.tests.notebooks.claims import SIGNED, Claim, claims, places, said, spans, to_sign
from helpers.tests.signing import unread


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: claim.compute.__name__)
def test_what_is_said_is_what_was_computed(claim: Claim) -> None:
    assert said(claim)
    wrong = [f"{at}: {text}" for at, text in said(claim) if not spans(text, places().get(at, ""))]
    assert wrong == [], "the text says something else; either it or the claim is wrong"


def test_what_nothing_computes_is_as_somebody_has_read_it() -> None:
    reading = "read these, and if they are true, sign them; see claims/__init__.py"
    assert unread(SIGNED, to_sign()) == [], reading
