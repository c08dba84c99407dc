"""What lesson 2 says."""

from helpers.tests.claims import Said, places_of

LESSON = "02_forward_caching"
PLACES = places_of(LESSON, 2)
UNPROVED: dict[str, list[tuple[Said, str]]] = {}
