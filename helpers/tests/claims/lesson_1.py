"""What lesson 1 says."""

from helpers.tests.claims import Said, places_of

LESSON = "01_activations"
PLACES = places_of(LESSON, 1)
UNPROVED: dict[str, list[tuple[Said, str]]] = {}
