"""Tests of the slider labs."""


def about(number: float) -> str:
    """Return how a lab says a number that it rounds to one digit."""
    return f"about {number}" if number else "0"
