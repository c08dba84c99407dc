"""What lesson 3 says."""

from helpers.tests.claims import Said, places_of

LESSON = "03_delta_recursion"
PLACES = places_of(LESSON, 3)
UNPROVED: dict[str, list[tuple[Said, str]]] = {}
